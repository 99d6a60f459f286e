"""The queue as a person uses it: order, filter, several at once, and rows that stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from PySide6.QtCore import Qt

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.decision import Verdict
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.review_queue import weighed
from chekt_console.domain.site import Site
from chekt_console.errors import Unreachable
from chekt_console.services.queue_service import QueueRead
from chekt_console.ui.queue.queue_controller import QueueController
from chekt_console.ui.queue.queue_pane import QueuePane
from chekt_console.ui.shared.event_filter import SharedEventFilter
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.support.fake_clock import FakeClock
from tests.support.shown import show
from tests.ui.clip.clip_world import HeldRunner

if TYPE_CHECKING:
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

CLOCK = FakeClock()
NOW = CLOCK.now_ms()
SITES = (Site("1", "Dock & Sons", timezone="Europe/Rome"), Site("2", "Mall"))


def alarm(event_id: str, hours: float, subtype: str = "intrusion", site_id: str = "1") -> Event:
    return Event(
        event_id, site_id, NOW - round(hours * 3_600_000), EventKind.ALARM, subtype, device_name="Gate"
    )


class FakeServices:
    def __init__(self) -> None:
        self.open: dict[str, Event] = {}
        self.error: Exception | None = None
        self.decided: list[tuple[tuple[str, ...], Verdict]] = []

    def read(self) -> QueueRead:
        if self.error is not None:
            raise self.error
        return QueueRead(tuple(weighed(one, ArmingMode.AWAY, NOW) for one in self.open.values()), NOW)

    def read_back(self, _progress: object) -> QueueRead:
        return self.read()

    def decide_all(self, events: tuple[Event, ...], verdict: Verdict) -> tuple[Event, ...]:
        self.decided.append((tuple(one.event_id for one in events), verdict))
        for one in events:
            del self.open[one.event_id]
        return events


class QueueWorld:
    def __init__(self, *events: Event) -> None:
        self.services = FakeServices()
        self.services.open = {one.event_id: one for one in events}
        self.selection, self.runner, self.theme = Selection(), HeldRunner(), Theme()
        self.pane = QueuePane(self.theme)
        services = cast("Any", self.services)
        self.controller = QueueController(
            self.pane,
            self.selection,
            cast("Any", self.runner),
            services,
            services,
            SharedEventFilter(),
            CLOCK,
        )
        self.controller.set_sites(SITES)
        self.controller.start()
        self.runner.run()

    @property
    def rows(self) -> list[str]:
        return [one.event.event_id for one in self.pane.model.alarms]


@pytest.fixture
def world(qtbot: QtBot) -> QueueWorld:
    made = QueueWorld(alarm("old", 40), alarm("panic", 50, "panic", "2"), alarm("new", 0.1), alarm("mid", 5))
    qtbot.addWidget(made.pane)
    made.pane.resize(312, 400)
    show(qtbot, made.pane)
    return made


def test_worst_or_newest_first_and_a_filter(world: QueueWorld, qtbot: QtBot) -> None:
    assert world.rows == ["new", "panic", "mid", "old"]
    world.pane.order.setCurrentIndex(1)
    assert world.rows == ["new", "mid", "old", "panic"]
    assert [world.pane.sites.itemText(row) for row in range(3)] == [
        "All sites (4)",
        "Dock & Sons (3)",
        "Mall (1)",
    ]
    qtbot.keyClicks(world.pane.filter, "mall pan")
    qtbot.waitUntil(lambda: world.rows == ["panic"])
    assert "3 hidden by the filter" in world.pane.note.text()
    qtbot.keyClicks(world.pane.filter, "x")
    qtbot.waitUntil(lambda: world.pane.message.text() == "No alarm to review fits the filter.")
    qtbot.keyClick(world.pane.filter, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(world.rows) == 4)
    world.pane.sites.setCurrentIndex(2)
    assert world.rows == ["panic"]


def test_choosing_a_row_selects_its_site_and_alarm_and_deciding_leads_on(
    world: QueueWorld, qtbot: QtBot
) -> None:
    qtbot.mouseClick(world.pane.list.viewport(), Qt.MouseButton.LeftButton, pos=world.pane.list.visualRect(
        world.pane.model.index(1)).center())  # fmt: skip
    assert world.selection.site == SITES[1]
    panic = world.selection.selected_event
    assert panic is not None
    assert panic.event_id == "panic"
    world.controller.is_in_front = True
    assert [one.event_id for one in world.controller.following(panic)] == ["mid", "old", "new"]
    saved = Event("panic", "2", panic.instant_ms, EventKind.ALARM, "panic", decision="real")
    del world.services.open["panic"]
    world.selection.select_event(saved)
    world.controller.on_decided(saved)
    assert world.rows == ["new", "mid", "old"]
    assert world.selection.selected_event == saved  # nothing goes on by itself
    assert [one.event_id for one in world.controller.following(saved)][:2] == ["mid", "old"]
    before = world.controller.preceding(saved)
    assert before is not None
    assert before.event_id == "new"


def test_several_at_once(world: QueueWorld, qtbot: QtBot) -> None:
    assert world.pane.bulk.isHidden()
    world.pane.list.selectRow(0)
    world.pane.list.setFocus()
    qtbot.keyClick(world.pane.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert world.pane.marked.text() == "2 marked"
    world.pane.bulk_buttons["unsure"].click()
    assert world.rows == ["new", "panic", "mid", "old"]  # not before it is on disk
    world.runner.run()
    assert world.services.decided == [(("new", "panic"), Verdict("unsure"))]
    assert world.rows == ["mid", "old"]
    assert "saved on this computer" in world.pane.said.text()
    assert not world.pane.undo.isHidden()


def test_empty_stale_and_live(world: QueueWorld) -> None:
    world.services.error = Unreachable("No network.")
    world.controller.read_back()
    world.runner.run()
    assert world.rows == ["new", "panic", "mid", "old"]
    assert world.pane.note.text() == "Not up to date: No network."
    world.services.error = None
    world.services.open = {}
    world.controller.show_stale(0.0)
    world.controller.read_back()
    world.runner.run()
    assert world.pane.message.text() == "Nothing undecided as far as this computer knows."
    assert world.pane.note.text() == "Offline: newer alarms may be missing."
    world.controller.show_stale(None)
    assert world.pane.message.text() == "Nothing undecided. New alarms appear here by themselves."
    world.controller.on_events((alarm("live", 0),))
    assert world.rows == ["live"]


def test_the_model_in_every_change(world: QueueWorld, qtmodeltester: ModelTester) -> None:
    model = world.pane.model
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    whole = [weighed(alarm(f"a{number}", number + 30), None, NOW) for number in range(3000)]
    for shown in (whole, whole[10:], whole[:5] + whole[20:], whole[::2], whole, []):
        model.set_alarms(shown)
        assert list(model.alarms) == shown
        if len(resets) == 0 and shown is whole:
            qtmodeltester.check(model, force_py=True)
    assert len(resets) == 2  # only where every second row moved
