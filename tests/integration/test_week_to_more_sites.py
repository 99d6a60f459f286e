"""From the week of one site to others in the whole program: a template's card leads to Fleet, a preview comes from the week."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from chekt_console.domain.schedule_template import ScheduleTemplate
from tests.support.console import RunningConsole
from tests.ui.fleet.fleet_world import NIGHTS

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.slow


def test_templates_and_ticked_sites_are_at_hand_beside_the_week(qtbot: QtBot, tmp_path: Path) -> None:
    running = RunningConsole(qtbot, tmp_path, (1280, 720))
    try:
        running.wait_filled()
        fleet, schedule, window = running.session.fleet, running.schedule, running.console.window
        assert fleet is not None
        now = datetime.now(UTC)
        for name in ("Arcade", "Warehouse nights"):
            running.session.local.templates.put_template(ScheduleTemplate(name, name, NIGHTS, now))
        site = running.site()
        running.console.selection.select_site(site)
        window.show_perspective("schedule")
        section = schedule.period_panel.templates
        running.wait(lambda: len(section.cards) == 2)
        card = next(card for card in section.cards if card.template_id == "Warehouse nights")
        schedule.period_panel.area.ensureWidgetVisible(card)
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
        assert window.current_perspective == "fleet"
        running.wait(lambda: fleet.side.templates.current is not None)
        assert fleet.side.templates.current is not None
        assert fleet.side.templates.current.name == "Warehouse nights"
        assert fleet.side.templates.isVisible()

        running.wait(lambda: len(fleet.pane.model.rows()) > 5)
        others = [row.site.site_id for row in fleet.pane.model.rows() if row.site.site_id != site.site_id][:3]
        fleet.pane.model.set_ticked([*others, site.site_id], True)
        window.show_perspective("schedule")
        running.wait(lambda: schedule.schedule_controller.work is not None)
        running.wait(section.preview.isEnabled)
        assert section.preview.text() == "Preview on 3 sites…"
        schedule.period_panel.area.ensureWidgetVisible(section.preview)
        qtbot.mouseClick(section.preview, Qt.MouseButton.LeftButton)
        assert window.current_perspective == "fleet"
        running.wait(fleet.side.preview.apply.isVisible)
        assert fleet.side.preview.title.text() == f"“Schedule of {site.name}” to 3 sites"
    finally:
        running.close()
