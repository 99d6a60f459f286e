"""The schedule pane: header, the week, what it means below, and a picture for every state."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_charge import Charge
from chekt_console.domain.schedule_words import WordStyle
from chekt_console.domain.site_clock import wall_of, week_minute, zone_of
from chekt_console.ui.schedule.charge_band import ChargeBand
from chekt_console.ui.schedule.schedule_below import ScheduleBelow
from chekt_console.ui.schedule.schedule_header import ScheduleHeader
from chekt_console.ui.schedule.schedule_state_words import site_time_words
from chekt_console.ui.schedule.week_grid import WeekGrid
from chekt_console.ui.schedule.zone_band import ZoneBand
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtGui import QHideEvent, QShowEvent

    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.theme import Theme

NO_ENDPOINT = (
    "This connection stores no arming schedules: CHeKT has published no way to read or write them. "
    "Set the week in the CHeKT app; here it can be drawn, checked, printed and exported."
)
_LOADING_AFTER_MS = 150
_LEAST_BELOW_PX = 196  # the figures of a replay with their links, in a window of 1280 by 720 too
_CLOCK_EVERY_MS = 5000


def system_now_ms() -> int:
    return time.time_ns() // 1_000_000


def locale_style(locale: QLocale | None = None) -> WordStyle:
    """First weekday and 12 or 24 hour clock as the person's system has them."""
    locale = locale or QLocale.system()
    is_12h = "ap" in locale.timeFormat(QLocale.FormatType.ShortFormat).lower()
    return WordStyle(locale.firstDayOfWeek().value - 1, is_12h)


