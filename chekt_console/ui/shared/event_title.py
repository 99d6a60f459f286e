"""One line for an event: what happened and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.domain.event import EventKind
from chekt_console.ui.shared.plain_text import clean

if TYPE_CHECKING:
    from chekt_console.domain.event import Event

_LONGEST = 120


def event_title(event: Event) -> str:
    """ "Intrusion — Loading dock", on one printable line. Where the server names no place, the zone or its own text does."""
    if event.kind is EventKind.ARMING and event.mode is not None:
        what = f"Arming: {event.mode.label.lower()}"
    else:
        words = event.subtype.replace("_", " ").strip()
        what = clean(words[:1].upper() + words[1:] if words else event.text, _LONGEST) or event.kind.label
    place = event_place(event)
    if not place and " — " in event.text:
        place = clean(event.text.split(" — ", 1)[1], _LONGEST)
    return f"{what} — {place}" if place and place not in what else what


def event_place(event: Event) -> str:
    """Device or zone; "" when neither is told."""
    if event.device_name:
        return clean(event.device_name, _LONGEST)
    return f"Zone {event.zone_number}" if event.zone_number is not None else ""
