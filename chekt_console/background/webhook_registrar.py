"""Keeps the gateway's list of webhooks as it is wanted: tries again until it is, and forgets no address it ever gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority, anew
from chekt_console.auth.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.errors import ConsoleError
    from chekt_console.services.webhook_registration import Settled

_AGAIN_MS = 15_000
_SELDOM_MS = 300_000
_LANE = "register webhooks"


class Registry(Protocol):
    """Blocking; chekt_console/services/webhook_registration.py fits."""

    def settle(self, url: str, secret: str, others: Iterable[str]) -> Settled: ...
    def is_listed(self, url: str) -> bool: ...


class KeptAddresses(Protocol):
    """Where alarms may still go. Kept over restarts, so that one which could not be taken back is not forgotten."""

    def get(self) -> tuple[str, ...]: ...
    def keep(self, addresses: tuple[str, ...]) -> None: ...


class WebhookRegistrar(QObject):
    changed = Signal()
    failed = Signal(str)  # sentence; once, though it is tried again

    def __init__(self, runner: Runner, kept: KeptAddresses, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._kept = kept
        self._registry: Registry | None = None
        self._url = ""
        self._secret = Secret("")
        self.is_registered = False
        self._failures = 0
        self._number = 0  # of the newest wish: what an older one brought does not count
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._settle)

    @property
    def is_trying(self) -> bool:
        """It failed, and is tried again."""
        return self._again.isActive()

    def set_registry(self, registry: Registry | None) -> None:
        """The gateway is known (again); None when it takes no registrations. Say next what is wanted of it."""
        self._registry = registry
        self.is_registered = False

    def want(self, url: str, secret: Secret) -> None:
        """Alarms go to `url` and nowhere else of ours; "" for nowhere. Not registered anew when it is so already: what is on
        its way to an older registration would be lost."""
        if self.is_registered and (url, secret) == (self._url, self._secret):
            return
        self._url, self._secret = url, secret
        self.is_registered = False
        if url and url not in self._kept.get():
            self._kept.keep(
                (*self._kept.get(), url)
            )  # before it is sent: whatever happens then, it is not forgotten
        self._failures = 0
        self._settle()

    def hurry(self) -> None:
        """The gateway answers again; it may be another one by now."""
        if self._again.isActive():
            self._settle()
        elif self.is_registered:
            self.check()

    def check(self) -> None:
        """Something of ours did not come: it is registered anew when the gateway no longer lists it. A look that fails says
        nothing of that: the next alarm that does not come leads to another."""
        registry, url, number = self._registry, self._url, self._number
        if registry is None or not url:
            return

        def on_listed(is_listed: bool) -> None:
            if not is_listed and number == self._number:
                self._settle()

        self._runner.submit(
            lambda _: registry.is_listed(url),
            done=on_listed,
            failed=lambda _: None,
            lane=_LANE,
            priority=Priority.BACKGROUND,
        )

    def close(self) -> None:
        """The console ends: nobody would hear what is delivered from now on. What cannot be taken back now is at the next
        start."""
        was_registered, registry = self.is_registered, self._registry
        self._again.stop()
        self._number += 1
        if was_registered and registry is not None:
            url = self._url

            def work(_progress: Progress) -> Settled:
                with anew():  # closing waits for no second try
                    return registry.settle("", "", (url,))

            self._runner.submit(work, done=lambda _: None, failed=lambda _: None, lane=_LANE, is_command=True)

    def _settle(self) -> None:
        self._again.stop()
        self._number += 1
        registry, url, secret, number = self._registry, self._url, self._secret, self._number
        others = tuple(one for one in self._kept.get() if one != url)
        if registry is None or not (url or others):
            return

        def work(_progress: Progress) -> Settled:
            return registry.settle(url, secret.reveal(), others)

        def done(settled: Settled) -> None:
            self._on_settled(settled, number, url, others)

        def failed(error: ConsoleError) -> None:
            self._on_problem(error.sentence, number)

        self._runner.submit(work, done=done, failed=failed, lane=_LANE)

    def _on_settled(self, settled: Settled, number: int, url: str, others: tuple[str, ...]) -> None:
        gone = {one for one in others if one not in settled.left and one != self._url}
        if gone:
            self._kept.keep(tuple(one for one in self._kept.get() if one not in gone))
        if number != self._number:
            return
        self.is_registered = settled.is_registered
        if settled.problem:
            self._on_problem(settled.problem, number)
        else:
            self._failures = 0
        self.changed.emit()

    def _on_problem(self, sentence: str, number: int) -> None:
        if number != self._number:
            return
        self._failures += 1
        self._try_again()
        if self._failures == 1:
            self.failed.emit(sentence)

    def _try_again(self) -> None:
        self._again.start(min(_AGAIN_MS * 2 ** max(0, self._failures - 1), _SELDOM_MS))
