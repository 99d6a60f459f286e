"""What the server's limits let go: a sliding log of send times with padded windows, and what is learned of limits nobody told.

Design and padding are from measurements: a window closed 0.1 s later than the server's own never meets a 429.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from chekt_console.domain.request_budget import LearnedLimits

PAD_S = 0.1
MINUTE_S = 60.0
LONGEST_LOG = 5_000
_LEAST_A_MINUTE = 10
_LONG_S = 2.0  # a window of a second is open again sooner
_RELAX_S = 300.0  # a learned limit is tried a little higher this long after the last refusal
_LONGEST_RELAX_S = 3_600.0  # twice as long each time that met a refusal
# A second, of the limits a minute that are documented.
_BURSTS = {60: 5, 600: 30, 1_000: 100, 3_000: 200, 5_000: 500}
_BURST_PART = 20  # of any other limit a minute, less than of the documented ones
_LEAST_BURST = 5  # a second, the lowest that is documented; where none is told it is tried first
_AT_ONCE = 20  # background requests, and as many in the first minute after them
_FASTER = 1.5


@dataclass(slots=True)
class Window:
    """At most `limit` sends in any `span_s`; None = no limit known."""

    span_s: float
    limit: int | None


class _SteadyPace:
    """How fast background work goes where no limit a minute is known: some at once, then evenly, and faster after each minute
    that used it up. Evenly, because then the server's minute is nearly over when its limit is met at last."""

    def __init__(self) -> None:
        self.per_minute = float(_AT_ONCE)
        self._left = float(_AT_ONCE)
        self._at = -math.inf
        self._minute_began = -math.inf
        self._in_minute = 0

    def next_start(self, now: float) -> float:
        left = self._left_at(now)
        return now if left >= 1 else now + (1 - left) * MINUTE_S / self.per_minute

    def sent(self, at: float) -> None:
        self._left, self._at = self._left_at(at) - 1, at
        if at - self._minute_began >= MINUTE_S:
            if self._in_minute >= self.per_minute:
                self.per_minute *= _FASTER
            self._minute_began, self._in_minute = at, 0
        self._in_minute += 1

    def _left_at(self, now: float) -> float:
        return min(float(_AT_ONCE), self._left + (now - self._at) * self.per_minute / MINUTE_S)


def _since(times: deque[float], instant: float) -> int:
    found = 0
    for at in reversed(times):
        if at <= instant:
            break
        found += 1
    return found


