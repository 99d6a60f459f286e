"""The live half of a session: webhooks, requests of the monitoring center, notifications, and their menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QIcon
from PySide6.QtWidgets import QMenu

from chekt_console.api.priority import Priority
from chekt_console.assets import resource
from chekt_console.auth.key_store import KeyStore
from chekt_console.background.webhook_feed import WebhookFeed
from chekt_console.domain.delivery_text import as_curl
from chekt_console.services.request_service import RequestService
from chekt_console.services.webhook_service import WebhookService, sentences
from chekt_console.session_listening import KeptWebhooks, Listening
from chekt_console.session_views import AskedViews
from chekt_console.store.connections_store import Environment
from chekt_console.store.inbox import Inbox
from chekt_console.ui.requests.inspector_dialog import InspectorDialog
from chekt_console.ui.requests.requests_controller import RequestsController
from chekt_console.ui.shared.confirm import confirm
from chekt_console.ui.shared.desktop_notices import DesktopNotices
from chekt_console.ui.shared.kept_choices import KeptChoices
from chekt_console.ui.shared.notice_menu import NoticeMenu
from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.shared.plain_text import name_to_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.delivery import Delivery, RefusedDelivery
    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site
    from chekt_console.services.webhook_service import Taken
    from chekt_console.session_parts import Ground
    from chekt_console.session_work import WorkPanes

_KEYRING_SERVICE = "CHeKT Console webhooks"
_INSPECTOR_MS = 200


class LiveParts(QObject):
    """Built in the window's thread, after the panes."""

    events_arrived = Signal(object)  # tuple[Event, ...]
    arming_changed = Signal(object)  # SiteArming
    arming_hinted = Signal(object)  # tuple[str, ...]: sites whose armed state may be another now
    devices_told = Signal()  # a site is outdated, or a device of it has another status
    live_changed = Signal(bool)
    poll_wanted = Signal()

    def __init__(
        self, ground: Ground, work: WorkPanes, find_site: Callable[[str], Site | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._ground = ground
        self._work = work
        self._find_site = find_site
        shell, connection = ground.shell, ground.connection
        is_production = connection.environment is Environment.PRODUCTION
        self.inbox = Inbox(ground.folder / "inbox.sqlite")
        self._choices = KeptChoices(ground.runner, self.inbox.policy, self.inbox.set_policy)
        self.requests = RequestService(
            self.inbox,
            ground.client,
            ground.arming,
            ground.clock,
            is_production=is_production,
            connection_name=name_to_type(connection.name, connection.connection_id),
        )
        self.requests.find_devices = lambda site_id: ground.cache.devices(site_id)[0]
        self.webhooks = WebhookService(
            self.inbox, ground.events, ground.local, self.requests, ground.cache.device_news
        )
        self.feed = WebhookFeed(
            ground.runner,
            self.webhooks,
            self.requests,
            ground.folder / "inbox.sqlite",
            KeyStore(_KEYRING_SERVICE),
            connection.connection_id,
            KeptWebhooks(self._choices),
            self,
        )
        self.listening = Listening(ground, self._choices, self.feed, self)
        self.controller = RequestsController(
            ground.runner,
            self.requests,
            find_site,
            shell.notices,
            self._confirm,
            shell.window,
            is_production=is_production,
            device_name=self._device_name,
            is_commanded=work.arming_controller.is_commanded,
        )
        icon = QIcon(str(resource("icon.svg")))
        self.desktop = DesktopNotices(
            icon,
            self._site_name,
            ground.clock.now_ms(),
            self,
            ahead_ms=lambda: ground.events.server_ahead_ms,
        )
        self.inspector: InspectorDialog | None = None
        self._inspector_timer = QTimer(self, interval=_INSPECTOR_MS)
        self._inspector_timer.setSingleShot(True)
        self._inspector_timer.timeout.connect(self._refresh_inspector)
        self.views = AskedViews(ground, work, self.requests, self.controller, self)
        self._build_menu()
        self._wire()
        if self.inbox.was_rebuilt:
            shell.notices.show("inbox", self.inbox.was_rebuilt, severity=Severity.WARNING)

    def start(self) -> None:
        """As it was left: off unless the person switched it on over this connection."""
        self.controller.begin()
        self.notice_menu.load()
        self.listening.begin()

    def can_register(self, has_account: bool, is_local: bool) -> None:
        self.listening.set_place(has_account, is_local)

    def close(self) -> None:
        self.listening.close()
        self.desktop.close()
        self.controller.close()
        self._inspector_timer.stop()
        if self.inspector is not None:
            self.inspector.close()
            self.inspector.deleteLater()
        self._menu.menuAction().setVisible(False)
        self._ground.shell.window.window_menu.remove_menu(self._menu)
        self._ground.shell.window.status.set_detail("")
        self._menu.deleteLater()

    def close_files(self) -> None:
        """After the workers have ended."""
        self.inbox.close()

    def set_listening(self, is_on: bool) -> None:
        self.listening.set_on(is_on)

    def show_inspector(self) -> None:
        if self.inspector is None:
            self.inspector = InspectorDialog(self._ground.shell.window)
            self.inspector.copy_requested.connect(self._on_copy)
            self.inspector.replay_requested.connect(self._on_replay)
        self._refresh_inspector()
        if self.inspector.isVisible():
            self.inspector.raise_()
        self.inspector.show()

    def on_center_asked(self) -> None:
        """The simulator's operator asked; while webhooks are off nobody hears it."""
        if not self.feed.is_on:
            self._ground.shell.notices.show(
                "webhooks",
                "The monitoring center asked, but webhooks are off and nobody heard it. Listen, then let it ask again.",
                severity=Severity.WARNING,
                action="Listen for webhooks",
                on_action=self._listen,
            )

    def _listen(self) -> None:
        self.set_listening(True)
        self._ground.shell.notices.clear("webhooks")

    def _build_menu(self) -> None:
        window = self._ground.shell.window
        self._menu = QMenu("&Live", window)
        self.listening.add_to(self._menu)
        self.listen_action = self.listening.listen_action
        self.requests_action = QAction("Requests of the monitoring center…", self._menu)
        self.requests_action.triggered.connect(self._on_requests_wanted)
        self.inspector_action = QAction("Webhooks received…", self._menu)
        self.inspector_action.triggered.connect(self.show_inspector)
        self._menu.addActions([self.requests_action, self.inspector_action])
        self._menu.addSeparator()
        self.notice_menu = NoticeMenu(self._menu, self.desktop, self._choices.get, self._choices.keep)
        self._menu.setToolTipsVisible(True)
        window.window_menu.add_menu(self._menu, 2)

    def _wire(self) -> None:
        self.feed.arrived.connect(self._on_arrived)
        self.feed.state_changed.connect(self._on_state)
        self.feed.report_tried.connect(self.controller.refresh)
        self.listening.changed.connect(self._on_state)
        self.controller.answered.connect(self.feed.report)
        self.controller.answered.connect(self.poll_wanted)
        self.controller.arming_changed.connect(self.arming_changed)
        self.controller.view_requested.connect(self.views.open)
        self.desktop.event_chosen.connect(self._on_event_chosen)
        self.desktop.nowhere_to_tell.connect(self._on_nowhere_to_tell)

    def _on_arrived(self, taken: Taken) -> None:
        if taken.events:
            self.events_arrived.emit(tuple(taken.events))
        if taken.requests:
            self.controller.on_requests(tuple(taken.requests))
        if taken.sentences:
            self.controller.on_repeated(sentences(taken.sentences))
        if taken.arming_sites:
            self.arming_hinted.emit(tuple(taken.arming_sites))
        if taken.device_news:
            self.devices_told.emit()
        selected = self._ground.shell.selection.site
        if selected is not None and selected.site_id in taken.device_sites:
            self._work.devices_controller.on_told()
        if selected is not None and selected.site_id in taken.arming_sites:
            self._work.arming_controller.read()
        if taken.wants_poll:
            self.poll_wanted.emit()
        self._refresh_inspector_soon()

    def _on_state(self) -> None:
        window = self._ground.shell.window
        window.status.set_detail(self.listening.words() if self.feed.is_on else "")
        self.listening.on_state()
        self.live_changed.emit(self.feed.is_live)
        self._refresh_inspector_soon()

    def _on_nowhere_to_tell(self) -> None:
        self._ground.shell.notices.show(
            "notifications",
            "This desktop shows no notifications: alarms come with their sound and stand in the lists.",
        )

    def _on_event_chosen(self, event: Event) -> None:
        shell = self._ground.shell
        site = self._find_site(event.site_id)
        if shell.window.isMinimized():
            shell.window.showNormal()
        shell.window.raise_()
        shell.window.activateWindow()
        if site is not None:
            shell.selection.select_site(site)
            shell.window.show_perspective("review")
            shell.selection.select_event(event)

    def _on_requests_wanted(self) -> None:
        self.controller.show_dialog()

    def _on_copy(self, number: int) -> None:
        url = self.feed.process.url or "http://127.0.0.1/webhooks"

        def copy(delivery: Delivery | None) -> None:
            if delivery is not None:
                QGuiApplication.clipboard().setText(as_curl(delivery.body, url))

        self._ground.runner.submit(
            lambda _: self.inbox.delivery(number), done=copy, priority=Priority.PERSON, is_local=True
        )

    def _on_replay(self, number: int) -> None:
        self._ground.runner.submit(
            lambda _: self.webhooks.replay(number), done=lambda _: self.feed.take(), lane="replay"
        )

    def _refresh_inspector_soon(self) -> None:
        """However many arrive."""
        if self.inspector is not None and self.inspector.isVisible() and not self._inspector_timer.isActive():
            self._inspector_timer.start()

    def _refresh_inspector(self) -> None:
        self._ground.runner.submit(
            lambda _: (self.webhooks.newest(), self.webhooks.refused(), self.webhooks.unread_count()),
            done=self._on_inbox_read,
            key="inspector",
            priority=Priority.PERSON,
            is_local=True,
        )

    def _on_inbox_read(self, found: tuple[tuple[Delivery, ...], tuple[RefusedDelivery, ...], int]) -> None:
        deliveries, refused, unread = found
        if self.inspector is not None:
            words = self.listening.words() + (f". {unread} not understood, kept" if unread else "")
            self.inspector.set_deliveries(deliveries, words, refused)

    def _confirm(self, title: str, text: str, action: str, typed: str) -> bool:
        shell = self._ground.shell
        return confirm(shell.window, shell.theme, title, text, action, typed=typed)

    def _device_name(self, site_id: str, device_id: str) -> str:
        devices = self._ground.cache.devices(site_id)[0]
        return next((one.name for one in devices if one.device_id == device_id), "")

    def _site_name(self, site_id: str) -> str:
        site = self._find_site(site_id)
        return site.name if site is not None else site_id
