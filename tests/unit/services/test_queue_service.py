"""The queue over a scripted server and real files: what is decided leaves it, what is taken back returns, history is read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.decision import Verdict
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.review_queue import worst_key
from chekt_console.services.event_service import EventService
from chekt_console.services.queue_service import QueueService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.services.ports import Client

HOUR_MS = 3_600_000


def test_the_queue_holds_what_nobody_decided_worst_with_its_reason(tmp_path: Path) -> None:
    server, clock = FakeServer(), FakeClock()
    now = clock.now_ms()
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    client = cast("Client", server)
    queue = QueueService(client, cache, local, clock)
    events = EventService(client, cache, local, clock)

    def alarm(event_id: str, hours: float, subtype: str, site_id: str = "1", **values: object) -> Event:
        when = now - round(hours * HOUR_MS)
        return Event(event_id, site_id, when, EventKind.ALARM, subtype=subtype, **values)  # type: ignore[arg-type]

    server.log = [
        Event("a", "1", now - 30 * HOUR_MS, EventKind.ARMING, mode=ArmingMode.AWAY),
        alarm("old", 29, "intrusion", has_video=True),
        alarm("panic", 28, "panic", "2"),
        alarm("motion", 1, "motion"),
        alarm("known", 2, "intrusion", decision="real"),
    ]
    assert queue.read().from_ms is None
    read = queue.read_back(NoProgress())
    assert read.from_ms == now - 30 * 24 * HOUR_MS
    ordered = sorted(read.alarms, key=worst_key)
    assert [(one.event.event_id, one.reason) for one in ordered] == [
        ("old", "intrusion, armed away, clip"),
        ("panic", "panic"),
        ("motion", "motion, armed away, today"),
    ]

    events.decide_all([one.event for one in ordered[:2]], Verdict("false", "", "animal"))
    assert [one.event.event_id for one in queue.read().alarms] == ["motion"]
    undone = events.undo_decision()
    assert undone is not None
    assert {event.decision for event in undone[1]} == {""}
    assert len(queue.read().alarms) == 3
    # What the server knows as decided is reviewed again when it was taken back here.
    found = events.find("known")
    assert found is not None
    events.decide(found, "", "")
    assert "known" in {one.event.event_id for one in queue.read().alarms}
    cache.close()
    local.close()
