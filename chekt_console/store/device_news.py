"""What webhooks told of devices since their sites were read: kept, so that it is known over restarts what is outdated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.domain.device_news import DeviceNews
from chekt_console.domain.event import EventKind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from chekt_console.store.database import Database

_KEPT_MS = 172_800_000
TABLES = """
CREATE TABLE device_news (
    site_id TEXT NOT NULL, device_id TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, told_ms INTEGER NOT NULL,
    came_ms INTEGER NOT NULL, PRIMARY KEY (site_id, device_id, kind)
) STRICT, WITHOUT ROWID
"""
_COLUMNS = "site_id, device_id, kind, status, told_ms, came_ms"
_IS_IT = "site_id = ?1 AND json_extract(body, '$.device_id') = ?2 AND (?3 = '' OR json_extract(body, '$.kind') = ?3)"


class DeviceNewsBook:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, news: Sequence[DeviceNews]) -> None:
        """A status is also that of the device itself from now on, until its site is read. What is told late changes nothing."""
        if not news:
            return
        with self._database.writing() as connection:
            connection.executemany(
                f"INSERT INTO device_news ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " status = CASE WHEN excluded.status = '' THEN status ELSE excluded.status END,"
                " told_ms = excluded.told_ms, came_ms = max(came_ms, excluded.came_ms)"
                " WHERE excluded.told_ms >= told_ms",
                [
                    (one.site_id, one.device_id, one.kind, one.status, one.told_ms, one.came_ms)
                    for one in news
                ],
            )
            newest_ms = max(one.came_ms for one in news)
            connection.execute("DELETE FROM device_news WHERE came_ms < ?", (newest_ms - _KEPT_MS,))
            for site_id in {one.site_id for one in news}:
                _apply(connection, site_id)

    def since(self, told_ms: int) -> tuple[DeviceNews, ...]:
        """In the order they were told."""
        rows = self._database.values(
            lambda row: DeviceNews(*row),
            f"SELECT {_COLUMNS} FROM device_news WHERE told_ms >= ? ORDER BY told_ms",
            (told_ms,),
        )
        return tuple(rows)

    def outdated(self) -> dict[str, int]:
        """By site: instant of the newest trouble, or of the newest news, that came after its devices were read."""
        rows = self._database.rows(
            "SELECT site_id, max(at_ms) FROM ("
            " SELECT device_list.site_id, instant_ms AS at_ms FROM device_list JOIN event"
            " ON event.site_id = device_list.site_id AND instant_ms > as_of WHERE kind = ?"
            " UNION ALL SELECT device_list.site_id, came_ms FROM device_list JOIN device_news"
            " ON device_news.site_id = device_list.site_id AND came_ms > as_of) GROUP BY site_id",
            (int(EventKind.TROUBLE),),
        )
        return dict(rows)


def settle(connection: sqlite3.Connection, site_id: str, as_of_ms: int | None) -> None:
    """The devices of a site were read: what they say themselves takes the place of what was told before that, and what was
    told since stays true."""
    older = connection.execute(
        "SELECT device_id, kind, status FROM device_news WHERE site_id = ? AND came_ms <= ?",
        (site_id, as_of_ms),
    ).fetchall()
    for device_id, kind, status in older:
        found = connection.execute(
            f"SELECT json_extract(body, '$.status') FROM device WHERE {_IS_IT}", (site_id, device_id, kind)
        ).fetchall()
        if (status,) not in found:
            connection.execute(
                "DELETE FROM device_news WHERE site_id = ? AND device_id = ? AND kind = ?",
                (site_id, device_id, kind),
            )
    _apply(connection, site_id)


def _apply(connection: sqlite3.Connection, site_id: str) -> None:
    """Only where it is clear which device is meant."""
    fresh = connection.execute(
        "SELECT device_id, kind, status FROM device_news JOIN device_list USING (site_id)"
        " WHERE site_id = ? AND status != '' AND came_ms > as_of ORDER BY told_ms",
        (site_id,),
    ).fetchall()
    for device_id, kind, status in fresh:
        connection.execute(
            f"UPDATE device SET body = json_set(body, '$.status', ?4) WHERE {_IS_IT}"
            f" AND (SELECT count(*) FROM device WHERE {_IS_IT}) = 1",
            (site_id, device_id, kind, status),
        )
