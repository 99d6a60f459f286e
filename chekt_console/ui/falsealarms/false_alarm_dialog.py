"""False alarms by site and camera: how many, whether they grow, why and when; and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chekt_console.ui.falsealarms import false_alarm_words as words
from chekt_console.ui.falsealarms.bar_chart import BarChart
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chekt_console.domain.false_alarms import Tally
    from chekt_console.services.false_alarm_service import FalseAlarmReport
    from chekt_console.ui.shared.theme import Theme

_SIZE = QSize(980, 620)
SPANS = (30, 90)
_ARROW = "↗"
_GROWING = "More in the newer half of the time than in the older"
_TALLY_ROLE = Qt.ItemDataRole.UserRole


class FalseAlarmDialog(QDialog):
    """Shows what it is told; wishes leave as signals."""

    days_requested = Signal(int)
    schedule_requested = Signal(object)  # Tally
    clips_requested = Signal(object)  # Tally
    check_requested = Signal(object)  # Tally

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("False alarms")
        self.resize(_SIZE)
        self._now_ms = 0
        self.summary = self._label("", "muted")
        head = QHBoxLayout()
        head.addWidget(self.summary, 1)
        self._spans = QButtonGroup(self)
        for days in SPANS:
            button = QPushButton(f"{days} days", self)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, days=days: self.days_requested.emit(days))
            self._spans.addButton(button, days)
            head.addWidget(button)
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName("Sites and cameras with false alarms")
        self.tree.setHeaderLabels(["Site, camera", "False", "Share", "Main cause"])
        self.tree.setUniformRowHeights(True)
        self.tree.setStyleSheet("QTreeView::item { height: 24px; padding: 0 4px; }")
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for number in (1, 2, 3):
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.currentItemChanged.connect(lambda _now, _before: self._show_current())
        self.tree.setMinimumWidth(420)
        both = QHBoxLayout()
        both.setSpacing(16)
        self.legend = self._label(f"{_ARROW} {_GROWING}", "small")
        listed = QVBoxLayout()
        listed.addWidget(self.tree, 1)
        listed.addWidget(self.legend)
        both.addLayout(listed, 3)
        both.addWidget(self._build_details(theme), 2)
        filled = QWidget(self)
        filled.setLayout(both)
        both.setContentsMargins(0, 0, 0, 0)
        self.message = self._label("", "muted")
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(filled)
        self._stack.addWidget(self.message)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        self.show_message("Counting…")

    def show_message(self, text: str) -> None:
        self.message.setText(text)
        self._stack.setCurrentIndex(1)

    def show_report(
        self, report: FalseAlarmReport, names: Mapping[str, str], now_ms: int, since: str
    ) -> None:
        self._now_ms = now_ms
        button = self._spans.button(report.days)
        if button is not None:
            button.setChecked(True)
        false = sum(one.site.false for one in report.sites)
        self.summary.setText(
            f"{false:,} false of {report.alarms:,} alarms in {report.days} days; {report.undecided:,} undecided. {since}"
        )
        if not report.sites:
            self.show_message(
                "No false alarm was decided in this time. Decide alarms as false in Review, with their cause, and they"
                " are counted here."
            )
            return
        self.tree.clear()
        for one in report.sites:
            item = self._item(one.site, words.plain(names.get(one.site.site_id, one.site.site_id)))
            for camera in one.cameras:
                item.addChild(self._item(camera, words.plain(camera.where)))
            self.tree.addTopLevelItem(item)
        shown = [tally for one in report.sites for tally in (one.site, *one.cameras)]
        self.legend.setVisible(any(tally.is_rising for tally in shown))
        self._stack.setCurrentIndex(0)
        first = self.tree.topLevelItem(0)
        if first is not None:
            first.setExpanded(True)
            self.tree.setCurrentItem(first)

    @property
    def current(self) -> Tally | None:
        item = self.tree.currentItem()
        tally: Tally | None = item.data(0, _TALLY_ROLE) if item is not None else None
        return tally

    def _item(self, tally: Tally, name: str) -> QTreeWidgetItem:
        arrow = f" {_ARROW}" if tally.is_rising else ""
        item = QTreeWidgetItem(
            [name, f"{tally.false:,}{arrow}", f"{tally.share:.0%}", words.main_cause(tally)]
        )
        item.setData(0, _TALLY_ROLE, tally)
        item.setToolTip(1, _GROWING if arrow else "")
        item.setToolTip(2, words.share_words(tally))
        for column in (1, 2):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _show_current(self) -> None:
        tally = self.current
        if tally is None:
            return
        self.weeks.show_bars(words.week_bars(tally, self._now_ms))
        self.causes.show_bars(words.cause_bars(tally))
        self.hours.show_bars(words.hour_bars(tally))
        self.trend.setText("By week, growing" if tally.is_rising else "By week")
        self.clips.setText("Show its last clip" if tally.where else "Show the last one")

    def _build_details(self, theme: Theme) -> QWidget:
        details = QWidget(self)
        self.weeks = BarChart(theme, "False alarms by week", details)
        self.causes = BarChart(theme, "Causes", details)
        self.hours = BarChart(theme, "False alarms by hour, site time", details)
        self.trend = self._label("By week", "strong")
        column = QVBoxLayout(details)
        column.setContentsMargins(0, 0, 0, 0)
        for head, chart in (
            (self.trend, self.weeks),
            (self._label("Causes", "strong"), self.causes),
            (self._label("By hour, site time", "strong"), self.hours),
        ):
            column.addWidget(head)
            column.addWidget(chart)
            column.addSpacing(6)
        column.addStretch(1)
        self.schedule = QPushButton("Try another schedule…", details)
        self.schedule.setToolTip(
            "Opens this site's schedule, where past alarms are replayed against a change"
        )
        self.clips = QPushButton("Show the last one", details)
        self.clips.setToolTip("Opens Review with this camera and its last false alarm")
        self.check = QPushButton("Check its clips…", details)
        self.check.setToolTip("Opens the clip check of this site, with this camera chosen")
        for button, wish in (
            (self.schedule, self.schedule_requested),
            (self.clips, self.clips_requested),
            (self.check, self.check_requested),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, wish=wish: wish.emit(self.current))
            column.addWidget(button)
        return details

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        set_role(label, role)
        return label
