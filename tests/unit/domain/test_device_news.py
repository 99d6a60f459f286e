"""What a webhook tells of a device, and the troubles of a site by events and webhooks together."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chekt_console.domain.delivery import understand
from chekt_console.domain.device_news import DeviceNews, open_troubles, read_device_news
from chekt_console.domain.event import Event, EventKind

CAME = 1_770_000_000_000


def _told(kind: str, **data: Any) -> DeviceNews | None:
    body = {"id": "x", "type": kind, "created_at": "2026-02-02T02:40:00Z", "data": data}
    return read_device_news(understand(json.dumps(body).encode()), CAME)


@pytest.mark.parametrize(
    ("kind", "data", "what"),
    [
        ("device.status_change", {"device_id": 5, "device_type": "camera", "status": "offline"}, ("5", "camera", "offline")),
        ("device.status_changed", {"device_id": "5", "device_type": "sensor", "status": "Online"}, ("5", "zone", "online")),
        ("device.status_change", {"device_id": 5, "status": "who knows", "is_online": 0}, ("5", "", "offline")),
        ("device.status_change", {"device_id": 5, "status": "disconnected"}, ("5", "", "offline")),
        ("camera_network", {"device_id": "5", "is_online": "1"}, ("5", "camera", "online")),
        ("bridge_network", {"device_id": 9, "is_online": False}, ("9", "bridge", "offline")),
        ("device.offline", {"camera_id": 5}, ("5", "", "offline")),
        ("device.firmware_updated", {"device_id": 5}, ("5", "", "")),
        ("device.status_change", {"status": ["offline"], "is_online": {}, "device_id": None}, ("", "", "")),
    ],
)  # fmt: skip
def test_what_is_told_of_a_device(kind: str, data: dict[str, Any], what: tuple[str, str, str]) -> None:
    news = _told(kind, site_id=1784, **data)
    assert news is not None
    assert (news.device_id, news.kind, news.status) == what
    assert (news.site_id, news.told_ms, news.came_ms) == ("1784", 1_770_000_000_000, CAME)


def test_without_a_site_it_is_no_news() -> None:
    assert _told("device.offline", device_id=5) is None


def _trouble(at_ms: int, status: str, device_key: str = "camera:5") -> Event:
    return Event(
        f"{at_ms}", "1", at_ms, EventKind.TROUBLE, "device_offline", "", status, device_id="5", device_key=device_key
    )  # fmt: skip


def _news(at_ms: int, status: str, kind: str = "camera") -> DeviceNews:
    return DeviceNews("1", "5", kind, status, at_ms, at_ms)


@pytest.mark.parametrize(
    ("troubles", "news", "count"),
    [
        ([], [_news(10, "offline")], 1),
        ([], [_news(10, "online")], 0),
        ([], [_news(10, "")], 0),
        ([_trouble(10, "active")], [_news(10, "offline")], 1),
        ([_trouble(10, "active")], [_news(11, "offline", "")], 1),
        ([_trouble(10, "active", "")], [_news(11, "offline")], 1),
        ([_trouble(10, "active")], [_news(11, "online")], 0),
        ([_trouble(10, "active"), _trouble(12, "restored")], [_news(11, "offline")], 0),
        ([_trouble(10, "active"), _trouble(12, "restored")], [_news(13, "offline")], 1),
        ([_trouble(10, "active", "zone:5")], [_news(11, "offline")], 2),
        ([_trouble(10, "active", "zone:5")], [_news(11, "online")], 1),
    ],
)
def test_what_was_told_last_of_a_device_counts(
    troubles: list[Event], news: list[DeviceNews], count: int
) -> None:
    assert open_troubles(troubles, news) == ({"1": count} if count else {})
