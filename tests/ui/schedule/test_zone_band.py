"""A site without a known time zone asks for one above its week, keeps it on this computer, and has its dates at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from chekt_console.domain.site import Site
from chekt_console.services.site_service import SiteService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.ui.schedule.exceptions_controller import ExceptionsController
from chekt_console.ui.schedule.zone_controller import ZoneController
from tests.ui.schedule.schedule_world import AS_OF, HARBOR, PHARMACY
from tests.ui.schedule.test_exceptions import Choices
from tests.ui.schedule.test_schedule_controller import NIGHTS, Desk

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.background.runner import Runner
    from chekt_console.services.ports import Client

NOWHERE = replace(HARBOR, timezone="")


class Room:
    """The editor over a real disk."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.cache, self.local = Cache(folder / "cache.sqlite"), LocalStore(folder / "local.sqlite")
        self.cache.put_sites((NOWHERE, PHARMACY), AS_OF)
        self.desk = Desk(qtbot)
        runner = cast("Runner", self.desk.runner)
        self.exceptions = ExceptionsController(
            self.desk.pane, self.desk.controller, runner, Choices(), self.desk.board
        )
        self.sites = SiteService(cast("Client", None), self.cache, self.local)
        self.zone = ZoneController(self.desk.pane, self.desk.selection, runner, self.sites)
        self.told: list[Site] = []
        self.zone.zone_set.connect(self.told.append)
        for site in (NOWHERE, PHARMACY):
            self.desk.schedules.put(site, NIGHTS)
        self.band = self.desk.pane.zone

    def close(self) -> None:
        self.cache.close()
        self.local.close()


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def test_the_zone_is_asked_for_and_the_dates_follow(room: Room, qtbot: QtBot) -> None:
    desk, band = room.desk, room.band
    desk.selection.select_site(PHARMACY)
    assert not band.isVisible()
    desk.selection.select_site(NOWHERE)
    assert band.isVisible()
    assert band.words.text().startswith("In which time zone is this site?")
    assert "No dates" in desk.pane.below.forecast.accessibleDescription()
    QTest.keyClicks(band.box.edit, "Nowhere")
    qtbot.mouseClick(band.use, Qt.MouseButton.LeftButton)
    assert "no time zone" in band.box.note.text()
    assert room.local.timezones() == {}
    band.box.edit.clear()
    QTest.keyClicks(band.box.edit, "america/los angeles")
    qtbot.mouseClick(band.use, Qt.MouseButton.LeftButton)
    assert room.local.timezones() == {"s1": "America/Los_Angeles"}
    assert desk.selection.site == HARBOR
    assert room.told == [HARBOR]
    assert "Wed 11 Mar" in desk.pane.below.forecast.accessibleDescription()
    assert "site time Tue 21:04" in desk.pane.header.site_line.whole_text
    assert band.words.text() == "Time zone America/Los_Angeles, set on this computer: the server tells none."
    assert not band.is_asking
    qtbot.mouseClick(band.change, Qt.MouseButton.LeftButton)
    assert band.box.zone() == "America/Los_Angeles"
    band.box.edit.clear()
    QTest.keyClicks(band.box.edit, "America/Denver")
    QTest.keyClick(band.box.edit, Qt.Key.Key_Return)
    assert desk.selection.site == replace(HARBOR, timezone="America/Denver")
    assert "site time Tue 22:04" in desk.pane.header.site_line.whole_text


def test_a_zone_for_a_site_that_is_gone_says_so_and_can_be_set_again(room: Room, qtbot: QtBot) -> None:
    room.desk.selection.select_site(NOWHERE)
    room.cache.put_sites((PHARMACY,), AS_OF)
    QTest.keyClicks(room.band.box.edit, "America/Denver")
    qtbot.mouseClick(room.band.use, Qt.MouseButton.LeftButton)
    assert "no longer in the list of sites" in room.band.box.note.text()
    assert room.band.use.isEnabled()
    assert room.told == []


def test_what_is_being_typed_stays_when_the_list_is_read_again(room: Room) -> None:
    room.desk.selection.select_site(NOWHERE)
    QTest.keyClicks(room.band.box.edit, "Chica")
    room.desk.selection.select_site(replace(NOWHERE, name="Harbor Point"))
    assert room.band.box.edit.text() == "Chica"
    room.desk.selection.select_site(PHARMACY)
    room.desk.selection.select_site(NOWHERE)
    assert room.band.box.edit.text() == ""


def test_exceptions_wait_for_the_zone(room: Room) -> None:
    """This computer's date may be another one than the site's."""
    desk, panel = room.desk, room.exceptions.panel
    desk.selection.select_site(NOWHERE)
    assert not panel.add.isEnabled()
    assert "time zone" in panel.empty.text()
    room.exceptions.skip(NIGHTS.periods[0])
    assert desk.shown == NIGHTS
    assert "time zone first" in desk.board.texts["schedule.exceptions"]
    desk.selection.select_site(HARBOR)
    assert panel.add.isEnabled()
