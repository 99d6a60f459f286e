"""An alarm has one shape wherever it stands, and a trouble another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from tests.ui.queue.test_queue_pane import QueueWorld, alarm
from tests.ui.sites.test_sites_pane import World as SitesWorld

if TYPE_CHECKING:
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QAbstractItemView
    from pytestqt.qtbot import QtBot


def _widths(view: QAbstractItemView, row: int, color: QColor, left: int, width: int) -> list[int]:
    """How wide the mark of a row is on each line that it stands on, from above."""
    rect = view.visualRect(view.model().index(row, 0))
    image = view.viewport().grab(QRect(left, rect.top(), width, rect.height())).toImage()

    def is_mark(x: int, y: int) -> bool:
        seen = image.pixelColor(x, y)
        return max(abs(seen.red() - color.red()), abs(seen.green() - color.green())) < 12

    counts = [sum(is_mark(x, y) for x in range(image.width())) for y in range(image.height())]
    return [count for count in counts if count]


def _is_bar(widths: list[int]) -> bool:
    return len(widths) > 4 and max(widths) - min(widths[1:-1]) <= 1 and max(widths) <= 6


def test_an_alarm_is_a_bar_in_the_queue_taller_the_worse(qtbot: QtBot) -> None:
    world = QueueWorld(alarm("old", 40, "tamper"), alarm("panic", 0.1, "panic", "2"))
    qtbot.addWidget(world.pane)
    world.pane.resize(312, 400)
    world.pane.show()
    rows = [_widths(world.pane.list, row, world.theme.colors.alarm, 0, 30) for row in range(2)]
    assert world.rows == ["panic", "old"]
    assert all(_is_bar(widths) for widths in rows)
    assert len(rows[0]) > len(rows[1])


def test_an_alarm_is_a_bar_and_a_trouble_a_triangle_at_a_site(qtbot: QtBot) -> None:
    world = SitesWorld(qtbot)
    world.events.alarms, world.events.troubles = {"2": 1}, {"1": 1}
    world.controller.start()
    world.pane.show()
    colors = world.theme.colors
    assert _is_bar(_widths(world.pane.list, 0, colors.alarm, 0, 30))
    triangle = _widths(world.pane.list, 1, colors.trouble, 0, 30)
    assert triangle == sorted(triangle)
    assert triangle[-1] >= triangle[0] + 6
