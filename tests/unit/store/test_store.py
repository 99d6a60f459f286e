"""Cache and local store: what goes in comes out, survives a kill, and a broken file costs only what can be read anew."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming
from chekt_console.domain.bulk_run import RunState
from chekt_console.domain.device import Capabilities, Device, DeviceKind
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.outbox import EntryState, EventReport
from chekt_console.domain.site import Partition, Site
from chekt_console.errors import DiskFailed
from chekt_console.store.cache import Cache, KnownSpan
from chekt_console.store.codec import schedule_json, schedule_of
from chekt_console.store.connections_store import Connection, Connections, Environment, new_id
from chekt_console.store.database import Database
from chekt_console.store.kept_data import KeptData, kept_data
from chekt_console.store.local import _MIGRATIONS, KeptDecision, KeptDraft, LocalStore
from chekt_console.store.outbox import OutboxStore
from tests.support.ending import running_child
from tests.unit.domain.schedule_strategies import schedules

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.domain.schedule import WeekSchedule

NOW = datetime(2026, 2, 11, 14, 30, tzinfo=UTC)
SITE = Site(
    "1784",
    "Dock <b>",
    "1 Main",
    "A-1",
    "R",
    "D",
    "Europe/Rome",
    True,
    False,
    True,
    (Partition("4", "Office"),),
)
EVENT = Event(
    "7", "1784", 1_000, EventKind.ARMING, "armed", "Armed", mode=ArmingMode.NIGHT, zone_number=3, user="Dana"
)


@given(schedules())
@settings(max_examples=40, deadline=None)
def test_a_schedule_comes_back_as_it_went(schedule: WeekSchedule) -> None:
    assert schedule_of(schedule_json(schedule)) == schedule


def test_everything_comes_back_as_it_went(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    device = Device("1784", "5", DeviceKind.CAMERA, "Gate", "online", NOW, Capabilities(ptz=True), (1, 2), "bridge:9",
                    channel=3, stream_url="http://x?access_token=secret")  # fmt: skip
    state = ArmingState(True, ArmingMode.AWAY, "Away", NOW)
    parts = (PartitionArming("4", "Office", state),)
    cache.put_sites((SITE, replace(SITE, site_id="2", partitions=())), NOW)
    cache.put_devices("1784", (device,), NOW)
    cache.put_arming("1784", state, parts, NOW)
    cache.put_events((EVENT,))
    cache.put_known_span("1784", KnownSpan(0, 5_000, NOW))
    cache.close()
    assert b"secret" not in (tmp_path / "cache.sqlite").read_bytes()
    again = Cache(tmp_path / "cache.sqlite")
    sites, as_of = again.sites()
    assert (sites[0], len(sites), as_of) == (SITE, 2, NOW)
    assert again.devices("1784") == ((replace(device, stream_url=""),), NOW)
    assert again.arming() == {"1784": (state, parts, NOW)}
    assert again.events("1784", 0) == (EVENT,)
    assert again.known_span("1784") == KnownSpan(0, 5_000, NOW)
    again.put_events((replace(EVENT, event_id="8", instant_ms=1_500),))
    newer, older = again.events("1784", 0)
    assert newer.text is older.text  # a history holds each text once, however many events say it
    again.put_events((replace(EVENT, instant_ms=2_000),))  # re-timed: the same event, once
    assert [event.instant_ms for event in again.events("1784", 0)] == [2_000, 1_500]
    again.close()


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    cache.put_sites((SITE,), NOW)
    is_read = threading.Event()
    with cache._database.writing() as connection:
        connection.execute("DELETE FROM site")

        def read() -> None:
            assert len(cache.sites()[0]) == 1
            is_read.set()

        thread = threading.Thread(target=read)
        thread.start()
        thread.join(5)
        assert is_read.is_set()
    cache.close()


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_corrupt_cache_is_set_aside_and_said_so(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "cache.sqlite").write_bytes(damage)
    cache = Cache(tmp_path / "cache.sqlite")
    assert "set aside" in cache.was_rebuilt
    assert cache.sites() == ((), None)
    cache.close()
    assert [path.read_bytes() for path in tmp_path.glob("*.corrupt-*")] == [damage]


def test_a_newer_file_is_not_touched(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "cache.sqlite")
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(DiskFailed, match="newer version"):
        Cache(tmp_path / "cache.sqlite")


def test_a_failed_migration_leaves_the_old_version_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    Database(path, ("CREATE TABLE a (b INTEGER) STRICT",)).close()
    with pytest.raises(DiskFailed):
        Database(
            path,
            ("CREATE TABLE a (b INTEGER) STRICT", "CREATE TABLE c (d INTEGER) STRICT; CREATE TABLE a (x)"),
        )


def test_a_draft_survives_a_kill_at_any_moment_after_it_was_kept(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from datetime import datetime, UTC\n"
        "from chekt_console.store.local import *; from chekt_console.domain.schedule import *\n"
        "from chekt_console.domain.arming import ArmingMode\n"
        "store = LocalStore(Path(sys.argv[1]))\n"
        "for n in range(1, 10000):\n"
        "    s = WeekSchedule((ArmedPeriod(n, 60, ArmingMode.AWAY),))\n"
        "    store.put_draft('1', KeptDraft(s, WeekSchedule(), 'e', None, datetime.now(UTC), ''))\n"
        "    print(n, flush=True)\n"
    )
    with running_child(
        [sys.executable, "-c", script, str(tmp_path / "local.sqlite")], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(25)]
        os.kill(child.pid, signal.SIGKILL)
        told += child.stdout.readlines()
    last = int(told[-1])
    store = LocalStore(tmp_path / "local.sqlite")
    draft = store.draft("1")
    assert draft is not None
    assert draft.schedule.periods[0].start_min in (last, last + 1)
    store.close()


def test_drafts_decisions_and_zones(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "local.sqlite")
    store.put_decision("1", KeptDecision("7", "false", "cleaning", NOW))
    store.put_timezone("1", "Europe/Rome")
    assert store.decisions("1")["7"].note == "cleaning"
    assert store.decisions("2") == {}
    assert store.timezones() == {"1": "Europe/Rome"}
    store.put_draft("1", KeptDraft(schedule_of('{"periods": [], "exceptions": []}'), schedule_of('{"periods": [], "exceptions": []}'), "", None, NOW, "n"))  # fmt: skip
    store.drop_draft("1")
    assert store.draft("1") is None
    store.close()


@pytest.mark.logs("saved connections")
def test_connections_are_remembered_without_keys_and_a_broken_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "connections.json"
    connections = Connections(path)
    connections.put(Connection("Northgate", Environment.SANDBOX, "https://api.chektdev.com"))
    connections.last_used = "Northgate"
    again = Connections(path)
    assert again.all() == connections.all()
    assert again.last_used == "Northgate"
    path.write_text("{")
    assert Connections(path).all() == ()
    assert len(list(tmp_path.glob("*.corrupt-*"))) == 1


def test_a_connection_saved_before_there_were_ids_goes_on_under_its_name(tmp_path: Path) -> None:
    path = tmp_path / "connections.json"
    path.write_text(
        '{"last_used": "Northgate", "connections": [{"name": "Northgate", "environment": "sandbox",'
        ' "base_url": "https://api.chektdev.com", "kind": "dealer", "dealer_id": "12"}]}'
    )
    old = Connections(path).get("Northgate")
    assert old is not None
    assert (old.connection_id, old.ports) == ("Northgate", ())
    connections = Connections(path)
    made = Connection(
        "Sandbox", Environment.SANDBOX, "https://x.example", connection_id=new_id(), ports=(8400, 8401)
    )
    connections.put(made)
    again = Connections(path)
    assert again.all() == (old, made)
    assert new_id() != made.connection_id


def test_what_a_closed_connection_holds_is_counted_and_nothing_is_made(tmp_path: Path) -> None:
    assert kept_data(tmp_path) == KeptData()
    assert list(tmp_path.iterdir()) == []
    empty = schedule_of('{"periods": [], "exceptions": []}')
    with closing(LocalStore(tmp_path / "local.sqlite")) as local:
        local.put_draft("1", KeptDraft(empty, empty, "", None, NOW, ""))
    with closing(OutboxStore(tmp_path / "outbox.sqlite")) as outbox:
        for number in range(3):
            outbox.add(EventReport(str(number), "An event", "{}"), f"key-{number}", 1)
        entry = outbox.entries()[0]
        outbox.update(entry.number, (entry.state,), lambda one: replace(one, state=EntryState.DONE))
    with closing(Cache(tmp_path / "cache.sqlite")) as cache:
        cache.put_sites((Site("1", "Dock"),), NOW)
    kept = kept_data(tmp_path)
    assert (kept.waiting, kept.drafts, kept.problem) == (2, 1, "")
    assert [site.site_id for site in kept.sites] == ["1"]


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        ("https://api.chekt.com", Environment.PRODUCTION),
        ("https://API.CHEKT.COM.:443/x", Environment.PRODUCTION),
        ("https://eu.api.chekt.com", Environment.PRODUCTION),
        ("https://api。chekt。com", Environment.PRODUCTION),
        ("https://api．chekt．com:443", Environment.PRODUCTION),
        ("https://api.che\u212at.com", Environment.PRODUCTION),  # the sign of the kelvin
        ("https://api.chektdev.com", Environment.SANDBOX),
        ("https://notchekt.com", Environment.SANDBOX),
        ("https://bücher.example", Environment.SANDBOX),
        ("", Environment.SANDBOX),
    ],
)
def test_chekts_own_address_is_production_whatever_was_chosen(url: str, environment: Environment) -> None:
    assert Connection("x", Environment.SANDBOX, url).environment is environment


def test_what_did_not_change_is_not_written_again_and_is_as_new(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    other = sqlite3.connect(tmp_path / "cache.sqlite")
    other.execute("CREATE TABLE deleted (what TEXT)")
    for table in ("site", "device"):
        other.execute(
            f"CREATE TRIGGER watch_{table} BEFORE DELETE ON {table} BEGIN INSERT INTO deleted VALUES ('{table}'); END"
        )
    other.commit()
    sites, later = (SITE,), NOW + timedelta(minutes=5)
    device = Device("1784", "5", DeviceKind.CAMERA, "Gate")
    for as_of in (NOW, later):
        cache.put_sites(sites, as_of)
        cache.put_devices("1784", (replace(device),), as_of)
    assert cache.sites() == (sites, later)
    assert cache.devices("1784") == ((device,), later)
    assert other.execute("SELECT * FROM deleted").fetchall() == []
    cache.put_sites((replace(SITE, name="Dock 2"),), later)
    cache.put_devices("1784", (replace(device, name="Gate 2"),), later)
    assert other.execute("SELECT * FROM deleted").fetchall() == [("site",), ("device",)]
    assert cache.sites()[0][0].name == "Dock 2"
    other.close()
    cache.close()


def test_runs_of_an_earlier_version_are_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "local.sqlite"
    body = '{"periods": [[1080, 600, "away"]], "exceptions": []}'
    was = Database(path, _MIGRATIONS[:5])
    with was.writing() as connection:
        connection.execute("INSERT INTO bulk_run VALUES ('r', 'Office', 't', ?, 'paused', '', 1000)", (body,))
        connection.execute(
            "INSERT INTO bulk_site VALUES ('r', 0, '7', 'Harbor', 'waiting', ?, 'v1', '')", (body,)
        )
    was.close()
    local = LocalStore(path)
    run = local.templates.run("r")
    assert run is not None
    assert (run.title, run.state, run.is_canary) == ("Office", RunState.PAUSED, False)
    (site,) = run.sites
    assert (site.site_id, site.etag, site.wanted, site.followed) == ("7", "v1", None, None)
    assert run.wanted_at(site) == run.schedule
    local.close()


def test_the_queue_takes_no_partitions_mode_for_the_sites(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    whole = replace(SITE, site_id="9", has_partitions=False, partitions=())
    cache.put_sites((replace(SITE, has_partitions=True), whole), NOW)
    cache.put_events(
        (EVENT, replace(EVENT, event_id="8", site_id="9"), replace(EVENT, event_id="6", site_id="unknown"))
    )
    assert sorted(mark[0] for mark in cache.all_events.arming_marks(0)) == ["9", "unknown"]
    cache.close()


def test_what_is_held_of_the_file_is_what_the_file_has(tmp_path: Path) -> None:
    """Sites, armed states and zones are read once; each write counts at once, as after a new start."""
    path, as_of = tmp_path / "cache.sqlite", NOW + timedelta(microseconds=1_234_567)
    state = ArmingState(True, ArmingMode.AWAY, "Away", as_of)
    twice = (SITE, Site("2", "Bakery"), replace(SITE, name="Dock, told again"))
    with closing(Cache(path)) as cache, closing(LocalStore(tmp_path / "local.sqlite")) as local:
        assert (cache.sites(), cache.site("2"), cache.arming(), local.timezones()) == (
            ((), None),
            None,
            {},
            {},
        )
        for sites in ((SITE,), twice, (Site("2", "Bakery"),)):
            cache.put_sites(sites, as_of)
            cache.put_arming("2", state, (PartitionArming("4", "Office", state),), as_of)
            local.put_timezone("2", f"Europe/{len(sites)}")
            with closing(Cache(path)) as anew, closing(LocalStore(tmp_path / "local.sqlite")) as other:
                assert cache.sites() == anew.sites()
                assert [cache.site(one) for one in ("1784", "2")] == [anew.site(one) for one in ("1784", "2")]
                assert cache.arming() == anew.arming()
                assert local.timezones() == other.timezones()
        cache.arming().clear()  # a copy
        assert cache.arming()


def test_a_refused_write_changes_nothing_of_what_is_held(tmp_path: Path) -> None:
    with closing(Cache(tmp_path / "cache.sqlite")) as cache:
        cache.put_sites((SITE,), NOW)
        with closing(sqlite3.connect(tmp_path / "cache.sqlite")) as other:
            other.execute(
                "CREATE TRIGGER no_room BEFORE INSERT ON site BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        with pytest.raises(DiskFailed):
            cache.put_sites((Site("2", "Bakery"),), NOW)
        assert cache.sites() == ((SITE,), NOW)
        assert cache.site("2") is None
