"""What is saved while nobody answers waits on disk over the end of the program, and is sent by itself: by hand, with clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from chekt_console.domain.outbox import EntryState
from chekt_console.ui.outbox.choice_dialog import ChoiceDialog
from chekt_console.ui.schedule.schedule_state_words import Standing
from chekt_console.ui.shared.confirm import ConfirmDialog
from tests.support.console import START_MS, RunningConsole
from tests.support.fake_clock import FakeClock
from tests.ui.schedule.week_hand import WeekHand

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.session_account import AccountParts
    from chekt_console.session_outbox import OutboxParts
    from chekt_console.ui.account.site_dialog import SiteDialog
    from chekt_console.ui.shared.field import Field

pytestmark = pytest.mark.slow


def test_a_schedule_saved_offline_is_sent_when_the_server_answers(qtbot: QtBot, tmp_path: Path) -> None:
    first = RunningConsole(qtbot, tmp_path / "data", size=(1280, 720))
    try:
        site_id = _save_while_offline(qtbot, first)
    finally:
        first.close()
    again = RunningConsole(qtbot, tmp_path / "data")
    try:
        again.wait_filled()
        session = again.session
        again.wait(lambda: session.outbox and session.outbox.queue.entries, START_MS)
        outbox = session.outbox
        assert outbox is not None
        again.wait(lambda: outbox.queue.entries[-1].state is EntryState.DONE, START_MS)
        entry = outbox.queue.entries[-1]
        site = next(site for site in session.sites.cached().sites if site.site_id == site_id)
        assert again.schedule.schedules.read(site).schedule == entry.change.wish
        assert again.schedule.schedules.draft(site_id) is None
        again.wait(lambda: again.console.window.status.outbox.text() == "")
    finally:
        again.close()


def test_details_and_a_contact_saved_offline_are_sent_when_the_server_answers(
    qtbot: QtBot, tmp_path: Path
) -> None:
    first = RunningConsole(qtbot, tmp_path / "data", size=(1280, 720))
    try:
        site_id = _change_records_while_offline(qtbot, first)
    finally:
        first.close()
    again = RunningConsole(qtbot, tmp_path / "data")
    try:
        again.wait_filled()
        session = again.session
        again.wait(lambda: session.outbox and len(session.outbox.queue.entries) == 2, START_MS)
        outbox = session.outbox
        assert outbox is not None
        again.wait(lambda: {entry.state for entry in outbox.queue.entries} == {EntryState.DONE}, START_MS)
        again.wait(lambda: again.console.window.status.outbox.text() == "")
        assert session.account is not None
        service = session.account.accounts
        assert service.settings(site_id).record.name == "Quay House"
        assert service.contacts.read(site_id)[0][0].title == "Night porter"
        # The list of sites is read anew, because it shows the name too.
        again.wait(lambda: any(one.name == "Quay House" for one in session.sites.cached().sites), START_MS)
    finally:
        again.close()


def test_a_field_that_somebody_else_changed_meanwhile_is_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    running = RunningConsole(qtbot, tmp_path / "data", size=(1280, 720))
    try:
        dialog, outbox = _open_settings(running)
        site_id = running.site().site_id
        client = running.session._ground.client
        client.account._transport._clock = FakeClock()  # the tries take no time
        address = running.address
        headers = {"X-Control-Token": address.control_token}
        with httpx.Client(base_url=address.url, headers=headers) as control:
            fault = {"name": "status", "code": 503, "path": "/partner/v1/", "method": "PATCH", "count": 100}
            control.post("/_simulator/faults", json=fault).raise_for_status()
            details = dialog.details
            _type(qtbot, details.fields["name"], "Quay House")
            _type(qtbot, details.fields["address1"], "1 Pier")
            qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
            running.wait(lambda: "it waits on this computer" in details.note.text())
            control.delete("/_simulator/faults").raise_for_status()
            client.account.change_site(site_id, {"name": "Wharf House"}, "somebody else")

        def states() -> list[EntryState]:
            return [entry.state for entry in outbox.queue.entries]

        running.wait(lambda: states() == [EntryState.CONFLICT])
        running.wait(lambda: "needs you" in running.console.window.status.outbox.text())
        qtbot.mouseClick(dialog.waiting_list, Qt.MouseButton.LeftButton)
        assert outbox.dialog is not None
        assert "somebody else changed the same" in outbox.dialog.detail.text()
        qtbot.mouseClick(outbox.dialog.compare, Qt.MouseButton.LeftButton)
        choice = outbox.conflict
        assert isinstance(choice, ChoiceDialog)
        assert not choice.go.isEnabled()
        ((mine, theirs),) = choice.rows.values()
        assert (mine.text(), theirs.text()) == ("Quay House", "Wharf House")
        QGuiApplication.processEvents()
        qtbot.mouseClick(theirs, Qt.MouseButton.LeftButton, pos=QPoint(8, theirs.height() // 2))
        feed = running.session.feed
        running.wait(feed._timer.isActive)
        feed._failures = 3  # as after hours without an answer
        feed._timer.start(10_000_000)
        qtbot.mouseClick(choice.go, Qt.MouseButton.LeftButton)
        running.wait(lambda: states() == [EntryState.DONE])
        running.wait(lambda: feed._timer.remainingTime() < 60_000)  # it answers: what is new is asked for now
        record = client.account.site(site_id)
        assert (record.name, record.address1) == ("Wharf House", "1 Pier")
        running.wait(lambda: details.fields["name"].text() == "Wharf House")
        running.wait(lambda: not dialog.waiting.isVisible())
    finally:
        running.close()


def test_a_contact_that_somebody_else_removed_meanwhile_is_not_lost_with_what_was_typed(
    qtbot: QtBot, tmp_path: Path
) -> None:
    running = RunningConsole(qtbot, tmp_path / "data", size=(1280, 720))
    try:
        dialog, outbox = _open_settings(running)
        account, site_id = running.session.account, running.site().site_id
        assert account is not None
        contacts = running.session._ground.client.contacts
        running.session._ground.client.account._transport._clock = FakeClock()  # the tries take no time
        gone = dialog.contacts.contacts[0]
        fault = {"name": "status", "code": 503, "path": f"/ext/v1/sites/{site_id}/contacts", "count": 1000}
        running.control("faults", fault)
        _save_a_title(qtbot, account, dialog, "Night porter")
        running.wait(lambda: [entry.state.is_open for entry in outbox.queue.entries] == [True], START_MS)
        running.control("faults", method="DELETE")
        contacts.delete(site_id, gone.contact_id, "somebody else")
        status = running.console.window.status
        running.wait(lambda: status.outbox.text() == "1 refused", START_MS)

        qtbot.mouseClick(status.outbox, Qt.MouseButton.LeftButton)
        assert outbox.dialog is not None
        assert f"Somebody else removed {gone.name} meanwhile." in outbox.dialog.detail.text()
        assert "Title Night porter" in outbox.dialog.detail.text()
        asked: list[str] = []
        QTimer.singleShot(0, lambda: _say_yes(asked))
        qtbot.mouseClick(outbox.dialog.anew, Qt.MouseButton.LeftButton)
        assert "Title Night porter" in asked[0]
        running.wait(lambda: outbox.queue.entries[0].state is EntryState.DONE, START_MS)
        there = [one for one in contacts.list(site_id).values if one.name == gone.name]
        assert [(one.title, one.phone_number) for one in there] == [("Night porter", gone.phone_number)]
        assert there[0].contact_id != gone.contact_id
    finally:
        running.close()


def _say_yes(asked: list[str]) -> None:
    box = QApplication.activeModalWidget()
    assert isinstance(box, ConfirmDialog)
    asked.append(" ".join(label.text() for label in box.findChildren(QLabel)))
    box.accept()


def _open_settings(running: RunningConsole) -> tuple[SiteDialog, OutboxParts]:
    running.wait_filled()
    running.console.selection.select_site(running.site())
    running.wait(lambda: running.session.outbox is not None, START_MS)
    outbox, account = running.session.outbox, running.session.account
    assert outbox is not None
    assert account is not None
    account.edit()
    dialog = account.controller.dialog
    assert dialog is not None
    running.wait(lambda: dialog.details.fields["name"].isEnabled() and dialog.contacts.contacts)
    running.wait(lambda: dialog.details.wanted.site_id)
    return dialog, outbox


def _type(qtbot: QtBot, field: Field, text: str) -> None:
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, text)


def _save_a_title(qtbot: QtBot, account: AccountParts, dialog: SiteDialog, title: str) -> None:
    """Of the first contact, in its form."""
    dialog.tabs.setCurrentWidget(dialog.contacts)
    dialog.contacts.table.selectRow(0)
    qtbot.mouseClick(dialog.contacts.edit, Qt.MouseButton.LeftButton)
    assert account.controller.contacts is not None
    form = account.controller.contacts.form
    assert form is not None
    _type(qtbot, form.fields["title"], title)
    qtbot.mouseClick(form.save, Qt.MouseButton.LeftButton)


def _change_records_while_offline(qtbot: QtBot, running: RunningConsole) -> str:
    dialog, outbox = _open_settings(running)
    site, account = running.site(), running.session.account
    assert account is not None
    simulator = running.console.simulator
    assert simulator is not None
    running.session._ground.client.account._transport._clock = FakeClock()  # the tries take no time
    simulator.stop()
    _type(qtbot, dialog.details.fields["name"], "Quay House")
    qtbot.mouseClick(dialog.details.save, Qt.MouseButton.LeftButton)
    status = running.console.window.status
    running.wait(lambda: status.outbox.text() == "1 change waiting", START_MS)
    _save_a_title(qtbot, account, dialog, "Night porter")
    running.wait(lambda: status.outbox.text() == "2 changes waiting", START_MS)
    assert dialog.waiting.isVisible()
    assert "not saved at the server yet" in dialog.waiting.text()
    qtbot.mouseClick(status.outbox, Qt.MouseButton.LeftButton)
    assert outbox.dialog is not None
    rows = [outbox.dialog.list.topLevelItem(row) for row in range(2)]
    assert [row.text(0) for row in rows if row is not None][1] == f"Details of {site.name}"
    assert f"Name: {site.name} → Quay House" in outbox.queue.entries[0].change.parts
    return site.site_id


def _check_usable_offline(running: RunningConsole) -> None:
    """faults.md, refused: one quiet banner for each thing that was read, however often it is tried; the cache stays usable."""
    feed, status, notices = running.session.feed, running.console.window.status, running.console.notices
    running.wait(lambda: status.freshness.text().startswith("Offline"), START_MS)
    client = running.session.client.built
    assert client is not None
    client.transport._clock = FakeClock()  # the tries take no time
    running.session.retry()
    running.wait(lambda: any(one.kind == "sites" for one in notices.notices()), START_MS)
    failures = feed._failures
    feed.poll_soon()
    running.session.retry()
    running.wait(lambda: feed._failures > failures + 1, START_MS)
    banners = [one.kind for one in notices.notices() if not one.kind.startswith("schedule.save.")]
    assert sorted(banners) in (["sites"], ["schedule.read", "sites"])
    assert len(running.console.window.notice_strip.lines()) <= 2
    assert running.session.events.cached(running.site().site_id).events


def _save_while_offline(qtbot: QtBot, running: RunningConsole) -> str:
    running.wait_filled()
    site = running.site()
    running.console.selection.select_site(site)
    running.console.window.show_perspective("schedule")
    controller = running.schedule.schedule_controller
    running.wait(lambda: controller.work and controller.work.base and controller.work.is_fresh)
    running.wait(lambda: running.session.outbox is not None, START_MS)
    running.wait(lambda: running.session.events.cached(site.site_id).events, START_MS)
    work = controller.work
    assert work is not None
    hand = WeekHand(running.schedule.schedule_pane.grid)
    end_row, end_min = divmod(work.current.periods[0].end_min % 10_080, 1440)
    hand.click(end_row, end_min / 60 - 1)
    hand.drag((end_row, end_min / 60 - 0.01), (end_row, end_min / 60 + 1))
    simulator = running.console.simulator
    assert simulator is not None
    simulator.stop()
    controller.save_now()
    status = running.console.window.status
    running.wait(lambda: status.outbox.text() == "1 change waiting", START_MS)  # by itself
    running.wait(lambda: work.standing is Standing.WAITING)
    notices = running.console.notices.notices()
    assert any("waits on this computer" in one.text and one.action == "Show" for one in notices)
    _check_usable_offline(running)
    QGuiApplication.processEvents()
    qtbot.mouseClick(status.outbox, Qt.MouseButton.LeftButton)
    outbox = running.session.outbox
    assert outbox is not None
    dialog = outbox.dialog
    assert dialog is not None
    assert dialog.isVisible()
    row = dialog.list.topLevelItem(0)
    assert row is not None
    assert site.name in row.text(0)
    assert "by itself" in dialog.detail.text()
    assert dialog.discard.isEnabled()
    _copy_for_support(running)
    return site.site_id


def _copy_for_support(running: RunningConsole) -> None:
    """By the menu; kind of connection and system, and nothing that tells whose they are or opens anything."""
    address = running.address
    actions = running.console.window.window_menu.menu.findChildren(QAction)
    actions += running.console.window.findChildren(QAction)
    next(action for action in actions if action.text() == "Copy for support").trigger()
    text = QGuiApplication.clipboard().text()
    assert "CHeKT Console" in text
    assert "Connection: simulator" in text
    for hidden in (address.api_key, address.control_token, address.dealer_id, running.site().name):
        assert hidden not in text
