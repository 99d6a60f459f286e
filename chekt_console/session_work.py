"""The panes beside the list of sites: devices, arming, live pictures, and the schedule. Imported behind the first paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.background.runner import Runner
from chekt_console.services.authority_service import AuthorityService
from chekt_console.services.device_service import DeviceService
from chekt_console.services.live_service import LiveService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.services.site_service import SiteService
from chekt_console.services.template_overview import TemplateOverviewService
from chekt_console.store.connections_store import Environment
from chekt_console.ui.arming.arming_control import ArmingControl
from chekt_console.ui.arming.arming_controller import ArmingController
from chekt_console.ui.devices.devices_controller import DevicesController
from chekt_console.ui.devices.devices_pane import DevicesPane
from chekt_console.ui.live.live_controller import THREADS, LiveController
from chekt_console.ui.schedule.charge_controller import ChargeController
from chekt_console.ui.schedule.exceptions_controller import ExceptionsController
from chekt_console.ui.schedule.period_panel import PeriodPanel
from chekt_console.ui.schedule.schedule_controller import ScheduleController
from chekt_console.ui.schedule.schedule_more_menu import ScheduleMoreMenu
from chekt_console.ui.schedule.schedule_pane import SchedulePane
from chekt_console.ui.schedule.templates_controller import TemplatesController
from chekt_console.ui.schedule.understanding_controller import UnderstandingController
from chekt_console.ui.schedule.week_hints import KEYS
from chekt_console.ui.schedule.zone_controller import ZoneController
from chekt_console.ui.shared.confirm import confirm
from chekt_console.ui.shared.notices import Severity

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.device import Device
    from chekt_console.session_parts import Ground

_SIDE_KEYS = (
    ("/ or Ctrl+F", "Filter the sites"),
    ("Enter", "On a camera: its live picture"),
    ("M", "On a live picture with sound: hear it or mute it"),
    ("PgUp, PgDn", "More cameras on the wall of live pictures"),
    ("Esc", "Close the wall"),
)


class WorkPanes(QObject):
    """Built in the window's thread; fills its places in the window."""

    arming_changed = Signal(object)  # SiteArming that was read here

    def __init__(self, ground: Ground, parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        shell, runner = ground.shell, ground.runner
        selection, theme = shell.selection, shell.theme
        self.devices = DeviceService(ground.client, ground.cache)
        self.live = LiveService(ground.client, lambda: shell.slow_link.is_on)
        self.devices_pane = DevicesPane(selection, theme)
        self.devices_controller = DevicesController(self.devices_pane, selection, runner, self.devices)
        self.arming_control = ArmingControl(theme)
        self.arming_controller = ArmingController(
            self.arming_control, selection, runner, ground.arming, self._confirm
        )
        self.arming_controller.is_production = ground.connection.environment is Environment.PRODUCTION
        self._live_runner = Runner(self, threads=THREADS)
        self._live_runner.crashed.connect(runner.crashed)
        self.live_controller = LiveController(
            self._live_runner, self.live, theme, shell.window, ground.folder / "player", shell.settings
        )
        self._wire()
        shell.window.add_help("Sites and devices", _SIDE_KEYS)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return self.devices_pane, self.arming_control

    def refresh(self) -> None:
        self.devices_controller.refresh()
        self.arming_controller.read()

    def close(self) -> None:
        self.live_controller.close_all()
        self._live_runner.stop(0.2)

    def end(self) -> bool:
        """After the client is closed, which ends a stream that sends nothing. False when something goes on."""
        return self._live_runner.stop(2.0)

    def _wire(self) -> None:
        shell = self._ground.shell
        self.devices_controller.devices_changed.connect(shell.window.goto_box.set_devices)
        self.devices_pane.live_requested.connect(self._on_live_requested)
        self.devices_pane.wall_requested.connect(self._on_wall_requested)
        self.devices_pane.snapshots_requested.connect(self._on_snapshots_requested)
        self.arming_controller.notice_requested.connect(self._on_arming_notice)
        self.arming_controller.command_confirmed.connect(self._on_arming_confirmed)
        self.arming_controller.arming_changed.connect(self.arming_changed)
        shell.slow_link.changed.connect(self.live_controller.on_link_changed)
        self.live_controller.notice_requested.connect(shell.notices.show)

    def _confirm(self, title: str, text: str, action: str, typed: str) -> bool:
        shell = self._ground.shell
        return confirm(shell.window, shell.theme, title, text, action, typed=typed)

    def _on_arming_notice(self, kind: str, text: str) -> None:
        self._ground.shell.notices.show(kind, text, severity=Severity.WARNING)

    def _on_arming_confirmed(self, kind: str, text: str) -> None:
        self._ground.shell.notices.show(kind, text, severity=Severity.GOOD)

    def _on_wall_requested(self) -> None:
        site = self._ground.shell.selection.site
        if site is not None:
            self.live_controller.open_wall(site, self.devices_pane.model.devices)

    def _on_snapshots_requested(self) -> None:
        site = self._ground.shell.selection.site
        if site is not None:
            self.live_controller.open_sheet(site, self.devices_pane.model.devices)

    def _on_live_requested(self, device: Device) -> None:
        site = self._ground.shell.selection.site
        if site is not None:
            self.live_controller.open(site, device)


class SchedulePanes(QObject):
    """The Schedule perspective."""

    def __init__(self, ground: Ground, parent: QObject) -> None:
        super().__init__(parent)
        shell, runner = ground.shell, ground.runner
        self._window = shell.window
        self.schedules = ScheduleService(ground.client, ground.cache, ground.local, ground.clock)
        self.schedule_pane = SchedulePane(shell.selection, shell.theme)
        self.period_panel = PeriodPanel(shell.theme)
        self.schedule_controller = ScheduleController(
            self.schedule_pane, self.period_panel, shell.selection, runner, self.schedules, shell.notices
        )
        self.understanding = UnderstandingController(
            self.schedule_pane,
            self.period_panel,
            self.schedule_controller,
            shell.selection,
            runner,
            ground.events,
        )
        self.understanding.review_requested.connect(lambda _event: shell.window.show_perspective("review"))
        self.exceptions = ExceptionsController(
            self.schedule_pane, self.schedule_controller, runner, ground.local, shell.notices
        )
        self.authorities = AuthorityService(lambda: ground.client.account, ground.cache, ground.clock)
        self.charge = ChargeController(self.schedule_pane, shell.selection, runner, self.authorities)
        self.sites = SiteService(ground.client, ground.cache, ground.local)
        self.zone = ZoneController(self.schedule_pane, shell.selection, runner, self.sites)
        self.templates = TemplatesController(
            self.period_panel.templates,
            self.schedule_controller,
            runner,
            TemplateOverviewService(self.sites, ground.cache, ground.local),
            shell.notices,
        )
        self.more = ScheduleMoreMenu(self.schedule_pane, self.schedule_controller, shell.notices)
        shell.window.perspective_changed.connect(self._on_perspective)
        shell.window.add_help("Schedule", KEYS)
        self.schedule_controller.start()

    def refresh(self) -> None:
        self.schedule_controller.refresh()

    def _on_perspective(self) -> None:
        """Other sites were read or written elsewhere meanwhile."""
        if self._window.current_perspective == "schedule":
            self.templates.look()

    def close(self) -> None:
        self.schedule_controller.keep_draft_now()
