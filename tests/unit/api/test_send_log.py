"""A server that tells no limit is begun with slowly and soon refuses nothing: minutes of it by a clock of the test, against the
gateway's own count."""

from __future__ import annotations

from itertools import pairwise

import pytest

from chekt_console.api.send_log import MINUTE_S, SendLog
from chekt_console.domain.request_budget import LearnedLimits
from tests.support.limit_minutes import LimitMinutes


def _stranger() -> SendLog:
    return SendLog(is_stranger=True)


@pytest.mark.parametrize("is_wait_told", [True, False])
@pytest.mark.parametrize("begins_s", [0.0, 17.0, 48.0])
def test_sixty_a_minute_that_nobody_told_are_met_late_and_hold_no_click_for_long(
    begins_s: float, is_wait_told: bool
) -> None:
    """The strictest plan there is, 5 a second. No click waits in the first minutes, and few when the limit is met, which it is
    again when a little more is tried after a while."""
    minutes = LimitMinutes(_stranger(), per_minute=60, burst=5, begins_s=begins_s, is_wait_told=is_wait_told)
    minutes.run(15)
    assert not [at for at in minutes.refused_s if at < 2 * MINUTE_S]
    assert len(minutes.refused_s) <= 6
    assert max(minutes.click_waits_s[:24]) < 0.2
    assert max(minutes.click_waits_s) < 20
    assert sum(wait > 1.5 for wait in minutes.click_waits_s) <= len(minutes.click_waits_s) // 18
    # Of 40 a minute that background work may have of such a limit, with the slow start and a few breaks.
    assert len(minutes.background_s) > 15 * 40 * 0.75


def test_a_limit_that_is_told_brings_its_documented_burst() -> None:
    minutes = LimitMinutes(_stranger(), per_minute=60, burst=5, is_told=True)
    minutes.run(6)
    assert minutes.refused_s == []
    assert max(minutes.click_waits_s) < 1.2
    assert len(minutes.background_s) >= 6 * 40 - 10  # a third is left to people, whether they use it or not


def test_a_thousand_a_minute_that_are_told_are_used_as_if_always_known() -> None:
    begun, known = (
        LimitMinutes(log, per_minute=1_000, burst=100, is_told=True)
        for log in (_stranger(), SendLog(100, 1_000))
    )
    for minutes in (begun, known):
        minutes.run(2)
        assert minutes.refused_s == []
        assert max(minutes.click_waits_s) < 0.2
    assert len(begun.background_s) >= len(known.background_s) - 5


def test_a_server_that_never_refuses_is_asked_faster_every_minute() -> None:
    minutes = LimitMinutes(_stranger(), per_minute=100_000, burst=1_000)
    minutes.run(11)
    each = [minutes.background_between(minute, minute + 1) for minute in range(11)]
    assert each[:2] == pytest.approx([48, 48], abs=2)  # of 60, the lowest documented limit, with 12 clicks
    assert all(later > earlier * 1.3 for earlier, later in pairwise(each[4:10]))
    assert each[10] > 600
    assert minutes.refused_s == []


def test_bursts_grow_with_what_is_accepted_and_end_at_the_first_refusal() -> None:
    log = _stranger()
    now, refused = 0.0, 0
    accepted: list[float] = []
    for _ in range(300):
        now = log.next_start(now) + 1e-4
        log.sent(now)
        if sum(now - 1.0 < at for at in accepted) >= 40:
            refused += 1
            log.refused(now, None, now)
        else:
            accepted.append(now)
            log.accepted(now)
    assert refused == 1
    assert log.second.limit == 40
    assert accepted[200] < 12


def test_what_was_learned_is_begun_with_the_next_time() -> None:
    met, slow = (LimitMinutes(_stranger(), per_minute=60, burst=5, begins_s=17.0) for _ in range(2))
    met.run(6)
    learned = met.log.learned
    assert learned is not None
    assert 55 <= learned.a_minute <= 62
    met.log.learn_minute(60)
    assert met.log.learned is None  # it tells by itself
    again = _stranger()
    assert again.learned is None
    again.recall(learned)
    next_time = LimitMinutes(again, per_minute=60, burst=5, begins_s=17.0)
    next_time.run(4)
    assert len(next_time.refused_s) <= 1  # a bigger burst may be tried once
    assert max(next_time.click_waits_s) < 1.5
    slow.run(2)
    assert next_time.background_between(0, 1) >= slow.background_between(1, 2)


