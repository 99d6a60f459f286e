"""The saved connections as a short list of buttons, each with one beside it to sign in again and one to remove it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QToolButton, QWidget

_COLUMNS = 3


class SavedList(QWidget):
    """A click opens; three in a row like the cards above."""

    open_requested = Signal(str)
    again_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(14)
        self._layout.setVerticalSpacing(8)
        for column in range(_COLUMNS):
            self._layout.setColumnStretch(column, 1)
        self._boxes: list[QWidget] = []
        self._buttons: dict[QPushButton, str] = {}
        self._agains: dict[QToolButton, str] = {}
        self._removers: dict[QToolButton, str] = {}

    def agains(self) -> tuple[QToolButton, ...]:
        return tuple(self._agains)

    def removers(self) -> tuple[QToolButton, ...]:
        return tuple(self._removers)

    def buttons(self) -> tuple[QPushButton, ...]:
        return tuple(self._buttons)

    def first_button(self) -> QPushButton | None:
        return next(iter(self._buttons), None)

    def set_names(self, names: tuple[str, ...]) -> None:
        if names == tuple(self._buttons.values()):
            return
        for box in self._boxes:
            self._layout.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes, self._buttons = [], {}
        self._agains, self._removers = {}, {}
        for place, name in enumerate(names):
            shown = name if len(name) <= 30 else name[:29] + "…"
            box = QWidget(self)
            button = QPushButton(shown.replace("&", "&&"), box)
            button.setMinimumHeight(31)
            button.setAccessibleName(f"Open the connection {name}")
            button.clicked.connect(self._on_clicked)
            again = QToolButton(box)
            again.setText("↻")
            again.setToolTip("Sign in again: with another key, or when the sign-in has ended")
            again.setAccessibleName(f"Sign in to {name} again")
            again.clicked.connect(self._on_again)
            remover = QToolButton(box)
            remover.setText("✕")
            remover.setToolTip("Sign out and remove")
            remover.setAccessibleName(f"Sign out of {name} and remove it")
            remover.clicked.connect(self._on_remove)
            row = QHBoxLayout(box)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            row.addWidget(button, 1)
            row.addWidget(again)
            row.addWidget(remover)
            self._layout.addWidget(box, place // _COLUMNS, place % _COLUMNS)
            self._boxes.append(box)
            self._buttons[button] = name
            self._agains[again] = name
            self._removers[remover] = name

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.open_requested.emit(self._buttons[button])

    def _on_again(self) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            self.again_requested.emit(self._agains[button])

    def _on_remove(self) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            self.remove_requested.emit(self._removers[button])
