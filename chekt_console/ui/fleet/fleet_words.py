"""When something was read or became so, as the fleet says it: by the site's clock, then this computer's and UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.schedule_words import PLAIN, WordStyle, date_words
from chekt_console.domain.site_clock import zone_of

if TYPE_CHECKING:
    from chekt_console.domain.site import Site


def clean(text: str) -> str:
    """Names come from the server: one line, nothing that turns the writing round."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


def sites_words(count: int) -> str:
    return f"{count:,} site{'' if count == 1 else 's'}"


def wall_words(wall: datetime, style: WordStyle = PLAIN) -> str:
    """ "Thu 26 Nov 14:05"."""
    return f"{date_words(wall.date())} {style.clock(wall.hour * 60 + wall.minute)}"


def moment_words(moment: datetime, site: Site, style: WordStyle = PLAIN) -> str:
    """By the site's clock, or by this computer's where that is not known."""
    return wall_words(moment.astimezone(zone_of(site.timezone)), style)


def clocks_words(moment: datetime, style: WordStyle = PLAIN) -> str:
    """The same instant by the other two clocks."""
    here, utc = moment.astimezone(), moment.astimezone(UTC)
    return f"{wall_words(here, style)} by this computer's clock, {utc:%H:%M} UTC"
