"""Explains the selected alarm: reads its incident in a worker and fills the panel that stands beside the clip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.domain.common_clock import cameras_of
from chekt_console.domain.event import EventKind
from chekt_console.domain.incident import DEFAULT_GAP_MS
from chekt_console.ui.timeline.timeline_words import zone_named

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.services.incident_service import ExplainedIncident, IncidentService
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.timeline.incident_panel import IncidentPanel

_KEY = "timeline.incident"
_STEPS_KEY = "timeline.incident.steps"


class IncidentController(QObject):
    """Lives in the window's thread."""

    relevance_changed = Signal(bool)  # whether there is an alarm to explain
    together_requested = Signal(object, object)  # Site or None, tuple[Event, ...]: a clip of each camera

    def __init__(
        self,
        panel: IncidentPanel,
        selection: Selection,
        runner: Runner,
        incidents: IncidentService,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._selection = selection
        self._runner = runner
        self._incidents = incidents
        self._signals: tuple[Event, ...] = ()
        self._gap_ms = DEFAULT_GAP_MS
        self._steps_of = ""  # the alarm whose steps are shown
        selection.event_changed.connect(self._on_event_changed)
        panel.event_chosen.connect(self._on_event_chosen)
        panel.together_requested.connect(self._on_together_requested)
        self._on_event_changed(selection.selected_event)

    @property
    def is_relevant(self) -> bool:
        event = self._selection.selected_event
        return event is not None and event.kind is EventKind.ALARM

    def use_gap(self, gap_ms: int) -> None:
        """How far apart signals of one incident may follow each other."""
        if gap_ms != self._gap_ms:
            self._gap_ms = gap_ms
            self._on_event_changed(self._selection.selected_event)

    def on_events(self, events: tuple[Event, ...]) -> None:
        """Live events: the selected alarm's incident may have grown."""
        alarm = self._selection.selected_event
        if alarm is not None and any(event.site_id == alarm.site_id for event in events):
            self._on_event_changed(alarm)

    def _on_event_changed(self, event: Event | None) -> None:
        is_alarm = event is not None and event.kind is EventKind.ALARM
        self.relevance_changed.emit(is_alarm)
        if event is None or not is_alarm:
            return
        site, gap_ms = self._selection.site, self._gap_ms
        if all(signal.event_id != event.event_id for signal in self._signals):
            self._panel.show_cameras(0)
        self._panel.show_loading()
        self._runner.submit(
            lambda _progress: self._incidents.explain(event, site, gap_ms),
            done=lambda found: self._on_first_explained(event, found),
            failed=lambda error: self._panel.show_problem(f"Not known: {error.sentence}"),
            key=_KEY,
            is_local=True,
        )

    def _on_first_explained(self, event: Event, found: ExplainedIncident) -> None:
        """The disk first; then the server, for what only it knows."""
        self._on_explained(event, found)
        site, gap_ms = self._selection.site, self._gap_ms

        def work(_progress: Progress) -> ExplainedIncident | None:
            steps = self._incidents.steps(event)
            return self._incidents.explain(event, site, gap_ms, steps) if steps is not None else None

        self._runner.submit(
            work,
            done=lambda fuller: self._on_explained(event, fuller) if fuller is not None else None,
            failed=lambda _error: None,  # what the disk knows stays on screen
            key=_STEPS_KEY,
        )

    def _on_explained(self, event: Event, found: ExplainedIncident) -> None:
        current = self._selection.selected_event
        if current is None or current.event_id != event.event_id:
            return
        self._signals = found.signals
        self._panel.show_cameras(len(cameras_of(event, found.signals)))
        site = self._selection.site
        zone, _ = zone_named(site.timezone if site is not None else "")
        if found.steps is not None or not self._has_steps_of(event):
            self._panel.show_steps(found.steps, site.timezone if site is not None else "")
            self._steps_of = event.event_id if found.steps is not None else ""
        self._panel.show_chain(found.chain, found.signals, zone, event.instant_ms)

    def _has_steps_of(self, event: Event) -> bool:
        """They are shown; what the disk tells while they are read anew does not take them away."""
        return self._steps_of == event.event_id

    def _on_together_requested(self) -> None:
        alarm = self._selection.selected_event
        if alarm is not None:
            self.together_requested.emit(self._selection.site, cameras_of(alarm, self._signals))

    def _on_event_chosen(self, event_id: str) -> None:
        known = next((event for event in self._signals if event.event_id == event_id), None)
        if known is not None:
            self._selection.select_event(known)
