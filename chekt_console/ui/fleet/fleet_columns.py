"""The columns of the fleet: heading, width, what a cell says, and what it is sorted by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.schedule_words import PLAIN, WordStyle, describe
from chekt_console.ui.fleet.fleet_words import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.services.fleet_service import FleetRow

CHECK, SITE, WEEK, NOW, ONLINE, OPEN, FALSE, LOOK, TEMPLATE, ZONE = range(10)


@dataclass(frozen=True)
class FleetColumn:
    """`order` gives something that sorts; what matters comes first when sorted down."""

    name: str  # kept among the person's choices
    heading: str
    width: int
    text: Callable[[FleetRow], str]
    order: Callable[[FleetRow], object]
    hint: str = ""
    is_optional: bool = True


def number_words(row: FleetRow) -> str:
    return clean(row.site.account_number or row.site.address)


def week_words(row: FleetRow, style: WordStyle = PLAIN) -> str:
    """A table that is saved has the plain words."""
    if row.schedule is None:
        return "not read"
    return "; ".join(describe(row.schedule, style)) or "never armed"


def online_words(row: FleetRow) -> str:
    return "" if row.online is None else f"{row.online} / {row.devices}"


def open_words(row: FleetRow) -> str:
    parts = []
    if row.alarms:
        parts.append(f"{row.alarms} alarm" + ("" if row.alarms == 1 else "s"))
    if row.troubles:
        parts.append(f"{row.troubles} trouble" + ("" if row.troubles == 1 else "s"))
    return ", ".join(parts)


def _mode(row: FleetRow) -> str:
    return row.arming.mode.label if row.arming.mode else row.arming.text


def _share_online(row: FleetRow) -> tuple[float, int]:
    if row.online is None or not row.devices:
        return 2.0, 0
    return row.online / row.devices, -row.devices


COLUMNS: tuple[FleetColumn, ...] = (
    FleetColumn("check", "", 34, lambda _: "", lambda _: 0, "Tick the sites to apply to", is_optional=False),
    FleetColumn(
        "site",
        "Site",
        196,
        lambda row: clean(row.site.name),
        lambda row: row.site.name.casefold(),
        is_optional=False,
    ),
    FleetColumn(
        "week",
        "Week",
        200,
        week_words,
        lambda row: (
            row.schedule is None,
            -sum(p.length_min for p in row.schedule.periods) if row.schedule else 0,
        ),
        "The schedule as it was read last",
    ),
    FleetColumn("now", "Now", 84, _mode, _mode, "Armed state as it was read last"),
    FleetColumn(
        "online",
        "Online",
        72,
        online_words,
        _share_online,
        "Devices that are online, of those read; — where none were read yet",
    ),
    FleetColumn(
        "open",
        "Open",
        150,
        open_words,
        lambda row: (-row.alarms, -row.troubles),
        "Undecided alarms and troubles of the last 24 hours",
    ),
    FleetColumn(
        "false",
        "False, 30 d",
        84,
        lambda row: str(row.false_alarms) if row.false_alarms else "0",
        lambda row: -row.false_alarms,
        "False alarms of the last 30 days, as far as events are read here",
    ),
    FleetColumn(
        "look",
        "Needs a look",
        160,
        lambda row: ", ".join(row.looks),
        lambda row: (-len(row.looks), row.looks),
        "Drift from a template, should be armed, no schedule, dormant for a week, and the like",
    ),
    FleetColumn(
        "template",
        "Template",
        120,
        lambda row: clean(row.template),
        lambda row: (not row.template, row.template.casefold()),
        "The template that was applied last",
    ),
    FleetColumn("zone", "Time zone", 140, lambda row: row.site.timezone, lambda row: row.site.timezone),
)
FIRST_HIDDEN = frozenset({"template", "zone"})
