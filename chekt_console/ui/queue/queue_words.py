"""What the queue says about an alarm, as plain text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.site_clock import wall_of, zone_of
from chekt_console.ui.shared import plain_text

if TYPE_CHECKING:
    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site

_DAY_MS = 86_400_000


def clean(text: str, longest: int = 120) -> str:
    """Server text on one line: no control or direction characters, cut when overlong."""
    return plain_text.clean(text, longest)


def when(event: Event, site: Site | None, now_ms: int) -> str:
    """Site time; the day where it is not today's."""
    zone = (zone_of(site.timezone) if site is not None else None) or UTC
    wall, today = wall_of(event.instant_ms, zone), wall_of(now_ms, zone)
    if wall.date() == today.date():
        return f"{wall:%H:%M}"
    return f"{wall:%a %H:%M}" if now_ms - event.instant_ms < 6 * _DAY_MS else f"{wall.day} {wall:%b}"


def long_when(event: Event, site: Site | None) -> str:
    zone = (zone_of(site.timezone) if site is not None else None) or UTC
    wall = wall_of(event.instant_ms, zone)
    utc = datetime.fromtimestamp(event.instant_ms / 1000, UTC)
    return f"{wall:%a} {wall.day} {wall:%b %Y, %H:%M:%S} {wall:%Z} · {utc:%H:%M:%S}Z"


def since_words(from_ms: int) -> str:
    wall = datetime.fromtimestamp(from_ms / 1000, UTC).astimezone()
    return f"since {wall.day} {wall:%b}"


def stale_words(last_good_s: float) -> str:
    if not last_good_s:
        return "Offline: newer alarms may be missing."
    return f"Offline, as of {datetime.fromtimestamp(last_good_s, UTC).astimezone():%H:%M}: newer alarms may be missing."
