"""A table as CSV that a spreadsheet opens without taking any cell for a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Names come from the server: one that begins like a formula gets a quote before it."""
    return "'" + text if text.lstrip(" ").startswith(_FORMULA) else text


def plain_cell(text: str) -> str:
    """What `safe_cell` was given."""
    return text[1:] if text.startswith("'") and safe_cell(text[1:]) != text[1:] else text


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """With the mark that makes spreadsheets read it as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in headings])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()
