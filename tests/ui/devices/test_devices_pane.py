"""What a person sees and does in the devices pane."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.device_warnings import DeviceWarning
from chekt_console.domain.event import Event, EventKind
from chekt_console.errors import Unreachable
from chekt_console.ui.devices.devices_controller import DevicesController
from chekt_console.ui.devices.devices_geometry import capability_at, lay_out
from chekt_console.ui.devices.devices_model import STATUS_ROLE
from chekt_console.ui.devices.devices_pane import DevicesPane
from chekt_console.ui.devices.devices_tree import build_tree
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.ui.devices.device_world import DEVICES, NOW, OTHER, SITE, FakeDevices
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class World:
    def __init__(self, qtbot: QtBot, again_ms: int = 3_600_000) -> None:
        self.selection = Selection()
        self.runner = SyncRunner(is_held=True)
        self.devices = FakeDevices()
        self.now = NOW
        self.pane = DevicesPane(self.selection, Theme(), now=lambda: self.now)
        self.pane.resize(320, 420)
        qtbot.addWidget(self.pane)
        self.pane.show()
        self.controller = DevicesController(
            self.pane,
            self.selection,
            self.runner,  # type: ignore[arg-type]
            self.devices,  # type: ignore[arg-type]
            again_ms=again_ms,
            trouble_ms=0,
        )

    def select(self) -> None:
        self.selection.select_site(SITE)
        self.runner.run_all()

    def outline(self, parent: QModelIndex | None = None, depth: int = 0) -> list[str]:
        model, parent = self.pane.model, parent or QModelIndex()
        lines = []
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            lines.append("  " * depth + index.data())
            lines += self.outline(index, depth + 1)
        return lines


@pytest.fixture
def world(qtbot: QtBot) -> World:
    return World(qtbot)


def test_tree_hangs_zones_under_the_panel_and_cameras_under_the_bridge(world: World) -> None:
    world.select()
    assert world.outline() == [
        "Panel · DMP XR150",
        "  Zone 1 · Front door",
        "  Zone 2 · Loading dock PIR",
        "  Zone 3 · Office glass break",
        "Bridge · CKB-312",
        "  Camera 1 · Loading dock",
        "  Camera 2 · Gate north",
        "  Camera 3 · <i>Yard</i> east",
        "  Camera 10 · Roof",
        "Audio devices",
        "  Yard horn",
    ]
    assert world.pane.header.note.text() == "6 / 7 online"


def test_partitions_stand_between_panel_and_zones_and_a_ring_is_cut() -> None:
    kind = DeviceKind
    roots = build_tree(
        (
            Device("s", "z", kind.ZONE, "Door", zone_numbers=(1,), parent_key="partition:1"),
            Device("s", "1", kind.PARTITION, "Office", parent_key="panel:p"),
            Device("s", "p", kind.PANEL, "XR"),
            Device("s", "x", kind.OTHER, "X", parent_key="other:y"),
            Device("s", "y", kind.OTHER, "Y", parent_key="other:x"),
        )
    )
    assert [root.title for root in roots] == ["Panel · XR", "Y"]
    assert roots[0].children[0].children[0].title == "Zone 1 · Door"
    assert [child.title for child in roots[1].children] == ["X"]


def test_cached_devices_show_at_once_and_are_marked_with_their_age(world: World) -> None:
    world.devices.known = DEVICES[:2]
    world.selection.select_site(SITE)
    world.runner.run_next()  # the disk, in a worker
    assert len(world.outline()) == 2
    assert world.pane.header.note.text().startswith("as of ")
    world.runner.run_all()
    assert len(world.outline()) == 11


def test_a_disk_that_is_slower_than_the_server_changes_nothing(world: World) -> None:
    world.devices.known = DEVICES[:2]
    world.selection.select_site(SITE)
    disk = world.runner.waiting.pop(0)
    world.runner.run_all()
    disk.run()
    assert len(world.outline()) == 11


def test_what_a_webhook_told_of_a_device_shows_while_the_server_is_asked(world: World) -> None:
    world.select()
    world.devices.known = tuple(
        replace(one, status="offline") if one.device_id == "c1" else one for one in DEVICES
    )
    world.devices.error = Unreachable("The gateway cannot be reached.")
    world.controller.on_told()
    world.runner.run_all()
    assert str(world.pane.model.index_of("camera:c1").data(STATUS_ROLE)).startswith("offline")
    assert world.pane.header.note.text().startswith("as of ")


def test_a_disk_that_is_slower_than_the_answer_takes_nothing_back(world: World) -> None:
    world.select()
    world.devices.known = DEVICES[:2]
    world.controller.on_told()
    disk = world.runner.waiting.pop(0)
    world.runner.run_all()
    disk.run()
    assert len(world.outline()) == 11


def test_status_says_since_when_a_camera_is_away(world: World) -> None:
    world.select()
    index = world.pane.model.index_of("camera:c3")
    assert index.data(STATUS_ROLE) == "offline 3 h"
    assert "Last seen 3 h ago" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;i&gt;Yard" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_the_stream_address_is_shown_nowhere(world: World) -> None:
    world.select()
    index = world.pane.model.index_of("camera:c1")
    for role in (
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.DisplayRole,
    ):
        assert "secret" not in index.data(role)


def test_icons_tell_their_meaning(world: World) -> None:
    world.pane.resize(400, 420)
    world.select()
    view = world.pane.view
    index = world.pane.model.index_of("camera:c2")
    delegate = view.itemDelegate()
    row = view.visualRect(index)
    met = [delegate.capability_at(view, index, x) for x in range(row.left(), row.right())]  # type: ignore[attr-defined]
    seen = [words for words in dict.fromkeys(met) if words]
    assert seen == ["Pan, tilt, zoom", "Two-way audio", "Recording", "Motion detection"]


def test_click_selects_and_selection_from_elsewhere_is_marked(world: World, qtbot: QtBot) -> None:
    world.select()
    view = world.pane.view
    place = view.visualRect(world.pane.model.index_of("camera:c1")).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert world.selection.device == DEVICES[6]
    view.collapse(world.pane.model.index_of("panel:p1"))
    world.selection.select_device(DEVICES[2])
    assert view.currentIndex().data() == "Zone 2 · Loading dock PIR"
    assert view.isExpanded(world.pane.model.index_of("panel:p1"))


def test_folded_rows_stay_folded_and_the_selected_device_takes_its_new_value(world: World) -> None:
    world.select()
    view = world.pane.view
    world.selection.select_device(DEVICES[6])
    view.collapse(world.pane.model.index_of("panel:p1"))
    changed = replace(DEVICES[6], status="offline")
    extra = Device(
        "site_1", "z9", DeviceKind.ZONE, "Attic", "closed", zone_numbers=(9,), parent_key="panel:p1"
    )
    world.devices.fresh = (*DEVICES[:6], changed, *DEVICES[7:], extra)
    world.controller.refresh()
    world.runner.run_all()
    assert not view.isExpanded(world.pane.model.index_of("panel:p1"))
    assert view.isExpanded(world.pane.model.index_of("bridge:b1"))
    assert world.selection.device == changed
    assert view.currentIndex().data() == "Camera 1 · Loading dock"


def test_menu_offers_live_view_only_where_a_stream_can_be(world: World, qtbot: QtBot) -> None:
    world.select()
    camera, zone = world.pane.menu_for(DEVICES[6]), world.pane.menu_for(DEVICES[1])
    assert [action.text() for action in camera.actions()] == [
        "Live view",
        "All cameras live",
        "One picture of each camera",
        "Copy id",
    ]
    assert [action.text() for action in zone.actions()] == ["Copy id"]
    with qtbot.waitSignal(world.pane.live_requested) as caught:
        camera.actions()[0].trigger()
    assert caught.args == [DEVICES[6]]
    zone.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == "z1"


def test_an_answer_for_another_site_is_not_shown(world: World) -> None:
    world.selection.select_site(SITE)
    late = world.runner.waiting.pop()
    world.devices.fresh = ()
    world.selection.select_site(OTHER)
    late.is_cancelled = False
    late.run()
    assert world.outline() == []
    world.runner.run_all()
    assert world.pane.message.text() == "No devices are set up at Main Street Pharmacy."


def test_states_in_words(world: World, qtbot: QtBot) -> None:
    assert world.pane.message.text() == "Choose a site to see its devices."
    world.devices.error = Unreachable("The devices of Harbor Point Warehouse could not be read.")
    world.select()
    assert world.pane.message.text() == "The devices of Harbor Point Warehouse could not be read."
    world.devices.error = None
    qtbot.mouseClick(world.pane.retry, Qt.MouseButton.LeftButton)
    world.runner.run_all()
    assert len(world.outline()) == 11
    world.devices.error = Unreachable("No answer.")
    world.controller.refresh()
    world.runner.run_all()
    assert len(world.outline()) == 11
    assert world.pane.header.note.text().startswith("as of ")


def _bridge_dies(world: World) -> None:
    world.devices.fresh = tuple(
        replace(one, status="offline") if one.kind in (DeviceKind.BRIDGE, DeviceKind.CAMERA) else one
        for one in DEVICES
    )


def test_a_trouble_of_the_shown_site_reads_its_devices_again(world: World, qtbot: QtBot) -> None:
    """Without webhooks nothing else tells that a bridge went."""
    world.select()
    _bridge_dies(world)
    world.controller.on_events((Event("1", OTHER.site_id, 0, EventKind.TROUBLE),))
    assert not world.runner.waiting
    trouble = Event("2", SITE.site_id, 0, EventKind.TROUBLE, "offline", device_id="b1")
    world.controller.on_events((trouble, replace(trouble, event_id="3", device_id="c1")))
    qtbot.waitUntil(lambda: bool(world.runner.waiting))
    assert len(world.runner.waiting) == 1
    world.runner.run_all()
    assert world.pane.header.note.text() == "2 / 7 online"
    assert world.pane.model.index_of("bridge:b1").data(STATUS_ROLE).startswith("offline")


def test_devices_are_read_again_without_any_event(qtbot: QtBot) -> None:
    world = World(qtbot, again_ms=1)
    world.select()
    _bridge_dies(world)

    def has_gone() -> bool:
        world.runner.run_all()
        return world.pane.header.note.text() == "2 / 7 online"

    qtbot.waitUntil(has_gone)


def test_what_was_not_read_for_long_says_its_age(world: World) -> None:
    world.select()
    assert "Read at " in world.pane.header.note.toolTip()
    world.now = NOW + timedelta(minutes=4)
    world.pane.show_refreshing(False)
    assert world.pane.header.note.text() == f"as of {NOW.astimezone():%H:%M}"


def test_a_camera_is_pointed_out_as_soon_as_its_history_is_known(world: World) -> None:
    world.select()
    world.devices.told = {
        "camera:c1": (DeviceWarning("dormant", "Dormant: no event for 9 days."),),
        "camera:c3": (DeviceWarning("no partition", "In no partition: it gives no alarms."),),
    }
    world.controller.look_again()
    world.runner.run_all()
    assert world.pane.header.note.text() == "6 / 7 online · ▲ 2"
    assert world.pane.model.index_of("camera:c1").data(STATUS_ROLE) == "dormant"
    away = world.pane.model.index_of("camera:c3")
    assert away.data(STATUS_ROLE) == "offline 3 h"  # the word that matters more; the other is in the tip
    assert "In no partition" in away.data(Qt.ItemDataRole.ToolTipRole)
    world.devices.told = {}
    seen = Event("4", SITE.site_id, 0, EventKind.ACTIVITY, "motion", device_id="c1")
    world.controller.on_events((seen,))
    world.runner.run_all()
    assert world.pane.model.index_of("camera:c1").data(STATUS_ROLE) == "online"


def test_model_keeps_its_promises_in_each_state(world: World, qtmodeltester: object) -> None:
    tester = qtmodeltester
    tester.check(world.pane.model)  # type: ignore[attr-defined]
    world.select()
    tester.check(world.pane.model)  # type: ignore[attr-defined]
    world.devices.fresh = DEVICES[4:]
    world.controller.refresh()
    world.runner.run_all()
    tester.check(world.pane.model)  # type: ignore[attr-defined]
    world.selection.select_site(None)
    tester.check(world.pane.model)  # type: ignore[attr-defined]


def test_a_camera_keeps_its_name_and_gives_up_icons(world: World) -> None:
    parts = lay_out(28, 302, 152, 3, 38)
    assert parts.title_width == 152
    assert len(parts.capabilities) == 1


@pytest.mark.parametrize(
    ("width", "title", "icons", "status", "shown_icons"),
    [(320, 120, 2, 40, 2), (320, 300, 4, 40, 1), (180, 200, 4, 60, 0), (320, 100, 0, 0, 0)],
)
def test_status_stays_whole_and_parts_never_overlap(
    width: int, title: int, icons: int, status: int, shown_icons: int
) -> None:
    parts = lay_out(30, width, title, icons, status)
    assert len(parts.capabilities) == shown_icons
    assert parts.title_left + parts.title_width <= min((*parts.capabilities, parts.dot_centre))
    assert all(left + 12 <= parts.dot_centre for left in parts.capabilities)
    assert parts.status_left + status <= width
    assert capability_at(parts, parts.title_left) == -1
    for number, left in enumerate(parts.capabilities):
        assert capability_at(parts, left + 7) == number
