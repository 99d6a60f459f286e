"""What the past says beside the week: figures with their lists, taken into the week as it is now, and a server that is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DayException, WeekSchedule
from chekt_console.domain.schedule_words import PLAIN
from chekt_console.errors import Unreachable
from chekt_console.ui.schedule.schedule_pane import SchedulePane
from chekt_console.ui.schedule.understanding_controller import UnderstandingController
from chekt_console.ui.schedule.what_if_panel import READING
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.ui.schedule.schedule_world import HARBOR, NOW_MS
from tests.ui.schedule.test_save_review import DAY_MS, HOUR_MS, PastEvents
from tests.ui.schedule.test_schedule_controller import NIGHTS, Desk
from tests.ui.schedule.week_hand import away

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.event_service import EventList

SATURDAY = away(5, 9, 5)  # holds the alarms, the real one at 09:30
WITH_SATURDAY = WeekSchedule(tuple(sorted((*NIGHTS.periods, SATURDAY))))
EIGHTEEN_MS = (
    NOW_MS - 3 * HOUR_MS - 4 * 60_000
)  # Tuesday 18:00 at the site, 17:00 before the clock went forward


class Past(PastEvents):
    """With people who come and go at the same times; `asked` counts what went to the server."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.more: tuple[Event, ...] = ()

    def cached(self, site_id: str, days: int = 30) -> EventList:
        known = super().cached(site_id, days)
        habits = tuple(
            Event(f"{mode}{week}", site_id, at, EventKind.ARMING, mode=mode, user="Ann")
            for week in range(1, 5)
            for mode, at in (
                (ArmingMode.AWAY, EIGHTEEN_MS - week * 7 * DAY_MS),
                (ArmingMode.DISARMED, EIGHTEEN_MS - week * 7 * DAY_MS + 13 * HOUR_MS),
            )
        )
        return replace(known, events=(*known.events, *habits, *self.more))

    def refresh(self, site: Site, days: int, progress: Progress) -> EventList:
        self.asked += 1
        raise Unreachable("No answer.")


class Scene:
    def __init__(self, qtbot: QtBot) -> None:
        self.desk = Desk(qtbot)
        self.events = Past()
        runner = cast("Runner", self.desk.runner)
        self.understanding = UnderstandingController(
            self.desk.pane, self.desk.panel, self.desk.controller, self.desk.selection, runner, self.events
        )
        self.desk.schedules.put(HARBOR, WITH_SATURDAY)
        self.desk.selection.select_site(HARBOR)

    def without_saturday(self) -> None:
        """Replayed."""
        self.desk.controller.edit_draft(NIGHTS, "Fewer")
        self.understanding.look()


@pytest.fixture
def scene(qtbot: QtBot) -> Scene:
    return Scene(qtbot)


def test_each_figure_leads_to_its_list(scene: Scene, qtbot: QtBot) -> None:
    panel = scene.understanding.what_if
    scene.desk.pane.below.show_tab(panel)
    scene.understanding.look()
    assert panel.sum.text() == "3 alarms in the last 30 days. Change the week to compare."
    assert [card.figure.text() for card in panel.cards] == ["3", "0", "0"]
    scene.without_saturday()
    armed, false, real = panel.cards
    assert (armed.figure.text(), armed.words.text()) == ("0", "while armed, was 3")
    assert not armed.link.isVisible()
    assert (false.figure.text(), false.words.text()) == ("−1", "false alarms removed")
    assert (real.figure.text(), real.words.text()) == ("1", "real alarms would fall while disarmed")
    assert panel.model.rowCount() == 3
    qtbot.mouseClick(real.link, Qt.MouseButton.LeftButton)
    assert [panel.model.index(row, 2).data() for row in range(panel.model.rowCount())] == ["real"]
    qtbot.mouseClick(false.link, Qt.MouseButton.LeftButton)
    assert [panel.model.index(row, 2).data() for row in range(panel.model.rowCount())] == ["false"]
    assert not real.link.isChecked()
    qtbot.mouseClick(false.link, Qt.MouseButton.LeftButton)
    assert panel.model.rowCount() == 3


