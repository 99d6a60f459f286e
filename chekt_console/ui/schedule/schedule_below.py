"""Below the week: the schedule in words, what this connection cannot hold, past alarms replayed, the next 14 days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.schedule_forecast import clock_nights, forecast, night_words
from chekt_console.domain.schedule_json import to_key_concepts
from chekt_console.domain.schedule_words import PLAIN, WordStyle, describe, summary_words
from chekt_console.ui.schedule.forecast_list import ForecastList
from chekt_console.ui.schedule.section_head import section_head
from chekt_console.ui.shared.elided_label import ElidedLabel
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from datetime import datetime

    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.ui.shared.theme import Theme

_DAYS = 14


class ScheduleBelow(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = ElidedLabel(self)
        set_role(self.summary, "small")
        self.sentences = _lines("", self)
        self.sentences.setAccessibleName("The schedule in words")
        self.losses = _lines("error", self)
        self.losses.setAccessibleName("What this connection cannot hold")
        self.forecast = ForecastList(theme, self)
        self.ends_next: datetime | None = None  # of what stands in the next days; it goes then
        self.nights = _lines("small", self)
        self.nights.setAccessibleName("Clock changes of the next 13 months")
        ahead = QWidget(self)
        dates = QVBoxLayout(ahead)
        dates.setContentsMargins(0, 0, 0, 8)
        dates.setSpacing(6)
        dates.addWidget(self.forecast)
        heading = QLabel("Clock changes, next 13 months", self)
        set_role(heading, "part")
        heading.setContentsMargins(9, 5, 12, 5)
        dates.addWidget(heading)
        self.nights.setContentsMargins(12, 0, 12, 0)
        dates.addWidget(self.nights)
        dates.addStretch(1)
        words = QWidget(self)
        column = QVBoxLayout(words)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(self.summary)
        column.addWidget(self.sentences)
        column.addWidget(self.losses)
        column.addStretch(1)
        parts = QSplitter(Qt.Orientation.Horizontal, self)
        parts.setHandleWidth(1)
        parts.setChildrenCollapsible(False)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        # Five names have to fit beside the next days in a small window.
        self.tabs.tabBar().setStyleSheet("QTabBar::tab { padding: 6px 7px; }")
        self.tabs.setAccessibleName("What this schedule means")
        self.tabs.addTab(_scrolling(words, self), "In words")
        parts.addWidget(self.tabs)
        note = QLabel("site time", self)
        set_role(note, "small")
        parts.addWidget(_section("Next 14 days", note, ahead, self))
        parts.setSizes([400, 248])
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(parts)

    def add_tab(self, content: QWidget, title: str, *, is_long: bool = False) -> None:
        """Another way to look at the schedule; a long one scrolls."""
        self.tabs.addTab(_scrolling(content, self) if is_long else content, title)

    def show_tab(self, content: QWidget) -> None:
        """One that was added."""
        for place in range(self.tabs.count()):
            page = self.tabs.widget(place)
            if page is content or (isinstance(page, QScrollArea) and page.widget() is content):
                self.tabs.setCurrentIndex(place)

    def show_schedule(
        self,
        schedule: WeekSchedule,
        wall: datetime | None,
        style: WordStyle = PLAIN,
        *,
        is_stored: bool = True,
    ) -> None:
        """`wall` is now by the site's clock, its zone in it; None when that is not known. `is_stored`: this connection has a
        place for schedules, so what does not fit into it is told."""
        self.summary.show_text(summary_words(schedule, style)[0])
        self.sentences.setText("\n".join(describe(schedule, style)))
        losses = to_key_concepts(schedule).losses if is_stored else ()
        lines = ["This connection cannot hold all of it:", *(f"• {loss.sentence}" for loss in losses)]
        self.losses.setText("\n".join(lines) if losses else "")
        self.losses.setVisible(bool(losses))
        zone = wall.tzinfo if wall is not None else None
        self.ends_next = None
        if wall is None or zone is None:
            self.forecast.show_lines((), style, "No dates without a time zone.")
            self.nights.setText("Set the site's time zone first.")
        else:
            today = wall.date()
            lines_ahead = tuple(
                line
                for line in forecast(schedule, zone, today, _DAYS, style)
                if line.ends_at is None or line.ends_at > wall
            )
            self.ends_next = min((line.ends_at for line in lines_ahead if line.ends_at), default=None)
            self.forecast.show_lines(lines_ahead, style, "Nothing is armed in the next 14 days.")
            nights = [night_words(night, style) for night in clock_nights(schedule, zone, today)]
            self.nights.setText(
                "\n\n".join("\n".join(words) for words in nights) or "The clock there does not change."
            )


def _lines(role: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    if role:
        set_role(label, role)
    return label


def _section(title: str, note: QLabel, content: QWidget, parent: QWidget) -> QWidget:
    section = QWidget(parent)
    column = QVBoxLayout(section)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(section_head(title, note, section))
    column.addWidget(_scrolling(content, section), 1)
    return section


def _scrolling(content: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area
