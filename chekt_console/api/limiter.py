"""One request budget of the server: a sliding log of send times, padded windows, people before machines.

Design and padding are from measurements: a window closed 0.1 s later than the server's own never meets a 429.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from chekt_console.api.priority import Priority, check_wanted, is_kept
from chekt_console.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

PAD_S = 0.1
MINUTE_S = 60.0
_LOG = 5_000
_LEAST_A_MINUTE = 10
_LONG_S = 2.0  # a window of a second is open again sooner
_RELAX_S = 300.0  # a learned limit is tried a little higher this long after the last refusal
_SCREEN_RESERVE = 0.02  # left to what a person waits for
_BACKGROUND_RESERVE = 0.08  # left to people and the screen while somebody works
_LEAST_FOR_PEOPLE = (
    20  # a minute, where that share would be a handful of clicks; never more than a third of the limit
)
_ALONE_RESERVE = 0.02  # and while nobody does
_AT_WORK_S = 180.0
_LOOK_S = 1.0  # who waits looks this often whether it is still wanted
_STARVED_S = 10.0  # background work that waited so long while others used up its share is served like what is on screen


@dataclass(slots=True)
class Window:
    """At most `limit` sends in any `span_s`; None = no limit known."""

    span_s: float
    limit: int | None


class SendLog:
    """The pure part: when the next request may start. Times are monotonic seconds."""

    def __init__(self, per_second: int | None = 100, per_minute: int | None = 1_000) -> None:
        self.second = Window(1.0, per_second)
        self.minute = Window(MINUTE_S, per_minute)
        self.closed_until = 0.0
        self._told = (per_second, per_minute)
        self._relaxed_at = 0.0
        self._times: deque[float] = deque(maxlen=_LOG)
        self._refusals: deque[float] = deque(maxlen=_LOG)
        self._has_learned_second = False
        self._is_minute_told = False
        self._is_minute_learned = False

    @property
    def known_minute(self) -> int | None:
        """The limit a minute as far as the server told it or taught it by refusing; what is only assumed is not known."""
        return self.minute.limit if self._is_minute_told or self._is_minute_learned else None

    def next_start(self, now: float, *, reserve: float = 0.0, least: int = 0) -> float:
        """`reserve`: the share of each window that is left to more urgent requests, which then need not wait; `least` of a
        minute's window in any case, up to a third of it."""
        start = max(now, self.closed_until)
        for window in (self.second, self.minute):
            limit = min(window.limit or _LOG, _LOG)
            if reserve:
                left = min(least, limit // 3) if window is self.minute else 0
                limit = max(1, limit - max(1, round(limit * reserve), left))
            if window.limit is not None and len(self._times) >= limit:
                start = max(start, self._times[-limit] + window.span_s + PAD_S)
        return start

    def sent(self, at: float) -> None:
        self._times.append(at)
        if at - self._relaxed_at > _RELAX_S:
            self._relaxed_at = at
            for window, told in zip((self.second, self.minute), self._told, strict=True):
                if window.limit is not None and (told is None or window.limit < told):
                    window.limit += max(1, window.limit // 10)

    def sent_within(self, span_s: float, now: float) -> int:
        found = 0
        for at in reversed(self._times):
            if at <= now - span_s:
                break
            found += 1
        return found

    def learn_minute(self, limit: int) -> None:
        """What X-RateLimit-Limit says."""
        if limit > 0 and not (self._is_minute_told and self._told[1] == limit):
            self._told = (self._told[0], limit)
            self._is_minute_told = True
            self.minute.limit = limit

    def refused(self, now: float, retry_after_s: float | None, sent_at: float | None = None) -> None:
        """A 429 to what was sent at `sent_at`: wait, and believe from now on in what was accepted before it.

        Which window was full is not told. A limit a minute from the headers is believed: it was full when nearly so many went.
        Else a wait of more than two seconds speaks for the minute, and so does a burst of the size learned before.
        """
        at = now if sent_at is None else sent_at
        self.closed_until = max(self.closed_until, now + min(retry_after_s or 1.0, 300.0))
        self._relaxed_at = now
        self._refusals.append(at)
        # Requests arrive in another order than they were sent, so all of the burst count, and its last refusal tells what got
        # through. Without a wait told, only those sent before: they tell the windows apart.
        until = at if retry_after_s is None else math.inf
        burst = self._accepted_within(self.second.span_s + PAD_S, at, until)
        minute = self._accepted_within(MINUTE_S, at, until)
        if self._is_minute_told:
            is_minute_full = minute >= (self.minute.limit or 0) * 4 // 5
        elif retry_after_s is None:
            is_usual = burst <= (self.second.limit or 0) and self._has_learned_second
            is_minute_full = is_usual or burst < 1
        else:
            is_minute_full = retry_after_s > _LONG_S
        if is_minute_full and self._is_minute_told:
            return
        if is_minute_full and minute >= _LEAST_A_MINUTE:
            self.minute.limit = max(_LEAST_A_MINUTE, min(minute, self.minute.limit or minute))
            self._is_minute_learned = True
        else:
            self.second.limit = max(1, min(burst, self.second.limit or burst))
            self._has_learned_second = True

    def _accepted_within(self, span_s: float, at: float, until: float) -> int:
        """Sent from the span before `at` until `until`, as far as not refused."""
        sent = sum(at - span_s < one < until for one in self._times)
        return sent - sum(at - span_s < one < until for one in self._refusals)


class Wish:
    """For whom a request is sent; becomes more urgent when a person joins what background work asked for."""

    __slots__ = ("priority",)

    def __init__(self, priority: Priority) -> None:
        self.priority = priority


@dataclass(slots=True, eq=False)
class _Waiting:
    wish: Wish
    number: int
    since: float

    @property
    def rank(self) -> tuple[int, int]:
        return int(self.wish.priority), self.number


class Limiter:
    """Thread-safe. `acquire` waits for a turn: lower Priority first, then who came first."""

    def __init__(self, log: SendLog | None = None, *, now: Callable[[], float] = time.monotonic) -> None:
        self._log = log or SendLog()
        self._now = now
        self._condition = threading.Condition()
        self._queue: list[_Waiting] = []
        self._numbers = count()
        self._is_closed = False
        self._is_interrupted = False
        self._background: deque[float] = deque()  # when its requests of the last minute were sent
        self._person_until = self._now() + _AT_WORK_S  # who starts the program works with it
        self._used_by_others = 0
        self._others_until = 0.0

    def acquire(self, wish: Wish | Priority) -> float:
        """Returns when the request may be sent, with the instant; raises Cancelled when the limiter is closed meanwhile,
        and what the work's own check raises once nobody wants the request any longer."""
        with self._condition:
            wish = wish if isinstance(wish, Wish) else Wish(wish)
            entry = _Waiting(wish, next(self._numbers), self._now())
            self._queue.append(entry)
            try:
                while True:
                    if self._is_closed or (self._is_interrupted and not is_kept()):
                        raise Cancelled
                    check_wanted()
                    now = self._now()
                    reserve, least = self._reserve(entry, now)
                    wait_s = self._log.next_start(now, reserve=reserve, least=least) - now
                    is_first = self._first(now) is entry
                    if is_first and wait_s <= 0:
                        self._log.sent(now)
                        if wish.priority is Priority.BACKGROUND:
                            self._background.append(now)
                        return now
                    self._condition.wait(min(max(wait_s, 0.0) + 0.001, _LOOK_S) if is_first else _LOOK_S)
            finally:
                self._queue.remove(entry)
                self._condition.notify_all()

    def hurry(self, wish: Wish, priority: Priority) -> None:
        """Somebody as urgent as this waits for the same answer."""
        with self._condition:
            if priority < wish.priority:
                wish.priority = priority
                self._condition.notify_all()

    def learn(self, limit: int | None, remaining: int | None, reset_in_s: float | None) -> None:
        """Headers of any reply. A budget that others have used up closes the gate until it is filled again."""
        with self._condition:
            now = self._now()
            if limit is not None:
                self._log.learn_minute(limit)
            if limit is not None and remaining is not None:
                self._used_by_others = max(0, limit - remaining - self._log.sent_within(MINUTE_S, now))
                self._others_until = now + min(
                    max(MINUTE_S if reset_in_s is None else reset_in_s, 0.0), MINUTE_S
                )
            if remaining is not None and remaining <= 0 and reset_in_s is not None:
                self._log.closed_until = max(
                    self._log.closed_until, now + min(max(reset_in_s, 0.0), MINUTE_S)
                )
            self._condition.notify_all()

    def refused(self, retry_after_s: float | None, sent_at: float | None = None) -> None:
        with self._condition:
            self._log.refused(self._now(), retry_after_s, sent_at)
            self._condition.notify_all()

    @property
    def used(self) -> int:
        """Requests of the last minute, with those that others sent with the same key as far as the headers tell."""
        with self._condition:
            now = self._now()
            others = self._used_by_others if now < self._others_until else 0
            return self._log.sent_within(MINUTE_S, now) + others

    @property
    def limit(self) -> int:
        """Requests a minute; 0 while the server has not told it and no refusal taught it."""
        with self._condition:
            return self._log.known_minute or 0

    def interrupt(self) -> None:
        """Only commands still get their turn."""
        with self._condition:
            self._is_interrupted = True
            self._condition.notify_all()

    def close(self) -> None:
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()

    def _reserve(self, entry: _Waiting, now: float) -> tuple[float, int]:
        """Share and number that it leaves to who is more urgent."""
        if entry.wish.priority is Priority.PERSON:
            self._person_until = now + _AT_WORK_S
            return 0.0, 0
        if entry.wish.priority is Priority.SCREEN or self._is_starved(entry, now):
            return _SCREEN_RESERVE, 0
        if now < self._person_until:
            return _BACKGROUND_RESERVE, _LEAST_FOR_PEOPLE
        return _ALONE_RESERVE, 0

    def _first(self, now: float) -> _Waiting:
        first = min(self._queue, key=lambda entry: entry.rank)
        if first.wish.priority is Priority.SCREEN:
            starved = [entry for entry in self._queue if self._is_starved(entry, now)]
            # It needs no more room than the screen does, so who waits behind it loses one turn and no more.
            return min(starved, key=lambda entry: entry.number, default=first)
        return first

    def _is_starved(self, entry: _Waiting, now: float) -> bool:
        """It waited long, and background work had less of the last minute than the share that it leaves to others: what has
        used up its own part is not starved."""
        if entry.wish.priority is not Priority.BACKGROUND or now - entry.since <= _STARVED_S:
            return False
        while self._background and self._background[0] <= now - MINUTE_S:
            self._background.popleft()
        limit = min(self._log.minute.limit or _LOG, _LOG)
        return len(self._background) < max(1, round(limit * _BACKGROUND_RESERVE))