def test_troubles_that_only_one_of_the_schedules_is_armed_for_are_counted(scene: Scene) -> None:
    known = scene.events.cached(HARBOR.site_id)
    alarm = next(one for one in known.events if one.decision == "real")
    trouble = replace(alarm, event_id="low", kind=EventKind.TROUBLE, decision="")
    scene.events.more = (trouble,)
    scene.without_saturday()
    told = scene.understanding.what_if.split.text().splitlines()
    assert told[-1] == "· In hours that only one of the two weeks arms: 1 trouble."


def test_a_suggestion_says_how_sure_it_is_of_every_time(scene: Scene) -> None:
    scene.understanding.look()
    told = scene.understanding.suggest.sum.text()
    assert told.startswith(
        "From when people armed and disarmed in the last 30 days; 100 % sure of every time."
    )


def test_keeping_real_alarms_armed_keeps_what_was_drawn_since(scene: Scene) -> None:
    scene.without_saturday()
    scene.desk.hand.drag((6, 9.02), (6, 11.95))  # not replayed yet
    scene.understanding.what_if.keep.click()
    assert scene.desk.shown == WeekSchedule(tuple(sorted((*NIGHTS.periods, away(5, 9, 1), away(6, 9, 3)))))


def test_a_suggestion_leaves_dates_that_were_added_since(scene: Scene) -> None:
    scene.understanding.look()
    closed = (DayException(date(2026, 12, 24), ()),)
    work = scene.desk.controller.work
    assert work is not None
    scene.desk.controller.edit_draft(WeekSchedule(work.current.periods, closed), "Exception")
    scene.understanding.suggest.use.click()
    assert scene.desk.shown == WeekSchedule((away(1, 17, 13),), closed)


def test_a_past_nobody_has_read_is_asked_for_and_the_silence_told(scene: Scene) -> None:
    scene.events.is_known = False
    understanding = scene.understanding
    for _ in range(2):  # the timeline is given time to read it
        understanding.look()
        assert understanding.what_if.sum.text() == READING
    assert scene.events.asked == 0
    understanding.look()
    assert scene.events.asked == 1
    for label in (understanding.what_if.sum, understanding.reality.sum, understanding.suggest.sum):
        assert label.text() == "The events of this site could not be read. No answer."
    scene.events.is_known = True  # the connection is back
    scene.desk.controller.refresh()
    understanding.look()
    assert understanding.what_if.cards[0].figure.text() == "3"


def test_what_is_over_is_not_among_the_next_days(qtbot: QtBot) -> None:
    now = [NOW_MS]  # 21:04 there
    pane = SchedulePane(Selection(), Theme(), now_ms=lambda: now[0], style=PLAIN)
    qtbot.addWidget(pane)
    pane.show_week(HARBOR, NIGHTS)

    def told_after(hours: int) -> str:
        now[0] += hours * HOUR_MS
        pane._clock_timer.timeout.emit()
        return pane.below.forecast.accessibleDescription()

    assert told_after(0).startswith("Tue 10 Mar Away 18:00")
    assert told_after(3).startswith("Tue 10 Mar Away 18:00")  # past midnight, and armed still
    assert told_after(7).startswith("Wed 11 Mar Away 18:00")  # 07:04
    pane.show_week(HARBOR, NIGHTS)
    assert told_after(0).startswith("Wed 11 Mar Away 18:00")


def test_the_next_days_begin_anew_at_the_sites_midnight(qtbot: QtBot) -> None:
    now = [NOW_MS]  # 21:04 there
    pane = SchedulePane(Selection(), Theme(), now_ms=lambda: now[0], style=PLAIN)
    qtbot.addWidget(pane)
    pane.show_week(HARBOR, NIGHTS)
    began: list[int] = []
    pane.day_began.connect(lambda: began.append(now[0]))
    # What was armed the evening before may stand first.
    assert "Tue 24 Mar" not in pane.below.forecast.accessibleDescription()
    now[0] += 2 * HOUR_MS
    pane._clock_timer.timeout.emit()
    assert not began
    now[0] += HOUR_MS
    pane._clock_timer.timeout.emit()
    pane._clock_timer.timeout.emit()
    assert began == [now[0]]
    assert "Tue 24 Mar" in pane.below.forecast.accessibleDescription()
    pane.show_error(HARBOR, "No answer.")
    now[0] += 24 * HOUR_MS
    pane._clock_timer.timeout.emit()
    assert len(began) == 1
