"""A small table of names and words, answered from memory: the window's thread asks, and never waits for the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chekt_console.store.database import Database


class KeptWords:
    """Read once, as its file is opened, for nobody else writes it. Safe from any thread."""

    def __init__(self, database: Database, table: str) -> None:
        """`table` has the columns name and value."""
        self._database = database
        self._table = table
        self._words: dict[str, str] = dict(database.rows(f"SELECT name, value FROM {table}"))

    def get(self, name: str, default: str) -> str:
        return self._words.get(name, default)

    def put(self, name: str, value: str) -> None:
        with self._database.writing() as connection:
            connection.execute(f"INSERT OR REPLACE INTO {self._table} VALUES (?, ?)", (name, value))
        self._words[name] = value
