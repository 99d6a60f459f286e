"""A line around what Tab came to, where the widget itself shows nothing: lists, tables, pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_OWN_LINE = (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)


class FocusRing(QObject):
    """One for a window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._line: _Line | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    @property
    def around(self) -> QWidget | None:
        """What the line is drawn around now."""
        return self._line.parentWidget() if self._line is not None and isValid(self._line) else None

    def show_around(self, widget: QWidget) -> None:
        """Until the focus goes elsewhere. Widgets with a line of their own get none."""
        self._leave()
        if not isinstance(widget, _OWN_LINE):
            self._line = _Line(widget)

    def _leave(self) -> None:
        line, self._line = self._line, None
        if line is not None and isValid(line):  # it may have gone with its pane
            line.hide()
            line.deleteLater()

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._line is not None and now is not self.around:
            self._leave()


class _Line(QWidget):
    """Lies over its parent and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().accent().color())
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
