"""The live half of the feed: the listener's process, its registration, and what it brings, told in the window's thread."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.auth.secret import Secret
from chekt_console.background.webhook_process import WebhookProcess
from chekt_console.background.webhook_registrar import WebhookRegistrar
from chekt_console.errors import KeyringUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.auth.key_store import KeyStore
    from chekt_console.background.runner import Runner
    from chekt_console.background.webhook_registrar import KeptAddresses, Registry
    from chekt_console.domain.progress import Progress
    from chekt_console.errors import ConsoleError
    from chekt_console.services.request_service import RequestService
    from chekt_console.services.webhook_service import Taken, WebhookService

_REPORT_AGAIN_MS = 15_000
_LOOK_AGAIN_MS = 1000
_BREATH_S = 0.0005
_LATE_MS = 3000  # a delivery that comes so long after a poll is not on its way any more


def _stand_back() -> None:
    """In the worker, every half millisecond of work: a burst leaves the window's thread half of the time that both share."""
    time.sleep(_BREATH_S)


class WebhookFeed(QObject):
    """Off until `start`."""

    arrived = Signal(object)  # Taken
    report_tried = Signal()  # answers are written down by now, or were told
    state_changed = Signal()  # on, off, ready, or other counts
    secret_kept = Signal()
    secret_failed = Signal(str)  # sentence; the one before stays
    failed = Signal(str)  # sentence
    port_taken = Signal(str)  # sentence; it is off now

    def __init__(
        self,
        runner: Runner,
        webhooks: WebhookService,
        requests: RequestService,
        inbox_file: Path,
        keys: KeyStore,
        key_name: str,
        kept: KeptAddresses,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._webhooks = webhooks
        self._requests = requests
        self._keys = keys
        self._key_name = key_name
        self.process = WebhookProcess(inbox_file, self)
        self.registrar = WebhookRegistrar(runner, kept, self)
        self.registrar.changed.connect(self._on_registered)
        self._has_registry = False
        self._address: str | None = None
        self.is_on = False
        self.is_doubted = False
        self._has_heard = False  # since it was switched on
        self._has_come = False  # since an alarm came by asking
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
        self._doubt_timer = QTimer(self)
        self._doubt_timer.setSingleShot(True)
        self._doubt_timer.setInterval(_LATE_MS)
        self._doubt_timer.timeout.connect(self._on_nothing_came)
        self.process.ready.connect(self._on_ready)
        self.process.arrived.connect(self.take)
        self.process.counted.connect(self._on_counted)
        self.process.died.connect(self._on_died)
        self.process.failed.connect(self._on_failed)

    @property
    def is_live(self) -> bool:
        """Deliveries come: it listens, the gateway knows where or a relay sends, and nothing speaks against it."""
        is_sent_to = self.registrar.is_registered or (self._has_heard and not self.can_register)
        return self.is_on and bool(self.process.url) and is_sent_to and not self.is_doubted

    @property
    def can_register(self) -> bool:
        return self._has_registry and self._address is not None

    @property
    def secret(self) -> Secret:
        """What deliveries are signed with; empty before the first start."""
        return self._secret

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
        """And nothing is sent here any more."""
        self._end()
        self.registrar.want("", Secret(""))
        self.state_changed.emit()

    def close(self) -> None:
        self._end()
        self.registrar.close()

    def _end(self) -> None:
        """The listener only; who is registered stays."""
        self.is_on = self.is_doubted = self._has_heard = False
        self._report_timer.stop()
        self._retry.stop()
        self._doubt_timer.stop()
        self.process.stop()

    def set_place(self, registry: Registry | None, address: str | None) -> None:
        """The gateway is known (again). `address` is where it delivers: "" for the listener itself, None when neither that
        nor a relay can be reached."""
        self._has_registry, self._address = registry is not None, address
        self.registrar.set_registry(registry)
        if self.is_on:
            self._announce()
        else:
            self.registrar.want("", Secret(""))

    def use_secret(self, secret: Secret) -> None:
        """From now on deliveries are signed with this one; the listener starts anew with it."""
        self._runner.submit(
            lambda _: self._keys.write(self._key_name, secret.reveal()),
            done=lambda _: self._on_secret_kept(secret),
            failed=lambda error: self.secret_failed.emit(error.sentence),
            lane="webhook secret",
            is_command=True,
        )

    def _on_secret_kept(self, secret: Secret) -> None:
        self._secret = secret
        if self.is_on:
            self._end()
            self.start(self.process.port)
        self.secret_kept.emit()

    def use_another_port(self) -> None:
        """A free one; the gateway is told."""
        self.process.forget_port()
        self.start()

    def doubt(self) -> None:
        """An alarm came by asking. When nothing is delivered within moments either, deliveries do not come."""
        if self.is_live and not self._is_taking and not self._doubt_timer.isActive():
            self._has_come = False
            self._doubt_timer.start()

    def _on_nothing_came(self) -> None:
        if self.is_live and not self._has_come:
            self.is_doubted = True
            self.state_changed.emit()
            self.registrar.check()

    def take(self) -> None:
        """Handle what is in the inbox; once more afterwards when something came meanwhile."""
        if self._is_taking:
            self._is_again = True
            return
        self._is_taking, self._is_again = True, False
        self._runner.submit(
            lambda _: self._webhooks.take(_stand_back),
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
        if self.is_on and self.process.url:
            url = "" if self._address is None else self._address or self.process.url
            self.registrar.want(url, self._secret)

    def _on_registered(self) -> None:
        if self.registrar.is_registered:
            self.is_doubted = False
        self.state_changed.emit()

    def _on_ready(self, _url: str) -> None:
        self.counts = {}
        self.state_changed.emit()
        self._announce()

    def _on_counted(self, counts: dict[str, int]) -> None:
        if counts.get("200", 0) > self.counts.get("200", 0):
            self._has_heard, self._has_come, self.is_doubted = True, True, False
        self.counts = counts
        self.state_changed.emit()

    def _on_died(self) -> None:
        self.state_changed.emit()

    def _on_failed(self, sentence: str) -> None:
        self.stop()
        (self.port_taken if self.process.is_port_taken else self.failed).emit(sentence)

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
