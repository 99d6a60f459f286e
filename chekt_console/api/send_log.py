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
_LEAST_PLAN = 60  # a minute, the lowest that is documented; where none is told it is tried first
_GENTLY, _FASTER = 1.25, 1.5  # tried first, and from then on
_USED_UP = 0.9  # of what a minute may have
_AT_HAND = 0.02  # of a minute, free at any instant for who is more urgent
_LATELY_S = 180.0  # what people did at once since then they may do again
_LEFT_OF_BURST = 0.1  # by background work to others, at most


@dataclass(slots=True)
class Window:
    """At most `limit` sends in any `span_s`; None = no limit known."""

    span_s: float
    limit: int | None


class _Trial:
    """How fast background work goes where no limit a minute is told. `per_minute` was taken or taught and may go as it comes;
    when more is tried all of it goes evenly, because then the server's minute is nearly over when its limit is met at last,
    and who is more urgent waits for little of it."""

    def __init__(self) -> None:
        self.per_minute = _LEAST_PLAN
        self._factor = 1.0
        self._is_taught = False
        self._full_minutes = 0
        self._minute_began = -math.inf
        self._in_minute = 0
        self.next_start = -math.inf

    @property
    def is_on(self) -> bool:
        return self._factor > 1

    @property
    def most(self) -> int:
        return round(self.per_minute * self._factor)

    def taught(self, per_minute: int) -> None:
        """By a refusal: from now on more is tried only by `begin`."""
        self.per_minute, self._factor, self._is_taught = per_minute, 1.0, True

    def begin(self, factor: float, at: float) -> None:
        self._factor, self._full_minutes = factor, 0
        self._minute_began, self._in_minute = at, 0

    def sent(self, at: float) -> None:
        if at - self._minute_began >= MINUTE_S:
            self._end_minute()
            self._minute_began, self._in_minute = at, 0
        self._in_minute += 1
        even_s = MINUTE_S / self.most
        self.next_start = max(self.next_start, at) + even_s if self.is_on else at

    def _end_minute(self) -> None:
        is_full = self._in_minute >= self.most * _USED_UP
        self._full_minutes = self._full_minutes + 1 if is_full else 0
        # Two together hold one of the server's own minutes.
        if self._full_minutes >= (1 if self._factor == _FASTER else 2):
            self.per_minute, self._full_minutes = self.most, 0
            self._factor = 1.0 if self._is_taught else _FASTER if self.is_on else _GENTLY
        elif not is_full:
            self._factor = 1.0


def _since(times: deque[float], instant: float) -> int:
    found = 0
    for at in reversed(times):
        if at <= instant:
            break
        found += 1
    return found


