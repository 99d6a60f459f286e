"""What the first reading of an account has brought so far, apart from the sites that are known whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chekt_console.domain.site_reading import GOOD_MS, SitesPlace
from chekt_console.store.codec import SITE_COLUMNS, site_of, site_row
from chekt_console.store.database import marks

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from chekt_console.domain.site import Site
    from chekt_console.store.database import Database

TABLES = """
CREATE TABLE site_part (
    site_id TEXT PRIMARY KEY, place INTEGER NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL,
    account_number TEXT NOT NULL, account_reference_id TEXT NOT NULL, dealer_name TEXT NOT NULL,
    timezone TEXT NOT NULL, is_active INTEGER NOT NULL, is_monitored INTEGER NOT NULL,
    has_partitions INTEGER NOT NULL, partitions TEXT NOT NULL
) STRICT;
CREATE TABLE site_place (
    one INTEGER PRIMARY KEY CHECK (one = 1), received INTEGER NOT NULL, total INTEGER NOT NULL, query TEXT NOT NULL,
    problems TEXT NOT NULL, at_ms INTEGER NOT NULL
) STRICT
"""


class SiteReading:
    def __init__(self, database: Database) -> None:
        self._database = database

    def sites(self) -> tuple[Site, ...]:
        return tuple(self._database.values(site_of, f"SELECT {SITE_COLUMNS} FROM site_part ORDER BY place"))

    def place(self, now_ms: int) -> SitesPlace | None:
        """None when nothing was begun, or too long ago; a clock that was set back tells nothing."""
        row = self._database.row("SELECT received, total, query, problems, at_ms FROM site_place")
        if row is None or not 0 <= now_ms - row[4] < GOOD_MS:
            return None
        received, total, query, problems, _ = row
        return SitesPlace(self.sites(), received, total, json.loads(query), tuple(json.loads(problems)))

    def keep(self, page: SitesPlace, before: int, now_ms: int) -> None:
        """The rows of one page, with how far that is, in one transaction. `before`: rows received until then; a page that does
        not follow what is kept is left out, and 0 begins anew."""
        with self._database.writing() as connection:
            if before == 0:
                forget(connection)
            known = connection.execute("SELECT received, problems FROM site_place").fetchone() or (0, "[]")
            if known[0] != before:
                return
            rows = [(before + number, *site_row(site)) for number, site in enumerate(page.sites)]
            connection.executemany(
                f"INSERT OR REPLACE INTO site_part (place, {SITE_COLUMNS}) VALUES ({marks(12)})", rows
            )
            problems = json.dumps([*json.loads(known[1]), *page.problems])
            connection.execute(
                "INSERT OR REPLACE INTO site_place VALUES (1, ?, ?, ?, ?, ?)",
                (page.received, page.total, _text(page.query), problems, now_ms),
            )


def forget(connection: sqlite3.Connection) -> None:
    """All are known whole, or it begins anew."""
    connection.execute("DELETE FROM site_part")
    connection.execute("DELETE FROM site_place")


def _text(query: Mapping[str, str]) -> str:
    return json.dumps(dict(query))
