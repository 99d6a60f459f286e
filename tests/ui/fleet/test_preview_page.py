"""Before a run: every site is listed, exceptions come first, what is compared tells its age, and nothing is left hanging."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from chekt_console.domain.schedule import DayException, WeekSchedule
from chekt_console.domain.schedule_template import ScheduleTemplate
from chekt_console.errors import DiskFailed
from chekt_console.services.bulk_preview import Standing, preview
from chekt_console.ui.fleet.preview_list import broken
from chekt_console.ui.fleet.preview_page import PreviewPage
from chekt_console.ui.shared.theme import Theme
from tests.support.many_sites import OLD, Yard, week
from tests.support.shown import show
from tests.ui.fleet.fleet_world import make_row
from tests.ui.fleet.test_run_page import Desk
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

NEW = week(1080)
EVE = DayException(date(2026, 12, 24))


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    with Yard(tmp_path, 6) as made:
        made.server.put("1", WeekSchedule(OLD.periods, (EVE,)))
        made.read()
        yield made


@pytest.fixture
def page(qtbot: QtBot) -> PreviewPage:
    made = PreviewPage(Theme())
    qtbot.addWidget(made)
    QAbstractItemModelTester(made.list.sites, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.resize(360, 800)
    show(qtbot, made)
    return made


def _listed(page: PreviewPage) -> list[str]:
    model = page.list.sites
    return [model.index(row).data() for row in range(model.rowCount())]


def test_all_of_a_thousand_sites_are_listed_and_each_is_told_in_full(page: PreviewPage) -> None:
    rows = [make_row(number).site for number in range(1_000)]
    many = tuple(DayException(date(2027, 1, 1 + day)) for day in range(6))
    kept: Any = {
        site.site_id: _Cached(WeekSchedule(OLD.periods, many if site.site_id == "999" else ()))
        for site in rows
        if int(site.site_id) % 10
    }
    drafts = frozenset(site.site_id for site in rows if int(site.site_id) % 10 == 1)
    seen = preview(NEW, rows, kept, Standing(drafts=drafts), keeps_exceptions=False)
    page.show_preview("Office", seen, (), 1_000, keeps_exceptions=False)
    lines = _listed(page)
    assert len(lines) == 1_000
    assert sum(line.endswith("a draft is open here") for line in lines) == 100
    assert sum(line.endswith("its schedule could not be read") for line in lines) == 100
    last = next(row for row, line in enumerate(lines) if line.startswith("Site 999"))
    page.list.setCurrentIndex(page.list.sites.index(last))
    told = page.detail.text().split("\n")
    assert told[:6] == [f"{day} {n} Jan 2027: no exception any more" for n, day in enumerate(_DAYS, 1)]
    assert any(line.startswith("Mon: ") for line in told)
    assert "1 of them: exceptions too" in page.numbers.text()


_DAYS = ("Fri", "Sat", "Sun", "Mon", "Tue", "Wed")


class _Cached:
    def __init__(self, schedule: WeekSchedule) -> None:
        self.schedule, self.etag, self.problems, self.as_of = schedule, "e", (), None


def _look(desk: Desk, schedule: WeekSchedule) -> PreviewPage:
    template = ScheduleTemplate("t", "Office", schedule, desk.yard.bulk._now())
    desk.yard.local.templates.put_template(template)
    desk.pane.model.set_rows([make_row(int(site.site_id)) for site in desk.yard.sites])
    desk.pane.model.set_ticked([site.site_id for site in desk.yard.sites], True)
    desk.controller.start()
    desk.side.templates.apply_requested.emit(template)
    return desk.side.preview


def test_own_exceptions_stay_until_the_person_says_otherwise(qtbot: QtBot, yard: Yard) -> None:
    page = _look(Desk(qtbot, yard, SyncRunner()), NEW)
    assert page.keep.isChecked()
    assert not any("exception" in line for line in _listed(page))
    QTest.mouseClick(page.keep, Qt.MouseButton.LeftButton)
    assert any("Thu 24 Dec 2026: no exception any more" in line for line in _listed(page))
    assert "1 of them: exceptions too" in page.numbers.text()
    QTest.mouseClick(page.keep, Qt.MouseButton.LeftButton)
    page.canary.setChecked(False)
    QTest.mouseClick(page.apply, Qt.MouseButton.LeftButton)
    assert yard.server.at("1") == WeekSchedule(NEW.periods, (EVE,))


def test_nothing_is_applied_between_the_choice_and_what_it_changes(qtbot: QtBot, yard: Yard) -> None:
    runner = SyncRunner()
    desk = Desk(qtbot, yard, runner)
    page = _look(desk, NEW)
    assert page.apply.isEnabled()
    runner.is_held = True
    QTest.mouseClick(page.keep, Qt.MouseButton.LeftButton)
    assert not page.apply.isEnabled()
    runner.run_all()
    assert page.apply.isEnabled()
    QTest.mouseClick(page.keep, Qt.MouseButton.LeftButton)
    runner.waiting[0].failed(DiskFailed("The disk is full."))
    assert page.numbers.text() == "The disk is full."
    assert page.apply.isHidden()
    assert page.keep.isHidden()
    assert page.back.isVisible()


def test_a_reading_that_was_cancelled_is_said(qtbot: QtBot, yard: Yard) -> None:
    runner = SyncRunner(is_held=True)
    desk = Desk(qtbot, yard, runner)
    desk.controller.start()
    runner.run_all()
    page = _look(desk, NEW)
    job = next(job for job in runner.waiting if job.title == "Comparing schedules")
    assert page.numbers.text().startswith("Looking at 6 sites")
    job.cancel()
    assert page.numbers.text().startswith("The reading was cancelled")
    assert page.back.isVisible()


def test_the_age_of_what_is_compared_is_told(qtbot: QtBot, yard: Yard) -> None:
    page = _look(Desk(qtbot, yard, SyncRunner()), NEW)
    assert "Oldest copy here: " in page.numbers.text()
    # 2026-02-02 02:40 UTC is 03:40 in Rome.
    assert "Read Mon 2 Feb 03:40 site time" in page.detail.text()
    assert "02:40 UTC" in page.detail.text()


def test_a_row_tells_in_two_lines_what_was_and_what_comes(page: PreviewPage) -> None:
    words = "Mon to Sat: Away 20:00 to 08:00 next day becomes Away 18:00 to 06:00 next day; Sun: Away"
    metrics = page.list.fontMetrics()
    room = metrics.horizontalAdvance("Mon to Sat: Away 20:00 to 08:00 next day b")
    first, second = broken(metrics, words, room, 2)
    assert first == "Mon to Sat: Away 20:00 to 08:00 next day"
    assert second.startswith("becomes Away 18:00 to 06:00")
    assert broken(metrics, "matches already", room, 2) == ["matches already"]
    assert broken(metrics, words, room, 1)[0].endswith("…")


def test_a_row_that_changes_has_room_for_both_lines(qtbot: QtBot, yard: Yard) -> None:
    page = _look(Desk(qtbot, yard, SyncRunner()), NEW)
    line = page.list.fontMetrics().height()
    assert page.list.visualRect(page.list.sites.index(0)).height() >= 3 * line + 2 * 15 + 5 * 3
