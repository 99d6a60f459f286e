"""Somebody else changed the same fields as a change that waits: for each the person chooses whose goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.domain.record_change import Clash

_HEAD = ("", "It was", "Yours", "On the server now")
_MOST_LETTERS = 60
_WIDTH, _HIGHEST = 760, 620
_ROOM_PX = 24  # a value that needs a second line


class ChoiceDialog(QDialog):
    """Nothing is preset."""

    mine_chosen = Signal(object)  # frozenset[tuple[str, str]]: row id and field of what goes over theirs

    def __init__(self, words: str, clashes: Iterable[Clash], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Changed by somebody else")
        self.setMinimumWidth(640)
        title = _text(f"{words}: somebody else changed the same", self, "heading")
        intro = _text(
            "Choose for each whose is right. What only you changed goes on as it is; what only the other changed stays.",
            self,
            "muted",
        )
        self.rows: dict[tuple[str, str], tuple[QRadioButton, QRadioButton]] = {}
        self._groups: list[QButtonGroup] = []
        table = QWidget(self)
        grid = QGridLayout(table)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(10)
        for place, head in enumerate(_HEAD):
            grid.addWidget(_text(head, table, "small"), 0, place)
            grid.setColumnStretch(place, 1)
        for number, clash in enumerate(clashes, start=1):
            mine = self._choice(clash.mine, f"{clash.what}: yours, {clash.mine}", table)
            theirs = self._choice(clash.theirs, f"{clash.what}: on the server, {clash.theirs}", table)
            group = QButtonGroup(self)
            group.addButton(mine)
            group.addButton(theirs)
            self._groups.append(group)
            self.rows[clash.row_id, clash.field] = mine, theirs
            grid.addWidget(_text(clash.what, table, "strong"), number, 0)
            grid.addWidget(_text(clash.base, table, "muted"), number, 1)
            grid.addWidget(mine, number, 2)
            grid.addWidget(theirs, number, 3)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(table)
        self.all_mine = QPushButton("All mine", self)
        self.all_theirs = QPushButton("All theirs", self)
        self.all_mine.clicked.connect(lambda: self._choose_all(0))
        self.all_theirs.clicked.connect(lambda: self._choose_all(1))
        self.cancel = QPushButton("Later", self)
        self.cancel.setToolTip("The change keeps waiting, and what was changed after it")
        self.cancel.clicked.connect(self.reject)
        self.go = QPushButton("Go on with these", self)
        set_role(self.go, "primary")
        self.go.clicked.connect(self._on_go)
        for button in (self.all_mine, self.all_theirs, self.cancel):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.all_mine)
        row.addWidget(self.all_theirs)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(title)
        column.addWidget(intro)
        column.addWidget(area, 1)
        column.addLayout(row)
        around_px = column.heightForWidth(_WIDTH) - area.sizeHint().height()
        self.resize(_WIDTH, min(_HIGHEST, around_px + table.sizeHint().height() + _ROOM_PX))
        self._show_go()

    def _choice(self, words: str, spoken: str, parent: QWidget) -> QRadioButton:
        shown = words if len(words) <= _MOST_LETTERS else f"{words[:_MOST_LETTERS]}…"
        button = QRadioButton(shown.replace("&", "&&"), parent)
        button.setToolTip(words if shown != words else "")
        button.setAccessibleName(spoken)
        button.toggled.connect(self._show_go)
        return button

    def _choose_all(self, side: int) -> None:
        for pair in self.rows.values():
            pair[side].setChecked(True)

    def _show_go(self) -> None:
        is_ready = all(mine.isChecked() or theirs.isChecked() for mine, theirs in self.rows.values())
        self.go.setEnabled(is_ready)
        self.go.setToolTip("" if is_ready else "Choose in every line first")

    def _on_go(self) -> None:
        self.mine_chosen.emit(frozenset(key for key, (mine, _) in self.rows.items() if mine.isChecked()))
        self.accept()


def _text(words: str, parent: QWidget, role: str) -> QLabel:
    label = QLabel(words, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_role(label, role)
    return label
