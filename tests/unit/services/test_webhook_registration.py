"""Which types of webhook are asked for: all that mean something here, or what the server has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.delivery import UNDERSTOOD
from chekt_console.errors import Refused
from chekt_console.services.webhook_registration import WebhookRegistration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Speaks = Callable[
        [list[str], list[str]], tuple[str, dict[str, str]]
    ]  # asked for, lacking: message and fields

URL = "http://127.0.0.1:8765/webhooks"
DOCUMENTED = {"alarm.triggered", "alarm.cleared", "device.status_changed", "site.armed", "site.disarmed"}


class _Account:
    """A server that has these types only, and says of those it lacks what `speaks` makes of them; each registration that was
    asked for is in `asked`, with its key, and what is registered in `taken`."""

    is_open = True

    def __init__(self, has: set[str], speaks: Speaks = lambda asked, lacking: ("", {})) -> None:
        self._has = has
        self._speaks = speaks
        self.asked: list[tuple[set[str], str]] = []
        self.taken: dict[str, set[str]] = {}

    def webhooks(self) -> tuple[tuple[str, str], ...]:
        return tuple((webhook_id, URL) for webhook_id in self.taken)

    def add_webhook(self, url: str, secret: str, events: Sequence[str], idempotency_key: str) -> str:
        self.asked.append((set(events), idempotency_key))
        lacking = [one for one in events if one not in self._has]
        if lacking:
            message, fields = self._speaks(list(events), lacking)
            raise Refused("The server refused the webhooks.", status=400, message=message, fields=fields)
        webhook_id = f"webhook_{len(self.asked)}"
        self.taken[webhook_id] = set(events)
        return webhook_id

    def delete_webhook(self, webhook_id: str, idempotency_key: str) -> None:
        del self.taken[webhook_id]


class _Client:
    def __init__(self, account: _Account) -> None:
        self.account = account


def _registered(account: _Account) -> WebhookRegistration:
    registration = WebhookRegistration(_Client(account))
    assert registration.settle(URL, "secret", ()).is_registered
    assert len({key for _, key in account.asked}) == len(account.asked)
    return registration


def _in_words(_asked: list[str], lacking: list[str]) -> tuple[str, dict[str, str]]:
    return f"Unknown event types {', '.join(map(repr, lacking))}", {}


def _first_in_words(_asked: list[str], lacking: list[str]) -> tuple[str, dict[str, str]]:
    return "", {"events": f"{lacking[0]} is not offered."}


def _by_place(asked: list[str], lacking: list[str]) -> tuple[str, dict[str, str]]:
    return "Invalid", {f"events[{asked.index(one)}]": "Not a valid choice." for one in lacking}


@pytest.mark.parametrize("speaks", [_in_words, _first_in_words, _by_place])
@pytest.mark.parametrize("lacking", [{"audio.request"}, {"alarm.triggered", "camera_network"}])
def test_types_that_a_server_refuses_by_name_cost_those_only(lacking: set[str], speaks: Speaks) -> None:
    account = _Account(UNDERSTOOD - lacking, speaks)
    _registered(account)
    assert list(account.taken.values()) == [UNDERSTOOD - lacking]
    assert len(account.asked) <= 1 + len(lacking)


@pytest.mark.parametrize("lacking", sorted(UNDERSTOOD))
def test_one_type_refused_without_a_word_costs_that_one_only(lacking: str) -> None:
    account = _Account(UNDERSTOOD - {lacking})
    registration = _registered(account)
    assert list(account.taken.values()) == [UNDERSTOOD - {lacking}], "one registration, of all others"
    assert len(account.asked) <= 14
    asked = len(account.asked)
    assert registration.settle(URL, "another secret", ()).is_registered
    assert len(account.asked) == asked + 1, "what it has is known by now"
    assert list(account.taken.values()) == [UNDERSTOOD - {lacking}]


@pytest.mark.parametrize("speaks", [lambda asked, lacking: ("", {}), _first_in_words, _in_words])
def test_a_server_that_has_only_what_is_documented_is_asked_few_times(speaks: Speaks) -> None:
    account = _Account(DOCUMENTED, speaks)
    _registered(account)
    assert list(account.taken.values()) == [DOCUMENTED]
    assert len(account.asked) <= 20


def test_a_refusal_that_lists_what_the_server_has_is_followed() -> None:
    account = _Account(DOCUMENTED, lambda asked, lacking: (f"must be one of {', '.join(DOCUMENTED)}", {}))
    _registered(account)
    assert list(account.taken.values()) == [DOCUMENTED]
    assert len(account.asked) == 3


def test_a_name_that_was_cut_off_names_no_other() -> None:
    """`device.status_changed` was at the end of a long message."""
    account = _Account(
        UNDERSTOOD - {"device.status_changed"}, lambda asked, lacking: ("Unknown: device.status_change…", {})
    )
    _registered(account)
    assert list(account.taken.values()) == [UNDERSTOOD - {"device.status_changed"}]


def test_an_address_that_is_refused_is_not_asked_for_with_fewer_types() -> None:
    account = _Account(set(), lambda asked, lacking: ("url must be https", {"url": "url must be https"}))
    assert not WebhookRegistration(_Client(account)).settle(URL, "secret", ()).is_registered
    assert len(account.asked) == 1


def test_what_no_list_helps_is_told() -> None:
    account = _Account(set())
    settled = WebhookRegistration(_Client(account)).settle(URL, "secret", ())
    assert not settled.is_registered
    assert settled.problem == "The server refused the webhooks."


def test_all_documented_names_are_understood() -> None:
    assert DOCUMENTED <= UNDERSTOOD
