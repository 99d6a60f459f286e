"""Which types of webhook are asked for: all that mean something here, or what the server has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.delivery import UNDERSTOOD
from chekt_console.errors import Refused
from chekt_console.services.webhook_registration import WebhookRegistration

if TYPE_CHECKING:
    from collections.abc import Sequence

URL = "http://127.0.0.1:8765/webhooks"
DOCUMENTED = {"alarm.triggered", "alarm.cleared", "device.status_changed", "site.armed", "site.disarmed"}


class _Account:
    """A server that has these types only; each registration that was asked for is in `asked`, with its key."""

    is_open = True

    def __init__(self, has: set[str]) -> None:
        self._has = has
        self.asked: list[tuple[set[str], str]] = []
        self.taken: set[str] = set()

    def webhooks(self) -> tuple[tuple[str, str], ...]:
        return ()

    def add_webhook(self, url: str, secret: str, events: Sequence[str], idempotency_key: str) -> str:
        self.asked.append((set(events), idempotency_key))
        if set(events) - self._has:
            raise Refused("The server refused the webhooks.", status=400)
        self.taken = set(events)
        return "webhook_1"

    def delete_webhook(self, webhook_id: str, idempotency_key: str) -> None:
        raise AssertionError("there is none")


class _Client:
    def __init__(self, account: _Account) -> None:
        self.account = account


@pytest.mark.parametrize(
    ("has", "taken"),
    [
        (set(UNDERSTOOD), set(UNDERSTOOD)),
        (DOCUMENTED | {"arming.command"}, DOCUMENTED),
    ],
)
def test_a_server_that_lacks_a_type_is_asked_for_fewer(has: set[str], taken: set[str]) -> None:
    account = _Account(has)
    assert WebhookRegistration(_Client(account)).settle(URL, "secret", ()).is_registered
    assert account.taken == taken
    assert len({key for _, key in account.asked}) == len(account.asked)


def test_what_no_list_helps_is_told() -> None:
    account = _Account(set())
    settled = WebhookRegistration(_Client(account)).settle(URL, "secret", ())
    assert not settled.is_registered
    assert settled.problem == "The server refused the webhooks."


def test_all_documented_names_are_understood() -> None:
    assert DOCUMENTED <= UNDERSTOOD
