"""What waits to be sent for one account never reaches another, whatever the connections are called."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from chekt_console.console import Console
from chekt_console.domain.outbox import ScheduleChange
from chekt_console.domain.request_budget import LearnedLimits
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.settings import DataPaths
from chekt_console.store.outbox import OutboxStore
from tests.support.simulator import RunningSimulator
from tests.support.two_accounts import TwoAccounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.store.connections_store import Connection
    from chekt_console.ui.connect.connect_pane import ConnectPane

_ONE, _OTHER, _ONES_NEW, _RENAMED = (
    "key-of-one",
    "key-of-the-other",
    "new-key-of-one",
    "key-after-the-renaming",
)


class Ring(KeyringBackend):
    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def _look(self) -> None:
        if self.is_locked:
            raise KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self._look()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._look()
        self.kept[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        self._look()
        del self.kept[(service, username)]


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoAccounts]:
    """Both accounts have a site with the same id, so that a change for one would fit the other."""
    world = tmp_path_factory.mktemp("accounts")
    with (
        RunningSimulator(world / "one", sites=3) as one,
        RunningSimulator(world / "other", sites=5) as other,
        TwoAccounts(
            {
                _ONE: (one, ""),
                _OTHER: (other, "Southgate"),
                _ONES_NEW: (one, ""),
                _RENAMED: (one, "Northgate Security Group"),
            }
        ) as front,
    ):
        yield front


class Desk:
    """A person at the connect page."""

    def __init__(self, qtbot: QtBot, folder: Path, url: str) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._qtbot = qtbot
        self._url = url
        self.paths = DataPaths(folder)
        self.console = Console(app, self.paths)
        self.console.start("", use_simulator=False)
        self.wait(lambda: self.pane.isVisible())

    @property
    def pane(self) -> ConnectPane:
        return self.console.connect_pane

    def wait(self, what: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(what()), timeout=30_000)

    def back(self) -> None:
        self.console.window.connect_requested.emit()
        self.wait(lambda: self.pane.isVisible())

    def sign_in(self, key: str, name: str = "") -> None:
        """`name` "": as the form has it."""
        form = self.pane.form
        if not form.isVisible():
            self.pane.sandbox.button.click()
            form.address.set_text(self._url)
        if name:
            form.name.set_text(name)
        form.key.set_text(key)
        self._qtbot.keyClick(form.key.edit, Qt.Key.Key_Return)

    def works_with(self, name: str, sites: int) -> None:
        """The outbox of the session has looked at what it holds, too."""

        def is_so() -> bool:
            session = self.console.session
            return (
                session is not None
                and session.connection.name == name
                and len(session.sites.cached().sites) == sites
                and session.evidence is not None  # the last part to be built
            )

        self.wait(is_so)

    def saved(self, name: str) -> Connection:
        connection = self.console.connections.get(name)
        assert connection is not None
        return connection

    def leave_a_change_waiting(self, name: str) -> None:
        session = self.console.session
        assert session is not None
        site = session.sites.cached().sites[0]
        stored = session.schedule
        assert stored is not None
        self.back()
        folder = self.paths.connection_dir(self.saved(name).connection_id)
        change = ScheduleChange(site.site_id, site.name, WeekSchedule(), "", WeekSchedule())
        with closing(OutboxStore(folder / "outbox.sqlite")) as outbox:
            outbox.add(change, "key-1", 1)

    def ask_to_sign_in_again(self) -> str:
        """At the first connection, with a change of it that waits; its id."""
        self.sign_in(_ONE)
        self.works_with("Sandbox", 3)
        self.leave_a_change_waiting("Sandbox")
        self.pane.saved.agains()[0].click()
        return self.saved("Sandbox").connection_id

    def goes_on(self, connection_id: str, front: TwoAccounts, key: str) -> None:
        """What waited was sent with this key, and the connection is the one it was."""
        self.works_with("Sandbox", 3)
        self.wait(lambda: front.writes)
        assert {one for one, _, _ in front.writes} == {key}
        assert self.saved("Sandbox").connection_id == connection_id

    def remove(self, name: str, answer: str, *, is_ticked: bool = False) -> str:
        """What the person was asked."""
        row = [button.text() for button in self.pane.saved.buttons()].index(name)
        self.pane.saved.removers()[row].click()
        return self.answer(answer, is_ticked=is_ticked)

    def answer(self, answer: str, *, is_ticked: bool = False) -> str:
        """What the person was asked."""
        self.wait(lambda: self.pane.findChildren(QMessageBox))
        question = self.pane.findChildren(QMessageBox)[-1]
        text = f"{question.text()} {question.informativeText()}"
        if is_ticked:
            question.checkBox().setChecked(True)
        next(one for one in question.buttons() if one.text() == answer).click()
        return text

    def close(self) -> None:
        self.console.close()
        self.console.window.close()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, ring: Ring, front: TwoAccounts) -> Iterator[Desk]:
    front.writes.clear()
    desk = Desk(qtbot, tmp_path / "console", front.url)
    yield desk
    desk.close()


def test_another_account_never_gets_what_waits_under_a_name_in_use(
    desk: Desk, front: TwoAccounts, ring: Ring
) -> None:
    desk.sign_in(_ONE)
    desk.works_with("Sandbox", 3)
    desk.leave_a_change_waiting("Sandbox")
    kept = dict(ring.kept)

    desk.pane.sandbox.button.click()
    assert desk.pane.form.name.text() == "Sandbox 2"
    desk.pane.form.address.set_text(front.url)
    desk.sign_in(_OTHER, "Sandbox")
    asked = desk.answer("Cancel")
    assert "Is this still the account of “Sandbox”?" in asked
    assert "finds the same ones as those of “Southgate”" in asked
    assert ring.kept == kept
    assert desk.pane.form.isVisible()

    desk.sign_in(_OTHER, "Sandbox")
    desk.answer("Another account: save as “Sandbox 2”")
    desk.works_with("Sandbox 2", 5)
    desk.back()
    assert front.writes == []
    assert [one.name for one in desk.console.connections.all()] == ["Sandbox", "Sandbox 2"]
    assert _ONE in ring.kept.values()


def test_a_company_with_a_new_name_goes_on_with_what_waits_when_the_person_says_so(
    desk: Desk, front: TwoAccounts, ring: Ring
) -> None:
    before = desk.ask_to_sign_in_again()
    desk.sign_in(_RENAMED)
    asked = desk.answer("The same account")
    assert "“Northgate Security Group”" in asked
    desk.goes_on(before, front, _RENAMED)
    assert [one.name for one in desk.console.connections.all()] == ["Sandbox"]


def test_signing_in_again_to_the_same_account_goes_on_with_what_waits(
    desk: Desk, front: TwoAccounts, ring: Ring
) -> None:
    before = desk.ask_to_sign_in_again()
    form = desk.pane.form
    assert (form.name.text(), form.address.text(), form.key.text()) == ("Sandbox", front.url, "")
    assert form.title.text() == "Sign in again: Sandbox"
    desk.sign_in(_ONES_NEW)
    desk.goes_on(before, front, _ONES_NEW)
    assert _ONES_NEW in ring.kept.values()
    assert _ONE not in ring.kept.values()


def test_what_was_learned_of_a_silent_server_is_begun_with_the_next_time(desk: Desk) -> None:
    """This one tells no limit."""
    learned = LearnedLimits(4, True, 70, 70)
    desk.sign_in(_ONE)
    desk.works_with("Sandbox", 3)
    session = desk.console.session
    assert session is not None
    session.client.recall_limits(learned)
    desk.wait(lambda: session.cache.learned_limits() == learned)
    desk.back()
    desk.pane.saved.buttons()[0].click()
    desk.works_with("Sandbox", 3)
    again = desk.console.session
    assert again is not None
    assert again is not session
    assert again.client.learned_limits == learned


def test_what_a_removed_connection_left_is_not_taken_up_by_another(
    desk: Desk, front: TwoAccounts, ring: Ring
) -> None:
    desk.sign_in(_ONE)
    desk.works_with("Sandbox", 3)
    desk.leave_a_change_waiting("Sandbox")
    asked = desk.remove("Sandbox", "Keep")
    assert "1 change was not sent yet and would be given up." in asked
    assert desk.saved("Sandbox")

    ring.is_locked = True
    desk.remove("Sandbox", "Sign out and remove")
    desk.wait(lambda: "Sandbox was not removed" in desk.pane.error.text())
    assert "unlock it and try again" in desk.pane.error.text()
    assert _ONE in ring.kept.values()
    assert [button.text() for button in desk.pane.saved.buttons()] == ["Sandbox"]

    ring.is_locked = False
    desk.remove("Sandbox", "Sign out and remove")
    desk.wait(lambda: not desk.pane.saved.buttons())
    assert _ONE not in ring.kept.values()
    desk.sign_in(_OTHER, "Sandbox")
    desk.works_with("Sandbox", 5)
    desk.back()
    assert front.writes == []


def test_removing_deletes_the_copies_when_wished_and_keeps_what_was_made(desk: Desk) -> None:
    desk.sign_in(_ONE)
    desk.works_with("Sandbox", 3)
    desk.leave_a_change_waiting("Sandbox")
    folder = desk.paths.connection_dir(desk.saved("Sandbox").connection_id)
    assert (folder / "cache.sqlite").exists()
    asked = desk.remove("Sandbox", "Sign out and remove", is_ticked=True)
    assert f"Stays on this computer, in {folder}: 1 change not sent." in asked
    desk.wait(lambda: not desk.pane.saved.buttons())
    assert not (folder / "cache.sqlite").exists()
    with closing(OutboxStore(folder / "outbox.sqlite")) as outbox:
        assert len(outbox.entries()) == 1


def test_a_saved_sign_in_that_is_gone_leads_to_the_form(desk: Desk, front: TwoAccounts, ring: Ring) -> None:
    desk.sign_in(_ONE)
    desk.works_with("Sandbox", 3)
    desk.back()
    ring.kept.clear()
    desk.pane.saved.buttons()[0].click()
    desk.wait(lambda: desk.pane.again.isVisible())
    assert "is not in this computer's keyring" in desk.pane.error.text()
    desk.pane.again.click()
    assert desk.pane.form.name.text() == "Sandbox"
    desk.sign_in(_ONES_NEW)
    desk.works_with("Sandbox", 3)
