"""The week as a widget: periods are painted, moved, resized and chosen with mouse and keys, each change one new value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QHelpEvent,
    QPainter,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import (
    Periods,
    copy_period,
    delete,
    exchange,
    paint,
    period_at,
    put,
    with_mode,
)
from chekt_console.domain.schedule_words import (
    WordStyle,
    date_words,
    days_words,
    exception_words,
    period_words,
)
from chekt_console.ui.schedule.period_hand import PeriodHand
from chekt_console.ui.schedule.week_geometry import (
    BOTTOM,
    LEAST_ROW,
    LEFT,
    TOP,
    Part,
    WeekGeometry,
)
from chekt_console.ui.schedule.week_group import GroupHand, group_words
from chekt_console.ui.schedule.week_hints import HELP, announce, place_words, pointer_shape
from chekt_console.ui.schedule.week_keyboard import handle_key
from chekt_console.ui.schedule.week_menu import week_menu
from chekt_console.ui.schedule.week_painter import PaintCache, WeekPainter, WeekPicture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import (
        QContextMenuEvent,
        QFocusEvent,
        QHideEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QWheelEvent,
    )

    from chekt_console.ui.schedule.hour_bars import HourBars
    from chekt_console.ui.shared.theme import Theme

_CELL_MIN = 60
_ZOOM_STEP = 1.25
_ROW = 52
_TALLEST_ROW = 62


class WeekGrid(QWidget):
    """Shows one WeekSchedule and makes new ones. What is shown is never changed in place."""

    schedule_edited = Signal(object, str)  # WeekSchedule, what was done
    period_selected = Signal(object)  # ArmedPeriod | None
    group_chosen = Signal(object)  # tuple[ArmedPeriod, ...], of several or none
    brush_changed = Signal(object)  # ArmingMode
    skip_requested = Signal(object)  # ArmedPeriod, that is not to begin the next time
    edit_requested = Signal()  # the numbers of the selected period are wanted
    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture = WeekPicture()
        self._paint_cache = PaintCache()
        self._brush = ArmingMode.AWAY
        self._is_editable = True
        self.can_skip = True  # its periods have a next time
        self._pointer = QPointF()
        self._copied: ArmedPeriod | None = None
        self.dates: dict[int, str] = {}  # days ahead with a rule of their own, by weekday, in words
        self._seen = (0.0, float(DAY_MIN))  # first minute of the day, and how many
        self._preview_of: WeekSchedule | None = None  # what a hand moves something over
        self.hand = GroupHand(self)
        self.period_hand = PeriodHand(self)
        self.setMaximumHeight(int(TOP + 7 * _TALLEST_ROW + BOTTOM))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Arming schedule, week")
        self.setAccessibleDescription(HELP)
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
    def brush(self) -> ArmingMode:
        return self._brush

    @property
    def is_editable(self) -> bool:
        return self._is_editable

    @property
    def is_dragging(self) -> bool:
        return self.period_hand.is_dragging

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
    def copied(self) -> ArmedPeriod | None:
        return self._copied

    @property
    def geometry_now(self) -> WeekGeometry:
        return WeekGeometry(self.width(), self.height(), self._picture.style.first_day, *self._seen)

    def show_schedule(self, schedule: WeekSchedule) -> None:
        """Another value from outside ends a drag; the selection stays where its period still is."""
        if schedule == self.schedule:
            return
        self.cancel_drag()
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

    def set_editable(self, is_editable: bool) -> None:
        if not is_editable:
            self.cancel_drag()
        self._is_editable = is_editable

    def set_brush(self, mode: ArmingMode) -> None:
        if mode is not self._brush:
            self._brush = mode
            self.tell(f"Painting {mode.label}")
            self.brush_changed.emit(mode)

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

    def forget_copied(self) -> None:
        self._copied = None

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

    # Edits; each one is one new value

    def edit(self, schedule: WeekSchedule, what: str, select: ArmedPeriod | None = None) -> None:
        """Take a new value into use and tell; one that is equal is no edit."""
        if not self._is_editable:
            return
        self.cancel_drag()
        if schedule != self.schedule:
            self._picture = replace(self._picture, schedule=schedule)
            self.schedule_edited.emit(schedule, what)
        self.select(select if select in self._picture.schedule.periods else None)
        self.update()

    def create_at(self, week_minute: int) -> None:
        """An hour in the mode of the brush, on the hour that holds the minute."""
        start = week_minute % WEEK_MIN // _CELL_MIN * _CELL_MIN
        mode = ArmingMode.AWAY if self._brush is ArmingMode.DISARMED else self._brush
        made = paint(self.schedule, start, _CELL_MIN, mode)
        self.edit(made, f"Arm {mode.label}", period_at(made, start))

    def change(self, period: ArmedPeriod, new: ArmedPeriod, what: str) -> None:
        self.edit(exchange(self.schedule, period, new), what, new)

    def change_mode(self, period: ArmedPeriod, mode: ArmingMode) -> None:
        self.edit(with_mode(self.schedule, period, mode), f"Make {mode.label}", replace(period, mode=mode))

    def delete_selected(self) -> None:
        if self.selected is not None:
            start = self.selected.start_min
            self.edit(delete(self.schedule, self.selected), "Delete")
            if self._is_editable:
                self.go_to(start)

    def copy_to_days(self, days: Iterable[int]) -> None:
        """The selected period's times and mode on other days too."""
        if self.selected is not None:
            to = sorted(days)
            made = copy_period(self.schedule, self.selected, to)
            # A period over midnight may have lost its own end to its copies.
            self.edit(made, "Copy to days", period_at(made, self.selected.start_min))
            if self._is_editable:
                self.tell(f"Copied to {days_words(to, self.style_words)}")

    def copy_selected(self) -> None:
        if self.selected is not None:
            self._copied = self.selected
            QGuiApplication.clipboard().setText(period_words(self.selected, self.style_words))
            self.tell("Copied")

    def paste(self) -> None:
        """The copied times and mode on the day of the cursor or the selection."""
        if self._copied is None:
            return
        at = self.selected.start_min if self.selected else self.cursor_min
        day = self._copied.day if at is None else at // DAY_MIN
        pasted = replace(self._copied, start_min=day * DAY_MIN + self._copied.start_min % DAY_MIN)
        self.edit(put(self.schedule, pasted), "Paste", pasted)

    def cancel_drag(self) -> None:
        self.hand.cancel()
        self.period_hand.cancel()

    def _click(self, at: QPointF) -> None:
        hit = self.geometry_now.hit(self.schedule, at.x(), at.y(), self.selected)
        if hit.period is not None:
            self.select(hit.period)
        elif hit.part is Part.EMPTY:
            self.go_to(hit.minute // _CELL_MIN * _CELL_MIN)

    def _announce(self) -> None:
        """Tell a screen reader where the person is now."""
        announce(self, self._place_words())

    def _place_words(self) -> str:
        return place_words(self.schedule, self.selected, self.cursor_min, self.style_words)

    def _update_hover(self, at: QPointF) -> None:
        part = self.geometry_now.hit(self.schedule, at.x(), at.y(), self.selected).part
        shape = pointer_shape(part, self._brush, is_editable=self._is_editable)
        if self.cursor().shape() is not shape:
            self.setCursor(shape)

    def _show_tip(self, event: QHelpEvent) -> None:
        hit = self.geometry_now.hit(self.schedule, event.pos().x(), event.pos().y(), self.selected)
        if event.pos().x() < LEFT:
            row = int((event.pos().y() - TOP) // self.geometry_now.row_height)
            day = self.geometry_now.day_of(row) if 0 <= row < 7 else -1
            QToolTip.showText(event.globalPos(), self.dates.get(day, ""), self)
            return
        period = None if self.is_dragging else hit.period
        words = period_words(period, self.style_words) if period else ""
        bars = self._picture.bars
        if bars is not None and hit.part is not Part.OUTSIDE and not self.is_dragging:
            words = "\n".join(part for part in (words, bars.words(hit.minute, self.style_words)) if part)
        QToolTip.showText(event.globalPos(), words, self)

    def sizeHint(self) -> QSize:
        return QSize(760, int(TOP + 7 * _ROW + BOTTOM))

    def minimumSizeHint(self) -> QSize:
        return QSize(360, int(TOP + 7 * LEAST_ROW + BOTTOM))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        picture = self._picture
        if not self.hasFocus():
            picture = replace(picture, cursor_min=None)
        colors = self._theme.colors
        WeekPainter(painter, self.geometry_now, colors, self.font(), self._paint_cache).paint(picture)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if event.button() is Qt.MouseButton.LeftButton:
            if self._is_editable and not self.hand.press(event.position(), event.modifiers()):
                self.period_hand.press(event.position())
            elif not self._is_editable:
                self._click(event.position())
        else:
            self.cancel_drag()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self.hand.move(event.position(), event.modifiers()):
            return
        if self.period_hand.is_busy:
            self.period_hand.move(event.position(), event.modifiers())
        else:
            self._update_hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.hand.release():
            return
        if event.button() is not Qt.MouseButton.LeftButton or not self.period_hand.is_busy:
            return
        if not self.period_hand.release():
            self._click(event.position())
        self._update_hover(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a period: to its numbers. On empty time: an hour, and then its numbers."""
        if event.button() is not Qt.MouseButton.LeftButton or not self._is_editable:
            return
        hit = self.geometry_now.hit(self.schedule, event.position().x(), event.position().y(), self.selected)
        if hit.part is Part.EMPTY:
            self.create_at(hit.minute)
        elif hit.period is not None:
            self.select(hit.period)
        if self.selected is not None:
            self.edit_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl closer or farther, with Shift or sideways along the day."""
        delta, modifiers = event.angleDelta(), event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier and delta.y():
            self.zoom(_ZOOM_STEP ** (delta.y() / 120), event.position().x())
        elif delta.x() or (modifiers & Qt.KeyboardModifier.ShiftModifier and delta.y()):
            self.pan(-(delta.x() or delta.y()) / 120 / 8)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """With the mouse where it points, with the menu key on the selection."""
        at = QPointF(event.pos())
        minute = None
        if event.reason() is event.Reason.Mouse:
            if self.geometry_now.hit(self.schedule, at.x(), at.y()).period not in self.group:
                self._click(at)
            hit = self.geometry_now.hit(self.schedule, at.x(), at.y(), self.selected)
            minute = hit.minute if hit.part is not Part.OUTSIDE else None
        if self._is_editable:
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            week_menu(self, minute, is_fine=is_fine).popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.period_hand.is_busy or self.hand.is_busy:
            if event.key() == Qt.Key.Key_Escape:
                self.cancel_drag()
            elif event.key() == Qt.Key.Key_Alt:
                self.period_hand.move(self._pointer, Qt.KeyboardModifier.AltModifier)
            return
        if not (self._is_editable and self.hand.take_key(event)) and not handle_key(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self.period_hand.is_busy and event.key() == Qt.Key.Key_Alt:
            self.period_hand.move(self._pointer, Qt.KeyboardModifier.NoModifier)
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self.chosen and self.cursor_min is None:
            self._picture = replace(self._picture, cursor_min=self.style_words.first_day * DAY_MIN)
        self.update()
        super().focusInEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.cancel_drag()
        super().hideEvent(event)
