"""The right side of the Fleet perspective: templates, or a preview, or a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from chekt_console.domain.schedule_words import PLAIN, WordStyle
from chekt_console.ui.fleet.preview_page import PreviewPage
from chekt_console.ui.fleet.run_page import RunPage
from chekt_console.ui.fleet.templates_page import TemplatesPage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.ui.shared.theme import Theme


class FleetSide(QStackedWidget):
    def __init__(self, theme: Theme, style: WordStyle = PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.style_words = style
        self.templates = TemplatesPage(theme, style, self)
        self.preview = PreviewPage(theme, style, self)
        self.run = RunPage(theme, style, self)
        for page in (self.templates, self.preview, self.run):
            self.addWidget(page)

    def show_templates(self) -> None:
        self.setCurrentWidget(self.templates)

    def show_preview(self) -> None:
        self.setCurrentWidget(self.preview)

    def show_run(self) -> None:
        self.setCurrentWidget(self.run)
