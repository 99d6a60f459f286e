"""Puts the colours in force upon the application: as the system is, unless the person chose otherwise."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from chekt_console.settings import THEMES
from chekt_console.ui.shared.style import palette, stylesheet, window_font
from chekt_console.ui.shared.theme import DARK, LIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from chekt_console.settings import Settings
    from chekt_console.ui.shared.theme import Colors, Theme


class ThemeFollower(QObject):
    """Owns style, font, palette and sheet of the application. Make it before the first widget: that is cheapest."""

    choice_changed = Signal(str)

    def __init__(
        self, app: QApplication, theme: Theme, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._theme = theme
        self._settings = settings
        if not sys.platform.startswith("linux"):
            # On Linux Fusion is what PySide brings; asking for it would load all of QStyle before the first paint.
            app.setStyle("Fusion")
        app.setFont(window_font(app.font()))
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        theme.changed.connect(self._on_theme_changed)
        wanted = self._wanted()
        if wanted is theme.colors:
            self._dress(wanted)
        else:
            theme.use(wanted)

    @property
    def choice(self) -> str:
        return self._settings.theme

    def set_choice(self, choice: str) -> None:
        """ "system", "dark" or "light"; remembered."""
        if choice not in THEMES:
            raise ValueError(choice)
        self._settings.theme = choice
        self._theme.use(self._wanted())
        self.choice_changed.emit(choice)

    def _wanted(self) -> Colors:
        choice = self._settings.theme
        if choice == "system":
            # Unknown (no desktop says) counts as dark, as the drawings are.
            is_light = self._app.styleHints().colorScheme() is Qt.ColorScheme.Light
            return LIGHT if is_light else DARK
        return LIGHT if choice == "light" else DARK

    def _on_scheme_changed(self) -> None:
        self._theme.use(self._wanted())

    def _on_theme_changed(self) -> None:
        self._dress(self._theme.colors)

    def _dress(self, colors: Colors) -> None:
        self._app.setPalette(palette(colors))
        self._app.setStyleSheet(stylesheet(colors))
