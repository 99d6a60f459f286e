"""What the gateway is told of where webhooks go: until it knows, and taken back until it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.auth.secret import Secret
from chekt_console.background.runner import Runner
from chekt_console.background.webhook_registrar import WebhookRegistrar
from chekt_console.errors import Unreachable
from chekt_console.services.webhook_registration import WebhookRegistration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytestqt.qtbot import QtBot

_SECRET = Secret("whsec_of_this_test")


class _Account:
    """A gateway's list of webhooks; `away` fails what is asked of it."""

    is_open = True

    def __init__(self) -> None:
        self.listed: dict[str, tuple[str, str]] = {}
        self.added = 0
        self.away = False
        self.keeps: str = ""  # an address whose deletion fails

    @property
    def account(self) -> _Account:
        return self

    @property
    def urls(self) -> set[str]:
        return {url for url, _ in self.listed.values()}

    def _answer(self) -> None:
        if self.away:
            raise Unreachable("No answer.")

    def webhooks(self) -> tuple[tuple[str, str], ...]:
        self._answer()
        return tuple((name, url) for name, (url, _) in self.listed.items())

    def add_webhook(self, url: str, secret: str, events: Sequence[str], idempotency_key: str) -> str:
        self._answer()
        self.added += 1
        self.listed[f"w{self.added}"] = (url, secret)
        return f"w{self.added}"

    def delete_webhook(self, webhook_id: str, idempotency_key: str) -> None:
        self._answer()
        if self.listed[webhook_id][0] == self.keeps:
            raise Unreachable("No answer.")
        del self.listed[webhook_id]


class _Kept:
    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    def get(self) -> tuple[str, ...]:
        return self.addresses

    def keep(self, addresses: tuple[str, ...]) -> None:
        self.addresses = addresses


class _World:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.runner, self.gateway, self.kept = Runner(), _Account(), _Kept()
        self.said: list[str] = []
        self.make()

    def make(self) -> None:
        self.registrar = WebhookRegistrar(self.runner, self.kept)
        self.registrar.failed.connect(self.said.append)
        self.registrar.set_registry(WebhookRegistration(self.gateway))

    def is_tried_again(self) -> None:
        """Its wait is over."""
        again = self.registrar._again
        self.qtbot.waitUntil(lambda: again.isActive() and again.interval() > 0)
        self.registrar._again.start(0)


@pytest.fixture
def world(qtbot: QtBot) -> Iterator[_World]:
    world = _World(qtbot)
    yield world
    world.registrar.close()
    assert world.runner.stop()


def test_it_is_tried_until_the_gateway_takes_it_and_said_once(world: _World, qtbot: QtBot) -> None:
    world.gateway.away = True
    world.registrar.want("http://127.0.0.1:1/webhooks", _SECRET)
    world.is_tried_again()
    world.is_tried_again()
    qtbot.waitUntil(lambda: world.registrar._again.interval() > 15_000)  # ever less often
    assert world.said == ["No answer."]
    world.gateway.away = False
    world.is_tried_again()
    qtbot.waitUntil(lambda: world.registrar.is_registered)
    assert world.gateway.listed == {"w1": ("http://127.0.0.1:1/webhooks", _SECRET.reveal())}


def test_it_is_tried_at_once_when_the_gateway_answers_again(world: _World, qtbot: QtBot) -> None:
    world.gateway.away = True
    world.registrar.want("http://127.0.0.1:1/webhooks", _SECRET)
    qtbot.waitUntil(world.registrar._again.isActive)
    world.gateway.away = False
    world.registrar.hurry()
    qtbot.waitUntil(lambda: world.registrar.is_registered)


def test_another_address_takes_the_place_of_the_first(world: _World, qtbot: QtBot) -> None:
    """Alarms went on to the old relay, even after webhooks were switched off."""
    for url in ("https://old.example/hook", "https://new.example/hook"):
        world.registrar.want(url, _SECRET)
        qtbot.waitUntil(lambda: world.registrar.is_registered)
    assert world.gateway.urls == {"https://new.example/hook"}
    world.registrar.want("", Secret(""))
    qtbot.waitUntil(lambda: not world.gateway.listed)
    qtbot.waitUntil(lambda: world.kept.addresses == ())


def test_an_address_that_could_not_be_taken_back_is_not_forgotten(world: _World, qtbot: QtBot) -> None:
    world.registrar.want("https://old.example/hook", _SECRET)
    qtbot.waitUntil(lambda: world.registrar.is_registered)
    world.gateway.keeps = "https://old.example/hook"
    world.registrar.want("https://new.example/hook", _SECRET)
    qtbot.waitUntil(lambda: world.registrar.is_registered)  # hearing does not wait for it
    qtbot.waitUntil(world.registrar._again.isActive)
    assert set(world.kept.addresses) == {"https://old.example/hook", "https://new.example/hook"}
    # The program ends and begins anew: now the gateway lets it go.
    world.gateway.keeps = ""
    world.registrar.close()
    world.make()
    world.registrar.want("", Secret(""))
    qtbot.waitUntil(lambda: not world.gateway.listed)
    qtbot.waitUntil(lambda: world.kept.addresses == ())


def test_what_is_registered_is_not_registered_anew(world: _World, qtbot: QtBot) -> None:
    for _ in range(2):
        world.registrar.want("http://127.0.0.1:1/webhooks", _SECRET)
        qtbot.waitUntil(lambda: world.registrar.is_registered)
    assert world.gateway.added == 1
    world.registrar.want("http://127.0.0.1:1/webhooks", Secret("another"))
    qtbot.waitUntil(lambda: world.registrar.is_registered)
    assert [secret for _, secret in world.gateway.listed.values()] == ["another"]


def test_a_registration_that_the_gateway_lost_is_made_anew(world: _World, qtbot: QtBot) -> None:
    world.registrar.want("http://127.0.0.1:1/webhooks", _SECRET)
    qtbot.waitUntil(lambda: world.registrar.is_registered)
    world.registrar.check()
    world.gateway.listed.clear()
    world.registrar.check()
    qtbot.waitUntil(lambda: world.gateway.added == 2)
    assert world.gateway.urls == {"http://127.0.0.1:1/webhooks"}


def test_closing_takes_it_back(world: _World, qtbot: QtBot) -> None:
    world.registrar.want("http://127.0.0.1:1/webhooks", _SECRET)
    qtbot.waitUntil(lambda: world.registrar.is_registered)
    world.registrar.close()
    assert world.runner.stop()
    assert not world.gateway.listed


def test_a_look_that_fails_leaves_a_good_registration_alone(world: _World, qtbot: QtBot) -> None:
    """Deleted and made anew it would lose what is on its way."""
    world.registrar.want("https://relay.example/hook", _SECRET)
    qtbot.waitUntil(lambda: world.registrar.is_registered)
    world.gateway.away = True
    world.registrar.check()
    asked: list[str] = []
    world.runner.submit(lambda _: "", done=asked.append, lane="register webhooks")
    qtbot.waitUntil(lambda: bool(asked))
    world.gateway.away = False
    world.registrar.check()
    world.runner.submit(lambda _: "", done=asked.append, lane="register webhooks")
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert world.gateway.listed == {"w1": ("https://relay.example/hook", _SECRET.reveal())}
    assert not world.registrar._again.isActive()
