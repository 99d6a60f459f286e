"""Which events of the timeline pass the filter: few at once, very many worked out in a worker and shown as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chekt_console.domain.event_columns import EventColumns

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.event_filter import EventFilter
    from chekt_console.ui.timeline.timeline_content import TimelineContent
    from chekt_console.ui.timeline.timeline_view import TimelineView

AT_ONCE = 400_000  # so many are filtered within part of a frame


class TimelineFilter:
    """Lives in the window's thread. Until what a filter lets through is known the one before is in force, so that what is
    drawn, listed, counted and stepped to is always of one filter."""

    def __init__(self, view: TimelineView, changed: Callable[[], None]) -> None:
        """`changed`: called when another filter came into force later than it was asked for."""
        self.elsewhere: Callable[[Callable[[], EventColumns], Callable[[EventColumns], None]], None] | None
        self.elsewhere = (
            None  # runs the first in a worker and hands its result to the second; a newer call drops it
        )
        self.at_once = AT_ONCE
        self._view = view
        self._changed = changed
        self._wanted = view.filter
        self._of: tuple[TimelineContent, EventFilter] | None = (view.content, view.filter)  # what is in force
        self._running: tuple[TimelineContent, EventFilter] | None = None
        self._has_grown = False

    def use(self, wanted: EventFilter) -> None:
        """Everything that is counted, stepped to, hit and drawn passes it, from now on or from when it is worked out."""
        self._wanted = wanted
        content, before = self._of if self._of is not None else (None, wanted)
        if content is self._view.content and before.without_kinds() == wanted.without_kinds():
            self._running = None
            self._put(self._view.columns)
        else:
            self.renew()

    def renew(self) -> None:
        """After the events changed, or others are shown."""
        view, wanted = self._view, self._wanted
        content = view.content
        known = content.known_filtered(wanted)
        if known is None and (self.elsewhere is None or len(content) <= self.at_once):
            known = content.filtered(wanted)()
        if known is not None:
            self._running = None
            self._put(known)
            return
        if self._of is None or self._of[0] is not content:
            # Rows of other events mean nothing here: what is not known to pass is not shown.
            view.filter, view.columns, self._of = wanted, EventColumns(), None
        view.is_counting = self._of != (content, wanted)
        view.columns.add_lanes_to(content.columns.lane_count)
        if self._running == (content, wanted):
            self._has_grown = True
            return
        self._begin()

    def _begin(self) -> None:
        assert self.elsewhere is not None
        content, wanted = self._view.content, self._wanted
        self._running, self._has_grown = (content, wanted), False
        self.elsewhere(content.filtered(wanted), partial(self._on_found, (content, wanted)))

    def _on_found(self, asked: tuple[TimelineContent, EventFilter], columns: EventColumns) -> None:
        if asked != self._running:
            return
        self._put(columns)
        if self._has_grown:
            self._begin()
        else:
            self._running = None
        self._changed()

    def _put(self, columns: EventColumns) -> None:
        view = self._view
        columns.add_lanes_to(view.content.columns.lane_count)
        view.filter, view.columns, view.is_counting = self._wanted, columns, False
        self._of = (view.content, self._wanted)
