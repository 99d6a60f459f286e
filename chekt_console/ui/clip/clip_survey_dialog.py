"""Dialog "Clip check of this site": every camera with its newest clips, the verdict on each, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from chekt_console.domain.clip_check import Mark
from chekt_console.domain.clip_survey import WORDS, by_camera
from chekt_console.ui.clip import event_words as words
from chekt_console.ui.shared.event_title import event_title
from chekt_console.ui.shared.style import pad_words, set_role

if TYPE_CHECKING:
    from datetime import tzinfo

    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.clip_survey import CameraVerdict, CheckedClip
    from chekt_console.domain.event import Event
    from chekt_console.ui.shared.theme import Theme

MOST_EACH = 50
_USUAL_EACH = 5
_OVER_TIME, _WHY = 2, 3  # columns
_SIGNS = {Mark.GOOD: "✓", Mark.UNKNOWN: "–", Mark.WARNING: "!", Mark.BAD: "✕"}


class ClipSurveyDialog(QDialog):
    """Wishes leave as signals; the table grows while clips are checked."""

    check_requested = Signal(int)  # newest clips of each camera
    cancel_requested = Signal()
    csv_requested = Signal()
    pdf_requested = Signal()
    event_requested = Signal(object)  # Event, to be shown in Review

    def __init__(
        self, site_name: str, zone: tzinfo, theme: Theme, parent: QWidget | None = None, *, camera: str = ""
    ) -> None:
        """`camera`: the one that was asked for; it is chosen and open as soon as it has a clip."""
        super().__init__(parent)
        self._camera = camera
        self._theme = theme
        self._zone = zone
        self._clips: list[CheckedClip] = []
        self.setModal(False)
        self.setWindowTitle("Clip check")
        head = QLabel(f"Clip check of {words.clean(site_name, 80)}", self)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        set_role(head, "heading")
        self.each = QSpinBox(self)
        self.each.setRange(1, MOST_EACH)
        self.each.setValue(_USUAL_EACH)
        pad_words(self.each)
        self.each.setAccessibleName("How many clips of each camera")
        self.each.setToolTip("How many of the newest clips of each camera are fetched and checked")
        self.start = QPushButton("Check", self)
        set_role(self.start, "primary")
        self.start.setDefault(True)
        self.start.clicked.connect(self._on_start_clicked)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self.table = self._table()
        self.csv = QPushButton("Save as CSV…", self)
        self.csv.clicked.connect(lambda: self.csv_requested.emit())
        self.pdf = QPushButton("Save as PDF…", self)
        self.pdf.clicked.connect(lambda: self.pdf_requested.emit())
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        top = QHBoxLayout()
        top.addWidget(QLabel("Newest clips of each camera:", self))
        top.addWidget(self.each)
        top.addWidget(self.start)
        top.addStretch(1)
        bottom = QHBoxLayout()
        bottom.addWidget(self.csv)
        bottom.addWidget(self.pdf)
        bottom.addStretch(1)
        bottom.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        for part in (head, top, self.progress, self.note, self.table, bottom):
            if isinstance(part, QHBoxLayout):
                column.addLayout(part)
            else:
                column.addWidget(part, 1 if part is self.table else 0)
        theme.changed.connect(self._paint_marks)
        self._is_running = False
        self.show_waiting()
        self.resize(860, 560)

    @property
    def cameras(self) -> tuple[CameraVerdict, ...]:
        return by_camera(self._clips)

    def show_waiting(self) -> None:
        self._set_running(is_running=False)
        self.note.setText(
            "Fetches the newest clips of the last 30 days, decodes each to its end and compares it with the rules. "
            "What you do meanwhile goes first."
            + (f" Asked for: {words.clean(self._camera, 80)}." if self._camera else "")
        )

    def show_running(self) -> None:
        self._clips.clear()
        self.table.clear()
        self._set_running(is_running=True)
        self.say("Looking for clips…")

    def show_clip(self, clip: CheckedClip) -> None:
        self._clips.append(clip)
        self._fill()

    def show_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, max(1, total))
        self.progress.setValue(done)
        self.say(f"{done} of {total} clips checked")

    def show_done(self) -> None:
        self._set_running(is_running=False)
        if not self._clips:
            self.say(
                "No camera of this site sent a clip in the last 30 days, as far as this computer has read."
            )
            return
        bad = [camera for camera in self.cameras if camera.mark is not Mark.GOOD]
        count = len(self._clips)
        clips = "1 clip" if count == 1 else f"{count} clips"
        found = f"{len(bad)} of {len(self.cameras)} cameras need a look" if bad else "every camera is good"
        self.say(f"{clips} checked: {found}. Double-click a clip to see it.")

    def show_stopped(self, sentence: str, *, is_error: bool) -> None:
        self._set_running(is_running=False)
        self.say(sentence, is_error=is_error)

    def say(self, sentence: str, *, is_error: bool = False) -> None:
        self.note.setText(sentence)
        set_role(self.note, "error" if is_error else "muted")

    def _set_running(self, *, is_running: bool) -> None:
        self._is_running = is_running
        self.start.setText("Stop" if is_running else "Check")
        self.each.setEnabled(not is_running)
        self.progress.setVisible(is_running)
        self.progress.setRange(0, 0)
        for button in (self.csv, self.pdf):
            button.setEnabled(not is_running and bool(self._clips))
            button.setToolTip("" if self._clips else "Check the clips first")

    def _on_start_clicked(self) -> None:
        if self._is_running:
            self.cancel_requested.emit()
        else:
            self.check_requested.emit(self.each.value())

    def _table(self) -> QTreeWidget:
        table = QTreeWidget(self)
        table.setHeaderLabels(["Camera and clip", "Verdict", "Oldest to newest", "Why"])
        table.headerItem().setToolTip(_OVER_TIME, "Whether a camera gets worse: one sign for each clip")
        table.setAccessibleName("Cameras and their clips")
        table.setUniformRowHeights(False)
        table.setWordWrap(True)
        table.setAlternatingRowColors(False)
        header = table.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        for column, width in ((0, 260), (1, 130), (_OVER_TIME, 150)):
            header.resizeSection(column, width)
        table.itemActivated.connect(self._on_item)
        return table

    def _fill(self) -> None:
        """Few rows; built anew, with what was open still open and what was chosen still chosen."""
        open_names = {
            item.data(0, Qt.ItemDataRole.UserRole + 1)
            for item in self._items()
            if item.parent() is None and item.isExpanded()
        }
        current = self.table.currentItem()
        chosen = current.data(0, Qt.ItemDataRole.UserRole) if current is not None else None
        self.table.clear()
        for camera in self.cameras:
            top = QTreeWidgetItem(
                [
                    words.clean(camera.camera),
                    f"{_SIGNS[camera.mark]} {camera.summary}",
                    " ".join(_SIGNS[clip.mark] for clip in reversed(camera.clips)),
                    "; ".join(camera.reasons),
                ]
            )
            top.setData(0, Qt.ItemDataRole.UserRole + 1, camera.camera)
            top.setData(1, Qt.ItemDataRole.UserRole, camera.mark)
            self.table.addTopLevelItem(top)
            for clip in camera.clips:
                reasons = "; ".join(clip.reasons)
                row = QTreeWidgetItem(
                    top,
                    [
                        words.long_time(clip.event.instant_ms, self._zone),
                        f"{_SIGNS[clip.mark]} {WORDS[clip.mark]}",
                        "",
                        reasons,
                    ],
                )
                row.setData(0, Qt.ItemDataRole.UserRole, clip.event)
                row.setData(1, Qt.ItemDataRole.UserRole, clip.mark)
                row.setToolTip(_WHY, words.plain_tip(*clip.reasons))
                row.setToolTip(
                    0, words.plain_tip(event_title(clip.event), words.utc_time(clip.event.instant_ms))
                )
                if chosen == clip.event:
                    self.table.setCurrentItem(row)
            is_wanted = camera.camera == self._camera
            top.setExpanded(camera.camera in open_names or (is_wanted and chosen is None))
            if is_wanted and chosen is None:
                self.table.setCurrentItem(top)
            top.setToolTip(_WHY, words.plain_tip(*camera.reasons))
        self._paint_marks()

    def _items(self) -> list[QTreeWidgetItem]:
        tops = [self.table.topLevelItem(row) for row in range(self.table.topLevelItemCount())]
        found = [top for top in tops if top is not None]
        below = [top.child(row) for top in found for row in range(top.childCount())]
        return found + [item for item in below if item is not None]

    def _paint_marks(self) -> None:
        c = self._theme.colors
        inks = {Mark.GOOD: c.good, Mark.UNKNOWN: c.muted, Mark.WARNING: c.trouble, Mark.BAD: c.alarm}
        for item in self._items():
            item.setForeground(1, inks[Mark(item.data(1, Qt.ItemDataRole.UserRole))])

    def _on_item(self, item: QTreeWidgetItem) -> None:
        event: Event | None = item.data(0, Qt.ItemDataRole.UserRole)
        if event is not None:
            self.event_requested.emit(event)
