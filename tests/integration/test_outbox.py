"""A schedule saved while nobody answers waits on disk over the end of the program, and is sent by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication

from chekt_console.domain.outbox import EntryState
from chekt_console.ui.schedule.schedule_state_words import Standing
from tests.support.console import START_MS, RunningConsole
from tests.ui.schedule.week_hand import WeekHand

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def test_a_schedule_saved_offline_is_sent_when_the_server_answers(qtbot: QtBot, tmp_path: Path) -> None:
    first = RunningConsole(qtbot, tmp_path / "data", size=(1280, 720))
    try:
        site_id = _save_while_offline(qtbot, first)
    finally:
        first.close()
    again = RunningConsole(qtbot, tmp_path / "data")
    try:
        again.wait_filled()
        session = again.session
        again.wait(lambda: session.outbox and session.outbox.queue.entries, START_MS)
        outbox = session.outbox
        assert outbox is not None
        again.wait(lambda: outbox.queue.entries[-1].state is EntryState.DONE, START_MS)
        entry = outbox.queue.entries[-1]
        site = next(site for site in session.sites.cached().sites if site.site_id == site_id)
        assert again.schedule.schedules.read(site).schedule == entry.change.wish
        assert again.schedule.schedules.draft(site_id) is None
        again.wait(lambda: again.console.window.status.outbox.text() == "")
    finally:
        again.close()


def _save_while_offline(qtbot: QtBot, running: RunningConsole) -> str:
    running.wait_filled()
    site = running.site()
    running.console.selection.select_site(site)
    running.console.window.show_perspective("schedule")
    controller = running.schedule.schedule_controller
    running.wait(lambda: controller.work and controller.work.base and controller.work.is_fresh)
    running.wait(lambda: running.session.outbox is not None, START_MS)
    work = controller.work
    assert work is not None
    hand = WeekHand(running.schedule.schedule_pane.grid)
    end_row, end_min = divmod(work.current.periods[0].end_min % 10_080, 1440)
    hand.click(end_row, end_min / 60 - 1)
    hand.drag((end_row, end_min / 60 - 0.01), (end_row, end_min / 60 + 1))
    simulator = running.console.simulator
    assert simulator is not None
    simulator.stop()
    controller.save_now()
    status = running.console.window.status
    running.wait(lambda: status.outbox.text() == "1 change waiting", START_MS)  # by itself
    running.wait(lambda: work.standing is Standing.WAITING)
    notices = running.console.notices.notices()
    assert any("waits on this computer" in one.text and one.action == "Show" for one in notices)
    QGuiApplication.processEvents()
    qtbot.mouseClick(status.outbox, Qt.MouseButton.LeftButton)
    outbox = running.session.outbox
    assert outbox is not None
    dialog = outbox.dialog
    assert dialog is not None
    assert dialog.isVisible()
    row = dialog.list.topLevelItem(0)
    assert row is not None
    assert site.name in row.text(0)
    assert "by itself" in dialog.detail.text()
    assert dialog.discard.isEnabled()
    _copy_for_support(running)
    return site.site_id


def _copy_for_support(running: RunningConsole) -> None:
    """By the menu; kind of connection and system, and nothing that tells whose they are or opens anything."""
    address = running.address
    actions = running.console.window.window_menu.menu.findChildren(QAction)
    actions += running.console.window.findChildren(QAction)
    next(action for action in actions if action.text() == "Copy for support").trigger()
    text = QGuiApplication.clipboard().text()
    assert "CHeKT Console" in text
    assert "Connection: simulator" in text
    for hidden in (address.api_key, address.control_token, address.dealer_id, running.site().name):
        assert hidden not in text
