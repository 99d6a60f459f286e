"""How far the monitoring center has come with each alarm, as its webhooks told: kept before the alarm itself is here too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.domain.alarm_step import further
from chekt_console.store.database import in_chunks, marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.store.database import Database

_KEPT = 20_000
_ONE_BY_ONE = 1000  # more than so many are found sooner in all that is kept
TABLES = """
CREATE TABLE alarm_step (event_id TEXT PRIMARY KEY, site_id TEXT NOT NULL, status TEXT NOT NULL, at_ms INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE INDEX alarm_step_age ON alarm_step (at_ms)
"""


class AlarmSteps:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, event_id: str, site_id: str, status: str, at_ms: int) -> None:
        """A late step takes nothing back."""
        with self._database.writing() as connection:
            known = connection.execute(
                "SELECT status FROM alarm_step WHERE event_id = ?", (event_id,)
            ).fetchone()
            if known is None or further(known[0], status) != known[0]:
                connection.execute(
                    "INSERT OR REPLACE INTO alarm_step VALUES (?, ?, ?, ?)",
                    (event_id, site_id, status, at_ms),
                )
            connection.execute(
                "DELETE FROM alarm_step WHERE at_ms < (SELECT at_ms FROM alarm_step ORDER BY at_ms DESC LIMIT 1 OFFSET ?)",
                (_KEPT,),
            )

    def of(self, event_ids: Iterable[str]) -> dict[str, str]:
        """By event id: the status that was told."""
        if self._database.row("SELECT 1 FROM alarm_step LIMIT 1") is None:
            return {}
        wanted = list(event_ids)
        if len(wanted) > _ONE_BY_ONE:
            return dict(self._database.rows("SELECT event_id, status FROM alarm_step"))
        found: dict[str, str] = {}
        for chunk in in_chunks(wanted):
            found.update(
                self._database.rows(
                    f"SELECT event_id, status FROM alarm_step WHERE event_id IN ({marks(len(chunk))})", chunk
                )
            )
        return found

    def event_ids(self) -> list[str]:
        """Of all alarms a step was told of."""
        return [event_id for (event_id,) in self._database.rows("SELECT event_id FROM alarm_step")]
