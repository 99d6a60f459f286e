"""Where the simulator delivers, through everything the console does: switched on, lost, moved, switched off, closed."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import shiboken6
from PySide6.QtGui import QGuiApplication

from chekt_console.background.feed import Freshness
from chekt_console.simulator.webhook_bodies import WEBHOOK_EVENTS
from tests.support.console import RunningConsole
from tests.support.webhooks import signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.session_live import LiveParts


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data")
    running.wait_filled()
    yield running
    running.close()


def _live(running: RunningConsole) -> LiveParts:
    live = running.session.live
    assert live is not None
    return live


def _account(running: RunningConsole) -> Any:
    client = running.session.client.built
    assert client is not None
    return client.account


def _listed(running: RunningConsole) -> set[str]:
    return {url for _, url in _account(running).webhooks()}


def _is(running: RunningConsole, freshness: Freshness) -> bool:
    return running.session.feed.freshness is freshness


def test_a_registration_that_is_lost_at_the_gateway_is_noticed_and_made_anew(running: RunningConsole) -> None:
    """The bar went on saying Live, and alarms came ten seconds late."""
    live, feed = _live(running), running.session.feed
    live.listen_action.trigger()
    running.wait(lambda: _is(running, Freshness.LIVE))
    for _ in range(2):  # alarms from here on happened while webhooks were to tell them
        before = feed._live_polls
        feed.poll_soon()
        running.wait(lambda before=before: feed._live_polls > before)
    account = _account(running)
    for webhook_id, _ in account.webhooks():
        account.delete_webhook(webhook_id, f"test-{webhook_id}")
    running.wait(lambda: not running.control("webhooks", method="GET")["webhooks"], 10_000)
    site = running.site()
    running.control("events", {"site_id": site.site_id, "kind": "alarm", "text": "Unheard"})
    said: list[Freshness] = []
    feed.freshness_changed.connect(lambda freshness, _: said.append(freshness))
    feed.poll_soon()
    running.wait(lambda: Freshness.POLLING in said)
    running.wait(lambda: _is(running, Freshness.LIVE))
    assert _listed(running) == {live.feed.process.url}


def test_a_gateway_that_refuses_at_first_is_asked_again(running: RunningConsole) -> None:
    live = _live(running)
    body = {"name": "status", "code": 403, "path": "/partner/v1/webhooks", "count": 1}
    running.control("faults", body)
    live.listen_action.trigger()
    running.wait(lambda: live.feed.registrar.is_trying)
    notices = running.console.notices
    assert any("could not be told where to send webhooks" in one.text for one in notices.notices())
    assert "tried again" in live.listening.words()
    running.session.retry()
    running.wait(lambda: live.feed.is_live)
    assert not any("could not be told" in one.text for one in notices.notices())


def test_the_list_of_requests_is_not_built_anew_at_every_delivery(running: RunningConsole) -> None:
    """A burst tells its counts fifty times a second, and none of them changes a request."""
    live = _live(running)
    live.listen_action.trigger()
    running.wait(lambda: live.feed.is_live)
    running.control("center", {"ask": "audio.request", "site_id": running.site().site_id})
    notices = running.console.notices
    running.wait(lambda: any("No endpoint for sound" in one.text for one in notices.notices()))
    live.controller.show_dialog()
    dialog = live.controller.dialog
    assert dialog is not None
    row = dialog.list.topLevelItem(0)
    assert row is not None
    live.feed.state_changed.emit()  # as with each count
    assert shiboken6.isValid(row)


@pytest.mark.parametrize("is_named", [True, False])
def test_a_gateway_without_one_type_delivers_all_others(running: RunningConsole, is_named: bool) -> None:
    """It fell back to a short list, and the monitoring center's commands were never heard."""
    live = _live(running)
    lacking = ["audio.request", "device.status_changed"]
    body = {"name": "lacking_types", "types": lacking, "is_named": is_named, "count": 100}
    running.control("faults", body)
    live.listen_action.trigger()
    running.wait(lambda: live.feed.is_live)
    (registered,) = running.control("webhooks", method="GET")["webhooks"]
    assert set(registered["events"]) == set(WEBHOOK_EVENTS).difference(lacking)


def test_another_relay_takes_the_place_of_the_first_and_off_is_off(running: RunningConsole) -> None:
    live = _live(running)
    live.listen_action.trigger()
    running.wait(lambda: live.feed.is_live)
    for name in ("old", "new"):
        live.listening.set_relay(f"https://{name}.example/hook")
        running.wait(lambda name=name: _listed(running) == {f"https://{name}.example/hook"})
    live.listen_action.trigger()
    running.wait(lambda: not _listed(running))


