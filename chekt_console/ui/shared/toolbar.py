"""The row on top of the window: where it is narrow its parts say less, one after the other, before anything is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

_HEIGHT = 46
_MARGIN = 12
_GAP = 14


@runtime_checkable
class CanBeShort(Protocol):
    """A widget that can leave out what is nice to have; its tooltip still says it."""

    @property
    def spared_px(self) -> int:
        """How much less it needs then; does not depend on how it is now."""

    @property
    def is_short(self) -> bool: ...
    def set_short(self, is_short: bool) -> None: ...
    def isHidden(self) -> bool: ...


class Toolbar(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        self.row.setSpacing(_GAP)
        self._shortened: tuple[CanBeShort, ...] = ()

    def set_shortened(self, parts: Sequence[QWidget]) -> None:
        """The first leaves something out first; those that cannot are passed over."""
        self._shortened = tuple(part for part in parts if isinstance(part, CanBeShort))
        self._share()

    def _share(self) -> None:
        parts = [part for part in self._shortened if not part.isHidden()]
        lacking = self.row.sizeHint().width() - self.width()
        lacking += sum(part.spared_px for part in parts if part.is_short)
        for part in parts:
            part.set_short(lacking > 0)
            lacking -= part.spared_px

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._share()
        return super().event(event)
