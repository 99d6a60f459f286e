"""The selected period in numbers, and the checks that lead to their place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_words import WordStyle
from chekt_console.ui.schedule.period_panel import PeriodPanel
from chekt_console.ui.schedule.value_field import ValueField
from chekt_console.ui.shared.theme import Theme
from tests.ui.schedule.week_hand import at, away

NIGHT = away(1, 18, 13)


@pytest.fixture
def panel(qtbot: QtBot) -> PeriodPanel:
    made = PeriodPanel(Theme())
    qtbot.addWidget(made)
    made.resize(300, 700)
    made.show()
    made.show_period(NIGHT)
    return made


def wishes(panel: PeriodPanel) -> list[ArmedPeriod]:
    seen: list[ArmedPeriod] = []
    panel.period_edited.connect(lambda _old, new: seen.append(new))
    return seen


def type_into(field: ValueField, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_arrow_keys_step_to_the_next_quarter(panel: PeriodPanel) -> None:
    panel.show_period(ArmedPeriod(at(1, 18) + 7, 60, ArmingMode.AWAY))
    seen = wishes(panel)
    QTest.keyClick(panel.arm_at, Qt.Key.Key_Up)
    QTest.keyClick(panel.arm_at, Qt.Key.Key_Down)
    QTest.keyClick(panel.arm_at, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [period.start_min for period in seen] == [at(1, 18.25), at(1, 18), at(1, 18) + 1]


def test_it_shows_the_period(panel: PeriodPanel) -> None:
    seen = wishes(panel)
    panel.show_period(away(4, 20, 59))
    assert panel.day.currentText() == "Friday"
    assert panel.arm_at.text() == "20:00"
    assert panel.disarm_at.text() == "07:00"
    assert panel.end_day.text() == "Mon, 3 days later"
    assert panel.length.text() == "59 h"
    assert seen == []  # showing is no wish


def test_typed_numbers_become_periods(panel: PeriodPanel) -> None:
    seen = wishes(panel)
    panel.day.setCurrentIndex(3)
    panel.day.activated.emit(3)
    type_into(panel.arm_at, "19:07")
    type_into(panel.disarm_at, "6.30")
    type_into(panel.disarm_at, "10 pm")
    type_into(panel.disarm_at, "soon")
    panel.mode.chips[ArmingMode.STAY].click()
    assert seen == [
        away(3, 18, 13),
        ArmedPeriod(at(1, 19) + 7, 11 * 60 + 53, ArmingMode.AWAY),
        away(1, 18, 12.5),
        away(1, 18, 4),  # the same evening: no longer the next day
        ArmedPeriod(at(1, 18), 13 * 60, ArmingMode.STAY),
    ]


def test_a_length_is_typed_as_people_write_it(panel: PeriodPanel) -> None:
    seen = wishes(panel)
    for text in ("13:30", "90 min", "2 h 15 min", "26"):
        type_into(panel.length, text)
    assert [period.length_min for period in seen] == [810, 90, 135, 26 * 60]


def test_a_check_leads_to_its_place(panel: PeriodPanel, qtbot: QtBot) -> None:
    panel.show_schedule(WeekSchedule(tuple(away(day, 18 if day < 4 else 20, 13) for day in range(5))))
    panel.show_server_line("Server copy unchanged since 20:51")
    line = next(line for line in panel.check_lines if line.finding.sentence.startswith("Fri 20:00 differs"))
    with qtbot.waitSignal(panel.place_chosen, timeout=1000) as place:
        line.click()
    assert place.args == [at(4, 20), 13 * 60]
    assert panel.check_lines[-1].text() == "Server copy unchanged since 20:51"
    assert panel.armed_hours.text().startswith("65 h of 168 h armed a week")


def test_without_a_period_it_says_how_to_make_one(panel: PeriodPanel) -> None:
    panel.show_period(None)
    assert panel.nothing.isVisible()
    assert not panel.arm_at.isVisible()


def test_sunday_first_and_twelve_hours(panel: PeriodPanel) -> None:
    panel.set_style_words(WordStyle(6, True))
    panel.show_period(NIGHT)
    assert panel.day.itemText(0) == "Sunday"
    assert panel.day.currentText() == "Tuesday"
    assert panel.arm_at.text() == "6:00 PM"
