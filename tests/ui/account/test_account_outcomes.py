"""What became of a change of a site is told to whoever sent it, whichever dialog is open by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QWidget

from chekt_console.domain.account import ArmingAuthority, DeviceRecord, RowResult
from chekt_console.domain.device_table import TableChanges
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.site import Site
from chekt_console.errors import NotConfirmed, ServerBroken, Unreachable
from chekt_console.services.enrolment_service import EnrolmentService
from chekt_console.ui.account.account_controller import AccountController
from chekt_console.ui.shared.theme import Theme
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from chekt_console.errors import ConsoleError

HARBOR, MALL = Site("1", "Harbor"), Site("2", "Mall")


class _Accounts:
    """Fails with what it is given, and keeps the keys it was asked with."""

    can_change_sites = False

    def __init__(self) -> None:
        self.error: ConsoleError = NotConfirmed("The server still says that monitoring is off.")
        self.keys: list[str] = []

    @property
    def contacts(self) -> Any:
        return self

    def read_or_known(self, _site_id: str) -> tuple[tuple[()], tuple[()]]:
        return (), ()

    def set_monitoring(self, _site_id: str, _is_on: bool, _reason: str, key: str) -> None:
        self.keys.append(key)
        raise self.error

    def set_authority(self, _site_id: str, _base: Any, _wanted: Any, _key: str) -> None:
        raise self.error


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        self.accounts, self.runner = _Accounts(), SyncRunner()
        self.window = QWidget()
        qtbot.addWidget(self.window)
        accounts: Any = self.accounts
        runner: Any = self.runner
        nothing: Any = None
        self.controller = AccountController(
            runner, accounts, nothing, Theme(), lambda *_: True, self.window, is_production=False
        )
        self.failures: list[str] = []
        self.controller.failure_told.connect(lambda _kind, text: self.failures.append(text))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_a_wish_that_was_not_done_is_sent_anew_and_not_answered_with_the_first_answer(desk: Desk) -> None:
    """The server repeats its answer to a key it knows: the site could not be put back on monitoring for a day."""
    desk.controller.set_monitoring(HARBOR, True)
    desk.controller.set_monitoring(HARBOR, True)
    assert len(set(desk.accounts.keys)) == 2
    assert desk.failures[0].startswith("Monitoring on, Harbor: The server still says")
    desk.accounts.error = Unreachable("No answer.", may_have_acted=True)
    desk.controller.set_monitoring(HARBOR, True)
    desk.controller.set_monitoring(HARBOR, True)
    assert desk.accounts.keys[2] == desk.accounts.keys[3]


def test_a_failure_is_not_told_in_the_dialog_of_another_site(desk: Desk) -> None:
    desk.runner.is_held = True
    desk.controller.set_monitoring(HARBOR, True)
    desk.controller.edit(MALL)
    desk.runner.run_all()
    assert desk.controller.dialog is not None
    assert "still says" not in desk.controller.dialog.details.note.text()
    assert len(desk.failures) == 1
    desk.controller.close()


def test_who_arms_a_site_is_told_also_after_the_dialog_was_closed(desk: Desk) -> None:
    desk.controller.edit(HARBOR)
    assert desk.controller.dialog is not None
    desk.runner.is_held = True
    desk.controller.dialog.arming.save_requested.emit(ArmingAuthority.CHEKT)
    desk.controller.dialog.reject()
    desk.runner.run_all()
    assert desk.failures == [
        "Who arms Harbor, sent before you closed: The server still says that monitoring is off."
    ]


def test_rows_the_server_broke_at_are_judged_by_what_is_there_now() -> None:
    """It had acted before it broke: the camera is enrolled, and a second try would be refused as a double."""
    camera = DeviceRecord("cam-1", "camera", "001")

    class _Breaking:
        rows: tuple[DeviceRecord, ...] = ()

        @property
        def account(self) -> Any:
            return self

        def devices(self, _site_id: str) -> Any:
            return type("Rows", (), {"values": self.rows, "problems": ()})

        def add_devices(self, _site_id: str, _rows: Any, _key: str) -> tuple[RowResult, ...]:
            self.rows = (camera,)
            raise ServerBroken("The server failed (502).", status=502)

        change_devices = delete_devices = add_devices

    enrolled = EnrolmentService(_Breaking()).apply(
        "1", TableChanges(added=(camera,), changed=(), removed=()), "key", NoProgress()
    )
    assert [one.is_done for one in enrolled.outcomes] == [True]
