"""The saved connections as a short list of buttons."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

_COLUMNS = 3


class SavedList(QWidget):
    """A click opens; three in a row like the cards above."""

    open_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(14)
        self._layout.setVerticalSpacing(8)
        for column in range(_COLUMNS):
            self._layout.setColumnStretch(column, 1)
        self._buttons: dict[QPushButton, str] = {}

    def buttons(self) -> tuple[QPushButton, ...]:
        return tuple(self._buttons)

    def first_button(self) -> QPushButton | None:
        return next(iter(self._buttons), None)

    def set_names(self, names: tuple[str, ...]) -> None:
        if names == tuple(self._buttons.values()):
            return
        for button in self._buttons:
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for place, name in enumerate(names):
            shown = name if len(name) <= 30 else name[:29] + "…"
            button = QPushButton(shown.replace("&", "&&"), self)
            button.setMinimumHeight(31)
            button.setAccessibleName(f"Open the connection {name}")
            button.clicked.connect(self._on_clicked)
            self._layout.addWidget(button, place // _COLUMNS, place % _COLUMNS)
            self._buttons[button] = name

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.open_requested.emit(self._buttons[button])
