"""What webhooks told of devices: known until their site is read, over restarts, and never taken for newer than it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.device_news import DeviceNews
from chekt_console.store.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READ_MS = 1_770_000_000_000


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = Cache(tmp_path / "cache.sqlite")
    yield cache
    cache.close()


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp((READ_MS + ms) / 1000, UTC)


def _devices(status: str = "online") -> list[Device]:
    return [
        Device("1", "5", DeviceKind.CAMERA, "Dock", status),
        Device("1", "6", DeviceKind.CAMERA, "Yard", "online"),
        Device("1", "7", DeviceKind.CAMERA, "Gate", "online"),
        Device("1", "7", DeviceKind.ZONE, "Door", "closed"),
    ]


def _news(
    ms: int, status: str = "offline", device_id: str = "5", kind: str = "camera", came_ms: int | None = None
) -> DeviceNews:
    return DeviceNews(
        "1", device_id, kind, status, READ_MS + ms, READ_MS + (ms if came_ms is None else came_ms)
    )


def _statuses(cache: Cache) -> list[str]:
    return [device.status for device in cache.devices("1")[0]]


def test_a_status_is_the_devices_own_at_once_and_over_a_restart(cache: Cache, tmp_path: Path) -> None:
    cache.put_devices("1", _devices(), _at(0))
    assert cache.device_news.outdated() == {}
    cache.device_news.put([_news(500)])
    again = Cache(tmp_path / "cache.sqlite")
    assert _statuses(again)[0] == "offline"
    assert again.device_counts() == {"1": (2, 3)}
    assert again.device_news.outdated() == {"1": READ_MS + 500}
    assert again.device_news.since(READ_MS) == (_news(500),)
    again.close()


def test_a_newer_reading_takes_its_place(cache: Cache) -> None:
    cache.put_devices("1", _devices(), _at(0))
    cache.device_news.put([_news(500), _news(500, "", "6")])
    cache.put_devices("1", _devices("online"), _at(900))
    assert _statuses(cache)[0] == "online"
    assert cache.device_news.outdated() == {}
    assert cache.device_news.since(0) == ()


def test_a_trouble_that_the_reading_confirms_stays_told(cache: Cache) -> None:
    cache.put_devices("1", _devices(), _at(0))
    cache.device_news.put([_news(500)])
    cache.put_devices("1", _devices("offline"), _at(900))
    assert cache.device_news.outdated() == {}
    assert cache.device_news.since(0) == (_news(500),)


def test_a_reading_that_began_before_it_takes_nothing_back(cache: Cache) -> None:
    cache.put_devices("1", _devices(), _at(0))
    cache.device_news.put([_news(500)])
    cache.put_devices("1", _devices("online"), _at(400))
    assert _statuses(cache)[0] == "offline"
    assert cache.device_news.outdated() == {"1": READ_MS + 500}


def test_what_is_told_late_or_again_changes_nothing(cache: Cache) -> None:
    cache.put_devices("1", _devices(), _at(0))
    cache.device_news.put([_news(500), _news(300, "online", came_ms=600), _news(400, "online", came_ms=700)])
    assert _statuses(cache)[0] == "offline"
    cache.put_devices("1", _devices("online"), _at(5000))
    cache.device_news.put([_news(500)])  # read again from the inbox, long after
    assert _statuses(cache)[0] == "online"
    assert cache.device_news.outdated() == {}


def test_of_two_devices_with_one_id_none_is_changed_by_guess(cache: Cache) -> None:
    cache.put_devices("1", _devices(), _at(0))
    cache.device_news.put([_news(500, device_id="7", kind="")])
    assert _statuses(cache)[2:] == ["online", "closed"]
    assert cache.device_news.outdated() == {"1": READ_MS + 500}
    cache.device_news.put([_news(600, device_id="7")])
    assert _statuses(cache)[2:] == ["offline", "closed"]


def test_a_site_that_was_never_read_keeps_it_for_then(cache: Cache) -> None:
    cache.device_news.put([_news(500)])
    assert cache.device_news.outdated() == {}
    cache.put_devices("1", _devices("online"), _at(400))
    assert _statuses(cache)[0] == "offline"


def test_what_is_two_days_old_goes(cache: Cache) -> None:
    cache.device_news.put([_news(0), _news(172_800_001, device_id="6")])
    assert [one.device_id for one in cache.device_news.since(0)] == ["6"]
