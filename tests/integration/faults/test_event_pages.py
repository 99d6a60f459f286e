"""faults.md: event page repeated, out of order, overlapping, id reused with other content: set equal by id, conflict kept and shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from chekt_console.api.events_resource import PageOfEvents
from chekt_console.domain.event import Event, EventKind
from chekt_console.services.event_service import EventService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.console import RunningConsole
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from chekt_console.services.ports import Client

_NOW_MS = FakeClock().now_ms()


class Pages:
    """A server that sends the pages it was given, whatever was asked for."""

    def __init__(self, pages: list[list[Event]]) -> None:
        self._pages = pages

    @property
    def events(self) -> Pages:
        return self

    def search(self, *, cursor: str = "", **_: object) -> PageOfEvents:
        number = int(cursor or 0)
        if number >= len(self._pages):
            return PageOfEvents((), "", ())
        more = str(number + 1) if number + 1 < len(self._pages) else ""
        return PageOfEvents(tuple(self._pages[number]), more, ())


def _event(number: int, version: int = 0) -> Event:
    """`version`: the same event later on, with a video."""
    return Event(
        f"e{number}",
        f"{number % 3}",
        _NOW_MS - 60_000 + number * 500,
        EventKind.ALARM,
        "motion",
        has_video=version > 0,
    )


def _reused(number: int) -> Event:
    return replace(_event(number), site_id="9", subtype="door")


@st.composite
def _sent(draw: st.DrawFn) -> tuple[list[list[Event]], list[list[Event]], list[Event], int]:
    """Pages of two polls, deliveries between them, and how many events there are in truth."""
    count = draw(st.integers(1, 12))
    numbers = st.integers(0, count - 1)
    page = st.lists(st.builds(_event, numbers, st.integers(0, 1)), max_size=6)
    first = [[_event(number)] for number in range(count)]  # each first comes as itself
    first += draw(st.lists(page, max_size=4))
    others = [_reused(number) for number in draw(st.lists(numbers, max_size=3))]
    later = draw(st.lists(page, max_size=4)) + ([others] if others else [])
    return first, draw(st.permutations(later)), draw(page) + others[:1], count


@given(_sent(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_set_by_id_is_the_servers_whatever_the_pages(
    sent: tuple[list[list[Event]], list[list[Event]], list[Event], int], is_webhook_between: bool
) -> None:
    first, later, delivered, count = sent
    with TemporaryDirectory() as folder:
        cache, local = Cache(Path(folder) / "cache.sqlite"), LocalStore(Path(folder) / "local.sqlite")
        server = Pages(first)
        service = EventService(cast("Client", server), cache, local, FakeClock())
        told = list(service.poll())
        if is_webhook_between:
            told += service.deliver(delivered)
        server._pages = later
        told += service.poll()
        for _ in range(2):
            assert service.poll() == () or any(page for page in later)
        kept = cache.all_events.recent(0, tuple(EventKind))
        reused = {one.event_id for page in later for one in page if one.site_id == "9"}
        if is_webhook_between:
            reused |= {one.event_id for one in delivered if one.site_id == "9"}
        assert {event.event_id for event in kept} == {f"e{number}" for number in range(count)}
        assert len(kept) == count
        assert all(event.site_id != "9" for event in kept)  # never another event under its id
        assert all(event.site_id != "9" for event in told)
        assert {event.event_id for event in cache.conflicts()} == reused
        words = service.conflict_words()
        assert bool(words) == bool(reused)
        assert "The first one is shown, the other is kept." in words or not reused
        cache.close()
        local.close()


def test_a_conflict_is_shown_in_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    running = RunningConsole(qtbot, tmp_path / "data")
    try:
        running.wait_filled()
        session = running.session
        running.wait(lambda: session.cache.all_events.recent(0, tuple(EventKind)))
        known = session.cache.all_events.recent(0, tuple(EventKind))[-1]
        other = replace(known, site_id="another-site", subtype="door")
        session.events.deliver([other])
        session.feed.poll_soon()
        shown = session._shell.notices
        running.wait(lambda: any("used the number of event" in one.text for one in shown.notices()))
    finally:
        running.close()
