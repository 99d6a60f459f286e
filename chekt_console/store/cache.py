"""What the server said last, so that it is on screen at once and offline: may be lost, is then read anew."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.request_budget import LearnedLimits
from chekt_console.store.alarm_steps import TABLES as ALARM_STEPS
from chekt_console.store.alarm_steps import AlarmSteps
from chekt_console.store.all_events import AllEvents
from chekt_console.store.codec import (
    EVENT_COLUMNS,
    SITE_COLUMNS,
    SharedTexts,
    device_json,
    device_of,
    event_of,
    event_row,
    from_ms,
    schedule_json,
    schedule_of,
    site_of,
    site_row,
    state_json,
    state_of,
    to_ms,
)
from chekt_console.store.database import Database, in_chunks, marks
from chekt_console.store.device_news import TABLES as DEVICE_NEWS
from chekt_console.store.device_news import DeviceNewsBook, settle
from chekt_console.store.event_day_tables import TABLES as EVENT_DAYS
from chekt_console.store.record_book import TABLES as RECORD_BOOK
from chekt_console.store.record_book import RecordBook
from chekt_console.store.site_reading import TABLES as SITE_READING
from chekt_console.store.site_reading import SiteReading, forget

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from chekt_console.domain.arming import ArmingState, PartitionArming
    from chekt_console.domain.device import Device
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site
    from chekt_console.store.event_days import EventDays

    _Armed = tuple[ArmingState, tuple[PartitionArming, ...], datetime | None]

_LIMITS = ("limit a second", "is limit a second met", "limit a minute", "background a minute")
_MIGRATIONS = (
    """
    CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER) STRICT, WITHOUT ROWID;
    CREATE TABLE site (
        site_id TEXT PRIMARY KEY, place INTEGER NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL,
        account_number TEXT NOT NULL, account_reference_id TEXT NOT NULL, dealer_name TEXT NOT NULL,
        timezone TEXT NOT NULL, is_active INTEGER NOT NULL, is_monitored INTEGER NOT NULL,
        has_partitions INTEGER NOT NULL, partitions TEXT NOT NULL
    ) STRICT;
    CREATE TABLE device (
        site_id TEXT NOT NULL, place INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (site_id, place)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE device_list (site_id TEXT PRIMARY KEY, as_of INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE arming (site_id TEXT PRIMARY KEY, body TEXT NOT NULL, as_of INTEGER) STRICT, WITHOUT ROWID;
    CREATE TABLE schedule (
        site_id TEXT PRIMARY KEY, body TEXT NOT NULL, etag TEXT NOT NULL, problems TEXT NOT NULL, as_of INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE event (
        event_id TEXT NOT NULL, site_id TEXT NOT NULL, instant_ms INTEGER NOT NULL, kind INTEGER NOT NULL,
        subtype TEXT NOT NULL, text TEXT NOT NULL, status TEXT NOT NULL, category_id TEXT NOT NULL,
        zone_number INTEGER, device_id TEXT NOT NULL, device_name TEXT NOT NULL, device_key TEXT NOT NULL,
        has_video INTEGER NOT NULL, mode TEXT NOT NULL, decision TEXT NOT NULL, user TEXT NOT NULL,
        PRIMARY KEY (site_id, instant_ms, event_id)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX event_by_id ON event (event_id);
    CREATE INDEX event_recent ON event (instant_ms, kind);
    CREATE TABLE known (site_id TEXT PRIMARY KEY, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, as_of INTEGER)
        STRICT, WITHOUT ROWID
    """,
    f"CREATE INDEX event_open ON event (instant_ms) WHERE kind = {int(EventKind.ALARM)} AND decision = ''",
    # An id that comes again for something else: the first stays, the other is kept beside it. A time may grow by its
    # fraction of a second without being another.
    """
    CREATE TABLE event_conflict (
        event_id TEXT NOT NULL, site_id TEXT NOT NULL, instant_ms INTEGER NOT NULL, kind INTEGER NOT NULL,
        subtype TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (event_id, site_id, instant_ms, kind)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER event_reused BEFORE INSERT ON event WHEN EXISTS (
        SELECT 1 FROM event e WHERE e.event_id = NEW.event_id
        AND (e.site_id != NEW.site_id OR e.kind != NEW.kind OR abs(e.instant_ms - NEW.instant_ms) >= 2000)
    ) BEGIN
        INSERT OR IGNORE INTO event_conflict
            VALUES (NEW.event_id, NEW.site_id, NEW.instant_ms, NEW.kind, NEW.subtype, NEW.text);
        SELECT RAISE(IGNORE);
    END
    """,
    # A webhook may date an event by its own sending only: the event's own time, when it is told, takes that one's place.
    "CREATE TABLE event_guess (event_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    ALARM_STEPS,
    EVENT_DAYS,
    SITE_READING,
    RECORD_BOOK,
    DEVICE_NEWS,
)


@dataclass(frozen=True, slots=True)
class KnownSpan:
    """Between these instants every event of the site is in the cache."""

    from_ms: int
    to_ms: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class CachedSchedule:
    schedule: WeekSchedule
    etag: str
    problems: tuple[str, ...]
    as_of: datetime | None


class Cache:
    """All methods may be called from any thread; each write is one transaction. Sites and armed states, for which the
    window asks at every click, are read once and held: nobody else writes to the file."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _MIGRATIONS, is_rebuildable=True)
        self.alarm_steps = AlarmSteps(self._database)
        self.all_events = AllEvents(self._database)
        self.site_reading = SiteReading(self._database)
        self.records = RecordBook(self._database)
        self.device_news = DeviceNewsBook(self._database)
        self._sites_lock = threading.Lock()
        self._held_lock = threading.Lock()  # never held while something is written: the window would wait too
        self._sites: tuple[tuple[Site, ...], datetime | None] | None = None
        self._site_by_id: dict[str, Site] = {}
        self._last_sites: tuple[Site, ...] | None = None  # as they were put last
        self._arming: dict[str, _Armed] | None = None

    @property
    def was_rebuilt(self) -> str:
        return self._database.was_rebuilt

    @property
    def is_damaged(self) -> bool:
        """Damage was met since it was opened; opened anew it is set aside and rebuilt."""
        return self._database.is_damaged

    @cached_property
    def days(self) -> EventDays:
        from chekt_console.store.event_days import (
            EventDays,  # numpy: a tenth of a start, and not for its first sites
        )

        return EventDays(self._database)

    def is_whole(self) -> bool:
        """Slow: for a worker."""
        return self._database.is_whole()

    def close(self) -> None:
        self._database.close()

    def sites(self) -> tuple[tuple[Site, ...], datetime | None]:
        held = self._sites
        if held is not None:
            return held
        with self._held_lock:
            with self._database.reading():
                sites = self._database.values(site_of, f"SELECT {SITE_COLUMNS} FROM site ORDER BY place")
                as_of = self._instant("SELECT value FROM fact WHERE name = 'sites_as_of'")
            self._hold_sites(tuple(sites), as_of)
            return tuple(sites), as_of

    def site(self, site_id: str) -> Site | None:
        self.sites()
        return self._site_by_id.get(site_id)

    def _hold_sites(self, sites: tuple[Site, ...], as_of: datetime | None) -> None:
        if self._sites is None or sites is not self._sites[0]:
            self._site_by_id = {site.site_id: site for site in sites}
        # Of two with one id the file has one only: it is asked again.
        self._sites = (sites, as_of) if len(sites) == len(self._site_by_id) else None

    def put_sites(self, sites: tuple[Site, ...], as_of: datetime) -> None:
        """The whole account: a site that is not among them is gone. The very same value as last time is only as new again."""
        with self._sites_lock:
            with self._database.writing() as connection:
                if sites is not self._last_sites:
                    rows = [(place, *site_row(site)) for place, site in enumerate(sites)]
                    connection.execute("DELETE FROM site")
                    connection.executemany(
                        f"INSERT OR REPLACE INTO site (place, {SITE_COLUMNS}) VALUES ({marks(12)})", rows
                    )
                connection.execute("INSERT OR REPLACE INTO fact VALUES ('sites_as_of', ?)", (to_ms(as_of),))
                forget(connection)
            self._last_sites = sites
            with self._held_lock:
                self._hold_sites(sites, from_ms(to_ms(as_of)))

    def devices(self, site_id: str) -> tuple[tuple[Device, ...], datetime | None]:
        devices = self._database.values(
            lambda row: device_of(row[0]),
            "SELECT body FROM device WHERE site_id = ? ORDER BY place",
            (site_id,),
        )
        return tuple(devices), self._instant("SELECT as_of FROM device_list WHERE site_id = ?", (site_id,))

    def devices_to_check(self) -> list[Device]:
        """Of all sites: bridges that tell something of themselves, and cameras that are told to be in no partition."""
        return self._database.values(
            lambda row: device_of(row[0]),
            "SELECT body FROM (SELECT body, site_id, json_extract(body, '$.kind') AS kind FROM device) WHERE"
            " kind = 'bridge' AND (json_extract(body, '$.arming_status') != '' OR json_extract(body, '$.health') != '[]')"
            " OR kind = 'camera' AND json_extract(body, '$.partition_id') = ''"
            " AND site_id IN (SELECT site_id FROM site WHERE has_partitions)",
        )

    def put_devices(self, site_id: str, devices: Iterable[Device], as_of: datetime) -> None:
        """Those that are there already stay as they are and are only as new again. `as_of`: when they began to be read."""
        rows = [(site_id, place, device_json(device)) for place, device in enumerate(devices)]
        with self._database.writing() as connection:
            there = connection.execute("SELECT * FROM device WHERE site_id = ? ORDER BY place", (site_id,))
            if [tuple(row) for row in there] != rows:
                connection.execute("DELETE FROM device WHERE site_id = ?", (site_id,))
                connection.executemany("INSERT INTO device VALUES (?, ?, ?)", rows)
            connection.execute("INSERT OR REPLACE INTO device_list VALUES (?, ?)", (site_id, to_ms(as_of)))
            settle(connection, site_id, to_ms(as_of))

    def devices_read(self) -> dict[str, datetime]:
        """By site: when its devices were read."""
        rows = self._database.rows("SELECT site_id, as_of FROM device_list")
        found = ((site_id, from_ms(as_of)) for site_id, as_of in rows)
        return {site_id: moment for site_id, moment in found if moment is not None}

    def arming(self) -> dict[str, _Armed]:
        with self._held_lock:
            if self._arming is None:
                self._arming = dict(
                    self._database.values(
                        lambda row: (row[0], (*state_of(row[1]), from_ms(row[2]))),
                        "SELECT site_id, body, as_of FROM arming",
                    )
                )
            return dict(self._arming)

    def put_arming(
        self,
        site_id: str,
        state: ArmingState,
        partitions: tuple[PartitionArming, ...],
        as_of: datetime | None,
    ) -> None:
        row = (site_id, state_json(state, partitions), to_ms(as_of))
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO arming VALUES (?, ?, ?)", row)
        with self._held_lock:
            if self._arming is not None:
                self._arming[site_id] = (*state_of(row[1]), from_ms(row[2]))

    def schedule(self, site_id: str) -> CachedSchedule | None:
        found = self._database.values(
            lambda row: _schedule_of(schedule_of(row[0]), *row[1:]),
            "SELECT body, etag, problems, as_of FROM schedule WHERE site_id = ?",
            (site_id,),
        )
        return found[0] if found else None

    def schedules(self) -> dict[str, CachedSchedule]:
        """Of all sites whose schedule was read, by site id; equal ones share one value."""
        read: dict[str, WeekSchedule] = {}

        def made(row: tuple[Any, ...]) -> tuple[str, CachedSchedule]:
            if row[1] not in read:
                read[row[1]] = schedule_of(row[1])
            return row[0], _schedule_of(read[row[1]], *row[2:])

        return dict(self._database.values(made, "SELECT site_id, body, etag, problems, as_of FROM schedule"))

    def put_schedule(
        self,
        site_id: str,
        schedule: WeekSchedule,
        etag: str,
        problems: tuple[str, ...],
        as_of: datetime | None,
    ) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO schedule VALUES (?, ?, ?, ?, ?)",
                (site_id, schedule_json(schedule), etag, "\n".join(problems), to_ms(as_of)),
            )

    def events(self, site_id: str, since_ms: int, until_ms: int = 2**62) -> tuple[Event, ...]:
        """Newest first, since_ms <= instant < until_ms."""
        rows = self._database.values(
            SharedTexts().event_of,
            f"SELECT {EVENT_COLUMNS} FROM event WHERE site_id = ? AND instant_ms >= ? AND instant_ms < ?"
            " ORDER BY instant_ms DESC, event_id DESC",
            (site_id, since_ms, until_ms),
        )
        return tuple(rows)

    def event(self, event_id: str) -> Event | None:
        return self.versions((event_id,)).get(event_id)

    def put_events(self, events: Iterable[Event], guessed_ids: Collection[str] = ()) -> None:
        """New ones and new versions of known ones, found by their id; what is something else under a known id becomes one
        of `conflicts`. `guessed_ids`: those whose time is that of a delivery; a later version may tell another time."""
        told = list(events)
        with self._database.writing() as connection:
            if connection.execute("SELECT 1 FROM event_guess LIMIT 1").fetchone() is not None:
                sure = [one for one in told if one.event_id not in guessed_ids]
                connection.executemany(
                    "DELETE FROM event WHERE event_id = ?1 AND site_id = ?2 AND kind = ?3"
                    " AND EXISTS (SELECT 1 FROM event_guess WHERE event_id = ?1)",
                    [(one.event_id, one.site_id, int(one.kind)) for one in sure],
                )
                connection.executemany(
                    "DELETE FROM event_guess WHERE event_id = ?1 AND NOT EXISTS (SELECT 1 FROM event WHERE event_id = ?1)",
                    [(one.event_id,) for one in sure],
                )
            connection.executemany(
                f"INSERT OR REPLACE INTO event ({EVENT_COLUMNS}) VALUES ({marks(16)})",
                map(event_row, told),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO event_guess VALUES (?)", [(event_id,) for event_id in guessed_ids]
            )

    def guessed(self, event_ids: Iterable[str]) -> frozenset[str]:
        """Those of these events whose own time was not told yet."""
        if self._database.row("SELECT 1 FROM event_guess LIMIT 1") is None:
            return frozenset()
        found: set[str] = set()
        for chunk in in_chunks(list(event_ids)):
            rows = self._database.rows(
                f"SELECT event_id FROM event_guess WHERE event_id IN ({marks(len(chunk))})", chunk
            )
            found.update(event_id for (event_id,) in rows)
        return frozenset(found)

    def site_of_account(self, number: str) -> str:
        """The id of the one site with this account number; "" when none has it, or several have."""
        rows = self._database.rows("SELECT site_id FROM site WHERE account_number = ? LIMIT 2", (number,))
        return str(rows[0][0]) if number and len(rows) == 1 else ""

    def versions(self, event_ids: Iterable[str]) -> dict[str, Event]:
        """Those of these events that are known, as they were last seen."""
        found: dict[str, Event] = {}
        for chunk in in_chunks(list(event_ids)):
            rows = self._database.values(
                event_of, f"SELECT {EVENT_COLUMNS} FROM event WHERE event_id IN ({marks(len(chunk))})", chunk
            )
            found.update((event.event_id, event) for event in rows)
        return found

    def conflicts(self) -> tuple[Event, ...]:
        """What came under the id of another event."""
        found = self._database.values(
            lambda row: Event(row[0], row[1], row[2], EventKind(row[3]), row[4], row[5]),
            "SELECT event_id, site_id, instant_ms, kind, subtype, text FROM event_conflict ORDER BY instant_ms, event_id",
        )
        return tuple(found)

    def feed_ms(self) -> int | None:
        """Up to this instant the events of all sites have been read."""
        return self._fact("feed_ms")

    def put_feed_ms(self, instant_ms: int) -> None:
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO fact VALUES ('feed_ms', ?)", (instant_ms,))

    def learned_limits(self) -> LearnedLimits | None:
        found = [self._fact(name) for name in _LIMITS]
        if None in found:
            return None
        second, is_met, minute, background = (value or 0 for value in found)
        return LearnedLimits(second, bool(is_met), minute, background)

    def put_learned_limits(self, learned: LearnedLimits) -> None:
        values = (learned.a_second, learned.is_second_met, learned.a_minute, learned.in_background)
        with self._database.writing() as connection:
            facts = list(zip(_LIMITS, map(int, values), strict=True))
            connection.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts)

    def known_span(self, site_id: str) -> KnownSpan | None:
        found = self._database.values(
            lambda row: KnownSpan(row[0], row[1], from_ms(row[2])),
            "SELECT from_ms, to_ms, as_of FROM known WHERE site_id = ?",
            (site_id,),
        )
        return found[0] if found else None

    def known_spans(self) -> dict[str, KnownSpan]:
        """Of all sites whose history was read, by site id."""
        return dict(
            self._database.values(
                lambda row: (row[0], KnownSpan(row[1], row[2], from_ms(row[3]))),
                "SELECT site_id, from_ms, to_ms, as_of FROM known",
            )
        )

    def put_known_span(self, site_id: str, span: KnownSpan) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?)",
                (site_id, span.from_ms, span.to_ms, to_ms(span.as_of)),
            )

    def device_counts(self) -> dict[str, tuple[int, int]]:
        """By site: how many devices are online, of how many that tell whether they are."""
        rows = self._database.rows(
            "SELECT site_id, sum(status = 'online'), count(*) FROM"
            " (SELECT site_id, json_extract(body, '$.status') AS status FROM device)"
            " WHERE status IN ('online', 'offline') GROUP BY site_id"
        )
        return {site_id: (online, count) for site_id, online, count in rows}

    def _instant(self, sql: str, values: Sequence[object] = ()) -> datetime | None:
        found = self._database.values(lambda row: from_ms(row[0]), sql, values)
        return found[0] if found else None

    def _fact(self, name: str) -> int | None:
        row = self._database.row("SELECT value FROM fact WHERE name = ?", (name,))
        return row[0] if row else None


def _schedule_of(schedule: WeekSchedule, etag: str, problems: str, as_of: int | None) -> CachedSchedule:
    return CachedSchedule(schedule, etag, tuple(problems.split("\n")) if problems else (), from_ms(as_of))
