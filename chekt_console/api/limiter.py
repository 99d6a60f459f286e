"""One request budget of the server: whose turn it is, people before machines. When the next may go is SendLog's part."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from chekt_console.api.priority import Priority, check_wanted, is_kept
from chekt_console.api.send_log import LONGEST_LOG, MINUTE_S, SendLog
from chekt_console.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.request_budget import LearnedLimits

_SCREEN_RESERVE = 0.02  # left to what a person waits for
_BACKGROUND_RESERVE = 0.08  # left to people and the screen while somebody works
_LEAST_FOR_PEOPLE = (
    20  # a minute, where that share would be a handful of clicks; never more than a third of the limit
)
_ALONE_RESERVE = 0.02  # and while nobody does
_AT_WORK_S = 180.0
_LOOK_S = 1.0  # who waits looks this often whether it is still wanted
_STARVED_S = 10.0  # background work that waited so long while others used up its share is served like what is on screen


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
        self._log = log or SendLog(is_stranger=True)
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
                    if self._first(now) is not entry:
                        self._condition.wait(_LOOK_S)
                        continue
                    is_background = wish.priority is Priority.BACKGROUND
                    start = self._log.next_start(
                        now, reserve=reserve, least=least, is_background=is_background
                    )
                    if start <= now:
                        self._log.sent(now, is_background=is_background)
                        if is_background:
                            self._background.append(now)
                        return now
                    self._condition.wait(min(start - now + 0.001, _LOOK_S))
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

    def accepted(self, sent_at: float) -> None:
        """A reply that is no refusal."""
        with self._condition:
            self._log.accepted(sent_at)
            self._condition.notify_all()

    def refused(self, retry_after_s: float | None, sent_at: float | None = None) -> None:
        with self._condition:
            self._log.refused(self._now(), retry_after_s, sent_at)
            self._condition.notify_all()

    @property
    def learned(self) -> LearnedLimits | None:
        """As SendLog.learned."""
        with self._condition:
            return self._log.learned

    def recall(self, learned: LearnedLimits) -> None:
        with self._condition:
            self._log.recall(learned)

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
        limit = min(self._log.background_minute or LONGEST_LOG, LONGEST_LOG)
        return len(self._background) < max(1, round(limit * _BACKGROUND_RESERVE))
