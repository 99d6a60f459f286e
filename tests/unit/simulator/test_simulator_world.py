"""The simulated world: the same from the same seed, believable, and ready for a visitor at any hour."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chekt_console.simulator.config import Config, load_secrets
from chekt_console.simulator.event_rows import NewEvent
from chekt_console.simulator.world_build import prepare
from chekt_console.simulator.world_history import DAY_MS, history
from chekt_console.simulator.world_places import FIRST_SITES
from chekt_console.simulator.world_sites import (
    CLEANED_ON_TUESDAY,
    NEVER_ARMED_FRIDAY,
    Site,
    make_site,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _past(site: Site, now: datetime = NOON, days: int = 30) -> list[NewEvent]:
    now_ms = int(now.timestamp() * 1000)
    return history(site, 1, now_ms - days * DAY_MS, now_ms)


def _local(site: Site, event: NewEvent) -> datetime:
    return datetime.fromtimestamp(event.instant_ms / 1000, ZoneInfo(site.city.timezone))


def test_a_site_and_its_past_are_the_same_every_time() -> None:
    first, second = make_site(1, 40), make_site(1, 40)
    assert vars(first) == vars(second)
    assert _past(first) == _past(second)
    assert vars(make_site(2, 40)) != vars(first)


def test_ids_and_account_numbers_are_unique() -> None:
    sites = [make_site(1, n) for n in range(300)]
    assert len({site.account_number for site in sites}) == 300
    devices = [device.device_id for site in sites for device in site.devices]
    assert len(set(devices)) == len(devices)
    assert [site.name for site in sites[:2]] == [FIRST_SITES[0][0], FIRST_SITES[1][0]]


@pytest.mark.parametrize("hour", range(0, 24 * 7, 7))
def test_harbor_point_always_has_three_alarms_to_decide(hour: int) -> None:
    now = NOON + timedelta(hours=hour)
    waiting = [
        event
        for event in _past(make_site(1, 0), now)
        if event.kind == "alarm" and not event.decision and event.has_video
        if event.instant_ms > now.timestamp() * 1000 - DAY_MS
    ]
    assert len(waiting) >= 3


def test_history_is_in_order_and_inside_the_span() -> None:
    for number in range(10):
        instants = [event.instant_ms for event in _past(make_site(1, number))]
        assert instants == sorted(instants)
        assert len(instants) > 100
        assert instants[-1] < NOON.timestamp() * 1000


def test_one_site_is_never_armed_on_friday() -> None:
    site = make_site(1, NEVER_ARMED_FRIDAY)
    armed_on = {_local(site, event).weekday() for event in _past(site) if event.subtype == "armed"}
    assert armed_on == {0, 1, 2, 3, 5, 6}


def test_the_cleaning_crew_trips_on_tuesdays_at_six() -> None:
    site = make_site(1, min(CLEANED_ON_TUESDAY))
    trips = [
        _local(site, event) for event in _past(site) if event.kind == "alarm" and event.scene == "cleaner"
    ]
    assert len(trips) >= 4
    assert {(trip.weekday(), trip.hour) for trip in trips} == {(1, 6)}


def test_every_clip_defect_is_somewhere() -> None:
    found = {event.defect for number in range(11) for event in _past(make_site(1, number)) if event.defect}
    assert len(found) == 10


def test_a_stop_of_days_is_filled_with_history(tmp_path: Path) -> None:
    config = Config(tmp_path, sites=2)
    now_ms = int(NOON.timestamp() * 1000)
    prepare(config, now_ms - 3 * DAY_MS)
    prepare(config, now_ms)
    connection = sqlite3.connect(config.database_file)
    newest, count, different = connection.execute(
        "SELECT max(instant_ms), count(*), count(DISTINCT event_id) FROM event"
    ).fetchone()
    connection.close()
    assert newest > now_ms - DAY_MS
    assert count == different


def test_a_broken_world_is_made_anew(tmp_path: Path) -> None:
    config = Config(tmp_path, sites=1)
    config.database_file.write_bytes(b"no database at all" * 100)
    prepare(config, int(NOON.timestamp() * 1000))
    connection = sqlite3.connect(config.database_file)
    assert connection.execute("SELECT name FROM site").fetchall() == [("Harbor Point Warehouse",)]
    connection.close()
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"signing_key": "zz", "api_key": 7}', "{"])
def test_lost_secrets_are_made_anew_and_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / "secrets.json").write_text(text, encoding="utf-8")
    config = Config(tmp_path)
    first, second = load_secrets(config), load_secrets(config)
    assert (first.api_key, first.signing_key) == (second.api_key, second.signing_key)
    assert first.api_key.startswith("chekt_test_")
    assert first.api_key not in repr(first)
