"""The simulator's stories, and a storm that leaves the console's store equal to the server's record, event for event."""

from __future__ import annotations

import contextlib
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pytestqt.exceptions import TimeoutError as NotInTime

from tests.support.console import RunningConsole
from tests.support.simulator import RunningSimulator, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from chekt_console.domain.event import Event


_FIELDS = (
    "site_id", "instant_ms", "subtype", "text", "status", "category_id", "zone_number", "device_id", "device_name",
    "has_video", "decision", "user",
)  # fmt: skip


def _events(url: str, api_key: str, site_id: str, start: str) -> dict[str, dict[str, Any]]:
    """All of a site ("": of all sites) since `start`, page by page, by somebody who shares no code with the console."""
    found: dict[str, dict[str, Any]] = {}
    body: dict[str, Any] = {"start_time": start, "limit": 1000, "sort_order": "asc"}
    if site_id:
        body["site_id"] = int(site_id)
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {api_key}"}, timeout=30) as client:
        while True:
            reply = client.post("/ext/v1/activity-logs/search", json=body)
            if reply.status_code == 429:
                continue
            page = reply.json()
            found.update((str(row["event_id"]), row) for row in page["data"])
            if not page["page"]["has_more"]:
                return found
            body["cursor"] = page["page"]["cursor"]


@pytest.mark.parametrize(
    ("name", "subtypes"),
    [
        ("quiet night", {"armed_away", "motion", "disarmed"}),
        ("burglary with dispatch", {"armed_away", "zone_opened", "intrusion"}),
        ("cleaning crew", {"armed_night", "zone_opened", "intrusion", "disarmed"}),
        ("bridge dies and returns", {"device_offline"}),
    ],
)
def test_each_story_is_told_to_its_end(tmp_path: Path, name: str, subtypes: set[str]) -> None:
    with RunningSimulator(tmp_path / "world", sites=1) as simulator:
        start = simulator.control("clock", {"advance_s": 0})["now_ms"]
        simulator.control("scenario", {"name": name, "site_id": 1784, "speed": 1000})
        site = "1784"
        since = _iso(start - 1000)

        def is_told() -> bool:
            rows = _events(simulator.url, simulator.api_key, site, since)
            return {row["event_subtype"] for row in rows.values()} >= subtypes

        assert until(is_told, limit_s=30)
        if name in ("burglary with dispatch", "cleaning crew"):
            wanted = "real" if name.startswith("burglary") else "false"

            def is_decided() -> bool:
                rows = _events(simulator.url, simulator.api_key, site, since).values()
                alarms = [row for row in rows if row["event_type"] == "alarm"]
                return bool(alarms) and all(row.get("decision") == wanted for row in alarms)

            assert until(is_decided, limit_s=30)


def test_what_a_story_decided_no_operator_decides_again(tmp_path: Path) -> None:
    """With a listener the operators look at each alarm too, later than the story does."""
    with RunningSimulator(tmp_path / "world", sites=1) as simulator:
        start = simulator.control("clock", {"advance_s": 0})["now_ms"]
        simulator.control("center", {"delay_s": [600, 600]})
        simulator.control("webhooks", {"url": "http://127.0.0.1:9/", "secret": "no one listens there"})
        simulator.control("scenario", {"name": "burglary with dispatch", "site_id": 1784, "speed": 10})

        def decisions() -> dict[str, str]:
            rows = _events(simulator.url, simulator.api_key, "1784", _iso(start - 1000)).values()
            return {
                str(row["event_id"]): row.get("decision", "") for row in rows if row["event_type"] == "alarm"
            }

        assert until(lambda: set(decisions().values()) == {"real"}, limit_s=30)
        told = decisions()
        raised = {"site_id": "1784", "kind": "alarm", "text": "For the operators"}
        last = str(simulator.control("events", raised)["event_id"])

        def is_looked_at() -> bool:
            simulator.control("clock", {"advance_s": 700})
            return bool(decisions()[last])

        assert until(is_looked_at, limit_s=30)
        assert {key: word for key, word in decisions().items() if key in told} == told


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data")
    yield running
    running.close()


