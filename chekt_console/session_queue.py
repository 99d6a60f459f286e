"""The queue of undecided alarms beside the clip, and what false alarms tell. Imported behind the first paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction

from chekt_console.services.device_service import DeviceService
from chekt_console.services.false_alarm_service import FalseAlarmService
from chekt_console.services.queue_service import QueueService
from chekt_console.ui.falsealarms.false_alarm_controller import FalseAlarmController
from chekt_console.ui.queue.queue_controller import QueueController
from chekt_console.ui.queue.queue_pane import QueuePane

if TYPE_CHECKING:
    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site
    from chekt_console.session_parts import Ground
    from chekt_console.session_review import ClipPanes
    from chekt_console.ui.shared.side_tabs import SideTabs

QUEUE = "queue"
_ORDER = "queue.order"
_GOES_ON = "queue.goes_on"
_SHORT_MS = 4_000  # the screen's own requests go before the history
KEYS = (
    ("Q", "Alarms to review of all sites, and back"),
    ("J, K", "Next and previous, as they are"),
    ("R, F, U", "Real, false, unsure"),
    ("1 to 6", "Cause of a false alarm"),
    ("Enter", "Save and next"),
    ("Ctrl+Z", "Take back what was decided last"),
    ("Shift+R, F, U", "Decide all marked rows"),
)

_CLIP_KEYS = (
    ("Space", "Play or pause"),
    (", .", "One picture back, one on"),
    ("A", "To the alarm"),
    ("M", "Sound on or off"),
    ("S", "Snapshot"),
)


class QueueParts(QObject):
    """Built in the window's thread after the clip, which follows the queue's order while it is in front."""

    events_decided = Signal(object)  # tuple[Event, ...]

    def __init__(self, ground: Ground, review: ClipPanes, side: SideTabs, parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        self._review = review
        self._side = side
        shell = ground.shell
        self.pane = QueuePane(shell.theme)
        self.queue = QueueService(ground.client, ground.cache, ground.local, ground.clock)
        self.controller = QueueController(
            self.pane,
            shell.selection,
            ground.runner,
            self.queue,
            ground.events,
            ground.event_filter,
            ground.clock,
            review.decider,
        )
        self.controller.use_order(ground.local.choice(_ORDER) or "worst")
        self._use_goes_on(ground.local.choice(_GOES_ON) == "on")
        review.clip_controller.follow(self.controller)
        self.false_alarms = FalseAlarmController(
            shell.window,
            shell.theme,
            shell.selection,
            ground.runner,
            FalseAlarmService(ground.cache, ground.local, ground.clock),
            DeviceService(ground.client, ground.cache),
            ground.clock,
            self,
        )
        self.false_alarms_action = QAction("False alarms…", self)
        self._wire()
        shell.window.add_help("Review", KEYS)
        shell.window.add_help("Clip", _CLIP_KEYS)
        self.controller.start()
        QTimer.singleShot(_SHORT_MS, self, self.controller.read_back)

    def set_sites(self, sites: tuple[Site, ...]) -> None:
        self.controller.set_sites(tuple(sites))
        self.false_alarms.set_sites(tuple(sites))

    def close(self) -> None:
        self.false_alarms.close()

    def marked(self) -> tuple[Event, ...]:
        """Rows marked together while the queue is in front; else none."""
        if not self.controller.is_in_front:
            return ()
        alarms = self.pane.model.alarms
        return tuple(alarms[row].event for row in self.pane.list.marked_rows)

    def _wire(self) -> None:
        controller, clip = self.controller, self._review.clip_controller
        controller.count_changed.connect(lambda count: self._side.show_count(QUEUE, count))
        controller.order_changed.connect(clip.on_order_changed)
        controller.review_requested.connect(lambda: self._ground.shell.window.show_perspective("review"))
        controller.events_decided.connect(self._on_many_decided)
        self.pane.undo_requested.connect(self._review.event_panel.undo_requested)
        self.pane.order_changed.connect(lambda order: self._keep(_ORDER, order))
        self.pane.goes_on_changed.connect(self._on_goes_on_changed)
        window = self._ground.shell.window
        self.false_alarms_action.triggered.connect(self.false_alarms.open)
        self.pane.false_alarms_requested.connect(self.false_alarms.open)
        self.false_alarms.perspective_requested.connect(window.show_perspective)
        self.false_alarms.clip_check_requested.connect(self._review.survey_controller.open)
        window.window_menu.view_menu.addAction(self.false_alarms_action)
        self._side.current_changed.connect(self._on_side_changed)
        clip.event_decided.connect(lambda _event: self.pane.show_said(""))

    def _on_side_changed(self, name: str) -> None:
        self.controller.is_in_front = name == QUEUE
        self._review.clip_controller.on_order_changed()
        if name == QUEUE:
            self._ground.shell.window.show_perspective("review")
            self.controller.open_first()

    def _on_many_decided(self, events: tuple[Event, ...]) -> None:
        self._review.clip_controller.decisions.on_decided_elsewhere(events)
        self.events_decided.emit(events)

    def _on_goes_on_changed(self, is_on: bool) -> None:
        self._use_goes_on(is_on)
        self._keep(_GOES_ON, "on" if is_on else "off")

    def _use_goes_on(self, is_on: bool) -> None:
        self._review.clip_controller.decisions.goes_on_after_deciding = is_on
        self.pane.show_goes_on(is_on)

    def _keep(self, name: str, value: str) -> None:
        self._ground.runner.submit(
            lambda _progress: self._ground.local.put_choice(name, value),
            done=lambda _: None,
            lane="choices",
            is_command=True,
        )
