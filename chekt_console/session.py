"""One open connection: its client, files, services, panes and controllers, built and closed in order."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from chekt_console.api.priority import Priority
from chekt_console.background.feed import Feed, Freshness
from chekt_console.background.runner import Runner
from chekt_console.domain.clock import SystemClock
from chekt_console.errors import Unreachable
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.clip_service import ClipService
from chekt_console.services.device_service import DeviceService
from chekt_console.services.event_service import EventService
from chekt_console.services.live_service import LiveService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.services.site_service import SiteService
from chekt_console.store.cache import Cache
from chekt_console.store.connections_store import Environment
from chekt_console.store.local import LocalStore
from chekt_console.ui.arming.arming_control import ArmingControl
from chekt_console.ui.arming.arming_controller import ArmingController
from chekt_console.ui.devices.devices_controller import DevicesController
from chekt_console.ui.devices.devices_pane import DevicesPane
from chekt_console.ui.live.live_controller import LiveController
from chekt_console.ui.schedule.period_panel import PeriodPanel
from chekt_console.ui.schedule.schedule_controller import ScheduleController
from chekt_console.ui.schedule.schedule_pane import SchedulePane
from chekt_console.ui.shared.confirm import confirm
from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.sites.sites_controller import SitesController
from chekt_console.ui.sites.sites_pane import SitesPane

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.api.client import CHeKTClient
    from chekt_console.background.player import Player
    from chekt_console.domain.device import Device
    from chekt_console.domain.event import Event
    from chekt_console.errors import ConsoleError
    from chekt_console.services.arming_service import SiteArming
    from chekt_console.settings import DataPaths
    from chekt_console.store.connections_store import Connection
    from chekt_console.ui.clip.clip_controller import ClipController
    from chekt_console.ui.clip.clip_pane import ClipPane
    from chekt_console.ui.clip.event_panel import EventPanel
    from chekt_console.ui.main_window import MainWindow
    from chekt_console.ui.shared.notices import Notices
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.theme import Theme
    from chekt_console.ui.timeline.timeline_controller import TimelineController
    from chekt_console.ui.timeline.timeline_pane import TimelinePane

_START_WAIT_S = 30.0


class DeferredClient:
    """Stands in for the client until the address is known, and imports it in a worker, behind the first paint.

    Calls made before `open` wait for it in their worker thread; the window's thread must not call this.
    """

    def __init__(self, build: Callable[[str, str], CHeKTClient]) -> None:
        self._build = build
        self._address: tuple[str, str] | None = None
        self._is_open = threading.Event()
        self._lock = threading.Lock()
        self._client: CHeKTClient | None = None

    def open(self, base_url: str, key: str) -> None:
        self._address = (base_url, key)
        self._is_open.set()

    @property
    def built(self) -> CHeKTClient | None:
        """The client when some call has made it already; never waits."""
        return self._client

    def __getattr__(self, name: str) -> Any:
        if not self._is_open.wait(_START_WAIT_S) or self._address is None:
            raise Unreachable("The connection is not ready yet. Nothing was sent.")
        with self._lock:
            if self._client is None:
                self._client = self._build(*self._address)
        return getattr(self._client, name)

    def give_up(self) -> None:
        """Calls that still wait for the address end now; one that was built goes on."""
        if self._address is None:
            self._is_open.set()

    def close(self) -> None:
        self._is_open.set()
        with self._lock:
            self._address = None
            if self._client is not None:
                self._client.close()


def build_client(base_url: str, key: str) -> CHeKTClient:
    """Runs in a worker: the imports cost a quarter of a second."""
    from chekt_console.api.client import CHeKTClient
    from chekt_console.auth.api_key import ApiKeyAuth

    return CHeKTClient(base_url, ApiKeyAuth(key))


@dataclass(frozen=True)
class Shell:
    """What of the window a session fills and tells; lives as long as the program."""

    window: MainWindow
    theme: Theme
    selection: Selection
    notices: Notices
    paths: DataPaths


class LatePlace(QWidget):
    """Keeps the place of a pane that is built behind the first paint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def fill(self, pane: QWidget) -> None:
        self._column.addWidget(pane)


@dataclass(frozen=True)
class LatePanes:
    """The heavy panes of Review: the timeline needs numpy, the clip its player."""

    clip: ClipPane
    event_panel: EventPanel
    timeline: TimelinePane
    clip_controller: ClipController
    timeline_controller: TimelineController
    player: Player


