"""Hypothesis strategies and a slow, obviously right picture of a week: one mode per minute."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import WEEK_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import put

MODES = st.sampled_from([ArmingMode.AWAY, ArmingMode.STAY, ArmingMode.NIGHT])
# Round minutes make touching ends and midnights common; odd ones are there too.
MINUTES = st.one_of(st.integers(0, 167).map(lambda hour: hour * 60), st.integers(0, WEEK_MIN - 1))
LENGTHS = st.one_of(st.integers(1, 168).map(lambda hour: hour * 60), st.integers(1, WEEK_MIN))
PERIODS = st.builds(ArmedPeriod, MINUTES, LENGTHS, MODES)
EXCEPTIONS = st.builds(
    DayException,
    st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440), MODES), max_size=2).map(tuple),
)


@st.composite
def schedules(draw: st.DrawFn) -> WeekSchedule:
    """Valid schedules, seams between touching periods included."""
    schedule = WeekSchedule()
    for period in draw(st.lists(PERIODS, max_size=7)):
        schedule = put(schedule, period)
    return WeekSchedule(schedule.periods, tuple(draw(st.lists(EXCEPTIONS, max_size=2))))


def minutes(schedule: WeekSchedule) -> list[ArmingMode]:
    week = [ArmingMode.DISARMED] * WEEK_MIN
    for period in schedule.periods:
        for minute in range(period.start_min, period.end_min):
            week[minute % WEEK_MIN] = period.mode
    return week
