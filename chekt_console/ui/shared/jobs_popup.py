"""The list of running jobs over the status bar: name, progress, time left, Cancel."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable

_WIDTH = 380
_MOST = 8


class JobLike(Protocol):
    """What the window reads of a job of the runner."""

    title: str
    done: int
    total: int
    text: str
    is_running: bool

    @property
    def can_cancel(self) -> bool: ...

    def cancel(self) -> None: ...


def job_words(job: JobLike) -> str:
    """Title with the percentage where the total is known."""
    if not job.is_running:
        return f"{job.title} — waiting"
    return f"{job.title} {job.done * 100 // job.total} %" if job.total else job.title


def time_left_words(done: int, total: int, spent_s: float) -> str:
    """From the pace so far; nothing before a pace can be known."""
    if total <= 0 or done <= 0 or spent_s < 1 or done >= total:
        return ""
    left = spent_s * (total - done) / done
    return f"about {max(1, round(left))} s left" if left < 90 else f"about {round(left / 60)} min left"


class _JobLine(QWidget):
    def __init__(self, job: JobLike, started: float, parent: QWidget) -> None:
        super().__init__(parent)
        self.job = job
        self._started = started
        self._title = QLabel(self)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._detail = QLabel(self)
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._detail, "small")
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setAccessibleName(f"Cancel {job.title}")
        self.cancel.clicked.connect(self._on_cancel)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._bar)
        words.addWidget(self._detail)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(12)
        layout.addLayout(words, 1)
        layout.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignVCenter)
        self.refresh()

    def refresh(self) -> None:
        job = self.job
        self._title.setText(job_words(job))
        self._bar.setRange(0, job.total if job.is_running else 1)
        self._bar.setValue(job.done if job.is_running else 0)
        self._bar.setAccessibleName(job_words(job))
        left = time_left_words(job.done, job.total, time.monotonic() - self._started)
        detail = " · ".join(part for part in (job.text, left) if part)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        # What was sent cannot be called back: no button says that it could.
        self.cancel.setVisible(job.can_cancel)

    def _on_cancel(self) -> None:
        self.job.cancel()
        self.cancel.setEnabled(False)
        self.cancel.setText("Cancelling…")


class JobsPopup(QFrame):
    """A child of the window above the status bar; keeps its lines while their jobs last."""

    def __init__(self, parent: QWidget, place: Callable[[], None]) -> None:
        super().__init__(parent)
        set_role(self, "sheet")
        self.setAccessibleName("Running jobs")
        self._place = place
        self._started: dict[int, float] = {}
        self._lines: dict[int, _JobLine] = {}
        self._empty = QLabel("Nothing is running.", self)
        set_role(self._empty, "muted")
        self._more = QLabel(self)
        set_role(self._more, "small")
        for label in (self._empty, self._more):
            label.setContentsMargins(12, 8, 12, 8)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 4, 0, 4)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._empty)
        self._layout.addWidget(self._more)
        self.setFixedWidth(_WIDTH)
        self.hide()

    def cancel_buttons(self) -> tuple[QPushButton, ...]:
        """Of those that can be cancelled."""
        return tuple(line.cancel for line in self._lines.values() if not line.cancel.isHidden())

    def set_jobs(self, jobs: tuple[JobLike, ...]) -> None:
        now = time.monotonic()
        self._started = {id(job): self._started.get(id(job), now) if job.is_running else now for job in jobs}
        shown = {id(job): job for job in jobs[:_MOST]}
        is_same = list(shown) == list(self._lines)
        for gone in [key for key in self._lines if key not in shown]:
            line = self._lines.pop(gone)
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        for row, (key, job) in enumerate(shown.items()):
            if key not in self._lines:
                self._lines[key] = _JobLine(job, self._started[key], self)
                self._layout.insertWidget(row, self._lines[key])
            self._lines[key].refresh()
        self._empty.setVisible(not jobs)
        self._more.setVisible(len(jobs) > _MOST)
        self._more.setText(f"and {len(jobs) - _MOST} more")
        if not is_same and self.isVisible():
            self._place()
