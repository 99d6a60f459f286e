"""Sends clips of raised events when their event is there and their time comes, and tells what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.progress import Progress
    from chekt_console.errors import ConsoleError
    from chekt_console.services.raised_clip_service import RaisedClipService
    from chekt_console.store.raised_clips import KeptClip

_LONGEST_WAIT_MS = 20_000  # the computer's clock may have been set, or it slept
_SHORTEST_WAIT_MS = 200
_LANE = "raised clips"


class RaisedClipSender(QObject):
    """Lives in the window's thread."""

    clips_changed = Signal(object)  # tuple[KeptClip, ...], oldest first
    ended = Signal(object)  # KeptClip that was sent, or is not tried any more
    failed = Signal(str)  # the disk refused

    def __init__(
        self, runner: Runner, service: RaisedClipService, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._service = service
        self._clock = clock
        self._is_on = False
        self.clips: tuple[KeptClip, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._send)

    def start(self) -> None:
        self._is_on = True
        self._timer.start(0)

    def stop(self) -> None:
        """What is on its way goes once more at the next start."""
        self._is_on = False
        self._timer.stop()

    def look_soon(self) -> None:
        """An event got its outcome, or was raised."""
        if self._is_on:
            self._timer.start(0)

    def hurry(self) -> None:
        """The server answers again."""
        self._runner.submit(
            lambda _: self._service.hurry(),
            done=lambda _: self.look_soon(),
            failed=self._on_failed,
            lane=_LANE,
            is_command=True,
        )

    def _send(self) -> None:
        def send(progress: Progress) -> tuple[tuple[KeptClip, ...], tuple[KeptClip, ...], int | None]:
            ended = self._service.send_due(progress)
            return ended, self._service.all(), self._service.next_due_ms()

        self._runner.submit(
            send,
            done=self._on_sent,
            failed=self._on_failed,
            lane=_LANE,
            priority=Priority.BACKGROUND,
        )

    def _on_sent(self, found: tuple[tuple[KeptClip, ...], tuple[KeptClip, ...], int | None]) -> None:
        ended, clips, next_ms = found
        for clip in ended:
            self.ended.emit(clip)
        if clips != self.clips:
            self.clips = clips
            self.clips_changed.emit(clips)
        if self._is_on and next_ms is not None and not self._timer.isActive():
            wait_ms = next_ms - self._clock.now_ms()
            self._timer.start(min(max(wait_ms, _SHORTEST_WAIT_MS), _LONGEST_WAIT_MS))

    def _on_failed(self, error: ConsoleError) -> None:
        self.failed.emit(error.sentence)
        if self._is_on:
            self._timer.start(_LONGEST_WAIT_MS)
