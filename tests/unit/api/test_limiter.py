"""The request budget: never more than a window holds, people first, lower limits learned."""

from __future__ import annotations

import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from chekt_console.api.limiter import MINUTE_S, Limiter, SendLog
from chekt_console.api.priority import Priority


@given(
    st.integers(1, 9),
    st.integers(1, 30),
    st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=120),
)
def test_no_window_ever_holds_more_than_its_limit(second: int, minute: int, gaps: list[float]) -> None:
    log = SendLog(second, minute)
    sent: list[float] = []
    now = 0.0
    for gap in gaps:
        now = log.next_start(now + gap)
        log.sent(now)
        sent.append(now)
    for at in sent:
        assert sum(at - 1.0 < other <= at for other in sent) <= second
        assert sum(at - MINUTE_S < other <= at for other in sent) <= minute


def test_a_server_that_refuses_after_seven_soon_refuses_none() -> None:
    """Replays a server that allows 7 a second and tells nobody."""
    log = SendLog(100, 1000)
    accepted: list[float] = []
    refused = 0
    now = 0.0
    for _ in range(300):
        now = log.next_start(now)
        log.sent(now)
        if sum(now - 1.0 < at <= now for at in accepted) >= 7:
            refused += 1
            log.refused(now, None)
        else:
            accepted.append(now)
    assert refused <= 3


def test_a_minute_limit_is_learned_when_the_second_is_not_to_blame() -> None:
    log = SendLog(1, None)
    for number in range(60):
        log.sent(number * 0.99)
    log.refused(60 * 0.99 + 1.2, 5)
    assert log.minute.limit is not None
    assert log.next_start(61.0) >= 60 * 0.99 + 1.2 + 5


def test_a_person_goes_before_machines() -> None:
    limiter = Limiter(SendLog(2, None))
    limiter.acquire(Priority.SCREEN)
    limiter.acquire(Priority.SCREEN)
    order: list[Priority] = []

    def wait(priority: Priority) -> None:
        limiter.acquire(priority)
        order.append(priority)

    threads = []
    for priority in (Priority.BACKGROUND, Priority.SCREEN, Priority.PERSON):
        threads.append(threading.Thread(target=wait, args=(priority,)))
        threads[-1].start()
        while len(limiter._queue) < len(threads):
            time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    assert order[0] is Priority.PERSON
    assert order[-1] is Priority.BACKGROUND
    assert limiter.used == 5


def test_the_header_of_the_server_counts() -> None:
    limiter = Limiter()
    limiter.learn(60, 59, 30.0)
    assert limiter.limit == 60
    limiter.learn(60, 0, 0.05)
    started = time.monotonic()
    limiter.acquire(Priority.PERSON)
    assert time.monotonic() - started >= 0.04
