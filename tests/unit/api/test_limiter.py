"""The request budget: never more than a window holds, people first, lower limits learned."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chekt_console.api.limiter import Limiter, Wish, _Waiting
from chekt_console.api.priority import Priority, wanted
from chekt_console.api.send_log import MINUTE_S, SendLog
from chekt_console.errors import Cancelled, Unreachable
from tests.support.ending import join


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


@pytest.mark.parametrize(("minute", "background"), [(60, 40), (30, 20), (1_000, 920)])
def test_background_work_leaves_a_person_more_than_a_handful_of_a_small_budget(
    minute: int, background: int
) -> None:
    """The clock stands still, so that nothing is given back."""
    limiter = Limiter(SendLog(None, minute), now=lambda: 0.0)
    sent: list[float] = []

    def work() -> None:
        with contextlib.suppress(Cancelled):
            for _ in range(minute):
                sent.append(limiter.acquire(Priority.BACKGROUND))

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(0.5)  # it waits for the next minute by now
    assert len(sent) == background
    for _ in range(minute - background):
        limiter.acquire(Priority.PERSON)  # at once
    limiter.close()
    join(worker)


def test_a_click_every_five_seconds_never_waits_for_a_flood_of_background_reads() -> None:
    """Five minutes under 60 a minute and 5 a second."""
    log = SendLog(5, 60)
    now, clicked_at, waits = 0.0, 0.0, []
    while now < 300:
        start = log.next_start(now, reserve=0.08, least=20, is_background=True)
        if start < clicked_at:
            now = start
            log.sent(now, is_background=True)
        else:
            now = log.next_start(max(now, clicked_at))
            waits.append(now - clicked_at)
            log.sent(now)
            clicked_at += 5.0
    assert max(waits) <= 1.2


def test_a_server_that_refuses_after_seven_soon_refuses_none() -> None:
    """Replays a server that allows 7 a second and tells nobody."""
    log = SendLog(100, 1000)
    accepted: list[float] = []
    refused = 0
    now = 0.0
    for _ in range(300):
        now = log.next_start(now) + 1e-4
        log.sent(now)
        if sum(now - 1.0 < at <= now for at in accepted) >= 7:
            refused += 1
            log.refused(now, None)
        else:
            accepted.append(now)
            log.accepted(now)
    assert refused <= 3
    assert log.second.limit == 7


def test_a_minute_limit_is_learned_when_the_second_is_not_to_blame() -> None:
    log = SendLog(1, None)
    for number in range(60):
        log.sent(number * 0.99)
    log.refused(60 * 0.99 + 1.2, 5)
    assert log.minute.limit is not None
    assert log.next_start(61.0) >= 60 * 0.99 + 1.2 + 5


@pytest.mark.parametrize("is_wait_told", [True, False])
@pytest.mark.parametrize(("per_second", "per_minute"), [(7, 10_000), (5, 60), (100, 200)])
def test_limits_nobody_told_are_learned_with_eight_in_flight(
    per_second: int, per_minute: int, is_wait_told: bool
) -> None:
    """No more refusals than were on their way when each window was first met full, and nothing is believed too small."""
    log = SendLog(100, 1000)
    accepted: list[float] = []
    on_their_way: list[tuple[float, float, float | None]] = []  # answered at, sent at, wait when refused
    refusals: list[float] = []
    now = 0.0
    while len(accepted) < 4 * min(per_minute, 60):
        start = log.next_start(now)
        if on_their_way and (len(on_their_way) == 8 or on_their_way[0][0] <= start):
            answered_at, sent_at, wait_s = on_their_way.pop(0)
            now = max(now, answered_at)
            if wait_s is not None:
                refusals.append(now)
                log.refused(now, wait_s if is_wait_told else None, sent_at)
            else:
                log.accepted(sent_at)
            continue
        now = start + 1e-4
        log.sent(now)
        minute = [at for at in accepted if at > now - MINUTE_S]
        wait_s = None
        if len(minute) >= per_minute:
            wait_s = max(1.0, minute[0] + MINUTE_S - now)
        elif sum(at > now - 1.0 for at in accepted) >= per_second:
            wait_s = 1.0
        else:
            accepted.append(now)
        on_their_way.append((now + 0.05, now, wait_s))
    assert len(refusals) <= 2 * 8
    assert (log.second.limit or 0) >= min(per_second, 50)
    assert (log.minute.limit or 0) >= min(per_minute, 1000) * 0.9


def test_a_limit_from_the_headers_is_believed_and_a_burst_is_to_blame() -> None:
    log = SendLog(100, 1000)
    log.learn_minute(600)
    for number in range(6):
        log.sent(10 + number / 100)
    log.refused(10.1, 60.0, 10.05)
    assert (log.second.limit, log.minute.limit) == (5, 600)
    assert log.next_start(11.0) >= 70.0


def test_what_others_use_of_the_same_key_is_in_the_figure() -> None:
    limiter = Limiter()
    limiter.acquire(Priority.PERSON)
    limiter.learn(100, 60, 30.0)
    assert (limiter.used, limiter.limit) == (40, 100)
    limiter.learn(100, 99, 30.0)
    assert limiter.used == 1


def test_a_person_goes_before_machines() -> None:
    limiter = Limiter(SendLog(1, None))
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
    assert limiter.used == 4


def test_what_a_person_joins_is_no_longer_background_work() -> None:
    limiter = Limiter(SendLog(1, None))
    limiter.acquire(Priority.SCREEN)
    joined = Wish(Priority.BACKGROUND)
    order: list[str] = []

    def wait(wish: Wish, name: str) -> None:
        limiter.acquire(wish)
        order.append(name)

    threads = []
    for wish, name in ((Wish(Priority.SCREEN), "screen"), (joined, "joined")):
        threads.append(threading.Thread(target=wait, args=(wish, name)))
        threads[-1].start()
        while len(limiter._queue) < len(threads):
            time.sleep(0.001)
    limiter.hurry(joined, Priority.PERSON)
    for thread in threads:
        thread.join(10)
    assert order == ["joined", "screen"]


def test_the_header_of_the_server_counts() -> None:
    limiter = Limiter()
    limiter.learn(60, 59, 30.0)
    assert limiter.limit == 60
    limiter.learn(60, 0, 0.05)
    started = time.monotonic()
    limiter.acquire(Priority.PERSON)
    assert time.monotonic() - started >= 0.04


def test_background_work_leaves_the_last_of_the_budget_to_people() -> None:
    log = SendLog(100, 1_000)
    now = 0.0
    for _ in range(3_000):
        now = log.next_start(now, reserve=0.08)
        log.sent(now)
    assert log.next_start(now + 1.2) == now + 1.2
    free = 0
    while log.next_start(now + 1.2) == now + 1.2:
        log.sent(now + 1.2)
        free += 1
    assert free >= 80
    # A small limit still lets it through.
    tight = SendLog(1, 2)
    tight.sent(0.0)
    assert tight.next_start(0.0, reserve=0.08) < 61


class _Crowd:
    """A budget of 100 a minute whose clock the test moves; 98 of them are the screen's, 92 background work's."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.limiter = Limiter(SendLog(None, 100), now=lambda: self.now_s)
        self.threads: list[threading.Thread] = []

    def wait(self, priority: Priority) -> threading.Thread:
        thread = threading.Thread(target=self._try, args=(priority,))
        self.threads.append(thread)
        thread.start()
        while not self.limiter._queue and thread.is_alive():
            time.sleep(0.001)
        return thread

    def _try(self, priority: Priority) -> None:
        with contextlib.suppress(Cancelled):
            self.limiter.acquire(priority)

    def end(self) -> None:
        self.limiter.close()
        for thread in self.threads:
            thread.join(10)


