"""Faults of the contract (gateway.md 4) that need more than one request to show: tokens, races, clocks, webhooks."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.secret import Secret
from chekt_console.auth.token_auth import TokenAuth
from chekt_console.background.webhook_process import WebhookProcess
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.errors import NotSignedIn
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.connection_check import check_connection
from chekt_console.services.event_service import EventService
from chekt_console.store.inbox import Inbox
from tests.integration.faults.bench import EVENTS, SITES, Bench, HurryClock
from tests.support.dealer import Dealer
from tests.support.simulator import RunningSimulator, until

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_SECRET = "whsec_of_this_test_too"


def test_an_expired_token_is_renewed_under_a_read_a_write_and_a_command(
    simulator: RunningSimulator, bench: Bench
) -> None:
    """gateway.md 4: expired token. Each goes out once more, refused before it acted, and acts once."""
    dealer = Dealer(simulator)
    told = dealer.service.credential(dealer.connection, dealer.ended.append)
    assert isinstance(told, TokenAuth)
    # A token that is refused within seconds of its making is not allowed here at all: these are 20 s older.
    auth = TokenAuth(told._renewal, now=lambda: time.monotonic() + 20)
    client = CHeKTClient(simulator.url, auth, clock=HurryClock())
    arming = ArmingService(client, bench.cache, HurryClock(6))
    assert arming.command(bench.site, ArmingMode.DISARMED, (), NoProgress()).is_confirmed
    simulator.control("record", method="DELETE")

    bench.fault("expired_token", SITES, "GET")
    assert len(client.sites.list().values) == 3
    bench.fault("expired_token", EVENTS, "POST")
    body: dict[str, object] = {
        "site_id": bench.site.site_id,
        "event_type": "trouble",
        "event_subtype": "token_test",
        "event_time": "2026-02-11T14:30:00Z",
    }
    client.events.report(body, "key-token-test")
    bench.fault("expired_token", bench.arm_path, "POST")
    assert arming.command(bench.site, ArmingMode.AWAY, (), NoProgress()).is_confirmed

    assert bench.asked("GET", SITES) == [401, 200]
    assert [status == 401 for status in bench.asked("POST", EVENTS)] == [True, False]
    assert bench.written("token_test") == 1
    assert [status == 401 for status in bench.asked("POST", bench.arm_path)] == [True, False]
    assert bench.is_armed()
    assert dealer.renewals() == [200, 200, 200]
    assert dealer.ended == []
    client.close()


def test_a_key_revoked_under_a_write_writes_nothing_and_says_so(bench: Bench) -> None:
    """gateway.md 4: revoked key."""
    bench.forget()
    bench.fault("revoked_key", EVENTS, "POST")
    with pytest.raises(NotSignedIn, match="not accepted"):
        bench.write("revoked_test")
    assert bench.asked("POST", EVENTS) == [401]
    assert bench.written("revoked_test") == 0


def test_a_race_lost_between_reading_and_writing_is_told_and_the_draft_kept(bench: Bench) -> None:
    """gateway.md 4: 412 races."""
    path = f"{SITES}/{bench.site.site_id}/schedule"
    base = bench.schedules.read(bench.site)
    mine = WeekSchedule((ArmedPeriod(60, 120, ArmingMode.AWAY),))
    bench.forget()
    bench.fault("lost_race", path, "PUT")
    outcome = bench.schedules.save(bench.site, mine, base, NoProgress())
    assert bench.asked("PUT", path) == [412]
    assert outcome.is_confirmed is False
    assert outcome.theirs is not None
    kept = bench.local.draft(bench.site.site_id)
    assert kept is not None
    assert kept.schedule == mine


@pytest.mark.parametrize("seconds", [7_200, -7_200])
def test_a_server_with_another_clock_hides_no_alarm_and_is_told_of(bench: Bench, seconds: int) -> None:
    """gateway.md 4: clock skew."""
    events = EventService(bench.client, bench.cache, bench.local, HurryClock())
    bench.simulator.control("faults", {"name": "clock_skew", "seconds": seconds})
    told = "s behind" if seconds > 0 else "s ahead of"
    assert until(lambda: told in _clock_line(bench))
    events.poll()
    number = str(bench.simulator.control("events", {"site_id": int(bench.site.site_id)})["event_id"])
    assert until(lambda: number in {event.event_id for event in events.poll()})


def _clock_line(bench: Bench) -> str:
    report = check_connection(bench.client.transport, NoProgress())
    return next(line for line in report.text().splitlines() if "Clock" in line)


def test_webhooks_doubled_reordered_late_badly_signed_and_replayed_are_each_kept_once(
    simulator: RunningSimulator, qtbot: QtBot, tmp_path: Path
) -> None:
    """gateway.md 4: webhook duplicated, reordered, late, badly signed, replayed."""
    simulator.control("faults", method="DELETE")
    listener = WebhookProcess(tmp_path / "inbox.sqlite")
    with qtbot.waitSignal(listener.ready, timeout=20_000):
        listener.start(Secret(_SECRET))
    inbox = Inbox(tmp_path / "inbox.sqlite")
    try:
        endpoint = simulator.control("webhooks", {"url": listener.url, "secret": _SECRET})["webhook_id"]
        faults = [
            "webhook_duplicated",
            "webhook_reordered",
            "webhook_late",
            "webhook_badly_signed",
            "webhook_replayed",
        ]
        for name in faults:
            simulator.control("faults", {"name": name, "ms": 400})
            raw = json.dumps({"id": f"evt_{name}", "type": "made.up", "data": {}})
            simulator.control("center", {"raw": raw, "type": "made.up"})

        def counts() -> dict[str, int]:
            told = simulator.control("webhooks", method="GET")["webhooks"]
            found: dict[str, int] = next(one["counts"] for one in told if one["webhook_id"] == endpoint)
            return found

        def kept_ids() -> list[str]:  # the world of the simulator goes on, and may send events of its own
            told = [json.loads(one.body)["id"] for one in inbox.newest()]
            return [event_id for event_id in told if event_id in expected]

        expected = {f"evt_{name}" for name in faults}
        assert until(lambda: set(kept_ids()) == expected, limit_s=30)
        assert until(
            lambda: sum(counts().get(status, 0) for status in ("200", "409")) > len(faults), limit_s=30
        )
        assert until(lambda: "replayed 409" in counts(), limit_s=30)
        assert counts()["401"] == 1
        kept = kept_ids()
        assert len(kept) == len(faults)
        assert kept.index("evt_webhook_reordered") < len(kept) - 1  # newest first: one came before it
        simulator.control(f"webhooks/{endpoint}", method="DELETE")
    finally:
        inbox.close()
        listener.stop()
