"""Parts of the simulated gateway by themselves: limits, signatures, schedule minutes, the writer."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from chekt_console.simulator import schema
from chekt_console.simulator.database import Database
from chekt_console.simulator.limits import Limits
from chekt_console.simulator.schedule_runs import change_at
from chekt_console.simulator.signing import LINK_LIFE_S, ExpiredToken, Signer
from chekt_console.simulator.wire_documented import envelope


def test_a_burst_is_cut_and_comes_back_in_a_second() -> None:
    now = [600.0]
    limits = Limits(1000, 5, lambda: now[0])
    verdicts = [limits.take("a") for _ in range(7)]
    assert [verdict.retry_after_s for verdict in verdicts] == [0, 0, 0, 0, 0, 1, 1]
    assert limits.take("b").retry_after_s == 0
    now[0] += 1
    assert limits.take("a").retry_after_s == 0


def test_a_minute_holds_so_many_and_says_when_it_ends() -> None:
    now = [610.0]
    limits = Limits(3, 100, lambda: now[0])
    verdicts = [limits.take("a") for _ in range(4)]
    assert [verdict.remaining for verdict in verdicts] == [2, 1, 0, 0]
    assert (verdicts[3].retry_after_s, verdicts[3].reset_s) == (50, 660)
    assert verdicts[3].headers()["Retry-After"] == "50"
    now[0] = 660
    assert limits.take("a").retry_after_s == 0


def test_links_and_tokens_hold_for_what_and_how_long_they_were_made() -> None:
    signer = Signer(b"k" * 32)
    path, _, query = signer.link("/media/clips/7.mp4", 1_000_000).partition("?")
    words = dict(pair.split("=") for pair in query.split("&"))
    assert signer.is_good_link(path, words["expires"], words["signature"], 1_000_000)
    assert not signer.is_good_link("/media/clips/8.mp4", words["expires"], words["signature"], 1_000_000)
    later_ms = 1_000_000 + (LINK_LIFE_S + 1) * 1000
    assert not signer.is_good_link(path, words["expires"], words["signature"], later_ms)
    assert not signer.is_good_link(path, "²", "é", 0)
    token = signer.stream_token("0011AABBCCDD", 3, 1_000_000)
    assert signer.read_stream_token(token, 1_000_000).channel == 3
    for wrong in ("", "a.b.c", token[:-2], Signer(b"other").stream_token("0011AABBCCDD", 3, 1_000_000)):
        with pytest.raises(ExpiredToken):
            signer.read_stream_token(wrong, 1_000_000)
    with pytest.raises(ExpiredToken):
        signer.read_stream_token(token, later_ms)


_NIGHT = {"arm_time": "18:00", "arm_mode": "away", "disarm_time": "06:00"}
_DAY = {"arm_time": "09:00", "arm_mode": "stay", "disarm_time": "17:00"}
_WHOLE = {"arm_time": "18:00", "arm_mode": "away", "disarm_time": "18:00"}


@pytest.mark.parametrize(
    ("week", "local", "mode"),
    [
        ({"monday": _NIGHT}, "2026-11-23T18:00", "away"),
        ({"monday": _NIGHT}, "2026-11-23T06:00", ""),  # the end belongs to Tuesday
        ({"monday": _NIGHT}, "2026-11-24T06:00", "disarmed"),
        ({"monday": _DAY}, "2026-11-23T17:00", "disarmed"),
        ({"monday": _DAY}, "2026-11-24T17:00", ""),
        ({"monday": _WHOLE}, "2026-11-24T18:00", "disarmed"),
        ({"monday": _WHOLE, "tuesday": _WHOLE}, "2026-11-24T18:00", "away"),
        ({"monday": _NIGHT}, "2026-11-23T18:01", ""),
    ],
)
def test_schedule_minutes(week: dict[str, Any], local: str, mode: str) -> None:
    assert change_at({"schedule": week}, datetime.fromisoformat(local)) == mode


def test_an_exception_replaces_what_its_day_begins() -> None:
    body = {"schedule": {"monday": _NIGHT, "tuesday": _NIGHT}, "exceptions": {"2026-11-24": None}}
    assert change_at(body, datetime.fromisoformat("2026-11-24T06:00")) == "disarmed"
    assert change_at(body, datetime.fromisoformat("2026-11-24T18:00")) == ""


def test_work_that_fails_is_undone_alone(tmp_path: Path) -> None:
    path = tmp_path / "w.sqlite"
    connection = schema.connect(path)
    schema.create_tables(connection)
    connection.close()
    database = Database(path)

    def good(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT INTO meta VALUES ('good', '1')")
        return "kept"

    def bad(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO meta VALUES ('bad', '1')")
        raise ValueError("no")

    async def run() -> list[object]:
        return list(await asyncio.gather(database.write(bad), database.write(good), return_exceptions=True))

    results = asyncio.run(run())
    assert isinstance(results[0], ValueError)
    assert results[1] == "kept"
    assert [row["key"] for row in database.rows("SELECT key FROM meta")] == ["good"]
    database.close()


def test_the_documented_dialect_wraps_and_prefixes() -> None:
    site: dict[str, object] = {
        "site_id": 1,
        "id": 1,
        "site_name": "A",
        "name": "A",
        "address": "1 Elm St, Oakland, CA 94601",
    }
    site |= {"monitoring_enabled": True, "is_activated": 1}
    wrapped: Any = envelope("sites", [site], "2026-01-01T00:00:00.000Z")
    assert wrapped["meta"] == {"timestamp": "2026-01-01T00:00:00.000Z"}
    assert wrapped["data"]["total_count"] == 1
    assert wrapped["data"]["sites"][0]["site_id"] == "site_1"
    assert wrapped["data"]["sites"][0]["address"]["state"] == "CA"
    assert wrapped["data"]["sites"][0]["status"] == "active"
    arming = {"site_id": 1, "arming_status": "armed", "arming_mode": "night", "arming_updated_at": "x"}
    told: Any = envelope("arming", arming, "t")
    assert told["data"]["arming_status"] == "armed_night"
