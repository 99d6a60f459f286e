"""What the checks offer as a fix, and periods that end before people come."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_checks import check
from chekt_console.domain.schedule_json import to_key_concepts
from chekt_console.domain.schedule_staff import StaffHours, early_ends, staff_hours

ZONE = ZoneInfo("America/Los_Angeles")
WEEKNIGHTS = WeekSchedule(
    tuple(ArmedPeriod(day * DAY_MIN + 22 * 60, 9 * 60, ArmingMode.AWAY) for day in range(5))
)
STAFF_AT_HALF_PAST_SEVEN = StaffHours(((450, 450, 450),) * 7)


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


def _odd(last_day: tuple[ArmedPeriod, ...], *others: tuple[int, int]) -> tuple[str, int | None]:
    """Said of a Friday beside four days that begin `others` (hour, hours), and its place."""
    week = [
        ArmedPeriod(day * DAY_MIN + hour * 60, hours * 60, ArmingMode.AWAY)
        for day in range(4)
        for hour, hours in others
    ]
    found = check(WeekSchedule((*week, *last_day)), is_stored=False)
    (odd,) = (one for one in found if one.fix == "Make Fri like Mon")
    return odd.sentence, odd.start_min


def test_what_differs_on_the_odd_day_is_what_is_said_and_shown() -> None:
    friday = 4 * DAY_MIN

    def on_friday(hour: int, hours: int, mode: ArmingMode = ArmingMode.AWAY) -> ArmedPeriod:
        return ArmedPeriod(friday + hour * 60, hours * 60, mode)

    night = on_friday(18, 13, ArmingMode.NIGHT)
    assert _odd((night,), (18, 13)) == ("Fri arms Night at 18:00, Mon to Thu Away", friday + 18 * 60)
    assert _odd((on_friday(8, 4), on_friday(14, 4)), (8, 4), (13, 5)) == (
        "Fri 14:00 differs from Mon to Thu 13:00",
        friday + 14 * 60,
    )
    assert _odd((on_friday(8, 4), on_friday(13, 4)), (8, 4), (13, 5)) == (
        "Fri 13:00 ends 17:00, Mon to Thu 18:00",
        friday + 13 * 60,
    )
    assert _odd((on_friday(8, 4),), (8, 4), (13, 5)) == ("Fri has 1 period, Mon to Thu 2", friday + 8 * 60)


def test_a_long_period_of_an_odd_day_names_the_day_it_ends() -> None:
    nights = [ArmedPeriod(day * DAY_MIN + 18 * 60, 13 * 60, ArmingMode.AWAY) for day in (0, 3, 4)]
    long = ArmedPeriod(DAY_MIN + 18 * 60, 37 * 60, ArmingMode.AWAY)
    said = [one.sentence for one in check(WeekSchedule((nights[0], long, *nights[1:])))]
    assert "Tue 18:00 ends Thu 07:00, Mon, Thu and Fri 07:00" in said


def test_a_connection_that_stores_none_is_not_said_to_store_it() -> None:
    noon = ArmedPeriod(DAY_MIN + 12 * 60, 60, ArmingMode.STAY)
    for week in (WEEKNIGHTS, WeekSchedule((*WEEKNIGHTS.periods, noon))):
        assert not [one for one in check(week, is_stored=False) if "connection" in one.sentence]


def test_what_cannot_be_stored_of_a_date_leads_to_its_day() -> None:
    two = ((8 * 60, 60, ArmingMode.AWAY), (18 * 60, 120, ArmingMode.AWAY))
    week = WeekSchedule(WEEKNIGHTS.periods, (DayException(date(2026, 12, 24), two),))
    found = check(week)[0]
    assert found.sentence.startswith("2026-12-24")
    assert (found.start_min, found.length_min) == (3 * DAY_MIN, DAY_MIN)


def test_who_is_armed_again_before_people_come_is_not_unguarded() -> None:
    def early(second: ArmedPeriod) -> tuple[str, ...]:
        night = ArmedPeriod(0, 6 * 60, ArmingMode.NIGHT)
        return tuple(
            one.sentence for one in early_ends(WeekSchedule((night, second)), STAFF_AT_HALF_PAST_SEVEN)
        )

    assert early(ArmedPeriod(6 * 60, 2 * 60, ArmingMode.AWAY)) == ()
    assert early(ArmedPeriod(7 * 60, 60, ArmingMode.AWAY)) == ()
    assert early(ArmedPeriod(9 * 60, 60, ArmingMode.AWAY)) == (
        "Mon disarms 06:00, but people come about 07:30 (3 days seen): 1 h 30 min unguarded",
    )


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
