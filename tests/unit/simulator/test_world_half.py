"""A large world is the same whether one process made it, two did, or the second one died."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from chekt_console.simulator import schema
from chekt_console.simulator.world_half import SecondHalf
from chekt_console.simulator.world_rows import add_sites, open_new

if TYPE_CHECKING:
    from pathlib import Path

_NOW_MS = 1_772_900_000_000
_SEED, _SITES, _FIRST_EVENT = 1, 226, 500
_TABLES = ("site", "partition", "arming", "device", "contact", "schedule", "event")


def _rows(path: Path, half: int, scratch: Path) -> list[list[tuple[object, ...]]]:
    with contextlib.closing(open_new(str(path))) as connection:
        connection.row_factory = None
        schema.create_tables(connection)
        with SecondHalf(scratch, _SEED, range(half, _SITES), _NOW_MS) as other:
            for _ in add_sites(connection, _SEED, range(220, half), _NOW_MS, _FIRST_EVENT):
                pass
            next_id = connection.execute("SELECT max(event_id) + 1 FROM event").fetchone()[0]
            other.add_to(connection, next_id)
        return [connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in _TABLES]


@pytest.mark.parametrize("place", ["half", "no-such-folder/half"], ids=["both live", "the second dies"])
def test_two_processes_make_the_same_world(tmp_path: Path, place: str) -> None:
    whole = _rows(tmp_path / "whole", _SITES, tmp_path / "unused")
    assert len(whole[0]) == 6
    assert len(whole[-1]) > 100
    assert _rows(tmp_path / "parts", 223, tmp_path / place) == whole
    assert {path.name for path in tmp_path.iterdir()} == {"whole", "parts"}
