"""Between the export dialog and the service: what can be exported, the work, and what came of it."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from chekt_console.api.priority import Priority
from chekt_console.errors import Cancelled
from chekt_console.services.evidence_service import MOST_EVENTS
from chekt_console.ui.evidence.evidence_words import ExportChoice
from chekt_console.ui.evidence.export_dialog import ExportDialog
from chekt_console.ui.shared.file_places import documents_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from chekt_console.background.runner import Runner
    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.evidence_service import EvidenceService, ExportResult
    from chekt_console.ui.shared.selection import Selection

_KEY = "evidence.export"
_CHOICES_KEY = "evidence.choices"
_NEAR_MS = 5 * 60_000
_DAY_MS = 86_400_000


class ExportController(QObject):
    """Lives in the window's thread. `events_of(site id, days)` reads the cache; `marked` are rows marked in a list."""

    folder_chosen = Signal(object)  # Path
    verify_requested = Signal(object, object)  # Path, the dialog above which to show it
    exported_unseen = Signal(
        object
    )  # ExportResult of one whose dialog was closed: it was whole before the wish arrived

    def __init__(
        self,
        runner: Runner,
        service: Callable[[], EvidenceService],
        selection: Selection,
        sites: Callable[[], tuple[Site, ...]],
        events_of: Callable[[str, int], tuple[Event, ...]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._runner = runner
        self._service = service
        self._selection = selection
        self._sites = sites
        self._events_of = events_of
        self._window = window
        self._end_wish: threading.Event | None = None
        self.marked: Callable[[], tuple[Event, ...]] = tuple
        self.folder = documents_folder()
        self.dialog: ExportDialog | None = None

    def open(self) -> None:
        """For what is marked or selected; more of the same time is offered as soon as the cache was read."""
        marked, event = self.marked(), self._selection.selected_event
        choices = []
        if len(marked) > 1:
            newest = tuple(sorted(marked, key=lambda event: event.instant_ms)[-MOST_EVENTS:])
            few = "The" if len(newest) == len(marked) else f"The newest {len(newest)} of the"
            choices.append(ExportChoice(f"{few} {len(marked)} marked events", newest))
        if event is not None:
            choices.append(ExportChoice("The selected event", (event,)))
        if not choices or self.dialog is not None:
            return
        sites = {site.site_id: site for site in self._sites()}
        dialog = self.dialog = ExportDialog(choices, sites, self.folder, self._window)
        dialog.export_requested.connect(self._on_export_requested)
        dialog.cancel_requested.connect(self._on_cancel_requested)
        dialog.folder_chosen.connect(self._on_folder_chosen)
        dialog.open_folder_requested.connect(self._on_open_folder)
        dialog.verify_requested.connect(self._on_verify_requested)
        dialog.finished.connect(self._on_finished)
        dialog.open()
        if event is not None:
            self._find_more(event, choices, dialog)

    def close(self) -> None:
        self._on_cancel_requested()
        if self.dialog is not None:
            self.dialog.close()

    def _find_more(self, event: Event, choices: list[ExportChoice], dialog: ExportDialog) -> None:
        span = self._selection.span
        oldest_ms = min(event.instant_ms - _NEAR_MS, span[0] if span else event.instant_ms)
        days = max(1, (round(time.time() * 1000) - oldest_ms) // _DAY_MS + 1)

        def work(_progress: Progress) -> list[ExportChoice]:
            events = self._events_of(event.site_id, days)
            near = _within(events, event.instant_ms - _NEAR_MS, event.instant_ms + _NEAR_MS)
            found = [("Everything at this site within 5 minutes of it", near)]
            if span is not None:
                found.append(("The selected time at this site", _within(events, *span)))
            return [ExportChoice(_counted(words, some), some) for words, some in found if len(some) > 1]

        def show(found: list[ExportChoice]) -> None:
            if self.dialog is dialog:
                dialog.set_choices([*choices, *found])

        self._runner.submit(work, done=show, failed=lambda _error: None, key=_CHOICES_KEY)

    def _on_export_requested(self, events: tuple[Event, ...], folder: Path) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        sites = {site.site_id: site for site in self._sites()}

        end_wish = self._end_wish = threading.Event()

        def work(progress: Progress) -> ExportResult | None:
            """None: it was ended before it was whole, and nothing of it stays."""
            try:
                return self._service().export(events, sites, folder, _Shown(progress, end_wish))
            except Cancelled:
                return None

        # A command, so that its outcome is told: an export that was whole before the wish arrived is there.
        self._runner.submit(
            work,
            done=self._on_ended,
            failed=self._on_export_failed,
            partial=self._on_progress,
            cancelled=self._on_cancelled,
            key=_KEY,
            title="Export evidence",
            priority=Priority.PERSON,
            is_command=True,
        )

    def _on_progress(self, value: object) -> None:
        if self.dialog is not None and isinstance(value, tuple):
            self.dialog.show_progress(*value)

    def _on_ended(self, result: ExportResult | None) -> None:
        self._end_wish = None
        if self.dialog is None:
            if result is not None:
                self.exported_unseen.emit(result)
        elif result is None:
            self.dialog.show_error("Cancelled. Nothing was exported.")
        else:
            self.dialog.show_result(result)

    def _on_export_failed(self, error: ConsoleError) -> None:
        self._end_wish = None
        if self.dialog is not None:
            self.dialog.show_error(error.sentence)

    def _on_cancelled(self) -> None:
        """From the list of jobs."""
        self._on_cancel_requested()
        if self.dialog is not None:
            self.dialog.show_cancelling()

    def _on_cancel_requested(self) -> None:
        if self._end_wish is not None:
            self._end_wish.set()

    def _on_folder_chosen(self, folder: Path) -> None:
        self.folder = folder
        self.folder_chosen.emit(folder)

    def _on_open_folder(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _on_verify_requested(self, path: Path) -> None:
        self.verify_requested.emit(path, self.dialog)

    def _on_finished(self) -> None:
        self.dialog = None


class _Shown:
    """Hands each step to the dialog too, and ends the work when that was wished."""

    def __init__(self, progress: Progress, end_wish: threading.Event) -> None:
        self._progress = progress
        self._end_wish = end_wish

    def report(self, done: int, total: int, text: str = "") -> None:
        self.check()
        self._progress.report(done, total, text)
        self._progress.partial((done, total, text))

    def partial(self, value: object) -> None:
        self._progress.partial(value)

    def check(self) -> None:
        if self._end_wish.is_set():
            raise Cancelled
        self._progress.check()


def _within(events: tuple[Event, ...], from_ms: int, to_ms: int) -> tuple[Event, ...]:
    """Oldest first; the newest are kept when there are more than an export takes."""
    inside = sorted(
        (event for event in events if from_ms <= event.instant_ms <= to_ms),
        key=lambda event: event.instant_ms,
    )
    return tuple(inside[-MOST_EVENTS:])


def _counted(words: str, events: tuple[Event, ...]) -> str:
    most = f", the newest {MOST_EVENTS}" if len(events) == MOST_EVENTS else ""
    return f"{words} ({len(events)} events{most})"
