"""A small fleet without a server: rows as the service gives them."""

from __future__ import annotations

from chekt_console.domain.arming import ArmingMode, ArmingState
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.site import Site
from chekt_console.services.fleet_service import FleetRow

NIGHTS = WeekSchedule(tuple(ArmedPeriod(day * 1440 + 18 * 60, 780, ArmingMode.AWAY) for day in range(5)))


def make_row(number: int, name: str = "", *looks: str, alarms: int = 0, false_alarms: int = 0) -> FleetRow:
    site = Site(
        str(number), name or f"Site {number:03}", account_number=f"A-{number}", timezone="Europe/Rome"
    )
    return FleetRow(
        site,
        NIGHTS,
        None,
        ArmingState(True, ArmingMode.AWAY, "Away"),
        2,
        3,
        alarms,
        0,
        false_alarms,
        "",
        "",
        looks,
    )
