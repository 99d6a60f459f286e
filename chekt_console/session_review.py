"""The heavy panes of Review: the timeline needs numpy, the clip its player. Imported last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.background.player import Player
from chekt_console.services.clip_service import ClipService
from chekt_console.ui.clip.clip_controller import ClipController
from chekt_console.ui.clip.clip_pane import ClipPane
from chekt_console.ui.clip.event_panel import EventPanel
from chekt_console.ui.timeline.timeline_controller import TimelineController
from chekt_console.ui.timeline.timeline_pane import TimelinePane

if TYPE_CHECKING:
    from chekt_console.domain.event import Event
    from chekt_console.session_parts import Ground


class ReviewPanes(QObject):
    """Built in the window's thread."""

    event_decided = Signal(object)  # Event as it is on disk now

    def __init__(self, ground: Ground, parent: QObject) -> None:
        super().__init__(parent)
        selection, theme, runner = ground.shell.selection, ground.shell.theme, ground.runner
        self.timeline = TimelinePane(selection, theme)
        self.timeline_controller = TimelineController(self.timeline, selection, runner, ground.events)
        self.player = Player(ground.folder / "player", self)
        self.clip = ClipPane(selection, theme)
        self.event_panel = EventPanel(selection, theme)
        self.clips = ClipService(ground.client, ground.folder / "clips", ground.clock)
        self.clip_controller = ClipController(
            self.clip, self.event_panel, selection, runner, self.clips, ground.events, self.player
        )
        self.clip_controller.event_decided.connect(self._on_decided)
        self.timeline_controller.start()
        self.player.warm()

    def on_events(self, events: tuple[Event, ...]) -> None:
        self.timeline_controller.on_events(events)
        self.clip_controller.on_events(events)

    def close(self) -> None:
        self.player.close()

    def _on_decided(self, event: Event) -> None:
        self.timeline_controller.on_events((event,))
        self.event_decided.emit(event)
