"""Decisions as steps that can be taken back, one alarm or many in each, kept over the end of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.domain.decision import DecidedStep, Verdict

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from chekt_console.store.database import Database

_KEPT_STEPS = 2000
BY_CENTER = "Decided by "  # so begins the note of a decision of the monitoring center


class DecisionSteps:
    """Each method is one transaction: when it returns, the disk has all of it or none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decide(self, events: Iterable[tuple[str, str]], verdict: Verdict, at_ms: int) -> int:
        """`events`: event id and site id. Gives the step's number. A cause or a note that is added to the alarm that was
        decided last joins that step: taking back then takes back all of it."""
        told = list(events)
        with self._database.writing() as connection:
            step = self._joined(connection, told, verdict)
            if step is None:
                made = connection.execute(
                    "INSERT INTO decision_step (decided_at, decision, note, cause) VALUES (?, ?, ?, ?)",
                    (at_ms, verdict.decision, verdict.note, verdict.cause),
                )
                step = int(made.lastrowid or 0)
                connection.executemany(
                    "INSERT OR IGNORE INTO decision_before SELECT ?1, ?2, ?3, d.decision, d.note, d.decided_at, d.cause"
                    " FROM (SELECT 1) LEFT JOIN decision d ON d.event_id = ?2",
                    [(step, event_id, site_id) for event_id, site_id in told],
                )
            else:
                connection.execute(
                    "UPDATE decision_step SET note = ?, cause = ? WHERE step = ?",
                    (verdict.note, verdict.cause, step),
                )
            connection.executemany(
                "INSERT OR REPLACE INTO decision (event_id, site_id, decision, note, decided_at, cause)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (event_id, site_id, verdict.decision, verdict.note, at_ms, verdict.cause)
                    for event_id, site_id in told
                ],
            )
            connection.executemany(
                "DELETE FROM note_draft WHERE event_id = ?", [(event_id,) for event_id, _ in told]
            )
            old = step - _KEPT_STEPS
            connection.execute("DELETE FROM decision_before WHERE step <= ?", (old,))
            connection.execute("DELETE FROM decision_step WHERE step <= ?", (old,))
        return step

    def decide_by_center(
        self, event_id: str, site_id: str, decision: str, who_and_why: str, at_ms: int
    ) -> bool:
        """In one go with looking what is there, so that a person who decides at this moment is not overruled. False when
        it does not count: a person decided, or what the center said later came first."""
        with self._database.writing() as connection:
            done = connection.execute(
                "INSERT INTO decision (event_id, site_id, decision, note, decided_at, cause) VALUES (?1, ?2, ?3, ?4, ?5, '')"
                " ON CONFLICT (event_id) DO UPDATE SET decision = ?3, note = ?4, decided_at = ?5, cause = ''"
                " WHERE ?5 >= decision.decided_at AND (decision.decision = '' OR (substr(decision.note, 1, ?7) = ?6"
                " AND NOT EXISTS (SELECT 1 FROM decision_before WHERE event_id = ?1)))",
                (
                    event_id,
                    site_id,
                    decision,
                    BY_CENTER + who_and_why,
                    at_ms,
                    BY_CENTER,
                    len(BY_CENTER),
                ),
            )
            return done.rowcount > 0

    def undo(self) -> DecidedStep | None:
        """Take the newest step back: everything in it is as it was before. None when there is none."""
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT step, decided_at, decision, note, cause FROM decision_step ORDER BY step DESC LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            step = row[0]
            ids = connection.execute(
                "SELECT event_id FROM decision_before WHERE step = ? ORDER BY event_id", (step,)
            ).fetchall()
            connection.execute(
                "DELETE FROM decision WHERE event_id IN (SELECT event_id FROM decision_before"
                " WHERE step = ? AND decided_at IS NULL)",
                (step,),
            )
            connection.execute(
                "INSERT OR REPLACE INTO decision (event_id, site_id, decision, note, decided_at, cause)"
                " SELECT event_id, site_id, decision, note, decided_at, cause FROM decision_before"
                " WHERE step = ? AND decided_at IS NOT NULL",
                (step,),
            )
            connection.execute("DELETE FROM decision_before WHERE step = ?", (step,))
            connection.execute("DELETE FROM decision_step WHERE step = ?", (step,))
        return DecidedStep(step, row[1], Verdict(row[2], row[3], row[4]), tuple(one for (one,) in ids))

    def count(self) -> int:
        row = self._database.row("SELECT count(*) FROM decision_step")
        return row[0] if row else 0

    @staticmethod
    def _joined(
        connection: sqlite3.Connection, events: list[tuple[str, str]], verdict: Verdict
    ) -> int | None:
        if len(events) != 1 or not verdict.decision:
            return None
        row = connection.execute(
            "SELECT step, decision FROM decision_step ORDER BY step DESC LIMIT 1"
        ).fetchone()
        if row is None or row[1] != verdict.decision:
            return None
        ids = connection.execute(
            "SELECT event_id FROM decision_before WHERE step = ? LIMIT 2", (row[0],)
        ).fetchall()
        return row[0] if [one for (one,) in ids] == [events[0][0]] else None