class SendLog:
    """The pure part: when the next request may start. Times are monotonic seconds."""

    def __init__(
        self, per_second: int | None = 100, per_minute: int | None = 1_000, *, is_stranger: bool = False
    ) -> None:
        """`is_stranger`: the server has told nothing yet. The limits are then the most that is believed: what goes in a second
        begins low and grows with what is accepted, and background work keeps a pace of its own."""
        self.second = Window(
            1.0, min(per_second or _LEAST_BURST, _LEAST_BURST) if is_stranger else per_second
        )
        self.minute = Window(MINUTE_S, per_minute)
        self.closed_until = 0.0
        self._told = (per_second, per_minute)
        self._relaxed_at: float | None = None
        self._relax_s = _RELAX_S
        self._is_relaxed = False
        self._times: deque[float] = deque(maxlen=LONGEST_LOG)
        self._urgent: deque[float] = deque(maxlen=LONGEST_LOG)  # those of people and the screen
        self._refusals: deque[float] = deque(maxlen=LONGEST_LOG)
        self._has_learned_second = False
        self._is_minute_told = False
        self._is_minute_learned = False
        self._begins_with = _LEAST_BURST
        self._best_burst = 0  # the most that were accepted within a second
        self._judged_at = -math.inf  # the last refusal
        self._is_refusing = False  # nothing was accepted since it; one at a time finds out, not all that wait
        self._was_minute_full = False
        # The second's limit before a refusal that may not have been its fault, and whether that was learned.
        self._wronged: tuple[int | None, bool] | None = None
        self._is_stranger = is_stranger
        self._pace = _SteadyPace()

    @property
    def learned(self) -> LearnedLimits | None:
        """None when the server tells its limit, or nothing is known that a beginner would not begin with."""
        if self._is_minute_told or not self._is_stranger:
            return None
        # A bucket that is filled while it is emptied gives up to twice its size in a second.
        accepted = max(self._begins_with, self._best_burst // 2)
        burst = (self.second.limit or accepted) if self._has_learned_second else accepted
        minute = (self.minute.limit or 0) if self._is_minute_learned else 0
        found = LearnedLimits(burst, self._has_learned_second, minute, round(self._pace.per_minute))
        return None if found == LearnedLimits(_LEAST_BURST, False, 0, _AT_ONCE) else found

    def recall(self, learned: LearnedLimits) -> None:
        """At the start, before anything is sent. Not more is believed than where nothing is known."""
        self.second.limit = max(1, min(learned.a_second, self._told[0] or LONGEST_LOG))
        self._begins_with, self._has_learned_second = self.second.limit, learned.is_second_met
        if learned.a_minute:
            self.minute.limit = max(_LEAST_A_MINUTE, min(learned.a_minute, self._told[1] or LONGEST_LOG))
            self._is_minute_learned = True
        self._pace.per_minute = float(max(_AT_ONCE, min(learned.in_background, self._told[1] or LONGEST_LOG)))

    @property
    def known_minute(self) -> int | None:
        """The limit a minute as far as the server told it or taught it by refusing; what is only assumed is not known."""
        return self.minute.limit if self._is_minute_told or self._is_minute_learned else None

    def next_start(
        self, now: float, *, reserve: float = 0.0, least: int = 0, is_background: bool = False
    ) -> float:
        """`reserve`: the share of each window that is left to more urgent requests, which then need not wait; `least` of a
        minute's window in any case, up to a third of it and less what they had of it already."""
        start = max(now, self.closed_until)
        if self._is_refusing and self._times:
            start = max(start, self._times[-1] + self.second.span_s + PAD_S)
        if is_background and self._is_paced:
            start = max(start, self._pace.next_start(now))
        for window in (self.second, self.minute):
            limit = min(window.limit or LONGEST_LOG, LONGEST_LOG)
            if reserve:
                left = self._still_left(min(least, limit // 3), now) if window is self.minute else 0
                limit = max(1, limit - max(1, round(limit * reserve), left))
            if window.limit is not None and len(self._times) >= limit:
                start = max(start, self._times[-limit] + window.span_s + PAD_S)
        return start

    def sent(self, at: float, *, is_background: bool = False) -> None:
        self._times.append(at)
        if not is_background:
            self._urgent.append(at)
        elif self._is_paced:
            self._pace.sent(at)
        if self._relaxed_at is None:
            self._relaxed_at = at
        has_learned = self._has_learned_second or self._is_minute_learned
        if has_learned and at - self._relaxed_at > self._relax_s:
            self._relaxed_at = at
            self._is_relaxed = True
            for window, told in zip((self.second, self.minute), self._told, strict=True):
                if window.limit is not None and (told is None or window.limit < told):
                    window.limit += max(1, window.limit // 10)

    def sent_within(self, span_s: float, now: float) -> int:
        return _since(self._times, now - span_s)

    def _still_left(self, least: int, now: float) -> int:
        """A part is left again and again: who works faster than others need not wait either."""
        return max(least - _since(self._urgent, now - MINUTE_S), least // 4)

    def learn_minute(self, limit: int) -> None:
        """What X-RateLimit-Limit says."""
        if limit > 0 and not (self._is_minute_told and self._told[1] == limit):
            burst = _BURSTS.get(limit) or max(_LEAST_BURST, limit // _BURST_PART)
            if self._is_stranger:
                learned = self.second.limit if self._has_learned_second else None
                self.second.limit = min(burst, learned or burst)
                self._told = (burst, limit)
            else:
                self._told = (self._told[0], limit)
            self._is_minute_told = True
            self.minute.limit = limit

    def accepted(self, sent_at: float) -> None:
        """A reply that is no refusal. Where the burst is not known, one that was used up and accepted makes room for a bigger."""
        if sent_at > self._judged_at:
            self._is_refusing, self._wronged = False, None
        burst = 1 + self._accepted_within(self.second.span_s, sent_at, sent_at)
        self._best_burst = max(self._best_burst, burst)
        limit, most = self.second.limit, self._told[0] or LONGEST_LOG
        is_growing = self._is_stranger and not self._is_minute_told and not self._has_learned_second
        if is_growing and limit is not None and limit <= burst:
            self.second.limit = min(limit + max(1, limit // 2), most)

    @property
    def _is_paced(self) -> bool:
        return self._is_stranger and self.known_minute is None

    def refused(self, now: float, retry_after_s: float | None, sent_at: float | None = None) -> None:
        """A 429 to what was sent at `sent_at`: wait, and believe from now on in what was accepted before it.

        Which window was full is not told. A limit a minute from the headers is believed: it was full when nearly so many went.
        Else a wait of more than two seconds speaks for the minute, and so does a burst of less than half of what was accepted
        once; the second is blamed first, and cleared when after the break nothing gets through either. What was sent before an
        earlier refusal came says nothing new about it.
        """
        at = now if sent_at is None else sent_at
        self.closed_until = max(self.closed_until, now + min(retry_after_s or 1.0, 300.0))
        self._relaxed_at = now
        if self._is_relaxed:
            self._is_relaxed, self._relax_s = False, min(2 * self._relax_s, _LONGEST_RELAX_S)
        self._refusals.append(at)
        self._is_refusing = True
        # Requests arrive in another order than they were sent, so all of the burst count, and its last refusal tells what got
        # through. Without a wait told, only those sent before: they tell the windows apart.
        until = at if retry_after_s is None else math.inf
        burst = self._accepted_within(self.second.span_s + PAD_S, at, until)
        minute = self._accepted_within(MINUTE_S, at, until)
        if self._is_minute_told:
            is_minute_full = minute >= (self.minute.limit or 0) * 4 // 5
        elif at <= self._judged_at and retry_after_s is None:
            is_minute_full = self._was_minute_full
        else:
            is_minute_full = (retry_after_s or 0.0) > _LONG_S or burst * 2 <= self._best_burst
        is_new = at > self._judged_at
        self._judged_at, self._was_minute_full = now, is_minute_full
        if is_minute_full and self._is_minute_told:
            return
        if is_minute_full and minute >= _LEAST_A_MINUTE:
            known = self.minute.limit or minute
            # The server's own minute may end within ours, which then held more than it allows.
            most = known - max(1, known // 20) if self._is_minute_learned and is_new else known
            self.minute.limit = max(_LEAST_A_MINUTE, min(minute, most))
            self._is_minute_learned = True
            if self._wronged is not None:  # nothing got through since, so it was not the burst
                self.second.limit, self._has_learned_second = self._wronged
                self._wronged = None
        elif burst > 0:  # what refuses the only one says nothing of how many
            if is_new:
                self._wronged = self.second.limit, self._has_learned_second
            self.second.limit = max(1, min(burst, self.second.limit or burst))
            self._has_learned_second = True

    def _accepted_within(self, span_s: float, at: float, until: float) -> int:
        """Sent from the span before `at` until `until`, as far as not refused."""
        sent = 0
        for one in reversed(self._times):
            if one <= at - span_s:
                break
            sent += one < until
        return sent - sum(at - span_s < one < until for one in self._refusals)
