"""Clips of raised events in a session: kept in the connection's folder, sent after their event, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from chekt_console.background.raised_clip_sender import RaisedClipSender
from chekt_console.services.raised_clip_service import RaisedClipService, clip_words
from chekt_console.store.raised_clips import ClipState, KeptClip, RaisedClips
from chekt_console.ui.shared.notices import Severity

if TYPE_CHECKING:
    from chekt_console.domain.outbox import OutboxEntry
    from chekt_console.services.outbound_service import OutboundService
    from chekt_console.services.outbox_service import OutboxService
    from chekt_console.session_parts import Ground


class RaisedClipParts(QObject):
    def __init__(
        self, ground: Ground, outbox: OutboxService, outbound: OutboundService, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._notices = ground.shell.notices
        store = RaisedClips(ground.folder / "raised-clips")
        self.service = RaisedClipService(store, outbox, outbound, ground.clock)
        self.queue = RaisedClipSender(ground.runner, self.service, ground.clock, self)
        self.queue.ended.connect(self._on_ended)
        self.queue.failed.connect(self._on_failed)

    def words_of(self, entry: OutboxEntry) -> str:
        """What becomes of its clip; "" when it has none."""
        return next((clip_words(clip) for clip in self.queue.clips if clip.key == entry.key), "")

    def bar_words(self) -> str:
        """For the status bar; "" when none waits."""
        count = sum(clip.state is ClipState.WAITING for clip in self.queue.clips)
        return f"{count} clip{'s' if count != 1 else ''} waiting" if count else ""

    def _on_ended(self, clip: KeptClip) -> None:
        is_sent = clip.state is ClipState.SENT
        self._notices.show(
            f"raised clip {clip.key}",
            f"{clip.what}: {clip_words(clip)}",
            severity=Severity.GOOD if is_sent else Severity.ERROR,
        )

    def _on_failed(self, sentence: str) -> None:
        self._notices.show("raised clips", sentence, severity=Severity.WARNING)
