"""A schedule understood on the simulator: bars, a draft replayed, an event opened in Review, a suggestion taken and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.ui.schedule.schedule_dialogs import SaveDialog
from tests.support.console import RunningConsole

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def test_a_draft_is_understood_before_it_is_saved(qtbot: QtBot, tmp_path: Path) -> None:
    running = RunningConsole(qtbot, tmp_path)
    try:
        running.wait_filled()
        window = running.console.window
        selection = running.console.selection
        selection.select_site(running.site())
        window.show_perspective("schedule")
        panes = running.schedule
        understanding, grid = panes.understanding, panes.schedule_pane.grid
        running.wait(lambda: understanding.history is not None)
        assert grid.bars is not None
        assert grid.bars.most > 0
        panel = understanding.what_if
        running.wait(lambda: panel.cards[0].figure.text())
        assert "Change the week" in panel.sum.text()
        assert panel.model.rowCount() == 0

        panes.schedule_pane.below.show_tab(panel)
        work = panes.schedule_controller.work
        assert work is not None
        saved = work.current
        grid.edit(WeekSchedule(saved.periods[:2]), "Fewer")
        running.wait(lambda: panel.model.rowCount() > 0)
        assert "no longer while armed" in panel.split.text()
        panes.schedule_controller.save_now(confirm=True)
        review = panes.schedule_controller.saver.dialog
        assert isinstance(review, SaveDialog)
        armed = panel.cards[0]
        told = f"{armed.figure.text()} {armed.words.text()}"
        running.wait(lambda: told in review.what_if.text())
        panes.schedule_pane.below.tabs.setCurrentIndex(0)
        qtbot.mouseClick(review.show_alarms, Qt.MouseButton.LeftButton)
        assert panel.isVisible()
        assert work.has_draft
        panel.table.selectRow(0)
        event = panel.model.event_at(0)
        assert event is not None
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
        assert selection.selected_event == event
        assert window.current_perspective == "review"

        # The site's false alarms lead back into it.
        panes.schedule_pane.below.tabs.setCurrentIndex(0)
        queue = running.session.queue
        assert queue is not None
        queue.false_alarms.open()
        false_alarms = queue.false_alarms.dialog
        assert false_alarms is not None
        running.wait(lambda: queue.false_alarms.is_counted)
        tree = false_alarms.tree
        rows = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
        tree.setCurrentItem(
            next(row for row in rows if row is not None and running.site().name in row.text(0))
        )
        qtbot.mouseClick(false_alarms.schedule, Qt.MouseButton.LeftButton)
        running.wait(lambda: window.current_perspective == "schedule" and panel.isVisible())

        running.wait(lambda: understanding.reality.strip.matched)
        strip = understanding.reality.strip
        panes.schedule_pane.below.tabs.setCurrentIndex(2)
        running.wait(strip.isVisible)
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.place_of(0).center().toPoint())
        planned = strip.matched[0].planned.instant_ms
        assert selection.span is not None
        assert selection.span[0] < planned < selection.span[1]

        panes.schedule_pane.below.tabs.setCurrentIndex(3)
        suggest = understanding.suggest
        running.wait(suggest.use.isVisible)
        draft, steps = work.current, len(work.undo_steps)
        qtbot.mouseClick(suggest.use, Qt.MouseButton.LeftButton)
        assert work.current != draft
        assert len(work.undo_steps) == steps + 1
        panes.schedule_controller.undo()
        assert work.current == draft

        button = panel.spans.button(90)
        panes.schedule_pane.below.show_tab(panel)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        running.wait(lambda: understanding.history is not None and understanding.history.days == 90, 40_000)
        running.wait(lambda: "90 days" in panel.sum.text())
    finally:
        running.close()
