"""What the clip and its side panel say about an event, as plain text."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.site_clock import wall_of, zone_of
from chekt_console.ui.shared import plain_text

if TYPE_CHECKING:
    from datetime import tzinfo

    from chekt_console.domain.armed_history import ArmedState
    from chekt_console.domain.site import Site


def clean(text: str, longest: int = 200) -> str:
    """Server text on one line: no control or direction characters, cut when overlong."""
    return plain_text.clean(text, longest)


def status_words(status: str) -> str:
    told = clean(status, 60).replace("_", " ")
    return "waiting for the operator" if told == "waiting" else told


def plain_tip(*lines: str) -> str:
    """A tooltip that shows its lines as they are, whatever they hold."""
    return "<qt>" + "<br>".join(html.escape(line) for line in lines if line) + "</qt>"


def site_zone(site: Site | None) -> tzinfo:
    """The site's own clock; UTC when the site does not tell its zone."""
    return (zone_of(site.timezone) if site is not None else None) or UTC


def long_time(instant_ms: int, zone: tzinfo) -> str:
    wall = wall_of(instant_ms, zone)
    return f"{wall:%a} {wall.day} {wall:%b %Y, %H:%M:%S} {wall:%Z}"


def clock_time(instant_ms: int, zone: tzinfo) -> str:
    return f"{wall_of(instant_ms, zone):%H:%M:%S}"


def utc_time(instant_ms: int) -> str:
    return f"{datetime.fromtimestamp(instant_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}Z"


def frame_time(instant_ms: float, zone: tzinfo) -> str:
    """The instant of one picture, to the tenth of a second."""
    wall = wall_of(round(instant_ms), zone)
    return f"{wall:%Y-%m-%d %H:%M:%S}.{wall.microsecond // 100_000} {wall:%Z}"


def armed_row(state: ArmedState, zone: tzinfo) -> tuple[str, str]:
    """What stands beside the mode's chip, and the tooltip; the whole story where partitions differ."""
    if not state.is_known:
        return "", ""
    if state.is_parted:
        since = (
            f"{clean(part.words, 80)}, since {long_time(part.since_ms, zone)}"
            for part in state.parts
            if part.since_ms is not None
        )
        return clean(state.parted_words), plain_tip(*since)
    since_ms = state.newest.since_ms or 0
    by = f" ({clean(state.users, 40)})" if state.users else ""
    return f"since {clock_time(since_ms, zone)[:5]}{by}", plain_tip(long_time(since_ms, zone))


def offset_words(offset_s: float) -> str:
    """Distance of a picture from the alarm."""
    if abs(offset_s) < 0.05:
        return "at the alarm"
    return f"{offset_s:+.1f} s {'after' if offset_s > 0 else 'before'} alarm".replace("-", "−")


def clip_time(seconds: float) -> str:
    minutes, rest = divmod(max(0.0, seconds), 60)
    return f"{int(minutes)}:{rest:04.1f}"
