"""Registers where the gateway delivers webhooks, over the partner half of the API (gateway.md 2), and takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from chekt_console.domain.delivery import UNDERSTOOD
from chekt_console.errors import NotThere, Refused, WorldFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_DOCUMENTED = ("alarm.triggered", "alarm.cleared", "device.status_changed", "site.armed", "site.disarmed")
_KNOWN = (
    *_DOCUMENTED, "event.created", "event_video", "arming.command", "camera.view_request", "audio.request",
    "verification.complete", "device.status_change",
)  # fmt: skip
_WISHES = (
    tuple(sorted(UNDERSTOOD)),
    _KNOWN,
    _DOCUMENTED,
)  # a server may refuse the whole list for one name it does not have


class AccountResource(Protocol):
    @property
    def is_open(self) -> bool: ...
    def webhooks(self) -> tuple[tuple[str, str], ...]: ...
    def add_webhook(self, url: str, secret: str, events: Sequence[str], idempotency_key: str) -> str: ...
    def delete_webhook(self, webhook_id: str, idempotency_key: str) -> None: ...


class AccountClient(Protocol):
    @property
    def account(self) -> AccountResource: ...


@dataclass(frozen=True, slots=True)
class Settled:
    """`left` are addresses that could not be taken back and still get alarms; `problem` says why it is not as wanted."""

    is_registered: bool
    left: tuple[str, ...] = ()
    problem: str = ""


class WebhookRegistration:
    """Blocking."""

    def __init__(self, client: AccountClient) -> None:
        self._client = client

    def settle(self, url: str, secret: str, others: Iterable[str]) -> Settled:
        """Deliveries to `url` ("": to nobody) from now on, signed with `secret`, and none to `others`. Hearing comes first:
        an address that cannot be taken back does not keep the new one from being registered."""
        problem, is_registered = "", False
        if url:
            try:
                self._register(url, secret)
                is_registered = True
            except WorldFailed as error:
                problem = error.sentence
        left = []
        for other in others:
            try:
                self._unregister(other)
            except WorldFailed as error:
                left.append(other)
                problem = problem or error.sentence
        return Settled(is_registered, tuple(left), problem)

    def is_listed(self, url: str) -> bool:
        return any(known == url for _, known in self._client.account.webhooks())

    def _register(self, url: str, secret: str) -> None:
        """An older registration of the same address, whose secret nobody knows any more, goes first: a server never shows it
        again."""
        self._unregister(url)
        for events in _WISHES[:-1]:
            try:
                self._client.account.add_webhook(url, secret, events, f"webhook-{uuid4()}")
            except Refused:
                continue
            return
        self._client.account.add_webhook(url, secret, _WISHES[-1], f"webhook-{uuid4()}")

    def _unregister(self, url: str) -> None:
        """None registered is fine too."""
        for webhook_id, known in self._client.account.webhooks():
            if known == url:
                try:
                    self._client.account.delete_webhook(webhook_id, f"webhook-off-{webhook_id}")
                except NotThere:
                    continue
