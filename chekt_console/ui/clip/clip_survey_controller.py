"""Between the clip check of a whole site and its service: one run at a time, shown as it goes, kept as CSV or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from chekt_console.api.priority import Priority
from chekt_console.background.report_printer import print_report
from chekt_console.domain.clip_survey import HEADINGS, CheckedClip, survey_report, survey_rows
from chekt_console.domain.fleet_csv import to_csv
from chekt_console.domain.safe_names import safe_part
from chekt_console.services.clip_survey_service import store_file
from chekt_console.ui.clip.clip_survey_dialog import ClipSurveyDialog
from chekt_console.ui.clip.event_words import site_zone
from chekt_console.ui.shared.file_places import ask_to_save

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.clip_survey_service import ClipSurveyService
    from chekt_console.ui.shared.theme import Theme

_KEY = "clip.survey"


class ClipSurveyController(QObject):
    """Lives in the window's thread."""

    event_requested = Signal(object)  # Event

    def __init__(
        self,
        runner: Runner,
        survey: ClipSurveyService,
        clock: Clock,
        theme: Theme,
        window: QWidget,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._survey = survey
        self._clock = clock
        self._theme = theme
        self._window = window
        self._site: Site | None = None
        self._job: Job | None = None
        self._count = 0
        self.dialog: ClipSurveyDialog | None = None

    def open(self, site: Site, camera: str = "") -> None:
        """`camera`: name of the one that leads here."""
        self.close()
        self._site = site
        dialog = self.dialog = ClipSurveyDialog(
            site.name, site_zone(site), self._theme, self._window, camera=camera
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.check_requested.connect(self._on_check_requested)
        dialog.cancel_requested.connect(self._on_cancel_requested)
        dialog.csv_requested.connect(self._on_csv_requested)
        dialog.pdf_requested.connect(self._on_pdf_requested)
        dialog.event_requested.connect(self.event_requested)
        dialog.finished.connect(self._on_finished)
        dialog.show()

    def close(self) -> None:
        if self.dialog is not None:
            self.dialog.close()

    def _on_finished(self) -> None:
        self._stop()
        self.dialog = None

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_check_requested(self, each: int) -> None:
        site, dialog = self._site, self.dialog
        if site is None or dialog is None:
            return
        dialog.show_running()
        self._job = self._runner.submit(
            lambda progress: self._survey.run(site.site_id, each, _Told(progress)),
            done=lambda _count: self._on_done(dialog),
            failed=lambda error: self._on_failed(dialog, error),
            partial=lambda value: self._on_partial(dialog, value),
            key=_KEY,
            title=f"Clip check of {site.name}",
            priority=Priority.BACKGROUND,
        )

    def _on_partial(self, dialog: ClipSurveyDialog, value: object) -> None:
        if dialog is not self.dialog or self._job is None:
            return
        if isinstance(value, CheckedClip):
            dialog.show_clip(value)
        elif isinstance(value, tuple):
            dialog.show_progress(*value)

    def _on_done(self, dialog: ClipSurveyDialog) -> None:
        self._job = None
        if dialog is self.dialog:
            dialog.show_done()

    def _on_failed(self, dialog: ClipSurveyDialog, error: ConsoleError) -> None:
        self._job = None
        if dialog is self.dialog:
            dialog.show_stopped(f"Stopped: {error.sentence} What was checked before stays.", is_error=True)

    def _on_cancel_requested(self) -> None:
        self._stop()
        if self.dialog is not None:
            self.dialog.show_stopped("Stopped. What was checked before stays.", is_error=False)

    def _on_csv_requested(self) -> None:
        site, dialog = self._site, self.dialog
        if site is None or dialog is None:
            return
        rows = survey_rows(site.name, dialog.cameras, site_zone(site))
        self._store("Table (*.csv)", "csv", lambda _progress: to_csv(HEADINGS, rows))

    def _on_pdf_requested(self) -> None:
        site, dialog = self._site, self.dialog
        if site is None or dialog is None:
            return
        report = survey_report(site.name, dialog.cameras, site_zone(site), self._clock.now_ms())
        self._store("PDF (*.pdf)", "pdf", lambda progress: print_report(report, Path(), progress))

    def choose_file(self, kind: str, ending: str) -> str:
        name = f"clip-check {safe_part(self._site.name if self._site else '', 'site')}.{ending}"
        path, _ = ask_to_save(self.dialog, "Save the clip check", name, kind)
        return str(path or "")

    def _store(self, kind: str, ending: str, made: Callable[[Progress], bytes]) -> None:
        chosen = self.choose_file(kind, ending)
        dialog = self.dialog
        if not chosen or dialog is None:
            return
        path = Path(chosen if chosen.casefold().endswith(f".{ending}") else f"{chosen}.{ending}")
        dialog.say(f"Writing {path.name}…")
        self._runner.submit(
            lambda progress: store_file(path, made(progress)),
            done=lambda stored: self._say(dialog, f"Saved: {stored.name} in {stored.parent}"),
            failed=lambda error: self._say(dialog, error.sentence, is_error=True),
            title=f"Saving {path.name}",
            is_command=True,
        )

    def _say(self, dialog: ClipSurveyDialog, sentence: str, *, is_error: bool = False) -> None:
        if dialog is self.dialog:
            dialog.say(sentence, is_error=is_error)


class _Told:
    """Hands how far it is to the dialog too."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def report(self, done: int, total: int, text: str = "") -> None:
        self._progress.report(done, total, text)
        self._progress.partial((done, total))

    def partial(self, value: object) -> None:
        self._progress.partial(value)

    def check(self) -> None:
        self._progress.check()
