"""A calendar that this program wrote comes back as it went; one of another program is read as it is meant, or refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.calendar_reading import CalendarProblem, from_calendar
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_calendar import to_calendar
from tests.unit.domain.schedule_strategies import schedules

TODAY = date(2026, 11, 24)
_STAMP = datetime(2026, 1, 1, tzinfo=UTC)


def _there_and_back(schedule: WeekSchedule) -> WeekSchedule:
    raw = to_calendar(
        schedule, site_id="s1", site_name="Harbor", timezone="UTC", from_day=date(2020, 1, 6), stamp=_STAMP
    )
    found = from_calendar(raw, "UTC", TODAY)
    assert found.problems == ()
    return found.schedule


def _calendar(*entries: str) -> bytes:
    """Entries of one line each, parts separated by blanks; "_" is a blank."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"]
    for entry in entries:
        lines += ["BEGIN:VEVENT", *(part.replace("_", " ") for part in entry.split()), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@given(schedules())
@settings(max_examples=60, deadline=None)
def test_a_week_comes_back_as_it_went(schedule: WeekSchedule) -> None:
    week = WeekSchedule(schedule.periods)
    if week.periods:
        assert is_same(_there_and_back(week), week)


def test_exceptions_come_back() -> None:
    night = ArmedPeriod(3 * DAY_MIN + 22 * 60, 9 * 60, ArmingMode.NIGHT)
    exceptions = (
        DayException(date(2026, 12, 24), ((0, DAY_MIN, ArmingMode.AWAY),)),
        DayException(date(2026, 12, 31)),
    )
    assert is_same(_there_and_back(WeekSchedule((night,), exceptions)), WeekSchedule((night,), exceptions))


def test_a_foreign_calendar_is_read_in_site_time() -> None:
    raw = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Somebody//EN\r
BEGIN:VEVENT\r
UID:1\r
SUMMARY:Stay at home\r
DTSTART:20260105T200000Z\r
DURATION:PT10H\r
RRULE:FREQ=WEEKLY;BYDAY=MO,WE\r
END:VEVENT\r
END:VCALENDAR\r
"""
    found = from_calendar(raw, "Europe/Berlin", TODAY).schedule
    assert [(p.day, p.start_min % DAY_MIN, p.length_min, p.mode) for p in found.periods] == [
        (0, 21 * 60, 600, ArmingMode.STAY),
        (2, 21 * 60, 600, ArmingMode.STAY),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no calendar",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE,DATE:20260105\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260105T200000Z\r\nDTEND:20260105T210000Z\r\n"
        b"RRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260105T200000Z\r\nDTEND:20260301T210000Z\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n",
    ],
)
def test_what_is_no_week_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(CalendarProblem) as raised:
        from_calendar(raw, "UTC", TODAY)
    assert str(raised.value).endswith(".") or "file" in str(raised.value)


NIGHTS = "SUMMARY:armed_Away DTSTART:20261124T180000 DTEND:20261125T070000 RRULE:FREQ=WEEKLY"


def test_what_names_no_mode_arms_nothing_and_is_told() -> None:
    raw = _calendar(
        NIGHTS,
        "SUMMARY:Staff_meeting DTSTART:20261124T180000 DTEND:20261124T190000",
        "SUMMARY:Birthday DTSTART;VALUE=DATE:20261126",
        "SUMMARY:Runaway_train DTSTART:20261125T180000 DTEND:20261125T190000",
        "SUMMARY:Tom_is_away DTSTART;VALUE=DATE:20261127",
    )
    found = from_calendar(raw, "UTC", TODAY)
    assert found.schedule == WeekSchedule((ArmedPeriod(DAY_MIN + 18 * 60, 13 * 60, ArmingMode.AWAY),))
    assert found.problems == (
        "“Tom is away” is a whole day and does not say armed. It was left out.",
        "“Staff meeting”, “Birthday” and 1 more name no arming mode (away, stay, night) and arm nothing.",
    )


def test_a_site_called_after_a_mode_does_not_change_it() -> None:
    raw = _calendar("SUMMARY:Stay_Inn:_armed_Night DTSTART:20261124T180000 DTEND:20261124T190000")
    ((exception),) = from_calendar(raw, "UTC", TODAY).schedule.exceptions
    assert exception.periods == ((18 * 60, 60, ArmingMode.NIGHT),)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("UNTIL=20261130T000000Z", "“armed Away” ends on Mon 30 Nov 2026 in the calendar; here it goes on."),
        ("COUNT=2", "“armed Away” ends on Mon 7 Dec 2026 in the calendar; here it goes on."),
    ],
)
def test_an_end_of_a_series_is_told(end: str, said: str) -> None:
    found = from_calendar(_calendar(f"{NIGHTS};{end}"), "UTC", TODAY)
    assert len(found.schedule.periods) == 1
    assert found.problems == (said,)


def test_a_series_that_is_over_is_left_out() -> None:
    over = NIGHTS.replace("20261124", "20250107").replace("20261125", "20250108")
    raw = _calendar(f"{over};UNTIL=20250301T000000Z", NIGHTS.replace("1124", "1126").replace("1125", "1127"))
    found = from_calendar(raw, "UTC", TODAY)
    assert [period.day for period in found.schedule.periods] == [3]
    assert found.problems == ("“armed Away” ended on Sat 1 Mar 2025. It was left out.",)


def test_a_date_left_out_of_a_long_entry_takes_all_of_its_days() -> None:
    weekend = (
        "SUMMARY:armed_Away DTSTART:20261120T200000 DTEND:20261123T070000 "
        "RRULE:FREQ=WEEKLY EXDATE:20261127T200000"
    )
    found = from_calendar(_calendar(weekend), "UTC", TODAY).schedule
    assert found.periods == (ArmedPeriod(4 * DAY_MIN + 20 * 60, 59 * 60, ArmingMode.AWAY),)
    assert found.exceptions == tuple(DayException(date(2026, 11, day)) for day in (27, 28, 29))


def test_an_entry_of_its_own_replaces_that_date_of_the_series() -> None:
    moved = (
        "UID:1 SUMMARY:armed_Away RECURRENCE-ID:20261201T180000 DTSTART:20261201T200000 DTEND:20261202T070000"
    )
    gone = "UID:1 SUMMARY:armed_Away RECURRENCE-ID:20261208T180000 STATUS:CANCELLED DTSTART:20261208T180000"
    found = from_calendar(_calendar(f"UID:1 {NIGHTS}", moved, gone), "UTC", TODAY).schedule
    assert found.exceptions == (
        DayException(date(2026, 12, 1), ((20 * 60, 11 * 60, ArmingMode.AWAY),)),
        DayException(date(2026, 12, 8)),
    )


def test_several_whole_days_are_each_a_date() -> None:
    raw = _calendar("SUMMARY:armed_Stay DTSTART;VALUE=DATE:20261224 DTEND;VALUE=DATE:20261227")
    found = from_calendar(raw, "UTC", TODAY).schedule
    assert found.exceptions == tuple(
        DayException(date(2026, 12, day), ((0, DAY_MIN, ArmingMode.STAY),)) for day in (24, 25, 26)
    )


@pytest.mark.parametrize(
    "entry",
    [
        "SUMMARY:away DTSTART:20261124T180000 DTSTART:20261125T180000 DTEND:20261125T190000",
        "SUMMARY:away DTSTART:20261124T180000 DTEND:20261124T190000 RRULE:FREQ=WEEKLY RRULE:FREQ=DAILY",
        "SUMMARY:away DTSTART:00010101T000000Z DTEND:00010101T190000Z",
        "SUMMARY:away DTSTART;VALUE=PERIOD:20261124T180000Z/PT5H",
        "SUMMARY:away DTSTART:20261399T180000 DTEND:x",
        "SUMMARY:away DTSTART:20261124T180000 DTEND:99991231T235959Z",
        "SUMMARY:Lunch DTSTART:20261124T120000 DTEND:20261124T130000",
    ],
)
def test_a_strange_entry_is_refused_alone_and_left_out_beside_a_good_one(entry: str) -> None:
    with pytest.raises(CalendarProblem):
        from_calendar(_calendar(entry), "America/Los_Angeles", TODAY)
    found = from_calendar(_calendar(entry, NIGHTS), "America/Los_Angeles", TODAY)
    assert len(found.schedule.periods) == 1
    assert len(found.problems) == 1


@given(
    st.lists(
        st.sampled_from(
            [
                "DTSTART:20261124T180000", "DTSTART;VALUE=DATE:20261124", "DTSTART;TZID=Nowhere/Else:20261124T180000",
                "DTSTART;TZID=America/New_York:20261124T180000", "DTSTART:00010101T000000Z", "DTSTART:99991231",
                "DTEND:20261125T070000", "DTEND;VALUE=DATE:20261126", "DTEND:99991231T235959Z", "DTEND:x",
                "DTEND;VALUE=PERIOD:20261124T180000Z/PT5H", "DURATION:PT10H", "DURATION:-P1D", "DURATION:P99999999W",
                "RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;COUNT=999999999", "RRULE:FREQ=WEEKLY;UNTIL=00010101",
                "RRULE:FREQ=WEEKLY;BYDAY=MO,FR", "RRULE:FREQ=WEEKLY;BYDAY=1MO,XX", "RRULE:COUNT=x", "RRULE:",
                "EXDATE:20261201T180000", "EXDATE;VALUE=DATE:20261201", "EXDATE:x", "EXDATE:99991231T235959Z",
                "EXDATE;VALUE=PERIOD:20261124T180000Z/PT5H", "RDATE:20261203T180000", "RECURRENCE-ID:20261201",
                "RECURRENCE-ID:00010101T000000Z", "SUMMARY:armed_Night", "SUMMARY:nothing_is_armed_anew",
                "SUMMARY:away", "STATUS:CANCELLED", "UID:1",
            ]
        ),
        max_size=8,
    ),
    st.sampled_from(["", "UTC", "America/Los_Angeles", "Pacific/Kiritimati"]),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_parts_is_read_or_told_beside_a_good_entry(parts: list[str], zone: str) -> None:
    found = from_calendar(_calendar(" ".join(parts), NIGHTS, f"UID:1 {NIGHTS}"), zone, TODAY)
    assert found.schedule.periods
    assert all(words.endswith(".") for words in found.problems)
