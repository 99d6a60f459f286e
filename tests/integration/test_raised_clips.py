"""A raised event that could not be sent with its clip: both wait on this computer, and the gateway has both in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.console import RunningConsole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 400


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data")
    yield running
    running.close()


def _control(running: RunningConsole, method: str, path: str, body: Any = None) -> None:
    address = running.address
    reply = httpx.request(
        method,
        f"{address.url}/_simulator/{path}",
        json=body,
        headers={"X-Control-Token": address.control_token},
        timeout=20,
    )
    assert reply.is_success, reply.text


@pytest.mark.slow
def test_both_wait_and_both_arrive(running: RunningConsole, tmp_path: Path) -> None:
    running.wait_filled()
    session = running.session
    running.wait(lambda: session.account is not None and session.account.outbound_service.can_attach)
    assert session.account is not None
    assert session.outbox is not None
    outbox, outbound = session.outbox, session.account.outbound
    clip = tmp_path / "yard.mp4"
    clip.write_bytes(_FILM)
    _control(
        running,
        "POST",
        "faults",
        {"name": "drop_before", "path": "/partner/v1/events", "method": "POST", "count": 100_000},
    )
    site = running.site()
    outbound.open(site, ())
    dialog = outbound.dialog
    assert dialog is not None
    dialog.set_clip(clip)
    dialog.send.click()
    running.wait(lambda: "is kept with it" in dialog.note.text(), 120_000)
    clip.unlink()
    status = running.console.window.status
    running.wait(lambda: "1 clip waiting" in status.outbox.text())
    outbox.show_list()
    shown = outbox.dialog
    assert shown is not None
    running.wait(lambda: "Its clip yard.mp4 waits on this computer" in shown.detail.text())
    _control(running, "DELETE", "faults")
    session.retry()
    running.wait(lambda: "Its clip was sent." in shown.detail.text(), 120_000)
    assert any("Its clip was sent." in one.text for one in running.console.notices.notices())
    assert "clip" not in status.outbox.text()
    uploads = [path.read_bytes() for path in tmp_path.rglob("uploads/*.mp4")]
    assert uploads == [_FILM]
