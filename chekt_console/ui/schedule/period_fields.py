"""What typed numbers make of a period, and the box that holds a length; the rules apart from the widgets."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox, QWidget

from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod
from chekt_console.domain.schedule_words import day_name, length_words

_LENGTH = re.compile(r"\s*(?:(\d{1,3})\s*h)?\s*(?:(\d{1,5})\s*m(?:in)?)?\s*", re.IGNORECASE)
_CLOCK = re.compile(r"\s*(\d{1,3}):([0-5]\d)\s*")
_STEP_MIN = 15


def with_day(period: ArmedPeriod, day: int) -> ArmedPeriod:
    """The same times on another day."""
    return replace(period, start_min=day * DAY_MIN + period.start_min % DAY_MIN)


def with_arm_time(period: ArmedPeriod, minute: int) -> ArmedPeriod:
    """Armed from another time of the same day; the end stays, or comes to lie within a day after."""
    start = period.day * DAY_MIN + minute
    return replace(period, start_min=start, length_min=_length(period, period.end_min - start))


def with_disarm_time(period: ArmedPeriod, minute: int) -> ArmedPeriod:
    """Disarmed at another time: of the day it ends on, or within a day after the start for an ordinary period."""
    end = (period.end_min - 1) // DAY_MIN * DAY_MIN + (minute or DAY_MIN)
    return replace(period, length_min=_length(period, end - period.start_min))


def end_day_words(period: ArmedPeriod) -> str:
    """ "same day", "next day", "Mon, 3 days later"."""
    days = (period.start_min % DAY_MIN + period.length_min) // DAY_MIN
    if days == 0:
        return "same day"
    return "next day" if days == 1 else f"{day_name(period.end_min // DAY_MIN)}, {days} days later"


def minutes_of(text: str) -> int | None:
    """ "13 h 30 min", "13:30", "90 min", "13" (hours); None when it is none of them."""
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1]) * 60 + int(clock[2])
    if text.strip().isdecimal():
        return int(text) * 60
    length = _LENGTH.fullmatch(text)
    if length is None or not (length[1] or length[2]):
        return None
    return int(length[1] or 0) * 60 + int(length[2] or 0)


class LengthBox(QSpinBox):
    """Hours and minutes, a minute to a week; steps by a quarter of an hour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(1, WEEK_MIN)
        self.setSingleStep(_STEP_MIN)
        self.setKeyboardTracking(False)

    def textFromValue(self, value: int) -> str:
        return length_words(value)

    def valueFromText(self, text: str) -> int:
        return minutes_of(text) or self.value()

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        minutes = minutes_of(text)
        is_good = minutes is not None and self.minimum() <= minutes <= self.maximum()
        return QValidator.State.Acceptable if is_good else QValidator.State.Intermediate, text, at


def _length(period: ArmedPeriod, asked: int) -> int:
    """Ordinary periods stay within a day; longer ones keep the days they span where that is possible."""
    if period.length_min <= DAY_MIN or not 1 <= asked <= WEEK_MIN:
        return asked % DAY_MIN or DAY_MIN
    return asked
