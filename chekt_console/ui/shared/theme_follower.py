"""Puts the colours in force upon the application: as the system is, unless the person chose otherwise."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QToolTip
from shiboken6 import isValid

from chekt_console.settings import THEMES
from chekt_console.ui.shared.style import palette, stylesheet, window_font
from chekt_console.ui.shared.theme import DARK, LIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from chekt_console.settings import Settings
    from chekt_console.ui.shared.theme import Colors, Theme

_PORTION = 40


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
        self._waiting: list[QWidget] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer)
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
        made = palette(colors)
        self._app.setPalette(made)
        QToolTip.setPalette(made)
        if not self._app.styleSheet():
            self._app.setStyleSheet(stylesheet(colors))
            return
        widgets = self._app.allWidgets()
        self._repolish([widget for widget in widgets if widget.isVisible()])
        self._waiting = [widget for widget in widgets if not widget.isVisible()]
        self._timer.start()

    def _repolish(self, widgets: list[QWidget]) -> None:
        """The sheet keeps the colours it read from the last palette until a widget is polished anew."""
        style = self._app.style()
        for widget in widgets:
            style.unpolish(widget)
        for widget in widgets:
            style.polish(widget)
            widget.update()

    def _on_timer(self) -> None:
        """Hidden widgets follow in small portions, so that no frame is lost; those shown meanwhile at once."""
        waiting = [widget for widget in self._waiting if isValid(widget)]
        shown = [widget for widget in waiting if widget.isVisible()]
        hidden = [widget for widget in waiting if not widget.isVisible()]
        self._waiting = hidden[_PORTION:]
        self._repolish(shown + hidden[:_PORTION])
        if not self._waiting:
            self._timer.stop()
