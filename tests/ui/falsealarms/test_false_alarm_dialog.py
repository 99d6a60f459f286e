"""The view of false alarms over real files: what it counts, its empty state, and where it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from chekt_console.domain.decision import Verdict
from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.site import Site
from chekt_console.services.device_service import DeviceService
from chekt_console.services.event_service import EventService
from chekt_console.services.false_alarm_service import FalseAlarmService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.ui.falsealarms.false_alarm_controller import FalseAlarmController
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.support.fake_clock import FakeClock
from tests.ui.clip.clip_world import HeldRunner

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

SITES = (Site("1", "Dock"), Site("2", "Mall"))
CAMERA = Device("7", "1", DeviceKind.CAMERA, "Gate")


def test_counts_and_leads_to_schedule_and_clip(qtbot: QtBot, tmp_path: Path) -> None:
    clock, selection, runner = FakeClock(), Selection(), HeldRunner()
    now = clock.now_ms()
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    events = EventService(cast("Any", None), cache, local, clock)
    window = QWidget()
    qtbot.addWidget(window)
    parent = QObject(window)
    controller = FalseAlarmController(
        window, Theme(), selection, cast("Any", runner), FalseAlarmService(cache, local, clock),
        DeviceService(cast("Any", None), cache), clock, parent,
    )  # fmt: skip
    wanted: list[str] = []
    controller.perspective_requested.connect(wanted.append)
    controller.set_sites(SITES)
    controller.open()
    runner.run()
    assert controller.dialog is not None
    assert controller.dialog.message.text().startswith("No false alarm was decided")

    alarms = [
        Event(f"e{n}", "1", now - n * 86_400_000, EventKind.ALARM, "intrusion", device_name="Gate", device_key=CAMERA.key)
        for n in range(1, 5)
    ]  # fmt: skip
    cache.put_events(alarms)
    cache.put_devices("1", (CAMERA,), events._as_datetime(now))
    events.decide_all(alarms[1:], Verdict("false", "", "animal"))
    controller.read(30)
    runner.run()
    dialog = controller.dialog
    site = dialog.tree.topLevelItem(0)
    assert [site.text(column) for column in range(4)] == ["Dock", "3 ↗", "100%", "Animal"]
    assert dialog.legend.text() == "↗ More in the newer half of the time than in the older"
    assert not dialog.legend.isHidden()
    assert "not known" in dialog.weeks.toolTip()  # 30 days are four weeks and two days
    assert dialog.causes.accessibleName() == "Causes: Animal: 3"
    dialog.tree.setCurrentItem(site.child(0))
    dialog.clips.click()
    runner.run()
    assert wanted == ["review"]
    assert (selection.site, selection.device) == (SITES[0], CAMERA)
    assert selection.selected_event is not None
    assert selection.selected_event.event_id == "e2"

    qtbot.waitUntil(lambda: controller.dialog is None)
    controller.open()
    runner.run()
    with qtbot.waitSignal(controller.what_if_requested):
        controller.dialog.schedule.click()
    assert wanted == ["review", "schedule"]
    qtbot.waitUntil(lambda: controller.dialog is None)

    checked: list[tuple[Site, str]] = []
    controller.clip_check_requested.connect(lambda site, camera: checked.append((site, camera)))
    controller.open()
    runner.run()
    assert controller.dialog is not None
    top = controller.dialog.tree.topLevelItem(0)
    controller.dialog.tree.setCurrentItem(top.child(0))
    controller.dialog.check.click()
    assert checked == [(SITES[0], "Gate")]
    qtbot.waitUntil(lambda: controller.dialog is None)
    cache.close()
    local.close()
