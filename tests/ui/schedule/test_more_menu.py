"""A schedule in words, at another site, in a file and on paper: what leaves comes back, and a bad file changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtGui import QGuiApplication

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.ui.schedule.period_panel import PeriodPanel
from chekt_console.ui.schedule.schedule_controller import ScheduleController
from chekt_console.ui.schedule.schedule_more_menu import ScheduleMoreMenu
from chekt_console.ui.schedule.schedule_pane import SchedulePane
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.ui.schedule.schedule_world import HARBOR, NOW_MS, PHARMACY, Board, FakeRunner, FakeSchedules
from tests.ui.schedule.week_hand import away

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from chekt_console.background.runner import Runner

WEEK = WeekSchedule((away(0, 18, 13), away(4, 20, 59)))


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        self.selection, self.board = Selection(), Board()
        pane, panel = SchedulePane(self.selection, Theme(), now_ms=lambda: NOW_MS), PeriodPanel(Theme())
        qtbot.addWidget(pane)
        qtbot.addWidget(panel)
        schedules = FakeSchedules()
        schedules.put(HARBOR, WEEK)
        schedules.put(PHARMACY, WeekSchedule())
        runner = cast("Runner", FakeRunner())
        self.controller = ScheduleController(pane, panel, self.selection, runner, schedules, self.board)
        self.more = ScheduleMoreMenu(pane, self.controller, self.board)
        self.selection.select_site(HARBOR)

    @property
    def current(self) -> WeekSchedule:
        assert self.controller.work is not None
        return self.controller.work.current


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_words_and_a_week_for_another_site(desk: Desk) -> None:
    desk.more.copy_words.trigger()
    assert (
        QGuiApplication.clipboard().text().startswith("Harbor Point Warehouse\nMon armed Away 18:00 to 07:00")
    )
    desk.more.copy_week.trigger()
    desk.selection.select_site(PHARMACY)
    desk.more.paste_week.trigger()
    assert is_same(desk.current, WEEK)
    desk.controller.undo()
    assert not desk.current.periods
    QGuiApplication.clipboard().setText("milk, bread")
    desk.more.paste_week.trigger()
    assert "no week to paste" in desk.board.texts["schedule.more"]
    assert not desk.current.periods
    for text in ("Monday,18:00\rTuesday,1", "x" * 200_000):
        desk.board.texts.clear()
        QGuiApplication.clipboard().setText(text)
        desk.more.paste_week.trigger()
        assert "no week to paste" in desk.board.texts["schedule.more"]


@pytest.mark.parametrize("ending", ["json", "ics", "csv"])
def test_what_was_exported_comes_back_at_another_site(desk: Desk, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"week.{ending}"
    desk.more.export_file(path)
    assert desk.board.texts["schedule.more"].startswith("Written to week.")
    desk.selection.select_site(PHARMACY)
    desk.more.import_file(path)
    assert "nothing is saved yet" in desk.board.texts["schedule.more"]
    assert is_same(desk.current, WEEK)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{"),
        ("a.json", json.dumps([1]).encode()),
        ("a.json", json.dumps({"schedule": {"monday": 7}}).encode()),
        ("a.csv", b"Mon,25:00,1:00,,away"),
        ("a.ics", b"BEGIN:VCALENDAR"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.csv", b"x" * 200_000),
        (
            "a.ics",
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:away\r\nDTSTART:20261124T180000\r\nDTSTART:20261125T180000\r\n"
            b"END:VEVENT\r\nEND:VCALENDAR\r\n",
        ),
    ],
)
def test_a_bad_file_is_said_and_changes_nothing(
    desk: Desk, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    desk.more.import_file(path)
    assert desk.board.texts["schedule.more"].startswith("a.")
    assert desk.current == WEEK
    desk.more.import_file(tmp_path / "gone.csv")
    assert "cannot be read" in desk.board.texts["schedule.more"]


def test_what_of_a_calendar_arms_nothing_is_told(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    desk.more.export_file(path)
    meeting = (
        b"BEGIN:VEVENT\r\nSUMMARY:Staff meeting\r\nDTSTART:20260310T180000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
    )
    path.write_bytes(path.read_bytes().replace(b"BEGIN:VEVENT\r\n", meeting + b"BEGIN:VEVENT\r\n", 1))
    desk.selection.select_site(PHARMACY)
    desk.more.import_file(path)
    assert is_same(desk.current, WEEK)
    assert desk.board.texts["schedule.more"].endswith(
        "“Staff meeting” names no arming mode (away, stay, night) and arms nothing."
    )


def test_a_page_for_the_wall(desk: Desk, tmp_path: Path) -> None:
    desk.more.pdf_file(tmp_path / "week.pdf")
    assert (tmp_path / "week.pdf").read_bytes().startswith(b"%PDF")
    desk.more.pdf_file(tmp_path / "nowhere" / "week.pdf")
    assert "could not be written" in desk.board.texts["schedule.more"]
