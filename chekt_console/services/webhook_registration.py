"""Registers where the gateway delivers webhooks, over the partner half of the API (gateway.md 2), and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from chekt_console.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Sequence

EVENTS = (
    "alarm.triggered", "alarm.cleared", "site.armed", "site.disarmed", "event.created", "event_video",
    "arming.command", "camera.view_request", "audio.request", "verification.complete", "device.status_change",
)  # fmt: skip


class AccountResource(Protocol):
    @property
    def is_open(self) -> bool: ...
    def webhooks(self) -> tuple[tuple[str, str], ...]: ...
    def add_webhook(self, url: str, secret: str, events: Sequence[str], idempotency_key: str) -> str: ...
    def delete_webhook(self, webhook_id: str, idempotency_key: str) -> None: ...


class AccountClient(Protocol):
    @property
    def account(self) -> AccountResource: ...


def register(client: AccountClient, url: str, secret: str) -> None:
    """Deliveries to `url` from now on, signed with `secret`. An older registration of the same address, whose secret nobody
    knows any more, goes first: a server never shows it again."""
    account = client.account
    unregister(client, url)
    account.add_webhook(url, secret, EVENTS, f"webhook-{uuid4()}")


def unregister(client: AccountClient, url: str) -> None:
    """No more deliveries to `url`; none registered is fine too."""
    for webhook_id, known in client.account.webhooks():
        if known == url:
            try:
                client.account.delete_webhook(webhook_id, f"webhook-off-{webhook_id}")
            except NotThere:
                continue
