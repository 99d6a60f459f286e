"""Where the parts of a device row are: plain numbers in and out, shared by painter and tooltip."""

from __future__ import annotations

from dataclasses import dataclass

ROW_HEIGHT = 26
ICON = 14
CAPABILITY = 12
_AFTER_ICON = 7
_CAPABILITY_GAP = 3
_BEFORE_CAPABILITIES = 5
_RIGHT = 10
_DOT = 14
_BEFORE_STATUS = 5


@dataclass(frozen=True, slots=True)
class RowParts:
    """Left edges and widths in pixels of the row; `capabilities` are left edges, as many as fit."""

    icon_left: int
    title_left: int
    title_width: int
    capabilities: tuple[int, ...]
    status_left: int
    dot_centre: int


def lay_out(left: int, right: int, title_width: int, capability_count: int, status_width: int) -> RowParts:
    """The status stays whole; the title gives way to what the device can do, down to what a camera's name needs."""
    icon_left = left + 2
    title_left = icon_left + ICON + _AFTER_ICON
    status_left = right - _RIGHT - status_width
    dot_centre = status_left - _DOT // 2 - 2
    end = dot_centre - _DOT // 2 if status_width else right - _RIGHT
    end -= _BEFORE_STATUS
    step = CAPABILITY + _CAPABILITY_GAP
    wanted = capability_count * step + _BEFORE_CAPABILITIES if capability_count else 0
    least_title = min(title_width, max(0, (right - left) * 3 // 5))
    room = max(0, end - title_left)
    if wanted > room - least_title:
        capability_count = max(0, (room - least_title - _BEFORE_CAPABILITIES) // step)
        wanted = capability_count * step + _BEFORE_CAPABILITIES if capability_count else 0
    shown_title = max(0, min(title_width, room - wanted))
    first = title_left + shown_title + _BEFORE_CAPABILITIES
    capabilities = tuple(first + number * step for number in range(capability_count))
    return RowParts(icon_left, title_left, shown_title, capabilities, status_left, dot_centre)


def capability_at(parts: RowParts, x: int) -> int:
    """Which of the capabilities lies under x; -1 for none."""
    for number, left in enumerate(parts.capabilities):
        if left - 2 <= x < left + CAPABILITY + 1:
            return number
    return -1
