"""Head of the schedule pane: what is shown and how fresh, undo and redo, the mode to paint, and saving."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_NAMES
from chekt_console.ui.schedule.mode_chips import ModeChips
from chekt_console.ui.shared.elided_label import ElidedLabel
from chekt_console.ui.shared.key_caps import key_text
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QResizeEvent

    from chekt_console.domain.schedule_words import WordStyle
    from chekt_console.ui.shared.theme import Theme

BRUSHES = {
    ArmingMode.AWAY: "1",
    ArmingMode.STAY: "2",
    ArmingMode.NIGHT: "3",
    ArmingMode.DISARMED: "0",
}
_WIDE_PX = 880  # narrower, the state's words need the room
_SHORT_PX = 800  # narrower still, the names give way to it as well
_TINY_PX = 680  # and the title, which the switch of perspectives says too


class ScheduleHeader(QWidget):
    """Two rows; tells what the person asks for and does nothing itself."""

    undo_requested = Signal()
    redo_requested = Signal()
    brush_chosen = Signal(object)  # ArmingMode
    copy_day_requested = Signal(int, object)  # from day, tuple of days
    clear_requested = Signal()
    revert_requested = Signal()
    save_requested = Signal()

    def __init__(self, theme: Theme, style: WordStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel("Arming schedule", self)
        set_role(self.title, "heading")
        self.state = ElidedLabel(self)
        set_role(self.state, "small")
        self.site_line = ElidedLabel(self)
        set_role(self.site_line, "small")
        self.undo = _button("↶", "Undo", "Ctrl+Z", lambda: self.undo_requested.emit(), self)
        self.redo = _button("↷", "Redo", "Ctrl+Y", lambda: self.redo_requested.emit(), self)
        self.brush = ModeChips(theme, BRUSHES, "Mode to paint", self)
        self.brush.mode_chosen.connect(self.brush_chosen)
        self.brush.show_mode(ArmingMode.AWAY)
        self.save = QPushButton("Review and save…", self)
        set_role(self.save, "primary")
        self.save.setToolTip(f"See the change in words, then save it ({key_text('Ctrl+S')})")
        self.save.clicked.connect(lambda: self.save_requested.emit())
        self.copy_day = QPushButton("Copy a day\u2003", self)
        self.copy_day.setToolTip("Let other days begin what one day begins")
        self.copy_day.setMenu(self._copy_menu(style))
        self.clear = QPushButton("Clear", self)
        self.clear.setToolTip("Take every period off the week; undo brings them back")
        self.clear.clicked.connect(lambda: self.clear_requested.emit())
        self.revert = QPushButton("Revert", self)
        self.revert.setToolTip("Drop the draft and go back to what the server has; undo brings it back")
        self.revert.clicked.connect(lambda: self.revert_requested.emit())
        self.more = QPushButton("More\u2003", self)
        self.more.setToolTip("Copy in words, paste between sites, import, export, print")
        for quiet in (self.copy_day, self.clear, self.revert, self.more):
            set_role(quiet, "quiet")
        self._lay_out()
        self.set_tools(can_edit=False, can_undo=False, can_redo=False, can_save=False)

    def set_tools(
        self,
        *,
        can_edit: bool,
        can_undo: bool,
        can_redo: bool,
        can_save: bool,
        undo: str = "",
        redo: str = "",
    ) -> None:
        """`undo` and `redo` name what would be undone and done again."""
        self.undo.setEnabled(can_edit and can_undo)
        self.redo.setEnabled(can_edit and can_redo)
        self.undo.setToolTip(f"Undo {_in_line(undo)} ({key_text('Ctrl+Z')})".replace("  ", " "))
        self.redo.setToolTip(f"Redo {_in_line(redo)} ({key_text('Ctrl+Y')})".replace("  ", " "))
        for tool in (self.brush, self.copy_day, self.clear):
            tool.setEnabled(can_edit)
        self.revert.setEnabled(can_edit and can_save)
        self.save.setEnabled(can_save)

    def _lay_out(self) -> None:
        top = QWidget(self)
        set_role(top, "header")
        top.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(top)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self.title)
        row.addWidget(self.state, 1)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        paint = QFrame(top)
        set_role(paint, "card")
        paint_row = QHBoxLayout(paint)
        paint_row.setContentsMargins(10, 1, 6, 1)
        paint_row.setSpacing(8)
        self._paint_word = QLabel("Paint", paint)
        paint_row.addWidget(self._paint_word)
        paint_row.addWidget(self.brush)
        row.addWidget(paint)
        row.addWidget(self.save)
        below = QHBoxLayout()
        below.setContentsMargins(12, 3, 12, 0)
        below.setSpacing(2)
        below.addWidget(self.site_line, 1)
        for tool in (self.copy_day, self.clear, self.revert, self.more):
            below.addWidget(tool)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addLayout(below)

    def _copy_menu(self, style: WordStyle) -> QMenu:
        menu = QMenu(self)
        for day in style.days():
            of_day = menu.addMenu(f"{DAY_NAMES[day]} to")
            targets: list[tuple[str, Iterable[int]]] = [
                ("Weekdays", range(5)),
                ("Saturday and Sunday", (5, 6)),
                ("Every day", range(7)),
            ]
            targets += [(DAY_NAMES[other], (other,)) for other in style.days() if other != day]
            for name, days in targets:
                of_day.addAction(name, partial(self._on_copy_chosen, day, tuple(days)))
        return menu

    def _on_copy_chosen(self, day: int, days: tuple[int, ...]) -> None:
        self.copy_day_requested.emit(day, days)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._paint_word.setVisible(self.width() >= _WIDE_PX)
        is_short = self.width() < _SHORT_PX
        self.title.setVisible(self.width() >= _TINY_PX)
        self.title.setText("Schedule" if is_short else "Arming schedule")
        self.save.setText("Save…" if is_short else "Review and save…")
        super().resizeEvent(event)


def _in_line(step: str) -> str:
    """A step's name inside a sentence; names of sites and files in it stay as they are."""
    return step[:1].lower() + step[1:]


def _button(text: str, name: str, shortcut: str, act: Callable[[], None], parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAccessibleName(name)
    button.setToolTip(f"{name} ({key_text(shortcut)})")
    button.setFixedWidth(38)
    button.clicked.connect(lambda: act())
    return button