class Session(QObject):
    """Everything that belongs to one connection. Light parts first, so that cached sites are on screen early;
    the timeline and the clip pane follow behind the first paint."""

    went_wrong = Signal(str)  # traceback of an error that is ours
    filled = Signal()  # every pane exists

    def __init__(self, connection: Connection, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.connection = connection
        self._shell = shell
        folder = shell.paths.connection_dir(connection.name)
        self._work_dir = folder
        clock = SystemClock()
        self.cache = Cache(folder / "cache.sqlite")
        self.local = LocalStore(folder / "local.sqlite")
        self.client = DeferredClient(build_client)
        client = cast("CHeKTClient", self.client)
        self.runner = Runner(self)
        self.sites = SiteService(client, self.cache, self.local)
        self.arming = ArmingService(client, self.cache, clock)
        self.devices = DeviceService(client, self.cache)
        self.events = EventService(client, self.cache, self.local, clock)
        self.schedules = ScheduleService(client, self.cache, self.local, clock)
        self.clips = ClipService(client, folder / "clips", clock)
        self.live = LiveService(client)
        self.feed = Feed(self.runner, self.events, self)
        self.late: LatePanes | None = None
        self._budget_timer = QTimer(self)
        self._budget_timer.setInterval(500)
        self._budget_timer.timeout.connect(self._show_budget)
        self._build_panes()
        self._wire()
        for rebuilt in (self.cache.was_rebuilt, self.local.was_rebuilt):
            if rebuilt:
                shell.notices.show("disk", rebuilt, severity=Severity.WARNING)

    def start(self) -> None:
        """Show what the disk knows, then build the heavy panes, then talk to the server as soon as it is open."""
        self.sites_controller.start()
        self.schedule_controller.start()
        self.runner.submit(_import_late, done=self._build_late_panes, priority=Priority.PERSON)

    def open(self, base_url: str, key: str) -> None:
        """The address is known: everything that waits for the server may go."""
        self.client.open(base_url, key)
        self.feed.start()
        self._budget_timer.start()

    def retry(self) -> None:
        """After an interruption: refresh what is on screen."""
        self.sites_controller.refresh()
        self.devices_controller.refresh()
        self.schedule_controller.refresh()
        if self.late is not None:
            self.late.timeline_controller.refresh()
        self.feed.poll_soon()

    def close(self) -> bool:
        """In order: no new work, wait for what was sent, close the client, then the files. False when work was left."""
        self._budget_timer.stop()
        self.feed.stop()
        self.live_controller.close_all()
        self.schedule_controller.keep_draft_now()
        if self.late is not None:
            self.late.player.close()
        self.client.give_up()
        is_clean = self.runner.stop()
        self.client.close()
        # What was stuck in a retry or waited for its turn ends with the client.
        is_clean = is_clean or self.runner.stop(2.0)
        self.cache.close()
        self.local.close()
        for pane in self._panes:
            pane.deleteLater()
        return is_clean

    def _build_panes(self) -> None:
        shell = self._shell
        selection, theme, runner = shell.selection, shell.theme, self.runner
        self.sites_pane = SitesPane(selection, theme)
        self.sites_controller = SitesController(
            self.sites_pane, selection, runner, self.sites, self.arming, self.events
        )
        self.devices_pane = DevicesPane(selection, theme)
        self.devices_controller = DevicesController(self.devices_pane, selection, runner, self.devices)
        self.schedule_pane = SchedulePane(selection, theme)
        self.period_panel = PeriodPanel(theme)
        self.schedule_controller = ScheduleController(
            self.schedule_pane, self.period_panel, selection, runner, self.schedules, shell.notices
        )
        self.arming_control = ArmingControl(theme)
        self.arming_controller = ArmingController(
            self.arming_control, selection, runner, self.arming, self._confirm
        )
        self.arming_controller.is_production = self.connection.environment is Environment.PRODUCTION
        self.live_controller = LiveController(runner, self.live, theme, shell.window)
        self.clip_place, self.event_place, self.timeline_place = LatePlace(), LatePlace(), LatePlace()
        self._panes: tuple[QWidget, ...] = (
            self.sites_pane,
            self.devices_pane,
            self.schedule_pane,
            self.period_panel,
            self.arming_control,
            self.clip_place,
            self.event_place,
            self.timeline_place,
        )
        window = shell.window
        window.set_left(self.sites_pane, self.devices_pane)
        window.add_perspective(
            "review", "Review", "Ctrl+1", self.clip_place, self.event_place, self.timeline_place
        )
        window.add_perspective("schedule", "Schedule", "Ctrl+2", self.schedule_pane, self.period_panel, None)
        window.add_toolbar_widget(self.arming_control)

    def _wire(self) -> None:
        notices, goto = self._shell.notices, self._shell.window.goto_box
        self.runner.crashed.connect(self.went_wrong)
        self.runner.job_failed.connect(self._on_job_failed)
        self.runner.jobs_changed.connect(self._on_jobs_changed)
        self.sites_controller.sites_changed.connect(goto.set_sites)
        self.sites_controller.arming_changed.connect(self.arming_controller.on_arming)
        self.sites_pane.arming_requested.connect(self.arming_controller.command)
        self.sites_controller.failed.connect(self._on_sites_failed)
        self.devices_controller.devices_changed.connect(goto.set_devices)
        self.devices_pane.live_requested.connect(self._on_live_requested)
        self.arming_controller.notice_requested.connect(notices.show)
        self.live_controller.notice_requested.connect(notices.show)
        self.arming_controller.arming_changed.connect(self._on_arming_changed)
        self.feed.events_arrived.connect(self._on_events)
        self.feed.freshness_changed.connect(self._on_freshness)
        self.feed.recovered.connect(self._on_recovered)

    def _build_late_panes(self, parts: _LateParts) -> None:
        shell = self._shell
        selection, theme = shell.selection, shell.theme
        timeline = parts.timeline_pane(selection, theme)
        timeline_controller = parts.timeline_controller(timeline, selection, self.runner, self.events)
        self.timeline_place.fill(timeline)
        player = parts.player(self._work_dir / "player", self)
        clip, panel = parts.clip_pane(selection, theme), parts.event_panel(selection, theme)
        clip_controller = parts.clip_controller(
            clip, panel, selection, self.runner, self.clips, self.events, player
        )
        self.clip_place.fill(clip)
        self.event_place.fill(panel)
        self.late = LatePanes(clip, panel, timeline, clip_controller, timeline_controller, player)
        clip_controller.event_decided.connect(self._on_decided)
        timeline_controller.start()
        player.warm()
        self.filled.emit()

    def _confirm(self, title: str, text: str, action: str, typed: str) -> bool:
        return confirm(self._shell.window, self._shell.theme, title, text, action, typed=typed)

    def _on_events(self, events: tuple[Event, ...]) -> None:
        self.sites_controller.on_events(events)
        if self.late is not None:
            self.late.timeline_controller.on_events(events)
            self.late.clip_controller.on_events(events)

    def _on_decided(self, event: Event) -> None:
        self.sites_controller.on_events((event,))
        if self.late is not None:
            self.late.timeline_controller.on_events((event,))

    def _on_arming_changed(self, arming: SiteArming) -> None:
        self.sites_controller.on_arming(arming)
        self.feed.poll_soon()

    def _on_live_requested(self, device: Device) -> None:
        site = self._shell.selection.site
        if site is not None:
            self.live_controller.open(site, device)

    def _on_freshness(self, freshness: Freshness, last_good_s: float) -> None:
        self._shell.window.status.set_freshness(freshness_words(freshness, last_good_s), freshness.value)

    def _on_recovered(self) -> None:
        self._shell.notices.clear("job")
        self._shell.notices.clear("sites")
        self.retry()

    def _on_sites_failed(self, sentence: str) -> None:
        self._shell.notices.show(
            "sites", sentence, severity=Severity.WARNING, action="Try again", on_action=self.retry
        )

    def _on_job_failed(self, error: ConsoleError) -> None:
        self._shell.notices.show("job", error.sentence, severity=Severity.WARNING)

    def _on_jobs_changed(self) -> None:
        self._shell.window.status.set_jobs(self.runner.jobs())

    def _show_budget(self) -> None:
        client = self.client.built
        if client is not None:
            self._shell.window.status.set_budget(client.budget.used, client.budget.limit)


def freshness_words(freshness: Freshness, last_good_s: float) -> str:
    since = time.strftime("%H:%M:%S", time.localtime(last_good_s)) if last_good_s else "never"
    if freshness is Freshness.POLLING:
        return f"Up to date · asked at {since}"
    if freshness is Freshness.STALE:
        return f"Offline · last answer {since}"
    return "Not connected"


@dataclass(frozen=True)
class _LateParts:
    timeline_pane: type[TimelinePane]
    timeline_controller: type[TimelineController]
    clip_pane: type[ClipPane]
    event_panel: type[EventPanel]
    clip_controller: type[ClipController]
    player: type[Player]


def _import_late(_progress: object) -> _LateParts:
    """Runs in a worker: numpy and the panes that need it cost a third of a second, the window is painted meanwhile."""
    from chekt_console.background.player import Player
    from chekt_console.ui.clip.clip_controller import ClipController
    from chekt_console.ui.clip.clip_pane import ClipPane
    from chekt_console.ui.clip.event_panel import EventPanel
    from chekt_console.ui.timeline.timeline_controller import TimelineController
    from chekt_console.ui.timeline.timeline_pane import TimelinePane

    return _LateParts(TimelinePane, TimelineController, ClipPane, EventPanel, ClipController, Player)
