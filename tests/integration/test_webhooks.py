"""Webhooks by real parts: the listener as a process, the simulator that delivers, the console that answers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from chekt_console.auth.secret import Secret
from chekt_console.background.feed import Freshness
from chekt_console.background.webhook_process import WebhookProcess
from chekt_console.domain.clock import SystemClock
from chekt_console.domain.device import DeviceKind
from chekt_console.services.device_service import DeviceService
from chekt_console.services.false_alarm_service import FalseAlarmService
from chekt_console.services.fleet_service import FleetService
from chekt_console.store.inbox import Inbox
from chekt_console.ui.shared.confirm import ConfirmDialog
from tests.support.console import RunningConsole
from tests.support.ending import running_child
from tests.support.simulator import RunningSimulator
from tests.support.tray import Tray
from tests.support.webhooks import signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from chekt_console.domain.site import Site
    from chekt_console.services.fleet_service import FleetRow
    from chekt_console.session import Session

SECRET = "whsec_of_this_test"


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data")
    yield running
    running.close()


@pytest.fixture
def listener(qtbot: QtBot, tmp_path: Path) -> Iterator[WebhookProcess]:
    process = WebhookProcess(tmp_path / "inbox.sqlite")
    with qtbot.waitSignal(process.ready, timeout=20_000):
        process.start(Secret(SECRET))
    yield process
    process.stop()


def _control(running: RunningConsole, path: str, body: dict[str, Any]) -> dict[str, Any]:
    address = running.address
    reply = httpx.post(
        f"{address.url}/_simulator/{path}",
        json=body,
        headers={"X-Control-Token": address.control_token},
        timeout=20,
    )
    assert reply.is_success, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


def _go_live(running: RunningConsole) -> None:
    running.wait_filled()
    running.wait(lambda: running.session.live is not None)
    live = running.session.live
    assert live is not None
    live.listen_action.trigger()
    running.wait(lambda: live.feed.is_live)
    running.wait(lambda: running.session.feed.freshness is Freshness.LIVE)


def test_the_listener_takes_what_is_signed_and_nothing_else(listener: WebhookProcess, tmp_path: Path) -> None:
    body = json.dumps({"id": "evt_1", "type": "arming.command", "data": {"site_id": 1784}}).encode()
    now = int(time.time())

    def post(content: bytes, headers: dict[str, str], path: str = "") -> int:
        return httpx.post(listener.url + path, content=content, headers=headers, timeout=5).status_code

    assert post(body, signed(SECRET, body, now)) == 200
    assert post(body, signed(SECRET, body, now)) == 409  # a replay
    assert post(body, signed(SECRET, body, now + 1)) == 200  # the sender missed our answer and signed anew
    assert post(body, {}) == 401
    assert post(body, signed("another", body, now)) == 401
    assert post(body + b" ", signed(SECRET, body, now)) == 401
    assert post(body, signed(SECRET, body, now - 301)) == 401
    assert post(b"x" * (1 << 20) + b"x", signed(SECRET, body, now)) == 413
    assert post(body, signed(SECRET, body, now), "/elsewhere") == 404
    assert httpx.get(listener.url, timeout=5).status_code == 405
    inbox = Inbox(tmp_path / "inbox.sqlite")
    assert [one.body for one in inbox.newest()] == [body]
    inbox.close()


def test_a_device_that_goes_at_a_site_nobody_looks_at_is_known_at_once_everywhere(
    running: RunningConsole,
) -> None:
    """It was known when its tree was opened, or at the next trouble."""
    _go_live(running)
    session = running.session
    sites, devices = session.sites_controller, running.work.devices_controller
    shown = running.site()
    site = next(one for one in session.sites.cached().sites if one != shown)
    running.console.selection.select_site(site)
    running.wait(lambda: devices._listed is not None and devices._listed.site_id == site.site_id)
    camera = next(
        one for one in session.cache.devices(site.site_id)[0]
        if one.kind is DeviceKind.CAMERA and one.status == "online"
    )  # fmt: skip
    running.console.selection.select_site(shown)
    running.wait(lambda: devices._listed is not None and devices._listed.site_id == shown.site_id)
    online = session.cache.device_counts()[site.site_id][0]
    troubles = session.events.open_troubles().get(site.site_id, 0)

    # The state alone, without an event: the gateway still lists it as online.
    changed = {
        "site_id": site.site_id,
        "device_id": camera.device_id,
        "device_type": "camera",
        "status": "offline",
    }
    body = {"id": "dev_1", "type": "device.status_change", "data": changed}
    _control(running, "center", {"type": body["type"], "raw": json.dumps(body)})
    running.wait(lambda: sites._facts.troubles.get(site.site_id) == troubles + 1)
    assert session.cache.device_counts()[site.site_id][0] == online - 1
    assert site.site_id in session.cache.device_news.outdated()
    row = _fleet_row(running, site)
    assert (row.online, row.troubles) == (online - 1, troubles + 1)
    assert row.trouble_ms

    # And as the gateway tells it, with the event of it.
    _control(
        running, "devices", {**changed, "device_id": int(camera.device_id), "site_id": int(site.site_id)}
    )
    running.wait(lambda: _lost(session, site, camera.name))
    assert session.events.open_troubles()[site.site_id] == troubles + 1
    running.console.selection.select_site(site)
    running.wait(
        lambda: (one := running.work.devices_pane.model.device(camera.key)) and one.status == "offline"
    )
    running.wait(lambda: site.site_id not in session.cache.device_news.outdated())
    running.wait(lambda: _lost_on_timeline(running, camera.device_id))

    running.console.selection.select_site(shown)
    running.wait(lambda: devices._listed is not None and devices._listed.site_id == shown.site_id)
    _control(
        running,
        "devices",
        {"site_id": int(site.site_id), "device_id": int(camera.device_id), "status": "online"},
    )
    running.wait(lambda: sites._facts.troubles.get(site.site_id, 0) == troubles)
    running.wait(lambda: session.cache.device_counts()[site.site_id][0] == online)


def _fleet_row(running: RunningConsole, site: Site) -> FleetRow:
    session = running.session
    devices = DeviceService(session._ground.client, session.cache)
    (row,) = FleetService(session.cache, session.local, session.events, devices, SystemClock()).rows([site])
    return row


def _lost(session: Session, site: Site, name: str) -> bool:
    found = session.cache.events(site.site_id, 0)
    return any(one.subtype == "device_offline" and name in one.device_name for one in found)


def _lost_on_timeline(running: RunningConsole, device_id: str) -> bool:
    events = running.timeline.timeline.timeline.content.events
    return any(one.subtype == "device_offline" and one.device_id == device_id for one in events)


def test_what_the_listener_refuses_can_be_read_with_its_reason_and_headers(
    qtbot: QtBot, listener: WebhookProcess, tmp_path: Path
) -> None:
    body = b'{"id":"evt_1","type":"alarm.created","data":{"site_id":1784}}'
    now = int(time.time())
    own = {"User-Agent": "relay/2", "Authorization": "Bearer abcdef123456"}
    for headers, status in (
        ({}, 401),
        (signed("another", body, now), 401),
        (signed(SECRET, body, now - 301), 401),
        (signed(SECRET, body, now), 200),
        (signed(SECRET, body, now), 409),
    ):
        reply = httpx.post(listener.url, content=body, headers=headers | own, timeout=5)
        assert reply.status_code == status
    assert httpx.post(listener.url, content=b"x" * 2**21, timeout=5).status_code == 413
    with closing(socket.create_connection(("127.0.0.1", listener.port), timeout=10)) as link:
        link.sendall(b"no HTTP\r\n\r\n")
        assert link.recv(4096).startswith(b"HTTP/1.1 400 ")
    with closing(Inbox(tmp_path / "inbox.sqlite")) as inbox:
        qtbot.waitUntil(lambda: len(inbox.refused()) == 6, timeout=20_000)
        found = inbox.refused()[::-1]
        assert [(one.status, one.reason) for one in found] == [
            (401, "It is not signed"),
            (401, "The signature is wrong"),
            (401, "The signature is older than five minutes, or from the future"),
            (409, "A replay"),
            (413, "The body is over 1 MiB"),
            (400, "This is no HTTP request"),
        ]
        assert found[0].body == body
        assert found[4].size == 2**21
        assert all("user-agent: relay/2" in one.headers for one in found[:4])
        assert not any("abcdef" in one.headers for one in found)
        assert [one.body for one in inbox.newest()] == [body]


_WITH_FEW_FILES = """
import resource, runpy
resource.setrlimit(resource.RLIMIT_NOFILE, (512, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
runpy.run_module("chekt_console.webhooks", run_name="__main__")
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="reads how many files a process may open where Linux tells it"
)
def test_as_many_may_connect_as_are_listened_to(tmp_path: Path) -> None:
    """Each connection is a file, and the usual limit is 1024."""
    command = [sys.executable, "-c", _WITH_FEW_FILES, str(tmp_path / "inbox.sqlite"), "0"]
    with running_child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as listener:
        print(SECRET, file=listener.stdin, flush=True)
        assert '"ready"' in listener.stdout.readline()
        limits = Path(f"/proc/{listener.pid}/limits").read_text("utf-8")
    (files,) = (line for line in limits.splitlines() if line.startswith("Max open files"))
    least, most = (int(word) for word in files.split()[3:5])
    assert least == min(2100, most)


@pytest.mark.slow
def test_slow_senders_are_cut_off(listener: WebhookProcess) -> None:
    slow = {
        b"POST /webhooks HTTP/1.1\r\nHost: x\r\nX-A: ": b"",
        b"": b"",
        b"POST /webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{": b" 408 ",
    }
    with contextlib.ExitStack() as stack:
        senders = []
        for sent, answer in slow.items():
            sender = stack.enter_context(socket.create_connection(("127.0.0.1", listener.port), timeout=30))
            sender.sendall(sent)
            senders.append((sender, answer))
        for sender, answer in senders:
            heard = b""
            with contextlib.suppress(ConnectionResetError):
                while part := sender.recv(4096):
                    heard += part
            assert answer in heard


def test_a_killed_listener_comes_back_on_its_port(qtbot: QtBot, listener: WebhookProcess) -> None:
    url = listener.url
    with qtbot.waitSignal(listener.ready, timeout=20_000):
        os.kill(listener.pid, signal.SIGKILL)
    assert listener.url == url
    body = b'{"id":"evt_2","type":"made.up"}'
    reply = httpx.post(url, content=body, headers=signed(SECRET, body, int(time.time())), timeout=5)
    assert reply.status_code == 200


def _say_yes() -> None:
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, ConfirmDialog)
    assert "holds until" in asked.findChildren(QLabel)[1].text()
    QTest.mouseClick(asked.action, Qt.MouseButton.LeftButton)


