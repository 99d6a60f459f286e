"""An inbox of webhooks that an older version of this program wrote opens, and nothing of it is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chekt_console.store.inbox import Arrival, Inbox

if TYPE_CHECKING:
    from pathlib import Path

# As the first and the second version wrote it, dumped by sqlite3.
_FIRST = r"""
CREATE TABLE delivery (
        number INTEGER PRIMARY KEY AUTOINCREMENT, delivery_id TEXT NOT NULL UNIQUE, received_ms INTEGER NOT NULL,
        scheme TEXT NOT NULL, stamp INTEGER NOT NULL, body BLOB NOT NULL, status TEXT NOT NULL
    ) STRICT;
INSERT INTO "delivery" VALUES(1,'d1',1000,'timed',1,X'7B7D','done: event');
INSERT INTO "delivery" VALUES(2,'d2',2000,'body',0,X'7B2261223A317D','new');
CREATE INDEX delivery_new ON delivery(number) WHERE status = 'new';
CREATE TABLE request (
        request_id TEXT PRIMARY KEY, received_ms INTEGER NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL,
        outcome TEXT NOT NULL, report TEXT NOT NULL
    ) STRICT;
CREATE TABLE policy (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "policy" VALUES('arming.command','never');
PRAGMA user_version = 1;
"""
_SECOND = """
CREATE INDEX delivery_received ON delivery(received_ms);
CREATE INDEX delivery_unread ON delivery(number) WHERE substr(status, 1, 4) NOT IN ('done', 'new');
PRAGMA user_version = 2;
"""


@pytest.mark.parametrize("written", [_FIRST, _FIRST + _SECOND])
def test_a_file_of_an_older_version_keeps_every_delivery(written: str, tmp_path: Path) -> None:
    path = tmp_path / "inbox.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(written)
    for _ in range(2):  # the second time it is a file of this version
        inbox = Inbox(path)
        try:
            assert inbox.was_rebuilt == ""
            assert [(one.delivery_id, one.body, one.headers) for one in inbox.unhandled()] == [
                ("d2", b'{"a":1}', "")
            ]
            assert [one.delivery_id for one in inbox.newest()] == ["d2", "d1"]
            assert inbox.refused() == ()
            assert inbox.policy("arming.command", "ask") == "never"
            assert inbox.accept([Arrival("d1", 3000, "timed", 1, b"{}")]) == ["replay"]
        finally:
            inbox.close()