def test_background_work_gets_a_turn_while_the_screen_uses_up_its_share() -> None:
    crowd = _Crowd()
    for _ in range(95):
        crowd.limiter.acquire(Priority.SCREEN)
    starved = crowd.wait(Priority.BACKGROUND)
    crowd.now_s = 11.0
    starved.join(10)
    is_served = not starved.is_alive()
    crowd.end()
    assert is_served


def test_the_screen_does_not_wait_behind_background_work_while_there_is_room() -> None:
    crowd = _Crowd()
    for _ in range(95):
        crowd.limiter.acquire(Priority.BACKGROUND if _ < 80 else Priority.SCREEN)
    fed = crowd.wait(Priority.BACKGROUND)
    crowd.now_s = 20.0
    screen = crowd.wait(Priority.SCREEN)
    screen.join(10)
    is_served, is_fed = not screen.is_alive(), not fed.is_alive()
    crowd.end()
    assert is_served
    assert not is_fed  # it had its share of this minute, and leaves the rest to people and the screen


def test_background_work_that_had_its_part_of_an_untold_limit_is_not_starved() -> None:
    """Of 60, the lowest documented: a third is left to people, as where the server tells it."""
    now_s = 0.0
    limiter = Limiter(now=lambda: now_s)
    for _ in range(40):
        limiter.acquire(Priority.BACKGROUND)
        now_s += 0.3
    assert not limiter._is_starved(_Waiting(Wish(Priority.BACKGROUND), 41, now_s), now_s + 11)


def test_who_is_not_wanted_any_longer_gives_up_its_place() -> None:
    """A command behind a server that asked for a break of five minutes is not sent at the end of it."""
    limiter = Limiter()
    limiter.refused(300.0)

    looks: list[float] = []

    def check() -> None:
        looks.append(time.monotonic())
        if len(looks) > 1:
            raise Unreachable("Too late.")

    with wanted(check), pytest.raises(Unreachable):
        limiter.acquire(Priority.PERSON)
    assert limiter.used == 0
