"""The heavy panes of Review: the timeline needs numpy, the clip its player. Imported last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.background.player import Player
from chekt_console.background.runner import Runner
from chekt_console.services.clip_check_service import ClipCheckService
from chekt_console.services.clip_service import ClipService
from chekt_console.services.clip_survey_service import ClipSurveyService
from chekt_console.services.incident_service import IncidentService
from chekt_console.services.overview_service import OverviewService
from chekt_console.ui.clip.clip_check_controller import ClipCheckController
from chekt_console.ui.clip.clip_controller import ClipController
from chekt_console.ui.clip.clip_pane import ClipPane
from chekt_console.ui.clip.clip_survey_controller import ClipSurveyController
from chekt_console.ui.clip.event_panel import EventPanel
from chekt_console.ui.clip.full_screen import KEYS as FULL_SCREEN_KEYS
from chekt_console.ui.clip.full_screen import FullScreenClip
from chekt_console.ui.clip.together_controller import TogetherController
from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.timeline.incident_controller import IncidentController
from chekt_console.ui.timeline.incident_panel import TITLE as INCIDENT_TITLE
from chekt_console.ui.timeline.incident_panel import IncidentPanel
from chekt_console.ui.timeline.timeline_controller import TimelineController
from chekt_console.ui.timeline.timeline_memory import TimelineMemory
from chekt_console.ui.timeline.timeline_pane import KEYS, TimelinePane

if TYPE_CHECKING:
    from chekt_console.domain.event import Event
    from chekt_console.services.clip_service import LocalClip
    from chekt_console.session_parts import Ground


class TimelinePanes(QObject):
    """The bottom of Review."""

    def __init__(self, ground: Ground, parent: QObject) -> None:
        super().__init__(parent)
        selection = ground.shell.selection
        self.timeline = TimelinePane(selection, ground.shell.theme, event_filter=ground.event_filter)
        overview = OverviewService(ground.cache, ground.events, ground.clock)
        self.timeline_controller = TimelineController(
            self.timeline, selection, ground.runner, ground.events, overview
        )
        self.memory = TimelineMemory(self.timeline, selection, ground.runner, ground.local)
        ground.shell.window.add_help("Timeline", KEYS)
        self.timeline_controller.start()
        self.memory.start()


class ClipPanes(QObject):
    """Centre and right side of Review."""

    event_decided = Signal(object)  # Event as it is on disk now

    def __init__(self, ground: Ground, parent: QObject) -> None:
        super().__init__(parent)
        selection, theme, runner = ground.shell.selection, ground.shell.theme, ground.runner
        self.player = Player(ground.folder / "player", self)
        self._clip_start_ms: int | None = None
        # Its own thread: a decision is on disk at once, however many clips are being fetched.
        self.decider = Runner(self, threads=1)
        self.decider.crashed.connect(runner.crashed)
        self.clip = ClipPane(selection, theme)
        self.event_panel = EventPanel(selection, theme)
        self.clips = ClipService(ground.client, ground.folder / "clips", ground.clock)
        self.clip_controller = ClipController(
            self.clip,
            self.event_panel,
            selection,
            runner,
            self.clips,
            ground.events,
            self.player,
            self.decider,
            ground.shell.slow_link,
        )
        self.clip_controller.event_decided.connect(self.event_decided)
        self.clip_controller.decisions.lost.connect(self._on_decision_lost)
        self.full_screen = FullScreenClip(self.clip, ground.shell.window, ground.shell.window.band)
        ground.shell.window.perspective_changed.connect(self.full_screen.leave)
        self.checks = ClipCheckService(ground.client, ground.folder / "clip-checks")
        self.check_controller = ClipCheckController(self.event_panel, runner, self.checks, self)
        self.clip_controller.clip_changed.connect(self.check_controller.on_clip_changed)
        ground.shell.window.add_help(
            "Clip, with the focus in it",
            (
                ("Home End", "First frame, last frame"),
                ("+ −", "Zoom in the picture"),
                ("0", "The whole picture"),
                *FULL_SCREEN_KEYS,
            ),
        )
        self.incident_panel = IncidentPanel(theme)
        head = self.event_panel.add_section(INCIDENT_TITLE, self.incident_panel)
        incidents = IncidentService(ground.client, ground.events, ground.cache, ground.clock)
        self.incident_controller = IncidentController(self.incident_panel, selection, runner, incidents, self)
        self.survey_controller = ClipSurveyController(
            runner,
            ClipSurveyService(ground.events, self.clips, self.checks),
            ground.clock,
            theme,
            ground.shell.window,
            self,
        )
        self.survey_controller.event_requested.connect(self._on_event_requested)
        self._shell = ground.shell
        self.together = TogetherController(
            runner,
            self.clips,
            lambda parent: Player(ground.folder / "player", parent, is_silent=True),
            theme,
            ground.shell.window,
            self,
        )
        self.incident_controller.together_requested.connect(self.together.open)
        for part in (head, self.incident_panel):
            part.setVisible(self.incident_controller.is_relevant)
            self.incident_controller.relevance_changed.connect(part.setVisible)

    def _on_decision_lost(self, sentence: str) -> None:
        self._shell.notices.show("decision", sentence, severity=Severity.ERROR)

    def _on_event_requested(self, event: Event) -> None:
        site = self._shell.selection.site
        if site is not None and site.site_id == event.site_id:
            self._shell.window.show_perspective("review")
            self._shell.selection.select_event(event)

    def follow(self, timeline: TimelinePanes) -> None:
        """What is one incident is chosen at the timeline."""
        self.incident_controller.use_gap(timeline.timeline.timeline.view.gap_ms)
        timeline.timeline.gap_changed.connect(self.incident_controller.use_gap)
        self._lanes = timeline.timeline.timeline
        self.clip_controller.clip_changed.connect(self._on_clip_changed)
        self.player.position_changed.connect(self._on_position_changed)

    def _on_clip_changed(self, event: Event | None, clip: LocalClip | None) -> None:
        """The timeline shows how long the clip really is, and where it plays."""
        self._clip_start_ms = start_ms = clip.start_ms if clip is not None else None
        if event is not None and clip is not None and start_ms is not None and clip.duration_s is not None:
            self._lanes.know_clip(event.event_id, start_ms, start_ms + round(clip.duration_s * 1000))
        self._lanes.set_playhead(None)

    def _on_position_changed(self, seconds: float) -> None:
        if self._clip_start_ms is not None:
            self._lanes.set_playhead(self._clip_start_ms + seconds * 1000)

    def close(self) -> None:
        self.decider.stop()
        self.survey_controller.close()
        self.together.end()
        self.player.close()
