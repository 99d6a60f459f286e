"""What can be done with a lane: pin, move, collapse; and how all lanes are made. Wishes become a new arrangement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from chekt_console.ui.timeline.lane_arrangement import GROUP_WORDS, Grouping, LaneArrangement

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from chekt_console.ui.timeline.timeline_view import TimelineView


def add_groupings(menu: QMenu, current: LaneArrangement, arrange: Callable[[LaneArrangement], None]) -> None:
    """One of three, as radio items."""
    group = QActionGroup(menu)
    for grouping in Grouping:
        action = QAction(grouping.label, group, checkable=True)
        action.setChecked(grouping is current.grouping)
        action.triggered.connect(lambda _on=False, grouping=grouping: arrange(current.by(grouping)))
        menu.addAction(action)


def lane_menu(
    parent: QWidget, view: TimelineView, index: int | None, arrange: Callable[[LaneArrangement], None]
) -> QMenu:
    """For the lane at `index`, None beside the lanes."""
    menu = QMenu(parent)
    now = view.arrangement

    def add(text: str, act: Callable[[], LaneArrangement], *, is_enabled: bool = True) -> None:
        action = QAction(text.replace("&", "&&"), menu)
        action.setEnabled(is_enabled)
        action.triggered.connect(lambda: arrange(act()))
        menu.addAction(action)

    if index is not None and index < len(view.lanes):
        lane, lanes = view.lanes[index], view.lanes
        add("Unpin from the top" if lane.is_pinned else "Pin to the top", lambda: now.toggled_pin(lane.key))
        add("Move up\tAlt+Up", lambda: now.moved(lanes, lane.key, index - 1), is_enabled=index > 0)
        is_last = index == len(lanes) - 1
        add("Move down\tAlt+Down", lambda: now.moved(lanes, lane.key, index + 1), is_enabled=not is_last)
        if lane.group:
            word = GROUP_WORDS[lane.group]
            text = (
                f"Show each of {word.lower()}"
                if lane.is_collapsed
                else f"Collapse {word.lower()} into one lane"
            )
            add(text, lambda: now.toggled_group(lane.group))
        menu.addSeparator()
    add_groupings(menu, now, arrange)
    menu.addSeparator()
    add("Lanes as they were at first", lambda: LaneArrangement(now.grouping), is_enabled=not now.is_default())
    return menu
