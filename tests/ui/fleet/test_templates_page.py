"""A button of the templates that cannot be pressed tells what is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.schedule_template import ScheduleTemplate
from chekt_console.ui.fleet.templates_page import TemplateEntry, TemplatesPage
from chekt_console.ui.shared.theme import Theme
from tests.support.many_sites import week
from tests.ui.fleet.fleet_world import make_row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_what_is_missing_is_told_until_nothing_is(qtbot: QtBot) -> None:
    page = TemplatesPage(Theme())
    qtbot.addWidget(page)

    def told() -> list[tuple[bool, str]]:
        return [(button.isEnabled(), button.toolTip()) for button in (page.delete, page.new, page.copy)]

    assert told() == [
        (False, "Choose a template first"),
        (False, "Choose a site in the table first"),
        (False, "Choose a site in the table first"),
    ]
    site = make_row(1).site
    page.show_site(site, has_schedule=False)
    assert told()[1:] == [(False, "The schedule of the chosen site has not been read yet")] * 2
    page.show_site(site, has_schedule=True)
    assert told()[1:] == [(True, ""), (False, "Tick sites in the table first (Space)")]
    page.show_ticked(2)
    assert told()[2] == (True, "")
    page.show_templates(
        (
            TemplateEntry(
                ScheduleTemplate("t", "Office", week(1080), datetime(2026, 2, 11, tzinfo=UTC)), 0, 0, 0
            ),
        )
    )
    assert told()[0] == (True, "Remove this template; its sites keep their schedules")
    assert (page.push.isEnabled(), page.push.toolTip()) == (False, "No site follows this template yet")
