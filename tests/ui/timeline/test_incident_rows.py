"""The rows of "Why this alarm" are never painted over one another, however the column around them grows."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from chekt_console.domain.incident_chain import ChainLink
from chekt_console.ui.clip.event_panel import EventPanel
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.incident_panel import TITLE, IncidentPanel
from tests.support.shown import show
from tests.ui.clip.clip_world import FACTS, SITE, event

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_SHORT = tuple(ChainLink(f"Link {n}", "none yet", n) for n in range(4))
_LONG = tuple(
    ChainLink(f"Link {n}", "Away by the weekly schedule of the site at closing time, as every day", n)
    for n in range(7)
)


def _clipped(panel: IncidentPanel) -> list[tuple[int, int]]:
    """Height of each line of words that has less than it needs, and what it needs."""
    words = [one for one in panel.findChildren(QLabel, "incidentWords") if one.isVisible()]
    sizes = [(one.height(), one.heightForWidth(one.width())) for one in words]
    return [size for size in sizes if size[0] < size[1]]


def test_no_paint_shows_rows_over_one_another(qtbot: QtBot) -> None:
    selection, theme = Selection(), Theme()
    panel, incident = EventPanel(selection, theme), IncidentPanel(theme)
    qtbot.addWidget(panel)
    head = panel.add_section(TITLE, incident)
    selection.select_site(SITE)
    panel.resize(310, 500)
    show(qtbot, panel)
    for round_ in range(6):
        panel.show_event(event(f"a{round_}"))
        for part in (head, incident):
            part.setVisible(True)
        incident.show_chain(_SHORT, (), UTC, 0)
        for change in (
            lambda: panel.show_facts(FACTS, 5.0),
            lambda: incident.show_chain(_LONG, (), UTC, 0),
            lambda: panel.show_facts(None, None),
        ):
            change()
            # At once: a picture of the clip paints all of it before the next turn of the loop.
            assert _clipped(incident) == []
