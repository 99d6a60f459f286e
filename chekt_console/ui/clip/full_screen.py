"""The clip on the whole screen: the pane lies over everything else of the window, whose keys go on working."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from chekt_console.ui.clip.clip_pane import ClipPane

KEYS = (("F11", "The clip on the whole screen; Esc goes back"),)


class FullScreenClip(QObject):
    """Other panes are covered, not hidden: a hidden pane's keys (real, false, next) would be dead.

    The band stays to be seen: it says where one works.
    """

    def __init__(self, pane: ClipPane, window: QWidget, band: QWidget) -> None:
        super().__init__(pane)
        self._pane = pane
        self._window = window
        self._band = band
        self._cover: QWidget | None = None
        self._home: QWidget | None = None
        self._state_before = Qt.WindowState.WindowNoState
        pane.full_screen_requested.connect(self.toggle)
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_F11), pane)
        shortcut.activated.connect(self.toggle)
        window.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        return self._cover is not None

    def toggle(self) -> None:
        if self.is_on:
            self.leave()
        else:
            self.enter()

    def enter(self) -> None:
        if self.is_on:
            return
        self._home = self._pane.parentWidget()
        self._state_before = self._window.windowState()
        self._cover = cover = QWidget(self._window)
        column = QVBoxLayout(cover)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pane)
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), cover)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self.leave)
        self._place()
        cover.show()
        cover.raise_()
        self._window.setWindowState(self._state_before | Qt.WindowState.WindowFullScreen)
        self._pane.show_full_screen(is_on=True)
        self._pane.picture.setFocus()

    def leave(self) -> None:
        cover, home = self._cover, self._home
        if cover is None or home is None:
            return
        self._cover = None
        layout = home.layout()
        assert layout is not None
        layout.addWidget(self._pane)
        cover.hide()
        cover.deleteLater()
        self._window.setWindowState(self._state_before)
        self._pane.show_full_screen(is_on=False)
        self._pane.picture.setFocus()

    def _place(self) -> None:
        if self._cover is not None:
            top = self._band.mapTo(self._window, QPoint(0, self._band.height())).y()
            self._cover.setGeometry(self._window.rect().adjusted(0, top, 0, 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._cover is not None:
            self._place()
        elif event.type() == QEvent.Type.Close:
            self.leave()  # the size to come back with is the window's own
        return super().eventFilter(watched, event)
