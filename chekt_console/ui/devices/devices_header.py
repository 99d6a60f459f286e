"""The line above the device tree: whose devices, how many are online, how fresh, and the button that reads again."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from chekt_console.ui.shared.style import HEADER_HEIGHT, set_role


class _SiteName(QLabel):
    """Gives way to the words at its right; whole in the tooltip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_name(self, name: str) -> None:
        self._whole = name
        self.setToolTip(f"<qt>{escape(name)}</qt>" if name else "")
        self.setAccessibleName(name)
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()


class DevicesHeader(QWidget):
    refresh_requested = Signal()
    wall_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEADER_HEIGHT)
        title = QLabel("Devices", self)
        set_role(title, "muted")
        bold = title.font()
        bold.setWeight(QFont.Weight.DemiBold)
        title.setFont(bold)
        self.site_name = _SiteName(self)
        set_role(self.site_name, "small")
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.note, "small")
        self.refresh = QToolButton(self)
        self.refresh.setText("↻")
        self.refresh.setFixedWidth(28)
        self.refresh.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.refresh.setAccessibleName("Read the devices again")
        self.refresh.setToolTip("Read the devices of this site again")
        self.refresh.clicked.connect(lambda: self.refresh_requested.emit())
        self.wall = QToolButton(self)
        self.wall.setText("⊞")
        self.wall.setFixedWidth(28)
        self.wall.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.wall.setAccessibleName("All cameras live")
        self.wall.setToolTip("All cameras of this site live, side by side")
        self.wall.clicked.connect(lambda: self.wall_requested.emit())
        self.wall.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(title)
        row.addWidget(self.site_name, 1)
        row.addWidget(self.note)
        row.addWidget(self.wall)
        row.addWidget(self.refresh)

    def show_note(self, text: str, tip: str = "", *, is_bad: bool = False) -> None:
        """How many are online and how fresh that is; `tip` is plain text and stays so."""
        self.note.setText(text)
        self.note.setToolTip(f"<qt>{escape(tip).replace(chr(10), '<br>')}</qt>" if tip else "")
        self.note.setAccessibleName(text)
        self.note.setAccessibleDescription(tip)
        set_role(self.note, "error" if is_bad else "small")
