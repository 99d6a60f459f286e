"""Between the decision box and the services: saves, takes back, and says so only when it is on disk."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.decision import FALSE
from chekt_console.ui.shared.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.decision import DecidedStep, Verdict
    from chekt_console.domain.event import Event
    from chekt_console.errors import ConsoleError
    from chekt_console.services.event_service import EventService
    from chekt_console.ui.clip.event_panel import EventPanel
    from chekt_console.ui.shared.selection import Selection

T = TypeVar("T")


class DecisionController(QObject):
    """Decides about the selected event; takes back what was decided last, wherever."""

    event_decided = Signal(object)  # Event as saved
    next_requested = Signal()
    event_requested = Signal(object)  # Event to go to
    lost = Signal(str)  # a decision about an alarm that is no longer on the screen was not saved

    def __init__(
        self, panel: EventPanel, selection: Selection, decider: Runner, events: EventService, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._selection = selection
        self._decider = decider
        self._events = events
        self.goes_on_after_deciding = False
        panel.decision_requested.connect(self._on_decision_requested)
        panel.undo_requested.connect(self._on_undo_requested)
        panel.note_left.connect(self._on_note_left)

    def on_decided_elsewhere(self, events: tuple[Event, ...]) -> None:
        """Decided, or taken back, with several others."""
        for saved in events:
            if self._is_current(saved):
                self._selection.select_event(saved)

    def _on_decision_requested(self, verdict: Verdict) -> None:
        event = self._selection.selected_event
        if event is None:
            return
        self._panel.decision.show_saving()
        self._submit(
            lambda: self._events.decide(event, verdict.decision, verdict.note, verdict.cause),
            lambda saved: self._on_decided(saved, verdict),
            event,
        )

    def _on_note_left(self, event: Event, unsaved: Verdict) -> None:
        """The person went on with a note that nothing had saved: it belongs to what was decided, or waits for that."""
        if unsaved.decision:
            self._submit(
                lambda: self._events.decide(event, unsaved.decision, unsaved.note, unsaved.cause),
                self.event_decided.emit,
                event,
            )
        else:
            self._submit(lambda: self._events.keep_note(event, unsaved.note), lambda _: None, event)

    def _submit(self, work: Callable[[], T], done: Callable[[T], None], event: Event) -> None:
        self._decider.submit(
            lambda _progress: work(),
            done=done,
            failed=lambda error: self._on_decision_failed(event, error),
            lane="decisions",
            priority=Priority.PERSON,
            is_command=True,
        )

    def _on_decided(self, saved: Event, verdict: Verdict) -> None:
        self.event_decided.emit(saved)
        if not self._is_current(saved):
            return
        self._selection.select_event(saved)
        with_note = " with its note" if verdict.note else ""
        now = time.strftime("%H:%M:%S")
        self._panel.decision.show_saved(
            f"{verdict.words}, saved{with_note} on this computer at {now}.", verdict
        )
        # A false alarm waits for its cause.
        is_whole = bool(verdict.decision) and (verdict.decision != FALSE or bool(verdict.cause))
        if self.goes_on_after_deciding and is_whole and self._is_current(saved):
            self.next_requested.emit()

    def _on_undo_requested(self) -> None:
        """What was decided last, also of other sites and by an earlier run of the program."""
        self._decider.submit(
            lambda _progress: self._events.undo_decision(),
            done=self._on_undone,
            failed=lambda error: self._panel.decision.show_failed(f"Not taken back: {error.sentence}"),
            lane="decisions",
            priority=Priority.PERSON,
            is_command=True,
        )

    def _on_undone(self, undone: tuple[DecidedStep, tuple[Event, ...]] | None) -> None:
        if undone is None:
            self._panel.decision.show_hint("There is nothing to take back.")
            return
        step, events = undone
        for event in events:
            self.event_decided.emit(event)
        if len(events) == 1:
            self.event_requested.emit(events[0])
        else:
            self.on_decided_elsewhere(events)
        count = "" if len(step.event_ids) == 1 else f" of {len(step.event_ids):,} alarms"
        self._panel.decision.show_hint(f"Taken back: {step.verdict.words.lower()}{count}.")

    def _on_decision_failed(self, event: Event, error: ConsoleError) -> None:
        if self._is_current(event):
            self._panel.decision.show_failed(f"Not saved: {error.sentence}")
            return
        when = datetime.fromtimestamp(event.instant_ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        where = one_line(event.device_name) or "the panel"
        self.lost.emit(
            f"Your decision or note about the alarm of {where} at {when} (this computer's time) was not saved."
            f" {error.sentence} Decide it again."
        )

    def _is_current(self, event: Event) -> bool:
        current = self._selection.selected_event
        return current is not None and current.event_id == event.event_id and current.site_id == event.site_id
