"""What a filter of events says in words, one part at a time, and the filter without that part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chekt_console.domain.event import EventKind
from chekt_console.domain.event_filter import ALL_KINDS, EventFilter
from chekt_console.domain.natural_order import natural
from chekt_console.ui.timeline.timeline_words import clean

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class FilterPart:
    """One condition as a chip, and what is left of the filter without it."""

    words: str
    rest: EventFilter


def subtype_words(subtype: str) -> str:
    return clean(subtype.replace("_", " "), 40) or "no subtype"


def filter_parts(wanted: EventFilter, device_names: Mapping[str, str]) -> list[FilterPart]:
    """In the order in which they were thought of: kind, subtype, device, decided, clip, text."""
    parts: list[FilterPart] = []
    if wanted.kinds != ALL_KINDS:
        shown = [kind.label for kind in sorted(EventKind, reverse=True) if kind in wanted.kinds]
        words = f"only {' and '.join(shown).lower()}" if shown else "no kind"
        parts.append(FilterPart(words, replace(wanted, kinds=ALL_KINDS)))
    for subtype in sorted(wanted.subtypes):
        rest = replace(wanted, subtypes=wanted.subtypes - {subtype})
        parts.append(FilterPart(subtype_words(subtype), rest))
    for key in sorted(wanted.device_keys, key=lambda one: natural(device_names.get(one, one))):
        rest = replace(wanted, device_keys=wanted.device_keys - {key})
        parts.append(FilterPart(clean(device_names.get(key, key), 40), rest))
    if wanted.is_decided is not None:
        words = "decided" if wanted.is_decided else "undecided"
        parts.append(FilterPart(words, replace(wanted, is_decided=None)))
    if wanted.has_clip is not None:
        words = "with clip" if wanted.has_clip else "without clip"
        parts.append(FilterPart(words, replace(wanted, has_clip=None)))
    if wanted.words:
        parts.append(FilterPart(f"“{clean(wanted.text, 30)}”", replace(wanted, text="")))
    return parts


def filter_sentence(wanted: EventFilter, device_names: Mapping[str, str]) -> str:
    return ", ".join(part.words for part in filter_parts(wanted, device_names))
