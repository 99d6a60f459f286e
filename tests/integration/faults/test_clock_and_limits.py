"""faults.md: 429 with Retry-After as seconds, date, absent, absurd; clock jumps an hour, zone change, DST gap and fold,
leap day."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.api.limiter import Limiter
from chekt_console.api.priority import Priority
from chekt_console.api.retry import LONGEST_S, wait_s
from chekt_console.api.send_log import SendLog
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.site_clock import instant_of, wall_of
from chekt_console.errors import Cancelled, TooManyRequests
from tests.support.fake_clock import FakeClock

_NOW = datetime(2026, 2, 11, 14, 30, tzinfo=UTC)


def _date(seconds: int) -> str:
    return format_datetime(_NOW + timedelta(seconds=seconds), usegmt=True)


_WORDS = {
    "7": "Wait 7 seconds",
    "1000000000": "Wait 5 minutes",
    None: "Wait a minute",
    "soon": "Wait a minute",
}


@pytest.mark.parametrize(
    ("told", "waits_s"),
    [
        ("7", 7.0), (_date(9), 9.0), (_date(-3600), 1.0), (None, 1.0), ("", 1.0), ("soon", 1.0), ("-5", 1.0), ("nan", 1.0),
        ("1000000000", 300.0), ("inf", 1.0), ("1e400", 1.0), (_date(10**9), 300.0), ("9" * 400, 1.0),
    ],
)  # fmt: skip
def test_a_429_closes_the_gate_for_as_long_as_is_sensible(told: str | None, waits_s: float) -> None:
    """Capped at five minutes, also a date read by the server's own clock; the person is told what to do."""
    headers = {"Date": format_datetime(_NOW, usegmt=True)} | ({} if told is None else {"Retry-After": told})

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(429, json={"error": "RateLimitExceeded"}, headers=headers)

    client = CHeKTClient(
        "https://api.test", ApiKeyAuth("k"), clock=FakeClock(), http_transport=httpx.MockTransport(answer)
    )
    try:
        # A command is not repeated, so that its error shows what one refusal does.
        with pytest.raises(TooManyRequests, match="fewer requests") as raised:
            client.transport.write("POST", "/x", "the command")
        if told in _WORDS:
            assert _WORDS[told] in raised.value.sentence
        waited = wait_s(raised.value, 1, is_repeatable=True)
        assert waited == pytest.approx(waits_s)
        assert waited <= LONGEST_S
        log = client.transport.budgets.public._log
        assert 0 < log.closed_until - log._times[-1] <= LONGEST_S + 1
    finally:
        client.close()


def test_the_gate_is_closed_for_all_and_opens_when_the_client_does_not_want_any_more() -> None:
    limiter = Limiter(SendLog(100, 1000))
    sent_at = limiter.acquire(Priority.SCREEN)
    limiter.refused(300.0, sent_at)
    ended: list[bool] = []

    def wait(priority: Priority) -> None:
        try:
            limiter.acquire(priority)
        except Cancelled:
            ended.append(True)

    threads = [threading.Thread(target=wait, args=(priority,)) for priority in Priority]
    for thread in threads:
        thread.start()
    assert not ended
    limiter.close()
    for thread in threads:
        thread.join(5)
    assert len(ended) == len(threads)


@pytest.mark.parametrize("jump_s", [3600, -3600, 86_400 * 366])
def test_a_clock_that_jumps_changes_no_budget_and_no_wait(jump_s: int) -> None:
    """The wall clock is set while the program runs: what was sent counts as before, and a reset is still a reset."""
    clock = FakeClock(round(_NOW.timestamp() * 1000))

    def answer(_: httpx.Request) -> httpx.Response:
        reset = int(_NOW.timestamp()) + 30
        headers = {
            "Date": format_datetime(_NOW, usegmt=True),
            "X-RateLimit-Limit": "60",
            "X-RateLimit-Reset": str(reset),
        }
        return httpx.Response(200, json=[], headers={**headers, "X-RateLimit-Remaining": "50"})

    client = CHeKTClient(
        "https://api.test", ApiKeyAuth("k"), clock=clock, http_transport=httpx.MockTransport(answer)
    )
    for _ in range(3):
        client.sites.list()
    told = client.budgets
    clock.start_ms += jump_s * 1000
    assert client.budgets == told
    client.contacts.list("1")
    assert [one.limit for one in client.budgets] == [60]
    assert client.transport.budgets.public._log.closed_until == 0  # nobody is locked out by it
    client.close()


@pytest.fixture
def move_computer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Into another zone, while the program runs."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system sets its zone for all programs at once")

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert time.localtime(_NOW.timestamp()).tm_hour == _NOW.astimezone(ZoneInfo(zone)).hour

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "day", "minute", "utc"),
    [
        (
            "America/New_York",
            date(2026, 3, 8),
            150,
            "2026-03-08T07:00",
        ),  # 02:30 does not exist: 03:00 is next
        ("America/New_York", date(2026, 11, 1), 90, "2026-11-01T05:30"),  # 01:30 is there twice: the first
        ("Europe/Rome", date(2028, 2, 29), 720, "2028-02-29T11:00"),
        ("Asia/Kathmandu", date(2028, 2, 29), 0, "2028-02-28T18:15"),
        ("Australia/Lord_Howe", date(2026, 4, 5), 105, "2026-04-04T14:45"),  # half an hour is repeated
    ],
)
def test_the_sites_wall_time_at_gap_fold_and_leap_day(
    zone: str, day: date, minute: int, utc: str, move_computer: Callable[[str], None]
) -> None:
    """Whatever zone this computer is in, and though it is moved to another."""
    for here in ("UTC", "Pacific/Kiritimati", "America/St_Johns"):
        move_computer(here)
        instant = instant_of(day, minute, ZoneInfo(zone)).astimezone(UTC)
        assert instant.strftime("%Y-%m-%dT%H:%M") == utc
        wall = wall_of(round(instant.timestamp() * 1000), ZoneInfo(zone))
        assert wall.date() == day
