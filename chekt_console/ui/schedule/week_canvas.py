"""The week as it is seen: its periods, what of them is chosen, the hours in sight, and what a screen reader is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import Periods, period_at
from chekt_console.domain.schedule_words import WordStyle, date_words, exception_words
from chekt_console.ui.schedule.week_geometry import BOTTOM, LEAST_ROW, LEFT, TOP, WeekGeometry
from chekt_console.ui.schedule.week_group import group_words
from chekt_console.ui.schedule.week_hints import announce, place_words
from chekt_console.ui.schedule.week_painter import PaintCache, WeekPainter, WeekPicture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QFocusEvent, QPaintEvent

    from chekt_console.ui.schedule.hour_bars import HourBars
    from chekt_console.ui.shared.theme import Theme

_ROW = 52
_TALLEST_ROW = 62


class WeekCanvas(QWidget):
    """Shows one WeekSchedule, and what is chosen in it. What is shown is never changed in place."""

    period_selected = Signal(object)  # ArmedPeriod | None
    group_chosen = Signal(object)  # tuple[ArmedPeriod, ...], of several or none

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture = WeekPicture()
        self._paint_cache = PaintCache()
        self.dates: dict[int, str] = {}  # days ahead with a rule of their own, by weekday, in words
        self._seen = (0.0, float(DAY_MIN))  # first minute of the day, and how many
        self._preview_of: WeekSchedule | None = None  # what a hand moves something over
        self.setMaximumHeight(int(TOP + 7 * _TALLEST_ROW + BOTTOM))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Arming schedule, week")
        theme.changed.connect(self.update)

    @property
    def schedule(self) -> WeekSchedule:
        """As it stands, a drag that is under way left out."""
        return self._picture.schedule if self._preview_of is None else self._preview_of

    @property
    def shown(self) -> WeekSchedule:
        """As it is seen, a drag that is under way included."""
        return self._picture.schedule

    @property
    def group(self) -> Periods:
        """Several that are chosen together, else none."""
        return self._picture.group

    @property
    def chosen(self) -> Periods:
        """The one that is selected, or several."""
        return self.group or ((self.selected,) if self.selected else ())

    @property
    def selected(self) -> ArmedPeriod | None:
        return self._picture.selected

    @property
    def cursor_min(self) -> int | None:
        return self._picture.cursor_min

    @property
    def drag_label(self) -> str:
        """What is said beside the pointer during a drag."""
        return self._picture.label

    @property
    def style_words(self) -> WordStyle:
        return self._picture.style

    @property
    def bars(self) -> HourBars | None:
        return self._picture.bars

    @property
    def geometry_now(self) -> WeekGeometry:
        return WeekGeometry(self.width(), self.height(), self._picture.style.first_day, *self._seen)

    def show_schedule(self, schedule: WeekSchedule) -> None:
        """The selection stays where its period still is."""
        if schedule == self.schedule:
            return
        selected = self.selected
        self._picture = replace(self._picture, schedule=schedule)
        if self.group:
            self.choose(tuple(period for period in self.group if period in schedule.periods))
        place = selected.start_min if selected is not None else self.cursor_min
        if self.hasFocus() and not self.group and place is not None and selected not in schedule.periods:
            self.go_to(place)  # what came or went where the person is
        elif selected is not None and selected not in schedule.periods:
            self.select(period_at(schedule, selected.start_min))
        elif not self.group:
            self._announce()
        self.update()

    def set_style_words(self, style: WordStyle) -> None:
        self._picture = replace(self._picture, style=style)
        self.update()

    def set_now(self, week_minute: int | None) -> None:
        """The site's own clock, as a minute of the week."""
        if week_minute != self._picture.now_min:
            self._picture = replace(self._picture, now_min=week_minute)
            self.update()

    def set_bars(self, bars: HourBars | None) -> None:
        """Alarms by hour, drawn at the foot of each row; None while they are not known."""
        if bars != self._picture.bars:
            self._picture = replace(self._picture, bars=bars)
            self.update()

    def set_dates(self, exceptions: Iterable[DayException]) -> None:
        """Days ahead that follow a rule of their own instead of their row."""
        found = {one.day.weekday(): one for one in exceptions}
        dates = tuple((day, f"{date_words(one.day)[4:]} *") for day, one in sorted(found.items()))
        self.dates = {day: exception_words(one, self.style_words) for day, one in found.items()}
        if dates != self._picture.dates:
            self._picture = replace(self._picture, dates=dates)
            self.update()

    def set_stale(self, is_stale: bool) -> None:
        self._picture = replace(self._picture, is_stale=is_stale)
        self.update()

    def select(self, period: ArmedPeriod | None) -> None:
        if period == self.selected and not self.group:
            return
        if self.group:
            self.group_chosen.emit(())
        cursor = None if period else self.cursor_min
        self._picture = replace(self._picture, selected=period, cursor_min=cursor, group=())
        if period is not None:
            if period.end_min <= (period.day + 1) * DAY_MIN:
                self._see(period.end_min - 1)
            self._see(period.start_min)
        self._announce()
        self.update()
        self.period_selected.emit(period)

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Closer to the hours around `x`, in pixels; without one to the middle."""
        geometry = self.geometry_now
        self._seen = geometry.zoomed(factor, (geometry.right + LEFT) / 2 if x is None else x)
        self.update()

    def pan(self, share: float) -> None:
        """Later in the day, by a share of what is seen."""
        first, span = self._seen
        self._seen = min(max(first + share * span, 0.0), DAY_MIN - span), span
        self.update()

    def _see(self, week_minute: int) -> None:
        self._seen = self.geometry_now.seeing(week_minute % DAY_MIN), self._seen[1]

    def choose(self, periods: Periods) -> None:
        """Several together; one is a selection like any other."""
        if len(periods) < 2:
            self.select(periods[0] if periods else None)
            return
        if periods == self.group:
            return
        self.select(None)
        self._picture = replace(self._picture, group=periods, cursor_min=None)
        announce(self, f"{group_words(periods)} chosen")
        self.group_chosen.emit(periods)
        self.update()

    def gather(self, periods: Periods, cursor_min: int) -> None:
        """Some that keys have taken, one alone too, and where the keys are now: they go on without letting go."""
        if self.selected is not None:
            self.select(None)
        was = self.group
        self._picture = replace(self._picture, group=periods, cursor_min=cursor_min % WEEK_MIN)
        self._see(cursor_min % WEEK_MIN)
        taken = ", chosen" if period_at(self.schedule, cursor_min % WEEK_MIN) in periods else ""
        announce(self, f"{self._place_words()}{taken}. {group_words(periods)} chosen in all")
        if periods != was:
            self.group_chosen.emit(periods)
        self.update()

    def tell(self, words: str) -> None:
        """To a screen reader: what was done, and where the person is then."""
        place = self._place_words()
        announce(self, f"{words}. {place}" if place else words)

    def show_band(self, band: QRectF | None) -> None:
        if band != self._picture.band:
            self._picture = replace(self._picture, band=band)
            self.update()

    def preview(self, schedule: WeekSchedule | None, group: Periods, label: str, at: QPointF) -> None:
        """While several are carried: how the week would be. None: as it was before."""
        base = self.schedule
        self._preview_of = None if schedule is None else base
        self._picture = replace(
            self._picture, schedule=schedule or base, group=group, label=label, label_at=(at.x(), at.y())
        )
        self.update()

    def preview_one(
        self, schedule: WeekSchedule | None, subject: ArmedPeriod | None, label: str, at: QPointF
    ) -> None:
        """While one is in the hand; its numbers follow. None: as it was before."""
        base = self.schedule
        self._preview_of = None if schedule is None else base
        self._picture = replace(
            self._picture,
            schedule=schedule or base,
            selected=subject,
            cursor_min=None,
            label=label,
            label_at=(at.x(), at.y()),
        )
        self.period_selected.emit(subject)
        self.update()

    def select_place(self, start_min: int, length_min: int) -> None:
        """The period that begins there, else the first armed one within, else the place itself."""
        periods = self.schedule.periods
        within = [p for p in periods if (p.start_min - start_min) % WEEK_MIN < max(length_min, 1)]
        found = next((p for p in periods if p.start_min == start_min), None) or min(within, default=None)
        if found is not None:
            self.select(found)
        else:
            self.go_to(start_min)

    def go_to(self, week_minute: int) -> None:
        """Put the cursor on a minute: its period is selected, or the empty cell is marked."""
        week_minute %= WEEK_MIN
        period = period_at(self.schedule, week_minute)
        if period is not None:
            self.select(period)
            return
        self.select(None)
        self._picture = replace(self._picture, cursor_min=week_minute)
        self._see(week_minute)
        self._announce()
        self.update()

    def _announce(self) -> None:
        """Tell a screen reader where the person is now."""
        announce(self, self._place_words())

    def _place_words(self) -> str:
        return place_words(self.schedule, self.selected, self.cursor_min, self.style_words)

    def sizeHint(self) -> QSize:
        return QSize(760, int(TOP + 7 * _ROW + BOTTOM))

    def minimumSizeHint(self) -> QSize:
        return QSize(360, int(TOP + 7 * LEAST_ROW + BOTTOM))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        picture = self._picture
        if not self.hasFocus():
            picture = replace(picture, cursor_min=None)
        colors = self._theme.colors
        WeekPainter(painter, self.geometry_now, colors, self.font(), self._paint_cache).paint(picture)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self.chosen and self.cursor_min is None:
            self._picture = replace(self._picture, cursor_min=self.style_words.first_day * DAY_MIN)
        self.update()
        super().focusInEvent(event)
