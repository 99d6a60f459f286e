"""What a person sees and does in the sites pane."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.site import Site
from chekt_console.errors import Unreachable
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import LIGHT, Theme
from chekt_console.ui.sites.site_facts import StateMask
from chekt_console.ui.sites.sites_controller import SitesController
from chekt_console.ui.sites.sites_pane import SitesPane
from tests.ui.sites.site_world import NOW, FakeArming, FakeEvents, FakeSites, armed, make_sites, offline
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_SITES = (
    Site("1", "Harbor Point Warehouse", "Oakland, CA", "A-10293"),
    Site("2", "Main Street Pharmacy", "San Francisco, CA", "A-10294"),
    Site("3", "<b>Riverside</b> Auto", "Sacramento, CA", "A-10311"),
    Site("4", "Bayview Storage", "Berkeley, CA", "A-10401"),
)


class World:
    def __init__(
        self, qtbot: QtBot, cached: tuple[Site, ...] = _SITES, fresh: tuple[Site, ...] = _SITES
    ) -> None:
        self.selection = Selection()
        self.theme = Theme()
        self.runner = SyncRunner(is_held=True)
        self.sites = FakeSites(cached, fresh)
        self.arming = FakeArming()
        self.events = FakeEvents()
        self.pane = SitesPane(self.selection, self.theme, now=lambda: NOW)
        self.pane.resize(320, 420)
        qtbot.addWidget(self.pane)
        self.controller = SitesController(
            self.pane,
            self.selection,
            self.runner,
            self.sites,
            self.arming,
            self.events,  # type: ignore[arg-type]
        )

    def names(self) -> list[str]:
        model = self.pane.model
        return [model.index(row).data() for row in range(model.rowCount())]


@pytest.fixture
def world(qtbot: QtBot) -> World:
    return World(qtbot)


def test_cached_sites_are_shown_before_the_server_is_asked(world: World, qtbot: QtBot) -> None:
    world.controller.start()
    assert len(world.names()) == 4
    assert world.pane.header.count.text() == "4 sites"
    with qtbot.waitSignal(world.controller.sites_shown):
        world.pane.show()
    world.runner.run_all()
    assert world.pane.header.note.text() == ""


def test_rows_of_a_first_reading_are_shown_as_they_come_and_stay_when_it_breaks_off(qtbot: QtBot) -> None:
    world = World(qtbot, cached=())
    world.sites.parts = (_SITES[:1], _SITES[:3])
    shown: list[int] = []
    world.sites.on_part = lambda: shown.append(len(world.names()))
    world.sites.error = Unreachable("The gateway cannot be reached.")
    world.controller.start()
    world.runner.run_all()
    assert shown == [1, 3]
    assert len(world.names()) == 3
    assert world.pane.header.note.text() == "not all read"
    world.selection.select_site(world.pane.model.sites[0])
    world.sites.error, world.sites.parts = None, ()
    world.controller.refresh()
    world.runner.run_all()
    assert len(world.names()) == 4
    assert world.pane.header.note.text() == ""
    assert world.selection.site is not None


def test_a_list_that_is_shown_already_never_shrinks_while_it_is_read_again(world: World) -> None:
    world.sites.parts = (_SITES[:1],)
    shown: list[int] = []
    world.sites.on_part = lambda: shown.append(len(world.names()))
    world.controller.start()
    world.runner.run_all()
    assert shown == [4]


def test_worst_first_then_name(world: World) -> None:
    world.events.alarms = {"2": 1}
    world.events.troubles = {"1": 1}
    world.controller.start()
    assert world.names() == [
        "Main Street Pharmacy", "Harbor Point Warehouse", "<b>Riverside</b> Auto", "Bayview Storage",
    ]  # fmt: skip


def test_typing_filters_and_escape_clears(world: World, qtbot: QtBot) -> None:
    world.controller.start()
    world.pane.show()
    world.pane.focus_filter()
    qtbot.keyClicks(world.pane.filter, "ca 1031")
    assert world.names() == ["<b>Riverside</b> Auto"]
    assert world.pane.header.count.text() == "1 of 4 sites"
    qtbot.keyClick(world.pane.filter, Qt.Key.Key_Backspace)
    qtbot.keyClicks(world.pane.filter, "9")
    assert world.names() == []
    assert "matches “ca 1039”" in world.pane.message.text.text()
    qtbot.keyClick(world.pane.filter, Qt.Key.Key_Escape)
    assert len(world.names()) == 4
    qtbot.keyClicks(world.pane.list, "b")
    assert world.selection.site is None
    qtbot.keyClicks(world.pane.filter, "pharm")
    assert world.names() == ["Main Street Pharmacy"]
    qtbot.keyClick(world.pane.filter, Qt.Key.Key_Return)
    assert world.selection.site == _SITES[1]


def test_clear_filter_button_brings_everything_back(world: World, qtbot: QtBot) -> None:
    world.controller.start()
    world.pane.show()
    world.pane.chips.select(StateMask.ARMED)
    world.pane.filter.setText("harbor")
    assert world.pane.message.text.text() == "No site among “Armed” matches “harbor”."
    qtbot.mouseClick(world.pane.message.button, Qt.MouseButton.LeftButton)
    assert len(world.names()) == 4


def test_chips_count_and_filter(world: World, qtbot: QtBot) -> None:
    world.arming.fresh = {"1": armed("1", ArmingMode.AWAY), "2": armed("2", ArmingMode.DISARMED)}
    world.events.alarms = {"1": 2}
    world.controller.start()
    world.runner.run_all()
    chips = world.pane.chips.chips
    assert [chip.text() for chip in chips.values()] == [
        "All", "Alarm 1", "Trouble 0", "Armed 1", "Disarmed 1", "Unknown 2",
    ]  # fmt: skip
    qtbot.mouseClick(chips[StateMask.DISARMED], Qt.MouseButton.LeftButton)
    assert world.names() == ["Main Street Pharmacy"]


def test_selection_is_kept_by_id_across_refresh_and_takes_the_new_value(world: World) -> None:
    world.controller.start()
    world.selection.select_site(_SITES[0])
    renamed = replace(_SITES[0], name="Zephyr Warehouse")
    world.sites.fresh = (renamed, *_SITES[1:])
    world.runner.run_all()
    assert world.selection.site == renamed
    assert world.pane.list.currentIndex().data() == "Zephyr Warehouse"
    world.sites.fresh = _SITES[1:]
    world.controller.refresh()
    world.runner.run_all()
    assert world.selection.site is None


def test_a_filtered_out_site_stays_selected_for_the_other_panes(world: World) -> None:
    world.controller.start()
    world.selection.select_site(_SITES[0])
    world.pane.filter.setText("pharmacy")
    assert world.selection.site == _SITES[0]
    assert not world.pane.list.currentIndex().isValid()
    world.pane.filter.clear()
    assert world.pane.list.currentIndex().data() == "Harbor Point Warehouse"


def test_failed_refresh_keeps_the_list_and_says_how_old_it_is(world: World, qtbot: QtBot) -> None:
    world.sites.error = offline()
    world.controller.start()
    with qtbot.waitSignal(world.controller.failed):
        world.runner.run_all()
    assert len(world.names()) == 4
    assert world.pane.header.note.text().startswith("as of ")
    assert "no answer" in world.pane.header.note.toolTip()


def test_nothing_cached_and_no_answer_is_told_with_a_way_on(qtbot: QtBot) -> None:
    world = World(qtbot, cached=())
    world.pane.show()
    world.sites.error = offline()
    world.controller.start()
    world.runner.run_all()
    assert "no answer" in world.pane.message.text.text()
    world.sites.error = None
    qtbot.mouseClick(world.pane.message.button, Qt.MouseButton.LeftButton)
    world.runner.run_all()
    assert len(world.names()) == 4


def test_account_without_sites_says_so(qtbot: QtBot) -> None:
    world = World(qtbot, cached=(), fresh=())
    world.controller.start()
    world.runner.run_all()
    assert world.pane.message.text.text() == "This account has no sites yet."


def test_hostile_names_stay_text(world: World) -> None:
    world.controller.start()
    world.pane.filter.setText("riverside")
    index = world.pane.model.index(0)
    assert "&lt;b&gt;Riverside" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_events_move_counts_and_read_arming_again(world: World, qtbot: QtBot) -> None:
    world.controller.start()
    world.runner.run_all()
    world.events.alarms = {"4": 1}
    world.arming.fresh = {"2": armed("2", ArmingMode.STAY)}
    world.controller.on_events(
        (
            Event("e1", "4", 1, EventKind.ALARM),
            Event("e2", "2", 2, EventKind.ARMING, mode=ArmingMode.STAY),
        )
    )
    world.runner.run_all()
    assert world.names()[0] == "Bayview Storage"
    qtbot.waitUntil(lambda: bool(world.runner.waiting))
    with qtbot.waitSignal(world.controller.arming_changed):
        world.runner.run_all()
    assert world.arming.asked[-1] == ("2",)
    assert world.pane.model.count(StateMask.ARMED) == 1


def test_an_older_answer_does_not_replace_a_newer_state(world: World) -> None:
    world.controller.start()
    world.runner.run_all()
    world.controller.on_arming(armed("1", ArmingMode.AWAY))
    world.controller.on_arming(armed("1", ArmingMode.DISARMED, NOW - timedelta(minutes=1)))
    assert world.pane.model.facts.arming["1"].state.mode is ArmingMode.AWAY


def test_menu_asks_for_arming_and_copies_ids(world: World, qtbot: QtBot) -> None:
    world.controller.start()
    menu = world.pane.menu_for(_SITES[0])
    with qtbot.waitSignal(world.pane.arming_requested) as caught:
        menu.actions()[0].trigger()
    assert caught.args == [ArmingMode.AWAY, _SITES[0]]
    menu.actions()[-2].trigger()
    assert QGuiApplication.clipboard().text() == "A-10293"


def test_model_keeps_its_promises_in_each_state(world: World, qtmodeltester: object) -> None:
    tester = qtmodeltester
    tester.check(world.pane.model)  # type: ignore[attr-defined]
    world.controller.start()
    tester.check(world.pane.model)  # type: ignore[attr-defined]
    world.events.alarms = {"4": 1}
    world.runner.run_all()
    world.pane.filter.setText("a")
    world.pane.filter.setText("nothing")
    world.pane.filter.clear()
    world.theme.use(LIGHT)
    tester.check(world.pane.model)  # type: ignore[attr-defined]


def test_ten_thousand_sites_open_at_the_selected_one(qtbot: QtBot) -> None:
    sites = make_sites(10_000)
    world = World(qtbot, cached=sites, fresh=sites)
    world.selection.select_site(sites[5_000])
    world.pane.show()
    world.controller.start()
    view = world.pane.list
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())


def test_the_selected_site_stays_in_view_when_an_alarm_lifts_it_to_the_top(qtbot: QtBot) -> None:
    sites = make_sites(200)
    world = World(qtbot, cached=sites, fresh=sites)
    world.pane.show()
    world.controller.start()
    view = world.pane.list
    world.selection.select_site(world.pane.model.sites[150])
    assert view.is_in_view(150)
    world.events.alarms = {world.pane.model.sites[150].site_id: 1}
    world.controller.refresh_counts()
    world.runner.run_all()
    assert view.currentIndex().row() == 0
    assert view.is_in_view(0)
    view.scrollToBottom()
    bottom = view.verticalScrollBar().value()
    world.events.alarms = {}
    world.controller.refresh_counts()
    world.runner.run_all()
    assert view.verticalScrollBar().value() == bottom


def test_what_was_set_on_this_computer_shows_without_the_server(world: World) -> None:
    world.controller.start()
    world.runner.run_all()
    told: list[str] = []
    world.controller.sites_changed.connect(lambda sites: told.extend(site.timezone for site in sites))
    world.selection.select_site(_SITES[0])
    world.sites.error = offline()
    world.sites.known = tuple(replace(site, timezone="Europe/Rome") for site in _SITES)
    world.controller.show_kept()
    world.runner.run_all()
    assert set(told) == {"Europe/Rome"}
    assert world.selection.site is not None
    assert world.selection.site.timezone == "Europe/Rome"
