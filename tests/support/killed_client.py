"""Lives of a client that each may be ended by kill -9, forked from a warm process: what a person changed goes out through the
outbox, then the account is synced; the next life goes on with the files of the one before."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.outbox import EntryState, EventReport, ScheduleChange
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_json import from_key_concepts
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.device_service import DeviceService
from chekt_console.services.event_service import EventService
from chekt_console.services.outbox_service import OutboxService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.services.site_service import SiteService
from chekt_console.store.cache import Cache
from chekt_console.store.database import Database
from chekt_console.store.local import LocalStore
from chekt_console.store.outbox import OutboxStore
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chekt_console.services.ports import Client
    from tests.support.simulator import RunningSimulator

_HOUR_MS = 3_600_000
_DAYS = 3
_LONGEST_S = 60.0
_EVENT, _SCHEDULE = "event", "schedule"


@dataclass(frozen=True)
class Wish:
    """What the person of one round does: sends an event in, and draws a week; both on disk before they are told of."""

    number: int
    place: int  # of the site in the list

    @property
    def subtype(self) -> str:
        return f"round {self.number}"

    @property
    def week(self) -> WeekSchedule:
        """No two rounds have the same."""
        day, minute = self.number % 7, self.number * 17 % 1200
        return WeekSchedule((ArmedPeriod(day * 1440 + minute, 60 + self.number // 7 % 100, ArmingMode.AWAY),))


@dataclass(frozen=True)
class Order:
    """`wish`: None in a life that only goes on. `die_at`: the number of the named step at which it kills itself."""

    url: str
    key: str
    folder: Path
    now_ms: int
    wish: Wish | None = None
    die_at: int = -1


class _Steps:
    """The named steps: before, within and after each transaction, before and after each request."""

    def __init__(self, order: Order, say: Callable[[str, object], None]) -> None:
        self._order = order
        self._say = say
        self.names: list[str] = []

    def passed(self, name: str) -> None:
        if len(self.names) == self._order.die_at:
            self._say("died", name)
            os.kill(os.getpid(), signal.SIGKILL)
        self.names.append(name)

    def watch_stores(self) -> None:
        """For the rest of this process, which is only this life."""
        real, passed = Database.writing, self.passed

        @contextmanager
        def writing(database: Database, **words: bool) -> Iterator[sqlite3.Connection]:
            name = f"{database.path.stem}: {sys._getframe(2).f_code.co_name}"
            passed(f"before {name}")
            with real(database, **words) as connection:
                yield connection
                passed(f"within {name}")
            passed(f"after {name}")

        Database.writing = writing  # type: ignore[assignment, method-assign]  # the very instants to die at


class _WatchedWire(httpx.HTTPTransport):
    def __init__(self, steps: _Steps) -> None:
        super().__init__()
        self._steps = steps

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        words = f"{request.method} {request.url.path}"
        self._steps.passed(f"before {words}")
        response = super().handle_request(request)
        self._steps.passed(f"after {words}")
        return response


def _live(order: Order, say: Callable[[str, object], None]) -> None:
    steps = _Steps(order, say)
    steps.watch_stores()
    cache = Cache(order.folder / "cache.sqlite")
    local = LocalStore(order.folder / "local.sqlite")
    outbox_store = OutboxStore(order.folder / "outbox.sqlite")
    rebuilt = [one.was_rebuilt for one in (cache, local, outbox_store) if one.was_rebuilt]
    assert not rebuilt, rebuilt
    clock, outbox_clock = FakeClock(order.now_ms), FakeClock(order.now_ms)
    http = _WatchedWire(steps)
    client = CHeKTClient(order.url, ApiKeyAuth(order.key), clock=clock, http_transport=http)
    ported = cast("Client", client)
    schedules = ScheduleService(ported, cache, local, clock)
    outbox = OutboxService(outbox_store, ported, schedules, outbox_clock)
    outbox.recover()
    sites = SiteService(ported, cache, local).refresh(NoProgress()).sites
    if order.wish is not None:
        site = sites[order.wish.place]
        had = schedules.read(site)
        body = {"site_id": site.site_id, "event_type": "arming", "event_subtype": order.wish.subtype}
        made = datetime.fromtimestamp((order.now_ms - _HOUR_MS) / 1000, UTC)
        body["event_time"] = made.strftime("%Y-%m-%dT%H:%M:%SZ")
        outbox.add(EventReport(site.site_id, order.wish.subtype, json.dumps(body)))
        say("told", _EVENT)
        outbox.add(ScheduleChange(site.site_id, site.name, had.schedule, had.etag, order.wish.week))
        say("told", _SCHEDULE)
    while due := outbox.due_sites():
        for site_id in due:
            outbox.send_next(site_id)
        outbox_clock.advance(70)
    say("outcomes", [one.state.value for one in outbox.entries()])
    events = EventService(ported, cache, local, clock)
    for site in sites:
        DeviceService(ported, cache).refresh(site)
        ArmingService(ported, cache, clock).read(site)
        schedules.read(site)
        events.refresh(site, _DAYS, NoProgress())
    events.poll()
    client.close()
    for store in (cache, local, outbox_store):
        store.close()
    say("steps", steps.names)


@dataclass(frozen=True)
class Ended:
    """`is_killed`: by kill -9, else it came to its own end."""

    is_killed: bool
    said: list[tuple[str, Any]]
    seconds: float

    def all_of(self, kind: str) -> list[Any]:
        return [words for said, words in self.said if said == kind]


def lived(order: Order, *, kill_after_s: float | None = None) -> Ended:
    """One life in a process of its own. What it says goes through a pipe, which outlives it."""
    reading, writing = os.pipe()
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            _live(order, lambda kind, words: _write(writing, kind, words))
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 - told by the exit code
            sys.stderr.write(f"{order}: {error!r}\n")
            os._exit(1)
    os.close(writing)
    if kill_after_s is not None:
        threading.Event().wait(kill_after_s)
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        said = [tuple(json.loads(line)) for line in pipe]
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL), f"a life ended with {code}"
    return Ended(code != 0, cast("list[tuple[str, Any]]", said), time.monotonic() - began)


def _write(pipe: int, kind: str, words: object) -> None:
    os.write(pipe, json.dumps([kind, words]).encode() + b"\n")


def everything(folder: Path) -> str:
    """What the cache knows, without when it was read."""
    cache = Cache(folder / "cache.sqlite")
    sites = cache.sites()[0]
    found: list[object] = [sites, cache.feed_ms()]
    for site in sites:
        schedule, known = cache.schedule(site.site_id), cache.known_span(site.site_id)
        assert schedule is not None
        assert known is not None
        found += [
            cache.devices(site.site_id)[0],
            schedule.schedule,
            schedule.etag,
            known.from_ms,
            known.to_ms,
        ]
        found += [cache.events(site.site_id, 0), cache.arming()[site.site_id][:2]]
    cache.close()
    return repr(found)


@dataclass
class ClientTally:
    """`lost`: told as waiting or sent, and not at the server; `doubled`: there more than once; `differs`: a cache that is
    not as one of a run that was never killed. Each with its round in `wrong`."""

    kills: int = 0
    named: set[str] = field(default_factory=set)  # steps at which a life killed itself
    lost: int = 0
    doubled: int = 0
    differs: int = 0
    wrong: list[str] = field(default_factory=list)


class ClientKills:
    """Rounds of lives against a gateway that is not disturbed, judged by the gateway's own file."""

    def __init__(self, simulator: RunningSimulator, folder: Path, *, seed: int = 1) -> None:
        self._simulator = simulator
        self._folder = folder
        self._random = random.Random(seed)
        (self._world,) = simulator.data_dir.glob("world-*.sqlite")
        with closing(sqlite3.connect(self._world)) as world:
            self._sites = len(world.execute("SELECT 1 FROM site").fetchall())
        self.tally = ClientTally()

    def run(self, kills: int) -> ClientTally:
        """In each round a first life is killed, at a named step until each was one, then at random; so is the second, which
        goes on with its files; the third is left alone."""
        numbers = count()
        whole = self._round(next(numbers))
        steps = list(range(len(whole.all_of("steps")[0])))
        self._random.shuffle(steps)
        while self.tally.kills < kills:
            die_at = steps.pop() if steps else -1
            self._round(next(numbers), die_at=die_at, whole_s=whole.seconds, most=kills - self.tally.kills)
        self._look_for_others()
        return self.tally

    def _round(self, number: int, *, die_at: int = -1, whole_s: float = 0.0, most: int = 0) -> Ended:
        """`whole_s`: how long a life takes; 0 where none is to be killed. `most`: so many kills at the most."""
        wish = Wish(number, number % self._sites)
        folder, now_ms = self._folder / f"{number}", round(time.time() * 1000)
        url, key = self._simulator.url, self._simulator.api_key
        folder.mkdir()
        before = self._versions()
        delay_s = self._random.uniform(0, whole_s) if whole_s and die_at < 0 else None
        lives = [lived(Order(url, key, folder, now_ms, wish, die_at), kill_after_s=delay_s)]
        goes_on = Order(url, key, folder, now_ms)
        if lives[0].is_killed and most > 1:
            lives.append(lived(goes_on, kill_after_s=self._random.uniform(0, whole_s)))
        if lives[-1].is_killed:
            lives.append(lived(goes_on))
        self.tally.kills += sum(one.is_killed for one in lives)
        self.tally.named.update(*(one.all_of("died") for one in lives))
        told = {words for one in lives for words in one.all_of("told")}
        self._judge(wish, told, lives[-1].all_of("outcomes")[0], before)
        clean = self._folder / f"{number} clean"
        clean.mkdir()
        lived(Order(url, key, clean, now_ms))
        if everything(folder) != everything(clean):
            self.tally.differs += 1
            self._blame(wish, "the cache differs")
        return lives[-1]

    def _judge(self, wish: Wish, told: set[str], outcomes: list[str], before: list[int]) -> None:
        there = {_EVENT: self._events(wish.subtype), _SCHEDULE: sum(self._versions()) - sum(before)}
        for kind, times in there.items():
            if kind in told and times == 0:
                self.tally.lost += 1
                self._blame(wish, f"{kind} lost")
            elif times > 1:
                self.tally.doubled += times - 1
                self._blame(wish, f"{kind} there {times} times")
        unclear = [one for one in outcomes if one != EntryState.DONE.value]
        if unclear or len(outcomes) < len(told):
            self.tally.lost += 1
            self._blame(wish, f"told {told}, outcomes {outcomes}")
        if _SCHEDULE in told and not is_same(self._week(wish.place), wish.week):
            self.tally.lost += 1
            self._blame(wish, "the week is another")

    def _blame(self, wish: Wish, words: str) -> None:
        self.tally.wrong.append(f"{wish.subtype}: {words}")

    def _events(self, subtype: str) -> int:
        with closing(sqlite3.connect(self._world)) as world:
            found = world.execute("SELECT count(*) FROM event WHERE subtype = ?", (subtype,)).fetchone()
        return int(found[0])

    def _versions(self) -> list[int]:
        with closing(sqlite3.connect(self._world)) as world:
            return [int(row[0]) for row in world.execute("SELECT version FROM schedule")]

    def _week(self, place: int) -> WeekSchedule:
        with closing(sqlite3.connect(self._world)) as world:
            sites = [row[0] for row in world.execute("SELECT site_id FROM site ORDER BY site_id")]
            row = world.execute("SELECT body FROM schedule WHERE site_id = ?", (sites[place],)).fetchone()
        return from_key_concepts(json.loads(row[0])).schedule

    def _look_for_others(self) -> None:
        """By the server's own record nothing else was changed: syncing only reads, however often it is begun."""
        for one in self._simulator.requests():
            is_read = one["method"] == "GET" or one["path"].endswith(("/search", "/videos"))
            if not is_read and not one["path"].endswith(("/events", "/schedule")):
                self.tally.doubled += 1
                self.tally.wrong.append(f"not asked for: {one['method']} {one['path']}")
