"""What the whole window shows of a site's devices and of its monitoring, without any webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from chekt_console.ui.sites.sites_model import ROW_ROLE
from tests.support.console import RunningConsole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.ui.shared.notices import Notice


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data")
    yield running
    running.close()


def test_a_bridge_that_dies_is_seen_and_monitoring_that_is_off_is_told(running: RunningConsole) -> None:
    running.wait_filled()
    session = running.session
    running.wait(lambda: session.account is not None)
    work = session.work
    assert work is not None
    site = running.site("Juniper Market")
    running.console.selection.select_site(site)
    note = work.devices_pane.header.note
    running.wait(lambda: "online" in note.text())
    before = note.text().split(" · ")[0]
    story = {"name": "bridge dies and returns", "site_id": site.site_id, "speed": 1}
    headers = {"X-Control-Token": running.address.control_token}
    httpx.post(f"{running.address.url}/_simulator/scenario", json=story, headers=headers).raise_for_status()
    running.wait(lambda: note.text().split(" · ")[0] not in (before, "updating…"), 15_000)
    assert int(note.text().split(" / ")[0]) < int(before.split(" / ")[0])
    assert session.account is not None
    session.account.accounts.set_monitoring(site.site_id, False, "Renovation until Friday", "off-1")
    session.sites_controller.refresh()
    running.wait(
        lambda: any("Renovation until Friday" in one.text for one in running.console.notices.notices())
    )
    model = session.sites_pane.model
    rows = [model.index(place).data(ROW_ROLE) for place in range(model.rowCount())]
    assert {row.name: row.caution for row in rows}[site.name] == "Not monitored"


def test_a_fault_of_the_simulator_is_made_from_the_menu_and_told_while_it_lasts(
    running: RunningConsole,
) -> None:
    running.wait_filled()
    address, notices = running.address, running.console.notices
    menu = next(one for one in running.console.window.findChildren(QMenu) if one.title() == "Make a fault")
    assert menu.menuAction().isVisible()
    actions = {action.text(): action for action in menu.actions()}
    assert actions["No fault"].isChecked()

    def told() -> list[Notice]:
        return [one for one in notices.notices() if "makes a fault" in one.text]

    def answer() -> int:
        key = {"Authorization": f"Bearer {address.api_key}"}
        return httpx.get(f"{address.url}/ext/v1/sites", headers=key, timeout=20).status_code

    assert answer() == 200
    actions["Cut the network"].trigger()
    running.wait(told)
    assert told()[0].text == "The simulator makes a fault: Cut the network."
    assert told()[0].is_lasting
    with pytest.raises(httpx.TransportError):
        answer()
    actions["Answer with errors (500)"].trigger()
    running.wait(lambda: "500" in told()[0].text)
    assert answer() == 500  # one fault at a time
    stop = told()[0].on_action
    assert stop is not None
    stop()
    running.wait(lambda: not told())
    assert actions["No fault"].isChecked()
    assert answer() == 200


def test_the_mark_of_a_fault_and_its_notice_end_with_it(running: RunningConsole) -> None:
    running.wait_filled()
    running.wait(lambda: running.session.account is not None)
    account, address, notices = running.session.account, running.address, running.console.notices
    assert account is not None
    menu = next(one for one in running.console.window.findChildren(QMenu) if one.title() == "Make a fault")
    actions = {action.text(): action for action in menu.actions()}

    def told() -> list[Notice]:
        return [one for one in notices.notices() if "makes a fault" in one.text]

    actions["Answer after 3 seconds"].trigger()
    running.wait(told)
    account.can_play(address.url, address.control_token)  # as after it was started anew
    assert told() == []
    assert actions["No fault"].isChecked()
    account.can_play("http://127.0.0.1:1", address.control_token)  # nobody listens there
    actions["Cut the network"].trigger()
    assert actions["Cut the network"].isChecked()
    running.wait(actions["No fault"].isChecked)
    assert told() == []
    assert any(one.kind == "job" for one in notices.notices())


def test_a_site_that_was_made_is_the_one_to_go_on_with(running: RunningConsole, qtbot: QtBot) -> None:
    running.wait_filled()
    running.wait(lambda: running.session.account is not None)
    account, selection = running.session.account, running.console.selection
    assert account is not None
    account.controller.create()
    dialog = account.controller.dialog
    assert dialog is not None
    details = dialog.details
    running.wait(lambda: details.station.count() > 1)
    qtbot.keyClicks(details.fields["name"].edit, "Test Depot")
    qtbot.keyClicks(details.zone.edit, "America/Denver")
    qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
    running.wait(lambda: selection.site is not None and selection.site.name == "Test Depot")
    listed = running.session.sites_pane.model
    assert selection.site is not None
    site_id = selection.site.site_id
    running.wait(lambda: listed.site(site_id) is not None)  # the list was read again, and let nothing go
    assert selection.site is not None
    assert selection.site.timezone == "America/Denver"
