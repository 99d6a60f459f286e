"""What stands in the picture's place while there is none: empty, fetching, not ready, or what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from chekt_console.ui.clip.sheets import set_sheet
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.ui.shared.theme import Theme

RETRY = ("Try again", "Ask the server for the clip again")
LOAD = ("Load the clip", "Load the clip of this event (Space)")
_SHOWN_AFTER_MS = 150  # what comes at once never flashes a message


class ClipMessage(QWidget):
    """A heading, a sentence, and at most one button besides Cancel."""

    retry_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("clipMessage")
        self._is_error = False
        self.heading = QLabel(self)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        for label in (self.heading, self.sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        set_role(self.heading, "heading")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(280, 4)
        self.bar.setAccessibleName("Progress of fetching the clip")
        self.retry = QPushButton(self)
        self.retry.clicked.connect(lambda: self.retry_requested.emit())
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setToolTip("Stop fetching this clip")
        self.cancel.clicked.connect(lambda: self.cancel_requested.emit())
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.retry)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 16, 40, 16)
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(self.heading)
        column.addWidget(self.sentence)
        column.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(buttons)
        column.addStretch(1)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_SHOWN_AFTER_MS)
        self._late.timeout.connect(self.show)
        theme.changed.connect(self._style)
        self._style()

    def say(
        self,
        heading: str,
        sentence: str,
        *,
        can_retry: bool = False,
        is_error: bool = False,
        action: tuple[str, str] = RETRY,
    ) -> None:
        """`action`: words and tooltip of the button."""
        self._late.stop()
        words, tip = action
        self.retry.setText(words)
        self.retry.setToolTip(tip)
        self._is_error = is_error
        self._set(heading, sentence, can_retry=can_retry, can_cancel=False)
        self.bar.hide()
        self.show()

    def say_fetching(self, sentence: str, done: int = 0, total: int = 0) -> None:
        """`total` 0: it is not known how much there is."""
        self._is_error = False
        self._set("Fetching the clip", sentence, can_retry=False, can_cancel=True)
        self.bar.setRange(0, max(0, total // 1024))
        self.bar.setValue(min(done, total) // 1024)
        self.bar.show()
        if self.isHidden() and not self._late.isActive():
            self._late.start()

    def clear(self) -> None:
        self._late.stop()
        self.hide()

    def _set(self, heading: str, sentence: str, *, can_retry: bool, can_cancel: bool) -> None:
        self.heading.setText(heading)
        self.sentence.setText(sentence)
        self.retry.setVisible(can_retry)
        self.cancel.setVisible(can_cancel)
        self.setAccessibleName(f"{heading}. {sentence}")
        self._style()

    def _style(self) -> None:
        c = self._theme.colors
        heading = c.alarm if self._is_error else c.text
        set_sheet(self, f"#clipMessage {{ background: {c.window.name()}; }}")
        set_sheet(self.heading, f"color: {heading.name()};")
        set_sheet(self.sentence, f"color: {c.muted.name()};")
