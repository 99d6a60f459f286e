"""What holds of the request budget for any server, any clicks and any clock: minutes of them by a clock of the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chekt_console.api.send_log import MINUTE_S, PAD_S, SendLog
from chekt_console.simulator.limits import Limits

_MINUTES = 3
_LATEST_S = (
    0.06  # on the way to the server, which with the clocks' drift in a minute is less than the padding
)
_DRIFT = 0.0005

_plans = st.sampled_from([(5, 60), (7, 60), (30, 100), (3, 40), (100, 250)])
_is_told = st.booleans()
_slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class _Sent:
    background_s: list[float] = field(default_factory=list)
    person_s: list[float] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)

    @property
    def all_s(self) -> list[float]:
        return sorted(self.background_s + self.person_s)


def _log(plan: tuple[int, int], *, is_told: bool = True) -> SendLog:
    """As the program begins with a server whose first reply tells its limit, or as it knows one from long ago."""
    if not is_told:
        return SendLog(*plan)
    log = SendLog(is_stranger=True)
    log.learn_minute(plan[1])
    log.second.limit = plan[0]
    return log


def _background_start(log: SendLog, now: float) -> float:
    return log.next_start(now, reserve=0.08, least=20, is_background=True)


def _promised(per_minute: int) -> int:
    return max(round(per_minute * 0.08), min(20, per_minute // 3))


def _flood(log: SendLog, clicks_s: list[float]) -> _Sent:
    """Background requests without end, and a person's at these instants, which go first."""
    sent, left, now = _Sent(), sorted(clicks_s, reverse=True), 0.0
    while now < _MINUTES * MINUTE_S:
        start = _background_start(log, now)
        if left and left[-1] <= start:
            clicked = left.pop()
            now = log.next_start(max(now, clicked))
            log.sent(now)
            sent.person_s.append(now)
            sent.waits_s.append(now - clicked)
        else:
            now = start
            log.sent(now, is_background=True)
            sent.background_s.append(now)
    return sent


@_slow
@given(
    _plans,
    _is_told,
    st.lists(st.floats(0, _MINUTES * MINUTE_S), max_size=80),
    st.floats(0, MINUTE_S),
    st.floats(1 - _DRIFT, 1 + _DRIFT),
    st.randoms(use_true_random=False),
)
def test_a_server_never_counts_more_than_its_limits_wherever_its_windows_begin(
    plan: tuple[int, int], is_told: bool, clicks_s: list[float], begins_s: float, drift: float, chance: Random
) -> None:
    """By the gateway's own count, its clock offset and fast or slow, with requests that come late and in another order."""
    sent = _flood(_log(plan, is_told=is_told), clicks_s)
    arrived = sorted(at + chance.uniform(0, _LATEST_S) for at in sent.all_s)
    now_s = 0.0
    server = Limits(plan[1], plan[0], lambda: 1_000 * MINUTE_S + begins_s + now_s * drift)
    for now_s in arrived:  # noqa: B007 - the server's clock
        assert server.take("me").retry_after_s == 0
    for span_s, most in ((1.0, plan[0]), (MINUTE_S, plan[1])):
        counted = [at * drift for at in arrived]
        assert all(later - earlier >= span_s for earlier, later in zip(counted, counted[most:], strict=False))


@_slow
@given(_plans, _is_told, st.lists(st.floats(0, 20), max_size=40), st.booleans())
def test_a_person_who_asks_no_oftener_than_promised_never_waits_for_a_minute_to_end(
    plan: tuple[int, int], is_told: bool, gaps: list[float], is_drawn: bool
) -> None:
    least_gap_s = (MINUTE_S + PAD_S) / _promised(plan[1])
    clicks_s, at = [], 0.0
    for gap in gaps:
        at += least_gap_s + gap * is_drawn
        clicks_s.append(at)
    sent = _flood(_log(plan, is_told=is_told), [at for at in clicks_s if at < (_MINUTES - 0.1) * MINUTE_S])
    assert all(wait <= 1.0 + PAD_S + 1e-6 for wait in sent.waits_s)


@_slow
@given(_plans, _is_told, st.lists(st.floats(0, _MINUTES * MINUTE_S), max_size=120))
def test_background_work_gets_what_people_leave_of_each_minute(
    plan: tuple[int, int], is_told: bool, clicks_s: list[float]
) -> None:
    """All but what they used, what they may use at once and one in fifty that is always at hand, however they click."""
    sent = _flood(_log(plan, is_told=is_told), clicks_s)
    at_hand = max(round(plan[1] * 0.02), _promised(plan[1]) // 4, 1)
    for minute in range(1, _MINUTES):
        begin, end = minute * (MINUTE_S + PAD_S), (minute + 1) * (MINUTE_S + PAD_S)
        # What people had within a minute of any instant of this one may be missing.
        people = sum(begin - MINUTE_S < at < end for at in sent.person_s)
        background = sum(begin <= at < end for at in sent.background_s)
        assert background >= plan[1] - people - at_hand - plan[0]


@_slow
@given(_plans, st.lists(st.sampled_from(["person", "screen", "background"]), min_size=1, max_size=400))
def test_who_is_more_urgent_never_starts_later(plan: tuple[int, int], senders: list[str]) -> None:
    log, now = _log(plan), 0.0
    for sender in senders:
        person, screen = log.next_start(now), log.next_start(now, reserve=0.02)
        background = _background_start(log, now)
        assert person <= screen <= background
        assert background < now + 2 * MINUTE_S
        now = {"person": person, "screen": screen, "background": background}[sender]
        log.sent(now, is_background=sender == "background")


@pytest.mark.parametrize("plan", [(5, 60), (100, 1_000)])
def test_the_whole_budget_is_used_while_one_person_clicks_every_five_seconds(plan: tuple[int, int]) -> None:
    sent = _flood(_log(plan), [2.5 + 5 * number for number in range(12 * _MINUTES)])
    assert len(sent.all_s) >= _MINUTES * plan[1] * 0.97
    assert max(sent.waits_s) == 0
