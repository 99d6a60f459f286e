"""Signed deliveries that no person would write: none stands in the way of those behind it, and no command grows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.webhook_world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KINDS = [
    "alarm_event",
    "alarm.created",
    "alarm.triggered",
    "arming_status",
    "site.armed",
    "snapshot.created",
    "verification.complete",
    "alarm.resolved",
    "device.status_change",
    "arming.command",
    "camera.view_request",
    "audio.request",
    "made.up",
]
_FIELDS = [
    "site_id",
    "event_id",
    "alarm_id",
    "command_id",
    "request_id",
    "event_time",
    "occurred_at",
    "created_at",
    "requested_at",
    "expires_at",
    "verified_at",
    "zone_number",
    "device_id",
    "camera_id",
    "device_name",
    "text",
    "decision",
    "verdict",
    "notes",
    "has_video",
    "video_clips",
    "action",
    "mode",
    "partition_ids",
    "requested_by",
    "site_name",
]
_ODD = st.one_of(
    st.sampled_from(
        [
            "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999-23:59", "2026-02-02T02:40:00Z", 10**30, -(10**30), 1e300,
            "\ud800", "a\udfffb", "\x00", "", "1784", 7, True, None, float("nan"), [], {}, [None], ["\udc00"], {"name": "\ud83d"},
        ]
    ),
    st.integers(),
    st.text(max_size=8),
)  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def _alarm(event_id: int, **words: Any) -> dict[str, Any]:
    data = {"site_id": 1784, "event_id": event_id, "event_time": "2026-02-02T02:40:00Z", **words}
    return {"event_id": event_id, "event_type": "alarm_event", "payload": {"data": data}}


def _command(**words: Any) -> dict[str, Any]:
    data = {"command_id": "cmd_1", "site_id": 1784, "action": "arm", "mode": "night", **words}
    return {"id": "evt_1", "type": "arming.command", "data": data}


@pytest.mark.parametrize(
    "odd",
    [
        {"id": "a", "type": "alarm.created", "created_at": "0001-01-01T00:00:00+23:59", "data": {"site_id": 1784}},
        {"id": "a", "type": "alarm.created", "created_at": "9999-12-31T23:59:59-23:59", "data": {"site_id": 1784, "alarm_id": 9}},
        {"id": "a\ud800", "type": "arming.command", "data": {"site_id": 1784, "action": "arm", "command_id": "c\ud800"}},
        _alarm(9, alarm_id="\udfff", text="\udfff"),
        _alarm(9, zone_number=10**30),
        _alarm(9, event_time="0001-01-01T00:00:00+23:59"),
        {"id": "a", "type": "verification.complete", "created_at": "0001-01-01T00:00:00+23:59",
         "data": {"site_id": 1784, "event_id": "\ud800", "verdict": "real"}},
    ],
)  # fmt: skip
def test_what_is_odd_does_not_stand_before_an_alarm_and_a_command(world: World, odd: dict[str, Any]) -> None:
    taken = world.deliver(odd, _alarm(7), _command())
    assert "7" in [event.event_id for event in taken.events]
    assert "cmd_1" in [state.request.request_id for state in taken.requests]
    assert not world.webhooks.take().kinds
    assert all(one.status != "new" for one in world.webhooks.newest())


def test_an_alarm_with_a_zone_that_is_none_is_an_alarm_without_one(world: World) -> None:
    (event,) = world.deliver(_alarm(7, zone_number=10**30)).events
    assert event.zone_number is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(_KINDS),
    st.dictionaries(st.sampled_from(_FIELDS), _ODD, max_size=8),
    st.dictionaries(st.sampled_from(["id", "event_id", "created_at", "status"]), _ODD, max_size=3),
)
def test_whatever_is_delivered_is_read_once(
    world: World, kind: str, data: dict[str, Any], envelope: dict[str, Any]
) -> None:
    world.deliver({**envelope, "type": kind, "data": data})
    assert not world.webhooks.take().kinds
    world.requests.states()


@pytest.mark.parametrize(
    ("words", "partitions"),
    [
        ({"partition_ids": [3]}, ("3",)),
        ({"partitions": [3]}, ("3",)),
        ({"partition_id": 3}, ("3",)),
        ({"partition": "3"}, ("3",)),
        ({"partition_ids": [3, 4], "partitions": [4, 3]}, ("3", "4")),
        ({"partition_id": 3, "partition_name": "Office"}, ("3",)),
        ({"partition_ids": []}, ()),
        ({"partition_ids": None}, ()),
    ],
)
def test_a_command_for_a_partition_stays_one(
    world: World, words: dict[str, Any], partitions: tuple[str, ...]
) -> None:
    (state,) = world.deliver(_command(**words)).requests
    assert state.state == "waiting"
    assert state.request.partition_ids == partitions


@pytest.mark.parametrize(
    "words",
    [
        {"partition_ids": "[3]x", "partitions": [3]},
        {"partition_ids": {"id": 3}},
        {"partition_ids": [3, None]},
        {"partition_ids": [True]},
        {"partitions": [{"partition_id": 3}]},
        {"partition_ids": [], "partition_id": 3},
        {"partition_ids": [3], "partition_id": 4},
        {"partition": ""},
        {"partitionIds": [3]},
        {"target_partition": 3},
        {"target": {"partition_id": 3}},
        {"area": 3},
        {"area_ids": [3]},
        {"partition_name": "Warehouse"},
        {"area_name": "Hall"},
        {"partition_ids": [], "partition_names": ["Warehouse"]},
        {"target": "partition", "target_id": "3"},
    ],
)
def test_a_partition_that_is_not_clear_is_never_taken_for_the_whole_site(
    world: World, words: dict[str, Any]
) -> None:
    world.requests.set_policy("always")
    (state,) = world.deliver(_command(**words)).requests
    assert state.state == "refused"
    assert "partitions cannot be read" in state.outcome


def test_a_partition_beside_the_data_is_not_overlooked(world: World) -> None:
    (state,) = world.deliver({**_command(), "partition_ids": [3]}).requests
    assert state.state == "refused"


def test_bytes_that_are_no_text_are_kept_as_unknown(world: World) -> None:
    taken = world.deliver_raw(
        b'{"id":"\xed\xa0\x80","type":"arming.command"}', json.dumps(_command()).encode()
    )
    assert [state.request.request_id for state in taken.requests] == ["cmd_1"]
    assert world.webhooks.unread_count() == 1
