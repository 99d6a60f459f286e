"""The right side of the Fleet perspective: templates, or a preview, or a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from chekt_console.ui.fleet.preview_page import PreviewPage
from chekt_console.ui.fleet.run_page import RunPage
from chekt_console.ui.fleet.templates_page import TemplatesPage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.ui.shared.theme import Theme


class FleetSide(QStackedWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.templates = TemplatesPage(theme, self)
        self.preview = PreviewPage(theme, self)
        self.run = RunPage(theme, self)
        for page in (self.templates, self.preview, self.run):
            self.addWidget(page)

    def show_templates(self) -> None:
        self.setCurrentWidget(self.templates)

    def show_preview(self) -> None:
        self.setCurrentWidget(self.preview)

    def show_run(self) -> None:
        self.setCurrentWidget(self.run)
