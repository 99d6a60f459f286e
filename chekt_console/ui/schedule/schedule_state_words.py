"""How the pane says in a few words where a schedule stands, and what time it is at the site."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING

from chekt_console.domain.schedule_words import PLAIN, WordStyle, date_words, day_name
from chekt_console.domain.site_clock import wall_of, zone_of

if TYPE_CHECKING:
    from chekt_console.domain.site import Site


class Standing(Enum):
    """What is true of the schedule on the screen."""

    READING = "reading"  # the last known one is shown until the answer is there
    SAVED = "saved"
    STALE = "stale"  # could not be read again
    DRAFT = "draft"
    SAVING = "saving"
    NOT_CONFIRMED = "not confirmed"
    WAITING = "waiting"  # on disk, and goes when the server answers
    LOCAL = "local"  # this connection has no schedules
    EARLIER_WAITS = "earlier waits"  # not what is on the screen, but what was drawn before


def standing_words(standing: Standing, *, as_of: str = "", changes: int = 0) -> str:
    """ "saved as of 20:51", "draft, not saved · 3 changes"."""
    changed = f" · {changes} change{'' if changes == 1 else 's'}"
    since = f" as of {as_of}" if as_of else ""
    return {
        Standing.READING: f"{since.strip()}, reading…" if since else "reading…",
        Standing.SAVED: f"saved{since}",
        Standing.STALE: f"last known{since}, not refreshed",
        Standing.DRAFT: f"draft, not saved{changed}",
        Standing.SAVING: f"saving{changed}…",
        Standing.NOT_CONFIRMED: f"not confirmed{changed}",
        Standing.WAITING: f"waiting to be sent{changed}",
        Standing.LOCAL: "on this computer only",
        Standing.EARLIER_WAITS: "an earlier change waits to be sent",
    }[standing]


def as_of_words(moment: datetime | None, zone_name: str, now_ms: int, style: WordStyle = PLAIN) -> str:
    """The site's clock when something was read: "20:51", with the date when it was another day."""
    if moment is None:
        return ""
    zone = zone_of(zone_name)
    wall = moment.astimezone(zone)
    today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()
    clock = style.clock(wall.hour * 60 + wall.minute)
    return clock if wall.date() == today else f"{date_words(wall.date())} {clock}"


def site_time_words(site: Site, now_ms: int, style: WordStyle = PLAIN) -> str:
    """ "site time Tue 21:04 (America/Los_Angeles, UTC−8)"."""
    zone = zone_of(site.timezone)
    if zone is None:
        given = f"“{site.timezone}” is not one we know" if site.timezone else "not told by the server"
        return f"site time, zone {given}"
    wall = wall_of(now_ms, zone)
    clock = style.clock(wall.hour * 60 + wall.minute)
    return f"site time {day_name(wall.weekday())} {clock} ({site.timezone}, {offset_words(wall)})"


def offset_words(wall: datetime) -> str:
    """ "UTC−8", "UTC+5:30"."""
    offset = wall.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
