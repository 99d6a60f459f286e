"""Where webhooks come from: listening on this computer, the relay before it, the secret they are signed with, the port."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog

from chekt_console.auth.secret import Secret
from chekt_console.domain.webhook_signature import SHORTEST_SECRET
from chekt_console.services.webhook_registration import WebhookRegistration
from chekt_console.ui.requests.secret_dialog import SecretDialog
from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.shared.secret_clipboard import SecretClipboard

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from chekt_console.background.webhook_feed import WebhookFeed
    from chekt_console.session_parts import Ground
    from chekt_console.ui.shared.kept_choices import KeptChoices

_LISTEN = "listen"
_RELAY = "relay"
_PORT = "port"
_ADDRESSES = "registered"


class KeptWebhooks:
    """The addresses under which webhooks were registered and not yet taken back."""

    def __init__(self, choices: KeptChoices) -> None:
        self._choices = choices

    def get(self) -> tuple[str, ...]:
        try:
            found = json.loads(self._choices.get(_ADDRESSES, "[]"))
        except ValueError:
            return ()
        return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()

    def keep(self, addresses: tuple[str, ...]) -> None:
        self._choices.keep(_ADDRESSES, json.dumps(addresses))


class Listening(QObject):
    changed = Signal()

    def __init__(self, ground: Ground, choices: KeptChoices, feed: WebhookFeed, parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        self._choices = choices
        self._feed = feed
        self._has_account = self._is_local = False
        self.secret_dialog: SecretDialog | None = None
        self._clipboard = SecretClipboard(self)
        feed.failed.connect(self._on_failed)
        feed.port_taken.connect(self._on_port_taken)
        feed.registrar.failed.connect(self._on_not_registered)
        feed.registrar.changed.connect(self._on_registered)

    def add_to(self, menu: QMenu) -> None:
        self.listen_action = QAction("Listen for webhooks", menu)
        self.listen_action.setCheckable(True)
        self.listen_action.triggered.connect(self.set_on)
        self.relay_action = QAction("Relay address…", menu)
        self.relay_action.setToolTip("Where the gateway sends webhooks when this computer cannot be reached")
        self.relay_action.triggered.connect(self._on_relay)
        self.secret_action = QAction("Signing secret…", menu)
        self.secret_action.setToolTip("For who sends webhooks here without this program's doing")
        self.secret_action.triggered.connect(self._on_secret)
        menu.addActions([self.listen_action, self.relay_action, self.secret_action])

    def begin(self) -> None:
        """As it was left: off unless the person switched it on over this connection."""
        if self._choices.get(_LISTEN, "off") == "on":
            self.listen_action.setChecked(True)
            self._feed.start(self._kept_port())

    def set_on(self, is_on: bool) -> None:
        self._choices.keep(_LISTEN, "on" if is_on else "off")
        if is_on:
            self._feed.start(self._kept_port())
        else:
            self._feed.stop()

    def set_place(self, has_account: bool, is_local: bool) -> None:
        """`has_account`: the gateway takes registrations of webhooks; `is_local`: it can deliver to this computer itself.
        One far away needs the address of a relay, for this computer has none of its own."""
        self._has_account, self._is_local = has_account, is_local
        address = self._relay or ("" if is_local else None)
        self._feed.set_place(WebhookRegistration(self._ground.client) if has_account else None, address)

    def on_state(self) -> None:
        self.listen_action.setChecked(self._feed.is_on)
        if self._feed.is_on and self._feed.process.port not in (0, self._kept_port()):
            self._choices.keep(_PORT, str(self._feed.process.port))

    def words(self) -> str:
        """Whether it listens, where, and what was counted."""
        feed = self._feed
        if not feed.is_on:
            return "Webhooks are off. Switch them on in the menu: Live, Listen for webhooks."
        if not feed.process.url:
            return "The webhook listener starts."
        words = f"Webhooks: port {feed.process.port}"
        if feed.is_doubted:
            words += ", an alarm came by asking and no webhook told it"
        elif not feed.registrar.is_registered and not feed.is_live:
            words += self._why_not_registered()
        words += f", {feed.counts.get('200', 0)} taken"
        if feed.refused:
            words += f", {feed.refused} refused"
        return words

    def _why_not_registered(self) -> str:
        if self._feed.registrar.is_trying:
            return ", not registered, it is tried again"
        if self._feed.can_register:
            return ", not yet registered"
        if self._has_account:
            return ", not registered: give the address of a relay that sends to this port"
        return ", an API key cannot register: a relay must send to this port, signed with the signing secret"

    @property
    def _relay(self) -> str:
        """Address under which a relay takes deliveries for this computer; "" for none."""
        return self._choices.get(_RELAY, "")

    def set_relay(self, address: str) -> None:
        """Registered under the new address at once, and taken back from the old one."""
        if address and urlsplit(address).scheme != "https":
            self._on_failed("The relay's address must begin with https://.")
            return
        self._choices.keep(_RELAY, address)
        self.set_place(self._has_account, self._is_local)
        self.changed.emit()

    def _on_relay(self) -> None:
        address, was_given = QInputDialog.getText(
            self._ground.shell.window,
            "Relay address",
            "https address that forwards webhooks to this computer's port; empty for none:",
            text=self._relay,
        )
        if was_given:
            self.set_relay(address.strip())

    def _on_secret(self) -> None:
        if self.secret_dialog is None:
            self.secret_dialog = SecretDialog(SHORTEST_SECRET, self._ground.shell.window)
            self.secret_dialog.copy_requested.connect(self._on_copy)
            self.secret_dialog.secret_given.connect(self._on_secret_given)
            self._feed.secret_kept.connect(self.secret_dialog.show_kept)
            self._feed.secret_failed.connect(self._on_secret_failed)
        self.secret_dialog.begin(self._feed.process.url, can_copy=bool(self._feed.secret))
        self.secret_dialog.show()
        self.secret_dialog.raise_()

    def _on_copy(self) -> None:
        self._clipboard.put(self._feed.secret.reveal())

    def _on_secret_given(self, text: str) -> None:
        self._feed.use_secret(Secret(text))

    def _on_secret_failed(self, sentence: str) -> None:
        if self.secret_dialog is not None and self.secret_dialog.isVisible():
            self.secret_dialog.show_failure(sentence)
        else:
            self._on_failed(f"The signing secret was not taken, the one before stays: {sentence}")

    def close(self) -> None:
        self._clipboard.clear()
        if self.secret_dialog is not None:
            self.secret_dialog.close()
            self.secret_dialog.deleteLater()
        self._feed.close()

    def _on_failed(self, sentence: str) -> None:
        self._ground.shell.notices.show("webhooks", sentence, severity=Severity.WARNING)

    def _on_port_taken(self, sentence: str) -> None:
        self._ground.shell.notices.show(
            "webhooks",
            f"{sentence} Webhooks are off.",
            severity=Severity.WARNING,
            action="Use another port",
            on_action=self._use_another_port,
        )

    def _use_another_port(self) -> None:
        self._ground.shell.notices.clear("webhooks")
        self._feed.use_another_port()

    def _on_not_registered(self, sentence: str) -> None:
        self._ground.shell.notices.show(
            "webhooks registered",
            f"The gateway could not be told where to send webhooks: {sentence} It is tried again.",
            severity=Severity.WARNING,
        )

    def _on_registered(self) -> None:
        if self._feed.registrar.is_registered or not self._feed.is_on:
            self._ground.shell.notices.clear("webhooks registered")

    def _kept_port(self) -> int:
        kept = self._choices.get(_PORT, "0")
        return int(kept) if kept.isdecimal() else 0
