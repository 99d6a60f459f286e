"""The rows of "Why this alarm" are tall enough for their words, in a column as narrow as the window's."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from chekt_console.domain.incident_chain import ChainLink
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.incident_panel import IncidentPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_long_words_are_not_clipped_at_any_width(qtbot: QtBot) -> None:
    panel = IncidentPanel(Theme())
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    inner = QWidget()
    column = QVBoxLayout(inner)
    above = QLabel("Above")
    above.setFixedHeight(180)
    column.addWidget(above)
    column.addWidget(panel)
    panel.hide()
    area.setWidget(inner)
    area.resize(280, 200)
    area.show()
    qtbot.waitExposed(area)
    words = "Armed away by the weekly schedule of the site at closing time, as on every working day"
    links = tuple(ChainLink(name=f"Link {n}", words=words, instant_ms=n) for n in range(7))
    panel.show()
    panel.show_chain(links, (), UTC, 0)
    for width in (280, 420, 240):
        area.resize(width, 200)

        def is_whole() -> bool:
            rows = [label for label in panel.findChildren(QLabel, "incidentWords") if label.isVisible()]
            return len(rows) == 7 and all(row.height() >= row.heightForWidth(row.width()) > 0 for row in rows)

        qtbot.waitUntil(is_whole, timeout=30_000)
