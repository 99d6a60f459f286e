"""Names in the order a person expects: 'Storage 4' before 'Storage 10', 'Émile' beside 'Emil'."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_DIGITS = re.compile(r"[0-9]+")


def fold(text: str) -> str:
    """Lower case without accents, so that 'cafe' finds 'Café' and 'strasse' finds 'Straße'."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).casefold()


def natural(text: str) -> str:
    """A key to sort by."""
    return natural_of_folded(fold(text))


def natural_of_folded(folded: str) -> str:
    # Numbers of equal length sort as text, much faster than tuples of pieces.
    return _DIGITS.sub(_padded, folded)


def _padded(digits: re.Match[str]) -> str:
    return digits[0].zfill(12)
