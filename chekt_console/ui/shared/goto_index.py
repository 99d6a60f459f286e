"""Finds sites, devices, commands and events by a few typed words: plain text in, ranked entries out, no widgets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.device import Device
    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site

# Between two fields, so that no word matches across them; never typed.
_FIELD = "\x1f"


@dataclass(frozen=True, slots=True)
class GotoEntry:
    """One line of the box; exactly one of site, device, event and command is given. A command is called when chosen."""

    title: str
    detail: str
    site: Site | None = None
    device: Device | None = None
    event: Event | None = None
    command: Callable[[], None] | None = None

    def leads_where(self, other: GotoEntry) -> bool:
        """To the same thing, in whatever words and values it is told by now."""
        return (self.kind_word, self._target) == (other.kind_word, other._target)

    @property
    def _target(self) -> tuple[str, ...]:
        if self.device is not None:
            return self.device.site_id, self.device.key
        if self.event is not None:
            return self.event.site_id, self.event.event_id
        return (self.site.site_id,) if self.site is not None else (self.title, self.detail)

    @property
    def kind_word(self) -> str:
        if self.device is not None:
            return self.device.kind.value.capitalize()
        if self.event is not None:
            return self.event.kind.label
        return "Site" if self.command is None else "Command"


class GotoIndex:
    """Holds sites and devices, whose texts are made when first asked for after a change and entries only for what is
    found, and the few commands and events. Asked at every key."""

    def __init__(self) -> None:
        self._sites: tuple[Site, ...] = ()
        self._devices: tuple[Device, ...] = ()
        self._commands: tuple[GotoEntry, ...] = ()
        self._events: tuple[GotoEntry, ...] = ()
        self._titles: list[str] = []
        self._texts: list[str] = []
        self._is_built = True
        self._last: tuple[tuple[str, ...], list[int]] | None = None

    def __len__(self) -> int:
        return len(self._devices) + len(self._sites) + len(self._commands) + len(self._events)

    def set_sites(self, sites: tuple[Site, ...]) -> None:
        self._sites = sites
        self._is_built = False

    def set_devices(self, devices: tuple[Device, ...]) -> None:
        self._devices = devices
        self._is_built = False

    def set_commands(self, commands: tuple[GotoEntry, ...]) -> None:
        if _texts_of(commands) != _texts_of(self._commands):
            self._is_built = False
        self._commands = commands

    def set_events(self, events: tuple[GotoEntry, ...]) -> None:
        if events != self._events:
            self._events = events
            self._is_built = False

    def find(self, query: str, limit: int) -> list[GotoEntry]:
        """Every word must occur somewhere; the title's beginning counts most. Nothing found: letters in order. A command is
        found only by its words: a slip of the fingers carries none out."""
        words = tuple(query.casefold().split())
        if not words:
            return [self._entry(row) for row in range(min(limit, len(self._devices) + len(self._sites)))]
        if not self._is_built:
            self._build()
        rows = self._rows(words)
        if not rows:
            rows = self._loosely("".join(words))
        return [self._entry(row) for row in self._best(rows, words, limit)]

    def _entry(self, row: int) -> GotoEntry:
        if row < len(self._devices):
            device = self._devices[row]
            return GotoEntry(device.name, _device_detail(device), device=device)
        row -= len(self._devices)
        if row < len(self._sites):
            site = self._sites[row]
            return GotoEntry(site.name, _site_detail(site), site=site)
        return (self._commands + self._events)[row - len(self._sites)]

    def _build(self) -> None:
        self._titles = [device.name.casefold() for device in self._devices]
        self._titles += [site.name.casefold() for site in self._sites]
        self._texts = [_device_text(device) for device in self._devices]
        self._texts += [_site_text(site) for site in self._sites]
        for entries in (self._commands, self._events):
            self._titles += [entry.title.casefold() for entry in entries]
            self._texts += _texts_of(entries)
        self._is_built = True
        self._last = None

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
        places = self._titles[: len(self._devices) + len(self._sites)]
        return [row for row, title in enumerate(places) if pattern.search(title)]

    def _best(self, rows: list[int], words: tuple[str, ...], limit: int) -> list[int]:
        """Grade by grade, and no further than the limit; within a grade the shorter title first."""
        titles, texts, whole = self._titles, self._texts, " ".join(words)
        inner = f" {whole}"
        grades: tuple[Callable[[int], bool], ...] = (
            lambda row: titles[row].startswith(whole),
            lambda row: inner in titles[row],
            lambda row: all(_at_word_start(titles[row], word) for word in words),
            lambda row: whole in titles[row],
            lambda row: all(word in titles[row] for word in words),
            lambda row: _FIELD + whole in texts[row],
            lambda row: True,
        )
        best: list[int] = []
        for is_good in grades:
            good = [row for row in rows if is_good(row)]
            best += nsmallest(limit - len(best), good, key=lambda row: (len(titles[row]), row))
            if len(best) >= limit or len(good) == len(rows):
                break
            taken = set(good)
            rows = [row for row in rows if row not in taken]
        return best


def _at_word_start(title: str, word: str) -> bool:
    return title.startswith(word) or f" {word}" in title


def _site_detail(site: Site) -> str:
    return " · ".join(part for part in (site.account_number, site.address) if part)


def _device_detail(device: Device) -> str:
    zones = ", ".join(str(number) for number in device.zone_numbers)
    parts = (device.status, device.model, f"zone {zones}" if zones else "")
    return " · ".join(part for part in parts if part)


def _site_text(site: Site) -> str:
    return (
        f"{site.name}{_FIELD}{site.account_number}{_FIELD}{site.account_reference_id}{_FIELD}{site.address}"
        f"{_FIELD}{site.dealer_name}{_FIELD}{site.site_id}"
    ).casefold()


def _texts_of(entries: tuple[GotoEntry, ...]) -> list[str]:
    return [f"{entry.title}{_FIELD}{entry.detail}".casefold() for entry in entries]


def _device_text(device: Device) -> str:
    zones = " ".join(str(number) for number in device.zone_numbers)
    return _FIELD.join(
        (device.name, device.kind.value, device.model, zones, device.mac, device.device_id)
    ).casefold()
