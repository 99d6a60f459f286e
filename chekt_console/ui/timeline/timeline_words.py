"""What the timeline says in words: spans, instants, events; all plain text."""

from __future__ import annotations

import html
import unicodedata
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chekt_console.domain.event import EventKind
from chekt_console.ui.timeline.timeline_geometry import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from chekt_console.ui.timeline.timeline_ticks import local_time

if TYPE_CHECKING:
    from chekt_console.domain.armed_history import ArmedState
    from chekt_console.domain.event import Event
    from chekt_console.domain.incident import Incident
    from chekt_console.ui.timeline.lane_arrangement import ShownLane

_UNITS = ((DAY_MS, "day"), (HOUR_MS, "hour"), (MINUTE_MS, "minute"), (SECOND_MS, "second"))


def zone_named(name: str) -> tuple[tzinfo, bool]:
    """The zone, and whether the name was a known one; UTC when it was not."""
    try:
        return (ZoneInfo(name), True) if name else (UTC, False)
    except (OSError, ValueError):
        return UTC, False


@lru_cache(maxsize=4096)
def clean(text: str, longest: int = 160) -> str:
    """Server text on one line: no control or direction characters, cut when overlong."""
    kept = "".join(
        " " if char in "\r\n\t" else char
        for char in text[: 4 * longest]
        if char in "\r\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def span_words(span_ms: float) -> str:
    """The span in its largest fitting unit: "12 hours", "1.5 days", "40 seconds"."""
    for unit_ms, word in _UNITS:
        if span_ms >= unit_ms * (2 if word == "day" else 1):
            amount = span_ms / unit_ms
            number = f"{amount:.0f}" if amount >= 10 else f"{amount:.1f}".removesuffix(".0")
            return f"{number} {word}{'' if number == '1' else 's'}"
    return f"{span_ms:.0f} ms"


def short_span(span_ms: float) -> str:
    """The span as the two largest units: "1 h 20 min", "45 s"."""
    seconds = round(span_ms / SECOND_MS)
    if seconds < 1:
        return f"{span_ms:.0f} ms"
    parts = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount} {unit}")
    return " ".join(parts[:2])


def distance_words(distance_ms: float) -> str:
    """How far from now: "2 h 10 min ago", "in 5 min", "now"."""
    if abs(distance_ms) < SECOND_MS:
        return "now"
    size = short_span(abs(distance_ms))
    return f"{size} ago" if distance_ms < 0 else f"in {size}"


def site_instant(instant_ms: float, zone: tzinfo) -> str:
    moment = local_time(instant_ms, zone)
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M:%S} {moment:%Z}"


def utc_instant(instant_ms: float) -> str:
    return f"{local_time(instant_ms, UTC):%Y-%m-%d %H:%M:%S}Z"


def clock_words(instant_ms: float, zone: tzinfo, *, has_seconds: bool = False) -> str:
    moment = local_time(instant_ms, zone)
    return f"{moment:%H:%M:%S}" if has_seconds else f"{moment:%H:%M}"


def armed_lines(state: ArmedState, zone: tzinfo) -> list[str]:
    """The armed state at an instant, a line for each partition where they differ."""
    if not state.is_known:
        return ["Armed state unknown: no arming event before"]
    if state.mode is not None:
        return [f"{state.mode.label}: {state.mode.meaning}"]
    since = (
        f" since {site_instant(part.since_ms, zone)}" if part.since_ms is not None else ""
        for part in state.parts
    )
    return [state.label, *(clean(part.words) + told for part, told in zip(state.parts, since, strict=True))]


def event_title(event: Event) -> str:
    """Kind, subtype and where, as far as they are known."""
    what = event.kind.label
    if event.kind is EventKind.ARMING and event.mode is not None:
        what = f"Arming: {event.mode.label.lower()}"
    elif event.subtype:
        what = f"{what}: {event.subtype.replace('_', ' ')}"
    where = event.device_name or (f"Zone {event.zone_number}" if event.zone_number is not None else "")
    return clean(f"{what} — {where}" if where else what)


def event_lines(event: Event, zone: tzinfo) -> list[str]:
    """What a tooltip says of an event."""
    lines = [event_title(event)]
    if event.text and clean(event.text) not in lines[0]:
        lines.append(clean(event.text))
    if event.user:
        lines.append(f"By {clean(event.user, 60)}")
    lines.append(site_instant(event.instant_ms, zone))
    lines.append(utc_instant(event.instant_ms))
    if event.decision:
        lines.append(f"Decided: {clean(event.decision, 40)}")
    if event.has_video:
        lines.append("Has a clip")
    return lines


def incident_lines(incident: Incident, zone: tzinfo) -> list[str]:
    """What a bracket stands for."""
    alarms = f"{incident.alarm_count} alarm{'' if incident.alarm_count == 1 else 's'}"
    span_ms = incident.last_ms - incident.first_ms
    return [
        f"Incident: {incident.event_count} signals, {alarms}, in {short_span(span_ms)}",
        site_instant(incident.first_ms, zone),
        "Click selects its first alarm",
    ]


def lane_lines(lane: ShownLane) -> list[str]:
    """What a lane is and what can be done with it."""
    lines = [lane.label + (" (pinned)" if lane.is_pinned else "")]
    if lane.group:
        lines.append(
            "Double-click shows each one" if lane.is_collapsed else "Double-click collapses its group"
        )
    return [*lines, "Drag moves it, right-click pins it"]


def plain_tooltip(lines: list[str]) -> str:
    """Marked up so that Qt shows the lines as they are, whatever they hold."""
    return "<qt><p style='white-space:pre'>" + "<br>".join(html.escape(line) for line in lines) + "</p></qt>"
