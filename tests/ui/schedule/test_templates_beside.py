"""Templates beside the week, and the way from a week to more sites."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QPoint, Qt

from chekt_console.domain.schedule import DayException, WeekSchedule
from chekt_console.domain.schedule_template import ScheduleTemplate
from chekt_console.domain.site import Site
from chekt_console.services.template_overview import (
    TemplateOverview,
    TemplateOverviewService,
    TemplateStanding,
)
from chekt_console.ui.schedule.templates_controller import Reach, TemplatesController
from tests.ui.schedule.schedule_world import AS_OF, HARBOR, PHARMACY
from tests.ui.schedule.test_schedule_controller import NIGHTS, Desk
from tests.ui.schedule.week_hand import away

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from chekt_console.background.runner import Runner

DINER = Site("s3", "Diner", timezone="America/Chicago")
WAREHOUSE = ScheduleTemplate("t1", "Warehouse nights", NIGHTS, AS_OF)
RETAIL = ScheduleTemplate("t2", "Retail", WeekSchedule(), AS_OF)


class Overviews(TemplateOverviewService):
    def __init__(self) -> None:
        self.standings = (
            TemplateStanding(RETAIL, (DINER,), 0),
            TemplateStanding(WAREHOUSE, (HARBOR, PHARMACY), 1),
        )

    def overview(self) -> TemplateOverview:
        of_site = {site.site_id: one for one in self.standings for site in one.sites}
        return TemplateOverview(self.standings, of_site)


class Side:
    def __init__(self, qtbot: QtBot) -> None:
        self.desk = Desk(qtbot)
        self.overviews = Overviews()
        self.panel, self.section = self.desk.panel, self.desk.panel.templates
        self.templates = TemplatesController(
            self.section,
            self.desk.controller,
            cast("Runner", self.desk.runner),
            self.overviews,
            self.desk.board,
        )
        self.wanted: list[Reach] = []
        self.templates.preview_requested.connect(self.wanted.append)
        self.panel.resize(300, 560)
        self.panel.show()


@pytest.fixture
def side(qtbot: QtBot) -> Side:
    return Side(qtbot)


def test_templates_have_their_sites_and_lead_to_fleet(side: Side, qtbot: QtBot) -> None:
    cards = side.section.cards
    assert [card.accessibleName() for card in cards] == [
        "Warehouse nights: 2 sites, 1 drifted",
        "Retail: 1 site",
    ]
    assert not side.section.none.isVisible()
    with qtbot.waitSignal(side.templates.template_chosen) as chosen:
        qtbot.mouseClick(cards[1], Qt.MouseButton.LeftButton)
    assert chosen.args == ["t2"]
    side.overviews.standings = ()
    side.templates.look()
    assert side.section.none.isVisible()
    many = tuple(
        TemplateStanding(replace(RETAIL, template_id=f"t{n}", name=f"Shop {n}"), (), 0) for n in range(9)
    )
    side.overviews.standings = many
    side.templates.look()
    assert len(side.section.cards) == 6
    with qtbot.waitSignal(side.templates.template_chosen) as chosen:
        qtbot.mouseClick(side.section.all, Qt.MouseButton.LeftButton)
    assert chosen.args == [""]


def test_the_week_goes_to_the_sites_that_follow_the_same_template(side: Side, qtbot: QtBot) -> None:
    assert not side.section.preview.isEnabled()
    side.desk.open_harbor()
    assert side.section.preview.text() == "Preview on 1 site…"
    assert side.section.reach.text() == "They follow “Warehouse nights”."
    qtbot.mouseClick(side.section.preview, Qt.MouseButton.LeftButton)
    closed = (DayException(date(2026, 12, 24), ()),)
    side.desk.controller.edit_draft(WeekSchedule(NIGHTS.periods, closed), "Exception")
    assert side.section.reach.text() == "They follow “Warehouse nights”."
    side.desk.controller.undo()
    drawn = side.desk.draw_saturday()
    assert "no longer" in side.section.reach.text()
    qtbot.mouseClick(side.section.preview, Qt.MouseButton.LeftButton)
    assert [(one.title, one.template_id, one.schedule, one.sites) for one in side.wanted] == [
        ("Warehouse nights", "t1", NIGHTS, (PHARMACY,)),
        ("Draft of Harbor Point Warehouse", "", drawn, (PHARMACY,)),
    ]


def test_ticked_sites_come_first_and_never_the_site_itself(side: Side, qtbot: QtBot) -> None:
    side.desk.open_harbor()
    side.templates.show_ticked((DINER, HARBOR, PHARMACY))
    assert side.section.preview.text() == "Preview on 2 sites…"
    qtbot.mouseClick(side.section.preview, Qt.MouseButton.LeftButton)
    assert side.wanted[0].sites == (DINER, PHARMACY)
    assert (side.wanted[0].template_id, side.wanted[0].schedule) == ("", NIGHTS)
    side.templates.show_ticked((HARBOR,))
    side.overviews.standings = ()
    side.templates.look()
    assert not side.section.preview.isEnabled()
    assert "Tick sites in Fleet" in side.section.reach.text()


def test_a_schedule_that_was_read_again_may_have_drifted(side: Side) -> None:
    side.desk.open_harbor()
    side.overviews.standings = (TemplateStanding(WAREHOUSE, (HARBOR,), 1),)
    side.desk.schedules.put(HARBOR, WeekSchedule(), "e2")
    side.desk.controller.refresh()
    assert [card.count.text() for card in side.section.cards] == ["1 site, 1 drifted"]


def test_checks_follow_the_period_and_everything_is_reachable(side: Side, qtbot: QtBot) -> None:
    """In a window of 1280 by 720 the column is about 560 high."""
    side.desk.open_harbor()
    panel = side.panel

    def top_of(widget: object) -> int:
        assert hasattr(widget, "mapTo")
        return int(widget.mapTo(panel.area.widget(), QPoint(0, 0)).y())

    panel.area.widget().layout().activate()
    nothing_ends = top_of(panel.nothing) + panel.nothing.height()
    assert 0 < top_of(panel.check_lines[0]) - nothing_ends < 60
    side.desk.pane.grid.select(away(1, 18, 13))
    panel.area.widget().layout().activate()
    fields_end = top_of(panel.remove) + panel.remove.height()
    assert 0 < top_of(panel.check_lines[0]) - fields_end < 80
    bar = panel.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=2000)
    panel.area.ensureWidgetVisible(side.section.preview)
    at = side.section.preview.mapTo(panel, QPoint(0, 0)).y()
    assert 0 < at < panel.height() - side.section.preview.height()
