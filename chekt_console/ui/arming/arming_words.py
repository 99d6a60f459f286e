"""The sentences of the arming control: what is asked, what is running, what became of it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from chekt_console.domain.arming import ArmingMode
from chekt_console.ui.shared.plain_text import one_line

if TYPE_CHECKING:
    from datetime import datetime, tzinfo


def verb(mode: ArmingMode) -> str:
    """'Arm away', 'Disarm'."""
    return "Disarm" if mode is ArmingMode.DISARMED else f"Arm {mode.value}"


def scope_words(partition_names: tuple[str, ...]) -> str:
    if not partition_names:
        return "the whole site"
    noun = "partition" if len(partition_names) == 1 else "partitions"
    return f"{noun} {', '.join(one_line(name) for name in partition_names)}"


def question(mode: ArmingMode, site_name: str, partition_names: tuple[str, ...]) -> tuple[str, str]:
    """Title and text of the confirmation in production: which site, what will happen, who hears of it."""
    title = f"{verb(mode)}: {one_line(site_name)}?"
    scope = scope_words(partition_names)
    text = (
        f"This is production. {scope[0].upper()}{scope[1:]} of {one_line(site_name)} will be "
        f"{'disarmed' if mode is ArmingMode.DISARMED else f'armed {mode.value}'} ({mode.meaning}) at once, "
        "and the monitoring center acts on it. The outcome is read back and shown here."
    )
    return title, text


def as_of_words(instant: datetime | None, now: datetime, zone: tzinfo | None) -> str:
    """'as of 20:51' by the site's clock, with the day when it is not today; "" when never read. `zone` None: this
    computer's."""
    if instant is None:
        return ""
    wall, today = instant.astimezone(zone), now.astimezone(zone)
    if wall.date() == today.date():
        return f"as of {wall:%H:%M}"
    return f"as of {wall.day} {wall:%b %H:%M}"


def read_at_words(instant: datetime) -> str:
    """The same instant by this computer's clock and in UTC."""
    local, utc = instant.astimezone(), instant.astimezone(UTC)
    return f"Read at {local:%H:%M} by this computer's clock, {utc:%H:%M} UTC"
