"""How the week tells what it is and can do: pointer shapes, and words for a screen reader."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import period_at
from chekt_console.domain.schedule_words import WordStyle, day_name, period_words
from chekt_console.ui.schedule.week_geometry import Part

HELP = (
    "Drag over empty time to arm it, drag a period or its ends to change it. "
    "Arrow keys go around, Enter creates, Shift with arrows changes the end, Ctrl with arrows moves, "
    "1, 2, 3 choose the mode, Delete takes away. Space chooses several, one by one, Ctrl with A all, Ctrl with a drag those under it."
)
KEYS = (
    ("Arrows", "Go around the week"),
    ("Enter", "Arm at the cursor, or edit the selected period"),
    ("Ctrl+←→↑↓", "Move the period by 15 min or a day"),
    ("Shift+←→", "Move its end; with Ctrl its start"),
    ("Alt", "With these, and for a split by right-click: by 1 min"),
    ("1 2 3 0", "Away, stay, night, disarmed"),
    ("Delete", "Take the period away"),
    ("Space", "Choose several periods, one by one; again lets go"),
    ("Ctrl+drag", "Choose several periods; with a click one more"),
    ("Ctrl+A", "Choose all periods"),
    ("Ctrl+C, Ctrl+V", "Copy and paste what is chosen"),
    ("Ctrl+wheel", "Look closer at some hours; also Ctrl and +, −, 0"),
    ("Shift+wheel", "Go along the day when looking closer"),
    ("Ctrl+Z, Ctrl+Y", "Undo, redo"),
    ("Ctrl+S", "Review and save"),
    ("Ctrl+Shift+W", "Copy the schedule in words"),
    ("Ctrl+Alt+C, V", "Copy and paste the whole week"),
    ("Esc", "Let go of the period"),
)


def pointer_shape(part: Part, brush: ArmingMode, *, is_editable: bool) -> Qt.CursorShape:
    """What a press would do."""
    if not is_editable or part is Part.OUTSIDE:
        return Qt.CursorShape.ArrowCursor
    if part is Part.EMPTY or brush is ArmingMode.DISARMED:
        return Qt.CursorShape.CrossCursor
    return Qt.CursorShape.OpenHandCursor if part is Part.BODY else Qt.CursorShape.SizeHorCursor


def place_words(
    schedule: WeekSchedule, selected: ArmedPeriod | None, cursor_min: int | None, style: WordStyle
) -> str:
    """Where the person is: the selected period, else what is at the cursor; "" without one."""
    if selected is None and cursor_min is not None:
        selected = period_at(schedule, cursor_min)
        if selected is None:
            return f"{day_name(cursor_min // DAY_MIN)} {style.clock(cursor_min)}, disarmed"
    return period_words(selected, style) if selected is not None else ""


def announce(widget: QWidget, words: str) -> None:
    """Where the person is now becomes the description, and is spoken when they are in the widget; "" is the help."""
    widget.setAccessibleDescription(words or HELP)
    QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.DescriptionChanged))
    if words and widget.hasFocus():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
