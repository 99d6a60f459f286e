"""The clip of the selected event: header, picture, seek track, buttons, and a line for what there is to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from chekt_console.ui.clip import event_words as words
from chekt_console.ui.clip.clip_message import LOAD, ClipMessage
from chekt_console.ui.clip.picture_widget import PictureWidget
from chekt_console.ui.clip.seek_track import SeekTrack
from chekt_console.ui.clip.sheets import set_sheet
from chekt_console.ui.clip.transport_bar import TransportBar
from chekt_console.ui.shared.elided_label import ElidedLabel
from chekt_console.ui.shared.event_title import event_place, event_title
from chekt_console.ui.shared.style import HEADER_HEIGHT, set_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage, QKeyEvent

    from chekt_console.domain.event import Event
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.theme import Theme

_JUMP_S = 5.0
_ZOOM_STEP = 1.5


class ClipPane(QWidget):
    """Shows what it is told; the controller fetches and the player plays."""

    play_requested = Signal()
    step_requested = Signal(int)
    seek_requested = Signal(float)
    speed_requested = Signal(float)
    mute_requested = Signal(bool)
    snapshot_requested = Signal()
    snapshot_folder_requested = Signal()
    retry_requested = Signal()
    load_requested = Signal()  # of the clip that waits to be asked for
    cancel_requested = Signal()
    full_screen_requested = Signal()

    def __init__(self, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._theme = theme
        self._event: Event | None = None
        self._start_ms: float | None = None
        self._position_s = 0.0
        self._is_ready = False
        self._is_waiting = False
        self.setObjectName("clipPane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Clip")
        self._build()
        for signal, target in (
            (self.bar.play_requested, self.play_requested),
            (self.bar.step_requested, self.step_requested),
            (self.bar.speed_requested, self.speed_requested),
            (self.bar.mute_requested, self.mute_requested),
            (self.bar.snapshot_requested, self.snapshot_requested),
            (self.bar.snapshot_folder_requested, self.snapshot_folder_requested),
            (self.track.seek_requested, self.seek_requested),
            (self.message.retry_requested, self.retry_requested),
            (self.message.cancel_requested, self.cancel_requested),
        ):
            signal.connect(target)
        self.bar.alarm_requested.connect(self.go_to_alarm)
        self.bar.start_requested.connect(lambda: self._go_to(0.0))
        self.bar.end_requested.connect(lambda: self._go_to(self.track.duration_s))
        self.bar.look_requested.connect(self.picture.show_look)
        self.bar.range_requested.connect(self._on_range_requested)
        self.picture.clicked.connect(lambda: self._wish(self.play_requested.emit))
        self.picture.double_clicked.connect(self.full_screen_requested)
        self.full_screen.clicked.connect(lambda: self.full_screen_requested.emit())
        self._shortcuts()
        theme.changed.connect(self._style)
        selection.site_changed.connect(self._on_site_changed)
        self._style()
        self.show_nothing()

    @property
    def is_ready(self) -> bool:
        """A clip is open and can be played."""
        return self._is_ready

    def show_nothing(self) -> None:
        self._show_event(None)
        if self._selection.site is None:
            self.message.say(
                "No site selected", "Choose a site, then one of its alarms to see its clip here."
            )
        else:
            self.message.say("No event selected", "Choose an alarm on the timeline to see its clip here.")
        self._set_ready(is_ready=False)

    def _on_site_changed(self) -> None:
        if self._event is None:
            self.show_nothing()

    def show_without_video(self, event: Event) -> None:
        self._show_event(event)
        self.message.say("No video", f"This {event.kind.label.lower()} event has no video.")
        self._set_ready(is_ready=False)

    def show_fetching(self, event: Event, text: str = "", done: int = 0, total: int = 0) -> None:
        self._show_event(event)
        of_total = f" of {total / 1e6:.1f}" if total else ""
        size = f"{done / 1e6:.1f}{of_total} MB" if done or total else ""
        self.message.say_fetching(size or text or "Asking for the clip", done, total)
        self._set_ready(is_ready=False)

    @property
    def is_waiting(self) -> bool:
        """A clip is there to be loaded when somebody asks for it."""
        return self._is_waiting

    def show_waiting(self, event: Event) -> None:
        self._show_event(event)
        self.message.say(
            "Not loaded yet",
            "Slow link is on: clips are loaded when you ask for them.",
            can_retry=True,
            action=LOAD,
        )
        self._set_ready(is_ready=False)
        self._is_waiting = True

    def show_not_ready(self, event: Event, sentence: str) -> None:
        self._show_event(event)
        self.message.say("Not ready yet", sentence, can_retry=True)
        self._set_ready(is_ready=False)

    def show_error(self, event: Event, sentence: str) -> None:
        self._show_event(event)
        self.message.say("No clip", sentence, can_retry=True, is_error=True)
        self._set_ready(is_ready=False)

    def show_cancelled(self, event: Event) -> None:
        self._show_event(event)
        self.message.say("Not fetched", "Fetching this clip was cancelled.", can_retry=True)
        self._set_ready(is_ready=False)

    def show_clip(self, event: Event, duration_s: float, start_ms: float | None) -> None:
        """The clip is open; pictures follow. `start_ms`: instant of its first frame, when known."""
        self._show_event(event)
        self._start_ms = start_ms
        alarm = None if start_ms is None else (event.instant_ms - start_ms) / 1000
        self.track.show_clip(duration_s, alarm)
        self.bar.show_lengths(duration_s, self.track.alarm_s)
        self.message.clear()
        self._set_ready(is_ready=True)
        self.show_position(0.0)

    def show_image(self, image: QImage) -> None:
        self.message.clear()
        self.picture.show_image(image)

    def show_position(self, seconds: float) -> None:
        self._position_s = seconds
        self.track.show_position(seconds)
        self.bar.show_time(seconds, self.track.duration_s)
        self.picture.show_caption(*self.caption())

    def show_state(self, state: str) -> None:
        self.bar.show_playing(is_playing=state == "playing")

    def show_engine(self, text: str) -> None:
        """What plays; said aloud only when something is missing or happened."""
        self.engine.show_text("" if text.startswith("libVLC 3") else text)
        self.bar.mute.setStatusTip(text)
        self._show_line()

    def show_saved(self, text: str, tip: str = "") -> None:
        self.said.show_text(text, tip)
        self._show_line()

    def show_full_screen(self, *, is_on: bool) -> None:
        self.full_screen.setText("Back" if is_on else "Full screen")
        self.full_screen.setToolTip(
            "Show the whole window (Esc)" if is_on else "The clip on the whole screen (F11)"
        )

    def caption(self) -> tuple[str, str]:
        """Heading and time of the picture that is shown."""
        if self._event is None:
            return "", ""
        site = self._selection.site
        heading = event_place(self._event) or event_title(self._event)
        if self._start_ms is None:
            return heading, words.long_time(self._event.instant_ms, words.site_zone(site))
        at_ms = self._start_ms + self._position_s * 1000
        offset = words.offset_words((at_ms - self._event.instant_ms) / 1000)
        return heading, f"{words.frame_time(at_ms, words.site_zone(site))}   {offset}"

    def instant_ms(self) -> float | None:
        """The instant of the picture that is shown."""
        return None if self._start_ms is None else self._start_ms + self._position_s * 1000

    def go_to_alarm(self) -> None:
        if self.track.alarm_s is not None:
            self._wish(lambda: self.seek_requested.emit(self.track.alarm_s))

    def _build(self) -> None:
        header = QWidget(self)
        header.setFixedHeight(HEADER_HEIGHT)
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(header, "header")
        name = QLabel("Clip", header)
        name.setObjectName("clipName")
        self.header = ElidedLabel(header)
        self.header.setObjectName("clipHeader")
        row = QHBoxLayout(header)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(name)
        row.addWidget(self.header, 1)
        self.full_screen = QPushButton(header)
        set_role(self.full_screen, "quiet")
        row.addWidget(self.full_screen)
        self.show_full_screen(is_on=False)
        place = QWidget(self)
        self.picture = PictureWidget(place)
        self.message = ClipMessage(self._theme, place)
        stack = QStackedLayout(place)
        stack.setStackingMode(QStackedLayout.StackingMode.StackAll)
        stack.addWidget(self.picture)
        stack.addWidget(self.message)
        stack.setCurrentWidget(self.message)
        self.track = SeekTrack(self._theme, self)
        self.bar = TransportBar(self._theme, self)
        self.line = QWidget(self)
        self.engine = ElidedLabel(self.line)
        self.said = ElidedLabel(self.line)
        close = QPushButton("Hide", self.line)
        close.setToolTip("Hide this line")
        set_role(close, "quiet")
        close.clicked.connect(self._hide_line)
        below = QHBoxLayout(self.line)
        below.setContentsMargins(12, 0, 8, 6)
        below.addWidget(self.said, 1)
        below.addWidget(self.engine, 1)
        below.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(place, 1)
        column.addWidget(self.track)
        column.addWidget(self.bar)
        column.addWidget(self.line)
        self._show_line()

    def _shortcuts(self) -> None:
        """In the whole window while the clip is to be seen: the eyes are on the picture, the focus may be anywhere."""
        keys: tuple[tuple[str, Callable[[], None]], ...] = (
            (",", lambda: self.step_requested.emit(-1)),
            (".", lambda: self.step_requested.emit(1)),
            ("A", self.go_to_alarm),
            ("M", self.bar.mute.click),
            ("S", self.snapshot_requested.emit),
        )
        for key, act in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda act=act: self._wish(act))
        self._space = QShortcut(QKeySequence(Qt.Key.Key_Space), self)
        self._space.setAutoRepeat(False)
        self._space.activated.connect(self._on_space)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def _on_space(self) -> None:
        if self._is_waiting:
            self.load_requested.emit()
        else:
            self._wish(self.play_requested.emit)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Space goes on pressing a focused button."""
        self._space.setEnabled(not isinstance(now, QAbstractButton | QComboBox) or now is self.bar.play)

    def _on_range_requested(self, place: str) -> None:
        """From the picture that is shown on, or up to it; a part turned around is the rest of the clip."""
        start_s, end_s = self.track.range_s or (0.0, self.track.duration_s)
        if place == "from":
            start_s, end_s = self._position_s, end_s if end_s > self._position_s else self.track.duration_s
        elif place == "to":
            start_s, end_s = start_s if start_s < self._position_s else 0.0, self._position_s
        has_part = bool(place) and end_s - start_s > 0.1
        self.track.show_range((start_s, end_s) if has_part else None)

    def _zoom(self, factor: float) -> None:
        self.picture.zoom_at(factor, QRectF(self.picture.rect()).center())

    def _wish(self, act: Callable[[], None]) -> None:
        if self._is_ready:
            act()

    def _show_event(self, event: Event | None) -> None:
        is_other = (event.event_id if event else "") != (self._event.event_id if self._event else "")
        self._event = event
        if is_other:
            self.picture.show_image(None)
            self.said.show_text("")
            self._show_line()
        site = self._selection.site
        if event is None:
            self.header.show_text("")
            return
        zone = words.site_zone(site)
        parts = (
            words.clean(site.name) if site else "",
            event_place(event),
            words.long_time(event.instant_ms, zone),
        )
        self.header.show_text(
            " · ".join(part for part in parts if part),
            words.plain_tip(event_title(event), *parts, words.utc_time(event.instant_ms)),
            short=" · ".join(
                part for part in parts[1:] if part
            ),  # the site stands above, the instant nowhere else
        )

    def _set_ready(self, *, is_ready: bool) -> None:
        if not is_ready:
            self._start_ms = None
            self.track.show_clip(0.0, None)
            self.bar.show_lengths(0.0, None)
            self.bar.show_time(0.0, 0.0)
        self._is_ready = is_ready
        self._is_waiting = False
        self.bar.show_enabled(is_enabled=is_ready)

    def _hide_line(self) -> None:
        self.said.show_text("")
        self.engine.show_text("")
        self._show_line()

    def _show_line(self) -> None:
        self.said.setVisible(bool(self.said.whole_text))
        self.engine.setVisible(bool(self.engine.whole_text))
        self.line.setVisible(bool(self.said.whole_text or self.engine.whole_text))

    def _style(self) -> None:
        c = self._theme.colors
        set_sheet(
            self,
            f"#clipPane {{ background: {c.pane.name()}; }}"
            f"#clipName {{ color: {c.muted.name()}; font-weight: 600; }}"
            f"#clipHeader {{ color: {c.faint.name()}; }}",
        )
        for label in (self.said, self.engine):
            set_sheet(label, f"color: {c.muted.name()}; font-size: 12px;")

    def _go_to(self, seconds: float) -> None:
        self.show_position(seconds)
        self.seek_requested.emit(seconds)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_ready or not self._move_or_zoom(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def _move_or_zoom(self, key: Qt.Key) -> bool:
        """With the focus in the clip only: the timeline has these keys too."""
        jump = {Qt.Key.Key_Left: -_JUMP_S, Qt.Key.Key_Right: _JUMP_S}.get(key)
        if jump is not None:
            self._go_to(min(max(0.0, self._position_s + jump), self.track.duration_s))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go_to(0.0 if key == Qt.Key.Key_Home else self.track.duration_s)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(_ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self._zoom(1 / _ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.picture.show_whole()
        else:
            return False
        return True
