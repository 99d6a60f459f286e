"""The inside of a scroll area that grows at once with what it holds."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

_LAYOUT = QEvent.Type.LayoutRequest


class ScrolledColumn(QWidget):
    """A scroll area makes room a turn of the loop later; until then the rows would be painted over one another."""

    def event(self, event: QEvent) -> bool:
        layout = self.layout()
        if event.type() == _LAYOUT and layout is not None:
            needed = layout.totalHeightForWidth(self.width())
            if needed > self.height():
                self.resize(self.width(), needed)
        return super().event(event)


def settle() -> None:
    """After a change of what a column holds: places are given before anything is painted."""
    QCoreApplication.sendPostedEvents(None, _LAYOUT.value)
