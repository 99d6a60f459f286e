"""Packed days give exactly the events that are stored, whatever was changed, damaged, broken off or written by another version."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.event_book import EventBook
from chekt_console.domain.progress import NoProgress
from chekt_console.store.cache import _MIGRATIONS, Cache
from chekt_console.store.codec import EVENT_COLUMNS, event_row
from chekt_console.store.database import Database
from chekt_console.store.event_day_tables import DAY_MS
from chekt_console.store.event_days import EventDays
from tests.support.ending import running_child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ALL = tuple(EventKind)
# Close to midnight, so that a newer version of an event may be of another day.
_INSTANTS = st.builds(lambda day, ms: day * DAY_MS + ms, st.integers(1, 4), st.integers(-1500, 1500))
_EVENTS = st.builds(
    Event,
    event_id=st.sampled_from(("1", "2", "3", "17", "a,b", "007", "\N{SNOWMAN}")),
    site_id=st.sampled_from(("1", "2")),
    instant_ms=_INSTANTS,
    kind=st.sampled_from(EventKind),
    subtype=st.sampled_from(("", "motion")),
    status=st.sampled_from(("", "active")),
    zone_number=st.sampled_from((None, 3)),
    has_video=st.booleans(),
    mode=st.sampled_from((None, ArmingMode.NIGHT)),
    decision=st.sampled_from(("", "real")),
)
_STEPS = st.lists(st.one_of(st.none(), st.tuples(st.lists(_EVENTS, max_size=4), st.booleans())), max_size=12)


def _given_back(cache: Cache, since_ms: int = 0) -> list[Event]:
    return list(EventBook.of_columns(*cache.days.since(since_ms)))


def _pack(cache: Cache) -> int:
    return cache.days.pack(0, 5 * DAY_MS, NoProgress())


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """Three events of the first day, three of the second, both packed."""
    cache = Cache(tmp_path / "cache.sqlite")
    cache.put_events(
        Event(str(n), "1", n % 2 * DAY_MS + n, EventKind.ALARM, device_name=f"Camera {n}") for n in range(6)
    )
    _pack(cache)
    yield cache
    cache.close()


@given(_STEPS, _INSTANTS)
@settings(max_examples=60, deadline=None)
def test_what_is_stored_is_given_back_packed_or_not(
    steps: list[tuple[list[Event], bool] | None], since_ms: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(Cache(Path(folder) / "cache.sqlite")) as cache:
        for step in steps:
            if step is None:
                _pack(cache)
            else:
                cache.put_events(step[0], {event.event_id for event in step[0]} if step[1] else ())
            assert _given_back(cache, since_ms) == list(cache.all_events.recent(since_ms, _ALL))


def test_a_day_is_packed_once_and_again_after_an_event_of_it_changed(cache: Cache) -> None:
    assert _pack(cache) == 0
    before = _given_back(cache)
    cache.put_events([replace(before[0], decision="real")])
    assert _given_back(cache) == [replace(before[0], decision="real"), *before[1:]]
    assert _pack(cache) == 1
    assert _given_back(cache) == [replace(before[0], decision="real"), *before[1:]]


def test_an_event_whose_newer_version_is_of_the_next_day_is_of_that_day_only(cache: Cache) -> None:
    """Its time grew by the fraction of a second that was not told at first."""
    late = Event("99", "1", 3 * DAY_MS - 400, EventKind.ALARM)
    cache.put_events([late])
    _pack(cache)
    newer = replace(late, instant_ms=3 * DAY_MS + 200)
    cache.put_events([newer])
    assert _given_back(cache)[6:] == [newer]
    assert _pack(cache) == 2


def test_packed_days_are_read_without_the_events(cache: Cache, tmp_path: Path) -> None:
    """Else nothing is gained; also shows that the other tests do read what is packed."""
    before = _given_back(cache)
    with closing(sqlite3.connect(tmp_path / "cache.sqlite")) as other, other:
        other.execute("DROP TRIGGER event_day_gone")
        other.execute("DELETE FROM event")
    assert _given_back(cache) == before


@pytest.mark.parametrize("what", ["flipped", "count", "cut", "empty", "version", "source"])
def test_a_damaged_day_is_read_from_its_events_and_packed_anew(
    cache: Cache, tmp_path: Path, what: str
) -> None:
    before = _given_back(cache)
    with closing(sqlite3.connect(tmp_path / "cache.sqlite")) as other, other:
        if what == "source":
            other.execute("DELETE FROM event_source WHERE number >= 2")
        for day, body in other.execute("SELECT day, body FROM event_day").fetchall():
            damaged = {
                "flipped": body[:-1] + bytes([body[-1] ^ 1]),
                "count": body[:4] + bytes([body[4] ^ 1]) + body[5:],
                "cut": body[:-5],
                "empty": b"",
                "version": bytes([body[0] + 1]) + body[1:],
                "source": body,
            }[what]
            other.execute("UPDATE event_day SET body = ? WHERE day = ?", (damaged, day))
    assert _given_back(cache) == before
    assert _pack(cache) > 0
    assert _given_back(cache) == before
    assert _pack(cache) == 0


class _Interrupted(EventDays):
    """Something happens while a day is being packed."""

    def __init__(self, cache: Cache, happens: Callable[[], object]) -> None:
        super().__init__(cache._database)
        self._happens = happens

    def _read(self, *asked: object) -> object:  # type: ignore[override]
        part = super()._read(*asked)  # type: ignore[arg-type]
        self._happens()
        return part


def test_an_event_that_comes_while_its_day_is_packed_is_not_lost(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    cache.put_events([Event("1", "1", 5, EventKind.ALARM)])
    days = _Interrupted(cache, lambda: cache.put_events([Event("2", "1", 6, EventKind.ALARM)]))
    assert days.pack(0, 0, NoProgress()) == 0
    assert [event.event_id for event in _given_back(cache)] == ["1", "2"]
    assert _pack(cache) > 0
    assert [event.event_id for event in _given_back(cache)] == ["1", "2"]
    cache.close()


def test_two_copies_of_the_program_may_pack_at_once(tmp_path: Path) -> None:
    """Each gives numbers to what events share, and no number means two things."""
    cache, other = Cache(tmp_path / "cache.sqlite"), Cache(tmp_path / "cache.sqlite")
    cache.put_events(
        Event(str(n), "1", n * DAY_MS, EventKind.ALARM, device_name=f"Camera {n}") for n in range(3)
    )
    before = _given_back(cache)
    _Interrupted(cache, lambda: other.days.pack(DAY_MS, DAY_MS, NoProgress())).pack(
        0, 2 * DAY_MS, NoProgress()
    )
    assert _given_back(cache) == _given_back(other) == before
    _pack(cache)
    assert _given_back(cache) == _given_back(other) == before
    cache.close()
    other.close()


def test_what_another_copy_packed_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    """It may know of an event that came after this one had read the day."""
    cache, other = Cache(tmp_path / "cache.sqlite"), Cache(tmp_path / "cache.sqlite")
    cache.put_events([Event("1", "1", 5, EventKind.ALARM)])
    _pack(cache)
    cache.put_events([Event("2", "1", 6, EventKind.ALARM)])

    def happens() -> None:
        other.put_events([Event("3", "1", 7, EventKind.ALARM)])
        _pack(other)

    _Interrupted(cache, happens).pack(0, 0, NoProgress())
    assert [event.event_id for event in _given_back(cache)] == ["1", "2", "3"]
    cache.close()
    other.close()


def test_a_file_of_an_older_version_gives_its_events(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    older = Database(path, _MIGRATIONS[:5], is_rebuildable=True)
    event = Event("7", "1", 3 * DAY_MS, EventKind.TROUBLE, "device_offline")
    with older.writing() as connection:
        marks = ", ".join("?" * 16)
        connection.execute(f"INSERT INTO event ({EVENT_COLUMNS}) VALUES ({marks})", event_row(event))
    older.close()
    cache = Cache(path)
    assert _given_back(cache) == [event]
    cache.close()


_WRITER = """
import sys
from pathlib import Path
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.progress import NoProgress
from chekt_console.store.cache import Cache
from chekt_console.store.event_day_tables import DAY_MS
cache = Cache(Path(sys.argv[1]))
for page in range(1, 100_000):
    at = page % 3 * DAY_MS + page
    cache.put_events([Event(str(page * 10 + n), "1", at, EventKind.ALARM, text=str(page % 7)) for n in range(5)])
    cache.days.pack(0, 3 * DAY_MS, NoProgress())
    print(page, flush=True)
"""


@pytest.mark.parametrize("pages_before", [1, 5, 12])
def test_nothing_is_missing_after_a_kill_while_days_are_packed(tmp_path: Path, pages_before: int) -> None:
    path = tmp_path / "cache.sqlite"
    with running_child([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for _ in range(pages_before):
            child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
        child.stdout.read()
    cache = Cache(path)
    assert _given_back(cache) == list(cache.all_events.recent(0, _ALL))
    assert len(_given_back(cache)) >= pages_before * 5
    cache.close()
