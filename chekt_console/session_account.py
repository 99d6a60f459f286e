"""Changing sites, contacts and devices: the dialog, its menu, and the warning while a site is not monitored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from chekt_console.services.account_service import AccountService
from chekt_console.services.enrolment_service import EnrolmentService
from chekt_console.store.connections_store import Environment
from chekt_console.ui.account.account_controller import AccountController
from chekt_console.ui.account.site_dialog import ARMING, CONTACTS, DETAILS, DEVICES
from chekt_console.ui.shared.confirm import confirm
from chekt_console.ui.shared.notices import Severity

if TYPE_CHECKING:
    from chekt_console.domain.site import Site
    from chekt_console.session_parts import Ground

_NOT_MONITORED = "monitoring"


class AccountParts(QObject):
    """Built in the window's thread, after the panes."""

    site_changed = Signal(str)
    devices_changed = Signal(str)

    def __init__(self, ground: Ground, parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        shell = ground.shell
        self.accounts = AccountService(ground.client)
        self.controller = AccountController(
            ground.runner,
            self.accounts,
            EnrolmentService(ground.client),
            shell.theme,
            self._confirm,
            shell.window,
            is_production=ground.connection.environment is Environment.PRODUCTION,
        )
        self._build_menu()
        self.controller.site_changed.connect(self.site_changed)
        self.controller.devices_changed.connect(self.devices_changed)
        self.controller.notice_requested.connect(self._on_notice)
        shell.selection.site_changed.connect(self._on_site_changed)
        self._on_site_changed(shell.selection.site)

    def edit(self, tab: int = DETAILS) -> None:
        site = self._ground.shell.selection.site
        if site is not None:
            self.controller.edit(site, tab)

    def close(self) -> None:
        self.controller.close()
        window = self._ground.shell.window
        window.window_menu.menu.removeAction(self._menu.menuAction())
        for action in self._menu.actions():
            window.removeAction(action)
        self._menu.deleteLater()

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
        menu = window.window_menu
        menu.menu.insertMenu(menu.view_menu.menuAction(), self._menu)

    def _confirm(self, title: str, text: str, action: str, typed: str) -> bool:
        shell = self._ground.shell
        return confirm(self.controller.dialog or shell.window, shell.theme, title, text, action, typed=typed)

    def _on_edit(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.edit(int(action.data()))

    def _on_monitoring(self) -> None:
        site = self._ground.shell.selection.site
        if site is not None:
            self.controller.set_monitoring(site, not site.is_monitored)

    def _on_notice(self, kind: str, sentence: str) -> None:
        self._ground.shell.notices.show(kind, sentence, severity=Severity.GOOD)

    def _on_site_changed(self, site: Site | None) -> None:
        """A site that is not monitored says so for as long as it is looked at."""
        for action in (*self.site_actions, self.monitoring_action):
            action.setEnabled(site is not None)
        is_off = site is not None and not site.is_monitored
        self.monitoring_action.setText("Switch monitoring on" if is_off else "Switch monitoring off…")
        notices = self._ground.shell.notices
        if site is None or site.is_monitored or not site.is_active:
            notices.clear(_NOT_MONITORED)
            return
        notices.show(
            _NOT_MONITORED,
            f"Monitoring of {site.name} is off: its alarms reach nobody.",
            severity=Severity.WARNING,
            action="Site settings",
            on_action=self.edit,
        )
