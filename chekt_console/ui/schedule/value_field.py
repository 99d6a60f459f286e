"""A line to type a time or a length into, as people write them; arrow keys go by quarters of an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

_STEP_MIN = 15


class ValueField(QLineEdit):
    """Holds whole minutes. What cannot be read is put back as it was."""

    value_entered = Signal(int)  # by the person

    def __init__(
        self,
        name: str,
        example: str,
        parse: Callable[[str], int | None],
        words: Callable[[int], str],
        least: int,
        most: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._parse = parse
        self._words = words
        self._least = least
        self._most = most
        self._value = least
        self.setAccessibleName(name)
        self.setToolTip(
            f"{name}, for example {example}. Arrow keys go by {_STEP_MIN} minutes, with Alt by one."
        )
        self.editingFinished.connect(self._on_finished)

    @property
    def value(self) -> int:
        return self._value

    def set_words(self, words: Callable[[int], str]) -> None:
        self._words = words
        self.show_value(self._value)

    def show_value(self, value: int) -> None:
        """Shown, not entered."""
        self._value = value
        self.setText(self._words(value))

    def enter(self, value: int) -> None:
        """As if it had been typed; outside the limits it stays as it is."""
        if not self._least <= value <= self._most:
            value = self._value
        is_new = value != self._value
        self.show_value(value)
        if is_new:
            self.value_entered.emit(value)

    def _on_finished(self) -> None:
        if self.text() != self._words(self._value):
            value = self._parse(self.text())
            self.enter(self._value if value is None else value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if direction and not self.isReadOnly():
            self._on_finished()
            step = 1 if event.modifiers() & Qt.KeyboardModifier.AltModifier else _STEP_MIN
            # To the next whole step, from wherever it is.
            target = (self._value // step + 1) * step if direction > 0 else -(-self._value // step + 1) * step
            self.enter(target)
            self.selectAll()
        elif event.key() == Qt.Key.Key_Escape and self.text() != self._words(self._value):
            self.show_value(self._value)
        else:
            super().keyPressEvent(event)
