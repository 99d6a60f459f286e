"""The live half of the feed: the listener's process, its registration, and what it brings, told in the window's thread."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.auth.secret import Secret
from chekt_console.background.webhook_process import WebhookProcess
from chekt_console.errors import KeyringUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chekt_console.auth.key_store import KeyStore
    from chekt_console.background.runner import Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.errors import ConsoleError
    from chekt_console.services.request_service import RequestService
    from chekt_console.services.webhook_service import Taken, WebhookService

_REPORT_AGAIN_MS = 15_000
_LOOK_AGAIN_MS = 1000


class WebhookFeed(QObject):
    """Off until `start`. `register(url, secret)` blocks and runs in a worker; None where the connection cannot register."""

    arrived = Signal(object)  # Taken
    report_tried = Signal()  # answers are written down by now, or were told
    state_changed = Signal()  # on, off, ready, or other counts
    failed = Signal(str)  # sentence

    def __init__(
        self,
        runner: Runner,
        webhooks: WebhookService,
        requests: RequestService,
        inbox_file: Path,
        keys: KeyStore,
        key_name: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._webhooks = webhooks
        self._requests = requests
        self._keys = keys
        self._key_name = key_name
        self.process = WebhookProcess(inbox_file, self)
        self.register: Callable[[str, str], None] | None = None
        self.is_on = False
        self.is_registered = False
        self.counts: dict[str, int] = {}
        self._secret = Secret("")
        self._is_taking = False
        self._is_again = False
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(_LOOK_AGAIN_MS)
        self._retry.timeout.connect(self.take)
        self._report_timer = QTimer(self)
        self._report_timer.setInterval(_REPORT_AGAIN_MS)
        self._report_timer.timeout.connect(self.report)
        self.process.ready.connect(self._on_ready)
        self.process.arrived.connect(self.take)
        self.process.counted.connect(self._on_counted)
        self.process.died.connect(self._on_died)
        self.process.failed.connect(self._on_failed)

    @property
    def is_live(self) -> bool:
        """Deliveries can come now: it listens, and the gateway knows where."""
        return self.is_on and bool(self.process.url) and self.is_registered

    @property
    def refused(self) -> int:
        return sum(number for status, number in self.counts.items() if status != "200")

    def start(self, port: int = 0) -> None:
        """The secret is read from the keyring, or made; then the listener starts."""
        if self.is_on:
            return
        self.is_on = True

        def with_secret(secret: Secret) -> None:
            self._secret = secret
            if self.is_on:
                self.process.start(secret, port)

        self._report_timer.start()
        self._runner.submit(lambda _: self._read_secret(), done=with_secret, failed=self._on_error)
        self.state_changed.emit()
        self.take()

    def stop(self) -> None:
        self.is_on = self.is_registered = False
        self._report_timer.stop()
        self._retry.stop()
        self.process.stop()
        self.state_changed.emit()

    def set_register(self, register: Callable[[str, str], None] | None) -> None:
        """The gateway is known (again): tell it where to deliver."""
        self.register = register
        self.is_registered = False
        self._announce()

    def take(self) -> None:
        """Handle what is in the inbox; once more afterwards when something came meanwhile."""
        if self._is_taking:
            self._is_again = True
            return
        self._is_taking, self._is_again = True, False
        self._runner.submit(
            lambda _: self._webhooks.take(),
            done=self._on_taken,
            failed=self._on_take_failed,
            priority=Priority.PERSON,
        )

    def report(self) -> None:
        """Outcomes of commands that could not be told back yet."""
        self._runner.submit(self._report, done=self._on_reported, lane="answers", is_command=True)

    def _report(self, _progress: Progress) -> int:
        return self._requests.report_due()

    def _on_reported(self, told: int) -> None:
        self.report_tried.emit()
        if told:
            self.state_changed.emit()

    def _read_secret(self) -> Secret:
        write = self._keys.write
        try:
            kept = self._keys.read(self._key_name)
        except KeyringUnavailable:
            # It may hold one already, which another must not replace.
            kept, write = None, self._keys.write_for_session
        if kept is not None:
            return kept
        made = f"whsec_{secrets.token_hex(24)}"
        write(self._key_name, made)
        return Secret(made)

    def _announce(self) -> None:
        url, register, secret = self.process.url, self.register, self._secret
        if not (self.is_on and url and register):
            return

        def done(_: None) -> None:
            self.is_registered = self.process.url == url and self.register is register
            self.state_changed.emit()

        self._runner.submit(
            lambda _: register(url, secret.reveal()),
            done=done,
            failed=self._on_error,
            key="register webhooks",
        )

    def _on_ready(self, _url: str) -> None:
        self.counts = {}
        self.state_changed.emit()
        self._announce()

    def _on_counted(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self.state_changed.emit()

    def _on_died(self) -> None:
        self.state_changed.emit()

    def _on_failed(self, sentence: str) -> None:
        self.stop()
        self.failed.emit(sentence)

    def _on_error(self, error: ConsoleError) -> None:
        self.failed.emit(f"Webhooks are not delivered: {error.sentence} Events come by asking.")
        self.state_changed.emit()

    def _on_taken(self, taken: Taken) -> None:
        self._is_taking = False
        if taken.kinds or taken.requests:
            self.arrived.emit(taken)
        if taken.failure:
            self.failed.emit(taken.failure)
            self._retry.start()
        elif taken.is_more or self._is_again:
            self.take()

    def _on_take_failed(self, error: ConsoleError) -> None:
        """Nothing is lost: it lies in the inbox."""
        self._is_taking = False
        self.failed.emit(error.sentence)
        self._retry.start()
