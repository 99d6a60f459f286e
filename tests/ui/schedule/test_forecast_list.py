"""The next days as a person reads them in the list."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from pytestqt.qtbot import QtBot

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_forecast import forecast
from chekt_console.domain.schedule_words import PLAIN
from chekt_console.ui.schedule.forecast_list import ForecastList
from chekt_console.ui.shared.theme import Theme
from tests.ui.schedule.week_hand import away

ZONE = ZoneInfo("America/Los_Angeles")


def _said(qtbot: QtBot, schedule: WeekSchedule, first: date, days: int) -> str:
    shown = ForecastList(Theme())
    qtbot.addWidget(shown)
    shown.show_lines(forecast(schedule, ZONE, first, days), PLAIN, "Nothing.")
    return shown.accessibleDescription()


def test_a_day_closed_all_day_says_so_between_the_nights(qtbot: QtBot) -> None:
    closed = DayException(date(2026, 3, 17), ((0, DAY_MIN, ArmingMode.AWAY),))
    nights = WeekSchedule(tuple(away(day, 18, 13) for day in range(5)), (closed,))
    assert _said(qtbot, nights, date(2026, 3, 16), 3) == (
        "Mon 16 Mar Away 18:00 → 00:00; Tue 17 Mar Away all day exception; "
        "Wed 18 Mar Away 18:00 → 07:00 next day"
    )


def test_an_end_at_the_second_midnight_names_its_day(qtbot: QtBot) -> None:
    weekend = WeekSchedule((ArmedPeriod(5 * DAY_MIN, 2 * DAY_MIN, ArmingMode.AWAY),))
    assert _said(qtbot, weekend, date(2026, 3, 16), 7) == "Sat 21 Mar Away 00:00 → Mon 00:00"
