"""What the timeline remembers between runs: list, grouping, gap, and the lanes of each site as they were arranged.

The filter is not among it: it lasts as long as the session, so that no alarm is hidden by a filter of yesterday.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.ui.timeline.lane_arrangement import Grouping, LaneArrangement
from chekt_console.ui.timeline.timeline_pane import GAPS_MS

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.timeline.timeline_pane import TimelinePane

_NAME = "timeline"
_SAVE_AFTER_MS = 400
_MOST_SITES = 500


class Choices(Protocol):
    """Where a choice is kept; reading and writing may take a moment."""

    def choice(self, name: str) -> str: ...
    def put_choice(self, name: str, value: str) -> None: ...


def arrangement_value(arrangement: LaneArrangement) -> dict[str, Any]:
    return {
        "collapsed": sorted(arrangement.collapsed),
        "pinned": list(arrangement.pinned),
        "order": list(arrangement.order),
    }


def arrangement_of(value: object, grouping: Grouping) -> LaneArrangement:
    if not isinstance(value, dict):
        return LaneArrangement(grouping)
    return LaneArrangement(
        grouping,
        frozenset(_texts(value.get("collapsed"))),
        tuple(_texts(value.get("pinned"))),
        tuple(_texts(value.get("order"))),
    )


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


class TimelineMemory(QObject):
    """Reads once at the start; writes a moment after the last change, in a worker."""

    applied = Signal()  # what was remembered is in force

    def __init__(self, pane: TimelinePane, selection: Selection, runner: Runner, choices: Choices) -> None:
        super().__init__(pane)
        self._pane = pane
        self._selection = selection
        self._runner = runner
        self._choices = choices
        self._grouping = Grouping.DEVICE
        self._sites: dict[str, Any] = {}
        self._site_id = ""
        self._is_applying = False
        self._timer = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)

    def start(self) -> None:
        self._runner.submit(
            lambda _progress: self._choices.choice(_NAME),
            done=self._on_read,
            failed=lambda _error: self._on_read(""),  # a comfort: without it everything is as at first
            is_local=True,
        )

    def save(self) -> None:
        pane = self._pane
        value = json.dumps(
            {
                "has_list": not pane.event_list.isHidden(),
                "gap_ms": pane.timeline.view.gap_ms,
                "grouping": self._grouping.value,
                "sites": dict(list(self._sites.items())[-_MOST_SITES:]),
            }
        )
        self._runner.submit(
            lambda _progress: self._choices.put_choice(_NAME, value),
            done=lambda _none: None,
            failed=lambda _error: None,  # what could not be kept is asked for anew
            lane=_NAME,
            is_command=True,
        )

    def _on_read(self, text: str) -> None:
        try:
            value = json.loads(text) if text else {}
        except (ValueError, RecursionError):
            value = {}
        if isinstance(value, dict):
            self._apply(value)
        pane, later = self._pane, self._timer.start
        self._on_site_changed(self._selection.site)
        self._selection.site_changed.connect(self._on_site_changed)
        pane.list_switched.connect(lambda _on: later())
        pane.gap_changed.connect(lambda _gap: later())
        pane.timeline.arrangement_changed.connect(self._on_arranged)
        self.applied.emit()

    def _apply(self, value: dict[str, Any]) -> None:
        pane = self._pane
        sites = value.get("sites")
        self._sites = sites if isinstance(sites, dict) else {}
        self._grouping = next(
            (one for one in Grouping if one.value == value.get("grouping")), Grouping.DEVICE
        )
        if value.get("gap_ms") in GAPS_MS:
            pane.use_gap(value["gap_ms"])
        if value.get("has_list") is True:
            pane.show_list(is_shown=True, has_focus=False)

    def _on_site_changed(self, site: Site | None) -> None:
        self._site_id = site.site_id if site is not None else ""
        wanted = arrangement_of(self._sites.get(self._site_id), self._grouping)
        if wanted != self._pane.timeline.view.arrangement:
            self._is_applying = True
            self._pane.timeline.arrange(wanted)
            self._is_applying = False

    def _on_arranged(self, arrangement: LaneArrangement) -> None:
        if self._is_applying:
            return
        self._grouping = arrangement.grouping
        self._sites.pop(self._site_id, None)
        if self._site_id and not arrangement.is_default():
            self._sites[self._site_id] = arrangement_value(arrangement)
        self._timer.start()
