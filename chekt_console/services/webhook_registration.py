"""Registers where the gateway delivers webhooks, over the partner half of the API (gateway.md 2), and takes it back."""

from __future__ import annotations

import logging
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from chekt_console.domain.delivery import UNDERSTOOD
from chekt_console.errors import NotThere, Refused, WorldFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_log = logging.getLogger(__name__)

_DOCUMENTED = ("alarm.triggered", "alarm.cleared", "device.status_changed", "site.armed", "site.disarmed")
_KNOWN = (
    *_DOCUMENTED, "event.created", "event_video", "arming.command", "camera.view_request", "audio.request",
    "verification.complete", "device.status_change",
)  # fmt: skip
_TYPES = (*_KNOWN, *sorted(UNDERSTOOD.difference(_KNOWN)))
_MOST_TRIES = 20  # for one registration, however the server refuses
_MOST_NAMED = 4  # refusals that name what is lacking and are followed; a server may name one type at a time
_CONFLICT = 409
_PLACE = re.compile(r"^events?[\[.](\d+)")


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
        self._had = _TYPES  # what the server has, as far as it said

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
        again. A server may refuse a whole list for one type it does not have: what it has is found out and registered as one.
        """
        self._unregister(url)
        parts: list[tuple[str, tuple[str, ...]]] = []  # id and types
        refusals: list[Refused] = []
        waiting = deque([self._had])
        while waiting and len(parts) + len(refusals) < _MOST_TRIES:
            types = waiting.popleft()
            try:
                parts.append((self._add(url, secret, types), types))
            except Refused as error:
                if not _is_of_types(error):
                    raise
                refusals.append(error)
                _plan(waiting, types, _named(error, types), is_followed=len(refusals) <= _MOST_NAMED)
        found = {one for _, types in parts for one in types}
        self._had = tuple(one for one in _TYPES if one in found) or _TYPES
        if not parts:
            raise refusals[0]
        if refusals:
            lacking = ", ".join(one for one in _TYPES if one not in found)
            _log.info("the server delivers no webhooks of these types: %s", lacking)
        if len(parts) > 1:
            self._add(url, secret, self._had)
            for webhook_id, _ in parts:
                if webhook_id:  # else the server did not tell it, and what comes twice is taken once
                    self._delete(webhook_id)

    def _add(self, url: str, secret: str, types: Sequence[str]) -> str:
        return self._client.account.add_webhook(url, secret, types, f"webhook-{uuid4()}")

    def _unregister(self, url: str) -> None:
        """None registered is fine too."""
        for webhook_id, known in self._client.account.webhooks():
            if known == url:
                self._delete(webhook_id)

    def _delete(self, webhook_id: str) -> None:
        try:
            self._client.account.delete_webhook(webhook_id, f"webhook-off-{webhook_id}")
        except NotThere:
            return


def _plan(
    waiting: deque[tuple[str, ...]], types: tuple[str, ...], named: set[str], *, is_followed: bool
) -> None:
    """What to ask for in place of `types`, which were refused all together."""
    rest = tuple(one for one in types if one not in named)
    if named.difference(types):  # it names what was not asked for: what it has
        waiting.clear()
        waiting.append(tuple(one for one in _TYPES if one in named))
    elif is_followed and 0 < len(rest) < len(types):
        waiting.appendleft(rest)
    elif len(rest or types) > 1:
        for half in reversed(_halves(rest or types)):
            (waiting.appendleft if half[0] in _KNOWN else waiting.append)(half)


def _halves(types: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of the documents together at first: what a server lacks is mostly among the others."""
    counts = [sum(one in family for one in types) for family in (_KNOWN, _DOCUMENTED)]
    middle = next((count for count in counts if 0 < count < len(types)), len(types) // 2)
    return types[:middle], types[middle:]


def _is_of_types(error: Refused) -> bool:
    """And not of the address or the secret."""
    is_of_another = bool(error.fields) and not any(name.startswith("event") for name in error.fields)
    return error.status != _CONFLICT and not is_of_another


def _named(error: Refused, asked: Sequence[str]) -> set[str]:
    """The types that a refusal speaks of, in words or by their place among those asked for."""
    text = " ".join((error.message, *error.fields, *error.fields.values()))
    words = re.findall(r"[\w.…]+", text)  # one that was cut off keeps its "…" and is none
    named = {word.strip(".") for word in words}.intersection(_TYPES)
    for name in error.fields:
        place = _PLACE.match(name)
        if place is not None and int(place[1]) < len(asked):
            named.add(asked[int(place[1])])
    return named
