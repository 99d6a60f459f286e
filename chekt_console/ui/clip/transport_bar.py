"""The buttons under the picture: step, play, jump, speed, sound, snapshot, and the time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from chekt_console.ui.clip.clip_icons import ClipIcon, clip_icon
from chekt_console.ui.clip.event_words import clip_time
from chekt_console.ui.clip.picture_look import Look
from chekt_console.ui.clip.sheets import set_sheet
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from chekt_console.ui.shared.theme import Theme

SPEEDS = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
_LEGEND_FROM_PX = 776
_ENDS_FROM_PX = 620
_WORDS_FROM_PX = 520
_MINIMUM_PX = 410


def speed_words(speed: float) -> str:
    return f"{speed:g}×"


class TransportBar(QWidget):
    """Wishes leave as signals; what is shown is told by the pane."""

    play_requested = Signal()  # play or pause, whichever it is not
    step_requested = Signal(int)
    start_requested = Signal()
    end_requested = Signal()
    alarm_requested = Signal()
    speed_requested = Signal(float)
    look_requested = Signal(object)  # Look
    range_requested = Signal(str)  # "from" or "to" the picture that is shown, "" for the whole clip
    mute_requested = Signal(bool)
    snapshot_requested = Signal()
    snapshot_folder_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_playing = False
        self._has_legend = False
        self._times = (0.0, 0.0)
        self.to_start = self._button(ClipIcon.TO_START, "First frame", "First frame (Home)")
        self.to_end = self._button(ClipIcon.TO_END, "Last frame", "Last frame (End)")
        self.back = self._button(ClipIcon.STEP_BACK, "One frame back", "One frame back (,)")
        self.play = QPushButton(self)
        self.play.setFixedSize(46, 30)
        set_role(self.play, "primary")
        self.forward = self._button(ClipIcon.STEP_FORWARD, "One frame forward", "One frame forward (.)")
        self.alarm = self._button(ClipIcon.ALARM, "Go to the alarm", "Go to the alarm's instant (A)")
        self.time = QLabel(self)
        self.time.setTextFormat(Qt.TextFormat.PlainText)
        self.time.setAccessibleName("Time in the clip")
        self.before, self.after = QLabel(self), QLabel(self)
        self.speed = QToolButton(self)
        self.speed.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.speed.setToolTip(
            "Speed, what is repeated, and a lighter picture for the eye (the file stays as it is)"
        )
        self.speed.setMenu(self._speed_menu())
        self.mute = self._button(ClipIcon.SOUND, "Sound off", "Sound off (M)")
        self.mute.setCheckable(True)
        self.snapshot = QToolButton(self)
        self.snapshot.setText("Snapshot")
        self.snapshot.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.snapshot.setToolTip("Save this picture as PNG, with site, camera and time written under it (S)")
        self.snapshot.setAccessibleName("Save a snapshot")
        self.snapshot.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        menu = QMenu(self.snapshot)
        menu.addAction("Save to another folder…", self.snapshot_folder_requested.emit)
        self.snapshot.setMenu(menu)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 10)
        row.setSpacing(8)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        for widget in (self.to_start, self.back, self.play, self.forward, self.to_end, self.alarm):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self.time)
        row.addSpacing(8)
        row.addWidget(self.before)
        row.addWidget(self.after)
        row.addStretch(1)
        for widget in (self.speed, self.mute, self.snapshot):
            row.addWidget(widget)
        self.to_start.clicked.connect(lambda: self.start_requested.emit())
        self.to_end.clicked.connect(lambda: self.end_requested.emit())
        self.back.clicked.connect(lambda: self.step_requested.emit(-1))
        self.forward.clicked.connect(lambda: self.step_requested.emit(1))
        self.play.clicked.connect(lambda: self.play_requested.emit())
        self.alarm.clicked.connect(lambda: self.alarm_requested.emit())
        self.mute.clicked.connect(self._on_mute_clicked)
        self.snapshot.clicked.connect(lambda: self.snapshot_requested.emit())
        theme.changed.connect(self._style)
        self.show_speed(1.0)
        self.show_playing(is_playing=False)
        self.show_time(0.0, 0.0)
        self.show_lengths(0.0, None)
        self.show_enabled(is_enabled=False)
        self._style()

    def show_enabled(self, *, is_enabled: bool) -> None:
        steps = (self.to_start, self.back, self.play, self.forward, self.to_end)
        for widget in (*steps, self.speed, self.mute, self.snapshot):
            widget.setEnabled(is_enabled)
        self.alarm.setEnabled(is_enabled and self._has_legend)

    def show_playing(self, *, is_playing: bool) -> None:
        self._is_playing = is_playing
        self.play.setAccessibleName("Pause" if is_playing else "Play")
        self.play.setToolTip("Pause (Space)" if is_playing else "Play (Space)")
        self._style()

    def show_time(self, position_s: float, duration_s: float) -> None:
        self._times = (position_s, duration_s)
        whole = f"{clip_time(position_s)} / {clip_time(duration_s)}"
        self.time.setText(whole if self.width() >= _WORDS_FROM_PX else clip_time(position_s))
        self.time.setToolTip(whole)

    def show_lengths(self, duration_s: float, alarm_s: float | None) -> None:
        """How much of the clip lies before and after the alarm."""
        self._has_legend = alarm_s is not None
        if alarm_s is not None:
            self.before.setText(f"{alarm_s:.1f} s before")
            self.after.setText(f"{max(0.0, duration_s - alarm_s):.1f} s after")
        self.alarm.setToolTip(
            "Go to the alarm's instant (A)"
            if self._has_legend
            else "The server did not tell where in this clip the alarm is"
        )
        self._make_room()

    def show_speed(self, speed: float) -> None:
        self.speed.setText(speed_words(speed))
        self.speed.setAccessibleName(f"Speed {speed_words(speed)}")
        for action in self._speeds.actions():
            action.setChecked(action.data() == speed)

    def show_sound(self, *, has_sound: bool, why_not: str = "") -> None:
        self.mute.setVisible(has_sound or bool(why_not))
        self.mute.setEnabled(has_sound)
        self.mute.setToolTip(why_not if not has_sound else "Sound on or off (M)")
        self._style()

    def _button(self, kind: ClipIcon, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("clip_icon", kind)
        button.setFixedSize(34, 30)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        return button

    def _speed_menu(self) -> QMenu:
        menu = QMenu(self)
        self._speeds = QActionGroup(self)
        for speed in SPEEDS:
            action = QAction(speed_words(speed), self._speeds, checkable=True)
            action.setData(speed)
            menu.addAction(action)
        self._speeds.triggered.connect(self._on_speed_triggered)
        menu.addSeparator()
        self.repeat = QAction("Repeat", menu, checkable=True)
        self.repeat.setToolTip("Begin again when the clip has ended")
        menu.addAction(self.repeat)
        self.ranges = [
            menu.addAction(words, partial(self.range_requested.emit, place))
            for words, place in (
                ("Repeat from here", "from"),
                ("Repeat up to here", "to"),
                ("Repeat no part", ""),
            )
        ]
        menu.addSeparator()
        self.looks = QActionGroup(self)
        for look in Look:
            action = QAction(look.value, self.looks, checkable=True)
            action.setData(look)
            action.setChecked(look is Look.AS_IT_IS)
            menu.addAction(action)
        self.looks.triggered.connect(lambda action: self.look_requested.emit(action.data()))
        return menu

    def hide_repeat(self) -> None:
        """For a window that plays several clips."""
        for action in (self.repeat, *self.ranges, *self.looks.actions()):
            action.setVisible(False)

    def _on_speed_triggered(self, action: QAction) -> None:
        self.speed_requested.emit(action.data())

    def _on_mute_clicked(self, is_muted: bool) -> None:
        self._style()
        self.mute_requested.emit(is_muted)

    def _make_room(self) -> None:
        is_shown = self._has_legend and self.width() >= _LEGEND_FROM_PX
        self.before.setVisible(is_shown)
        self.after.setVisible(is_shown)
        for button in (self.to_start, self.to_end):
            button.setVisible(self.width() >= _ENDS_FROM_PX)
        is_wide = self.width() >= _WORDS_FROM_PX
        style = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon if is_wide else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        self.snapshot.setToolButtonStyle(style)
        self._row.setSpacing(8 if is_wide else 4)
        self.show_time(*self._times)

    def _style(self) -> None:
        c = self._theme.colors
        size = QSize(16, 16)
        for button in (self.to_start, self.back, self.forward, self.to_end, self.alarm):
            kind = button.property("clip_icon")
            ink = c.alarm if kind is ClipIcon.ALARM else c.text
            button.setIcon(clip_icon(kind, ink, c.disarmed))
        is_silent = self.mute.isChecked() or not self.mute.isEnabled()
        self.mute.setIcon(clip_icon(ClipIcon.MUTED if is_silent else ClipIcon.SOUND, c.text, c.faint))
        self.snapshot.setIcon(clip_icon(ClipIcon.SNAPSHOT, c.text, c.faint))
        kind = ClipIcon.PAUSE if self._is_playing else ClipIcon.PLAY
        self.play.setIcon(clip_icon(kind, c.on_accent, c.faint))
        for tool in (
            self.to_start,
            self.back,
            self.forward,
            self.to_end,
            self.alarm,
            self.mute,
            self.snapshot,
        ):
            tool.setIconSize(size)
        self.play.setIconSize(size)
        self.speed.setFixedHeight(30)
        self.snapshot.setFixedHeight(30)
        set_sheet(self.before, f"color: {c.stay.name()};")
        set_sheet(self.after, f"color: {c.alarm.name()};")
        set_sheet(
            self,
            f"QToolButton {{ background: {c.raised.name()}; color: {c.text.name()}; border: 1px solid {c.line.name()};"
            " border-radius: 6px; padding: 3px 8px; }"
            f"QToolButton:hover {{ border-color: {c.faint.name()}; }}"
            f"QToolButton:focus {{ border-color: {c.accent.name()}; }}"
            f"QToolButton:pressed, QToolButton:checked {{ background: {c.selected.name()}; }}"
            f"QToolButton:disabled {{ color: {c.faint.name()}; }}"
            "QToolButton::menu-indicator { image: none; }"
            f'QToolButton[popupMode="1"] {{ padding-right: 22px; }}'
            f"QToolButton::menu-button {{ border: 0; border-left: 1px solid {c.line.name()}; width: 18px; }}",
        )

    def minimumSizeHint(self) -> QSize:
        """What is left when everything that may give way has done so."""
        return QSize(_MINIMUM_PX, 42)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
