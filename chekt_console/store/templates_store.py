"""Templates of schedules, the sites they were applied to, and runs over many sites; in the file of this computer's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chekt_console.domain.bulk_run import BulkRun, BulkSite, RunState, SiteStep
from chekt_console.domain.schedule_template import Applied, ScheduleTemplate
from chekt_console.store.codec import from_ms, schedule_json, schedule_of, to_ms

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from chekt_console.store.database import Database

TABLES = """
    CREATE TABLE template (
        template_id TEXT PRIMARY KEY, name TEXT NOT NULL, body TEXT NOT NULL, changed_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE template_site (
        site_id TEXT PRIMARY KEY, template_id TEXT NOT NULL, body TEXT NOT NULL, applied_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE bulk_run (
        run_id TEXT PRIMARY KEY, title TEXT NOT NULL, template_id TEXT NOT NULL, body TEXT NOT NULL,
        state TEXT NOT NULL, sentence TEXT NOT NULL, begun_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE bulk_site (
        run_id TEXT NOT NULL, place INTEGER NOT NULL, site_id TEXT NOT NULL, name TEXT NOT NULL,
        step TEXT NOT NULL, previous TEXT NOT NULL, etag TEXT NOT NULL, sentence TEXT NOT NULL,
        PRIMARY KEY (run_id, place)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX bulk_site_of_run ON bulk_site (run_id, site_id)
"""
RUN_COLUMNS = """
    ALTER TABLE bulk_run ADD COLUMN is_canary INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE bulk_site ADD COLUMN wanted TEXT NOT NULL DEFAULT '';
    ALTER TABLE bulk_site ADD COLUMN followed TEXT NOT NULL DEFAULT '';
    ALTER TABLE bulk_site ADD COLUMN followed_body TEXT NOT NULL DEFAULT '';
    ALTER TABLE bulk_site ADD COLUMN followed_at INTEGER NOT NULL DEFAULT 0
"""
_RUN = "run_id, title, template_id, body, state, begun_at, sentence, is_canary"
_SITE = "site_id, name, step, previous, etag, sentence, wanted, followed, followed_body, followed_at"
_KEPT_RUNS = 50


class TemplatesStore:
    """Each method is one transaction: when it returns, the disk has all of it or none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def templates(self) -> tuple[ScheduleTemplate, ...]:
        rows = self._database.rows(
            "SELECT template_id, name, body, changed_at FROM template ORDER BY name COLLATE NOCASE, template_id"
        )
        return tuple(ScheduleTemplate(one, name, schedule_of(body), _at(at)) for one, name, body, at in rows)

    def put_template(self, template: ScheduleTemplate) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO template VALUES (?, ?, ?, ?)",
                (
                    template.template_id,
                    template.name,
                    schedule_json(template.schedule),
                    to_ms(template.changed_at),
                ),
            )

    def drop_template(self, template_id: str) -> None:
        """Its sites keep their schedules and follow nothing any more."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM template WHERE template_id = ?", (template_id,))
            connection.execute("DELETE FROM template_site WHERE template_id = ?", (template_id,))

    def applied(self) -> dict[str, Applied]:
        """By site id."""
        rows = self._database.rows("SELECT site_id, template_id, body, applied_at FROM template_site")
        return {site: Applied(site, one, schedule_of(body), _at(at)) for site, one, body, at in rows}

    def put_run(self, run: BulkRun) -> None:
        """A new run with every site's previous state, before the first write; the oldest ended ones go."""
        with self._database.writing() as connection:
            connection.execute(
                f"INSERT INTO bulk_run ({_RUN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run.run_id,
                    run.title,
                    run.template_id,
                    schedule_json(run.schedule),
                    run.state.value,
                    to_ms(run.begun_at),
                    run.sentence,
                    run.is_canary,
                ),
            )
            connection.executemany(
                f"INSERT INTO bulk_site (run_id, place, {_SITE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                list(_site_rows(run)),
            )
            connection.execute(
                "DELETE FROM bulk_run WHERE state IN (?, ?, ?) AND run_id NOT IN"
                " (SELECT run_id FROM bulk_run ORDER BY begun_at DESC LIMIT ?)",
                (RunState.DONE.value, RunState.UNDONE.value, RunState.CANCELLED.value, _KEPT_RUNS),
            )
            connection.execute("DELETE FROM bulk_site WHERE run_id NOT IN (SELECT run_id FROM bulk_run)")

    def runs(self) -> tuple[BulkRun, ...]:
        """Newest first, without their sites."""
        rows = self._database.rows(f"SELECT {_RUN} FROM bulk_run ORDER BY begun_at DESC, run_id DESC")
        return tuple(map(_run, rows))

    def run(self, run_id: str) -> BulkRun | None:
        row = self._database.row(f"SELECT {_RUN} FROM bulk_run WHERE run_id = ?", (run_id,))
        if row is None:
            return None
        sites = self._database.rows(
            f"SELECT {_SITE} FROM bulk_site WHERE run_id = ? ORDER BY place", (run_id,)
        )
        return _run(row, tuple(map(_site, sites)))

    def put_state(
        self, run_id: str, state: RunState, sentence: str = "", *, ends_canary: bool = False
    ) -> None:
        """`ends_canary`: the person has said that the rest may follow."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE bulk_run SET state = ?, sentence = ?, is_canary = is_canary AND NOT ? WHERE run_id = ?",
                (state.value, sentence, ends_canary, run_id),
            )

    def put_step(
        self,
        run: BulkRun,
        site: BulkSite,
        *,
        follows_since: datetime | None = None,
        is_released: bool = False,
    ) -> None:
        """`follows_since`: the site has the run's template now. `is_released`: that was taken back, and it is under the
        template it was under before."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE bulk_site SET step = ?, sentence = ? WHERE run_id = ? AND site_id = ?",
                (site.step.value, site.sentence, run.run_id, site.site_id),
            )
            if follows_since is not None:
                now = Applied(site.site_id, run.template_id, run.schedule, follows_since)
                _link(connection, site.site_id, now)
            elif is_released:
                found = connection.execute(
                    "SELECT template_id, body FROM template_site WHERE site_id = ?", (site.site_id,)
                ).fetchone()
                # What a later run has applied stays.
                if found in (None, (run.template_id, schedule_json(run.schedule))):
                    _link(connection, site.site_id, site.followed)


def _link(connection: sqlite3.Connection, site_id: str, applied: Applied | None) -> None:
    """Under one template or none; also none where the template was deleted meanwhile."""
    connection.execute("DELETE FROM template_site WHERE site_id = ?", (site_id,))
    if applied is not None:
        connection.execute(
            "INSERT INTO template_site SELECT ?, template_id, ?, ? FROM template WHERE template_id = ?",
            (site_id, schedule_json(applied.schedule), to_ms(applied.applied_at), applied.template_id),
        )


def _site_rows(run: BulkRun) -> Iterable[tuple[object, ...]]:
    for place, site in enumerate(run.sites):
        wanted = schedule_json(site.wanted) if site.wanted is not None else ""
        before = site.followed
        followed = (
            (before.template_id, schedule_json(before.schedule), to_ms(before.applied_at))
            if before is not None
            else ("", "", 0)
        )
        yield (
            run.run_id,
            place,
            site.site_id,
            site.name,
            site.step.value,
            schedule_json(site.previous),
            site.etag,
            site.sentence,
            wanted,
            *followed,
        )


def _run(row: tuple[Any, ...], sites: tuple[BulkSite, ...] = ()) -> BulkRun:
    return BulkRun(
        row[0],
        row[1],
        row[2],
        schedule_of(row[3]),
        RunState(row[4]),
        _at(row[5]),
        sites,
        row[6],
        bool(row[7]),
    )


def _site(row: tuple[Any, ...]) -> BulkSite:
    return BulkSite(
        row[0],
        row[1],
        SiteStep(row[2]),
        schedule_of(row[3]),
        row[4],
        row[5],
        wanted=schedule_of(row[6]) if row[6] else None,
        followed=Applied(row[0], row[7], schedule_of(row[8]), _at(row[9])) if row[7] else None,
    )


def _at(instant_ms: int) -> datetime:
    moment = from_ms(instant_ms)
    assert moment is not None
    return moment
