"""Sites made ready for searching and sorting, as plain lists; built once per read, in whatever thread reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.natural_order import fold, natural_of_folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chekt_console.domain.site import Site


def words_of(query: str) -> tuple[str, ...]:
    """The folded words of a query, longest first: the rarest word leaves the fewest rows for the others."""
    return tuple(sorted(set(fold(query).split()), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class SitesIndex:
    """Sites in order of name with the text they are searched by; all lists have the same length."""

    sites: tuple[Site, ...]
    haystacks: list[str]
    row_by_id: dict[str, int]

    @classmethod
    def of(cls, sites: Iterable[Site]) -> SitesIndex:
        folded = [(fold(site.name), site) for site in sites]
        folded.sort(key=lambda pair: (natural_of_folded(pair[0]), natural_of_folded(pair[1].site_id)))
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
