"""What the checks offer as a fix, and periods that end before people come."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_checks import check
from chekt_console.domain.schedule_json import to_key_concepts
from chekt_console.domain.schedule_staff import early_ends, staff_hours

ZONE = ZoneInfo("America/Los_Angeles")
WEEKNIGHTS = WeekSchedule(
    tuple(ArmedPeriod(day * DAY_MIN + 22 * 60, 9 * 60, ArmingMode.AWAY) for day in range(5))
)


def test_the_open_weekend_is_bridged_from_friday_to_monday_morning() -> None:
    hole = next(finding for finding in check(WEEKNIGHTS) if "weekend" in finding.sentence)
    assert hole.fix == "Extend Fri to Mon 07:00"
    assert hole.fixed is not None
    assert not any("weekend" in finding.sentence for finding in check(hole.fixed))


def test_what_cannot_be_stored_offers_what_can() -> None:
    noon = ArmedPeriod(DAY_MIN + 12 * 60, 60, ArmingMode.STAY)
    finding = check(WeekSchedule((*WEEKNIGHTS.periods, noon)))[0]
    assert finding.fixed is not None
    assert to_key_concepts(finding.fixed).losses == ()


def test_a_period_that_ends_long_before_people_come_is_told_and_extended() -> None:
    def disarmed(day: int, hour: int, user: str) -> Event:
        at = round(datetime(2026, 3, day, hour, 30, tzinfo=ZONE).timestamp() * 1000)
        return Event(f"{day}{user}", "s", at, EventKind.ARMING, mode=ArmingMode.DISARMED, user=user)

    # Tuesdays across the change of the clock: the machine disarms at seven, people come at half past eight.
    events = [disarmed(day, 8, "Anna") for day in (3, 10, 17)]
    events += [disarmed(day, 7, "schedule") for day in (3, 10, 17)]
    staff = staff_hours(events, ZONE, 0, 2**62)
    assert staff.typical(1) == 8 * 60 + 30
    (found,) = early_ends(WEEKNIGHTS, staff)
    assert found.fix == "Extend to Tue 08:15"
    assert found.fixed is not None
    assert early_ends(found.fixed, staff) == ()
