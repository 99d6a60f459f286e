"""Has the clip on screen checked in the background and shows the verdict beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from chekt_console.api.priority import Priority
from chekt_console.domain.clip_check import Verdict

if TYPE_CHECKING:
    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.event import Event
    from chekt_console.services.clip_check_service import ClipCheckService
    from chekt_console.services.clip_service import LocalClip
    from chekt_console.ui.clip.event_panel import EventPanel

_KEY = "clip.check"


class ClipCheckController(QObject):
    """Lives in the window's thread. Another clip ends the check of the one before."""

    def __init__(self, panel: EventPanel, runner: Runner, checks: ClipCheckService, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._runner = runner
        self._checks = checks
        self._job: Job | None = None

    @Slot(object, object)
    def on_clip_changed(self, event: Event | None, clip: LocalClip | None) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if event is None or clip is None:
            self._panel.show_facts(None, None)
            return
        self._job = self._runner.submit(
            lambda progress: self._checks.check(clip, event, progress),
            done=self._show,
            failed=lambda _error: None,  # a clip that cannot be checked is a verdict, not an error
            partial=self._show,
            key=_KEY,
            priority=Priority.BACKGROUND,
        )

    def _show(self, verdict: object) -> None:
        if isinstance(verdict, Verdict):
            self._panel.show_verdict(verdict)
