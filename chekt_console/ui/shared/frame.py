"""The window's working area: left column, centre over bottom, right side, laid out for each perspective."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from chekt_console.ui.shared.frame_layout import (
    BOTTOM_MIN,
    CENTRE_MIN,
    LEFT_MIN,
    RIGHT_MIN,
    TOP_MIN,
    FrameLayout,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from chekt_console.settings import Settings

_SAVE_MS = 400


@dataclass
class _Page:
    column: QSplitter  # centre over bottom
    right: QWidget | None
    has_bottom: bool
    layout: FrameLayout
    standard: FrameLayout


def _splitter(orientation: Qt.Orientation) -> QSplitter:
    made = QSplitter(orientation)
    made.setChildrenCollapsible(False)
    made.setHandleWidth(1)
    return made


class Frame(QWidget):
    """What a person drags is remembered per perspective; what a small window squeezes is not."""

    parts_changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._pages: dict[str, _Page] = {}
        self.current = ""
        self._left = _splitter(Qt.Orientation.Vertical)
        self._left.setMinimumWidth(LEFT_MIN)
        self._left.hide()
        self._centre = QStackedWidget()
        self._centre.setMinimumWidth(CENTRE_MIN)
        self._right = QStackedWidget()
        self._right.setMinimumWidth(RIGHT_MIN)
        self._right.hide()
        self._outer = _splitter(Qt.Orientation.Horizontal)
        for widget in (self._left, self._centre, self._right):
            self._outer.addWidget(widget)
        self._outer.setStretchFactor(1, 1)
        for side in (self._left, self._right):
            side.setAutoFillBackground(True)  # the palette's ground is that of side panes
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._outer)
        self._outer.splitterMoved.connect(self._on_moved)
        self._left.splitterMoved.connect(self._on_moved)
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(_SAVE_MS)
        self._save_timer.timeout.connect(self.save)

    def set_left(self, upper: QWidget, lower: QWidget) -> None:
        _release(self._left, keep=(upper, lower))
        for widget in (upper, lower):
            widget.setMinimumHeight(BOTTOM_MIN)
            self._left.addWidget(widget)
        self.apply()

    def put(
        self,
        perspective: str,
        centre: QWidget,
        right: QWidget | None,
        bottom: QWidget | None,
        *,
        has_left: bool = True,
    ) -> None:
        """Add a perspective, or fill one anew. `has_left`: whether the left column is shown unless asked for."""
        old = self._pages.get(perspective)
        standard = replace(FrameLayout(), has_left=has_left)
        saved = self._settings.layout(perspective)
        layout = old.layout if old else FrameLayout.from_bytes(saved) if saved else standard
        column = _splitter(Qt.Orientation.Vertical)
        centre.setMinimumHeight(TOP_MIN)
        centre.setMinimumWidth(CENTRE_MIN)
        column.addWidget(centre)
        if bottom is not None:
            bottom.setMinimumHeight(BOTTOM_MIN)
            bottom.setMinimumWidth(CENTRE_MIN)
            column.addWidget(bottom)
        column.setStretchFactor(0, 1)
        column.splitterMoved.connect(self._on_moved)
        self._centre.addWidget(column)
        if right is not None and self._right.indexOf(right) < 0:
            right.setMinimumWidth(RIGHT_MIN)
            self._right.addWidget(right)
        self._pages[perspective] = _Page(column, right, bottom is not None, layout, standard)
        if old is not None:
            self._drop(old, keep=(centre, right, bottom))
        if perspective == self.current:
            self.show_perspective(perspective)

    def clear(self) -> None:
        """The session closes: its panes leave the window."""
        self.save()
        for page in self._pages.values():
            self._drop(page, keep=())
        self._pages = {}
        self.current = ""
        _release(self._left)
        self._left.hide()
        self._right.hide()

    def show_perspective(self, perspective: str) -> None:
        page = self._pages[perspective]
        self.current = perspective
        self._centre.setCurrentWidget(page.column)
        if page.right is not None:
            self._right.setCurrentWidget(page.right)
        self.apply()
        self.parts_changed.emit()

    def parts(self) -> dict[str, tuple[bool, bool]]:
        """For left, right, bottom: whether the current perspective has it, and whether it is shown."""
        page = self._pages.get(self.current)
        if page is None:
            return dict.fromkeys(("left", "right", "bottom"), (False, False))
        has_left = self._left.count() > 0
        return {
            "left": (has_left, has_left and page.layout.has_left),
            "right": (page.right is not None, page.right is not None and page.layout.has_right),
            "bottom": (page.has_bottom, page.has_bottom and page.layout.has_bottom),
        }

    def show_part(self, part: str, is_shown: bool) -> None:
        page = self._pages.get(self.current)
        if page is None:
            return
        self._read_sizes()
        flags = {
            "left": page.layout.has_left,
            "right": page.layout.has_right,
            "bottom": page.layout.has_bottom,
        }
        flags[part] = is_shown
        page.layout = replace(
            page.layout, has_left=flags["left"], has_right=flags["right"], has_bottom=flags["bottom"]
        )
        self._save_timer.start()
        self.apply()
        self.parts_changed.emit()

    def reset(self) -> None:
        page = self._pages.get(self.current)
        if page is not None:
            page.layout = page.standard
            self._save_timer.start()
            self.apply()
            self.parts_changed.emit()

    def save(self) -> None:
        self._save_timer.stop()
        for perspective, page in self._pages.items():
            self._settings.set_layout(perspective, page.layout.to_bytes())

    def apply(self) -> None:
        """Give every part its remembered size as far as this window has room for it."""
        page = self._pages.get(self.current)
        if page is None:
            return
        shown = {part: is_shown for part, (_, is_shown) in self.parts().items()}
        self._left.setVisible(shown["left"])
        self._right.setVisible(shown["right"])
        if page.has_bottom:
            _part(page.column, 1).setVisible(shown["bottom"])
        widths = page.layout.widths(self.width() - 2, has_left=shown["left"], has_right=shown["right"])
        self._outer.setSizes(list(widths))
        if page.has_bottom:
            page.column.setSizes(list(page.layout.heights(self.height() - 1, has_bottom=shown["bottom"])))
        if self._left.count() == 2:
            self._left.setSizes(list(page.layout.left_heights(self.height() - 1)))

    def _on_moved(self) -> None:
        self._read_sizes()
        self._save_timer.start()

    def _read_sizes(self) -> None:
        page = self._pages.get(self.current)
        if page is None or not self.isVisible():
            return
        layout = page.layout
        left, _, right = self._outer.sizes()
        column = page.column.sizes()
        sites = self._left.sizes()
        page.layout = replace(
            layout,
            left=left if self._left.isVisible() else layout.left,
            right=right if self._right.isVisible() else layout.right,
            bottom=column[1] if page.has_bottom and layout.has_bottom else layout.bottom,
            sites_share=(
                round(sites[0] * 1000 / sum(sites)) if len(sites) == 2 and any(sites) else layout.sites_share
            ),
        )

    def _drop(self, page: _Page, keep: tuple[QWidget | None, ...]) -> None:
        """The page goes; its panes belong to whoever made them."""
        self._centre.removeWidget(page.column)
        _release(page.column, keep)
        page.column.deleteLater()
        if page.right is not None and page.right not in keep:
            self._right.removeWidget(page.right)
            page.right.hide()
            page.right.setParent(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.apply()


def _release(splitter: QSplitter, keep: tuple[QWidget | None, ...] = ()) -> None:
    """Without a parent a widget belongs to Python, and goes with the last reference of its maker."""
    for row in reversed(range(splitter.count())):
        widget = _part(splitter, row)
        if widget not in keep:
            widget.hide()
            widget.setParent(None)


def _part(splitter: QSplitter, row: int) -> QWidget:
    widget = splitter.widget(row)
    if widget is None:
        raise IndexError(row)
    return widget
