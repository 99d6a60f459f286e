"""A file of waiting changes that an older version of this program wrote opens, and nothing of it is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chekt_console.domain.account import SiteRecord
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.outbox import EntryState, EventReport, OutboxEntry, ScheduleChange, Theirs
from chekt_console.domain.record_change import TheirRows
from chekt_console.domain.record_edits import site_change
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.errors import DiskFailed
from chekt_console.store.database import Database
from chekt_console.store.outbox import OutboxStore

# As its first version wrote it, dumped by sqlite3.
_FIRST = r"""
CREATE TABLE entry (
        number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, site_id TEXT NOT NULL,
        kind TEXT NOT NULL, body TEXT NOT NULL, made_ms INTEGER NOT NULL, state TEXT NOT NULL,
        sentence TEXT NOT NULL, tries INTEGER NOT NULL, next_ms INTEGER NOT NULL, sent_ms INTEGER NOT NULL,
        is_unknown INTEGER NOT NULL, theirs TEXT NOT NULL
    ) STRICT;
INSERT INTO "entry" VALUES(1,'k1','7','schedule','["7", "Harbor", "{\"periods\": [[1080, 120, \"away\"]], \"exceptions\": []}", "\"7-1\"", "{\"periods\": [[2520, 120, \"away\"]], \"exceptions\": []}", "", ""]',1000,'waiting','',0,0,0,0,'');
INSERT INTO "entry" VALUES(2,'k2','7','report','["7", "Answer", "{\"site_id\": \"7\"}", true, true]',2000,'waiting','',0,0,0,1,'');
INSERT INTO "entry" VALUES(3,'k3','8','schedule','["8", "Mall", "{\"periods\": [[1080, 120, \"away\"]], \"exceptions\": []}", "\"8-1\"", "{\"periods\": [[3960, 120, \"away\"]], \"exceptions\": []}", "", ""]',3000,'conflict','Not sent.',2,0,0,0,'["{\"periods\": [[5400, 120, \"away\"]], \"exceptions\": []}", "\"8-2\""]');
INSERT INTO "entry" VALUES(4,'k4','9','report','["9", "Alarm", "{}", false, false]',4000,'sending','',1,0,4001,0,'');
CREATE INDEX entry_open ON entry (state, site_id, number);
PRAGMA user_version = 1;
"""


def _week(day: int) -> WeekSchedule:
    return WeekSchedule((ArmedPeriod(day * 1440 + 1080, 120, ArmingMode.AWAY),))


_KEPT = (
    OutboxEntry(1, "k1", ScheduleChange("7", "Harbor", _week(0), '"7-1"', _week(1)), 1000),
    OutboxEntry(2, "k2", EventReport("7", "Answer", '{"site_id": "7"}', True, True), 2000, is_unknown=True),
    OutboxEntry(
        3, "k3", ScheduleChange("8", "Mall", _week(0), '"8-1"', _week(2)), 3000, EntryState.CONFLICT,
        "Not sent.", 2, theirs=Theirs(_week(3), '"8-2"'),
    ),
    OutboxEntry(4, "k4", EventReport("9", "Alarm", "{}"), 4000, EntryState.SENDING, tries=1, sent_ms=4001),
)  # fmt: skip


def test_a_file_of_the_first_version_keeps_every_change(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(_FIRST)
    change = site_change(
        SiteRecord("7", "x", "Harbor", "UTC"), SiteRecord("7", "x", "Quay", "UTC"), {"3": "C"}
    )
    for _ in range(2):  # the second time it is a file of this version
        with closing(OutboxStore(path)) as store:
            assert store.was_rebuilt == ""
            assert store.entries()[:4] == _KEPT
            made = store.add(change, "k5", 5000)
            assert made.number == 5
            assert store.entries()[4].change == change


def test_what_the_server_has_of_records_is_kept_too(tmp_path: Path) -> None:
    change = site_change(SiteRecord("7", "x", "Harbor", "UTC"), SiteRecord("7", "x", "Quay", "UTC"), {})
    theirs = TheirRows({"7": {"name": "Wharf", "is_on": True}})
    with closing(OutboxStore(tmp_path / "outbox.sqlite")) as store:
        made = store.add(change, "k", 1)

        def step(entry: OutboxEntry) -> OutboxEntry:
            return OutboxEntry(entry.number, entry.key, entry.change, 1, EntryState.CONFLICT, theirs=theirs)

        store.update(made.number, (EntryState.WAITING,), step)
        assert store.entries()[0].theirs == theirs


def test_an_older_program_leaves_a_file_of_this_version_alone(tmp_path: Path) -> None:
    """It cannot read changes of records, and would take the file for damaged."""
    path = tmp_path / "outbox.sqlite"
    OutboxStore(path).close()
    with pytest.raises(DiskFailed, match="newer version"):
        Database(path, ("SELECT 1",))
