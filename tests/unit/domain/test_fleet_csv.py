"""faults.md, names like `=cmd()`: no cell of an exported table is taken for a formula."""

from __future__ import annotations

import csv

from chekt_console.domain.fleet_csv import to_csv


def test_cells_that_begin_like_a_formula_are_quoted() -> None:
    told = to_csv(["Site"], [["=1+1"], ["+A1"], ["-2"], ["@x"], ["  =cmd"], ["\t=x"], ["Café, Bar"]]).decode()
    rows = [row[0] for row in csv.reader(told.removeprefix("\ufeff").splitlines())]
    assert rows == ["Site", "'=1+1", "'+A1", "'-2", "'@x", "'  =cmd", "'\t=x", "Café, Bar"]
