"""Each webhook family of chekt-api.md 4 does what it tells: its event, its step, its site to read again; in any order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.site import Site
from tests.support.webhook_world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT = "2026-02-02T02:40:00Z"
AT_MS = round(datetime(2026, 2, 2, 2, 40, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.cache.put_sites((Site("1784", "Harbor", account_number="A-77"),), datetime.now(UTC))
    yield world
    world.close()


def _third(kind: str, at: str = AT, **data: Any) -> dict[str, Any]:
    """As the third generation sends it: only the envelope has a time."""
    return {"id": f"evt_{kind}_{at}", "type": kind, "created_at": at, "data": {"site_id": 1784, **data}}


def _first(kind: str, number: int = 7, **data: Any) -> dict[str, Any]:
    data = {"site_id": 1784, "event_id": number, "event_time": AT, **data}
    return {"event_id": f"{kind}{number}", "event_type": kind, "status": "", "payload": {"data": data}}


def _status(world: World, event_id: str = "A-1") -> str:
    event = world.events.find(event_id)
    assert event is not None
    assert not world.events.conflict_words()
    return event.status


@pytest.mark.parametrize(
    ("kind", "data", "status", "decision"),
    [
        ("alarm.acknowledged", {"operator_id": "op-7"}, "acknowledged", ""),
        ("alarm.dispatched", {"responder_type": "guard", "eta_seconds": 300}, "dispatched", ""),
        ("alarm.cleared", {}, "cleared", ""),
        ("alarm.resolved", {"resolution": "handled"}, "resolved", ""),
        ("alarm.resolved", {"resolution": "false-positive"}, "resolved", "false"),
        ("alarm.resolved", {"resolution": "escalated"}, "resolved", "real"),
    ],
)
@pytest.mark.parametrize("is_first", [False, True])
def test_a_step_lands_on_its_alarm_whichever_comes_first(
    world: World, kind: str, data: dict[str, Any], status: str, decision: str, is_first: bool
) -> None:
    sent = [
        _third("alarm.created", alarm_id="A-1", trigger="motion"),
        _third(kind, "2026-02-02T02:45:00Z", alarm_id="A-1", **data),
    ]
    if is_first:
        sent.reverse()
        taken = world.deliver(sent[0])
        assert not taken.events  # the end of an alarm is no alarm
        assert taken.wants_poll
        told = world.deliver(sent[1]).events
    else:
        world.deliver(sent[0])
        told = world.deliver(sent[1]).events
    assert [(one.status, one.decision) for one in told] == [(status, decision)]
    event = world.events.find("A-1")
    assert event is not None
    assert event.instant_ms == AT_MS
    assert event.decision == decision
    assert not [one for one in world.webhooks.newest() if not one.status.startswith("done")]
    assert not world.events.conflict_words()


def test_a_late_step_and_the_log_take_nothing_back(world: World) -> None:
    world.deliver(_third("alarm.created", alarm_id="A-1"))
    world.deliver(_third("alarm.resolved", alarm_id="A-1", resolution="handled"))
    assert not world.deliver(_third("alarm.acknowledged", "2026-02-02T02:50:00Z", alarm_id="A-1")).events
    assert _status(world) == "resolved"
    world.server.log = [Event("A-1", "1784", AT_MS, EventKind.ALARM, status="waiting")]
    assert [one.status for one in world.events.poll()] == ["resolved"]
    assert _status(world) == "resolved"


@pytest.mark.parametrize("is_log_first", [False, True])
def test_an_alarm_dated_by_its_envelope_is_the_one_of_the_log(world: World, is_log_first: bool) -> None:
    own = Event("A-1", "1784", AT_MS, EventKind.ALARM, device_name="Dock")
    late = _third("alarm.created", "2026-02-02T02:40:05Z", alarm_id="A-1")
    world.server.log = [own]
    if is_log_first:
        world.events.poll()
        assert not world.deliver(late).events
    else:
        (told,) = world.deliver(late).events
        assert told.instant_ms == AT_MS + 5000
        (again,) = world.events.poll()
        assert again.instant_ms == AT_MS
    assert not world.deliver(_third("alarm.created", "2026-02-02T02:40:09Z", alarm_id="A-1")).events
    assert world.events.find("A-1") == own
    assert not world.events.conflict_words()


def test_another_event_under_the_number_is_still_told(world: World) -> None:
    world.deliver(_first("alarm_event"), _first("alarm_event", event_time="2026-02-02T03:40:00Z"))
    assert not world.events.conflict_words()  # the same delivery id: kept once
    world.deliver({**_first("alarm_event", event_time="2026-02-02T03:40:00Z"), "event_id": "other"})
    assert "number of event 7 again" in world.events.conflict_words()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (_first("alarm_event"), EventKind.ALARM),
        (_first("event_video"), EventKind.ALARM),
        (_first("arming_status", arming_status="armed"), EventKind.ARMING),
        (_third("alarm.triggered", event_id=7), EventKind.ALARM),
        (_third("alarm.created", alarm_id=7), EventKind.ALARM),
        (_third("site.armed", event_id=7), EventKind.ARMING),
        (_third("site.disarmed", event_id=7), EventKind.ARMING),
        (_third("event.created", event_id=7, event_type="trouble"), EventKind.TROUBLE),
    ],
)
def test_what_tells_of_an_event_brings_it(world: World, body: dict[str, Any], kind: EventKind) -> None:
    (event,) = world.deliver(body).events
    assert (event.event_id, event.site_id, event.kind) == ("7", "1784", kind)
    assert event.has_video == (body.get("event_type") == "event_video")


def test_a_video_of_a_trouble_leaves_it_a_trouble(world: World) -> None:
    world.deliver(_third("event.created", event_id=7, event_type="trouble", event_time=AT))
    (event,) = world.deliver(_first("event_video")).events
    assert (event.kind, event.has_video) == (EventKind.TROUBLE, True)
    assert not world.events.conflict_words()


@pytest.mark.parametrize(
    "kind",
    [
        "camera_network", "bridge_network", "device.status_changed", "device.online", "device.offline",
        "device.firmware_updated", "device.status_change",
    ],
)  # fmt: skip
def test_what_tells_of_a_device_lets_its_site_be_read(world: World, kind: str) -> None:
    taken = world.deliver(_third(kind, device_id=3))
    assert taken.device_sites == {"1784"}
    assert taken.wants_poll
    (kept,) = world.cache.device_news.since(0)
    assert (kept.site_id, kept.device_id) == ("1784", "3")


def test_what_is_told_of_a_device_is_read_again_when_the_disk_refuses_it(world: World) -> None:
    world.cache._database._writer.execute("PRAGMA query_only=1")
    taken = world.deliver(_third("device.offline", device_id=3))
    assert taken.failure
    assert not taken.device_news
    world.cache._database._writer.execute("PRAGMA query_only=0")
    assert world.webhooks.take().device_sites == {"1784"}
    assert world.events.open_troubles() == {"1784": 1}


@pytest.mark.parametrize("kind", ["snapshot.created", "verification.requested", "partition_arming_status"])
def test_what_tells_of_something_to_read_lets_it_be_read(world: World, kind: str) -> None:
    taken = world.deliver(_third(kind, event_id=7, partitions=[{"partition_id": 3}]))
    assert not taken.events
    assert taken.wants_poll
    assert taken.arming_sites == ({"1784"} if kind.startswith("partition") else set())


def test_a_site_is_found_by_its_account_number(world: World) -> None:
    body = _third("alarm.created", alarm_id="A-1", account_number="A-77")
    del body["data"]["site_id"]
    (event,) = world.deliver(body).events
    assert event.site_id == "1784"
    sites = (Site("1784", "Harbor", account_number="A-77"), Site("9", "Other", account_number="A-77"))
    world.cache.put_sites(sites, datetime.now(UTC))
    body["id"], body["data"]["alarm_id"] = "evt_2", "A-2"
    assert not world.deliver(body).events  # two sites have it: neither is guessed