def test_a_pace_that_was_reached_is_gone_on_with() -> None:
    generous = LimitMinutes(_stranger(), per_minute=100_000, burst=1_000)
    generous.run(8)
    learned = generous.log.learned
    assert learned is not None
    assert (learned.a_minute, learned.is_second_met) == (0, False)
    again = _stranger()
    again.recall(learned)
    next_time = LimitMinutes(again, per_minute=100_000, burst=1_000)
    next_time.run(1)
    assert len(next_time.background_s) > 200


def test_a_limit_that_was_recalled_is_tried_higher_after_a_while() -> None:
    log = _stranger()
    log.recall(LearnedLimits(5, True, 60, 20))
    log.sent(1_000.0)
    assert (log.second.limit, log.minute.limit) == (5, 60)
    log.sent(1_301.0)
    assert (log.second.limit, log.minute.limit) == (6, 66)


def test_nothing_is_tried_higher_before_anything_was_refused() -> None:
    log = _stranger()
    for number in range(4):
        log.sent(1_000.0 * number)
    assert log.second.limit == 5


def test_a_refusal_of_one_a_second_is_not_blamed_on_the_burst() -> None:
    log = _stranger()
    for number in range(5):
        log.sent(number / 100)
        log.accepted(number / 100)
    for number in range(40):
        log.sent(10 + number * 1.5)
        log.accepted(10 + number * 1.5)
    log.sent(69.9)
    log.refused(70.0, None, 69.9)
    assert log.known_minute == 40  # as many as were accepted in the minute before
    assert (log.second.limit or 0) >= 5


def test_what_the_burst_was_blamed_for_is_forgiven_when_after_the_break_nothing_gets_through() -> None:
    log = SendLog(None, None, is_stranger=True)
    for number in range(30):
        at = number // 5 * 1.2 + number % 5 / 100
        log.sent(at)
        log.accepted(at)
    usual = log.second.limit
    for number in range(3):
        log.sent(8 + number / 100)
        log.accepted(8 + number / 100)
    log.sent(8.03)
    log.refused(8.1, None, 8.03)
    assert (log.second.limit, log.known_minute) == (3, None)
    log.sent(9.2)
    log.refused(9.3, None, 9.2)
    assert (log.second.limit, log.known_minute) == (usual, 33)


def test_a_server_too_busy_for_the_first_request_teaches_no_limit() -> None:
    log = _stranger()
    log.sent(0.0)
    log.refused(0.1, 2.0, 0.0)
    assert log.next_start(0.1) == pytest.approx(2.1)
    assert (log.second.limit, log.known_minute) == (5, None)


def test_after_a_refusal_one_at_a_time_finds_out_and_not_all_that_wait() -> None:
    log = SendLog(100, 1_000)
    for number in range(6):
        log.sent(number / 1_000)
    for number in range(5):
        log.accepted(number / 1_000)
    log.refused(0.1, 2.0, 0.005)
    log.sent(log.next_start(0.1))
    assert log.next_start(2.2) == pytest.approx(2.1 + 1.1)
    log.accepted(2.1)
    assert log.next_start(2.2) == 2.2


def test_a_limit_that_was_tried_higher_in_vain_is_left_alone_for_twice_as_long() -> None:
    log = SendLog(10, None)
    tried: list[float] = []
    for second in range(4_000):
        for number in range(10):
            now = second + number / 100
            if log.next_start(now) > now:
                break
            log.sent(now)
            if number < 5:
                log.accepted(now)
            else:
                tried.append(now)
                log.refused(now, None, now)
    gaps = [later - earlier for earlier, later in pairwise(tried) if later - earlier > 10]
    assert gaps == pytest.approx([300, 600, 1_200], abs=30)