def test_a_taken_port_is_exchanged_by_one_click(running: RunningConsole) -> None:
    live = _live(running)
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        live._choices.keep("port", str(taken))
        live.listen_action.trigger()
        notices = running.console.notices
        running.wait(lambda: any(one.action == "Use another port" for one in notices.notices()))
        (notice,) = [one for one in notices.notices() if one.action == "Use another port"]
        assert f"Port {taken} cannot be used" in notice.text
        assert not live.listen_action.isChecked()
        assert notice.on_action is not None
        notice.on_action()
        running.wait(lambda: live.feed.is_live)
        assert live.feed.process.port != taken
        assert live.listen_action.isChecked()
        assert not [one for one in notices.notices() if one.action == "Use another port"]


def test_closing_the_connection_takes_the_registration_back(running: RunningConsole) -> None:
    live = _live(running)
    live.listen_action.trigger()
    running.wait(lambda: live.feed.is_live)
    url = f"{running.address.url}/_simulator/webhooks"
    headers = {"X-Control-Token": running.address.control_token}
    assert running.session.close()
    running.wait(lambda: not httpx.get(url, headers=headers).json()["webhooks"])


def test_a_secret_of_the_sender_is_taken_and_ours_can_be_copied(running: RunningConsole) -> None:
    """For a connection that cannot register: who sends must know the secret, or we theirs."""
    live = _live(running)
    live.listen_action.trigger()
    running.wait(lambda: live.feed.is_live)

    def answer(secret: str, number: int) -> int:
        body = b'{"id":"evt_%d","type":"made.up"}' % number
        url = live.feed.process.url
        return httpx.post(url, content=body, headers=signed(secret, body, int(time.time()))).status_code

    live.listening.secret_action.trigger()
    dialog = live.listening.secret_dialog
    assert dialog is not None
    assert live.feed.process.url in dialog.words.text()
    dialog.copy.click()
    ours = QGuiApplication.clipboard().text()
    assert answer(ours, 1) == 200
    dialog.field.setText("too short")
    assert not dialog.use.isEnabled()
    dialog.field.setText("a secret of the portal")
    dialog.use.click()
    running.wait(lambda: dialog.field.text() == "" and dialog.said.text().startswith("From now on"))
    running.wait(lambda: live.feed.secret.reveal() == "a secret of the portal" and live.feed.is_live)
    assert answer("a secret of the portal", 2) == 200
    assert answer(ours, 3) == 401
    assert ours not in dialog.words.text() + dialog.said.text()
    QGuiApplication.clipboard().setText("what was copied since")
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == "a secret of the portal"
    assert running.session.close()
    assert QGuiApplication.clipboard().text() == ""


def test_a_relay_that_sends_without_a_registration_is_live_once_it_is_heard(running: RunningConsole) -> None:
    """An API key: nothing can be registered, what comes is signed all the same."""
    live = _live(running)
    live.can_register(False, False)
    live.listen_action.trigger()
    running.wait(lambda: live.feed.process.url)
    assert not live.feed.is_live
    assert "an API key cannot register" in live.listening.words()
    body = b'{"id":"evt_1","type":"made.up"}'
    headers = signed(live.feed.secret.reveal(), body, int(time.time()))
    assert httpx.post(live.feed.process.url, content=body, headers=headers).status_code == 200
    running.wait(lambda: _is(running, Freshness.LIVE))
    assert "cannot register" not in live.listening.words()


def test_a_relay_that_lets_nothing_through_is_not_called_live(running: RunningConsole) -> None:
    """Registered it is, and nothing comes of it: asking is quick again, and the words say why."""
    live, feed = _live(running), running.session.feed
    live.listening.set_relay("https://silent.example/hook")
    live.listen_action.trigger()
    running.wait(lambda: _is(running, Freshness.LIVE))
    for _ in range(2):
        before = feed._live_polls
        feed.poll_soon()
        running.wait(lambda before=before: feed._live_polls > before)
    raised = {"site_id": running.site().site_id, "kind": "alarm", "text": "Unheard"}
    running.control("events", raised)
    feed.poll_soon()
    running.wait(lambda: _is(running, Freshness.POLLING))
    assert feed.interval_ms <= 2_000
    assert "no webhook told it" in live.listening.words()
    assert _listed(running) == {"https://silent.example/hook"}
