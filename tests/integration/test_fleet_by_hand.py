"""The fleet in the whole program: a template made, applied to ticked sites with one first, undone, and cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from chekt_console.domain.bulk_run import RunState, SiteStep
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_json import from_key_concepts
from chekt_console.ui.fleet.fleet_columns import CHECK, SITE
from chekt_console.ui.fleet.template_dialog import TemplateDialog
from chekt_console.ui.shared.confirm import ConfirmDialog
from tests.support.console import RunningConsole
from tests.support.shown import show_active

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from chekt_console.session_fleet import FleetParts

pytestmark = pytest.mark.slow


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data", (1440, 900))
    yield running
    running.close()


def _fleet(running: RunningConsole) -> FleetParts:
    fleet = running.session.fleet
    assert fleet is not None
    return fleet


def _click(widget: QWidget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def _click_row(fleet: FleetParts, row: int, column: int) -> None:
    place = fleet.pane.table.visualRect(fleet.pane.model.index(row, column)).center()
    QTest.mouseClick(fleet.pane.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _in_dialog(kind: type[QWidget], act: Callable[[QWidget], None]) -> None:
    """Acts in the dialog that the next click opens."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)


def _name_it(dialog: QWidget) -> None:
    assert isinstance(dialog, TemplateDialog)
    QTest.keyClicks(dialog.name_field, "Shop hours")
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)


def _say_yes(dialog: QWidget) -> None:
    assert isinstance(dialog, ConfirmDialog)
    QTest.mouseClick(dialog.action, Qt.MouseButton.LeftButton)


def test_a_template_is_applied_one_site_first_and_undone(running: RunningConsole, qtbot: QtBot) -> None:
    running.wait_filled()
    running.wait(lambda: running.session.fleet is not None, 60_000)
    fleet = _fleet(running)
    before_coming = sorted(running.session.sites.cached().sites, key=lambda site: site.name)[3]
    running.console.selection.select_site(before_coming)
    show_active(qtbot, running.console.window)
    QTest.keyClick(running.console.window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    running.wait(lambda: running.console.window.current_perspective == "fleet")
    model, side, bulk = fleet.pane.model, fleet.side, fleet.runs
    running.wait(lambda: len(model.shown) > 12 and all(row.schedule for row in model.shown[:12]), 60_000)
    running.wait(lambda: all(row.online is not None for row in model.shown[:12]), 60_000)
    # Coming here chooses no other site: the arming buttons above would act on it.
    chosen = running.console.selection.site
    assert chosen is not None
    assert model.shown[fleet.pane.table.currentIndex().row()].site.site_id == chosen.site_id
    assert chosen.site_id == before_coming.site_id
    _click_row(fleet, 0, SITE)
    source = model.shown[0]
    running.wait(side.templates.new.isEnabled)
    _in_dialog(TemplateDialog, _name_it)
    _click(side.templates.new)
    running.wait(lambda: side.templates.current is not None)
    assert source.schedule is not None
    for row in range(1, 7):
        _click_row(fleet, row, CHECK)
    before = {row.site.site_id: row.schedule for row in model.shown[1:7]}
    _click(side.templates.apply)
    running.wait(side.preview.apply.isVisible)
    assert side.preview.canary.isChecked()
    _click(side.preview.apply)
    running.wait(lambda: side.run.go_on.isVisible())
    run = bulk.run
    assert run is not None
    assert run.state is RunState.CANARY
    assert run.count(SiteStep.WRITTEN) == 1
    _click(side.run.go_on)
    running.wait(lambda: bulk.run is not None and bulk.run.state is RunState.DONE, 60_000)
    run = bulk.run
    assert run is not None
    written = [site.site_id for site in run.sites if site.step is SiteStep.WRITTEN]
    assert len(written) >= 2
    running.wait(lambda: all(model.find(one).template == "Shop hours" for one in written))  # type: ignore[union-attr]
    _in_dialog(ConfirmDialog, _say_yes)
    _click(side.run.undo)
    running.wait(lambda: bulk.run is not None and bulk.run.state is RunState.UNDONE, 60_000)
    for site_id in written:
        there = running.session.client.schedules.read(site_id)
        was = before[site_id]
        assert there is not None
        assert was is not None
        assert is_same(from_key_concepts(there.body).schedule, was)
