"""Tab goes through the window as it is seen, however late its panes were made, and shows where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QListWidget, QVBoxLayout, QWidget

from chekt_console.settings import Settings
from chekt_console.ui.main_window import MainWindow
from chekt_console.ui.shared.notices import Notices
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.tab_order import tab_stops
from chekt_console.ui.shared.theme import Theme
from tests.support.shown import show_active

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def _pane(name: str) -> QWidget:
    """A list below two fields, made from the end to the start."""
    pane = QWidget()
    rows, right, left = QListWidget(pane), QLineEdit(pane), QLineEdit(pane)
    for widget, part in ((rows, "rows"), (right, "right"), (left, "left")):
        widget.setAccessibleName(f"{name} {part}")
    rows.addItem("one")
    head = QHBoxLayout()
    head.addWidget(left)
    head.addWidget(right)
    column = QVBoxLayout(pane)
    column.addLayout(head)
    column.addWidget(rows, 1)
    return pane


def test_tab_goes_as_the_window_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    notices = Notices()
    window = MainWindow(Theme(), Selection(), Settings(tmp_path / "settings.json"), notices)
    qtbot.addWidget(window)
    window.add_perspective("one", "One", "Ctrl+1", _pane("centre"), _pane("side"), _pane("foot"))
    window.set_left(_pane("sites"), _pane("devices"))
    show_active(qtbot, window)
    qtbot.waitUntil(lambda: len(tab_stops(window)) > 15)

    wanted = [
        f"{pane} {part}"
        for pane in ("sites", "devices", "centre", "foot", "side")
        for part in ("left", "right", "rows")
    ]
    stops = tab_stops(window)
    names = [one.accessibleName() for one in stops]
    first = names.index(wanted[0])
    assert names[first : first + len(wanted)] == wanted
    assert {window.perspective_switch.button("one"), window.goto_box, window.menu_button} <= set(
        stops[:first]
    )
    assert stops[-1] is window.status.jobs

    stops[first].setFocus()
    for name in wanted[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        assert now.accessibleName() == name
        # A field has a line of its own; a list is given one.
        assert window.focus_ring.around is (now if name.endswith("rows") else None)
    for name in reversed(wanted[:-1]):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
        now = QApplication.focusWidget()
        assert now is not None
        assert now.accessibleName() == name
    window.goto_box.setFocus()
    assert window.focus_ring.around is None