def _part(limit: int, share: float) -> int:
    return max(1, round(limit * share)) if share else 0


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
        self._together, self._together_at = 0, -math.inf  # the most of those within a second lately
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
        self._trial = _Trial()
        self._full_until = -math.inf  # as far as refusals tell

    @property
    def learned(self) -> LearnedLimits | None:
        """None when the server tells its limit, or nothing is known that a beginner would not begin with."""
        if self._is_minute_told or not self._is_stranger:
            return None
        # A bucket that is filled while it is emptied gives up to twice its size in a second.
        accepted = max(self._begins_with, self._best_burst // 2)
        burst = (self.second.limit or accepted) if self._has_learned_second else accepted
        minute = (self.minute.limit or 0) if self._is_minute_learned else 0
        found = LearnedLimits(burst, self._has_learned_second, minute, self._trial.per_minute)
        return None if found == LearnedLimits(_LEAST_BURST, False, 0, _LEAST_PLAN) else found

    def recall(self, learned: LearnedLimits) -> None:
        """At the start, before anything is sent. Not more is believed than where nothing is known."""
        self.second.limit = max(1, min(learned.a_second, self._told[0] or LONGEST_LOG))
        self._begins_with, self._has_learned_second = self.second.limit, learned.is_second_met
        if learned.a_minute:
            self._believe(learned.a_minute)
        else:
            most = self._told[1] or LONGEST_LOG
            self._trial.per_minute = min(max(_LEAST_PLAN, learned.in_background), most)

    @property
    def known_minute(self) -> int | None:
        """The limit a minute as far as the server told it or taught it by refusing; what is only assumed is not known."""
        return self.minute.limit if self._is_minute_told or self._is_minute_learned else None

    @property
    def background_minute(self) -> int | None:
        """The limit a minute that background work goes by, what is tried included."""
        if not self._is_tried:
            return self.minute.limit
        return min(self._trial.most, self.minute.limit or LONGEST_LOG)

    @property
    def _is_tried(self) -> bool:
        return not self._is_minute_told and (self._is_stranger or self._is_minute_learned)

    def next_start(
        self, now: float, *, reserve: float = 0.0, least: int = 0, is_background: bool = False
    ) -> float:
        """`reserve`: the share of each window that is left to more urgent requests, which then need not wait. With `least`, of
        a minute that share or so many, up to a third, are left as far as they may be wanted before others come back."""
        start = max(now, self.closed_until)
        if self._is_refusing and self._times:
            start = max(start, self._times[-1] + self.second.span_s + PAD_S)
        if self.second.limit is not None:
            limit = min(self.second.limit, LONGEST_LOG)
            start = max(start, self._free_at(limit - _part(limit, reserve), self.second.span_s))
        if is_background and self._is_tried and self._trial.is_on:
            start = max(start, self._trial.next_start)
        a_minute = self.background_minute if is_background else self.minute.limit
        return start if a_minute is None else max(start, self._minute_start(a_minute, reserve, least))

    def _minute_start(self, limit: int, reserve: float, least: int) -> float:
        limit = min(limit, LONGEST_LOG)
        promised = max(round(limit * reserve), min(least, limit // 3)) if least else 0
        at_hand = _part(limit, _AT_HAND if promised else reserve)
        if promised and self._times and self._times[-1] - self._together_at < _LATELY_S:
            at_hand = max(at_hand, min(self._together, promised // 4))
        start = self._free_at(limit - at_hand, MINUTE_S)
        if len(self._times) >= limit - promised:
            for left in range(at_hand, promised):
                # So few may be left as late as they are enough, at the promised rate, until the next comes back.
                start = max(start, self._free_at(limit - 1 - left, MINUTE_S, 1 - left / promised))
        return start

    def _free_at(self, most: int, span_s: float, part: float = 1.0) -> float:
        """When fewer than `most` were sent within this part of the span."""
        most = max(1, most)
        return self._times[-most] + (span_s + PAD_S) * part if len(self._times) >= most else -math.inf

    def sent(self, at: float, *, is_background: bool = False) -> None:
        self._times.append(at)
        if not is_background:
            self._urgent.append(at)
            together = _since(self._urgent, at - 1.0)
            if together >= self._together or at - self._together_at > _LATELY_S:
                self._together, self._together_at = together, at
        if not self._is_minute_told:
            self._trial.sent(at)
        if self._relaxed_at is None:
            self._relaxed_at = at
        has_learned = self._has_learned_second or self._is_minute_learned
        if has_learned and at - self._relaxed_at > self._relax_s:
            self._relaxed_at = at
            self._is_relaxed = True
            for window, told in zip((self.second, self.minute), self._told, strict=True):
                if window.limit is not None and (told is None or window.limit < told):
                    window.limit += max(1, window.limit // 10)
                    if window is self.minute and self._is_minute_learned:
                        self._trial.begin(window.limit / self._trial.per_minute, at)

    def sent_within(self, span_s: float, now: float) -> int:
        return _since(self._times, now - span_s)

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
            if self._is_refusing and self._was_minute_full and self._is_minute_learned:
                # The server's own minute is over; it held what was accepted in the one that ended with the break.
                self._believe(self._accepted_within(MINUTE_S, self._full_until, sent_at))
            self._is_refusing, self._wronged = False, None
        burst = 1 + self._accepted_within(self.second.span_s, sent_at, sent_at)
        self._best_burst = max(self._best_burst, burst)
        limit, most = self.second.limit, self._told[0] or LONGEST_LOG
        if not self._is_stranger or self._is_minute_told or self._has_learned_second or limit is None:
            return
        if self._trial.is_on:
            is_used_up = burst >= limit - _part(limit, _LEFT_OF_BURST)
        else:  # background work alone does not try more in a second before it tries more in a minute
            is_used_up = _since(self._urgent, sent_at - self.second.span_s) >= limit
        if is_used_up:
            self.second.limit = min(limit + max(1, limit // 2), most)

    def refused(self, now: float, retry_after_s: float | None, sent_at: float | None = None) -> None:
        """A 429 to what was sent at `sent_at`: wait, and believe from now on in what was accepted before it.

        Which window was full is not told. A limit a minute from the headers is believed: it was full when nearly so many went.
        Else a wait of more than two seconds speaks for the minute, and so does a burst of less than half of what was accepted
        once; the second is blamed first, and cleared when after the break nothing gets through either. What was sent before an
        earlier refusal came says nothing new about it.
        """
        at = now if sent_at is None else sent_at
        self.closed_until = max(self.closed_until, now + min(retry_after_s or 1.0, 300.0))
        # A wait is told in whole seconds.
        self._full_until = at if retry_after_s is None else now + retry_after_s - 1.0
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
            self._believe(min(minute, most))
            if self._wronged is not None:  # nothing got through since, so it was not the burst
                self.second.limit, self._has_learned_second = self._wronged
                self._wronged = None
        elif burst > 0:  # what refuses the only one says nothing of how many
            if is_new:
                self._wronged = self.second.limit, self._has_learned_second
            self.second.limit = max(1, min(burst, self.second.limit or burst))
            self._has_learned_second = True

    def _believe(self, a_minute: int) -> None:
        self.minute.limit = max(_LEAST_A_MINUTE, min(a_minute, self.minute.limit or a_minute))
        self._is_minute_learned = True
        self._trial.taught(self.minute.limit)

    def _accepted_within(self, span_s: float, at: float, until: float) -> int:
        """Sent from the span before `at` until `until`, as far as not refused."""
        sent = 0
        for one in reversed(self._times):
            if one <= at - span_s:
                break
            sent += one < until
        return sent - sum(at - span_s < one < until for one in self._refusals)
