"""Sites made ready for searching and sorting, as plain lists; built once per read, in whatever thread reads."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chekt_console.domain.site import Site

_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_DIGITS = re.compile(r"[0-9]+")


def fold(text: str) -> str:
    """Lower case without accents, so that 'cafe' finds 'Café' and 'strasse' finds 'Straße'."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).casefold()


def words_of(query: str) -> tuple[str, ...]:
    """The folded words of a query, longest first: the rarest word leaves the fewest rows for the others."""
    return tuple(sorted(set(fold(query).split()), key=len, reverse=True))


def _padded(digits: re.Match[str]) -> str:
    return digits[0].zfill(12)


@dataclass(frozen=True, slots=True)
class SitesIndex:
    """Sites in order of name with the text they are searched by; all lists have the same length."""

    sites: tuple[Site, ...]
    haystacks: list[str]
    row_by_id: dict[str, int]

    @classmethod
    def of(cls, sites: Iterable[Site]) -> SitesIndex:
        folded = [(fold(site.name), site) for site in sites]
        # 'Storage 4' before 'Storage 10': numbers of equal length sort as text, much faster than tuples of pieces.
        folded.sort(key=lambda pair: (_DIGITS.sub(_padded, pair[0]), pair[1].site_id))
        ordered = tuple(site for _, site in folded)
        # A line break between the fields: a word cannot match across two of them.
        haystacks = [
            f"{name}\n{fold(site.account_number)}\n{fold(site.account_reference_id)}\n{fold(site.address)}"
            for name, site in folded
        ]
        return cls(ordered, haystacks, {site.site_id: row for row, site in enumerate(ordered)})

    def matching(self, words: Sequence[str], rows: list[int]) -> list[int]:
        """Those of the rows whose text holds every word, in the same order."""
        haystacks = self.haystacks
        for word in words:
            rows = [row for row in rows if word in haystacks[row]]
        return rows
