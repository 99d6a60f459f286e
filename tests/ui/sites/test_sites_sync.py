"""After the first load only the armed states are asked for that may have changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytestqt.qtbot import QtBot

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from tests.ui.sites.site_world import armed
from tests.ui.sites.test_sites_pane import World


def _loaded(qtbot: QtBot) -> World:
    world = World(qtbot)
    now = datetime.now(UTC)
    world.arming.known = {one: armed(one, ArmingMode.AWAY, now) for one in ("1", "2")}
    world.arming.known["3"] = armed("3", ArmingMode.AWAY, now - timedelta(days=2))
    world.arming.fresh = {one: armed(one, ArmingMode.STAY, now) for one in ("3", "4")}
    world.controller.start()
    world.runner.run_all()
    return world


def test_known_states_are_not_asked_for_again(qtbot: QtBot) -> None:
    world = _loaded(qtbot)
    assert world.arming.asked == [("4", "3")] or world.arming.asked == [("3", "4")]
    world.controller.refresh()
    world.runner.run_all()
    assert len(world.arming.asked) == 1
    world.pane.refresh_requested.emit()  # the person asks for all
    world.runner.run_all()
    assert sorted(world.arming.asked[-1]) == ["1", "2", "3", "4"]


def test_a_state_that_an_event_told_of_is_owed_until_it_arrives(qtbot: QtBot) -> None:
    world = _loaded(qtbot)
    world.controller.on_events((Event("e1", "1", 1, EventKind.ARMING, mode=ArmingMode.STAY),))
    qtbot.waitUntil(lambda: bool(world.runner.waiting))
    world.runner.run_all()  # nothing came back: the server was away
    assert world.arming.asked[-1] == ("1",)
    world.arming.fresh["1"] = armed("1", ArmingMode.STAY, datetime.now(UTC))
    world.controller.refresh()
    world.runner.run_all()
    assert world.arming.asked[-1] == ("1",)
    asked = len(world.arming.asked)
    world.controller.refresh()
    world.runner.run_all()
    assert len(world.arming.asked) == asked


def test_a_hint_without_an_event_reads_the_state_of_its_site_too(qtbot: QtBot) -> None:
    world = _loaded(qtbot)
    world.controller.on_arming_hints(("2",))
    qtbot.waitUntil(lambda: bool(world.runner.waiting))
    world.runner.run_all()
    assert world.arming.asked[-1] == ("2",)
