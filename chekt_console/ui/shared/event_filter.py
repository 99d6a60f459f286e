"""The one filter of events that every pane of a session follows, and how it is kept between runs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from chekt_console.domain.event_filter import EventFilter


class SharedEventFilter(QObject):
    """Setting the value that is already set emits nothing."""

    changed = Signal(object)  # EventFilter

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = EventFilter()

    @property
    def value(self) -> EventFilter:
        return self._value

    def use(self, value: EventFilter) -> None:
        if value != self._value:
            self._value = value
            self.changed.emit(value)

    def clear(self) -> None:
        self.use(EventFilter())
