"""Changing sites, contacts and devices, raising events, delivery times: dialogs, their menu, and the warning while a site
is not monitored."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from chekt_console.api.simulator_control import (
    ASKS,
    FAULTS,
    SCENARIOS,
    let_center_ask,
    make_fault,
    play_scenario,
)
from chekt_console.domain.device import DeviceKind
from chekt_console.domain.event import EventKind
from chekt_console.domain.site import Site
from chekt_console.services.account_service import AccountService
from chekt_console.services.enrolment_service import EnrolmentService
from chekt_console.services.outbound_service import OutboundService
from chekt_console.store.connections_store import Environment
from chekt_console.ui.account.account_controller import AccountController
from chekt_console.ui.account.site_dialog import ARMING, CONTACTS, DETAILS, DEVICES
from chekt_console.ui.outbound.outbound_controller import OutboundController
from chekt_console.ui.shared.confirm import confirm
from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.shared.plain_text import one_line
from chekt_console.ui.shared.stage_menu import StageMenu

if TYPE_CHECKING:
    from chekt_console.domain.account import SiteRecord
    from chekt_console.domain.event import Event
    from chekt_console.errors import ConsoleError
    from chekt_console.session_parts import Ground

_NOT_MONITORED = "monitoring"
_FAULT = "fault"


class AccountParts(QObject):
    """Built in the window's thread, after the panes."""

    site_changed = Signal(str)
    devices_changed = Signal(str)
    poll_wanted = Signal()
    clip_check_requested = Signal(object)  # Site
    center_asked = Signal()  # the simulator's operator has sent a request over the webhooks

    def __init__(self, ground: Ground, parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        shell = ground.shell
        self.accounts = AccountService(ground.client, ground.cache.records)
        self.controller = AccountController(
            ground.runner,
            self.accounts,
            EnrolmentService(ground.client, ground.cache.records),
            shell.theme,
            self._confirm,
            shell.window,
            is_production=ground.connection.environment is Environment.PRODUCTION,
        )
        self._is_production = ground.connection.environment is Environment.PRODUCTION
        self.outbound_service = OutboundService(ground.client, is_production=self._is_production)
        self.outbound = OutboundController(
            ground.runner,
            self.outbound_service,
            ground.clock,
            uuid4,
            shell.window,
        )
        self._stage: tuple[str, str] | None = None
        self._build_menu()
        self.outbound.raised.connect(self.poll_wanted)
        self.outbound.told.connect(self._on_outbound_told)
        self.outbound.event_requested.connect(self._on_event_requested)
        self.controller.site_changed.connect(self.site_changed)
        self.controller.site_made.connect(self._on_site_made)
        self.controller.devices_changed.connect(self.devices_changed)
        self.controller.notice_requested.connect(self._on_notice)
        self.controller.failure_told.connect(self._on_failure)
        shell.selection.site_changed.connect(self._on_site_changed)
        self._on_site_changed(shell.selection.site)

    def edit(self, tab: int = DETAILS) -> None:
        site = self._ground.shell.selection.site
        if site is not None:
            self.controller.edit(site, tab)

    def edit_arming(self) -> None:
        self.edit(ARMING)

    def raise_event(self) -> None:
        site = self._ground.shell.selection.site
        if site is not None and not self._is_production:
            self.outbound.open(site, self._ground.cache.devices(site.site_id)[0])

    def show_delays(self) -> None:
        site, events = self._ground.shell.selection.site, self._ground.events
        if site is None:
            return

        def alarms() -> list[Event]:
            found = events.cached(site.site_id, days=30).events
            return [event for event in found if event.kind is EventKind.ALARM]

        self.outbound.open_delays(site, alarms)

    def can_play(self, base_url: str, control_token: str) -> None:
        """Over the simulator the menu offers stories to watch."""
        self._stage = (base_url, control_token) if control_token else None
        self._fault = ""
        self._ground.shell.notices.clear(_FAULT)
        self.stage.show_for(is_simulator=self._stage is not None)

    def let_center_ask(self, kind: str) -> None:
        """Comes back as a webhook, when the console listens to them."""
        site, stage = self._ground.shell.selection.site, self._stage
        if site is None or stage is None:
            return
        wanted = DeviceKind.AUDIO if kind == "audio.request" else DeviceKind.CAMERA
        devices = self._ground.cache.devices(site.site_id)[0]
        device_id = next((one.device_id for one in devices if one.kind is wanted), "")
        given = "" if kind == "arming.command" else device_id
        self._ground.runner.submit(
            lambda _: let_center_ask(*stage, kind, site.site_id, given),
            done=lambda _: self.center_asked.emit(),
        )

    def make_fault(self, name: str) -> None:
        """Goes on until another is chosen, and says so for as long."""
        stage, notices = self._stage, self._ground.shell.notices

        def made(_: object) -> None:
            if stage is not self._stage:
                return  # started anew meanwhile, without a fault
            self._fault = name
            self.stage.show_fault(name)
            if not name:
                notices.clear(_FAULT)
                return
            notices.show(
                _FAULT,
                f"The simulator makes a fault: {FAULTS[name]}.",
                action="Stop it",
                on_action=self.stage.stop_fault,
                is_lasting=True,
            )

        def failed(error: ConsoleError) -> None:
            self.stage.show_fault(self._fault)
            notices.show("job", error.sentence, severity=Severity.WARNING)

        if stage is not None:
            self._ground.runner.submit(
                lambda _: make_fault(*stage, name), done=made, failed=failed, lane="fault"
            )

    def close(self) -> None:
        self.controller.close()
        self.outbound.close()
        window = self._ground.shell.window
        window.window_menu.remove_menu(self._menu)
        for action in self._menu.actions():
            window.removeAction(action)
        self._menu.deleteLater()

    def _on_site_made(self, record: SiteRecord) -> None:
        """It is what the person goes on with; the list takes it over when it is read again."""
        address = ", ".join(filter(None, (record.address1, record.address2)))
        site = Site(record.site_id, record.name, address, record.account_number, timezone=record.timezone)
        self._ground.shell.selection.select_site(site)

    def _on_outbound_told(self, sentence: str) -> None:
        self._ground.shell.notices.show("outbound", sentence, severity=Severity.WARNING)

    def _build_menu(self) -> None:
        window = self._ground.shell.window
        self._menu = QMenu("&Site", window)
        self.site_actions: list[QAction] = []
        new = QAction("New site…", self._menu)
        new.triggered.connect(self.controller.create)
        self._menu.addAction(new)
        self._menu.addSeparator()
        for words, tab, keys in (
            ("Site settings…", DETAILS, "Ctrl+I"),
            ("Emergency contacts…", CONTACTS, "Ctrl+Shift+C"),
            ("Who arms it…", ARMING, ""),
            ("Enrolled devices…", DEVICES, ""),
        ):
            action = QAction(words, self._menu)
            action.setShortcut(keys)
            action.setData(tab)
            action.triggered.connect(self._on_edit)
            window.addAction(action)
            self._menu.addAction(action)
            self.site_actions.append(action)
        self._menu.addSeparator()
        self.monitoring_action = QAction("Switch monitoring off…", self._menu)
        self.monitoring_action.triggered.connect(self._on_monitoring)
        self._menu.addAction(self.monitoring_action)
        self._menu.addSeparator()
        self.raise_action = QAction("Raise an event…", self._menu)
        self.raise_action.setToolTip(
            "Never in production: operators would act on it"
            if self._is_production
            else "An alarm, trouble or arming event of this site, with a clip"
        )
        self.raise_action.triggered.connect(self.raise_event)
        self.delays_action = QAction("Delivery times…", self._menu)
        self.delays_action.triggered.connect(self.show_delays)
        self.clip_check_action = QAction("Clip check…", self._menu)
        self.clip_check_action.setToolTip("The newest clips of every camera, measured against the rules")
        self.clip_check_action.triggered.connect(self._on_clip_check)
        self._menu.addActions([self.raise_action, self.delays_action, self.clip_check_action])
        self._menu.setToolTipsVisible(True)
        self.stage = StageMenu(self._menu, SCENARIOS, ASKS, FAULTS)
        self.stage.scenario_requested.connect(self._on_scenario)
        self.stage.ask_requested.connect(self.let_center_ask)
        self.stage.fault_requested.connect(self.make_fault)
        window.window_menu.add_menu(self._menu, 1)
        window.add_help("Site", (("Ctrl+I", "Site settings"), ("Ctrl+Shift+C", "Emergency contacts")))

    def _confirm(self, title: str, text: str, action: str, typed: str) -> bool:
        shell = self._ground.shell
        return confirm(self.controller.dialog or shell.window, shell.theme, title, text, action, typed=typed)

    def _on_edit(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.edit(int(action.data()))

    def _on_scenario(self, name: str) -> None:
        site, stage = self._ground.shell.selection.site, self._stage
        if site is not None and stage is not None:
            self._ground.runner.submit(
                lambda _: play_scenario(*stage, name, site.site_id),
                done=lambda _: self._on_notice("scenario", f"{name.capitalize()} begins at {site.name}."),
            )

    def _on_monitoring(self) -> None:
        site = self._ground.shell.selection.site
        if site is not None:
            self.controller.set_monitoring(site, not site.is_monitored)

    def _on_clip_check(self) -> None:
        site = self._ground.shell.selection.site
        if site is not None:
            self.clip_check_requested.emit(site)

    def _on_notice(self, kind: str, sentence: str) -> None:
        self._ground.shell.notices.show(kind, sentence, severity=Severity.GOOD)

    def _on_failure(self, kind: str, sentence: str) -> None:
        self._ground.shell.notices.show(kind, sentence, severity=Severity.WARNING)

    def _on_event_requested(self, site_id: str, event_id: str) -> None:
        """In Review, as soon as the log of the site has it."""
        shell = self._ground.shell
        event = self._ground.events.find(event_id)
        if event is None:
            self.poll_wanted.emit()
            shell.notices.show("outbound", "The event is not in the log yet; it comes with the next reading.")
            return
        site = shell.selection.site
        if site is not None and site.site_id == site_id:
            shell.window.show_perspective("review")
            shell.selection.select_event(event)

    def _on_site_changed(self, site: Site | None) -> None:
        """A site that is not monitored says so for as long as it is looked at."""
        for action in (
            *self.site_actions,
            self.monitoring_action,
            self.delays_action,
            self.clip_check_action,
        ):
            action.setEnabled(site is not None)
        self.raise_action.setEnabled(site is not None and not self._is_production)
        self.stage.set_enabled(has_site=site is not None)
        is_off = site is not None and not site.is_monitored
        self.monitoring_action.setText("Switch monitoring on" if is_off else "Switch monitoring off…")
        if site is None or (site.is_monitored and site.is_active):
            self._ground.shell.notices.clear(_NOT_MONITORED)
            return
        if not site.is_active:
            self._show_unmonitored(f"{site.name} is not active: its alarms reach nobody.")
            return
        words = f"Monitoring of {site.name} is off: its alarms reach nobody."
        self._show_unmonitored(words)
        self._ground.runner.submit(
            lambda _: self.accounts.monitoring_reason(site.site_id),
            done=lambda reason: self._on_reason(site, words, reason),
            failed=lambda _: None,  # that it is off is said already
            key="monitoring reason",
        )

    def _on_reason(self, site: Site, words: str, reason: str) -> None:
        now = self._ground.shell.selection.site
        if reason and now is not None and now.site_id == site.site_id and not now.is_monitored:
            self._show_unmonitored(f"{words} Reason: {one_line(reason)}")

    def _show_unmonitored(self, words: str) -> None:
        self._ground.shell.notices.show(
            _NOT_MONITORED,
            words,
            severity=Severity.WARNING,
            action="Site settings",
            on_action=self.edit,
            is_lasting=True,
        )
