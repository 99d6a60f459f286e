"""The box over the timeline that takes a typed date and time and says what it understood before it goes there."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from chekt_console.domain.time_text import TimeReading, read_time
from chekt_console.ui.timeline.timeline_words import distance_words, site_instant, utc_instant

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from chekt_console.ui.shared.theme import Theme

_WIDTH_PX = 430


def is_day_first(locale: QLocale) -> bool:
    """Whether people there write 23/11 and not 11/23."""
    pattern = locale.dateFormat(QLocale.FormatType.ShortFormat)
    return not ("M" in pattern and "d" in pattern) or pattern.index("d") < pattern.index("M")


class GotoTimeBox(QFrame):
    """Enter goes, Escape and a click elsewhere close. Opened with the clocks of the moment."""

    instant_chosen = Signal(object)  # UTC ms
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gotoTime")
        self._theme = theme
        self._zone: tzinfo = UTC
        self._now_ms = 0
        self._near_ms = 0.0
        self.is_day_first = is_day_first(QLocale.system())
        self.reading = TimeReading(None)
        self.input = QLineEdit(self)
        self.input.setMaxLength(80)
        self.input.setPlaceholderText("Date and time at the site")
        self.input.setAccessibleName("Go to date and time")
        self.understood = QLabel(self)
        self.understood.setObjectName("gotoTimeUnderstood")
        self.note = QLabel(self)
        self.note.setObjectName("gotoTimeNote")
        for label in (self.understood, self.note):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(5)
        column.addWidget(self.input)
        column.addWidget(self.understood)
        column.addWidget(self.note)
        self.input.textChanged.connect(self._on_typed)
        self.input.returnPressed.connect(self._on_entered)
        self.input.editingFinished.connect(self._on_left)
        theme.changed.connect(self._style)
        self._style()
        self.hide()

    def open(self, zone: tzinfo, now_ms: int, near_ms: float) -> None:
        """`near_ms`: what is in view, for a bare clock time."""
        self._zone, self._now_ms, self._near_ms = zone, now_ms, near_ms
        self.input.clear()
        self._on_typed("")
        self.place()
        self.show()
        self.raise_()
        self.input.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def place(self) -> None:
        """In the middle of the top of the pane, as wide as there is room for."""
        parent = self.parentWidget()
        if parent is None:
            return
        width = min(_WIDTH_PX, parent.width() - 16)
        self.setFixedWidth(max(200, width))
        layout = self.layout()
        if layout is not None:
            layout.activate()
        height = self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()
        self.setGeometry((parent.width() - width) // 2, 38, width, max(height, self.sizeHint().height()))

    def close_box(self) -> None:
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _on_typed(self, text: str) -> None:
        self.reading = read_time(
            text,
            zone=self._zone,
            now_ms=self._now_ms,
            near_ms=self._near_ms,
            is_day_first=self.is_day_first,
        )
        at = self.reading.instant_ms
        if at is None:
            self.understood.setText("" if text else "Type when, in the time of the site.")
            self.note.setText(self.reading.note)
        else:
            self.understood.setText(f"{site_instant(at, self._zone)} · {distance_words(at - self._now_ms)}")
            self.note.setText(self.reading.note or f"{utc_instant(at)} · Enter goes there")
        self.understood.setVisible(bool(self.understood.text()))
        self.place()

    def _on_entered(self) -> None:
        if self.reading.instant_ms is not None:
            at = self.reading.instant_ms
            self.close_box()
            self.instant_chosen.emit(at)

    def _on_left(self) -> None:
        if not self.input.hasFocus():
            self.close_box()

    def _style(self) -> None:
        c = self._theme.colors
        self.setStyleSheet(
            f"#gotoTime {{ background: {c.raised.name()}; border: 1px solid {c.accent.name()}; border-radius: 8px; }}"
            f"#gotoTimeUnderstood {{ color: {c.text.name()}; font-weight: 600; }}"
            f"#gotoTimeNote {{ color: {c.muted.name()}; }}"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_box()
        else:
            super().keyPressEvent(event)
