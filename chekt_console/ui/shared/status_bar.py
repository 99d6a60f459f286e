"""The line at the window's foot: how fresh what is shown is, the request budget, the running jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from chekt_console.domain.request_budget import nearest_to_its_end
from chekt_console.ui.shared import slow_link
from chekt_console.ui.shared.jobs_popup import JobsPopup, job_words
from chekt_console.ui.shared.style import SMALL_PX, set_role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor

    from chekt_console.domain.request_budget import RequestBudget
    from chekt_console.ui.shared.jobs_popup import JobLike
    from chekt_console.ui.shared.theme import Colors, Theme

JOBS_SHORTCUT = "Ctrl+J"
_MARKS = {"live": "●", "polling": "◐", "stale": "○", "stopped": "○", "": ""}
_FULL = 0.9  # share of the budget from which on it is worth a warning


class StatusBar(QFrame):
    """Kinds of freshness: "live", "polling", "stale", "stopped", "" for none."""

    outbox_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._needs_look = False
        self._kind = ""
        self._jobs: tuple[JobLike, ...] = ()
        self._popup: JobsPopup | None = None
        self._is_budget_full = False
        set_role(self, "status")
        font = QFont(self.font())
        font.setPixelSize(SMALL_PX)
        self.setFont(font)
        self._mark = QLabel(self)
        self.freshness = _plain_label(self)
        self.outbox = QPushButton(self)
        self.outbox.setFont(font)
        set_role(self.outbox, "status")
        self.outbox.clicked.connect(self.outbox_requested)
        self.slow_link = _plain_label(self)
        self.slow_link.setText(slow_link.TITLE)
        self.slow_link.setToolTip(slow_link.TIP)
        self._budget_title = QLabel("API budget", self)
        self._budget_bar = QProgressBar(self)
        self._budget_bar.setTextVisible(False)
        self._budget_bar.setFixedSize(88, 5)
        self.budget = _plain_label(self)
        self.detail = _plain_label(self)
        self.jobs = QPushButton(self)
        self.jobs.setFont(font)
        set_role(self.jobs, "status")
        self.jobs.clicked.connect(self._on_jobs_clicked)
        shortcut = QShortcut(QKeySequence(JOBS_SHORTCUT), self)
        shortcut.activated.connect(self._on_jobs_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 1, 6, 1)
        layout.setSpacing(6)
        layout.addWidget(self._mark)
        layout.addWidget(self.freshness)
        layout.addWidget(self.outbox)
        layout.addWidget(self.slow_link)
        layout.addSpacing(6)
        layout.addWidget(self._budget_title)
        layout.addWidget(self._budget_bar)
        layout.addWidget(self.budget)
        layout.addStretch(1)
        layout.addWidget(self.detail)
        layout.addSpacing(6)
        layout.addWidget(self.jobs)
        self.setFixedHeight(max(26, self.fontMetrics().height() + 10))
        theme.changed.connect(self._paint_colors)
        self.set_freshness("", "")
        self.set_budgets(())
        self.set_jobs(())
        self.set_outbox("")
        self.set_slow_link(is_on=False)

    def set_freshness(self, text: str, kind: str) -> None:
        """ "Live — updated 2 s ago" as live, "Asking every 5 s" as polling, "Stale since 20:51" as stale."""
        if kind not in _MARKS:
            raise ValueError(kind)
        self.freshness.setText(text)
        if self._kind != kind or not self._mark.text():
            self._kind = kind
            self._mark.setText(_MARKS[kind])
            self._mark.setVisible(bool(kind))
            self._paint_colors()

    def set_budgets(self, budgets: Sequence[RequestBudget]) -> None:
        """Shows the one that is nearest to its end, and each in the tool tip; none shows nothing."""
        shown = nearest_to_its_end(budgets)
        self._budget_title.setVisible(shown is not None)
        self.budget.setVisible(shown is not None)
        self._budget_bar.setVisible(shown is not None and shown.limit > 0)
        if shown is None:
            return
        words = "\n".join(one.words() for one in budgets)
        for widget in (self._budget_title, self._budget_bar, self.budget):
            widget.setToolTip(words)
        self._budget_bar.setAccessibleName(shown.words())
        if shown.limit:
            self._budget_bar.setRange(0, shown.limit)
            self._budget_bar.setValue(shown.left)
            self.budget.setText(f"{shown.left} / {shown.limit} per min")
        else:
            self.budget.setText(f"{shown.used} in the last minute, limit not told")
        is_full = 0 < shown.limit * _FULL <= shown.used
        if is_full != self._is_budget_full:
            self._is_budget_full = is_full
            self._paint_colors()

    def set_outbox(self, text: str, *, needs_look: bool = False) -> None:
        """Changes that wait to be sent; "" shows none."""
        self.outbox.setText(text)
        self.outbox.setVisible(bool(text))
        self.outbox.setToolTip("Show the changes that wait to be sent")
        if needs_look != self._needs_look:
            self._needs_look = needs_look
            self._paint_colors()

    def set_slow_link(self, *, is_on: bool) -> None:
        self.slow_link.setVisible(is_on)

    def set_detail(self, text: str) -> None:
        """A fact of the connection on the right; "" shows none."""
        self.detail.setText(text)

    def set_jobs(self, jobs: tuple[JobLike, ...]) -> None:
        self._jobs = jobs
        first = next((job for job in jobs if job.is_running), jobs[0] if jobs else None)
        self.jobs.setText(f"Jobs {len(jobs)} · {job_words(first)}" if first else "No jobs running")
        self.jobs.setToolTip(f"Show running jobs ({JOBS_SHORTCUT.replace('+', ' ')})")
        if self._popup is not None and self._popup.isVisible():
            self._popup.set_jobs(jobs)

    @property
    def popup(self) -> JobsPopup | None:
        return self._popup

    def close_popup(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    def _on_jobs_clicked(self) -> None:
        popup = self._popup
        if popup is None:
            popup = self._popup = JobsPopup(self.window(), self._place_popup)
            escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), popup)
            escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            escape.activated.connect(self.close_popup)
        if popup.isVisible():
            popup.hide()
            return
        popup.set_jobs(self._jobs)
        popup.show()
        self._place_popup()
        popup.raise_()
        buttons = popup.cancel_buttons()
        if buttons:
            buttons[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def _place_popup(self) -> None:
        if self._popup is None:
            return
        self._popup.adjustSize()
        corner = self.mapTo(self.window(), QPoint(self.width(), 0))
        self._popup.move(corner.x() - self._popup.width() - 8, corner.y() - self._popup.height() - 6)

    def _paint_colors(self) -> None:
        colors = self._theme.colors
        self._mark.setStyleSheet(f"color: {_freshness_color(self._kind, colors).name()}")
        self.freshness.setStyleSheet(
            f"color: {(colors.trouble if self._kind == 'stale' else colors.muted).name()}"
        )
        self.slow_link.setStyleSheet(f"color: {colors.trouble.name()}")
        self.outbox.setStyleSheet(f"color: {colors.trouble.name()}" if self._needs_look else "")
        chunk = colors.trouble if self._is_budget_full else colors.good
        self._budget_bar.setStyleSheet(f"QProgressBar::chunk {{ background: {chunk.name()} }}")


def _freshness_color(kind: str, colors: Colors) -> QColor:
    return {"live": colors.good, "polling": colors.accent, "stale": colors.trouble}.get(kind, colors.muted)


def _plain_label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
