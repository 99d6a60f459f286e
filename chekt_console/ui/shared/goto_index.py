"""Finds sites and devices by a few typed words: plain text in, ranked entries out, no widgets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chekt_console.domain.device import Device
    from chekt_console.domain.site import Site

# Between two fields, so that no word matches across them; never typed.
_FIELD = "\x1f"


@dataclass(frozen=True, slots=True)
class GotoEntry:
    """One line of the box; exactly one of site and device is given."""

    title: str
    detail: str
    site: Site | None = None
    device: Device | None = None

    @property
    def kind_word(self) -> str:
        return "Site" if self.device is None else self.device.kind.value.capitalize()


class GotoIndex:
    """Rebuilt whole when the sites or devices change (some ms at 10,000); asked at every key."""

    def __init__(self) -> None:
        self._sites: list[GotoEntry] = []
        self._devices: list[GotoEntry] = []
        self._entries: list[GotoEntry] = []
        self._titles: list[str] = []
        self._texts: list[str] = []
        self._last: tuple[tuple[str, ...], list[int]] | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def set_sites(self, sites: tuple[Site, ...]) -> None:
        self._sites = [GotoEntry(site.name, _site_detail(site), site=site) for site in sites]
        self._rebuild()

    def set_devices(self, devices: tuple[Device, ...]) -> None:
        self._devices = [GotoEntry(device.name, _device_detail(device), device=device) for device in devices]
        self._rebuild()

    def find(self, query: str, limit: int) -> list[GotoEntry]:
        """Every word must occur somewhere; the title's beginning counts most. Nothing found: letters in order."""
        words = tuple(query.casefold().split())
        if not words:
            return self._entries[:limit]
        rows = self._rows(words)
        if not rows:
            rows = self._loosely("".join(words))
        whole = " ".join(words)
        best = nsmallest(limit, ((self._rank(row, whole, words), row) for row in rows))
        return [self._entries[row] for _, row in best]

    def _rows(self, words: tuple[str, ...]) -> list[int]:
        """Typing on only narrows what the last words left."""
        texts = self._texts
        last = self._last
        goes_on = (
            last is not None
            and len(last[0]) <= len(words)
            and all(new.startswith(old) for old, new in zip(last[0], words, strict=False))
        )
        rows = last[1] if last is not None and goes_on else range(len(texts))
        for word in words:
            rows = [row for row in rows if word in texts[row]]
        found = list(rows)
        self._last = (words, found)
        return found

    def _loosely(self, letters: str) -> list[int]:
        pattern = re.compile(".*?".join(map(re.escape, letters)))
        return [row for row, title in enumerate(self._titles) if pattern.search(title)]

    def _rank(self, row: int, whole: str, words: tuple[str, ...]) -> tuple[int, int, int]:
        title = self._titles[row]
        if title == whole:
            grade = 0
        elif title.startswith(whole):
            grade = 1
        elif _at_word_start(title, whole):
            grade = 2
        elif all(_at_word_start(title, word) for word in words):
            grade = 3
        elif whole in title:
            grade = 4
        elif all(word in title for word in words):
            grade = 5
        elif _FIELD + whole in self._texts[row]:
            grade = 6
        else:
            grade = 7
        return grade, len(title), row

    def _rebuild(self) -> None:
        self._entries = self._devices + self._sites
        self._titles = [entry.title.casefold() for entry in self._entries]
        self._texts = [_search_text(entry) for entry in self._entries]
        self._last = None


def _at_word_start(title: str, word: str) -> bool:
    return title.startswith(word) or f" {word}" in title


def _site_detail(site: Site) -> str:
    return " · ".join(part for part in (site.account_number, site.address) if part)


def _device_detail(device: Device) -> str:
    zones = ", ".join(str(number) for number in device.zone_numbers)
    parts = (device.status, device.model, f"zone {zones}" if zones else "")
    return " · ".join(part for part in parts if part)


def _search_text(entry: GotoEntry) -> str:
    site, device = entry.site, entry.device
    more: tuple[str, ...] = ()
    if site is not None:
        more = (site.account_number, site.account_reference_id, site.address, site.dealer_name, site.site_id)
    elif device is not None:
        zones = " ".join(str(number) for number in device.zone_numbers)
        more = (device.kind.value, device.model, zones, device.mac, device.device_id)
    return _FIELD.join((entry.title, *more)).casefold()
