"""The live half of a session: webhooks, requests of the monitoring center, notifications, and their menu."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication, QIcon
from PySide6.QtWidgets import QInputDialog, QMenu

from chekt_console.assets import resource
from chekt_console.auth.key_store import KeyStore
from chekt_console.background.webhook_feed import WebhookFeed
from chekt_console.domain.device import DeviceKind
from chekt_console.services.request_service import RequestService
from chekt_console.services.webhook_registration import register, unregister
from chekt_console.services.webhook_service import WebhookService, as_curl, sentences
from chekt_console.store.connections_store import Environment
from chekt_console.store.inbox import Inbox
from chekt_console.ui.requests.inspector_dialog import InspectorDialog
from chekt_console.ui.requests.requests_controller import RequestsController
from chekt_console.ui.shared.confirm import confirm
from chekt_console.ui.shared.desktop_notices import DesktopNotices
from chekt_console.ui.shared.kept_choices import KeptChoices
from chekt_console.ui.shared.notice_menu import NoticeMenu
from chekt_console.ui.shared.notices import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.device import Device
    from chekt_console.domain.event import Event
    from chekt_console.domain.request import IncomingRequest
    from chekt_console.domain.site import Site
    from chekt_console.services.webhook_service import Taken
    from chekt_console.session_parts import Ground
    from chekt_console.session_work import WorkPanes

_KEYRING_SERVICE = "CHeKT Console webhooks"
_LISTEN = "listen"
_RELAY = "relay"


class LiveParts(QObject):
    """Built in the window's thread, after the panes."""

    events_arrived = Signal(object)  # tuple[Event, ...]
    arming_changed = Signal(object)  # SiteArming
    arming_hinted = Signal(object)  # tuple[str, ...]: sites whose armed state may be another now
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
            self.inbox, ground.client, ground.arming, ground.clock, is_production=is_production
        )
        self.webhooks = WebhookService(self.inbox, ground.events, ground.local, self.requests)
        self.feed = WebhookFeed(
            ground.runner,
            self.webhooks,
            self.requests,
            ground.folder / "inbox.sqlite",
            KeyStore(_KEYRING_SERVICE),
            connection.connection_id,
            self,
        )
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
        self.desktop = DesktopNotices(icon, self._site_name, ground.clock.now_ms(), self)
        self.inspector: InspectorDialog | None = None
        self._unregister: Callable[[str], None] | None = None
        self._opened_views: dict[str, str] = {}  # by request id: what is kept of it so far
        self._has_account = self._is_local = False
        self._build_menu()
        self._wire()
        if self.inbox.was_rebuilt:
            shell.notices.show("inbox", self.inbox.was_rebuilt, severity=Severity.WARNING)

    def start(self) -> None:
        """As it was left: off unless the person switched it on over this connection."""
        self.controller.begin()
        self.notice_menu.load()
        if self._choices.get(_LISTEN, "off") == "on":
            self.listen_action.setChecked(True)
            self.feed.start(self._kept_port())

    def can_register(self, has_account: bool, is_local: bool) -> None:
        """`has_account`: the gateway takes registrations of webhooks; `is_local`: it can deliver to this computer itself.
        One far away needs the address of a relay, for this computer has none of its own."""
        self._has_account, self._is_local = has_account, is_local
        self._unregister = self._take_back if has_account else None
        can = has_account and (is_local or bool(self._relay))
        self.feed.set_register(self._register if can else None)

    @property
    def _relay(self) -> str:
        """Address under which a relay takes deliveries for this computer; "" for none."""
        return self._choices.get(_RELAY, "")

    def _register(self, url: str, secret: str) -> None:
        register(self._ground.client, self._relay or url, secret)

    def _take_back(self, url: str) -> None:
        unregister(self._ground.client, self._relay or url)

    def close(self) -> None:
        self.feed.stop()
        self.desktop.close()
        self.controller.close()
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
        self._choices.keep(_LISTEN, "on" if is_on else "off")
        if is_on:
            self.feed.start(self._kept_port())
        else:
            url, unregister_at = self.feed.process.url, self._unregister
            self.feed.stop()
            if url and unregister_at is not None:
                self._ground.runner.submit(
                    lambda _: unregister_at(url), done=lambda _: None, lane="unregister"
                )

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

    def state_words(self) -> str:
        """Whether it listens, where, and what was counted."""
        feed = self.feed
        if not feed.is_on:
            return "Webhooks are off. Switch them on in the menu: Live, Listen for webhooks."
        if not feed.process.url:
            return "The webhook listener starts."
        words = f"Webhooks: port {feed.process.port}"
        if not feed.is_registered:
            words += (
                ", not yet registered"
                if feed.register is not None
                else ", not registered: "
                + (
                    "give the address of a relay that sends to this port"
                    if self._has_account
                    else "an API key cannot register, a relay must send to this port"
                )
            )
        taken = feed.counts.get("200", 0)
        words += f", {taken} taken"
        if feed.refused:
            words += f", {feed.refused} refused"
        return words

    def _build_menu(self) -> None:
        window = self._ground.shell.window
        self._menu = QMenu("&Live", window)
        self.listen_action = QAction("Listen for webhooks", self._menu)
        self.listen_action.setCheckable(True)
        self.listen_action.triggered.connect(self.set_listening)
        self.requests_action = QAction("Requests of the monitoring center…", self._menu)
        self.requests_action.triggered.connect(self._on_requests_wanted)
        self.inspector_action = QAction("Webhooks received…", self._menu)
        self.inspector_action.triggered.connect(self.show_inspector)
        self.relay_action = QAction("Relay address…", self._menu)
        self.relay_action.setToolTip("Where the gateway sends webhooks when this computer cannot be reached")
        self.relay_action.triggered.connect(self._on_relay)
        self._menu.addActions(
            [self.listen_action, self.relay_action, self.requests_action, self.inspector_action]
        )
        self._menu.addSeparator()
        self.notice_menu = NoticeMenu(self._menu, self.desktop, self._choices.get, self._choices.keep)
        self._menu.setToolTipsVisible(True)
        window.window_menu.add_menu(self._menu, 2)

    def _wire(self) -> None:
        self.feed.arrived.connect(self._on_arrived)
        self.feed.state_changed.connect(self._on_state)
        self.feed.failed.connect(self._on_failed)
        self.controller.answered.connect(self.feed.report)
        self.controller.answered.connect(self.poll_wanted)
        self.controller.arming_changed.connect(self.arming_changed)
        self.controller.view_requested.connect(self._on_view)
        self.desktop.event_chosen.connect(self._on_event_chosen)

    def _on_arrived(self, taken: Taken) -> None:
        if taken.events:
            self.events_arrived.emit(tuple(taken.events))
        if taken.requests:
            self.controller.on_requests(tuple(taken.requests))
        if taken.sentences:
            self.controller.on_repeated(sentences(taken.sentences))
        if taken.arming_sites:
            self.arming_hinted.emit(tuple(taken.arming_sites))
        selected = self._ground.shell.selection.site
        if selected is not None and selected.site_id in taken.device_sites:
            self._work.devices_controller.refresh()
        if taken.arming_sites and selected is not None and selected.site_id in taken.arming_sites:
            self._work.arming_controller.read()
        if taken.wants_poll:
            self.poll_wanted.emit()
        if self.inspector is not None and self.inspector.isVisible():
            self._refresh_inspector()

    def _on_state(self) -> None:
        window = self._ground.shell.window
        window.status.set_detail(self.state_words() if self.feed.is_on else "")
        self.listen_action.setChecked(self.feed.is_on)
        if self.feed.is_on and self.feed.process.port:
            self._keep_port(self.feed.process.port)
        self.live_changed.emit(self.feed.is_live)
        self.controller.refresh()
        if self.inspector is not None and self.inspector.isVisible():
            self._refresh_inspector()

    def _on_failed(self, sentence: str) -> None:
        self._ground.shell.notices.show("webhooks", sentence, severity=Severity.WARNING)

    def _on_view(self, request: IncomingRequest, site: Site) -> None:
        """The camera's key is not in the request: it is looked up among the devices of the site."""

        def find(_: object) -> Device | None:
            devices = self._work.devices.cached(site.site_id).devices
            if not devices:
                devices = self._work.devices.refresh(site).devices
            cameras = [one for one in devices if one.kind is DeviceKind.CAMERA]
            return next((one for one in cameras if one.device_id == request.device_id), None)

        def found(device: Device | None) -> None:
            if device is None:
                self.controller.refuse_view(request)
                return
            before = self._work.live_controller.windows
            self._work.live_controller.open(site, device)
            opened = [one for one in self._work.live_controller.windows if one not in before]
            self._note_view(request, f"{device.name} was opened at {_now()}.")
            if opened:
                opened[0].closed.connect(lambda: self._on_view_ended(request, device))
            else:
                self._on_view_ended(request, device)

        self._ground.runner.submit(find, done=found)

    def _on_view_ended(self, request: IncomingRequest, device: Device) -> None:
        began = self._opened_views.pop(request.request_id, device.name).rstrip(".")
        self._note_view(request, f"{began}, closed at {_now()}.", ended=True)

    def _note_view(self, request: IncomingRequest, words: str, *, ended: bool = False) -> None:
        """In the order in which they are told, behind the window."""
        if not ended:
            self._opened_views[request.request_id] = words
        self._ground.runner.submit(
            lambda _: self.requests.note_view(request.request_id, words, ended=ended),
            done=lambda _: self.controller.on_answered(),
            lane=f"view {request.request_id}",
            is_command=True,
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

    def _on_relay(self) -> None:
        """Registered again under the new address at once."""
        address, was_given = QInputDialog.getText(
            self._ground.shell.window,
            "Relay address",
            "https address that forwards webhooks to this computer's port; empty for none:",
            text=self._relay,
        )
        if was_given:
            self.set_relay(address.strip())

    def set_relay(self, address: str) -> None:
        if address and urlsplit(address).scheme != "https":
            self._on_failed("The relay's address must begin with https://.")
            return
        self._choices.keep(_RELAY, address)
        self.can_register(self._has_account, self._is_local)
        self._on_state()

    def _on_copy(self, number: int) -> None:
        delivery = self.inbox.delivery(number)
        if delivery is not None:
            url = self.feed.process.url or "http://127.0.0.1/webhooks"
            QGuiApplication.clipboard().setText(as_curl(delivery, url))

    def _on_replay(self, number: int) -> None:
        self._ground.runner.submit(
            lambda _: self.webhooks.replay(number), done=lambda _: self.feed.take(), lane="replay"
        )

    def _refresh_inspector(self) -> None:
        if self.inspector is None:
            return
        unknown = self.webhooks.unknown_count()
        words = self.state_words() + (f". {unknown} of unknown types, kept" if unknown else "")
        self.inspector.set_deliveries(self.webhooks.newest(), words)

    def _kept_port(self) -> int:
        kept = self._choices.get("port", "0")
        return int(kept) if kept.isdecimal() else 0

    def _keep_port(self, port: int) -> None:
        if self._kept_port() != port:
            self._choices.keep("port", str(port))

    def _confirm(self, title: str, text: str, action: str, typed: str) -> bool:
        shell = self._ground.shell
        return confirm(shell.window, shell.theme, title, text, action, typed=typed)

    def _device_name(self, site_id: str, device_id: str) -> str:
        devices = self._ground.cache.devices(site_id)[0]
        return next((one.name for one in devices if one.device_id == device_id), "")

    def _site_name(self, site_id: str) -> str:
        site = self._find_site(site_id)
        return site.name if site is not None else site_id


def _now() -> str:
    return time.strftime("%H:%M:%S")