@pytest.mark.slow
def test_after_a_storm_with_chaos_the_store_equals_the_record(running: RunningConsole) -> None:
    """Webhooks duplicated, dropped 20 %, reordered, late, badly signed; the listener killed in the middle; polling on.
    Beside the storm at one site, alarms, troubles and activities at others."""
    running.wait_filled()
    session, address = running.session, running.address
    live = session.live
    assert live is not None
    live.listen_action.trigger()
    running.wait(lambda: live.feed.is_live)
    headers = {"X-Control-Token": address.control_token}
    chaos = {"drop": 0.2, "duplicate": 0.3, "late_ms": 1500, "bad_signature": 0.1}
    body: dict[str, Any] = {
        "url": live.feed.process.url,
        "secret": live.feed._secret.reveal(),
        "chaos": chaos,
    }
    httpx.post(f"{address.url}/_simulator/webhooks", json=body, headers=headers).raise_for_status()
    site = running.site("Juniper Market")
    start_ms = httpx.post(f"{address.url}/_simulator/clock", json={"advance_s": 0}, headers=headers).json()[
        "now_ms"
    ]
    others = [one for one in session.sites.cached().sites if one.is_active and one != site][:8]
    told: dict[str, str] = {}
    for number in range(24):
        kind, text = ("alarm", "trouble", "activity")[number % 3], f"Beside {number}"
        raised = {"site_id": others[number % len(others)].site_id, "kind": kind, "text": text}
        answer = httpx.post(f"{address.url}/_simulator/events", json=raised, headers=headers)
        told[str(answer.json()["event_id"])] = text
    storm = {"name": "storm", "site_id": site.site_id, "events_per_s": 1000, "seconds": 4}
    httpx.post(f"{address.url}/_simulator/scenario", json=storm, headers=headers).raise_for_status()
    running.wait(lambda: len(session.cache.events(site.site_id, start_ms)) > 300, 60_000)
    running.wait(lambda: live.feed.refused > 0)  # the badly signed ones
    os.kill(live.feed.process.pid, signal.SIGKILL)
    session.feed.poll_soon()

    def stored() -> set[str]:
        return {
            event.event_id
            for event in session.cache.events(site.site_id, start_ms)
            if event.subtype == "motion"
        }

    running.wait(lambda: len(stored()) >= 4000, 120_000)

    def store() -> dict[str, dict[str, Any]]:
        found = [
            event
            for one in session.sites.cached().sites
            for event in session.cache.events(one.site_id, start_ms)
        ]
        return {event.event_id: _of_store(event) for event in found}

    def record() -> dict[str, dict[str, Any]]:
        rows = _events(address.url, address.api_key, "", _iso(start_ms))
        return {key: told for key, row in rows.items() if (told := _of_row(row))["instant_ms"] >= start_ms}

    # Nothing stops in this world meanwhile, so the record is read anew until the console is level with it.
    for _ in range(5):
        wanted = record()
        with contextlib.suppress(NotInTime):
            session.feed.poll_soon()
            running.wait(lambda wanted=wanted: store() == wanted, 10_000)
            break
    assert store() == wanted
    assert len(wanted) >= 4000 + len(told)
    texts = {key.removeprefix("sys-"): one["text"] for key, one in wanted.items()}
    assert {key: texts[key] for key in told} == told


def _of_row(row: dict[str, Any]) -> dict[str, Any]:
    """What the server says of an event, by the words of its own documentation."""
    moment = datetime.fromisoformat(row["event_time"])
    return {
        "site_id": str(row["site_id"]),
        "instant_ms": round(moment.timestamp() * 1000),
        "kind": row["event_type"],
        "subtype": row["event_subtype"],
        "text": row["trigger"],
        "status": row["status"],
        "category_id": str(row["category_id"]),
        "zone_number": row["zone_number"],
        "device_id": str(row["device_id"] or ""),
        "device_name": row["device_name"] or "",
        "has_video": row["has_video"],
        "mode": row.get("arming_mode") or "",
        "decision": row.get("decision") or "",
        "user": row.get("user") or "",
    }


def _of_store(event: Event) -> dict[str, Any]:
    told = {name: getattr(event, name) for name in _FIELDS}
    return {**told, "kind": event.kind.name.lower(), "mode": event.mode.value if event.mode else ""}


def _iso(instant_ms: int) -> str:
    return datetime.fromtimestamp(instant_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