def _newest_false(session: Session, site: Site) -> list[str]:
    figures = FalseAlarmService(session.cache, session.local, SystemClock())
    report = figures.read(30, {site.site_id: site.timezone})
    return [one.site.newest_id for one in report.sites if one.site.site_id == site.site_id]


def _recorded(running: RunningConsole) -> list[dict[str, Any]]:
    headers = {"X-Control-Token": running.address.control_token}
    reply = httpx.get(f"{running.address.url}/_simulator/record", headers=headers)
    found: list[dict[str, Any]] = reply.json()["requests"]
    return found


def test_the_life_of_one_alarm_and_a_command(running: RunningConsole, qtbot: QtBot) -> None:
    _go_live(running)
    session = running.session
    live = session.live
    assert live is not None
    site = next(
        one
        for one in session.sites.cached().sites
        if not one.has_partitions and one.is_active and "Harbor" in one.name
    )
    _control(running, "center", {"on": False})
    running.console.selection.select_site(site)
    tray: Any = Tray()
    live.desktop.tray_of = lambda _icon, _parent: tray
    devices = running.work.devices.refresh(site).devices
    zone = next(one for one in devices if one.kind is DeviceKind.ZONE and one.detail != "24-hour")
    tripped = {"site_id": site.site_id, "device_id": zone.device_id, "status": "alarm"}
    signal_id, event_id = map(str, _control(running, "devices", tripped)["event_ids"])
    pane = running.timeline.timeline.timeline
    running.wait(lambda: any(one.event_id == event_id for one in pane.content.events), 30_000)
    running.wait(lambda: any(one.event_id == signal_id for one in pane.content.events))
    running.wait(
        lambda: any(
            event_id.encode() in one.body and one.status.startswith("done") for one in live.inbox.newest()
        )
    )
    queue = session.queue
    assert queue is not None
    running.wait(lambda: event_id in {one.event.event_id for one in queue.pane.model.alarms})
    assert _newest_false(session, site) != [event_id]

    # Told on the desktop, once. A click on its notification opens it, whatever was looked at meanwhile.
    running.console.selection.select_site(running.site("Juniper Market"))
    running.wait(lambda: tray.shown)
    ((title, text),) = tray.shown
    assert title == f"Alarm at {site.name}"
    assert text.startswith("Intrusion — ")
    tray.messageClicked.emit()
    selection = running.console.selection
    running.wait(lambda: selection.selected_event and selection.selected_event.event_id == event_id)
    assert selection.site == site
    # Its clip was attached meanwhile, is measured and can be played.
    running.wait(lambda: running.review.clip.is_ready, 60_000)

    _control(running, "center", {"verify": event_id, "decision": "false"})
    running.wait(lambda: (found := session.events.find(event_id)) and found.decision == "false")
    # A poll may bring the decision before the webhook with who made it.
    running.wait(lambda: session.events.decision(event_id))
    decision = session.events.decision(event_id)
    assert decision is not None
    assert "Sentinel" in decision.note
    # It leaves the queue, stands at its event on the timeline, and counts as a false alarm of the site.
    running.wait(lambda: event_id not in {one.event.event_id for one in queue.pane.model.alarms})
    running.wait(
        lambda: [one.decision for one in pane.content.events if one.event_id == event_id] == ["false"]
    )
    assert _newest_false(session, site) == [event_id]

    asked = _control(running, "center", {"ask": "arming.command", "site_id": site.site_id, "mode": "night"})
    notices = running.console.notices
    running.wait(lambda: any("Arm Night" in one.text and site.name in one.text for one in notices.notices()))
    live.controller.show_dialog(asked["command_id"])
    dialog = live.controller.dialog
    assert dialog is not None
    QTimer.singleShot(0, _say_yes)
    qtbot.mouseClick(dialog.carry_out, Qt.MouseButton.LeftButton)
    running.wait(lambda: session.arming.cached()[site.site_id].state.text == "Night", 30_000)
    running.wait(lambda: live.requests.states()[0].report == "sent", 30_000)
    state = live.requests.states()[0]
    assert state.state == "done"
    assert "armed Night" in state.outcome
    reports = [
        one
        for one in _recorded(running)
        if one["method"] == "POST" and one["path"].endswith("/v1/events") and one["status"] in (200, 201)
    ]
    assert len(reports) == 1  # the server's own record: told once

    # Sent again, it is not repeated.
    again = {**asked, "requested_by": "somebody else"}
    _control(
        running,
        "center",
        {
            "type": "arming.command",
            "raw": json.dumps({"id": "req_again", "type": "arming.command", "data": again}),
        },
    )
    running.wait(lambda: any("not repeated" in one.text for one in notices.notices()))
    # Late, it is refused.
    _control(running, "center", {"ask": "arming.command", "site_id": site.site_id, "valid_s": 0})
    running.wait(lambda: any("expired" in one.text for one in notices.notices()))
    # One that waits keeps its notice while others come and are refused.
    _control(running, "center", {"ask": "arming.command", "site_id": site.site_id, "mode": "stay"})
    running.wait(lambda: any("Arm Stay" in one.text for one in notices.notices()))
    _control(running, "center", {"ask": "arming.command", "site_id": site.site_id, "valid_s": 0})
    running.wait(lambda: live.requests.states()[0].state == "refused")
    assert any("Arm Stay" in one.text for one in notices.notices())
    # No sound.
    _control(running, "center", {"ask": "audio.request", "site_id": site.site_id})
    running.wait(lambda: any("No endpoint for sound" in one.text for one in notices.notices()))
    # A look through a camera opens when the person wants it, and its start and end are kept.
    camera = next(one for one in devices if one.kind is DeviceKind.CAMERA)
    words = {"ask": "camera.view_request", "site_id": site.site_id, "device_id": camera.device_id}
    viewed = _control(running, "center", words)["request_id"]
    running.wait(lambda: any(f"See {camera.name} live" in one.text for one in notices.notices()))
    dialog.choose(viewed)
    dialog.carry_out.click()
    running.wait(lambda: running.work.live_controller.windows)
    running.work.live_controller.close_all()
    running.wait(lambda: ", closed 20" in live.requests.states()[0].outcome)
    # Unknown, it is kept.
    _control(
        running, "center", {"type": "site.renamed", "raw": '{"id":"evt_x","type":"site.renamed","data":{}}'}
    )
    running.wait(lambda: live.webhooks.unread_count() == 1)
    # A hint of another site's partitions lets that site be read, though it is not the one looked at.
    other = next(one for one in session.sites.cached().sites if one.has_partitions and one.is_active)
    assert other.site_id != site.site_id
    hint = {
        "event_id": 1,
        "event_type": "partition_arming_status",
        "payload": {"data": {"site_id": other.site_id}},
    }
    before = session.arming.cached()[other.site_id].as_of
    _control(running, "center", {"type": "partition_arming_status", "raw": json.dumps(hint)})
    running.wait(lambda: session.arming.cached()[other.site_id].as_of != before)
    # Switched off, it is off: no listener, no registration, and polling goes on.
    live.listen_action.trigger()
    running.wait(lambda: session.feed.freshness is Freshness.POLLING)
    address = running.address
    headers = {"X-Control-Token": address.control_token}
    running.wait(
        lambda: not httpx.get(f"{address.url}/_simulator/webhooks", headers=headers).json()["webhooks"]
    )


def test_what_a_partner_registered_is_delivered_to(
    qtbot: QtBot, listener: WebhookProcess, tmp_path: Path
) -> None:
    inbox = Inbox(tmp_path / "inbox.sqlite")
    with RunningSimulator(tmp_path / "simulator") as simulator:
        with closing(sqlite3.connect(tmp_path / "simulator" / "world-60-1.sqlite", timeout=10)) as world:
            row = ("webhook_1", "partner", listener.url, '["alarm.triggered"]', SECRET, 0)
            world.execute("INSERT INTO partner_webhook VALUES (?, ?, ?, ?, ?, ?)", row)
            world.commit()
        headers = {"X-Control-Token": simulator.control_token}

        def delivered() -> bool:
            raised = {"site_id": 1784, "kind": "alarm"}
            httpx.post(f"{simulator.url}/_simulator/events", json=raised, headers=headers, timeout=5)
            return any(b"alarm.triggered" in one.body for one in inbox.newest())

        qtbot.waitUntil(delivered, timeout=20_000)
    inbox.close()
