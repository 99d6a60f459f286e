"""Past alarms replayed against a draft, in the words a person reads below the week."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.services.event_service import EventList
from chekt_console.services.schedule_service import StoredSchedule
from chekt_console.ui.schedule.period_panel import PeriodPanel
from chekt_console.ui.schedule.schedule_controller import ScheduleController
from chekt_console.ui.schedule.schedule_pane import SchedulePane
from chekt_console.ui.schedule.what_if_controller import WhatIfController
from chekt_console.ui.shared.notices import Notices
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.ui.schedule.schedule_world import HARBOR, NOW_MS, FakeRunner, FakeSchedules
from tests.ui.schedule.week_hand import away

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from chekt_console.background.runner import Runner
    from chekt_console.services.event_service import EventService


class _Events:
    def __init__(self) -> None:
        self.is_read = False

    def cached(self, site_id: str, days: int) -> EventList:
        def alarm(name: str, day: int, hour: int, decision: str) -> Event:
            at = datetime(2026, 3, day, hour, 30, tzinfo=UTC)  # eight hours ahead of the site's winter clock
            return Event(name, site_id, round(at.timestamp() * 1000), EventKind.ALARM, decision=decision)

        events = (alarm("night", 4, 8, ""), alarm("cleaning", 3, 14, "false"), alarm("thief", 4, 14, "real"))
        as_of = datetime(2026, 3, 11, tzinfo=UTC) if self.is_read else None
        return EventList(site_id, events, NOW_MS - 30 * 86_400_000, NOW_MS, as_of)


def test_a_draft_says_what_it_would_have_cost(qtbot: QtBot) -> None:
    selection, runner, events = Selection(), cast("Runner", FakeRunner()), _Events()
    pane, panel = SchedulePane(selection, Theme(), now_ms=lambda: NOW_MS), PeriodPanel(Theme())
    qtbot.addWidget(pane)
    qtbot.addWidget(panel)
    schedules = FakeSchedules()
    schedules.put(HARBOR, WeekSchedule())
    controller = ScheduleController(pane, panel, selection, runner, schedules, Notices())
    what_if = WhatIfController(pane, controller, runner, cast("EventService", events))
    selection.select_site(HARBOR)
    work = controller.work
    assert work is not None
    what_if.look()
    assert pane.below.what_if.text() == "What if: the alarms of this site are still being read."
    events.is_read = True
    # Midnight to nine on Tuesday and Wednesday is what is saved; the draft ends both at five.
    pane.grid.edit(WeekSchedule((away(1, 0, 9), away(2, 0, 9))), "Saved")
    assert work.base is not None
    work.base = StoredSchedule(HARBOR.site_id, work.current, "e1", work.base.as_of)
    what_if.look()
    assert pane.below.what_if.text() == "What if: 3 alarms in the last 30 days, 3 while armed."
    pane.grid.edit(WeekSchedule((away(1, 0, 5), away(2, 0, 5))), "Earlier")
    what_if.look()
    assert pane.below.what_if.text().split("\n") == [
        "What if: of 3 alarms in the last 30 days 1 fall while armed (was 3).",
        "! 1 real alarm would fall while disarmed: Wed 4 Mar 06:30",
        "✓ 1 false alarm would no longer come while armed.",
    ]
