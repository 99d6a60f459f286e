"""All sites at once: the same events as one by one, without an object for each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.event_columns import Runs
from chekt_console.domain.event_filter import EventFilter
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.site import Site
from chekt_console.services.event_service import EventService
from chekt_console.services.overview_service import OverviewService
from chekt_console.store.cache import Cache, KnownSpan
from chekt_console.store.database import Database
from chekt_console.store.local import LocalStore
from chekt_console.ui.shared.theme import DARK
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_view import TimelineView
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock
from tests.ui.timeline.timeline_world import HOUR_MS, history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Cache, LocalStore]]:
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    yield cache, local
    cache.close()
    local.close()


def test_it_holds_what_the_sites_hold(stores: tuple[Cache, LocalStore]) -> None:
    cache, local = stores
    clock = FakeClock()
    shift = clock.now_ms() - max(event.instant_ms for event in history().events) - 1_000
    events: list[Event] = [
        replace(event, event_id=f"{site}.{event.event_id}", site_id=site, instant_ms=event.instant_ms + shift)
        for site in ("s1", "s2", "s3")
        for event in history(400, days=20, seed=ord(site[1])).events
    ]
    cache.put_events(events)
    service = EventService(FakeServer(), cache, local, clock)
    undecided = next(one for one in events if one.kind is EventKind.ALARM and not one.decision)
    service.decide(undecided, "false", "", "animal")
    found = OverviewService(cache, service, clock).read(30)
    assert found.site_ids == ("s1", "s2", "s3")
    assert len(found.columns) == len(events)
    hits = found.columns.between(Runs((0, 1, 2)), 0, 2**62)
    assert {found.events[hit.row].event_id for hit in hits} == {event.event_id for event in events}
    wanted = EventFilter(is_decided=True)
    as_known = [replace(one, decision="false") if one is undecided else one for one in events]
    assert int(found.facets.mask(wanted).sum()) == sum(map(wanted.matches, as_known))


def test_an_empty_cache_is_an_empty_overview(stores: tuple[Cache, LocalStore]) -> None:
    cache, local = stores
    clock = FakeClock()
    found = OverviewService(cache, EventService(FakeServer(), cache, local, clock), clock).read(30)
    assert len(found.columns) == 0
    assert found.site_ids == ()


def test_sites_stand_in_the_order_a_person_counts(stores: tuple[Cache, LocalStore]) -> None:
    """Also those whose name is the same, or not known."""
    cache, local = stores
    clock = FakeClock()
    ordered = ("site_12", "site_3", "site_4", "site_2", "site_10")
    names = ("Bank 2", "Bank 10", "Bank 10")
    cache.put_sites(
        tuple(Site(*one) for one in zip(ordered, names, strict=False)), datetime.fromtimestamp(0, UTC)
    )
    then = clock.now_ms() - HOUR_MS
    cache.put_events([Event(f"{one}.1", one, then, EventKind.ALARM) for one in reversed(ordered)])
    service = EventService(FakeServer(), cache, local, clock)
    assert OverviewService(cache, service, clock).read(30).site_ids == ordered


def test_a_site_is_known_only_where_it_was_read(stores: tuple[Cache, LocalStore]) -> None:
    """One event in the cache says nothing of the days around it."""
    cache, local = stores
    clock, server = FakeClock(), FakeServer()
    now = clock.now_ms()
    read_from = now - 5 * 24 * HOUR_MS
    for site in ("read", "seen"):
        cache.put_events([Event(f"{site}1", site, now - 30 * HOUR_MS, EventKind.ALARM)])
    cache.put_known_span("read", KnownSpan(read_from, now - 20 * HOUR_MS, None))
    service = EventService(server, cache, local, clock)
    before = OverviewService(cache, service, clock).read(30)
    assert dict(zip(before.site_ids, before.known, strict=True)) == {
        "read": ((read_from, now - 20 * HOUR_MS),), "seen": (),
    }  # fmt: skip

    service.poll()
    found = OverviewService(cache, service, clock).read(30)
    known = dict(zip(found.site_ids, found.known, strict=True))
    assert known["read"] == ((read_from, now),)  # the feed goes on where it ended
    assert len(known["seen"]) == 1
    assert now - 25 * HOUR_MS < known["seen"][0][0] < now - 23 * HOUR_MS

    view = TimelineView(UTC, DARK, now_ms=now)
    view.content = TimelineContent.of_overview(found)
    view.columns = found.columns
    view.refresh_lanes()
    lane = {shown.key: index for index, shown in enumerate(view.lanes)}
    week_ago = now - 7 * 24 * HOUR_MS
    assert view.unknown_spans_of(lane["site:read"], week_ago, now) == [(week_ago, read_from)]
    assert view.unknown_spans_of(lane["site:seen"], week_ago, now) == [(week_ago, known["seen"][0][0])]
    assert view.unknown_spans(week_ago, now) == [(week_ago, read_from)]  # the strip: where no site was read
    view.now_ms = now + HOUR_MS
    assert view.unknown_spans_of(lane["site:seen"], now, now + HOUR_MS) == [(now, now + HOUR_MS)]
    view.content.known_to_ms = now + HOUR_MS  # the next poll
    assert view.unknown_spans_of(lane["site:seen"], now, now + HOUR_MS) == []


def test_a_row_under_the_pointer_reads_nothing_from_the_disk(
    stores: tuple[Cache, LocalStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window's thread asks for it at each movement, and for every row of the list."""
    cache, local = stores
    clock = FakeClock()
    alarms = [
        Event(name, "s", clock.now_ms() - n * HOUR_MS, EventKind.ALARM, status="active", device_id="5")
        for n, name in enumerate(("31", "words", "12"), 1)
    ]
    cache.put_events(alarms)
    service = EventService(FakeServer(), cache, local, clock)
    service.decide(alarms[1], "false", "", "animal")
    service.keep_step("12", "s", "cleared", clock.now_ms())
    overview = OverviewService(cache, service, clock)
    for _ in range(2):  # as read from the events, then from packed days
        found = overview.read(30)
        used: list[str] = []
        monkeypatch.setattr(Database, "on_use", used.append)
        hits = found.columns.between(Runs((0,)), 0, 2**62)
        rows = [found.events[hit.row] for hit in hits]
        assert [found.events.row_of(event.event_id) for event in rows] == [hit.row for hit in hits]
        assert used == []
        monkeypatch.undo()
        wanted = [service.find(event.event_id) for event in reversed(alarms)]
        assert rows == wanted
        assert [event.decision for event in rows] == ["", "false", ""]
        assert rows[0].status == "cleared"
        overview.pack(30, NoProgress())
