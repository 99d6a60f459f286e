"""One to nine cameras of a site side by side, live; more of them on further pages."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chekt_console.ui.live.camera_feed import CameraFeed
from chekt_console.ui.live.live_tile import LiveTile
from chekt_console.ui.shared.plain_text import one_line
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QKeyEvent

    from chekt_console.domain.device import Device
    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.theme import Theme

PAGE = 9
_APART_MS = 180  # quirk Q7: streams that start together knock each other over


class LiveWall(QWidget):
    closed = Signal()
    camera_requested = Signal(object)  # Device, to be seen alone
    snapshots_requested = Signal()

    def __init__(
        self,
        site: Site,
        cameras: tuple[Device, ...],
        feed_of: Callable[[LiveTile], CameraFeed],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.site = site
        self._cameras = cameras
        self._feed_of = feed_of
        self._theme = theme
        self._page = 0
        self._feeds: list[CameraFeed] = []
        self.tiles: tuple[LiveTile, ...] = ()
        self.setObjectName("liveWall")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"{one_line(site.name)} — live")
        self._title = QLabel(self)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._title, "heading")
        self.before = self._button("‹ Before", lambda: self.show_page(self._page - 1), "Page Up")
        self.after = self._button("Next ›", lambda: self.show_page(self._page + 1), "Page Down")
        self.snapshots = self._button(
            "One picture of each…", self.snapshots_requested.emit, "A still of every camera on one page"
        )
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        for button in (self.before, self.after, self.snapshots):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.addLayout(head)
        column.addLayout(self._grid, 1)
        theme.changed.connect(self._style)
        self._style()
        self.resize(1080, 680)
        self.show_page(0)

    @property
    def feeds(self) -> tuple[CameraFeed, ...]:
        return tuple(self._feeds)

    @property
    def pages(self) -> int:
        return max(1, math.ceil(len(self._cameras) / PAGE))

    def show_page(self, page: int) -> None:
        if not 0 <= page < self.pages:
            return
        self._stop()
        self._page = page
        cameras = self._cameras[page * PAGE : (page + 1) * PAGE]
        columns = max(1, math.ceil(math.sqrt(len(cameras))))
        tiles = []
        for place, camera in enumerate(cameras):
            tile = LiveTile(camera, self.site.name, self, is_compact=True)
            tile.setToolTip("Double-click to see it alone")
            tile.enlarge_requested.connect(self._on_enlarge)
            self._grid.addWidget(tile, place // columns, place % columns)
            tiles.append(tile)
            feed = self._feed_of(tile)
            self._feeds.append(feed)
            QTimer.singleShot(place * _APART_MS, tile, feed.start)
        self.tiles = tuple(tiles)
        total = len(self._cameras)
        first = page * PAGE + 1
        which = f"cameras {first} to {first + len(cameras) - 1} of {total}"
        if total <= PAGE:
            which = "1 camera" if total == 1 else f"{total} cameras"
        self._title.setText(f"{one_line(self.site.name)} · {which}")
        self.before.setVisible(total > PAGE)
        self.after.setVisible(total > PAGE)
        self.before.setEnabled(page > 0)
        self.after.setEnabled(page < self.pages - 1)

    def _button(self, words: str, slot: Callable[[], object], tip: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button

    def _stop(self) -> None:
        for feed in self._feeds:
            feed.let_go()
        for feed in self._feeds:
            feed.stop()
        self._feeds = []
        for tile in self.tiles:
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = ()

    def _style(self) -> None:
        self.setStyleSheet(f"#liveWall {{ background: {self._theme.colors.pane.name()}; }}")

    def _on_enlarge(self) -> None:
        tile = self.sender()
        if isinstance(tile, LiveTile):
            self.camera_requested.emit(tile.device)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_PageDown:
            self.show_page(self._page + 1)
        elif event.key() == Qt.Key.Key_PageUp:
            self.show_page(self._page - 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        self.closed.emit()
        super().closeEvent(event)
