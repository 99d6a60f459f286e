"""Window that shows two to four cameras of one incident side by side, with one clock for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from chekt_console.ui.clip import event_words as words
from chekt_console.ui.clip.fact_rows import plain_label
from chekt_console.ui.clip.picture_widget import PictureWidget
from chekt_console.ui.clip.seek_track import SeekTrack
from chekt_console.ui.clip.sheets import set_sheet
from chekt_console.ui.clip.transport_bar import TransportBar
from chekt_console.ui.shared.event_title import event_place, event_title

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QImage, QKeyEvent

    from chekt_console.domain.event import Event
    from chekt_console.ui.shared.theme import Theme

_JUMP_S = 5.0


class CameraTile(QWidget):
    """One camera: its picture, or the words for why there is none at this instant."""

    def __init__(self, event: Event, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = event_place(event) or event_title(event)
        self._offset = ""
        self.picture = PictureWidget(self)
        self.picture.setAccessibleName(f"Picture of {self.name}")
        self.message = QLabel(self)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_sheet(self.message, "background: #0b0d10; color: #c9d0d8; padding: 24px;")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.picture)
        self._stack.addWidget(self.message)
        self.say("Fetching the clip…")

    def say(self, sentence: str) -> None:
        self.message.setText(f"{self.name}\n{sentence}")
        self._stack.setCurrentWidget(self.message)

    def show_offset(self, offset: str) -> None:
        self._offset = offset

    def show_image(self, image: QImage) -> None:
        self.picture.show_image(image)

    def show_place(self, position_s: float | None, *, is_over: bool) -> None:
        """None: the clip does not cover this instant."""
        if position_s is None:
            self.say("This camera's clip has ended." if is_over else "This camera's clip has not begun yet.")
            return
        self.picture.show_caption(self.name, f"{words.clip_time(position_s)} of its clip · {self._offset}")
        self._stack.setCurrentWidget(self.picture)

    @property
    def says(self) -> str:
        """What stands in place of the picture, or "" while the picture is shown."""
        return self.message.text() if self._stack.currentWidget() is self.message else ""


class TogetherWindow(QWidget):
    """Wishes leave as signals; the controller owns the clock."""

    play_requested = Signal()
    step_requested = Signal(int)
    seek_requested = Signal(float)  # seconds from the earliest clip's first frame
    speed_requested = Signal(float)
    closed = Signal()

    def __init__(
        self, events: tuple[Event, ...], heading: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._theme = theme
        self._position_s = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("togetherWindow")
        self.setWindowTitle("Cameras together")
        self.heading = plain_label(self, heading)
        self.instant = plain_label(self)
        self.said = plain_label(self)
        self.said.hide()
        self.tiles = tuple(CameraTile(event, self) for event in events)
        grid = QGridLayout()
        grid.setSpacing(4)
        columns = 2 if len(self.tiles) > 1 else 1
        for place, tile in enumerate(self.tiles):
            grid.addWidget(tile, place // columns, place % columns)
            tile.picture.clicked.connect(self.play_requested)
        for line in range(columns):
            grid.setColumnStretch(line, 1)
            grid.setRowStretch(line, 1 if line * columns < len(self.tiles) else 0)
        self.track = SeekTrack(theme, self)
        self.bar = TransportBar(theme, self)
        for unused in (self.bar.mute, self.bar.snapshot):
            unused.hide()
        self.bar.hide_repeat()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(6)
        for label in (self.heading, self.instant):
            label.setContentsMargins(12, 0, 12, 0)
            column.addWidget(label)
        column.addLayout(grid, 1)
        column.addWidget(self.track)
        column.addWidget(self.bar)
        self.said.setContentsMargins(12, 0, 12, 8)
        column.addWidget(self.said)
        self.bar.play_requested.connect(self.play_requested)
        self.bar.step_requested.connect(self.step_requested)
        self.bar.speed_requested.connect(self.speed_requested)
        self.bar.alarm_requested.connect(self.go_to_alarm)
        self.bar.start_requested.connect(lambda: self.seek_requested.emit(0.0))
        self.bar.end_requested.connect(lambda: self.seek_requested.emit(self.track.duration_s))
        self.track.seek_requested.connect(self.seek_requested)
        QShortcut(QKeySequence.StandardKey.Close, self).activated.connect(self.close)
        theme.changed.connect(self._style)
        self._style()
        self.tiles[0].picture.setFocus()
        self.resize(1180, 520 if len(self.tiles) < 3 else 820)

    def show_clock(self, duration_s: float, alarm_s: float | None) -> None:
        position_s = self._position_s
        self.track.show_clip(duration_s, alarm_s)
        self.bar.show_lengths(duration_s, self.track.alarm_s)
        self.bar.show_enabled(is_enabled=duration_s > 0)
        self.show_position(position_s, "")

    def show_position(self, seconds: float, instant: str) -> None:
        self._position_s = seconds
        self.track.show_position(seconds)
        self.bar.show_time(seconds, self.track.duration_s)
        self.instant.setText(instant)

    def show_said(self, sentence: str) -> None:
        """What happened that the pictures do not show."""
        self.said.setText(sentence)
        self.said.show()

    def go_to_alarm(self) -> None:
        if self.track.alarm_s is not None:
            self.seek_requested.emit(self.track.alarm_s)

    def _style(self) -> None:
        c = self._theme.colors
        set_sheet(self, f"#togetherWindow {{ background: {c.pane.name()}; color: {c.text.name()}; }}")
        set_sheet(self.heading, f"color: {c.text.name()}; font-weight: 600;")
        set_sheet(self.instant, f"color: {c.muted.name()};")
        set_sheet(self.said, f"color: {c.muted.name()}; font-size: 12px;")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            by_s = _JUMP_S if key == Qt.Key.Key_Right else -_JUMP_S
            self.seek_requested.emit(min(max(0.0, self._position_s + by_s), self.track.duration_s))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.seek_requested.emit(0.0 if key == Qt.Key.Key_Home else self.track.duration_s)
        elif key in (Qt.Key.Key_Comma, Qt.Key.Key_Period):
            self.step_requested.emit(1 if key == Qt.Key.Key_Period else -1)
        elif key == Qt.Key.Key_Space:
            self.play_requested.emit()
        elif key == Qt.Key.Key_A:
            self.go_to_alarm()
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
