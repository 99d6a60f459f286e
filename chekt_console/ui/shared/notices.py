"""What the world did that the person should know: short notices, one of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

_GOOD_MS = 6000


class Severity(Enum):
    """The value is the mark shown before the words, so that colour is never alone."""

    INFO = "i"
    WARNING = "!"
    ERROR = "✕"
    GOOD = "✓"

    @property
    def word(self) -> str:
        return {"i": "Note", "!": "Warning", "✕": "Error", "✓": "Done"}[self.value]


@dataclass(frozen=True)
class Notice:
    kind: str
    text: str
    severity: Severity = Severity.INFO
    action: str = ""
    on_action: Callable[[], None] | None = None
    is_lasting: bool = False  # stays for as long as it is so: nobody can dismiss it


_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.GOOD: 2, Severity.INFO: 2}


class Notices(QObject):
    """The notices in force. One of the same kind replaces the older; good news goes by itself."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices: tuple[Notice, ...] = ()
        self._good_timer = QTimer(self)
        self._good_timer.setSingleShot(True)
        self._good_timer.setInterval(_GOOD_MS)
        self._good_timer.timeout.connect(self.drop_good)

    def show(
        self,
        kind: str,
        text: str,
        *,
        severity: Severity = Severity.INFO,
        action: str = "",
        on_action: Callable[[], None] | None = None,
        is_lasting: bool = False,
    ) -> None:
        notice = Notice(kind, text, severity, action, on_action, is_lasting)
        if notice in self._notices:
            return
        self._put((notice, *(other for other in self._notices if other.kind != kind)))
        if severity is Severity.GOOD:
            self._good_timer.start()

    def clear(self, kind: str) -> None:
        """No notice of this kind is fine too."""
        self._put(tuple(notice for notice in self._notices if notice.kind != kind))

    def clear_all(self) -> None:
        """Another connection: what was said about the last one is no longer true."""
        self._put(())

    def drop_good(self) -> None:
        self._put(tuple(notice for notice in self._notices if notice.severity is not Severity.GOOD))

    def notices(self) -> tuple[Notice, ...]:
        """The newest error, then what lasts, so that neither hides the other; then errors, warnings, the rest; newest first
        among equals."""
        ordered = sorted(self._notices, key=lambda notice: (not notice.is_lasting, _ORDER[notice.severity]))
        error = next((notice for notice in ordered if notice.severity is Severity.ERROR), None)
        return tuple(sorted(ordered, key=lambda notice: notice is not error))

    def _put(self, notices: tuple[Notice, ...]) -> None:
        if notices != self._notices:
            self._notices = notices
            self.changed.emit()
