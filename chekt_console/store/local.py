"""What only this computer knows: drafts, decisions, time zones set here. Its own file, on disk before it is shown as done."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.store.codec import from_ms, schedule_json, schedule_of, to_ms
from chekt_console.store.database import Database
from chekt_console.store.decision_steps import DecisionSteps
from chekt_console.store.kept_words import KeptWords
from chekt_console.store.templates_store import RUN_COLUMNS, TemplatesStore
from chekt_console.store.templates_store import TABLES as TEMPLATE_TABLES

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from chekt_console.domain.schedule import WeekSchedule

_MIGRATIONS = (
    """
    CREATE TABLE draft (
        site_id TEXT PRIMARY KEY, body TEXT NOT NULL, base_body TEXT NOT NULL, base_etag TEXT NOT NULL,
        base_as_of INTEGER, changed_at INTEGER NOT NULL, note TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE timezone (site_id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE decision (
        event_id TEXT PRIMARY KEY, site_id TEXT NOT NULL, decision TEXT NOT NULL, note TEXT NOT NULL,
        decided_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "ALTER TABLE draft ADD COLUMN base_problems TEXT NOT NULL DEFAULT ''",
    """
    ALTER TABLE decision ADD COLUMN cause TEXT NOT NULL DEFAULT '';
    CREATE TABLE decision_step (
        step INTEGER PRIMARY KEY AUTOINCREMENT, decided_at INTEGER NOT NULL, decision TEXT NOT NULL,
        note TEXT NOT NULL, cause TEXT NOT NULL
    ) STRICT;
    CREATE TABLE decision_before (
        step INTEGER NOT NULL, event_id TEXT NOT NULL, site_id TEXT NOT NULL, decision TEXT, note TEXT,
        decided_at INTEGER, cause TEXT, PRIMARY KEY (step, event_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE choice (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    TEMPLATE_TABLES,
    RUN_COLUMNS,
    "CREATE TABLE note_draft (event_id TEXT PRIMARY KEY, note TEXT NOT NULL) STRICT, WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class KeptDraft:
    schedule: WeekSchedule
    base: WeekSchedule
    base_etag: str
    base_as_of: datetime | None
    changed_at: datetime
    note: str
    base_problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """`decision` "" takes an earlier one back."""

    event_id: str
    decision: str
    note: str
    decided_at: datetime
    cause: str = ""


class LocalStore:
    """`synchronous=FULL`: when a method returns, the disk has it."""

    def __init__(self, path: Path) -> None:
        self._database = Database(
            path,
            _MIGRATIONS,
            synchronous="FULL",
            what="file of drafts and decisions",
            after_rebuild="Drafts, decisions and time zones kept only on this computer are in that file"
            " and no longer shown; keep it and ask for help.",
        )
        self._zones_lock = threading.Lock()
        # Asked for with every site: read once, because nobody else writes them.
        self._zones: dict[str, str] | None = None
        self._choices = KeptWords(self._database, "choice")
        self.steps = DecisionSteps(self._database)
        self.templates = TemplatesStore(self._database)

    @property
    def was_rebuilt(self) -> str:
        return self._database.was_rebuilt

    def close(self) -> None:
        self._database.close()

    def draft(self, site_id: str) -> KeptDraft | None:
        row = self._database.row(
            "SELECT body, base_body, base_etag, base_as_of, changed_at, note, base_problems"
            " FROM draft WHERE site_id = ?",
            (site_id,),
        )
        if row is None:
            return None
        changed_at = from_ms(row[4])
        assert changed_at is not None
        return KeptDraft(
            schedule_of(row[0]),
            schedule_of(row[1]),
            row[2],
            from_ms(row[3]),
            changed_at,
            row[5],
            tuple(row[6].split("\n")) if row[6] else (),
        )

    def draft_sites(self) -> frozenset[str]:
        """Ids of the sites whose schedule has a draft here."""
        return frozenset(site_id for (site_id,) in self._database.rows("SELECT site_id FROM draft"))

    def put_draft(self, site_id: str, draft: KeptDraft) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    site_id,
                    schedule_json(draft.schedule),
                    schedule_json(draft.base),
                    draft.base_etag,
                    to_ms(draft.base_as_of),
                    to_ms(draft.changed_at),
                    draft.note,
                    "\n".join(draft.base_problems),
                ),
            )

    def drop_draft(self, site_id: str) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM draft WHERE site_id = ?", (site_id,))

    def timezones(self) -> dict[str, str]:
        with self._zones_lock:
            if self._zones is None:
                self._zones = dict(self._database.rows("SELECT site_id, name FROM timezone"))
            return dict(self._zones)

    def put_timezone(self, site_id: str, name: str) -> None:
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO timezone VALUES (?, ?)", (site_id, name))
        with self._zones_lock:
            self._zones = None

    def choice(self, name: str) -> str:
        """What the person chose for this connection; "" when nothing. Without the disk."""
        return self._choices.get(name, "")

    def put_choice(self, name: str, value: str) -> None:
        self._choices.put(name, value)

    def decisions(self, site_id: str = "") -> dict[str, KeptDecision]:
        """By event id; of all sites when no site is given."""
        rows = self._database.rows(
            "SELECT event_id, decision, note, decided_at, cause FROM decision WHERE ?1 = '' OR site_id = ?1",
            (site_id,),
        )
        return {row[0]: _decision(row) for row in rows}

    def decision(self, event_id: str) -> KeptDecision | None:
        row = self._database.row(
            "SELECT event_id, decision, note, decided_at, cause FROM decision WHERE event_id = ?", (event_id,)
        )
        return _decision(row) if row else None

    def note(self, event_id: str) -> str:
        """Written to an alarm that is not decided; "" when none."""
        row = self._database.row("SELECT note FROM note_draft WHERE event_id = ?", (event_id,))
        return str(row[0]) if row else ""

    def note_count(self) -> int:
        """Of alarms that are not decided yet."""
        row = self._database.row("SELECT COUNT(*) FROM note_draft")
        return int(row[0]) if row else 0

    def put_note(self, event_id: str, note: str) -> None:
        """An empty one is dropped."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM note_draft WHERE event_id = ?", (event_id,))
            if note:
                connection.execute("INSERT INTO note_draft VALUES (?, ?)", (event_id, note))

    def put_decision(self, site_id: str, decision: KeptDecision) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO decision VALUES (?, ?, ?, ?, ?, ?)",
                (
                    decision.event_id,
                    site_id,
                    decision.decision,
                    decision.note,
                    to_ms(decision.decided_at),
                    decision.cause,
                ),
            )


def _decision(row: tuple[str, str, str, int, str]) -> KeptDecision:
    decided_at = from_ms(row[3])
    assert decided_at is not None
    return KeptDecision(row[0], row[1], row[2], decided_at, row[4])
