"""Alarms of now on the desktop, where it has a place for them; never those of the past, never in quiet hours."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from chekt_console.domain.event import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QIcon

    from chekt_console.domain.event import Event

_NEW_MS = 60_000  # an alarm older than this is history
_SHOWN_MS = 10_000
_REMEMBERED = 500
_SOUND_EVERY_S = 3.0  # a burst is one alarm to the ear


def is_quiet(hour: int, quiet: tuple[int, int] | None) -> bool:
    """`quiet` is (first hour, hour it ends); it may go over midnight."""
    if quiet is None or quiet[0] == quiet[1]:
        return False
    first, end = quiet
    return first <= hour < end if first < end else hour >= first or hour < end


class DesktopNotices(QObject):
    event_chosen = Signal(object)  # Event of the notification that was clicked

    def __init__(
        self, icon: QIcon, site_name: Callable[[str], str], since_ms: int, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._site_name = site_name
        self._since_ms = since_ms
        self._told: dict[str, None] = {}
        self._tray: QSystemTrayIcon | None = None
        self._last: Event | None = None
        self._rang_s = 0.0
        self.quiet: tuple[int, int] | None = None
        self.is_muted = False
        self.has_sound = True

    def worth_telling(self, events: Iterable[Event], now_ms: int) -> tuple[Event, ...]:
        """Alarms that happened since this connection was opened and within the minute, undecided, each told once."""
        found = []
        for event in events:
            is_now = event.instant_ms >= max(self._since_ms, now_ms - _NEW_MS)
            is_alarm = event.kind is EventKind.ALARM and not event.decision
            if is_alarm and is_now and event.event_id not in self._told:
                self._told[event.event_id] = None
                found.append(event)
        for key in list(self._told)[:-_REMEMBERED]:
            del self._told[key]
        return tuple(found)

    def on_events(self, events: Iterable[Event]) -> None:
        now_s = time.time()
        fresh = self.worth_telling(events, round(now_s * 1000))
        if not fresh or self.is_muted or is_quiet(time.localtime(now_s).tm_hour, self.quiet):
            return
        if self.has_sound and now_s - self._rang_s > _SOUND_EVERY_S:
            self._rang_s = now_s
            QApplication.beep()
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._icon, self)
            self._tray.messageClicked.connect(self._on_clicked)
            self._tray.show()
        self._last = fresh[-1]
        more = f" and {len(fresh) - 1} more alarms" if len(fresh) > 1 else ""
        title = f"Alarm at {self._site_name(self._last.site_id)}{more}"
        self._tray.showMessage(title, self._last.text, QSystemTrayIcon.MessageIcon.Warning, _SHOWN_MS)

    def close(self) -> None:
        if self._tray is not None:
            self._tray.hide()

    def _on_clicked(self) -> None:
        if self._last is not None:
            self.event_chosen.emit(self._last)