class SchedulePane(QWidget):
    """Is given schedules by its controller; the grid's edits go to the controller first and come back as shown."""

    retry_requested = Signal()
    draw_requested = Signal()
    day_began = Signal()  # at the site, while its week is on the screen

    def __init__(
        self,
        selection: Selection,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        now_ms: Callable[[], int] = system_now_ms,
        style: WordStyle | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("schedulePane")
        self._selection = selection
        self.theme = theme
        self._now_ms = now_ms
        self._site: Site | None = None
        self._schedule: WeekSchedule | None = None
        self._is_stored = True
        self._told_day: date | None = None  # the first of the next 14
        self.style_words = style or locale_style()
        self.header = ScheduleHeader(theme, self.style_words, self)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setContentsMargins(12, 4, 12, 4)
        set_role(self.note, "error")
        self.charge = ChargeBand(self)
        self.zone = ZoneBand(self)
        self.grid = WeekGrid(theme, self)
        self.grid.set_style_words(self.style_words)
        self.below = ScheduleBelow(theme, self)
        self.message = QLabel(self)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        set_role(self.message, "muted")
        self.retry = QPushButton("Try again", self)
        self.retry.clicked.connect(lambda: self.retry_requested.emit())
        self.draw = QPushButton("Draw a week", self)
        self.draw.setToolTip("It stays on this computer, to be printed and exported")
        self.draw.clicked.connect(lambda: self.draw_requested.emit())
        set_role(self.draw, "primary")
        self._lay_out()
        self.header.brush_chosen.connect(self.grid.set_brush)
        self.grid.brush_changed.connect(self.header.brush.show_mode)
        for keys, button in (
            (QKeySequence.StandardKey.Undo, self.header.undo),
            (QKeySequence.StandardKey.Redo, self.header.redo),
        ):
            shortcut = QShortcut(keys, self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        # Of the window: it counts beside the week too. Not of the button, which loses it when its words change.
        QShortcut(QKeySequence.StandardKey.Save, self).activated.connect(self.header.save.click)
        self._loading_timer = QTimer(self, singleShot=True, interval=_LOADING_AFTER_MS)
        self._loading_timer.timeout.connect(self._on_loading_long)
        self._clock_timer = QTimer(self, interval=_CLOCK_EVERY_MS)
        self._clock_timer.timeout.connect(self._tick)
        self.show_no_site()

    @property
    def now_ms(self) -> int:
        return self._now_ms()

    def show_no_site(self) -> None:
        self._site = None
        self.charge.show_charge(Charge())
        self._show_message("Choose a site to see when it is armed.")
        self.header.state.show_text("")
        self.header.site_line.show_text("")

    def show_loading(self, site: Site) -> None:
        """Nothing is known of this site's schedule yet; words only once it takes long enough to notice."""
        self._take_site(site)
        self._show_message("")
        self._loading_timer.start()

    def show_error(self, site: Site, sentence: str) -> None:
        self._take_site(site)
        self._show_message(f"The schedule of {site.name} could not be read.\n{sentence}", can_retry=True)

    def show_no_endpoint(self, site: Site) -> None:
        """This connection has no schedules to offer; no fault of the site."""
        self._take_site(site)
        self._show_message(NO_ENDPOINT, can_retry=True, can_draw=True)

    def show_week(
        self,
        site: Site,
        schedule: WeekSchedule,
        *,
        is_stale: bool = False,
        is_stored: bool = True,
        note: str = "",
    ) -> None:
        """`note` is said above the week: what the server's schedule holds that could not be understood. `is_stored`: the
        connection has a place for schedules."""
        self._loading_timer.stop()
        self._take_site(site)
        self._schedule, self._is_stored = schedule, is_stored
        self.grid.show_schedule(schedule)
        self.grid.set_stale(is_stale)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.pages.setCurrentIndex(0)
        self._show_below()

    def show_standing(self, words: str) -> None:
        self.header.state.show_text(words)

    def _take_site(self, site: Site) -> None:
        if self._site is None or self._site.site_id != site.site_id:
            self.grid.select(None)
            self.charge.show_charge(Charge())
            self._told_day = None
        self._site = site
        self._tick()

    def _show_message(self, text: str, *, can_retry: bool = False, can_draw: bool = False) -> None:
        self._loading_timer.stop()
        self._schedule = self._told_day = None
        self.note.hide()
        self.grid.show_schedule(WeekSchedule())
        self.message.setText(text)
        self.retry.setVisible(can_retry)
        self.draw.setVisible(can_draw)
        self.pages.setCurrentIndex(1)
        self.header.set_tools(can_edit=False, can_undo=False, can_redo=False, can_save=False)

    def _show_below(self) -> None:
        if self._schedule is None or self._site is None:
            return
        zone = zone_of(self._site.timezone)
        wall = wall_of(self.now_ms, zone) if zone else None
        self._told_day = today = wall.date() if wall else None
        self.below.show_schedule(self._schedule, wall, self.style_words, is_stored=self._is_stored)
        ahead = (one for one in self._schedule.exceptions if today and 0 <= (one.day - today).days < 7)
        self.grid.set_dates(ahead)

    def _tick(self) -> None:
        """The site's clock, in words and on the week."""
        if self._site is None:
            self.grid.set_now(None)
            return
        zone = zone_of(self._site.timezone)
        wall = wall_of(self.now_ms, zone) if zone else None
        self.grid.set_now(week_minute(wall) if wall else None)
        time_words = site_time_words(self._site, self.now_ms, self.style_words)
        self.header.site_line.show_text(f"{self._site.name} · {time_words}", short=time_words)
        if wall is not None and self._told_day is not None and wall.date() != self._told_day:
            self._show_below()
            self.day_began.emit()
        elif wall is not None and self.below.ends_next is not None and wall >= self.below.ends_next:
            self._show_below()

    def _on_loading_long(self) -> None:
        self.message.setText("Reading the schedule…")

    def _lay_out(self) -> None:
        parts = QSplitter(Qt.Orientation.Vertical, self)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(1)
        parts.addWidget(self.grid)
        parts.addWidget(self.below)
        parts.setStretchFactor(0, 0)
        parts.setStretchFactor(1, 1)
        parts.setSizes([self.grid.sizeHint().height(), _LEAST_BELOW_PX])
        self.below.setMinimumHeight(_LEAST_BELOW_PX)
        words = QWidget(self)
        column = QVBoxLayout(words)
        column.addStretch(1)
        column.addWidget(self.message)
        column.addWidget(self.draw, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(parts)
        self.pages.addWidget(words)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.zone)
        whole.addWidget(self.charge)
        whole.addWidget(self.note)
        whole.addWidget(self.pages, 1)

    def showEvent(self, event: QShowEvent) -> None:
        self._tick()
        self._clock_timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._clock_timer.stop()
        super().hideEvent(event)
