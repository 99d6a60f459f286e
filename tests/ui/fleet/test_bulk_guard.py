"""A run over many sites in production is agreed to by the person who sits there, also when another one began it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.bulk_run import RunState
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.site import Site
from chekt_console.services.bulk_schedule_service import BulkScheduleService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.ui.fleet.bulk_controller import BulkController
from chekt_console.ui.fleet.fleet_pane import FleetPane
from chekt_console.ui.fleet.fleet_side import FleetSide
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

NIGHTS = WeekSchedule((ArmedPeriod(1080, 600, ArmingMode.AWAY),))


def test_what_an_earlier_run_of_the_program_left_open_is_asked_about(qtbot: QtBot, tmp_path: Path) -> None:
    server, theme = FakeServer(), Theme()
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    client: Any = server
    schedules = ScheduleService(client, cache, local, FakeClock())
    bulk = BulkScheduleService(client, schedules, cache, local, FakeClock())
    site = Site("7", "Harbor", timezone="Europe/Berlin")
    schedules.read(site)
    bulk.begin("Nights", "", bulk.preview(NIGHTS, [site]))
    pane, side = FleetPane(theme), FleetSide(theme)
    qtbot.addWidget(pane)
    qtbot.addWidget(side)
    questions: list[str] = []
    answers = [False, True]

    def confirm(title: str, _text: str, _action: str) -> bool:
        questions.append(title)
        return answers.pop(0)

    runner: Any = SyncRunner()
    nothing: Any = None
    controller = BulkController(pane, side, Selection(), runner, bulk, local.templates, nothing, confirm)
    controller.runs.is_production = True
    controller.start()
    side.run.go_on.click()
    assert server.sent == []
    side.run.go_on.click()
    assert server.sent == ["PUT v1"]
    assert questions == ["Go on writing “Nights” at 1 site?"] * 2
    assert controller.runs.run is not None
    assert controller.runs.run.state is RunState.DONE
    cache.close()
    local.close()
