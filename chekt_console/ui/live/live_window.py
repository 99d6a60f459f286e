"""A window of its own with the live picture of one camera."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout

from chekt_console.ui.live.live_tile import LiveTile
from chekt_console.ui.shared.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent
    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.device import Device
    from chekt_console.ui.shared.theme import Theme


class LiveWindow(LiveTile):
    """Not modal: several may be open."""

    closed = Signal()

    def __init__(
        self,
        device: Device,
        site_name: str,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(device, site_name, parent, monotonic=monotonic)
        self._theme = theme
        self.setWindowFlag(Qt.WindowType.Window)
        self.setObjectName("liveWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"{self.name} — {one_line(site_name)} — live")
        self.asked = QLabel(self)
        self.asked.setTextFormat(Qt.TextFormat.PlainText)
        self.asked.setWordWrap(True)
        self.asked.setContentsMargins(12, 8, 12, 8)
        self.asked.hide()
        self._askers: list[str] = []
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(0, self.asked)
        theme.changed.connect(self._style)
        self._style()
        self.resize(720, 460)

    def show_asker(self, who: str) -> None:
        """Somebody asked this console to look; more than one may."""
        if who not in self._askers:
            self._askers.append(who)
        self.asked.setText(f"Asked for by {'; '.join(map(one_line, self._askers))}")
        self.asked.show()

    def _style(self) -> None:
        self.setStyleSheet(f"#liveWindow {{ background: {self._theme.colors.pane.name()}; }}")

    def closeEvent(self, event: QCloseEvent) -> None:
        self.stop()
        self.closed.emit()
        super().closeEvent(event)
