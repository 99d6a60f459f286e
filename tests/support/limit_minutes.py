"""Minutes of background reads and clicks under a server's limits, by a clock of their own: real budget, real count, no waiting."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count

from chekt_console.api.retry import WAITS_S
from chekt_console.api.send_log import MINUTE_S, SendLog
from chekt_console.simulator.limits import Limits

_CLICK_EVERY_S = 5.0
_ANSWER_S = 0.03
_WORKERS = 6
_PERSON, _BACKGROUND = 0, 1


@dataclass(order=True)
class _Request:
    priority: int
    number: int
    since_s: float = field(compare=False)
    tries: int = field(compare=False, default=0)


class LimitMinutes:
    """Background reads without end and a click every five seconds; what is refused goes again after the waits of a read."""

    def __init__(
        self,
        log: SendLog,
        *,
        per_minute: int,
        burst: int,
        begins_s: float = 0.0,
        is_told: bool = False,
        is_wait_told: bool = False,
    ) -> None:
        """`begins_s`: into the server's own minute. `is_told`: by the headers of each reply; `is_wait_told`: by a refusal."""
        self.log = log
        self._now_s = 0.0
        self._server = Limits(per_minute, burst, lambda: 1_000 * MINUTE_S + begins_s + self._now_s)
        self._told = per_minute if is_told else 0
        self._is_wait_told = is_wait_told
        self._numbers = count()
        self._coming: list[tuple[float, int, _Request]] = []
        self._answers: list[
            tuple[float, int, _Request, float, float]
        ] = []  # with when sent and the wait if refused
        self._waiting: list[_Request] = []
        self.refused_s: list[float] = []
        self.background_s: list[float] = []
        self.click_waits_s: list[float] = []

    def run(self, minutes: float) -> None:
        for _ in range(_WORKERS):
            self._come(_BACKGROUND, 0.0)
        for number in range(int(minutes * MINUTE_S / _CLICK_EVERY_S)):
            self._come(_PERSON, 2.5 + number * _CLICK_EVERY_S)
        while self._now_s < minutes * MINUTE_S:
            start_s = self._start_s()
            next_s = min([one[0] for one in (*self._coming[:1], *self._answers[:1])], default=start_s)
            if start_s <= next_s:
                self._now_s = start_s + 1e-4
                self._send(heapq.heappop(self._waiting))
                continue
            self._now_s = max(self._now_s, next_s)
            while self._coming and self._coming[0][0] <= self._now_s:
                heapq.heappush(self._waiting, heapq.heappop(self._coming)[2])
            while self._answers and self._answers[0][0] <= self._now_s:
                self._answered(*heapq.heappop(self._answers)[2:])

    def _come(self, priority: int, at_s: float) -> None:
        number = next(self._numbers)
        heapq.heappush(self._coming, (at_s, number, _Request(priority, number, at_s)))

    def _start_s(self) -> float:
        if not self._waiting:
            return float("inf")
        if self._waiting[0].priority == _PERSON:
            return self.log.next_start(self._now_s)
        return self.log.next_start(self._now_s, reserve=0.08, least=20, is_background=True)

    def _send(self, request: _Request) -> None:
        self.log.sent(self._now_s, is_background=request.priority == _BACKGROUND)
        if self._told:
            self.log.learn_minute(self._told)
        wait_s = float(self._server.take("me").retry_after_s)
        answer = (self._now_s + _ANSWER_S, next(self._numbers), request, self._now_s, wait_s)
        heapq.heappush(self._answers, answer)

    def _answered(self, request: _Request, sent_s: float, wait_s: float) -> None:
        if wait_s:
            self.refused_s.append(self._now_s)
            told_s = wait_s if self._is_wait_told else None
            self.log.refused(self._now_s, told_s, sent_s)
            request.tries += 1
            again_s = self._now_s + max(WAITS_S[min(request.tries, len(WAITS_S)) - 1], told_s or 0.0)
            heapq.heappush(self._coming, (again_s, request.number, request))
            return
        self.log.accepted(sent_s)
        if request.priority == _PERSON:
            self.click_waits_s.append(self._now_s - request.since_s)
        else:
            self.background_s.append(self._now_s)
            self._come(_BACKGROUND, self._now_s)

    def background_between(self, from_minute: float, to_minute: float) -> int:
        return sum(from_minute * MINUTE_S <= at < to_minute * MINUTE_S for at in self.background_s)
