"""The one box that finds sites, devices, events and commands from anywhere: Ctrl+K, a few letters, Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from chekt_console.ui.shared.goto_index import GotoIndex
from chekt_console.ui.shared.key_caps import cap_width, key_text, paint_cap

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from chekt_console.domain.device import Device
    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.goto_index import GotoEntry
    from chekt_console.ui.shared.goto_popup import GotoPopup
    from chekt_console.ui.shared.theme import Theme

SHORTCUT = "Ctrl+K"
_LIMIT = 50
_ROWS_SHOWN = 9
_POPUP_WIDTH = 460
_LEAST_WIDTH = 160
_HEIGHT = 32
_WORDS = ("Go to site, device, event, command…", "Go to site or event…", "Go to…")  # the first that fits
_MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: _ROWS_SHOWN - 1,
    Qt.Key.Key_PageUp: 1 - _ROWS_SHOWN,
}


class GotoBox(QLineEdit):
    """Emits what was chosen; the caller selects it. A command is called, as its menu entry would be."""

    site_chosen = Signal(object)  # Site
    device_chosen = Signal(object)  # Device
    event_chosen = Signal(object)  # Event
    opened = Signal()  # what changes by itself may be set anew

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.commands: Callable[[], tuple[GotoEntry, ...]] = tuple  # those that can be chosen now
        self._index = GotoIndex()
        self._popup: GotoPopup | None = None
        self._came_from: QWidget | None = None
        self._is_short = False
        self._cap = key_text(SHORTCUT)
        self.setPlaceholderText(_WORDS[0])
        self.setAccessibleName("Go to site, device, event or command")
        self.setToolTip(
            f"Find a site or device by name, account or address, an alarm or trouble by its words or number,"
            f" and what the menu can do ({self._cap})"
        )
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setFixedHeight(_HEIGHT)
        self.setTextMargins(2, 0, cap_width(self.font(), self._cap) + 8, 0)
        self.textEdited.connect(self._on_text)
        self._shortcut = QShortcut(QKeySequence(SHORTCUT), self)
        self._shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        self._shortcut.activated.connect(self.open)
        theme.changed.connect(self.update)

    @property
    def is_short(self) -> bool:
        return self._is_short

    @property
    def spared_px(self) -> int:
        return self._hint() - _LEAST_WIDTH

    def set_short(self, is_short: bool) -> None:
        """It asks for little, and takes what the others leave."""
        if is_short != self._is_short:
            self._is_short = is_short
            self.updateGeometry()

    @property
    def is_open(self) -> bool:
        return self._popup is not None and self._popup.isVisible()

    def found(self) -> list[str]:
        """Titles of the lines on show."""
        if self._popup is None:
            return []
        model = self._popup.model
        return [entry.title for row in range(model.rowCount()) if (entry := model.entry(row))]

    def set_sites(self, sites: tuple[Site, ...]) -> None:
        self._index.set_sites(sites)
        self._refresh_if_open()

    def set_devices(self, devices: tuple[Device, ...]) -> None:
        self._index.set_devices(devices)
        self._refresh_if_open()

    def set_events(self, events: tuple[GotoEntry, ...]) -> None:
        self._index.set_events(events)
        self._refresh_if_open()

    def open(self) -> None:
        """Focus and show; what was typed before is marked, so that typing replaces it."""
        focused = QApplication.focusWidget()
        if focused is not self:
            self._came_from = focused
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self._show()

    def close_popup(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    def _on_text(self) -> None:
        self._show()

    def _refresh_if_open(self) -> None:
        if self.is_open and self._popup is not None:
            self._show(self._popup.model.entry(self._popup.list.currentIndex().row()))

    @staticmethod
    def _row_of(kept: GotoEntry | None, found: list[GotoEntry]) -> int:
        """By what it leads to: titles may be the same."""
        if kept is None:
            return 0
        return next((row for row, entry in enumerate(found) if entry.leads_where(kept)), 0)

    def _show(self, kept: GotoEntry | None = None) -> None:
        """`kept`: the line the person stood on, when it is not they who changed what is found."""
        popup = self._popup or self._make_popup()
        if not popup.isVisible():
            self._index.set_commands(self.commands())
            self.opened.emit()
        query = self.text().strip()
        found = self._index.find(query, _LIMIT)
        row = self._row_of(kept, found)
        popup.model.set_entries(found)
        rows = popup.model.rowCount()
        popup.list.setVisible(rows > 0)
        popup.words.setVisible(rows == 0)
        if rows:
            popup.list.setCurrentIndex(popup.model.index(row, 0))
        elif len(self._index):
            popup.words.setText(f"Nothing here matches “{query}”.")
        else:
            popup.words.setText("No sites here yet.")
        self._place(popup, rows)
        popup.show()
        popup.raise_()

    def _place(self, popup: GotoPopup, rows: int) -> None:
        window = self.window()
        popup.set_rows(min(rows, _ROWS_SHOWN))
        width = min(max(self.width(), _POPUP_WIDTH), window.width() - 16)
        corner = self.mapTo(window, QPoint(0, self.height() + 4))
        popup.setFixedWidth(width)
        popup.adjustSize()
        popup.move(max(8, min(corner.x(), window.width() - width - 8)), corner.y())

    def _make_popup(self) -> GotoPopup:
        # Imported at the first key: list, delegate and their Qt enums are a tenth of the time to the first paint.
        from chekt_console.ui.shared.goto_popup import GotoPopup

        self._popup = GotoPopup(self._theme, self.window())
        self._popup.list.clicked.connect(self._on_clicked)
        self.window().installEventFilter(self)
        return self._popup

    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())

    def _choose(self, row: int) -> None:
        entry = self._popup.model.entry(row) if self._popup is not None else None
        if entry is None:
            return
        self._leave()
        if entry.command is not None:
            entry.command()
        elif entry.event is not None:
            self.event_chosen.emit(entry.event)
        elif entry.device is not None:
            self.device_chosen.emit(entry.device)
        elif entry.site is not None:
            self.site_chosen.emit(entry.site)

    def _leave(self) -> None:
        """Back to where the person was."""
        self.close_popup()
        self.clear()
        came_from, self._came_from = self._came_from, None
        if came_from is not None and isValid(came_from) and came_from.isVisible():
            came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.clearFocus()

    def _move(self, step: int) -> None:
        if self._popup is None:
            return
        last = self._popup.model.rowCount() - 1
        row = min(last, max(0, self._popup.list.currentIndex().row() + step))
        if row >= 0:
            self._popup.list.setCurrentIndex(self._popup.model.index(row, 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.close_popup()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.is_open and self._popup is not None:
                self._choose(self._popup.list.currentIndex().row())
            else:
                self._show()
        elif key in _MOVES:
            if self.is_open:
                self._move(_MOVES[Qt.Key(key)])
            else:
                self._show()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._show()

    def _beside_words(self) -> int:
        """Pixels of the box that its words cannot have."""
        margins = self.textMargins()
        return margins.left() + margins.right() + 20

    def _hint(self) -> int:
        return max(self.fontMetrics().horizontalAdvance(_WORDS[0]) + self._beside_words(), _LEAST_WIDTH)

    def sizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH if self._is_short else self._hint(), _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - self._beside_words()
        fits = (words for words in _WORDS if self.fontMetrics().horizontalAdvance(words) <= room)
        self.setPlaceholderText(next(fits, _WORDS[-1]))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_popup()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self.width() - cap_width(self.font(), self._cap) - 10
        paint_cap(painter, self.font(), x, self.height() / 2, self._cap, self._theme.colors)
        painter.end()
