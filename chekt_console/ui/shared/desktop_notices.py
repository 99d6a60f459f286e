"""Alarms of now on the desktop, with a sound that tells how bad it is; never those of the past, never in quiet hours."""

from __future__ import annotations

import time
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from chekt_console.domain.alarm_step import is_over
from chekt_console.domain.event import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QIcon

    from chekt_console.domain.event import Event

_NEW_MS = 10 * 60_000  # an alarm older than this is history, however late it was heard of
_LATE_MS = 60_000  # later than this, how long ago it was is told
_SHOWN_MS = 10_000
_REMEMBERED = 500
_SOUND_EVERY_S = 3.0  # a burst is one alarm to the ear
_BEAT_MS = 350  # between the beeps of one sound
_LIFE_WORDS = ("panic", "duress", "hold-up", "holdup", "fire", "smoke", "gas", "medical", "carbon")


class Urgency(IntEnum):
    """How many times it beeps."""

    TROUBLE = 1
    ALARM = 2
    LIFE = 3


def urgency_of(event: Event) -> Urgency | None:
    """None for what is told to nobody: arming, activity, what is over or decided."""
    if event.decision or (event.kind is EventKind.ALARM and is_over(event.status)):
        return None
    if event.kind is EventKind.TROUBLE:
        return Urgency.TROUBLE if event.status != "restored" else None
    if event.kind is not EventKind.ALARM:
        return None
    words = f"{event.subtype} {event.text}".casefold()
    return Urgency.LIFE if any(word in words for word in _LIFE_WORDS) else Urgency.ALARM


def is_quiet(hour: int, quiet: tuple[int, int] | None) -> bool:
    """`quiet` is (first hour, hour it ends); it may go over midnight."""
    if quiet is None or quiet[0] == quiet[1]:
        return False
    first, end = quiet
    return first <= hour < end if first < end else hour >= first or hour < end


def desktop_tray(icon: QIcon, parent: QObject) -> QSystemTrayIcon | None:
    """None where the desktop shows no notifications."""
    if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
        return None
    return QSystemTrayIcon(icon, parent)


class DesktopNotices(QObject):
    event_chosen = Signal(object)  # Event of the notification that was clicked
    nowhere_to_tell = Signal()  # the desktop shows no notifications; told once, when the first is due

    def __init__(
        self,
        icon: QIcon,
        site_name: Callable[[str], str],
        since_ms: int,
        parent: QObject | None = None,
        *,
        beep: Callable[[], None] = QApplication.beep,
        now_s: Callable[[], float] = time.time,
        ahead_ms: Callable[[], int] = lambda: 0,
        tray_of: Callable[[QIcon, QObject], QSystemTrayIcon | None] = desktop_tray,
    ) -> None:
        """`since_ms` and `now_s` are of this computer's clock; `ahead_ms`: how far that of the events goes before it."""
        super().__init__(parent)
        self._ahead_ms = ahead_ms
        self.tray_of = tray_of
        self._icon = icon
        self._site_name = site_name
        self._since_ms = since_ms
        self._beep = beep
        self._now_s = now_s
        self._told: dict[str, None] = {}
        self._tray: QSystemTrayIcon | None = None
        self._shown: list[
            tuple[float, Event]
        ] = []  # what the notification on screen tells of, and since when
        self._is_nowhere_told = False
        self._rang_s = 0.0
        self._beeps_left = 0
        self._beeper = QTimer(self, interval=_BEAT_MS)
        self._beeper.timeout.connect(self._on_beat)
        self.quiet: tuple[int, int] | None = None
        self.is_muted = False
        self.has_sound = True
        self.has_troubles = False

    def forget_before(self, instant_ms: int) -> None:
        """What happened until then is of the past: the computer slept through it."""
        self._since_ms = max(self._since_ms, instant_ms)

    def has_told(self, event_id: str) -> bool:
        return event_id in self._told

    def worth_telling(self, events: Iterable[Event], now_ms: int) -> tuple[Event, ...]:
        """What happened since this connection was opened and lately, undecided, each told once; worst last. An alarm that
        came late is news all the same: a line that was down must not swallow it."""
        found = []
        first_ms = max(self._since_ms, now_ms - _NEW_MS) + self._ahead_ms()
        for event in events:
            is_now = event.instant_ms >= first_ms
            urgency = urgency_of(event)
            is_wanted = urgency is not None and (urgency is not Urgency.TROUBLE or self.has_troubles)
            if is_wanted and is_now and event.event_id not in self._told:
                self._told[event.event_id] = None
                found.append(event)
        for key in list(self._told)[:-_REMEMBERED]:
            del self._told[key]
        return tuple(sorted(found, key=lambda event: (urgency_of(event) or 0, event.instant_ms)))

    def on_events(self, events: Iterable[Event]) -> None:
        now_s = self._now_s()
        fresh = self.worth_telling(events, round(now_s * 1000))
        if not fresh or self.is_muted or is_quiet(time.localtime(now_s).tm_hour, self.quiet):
            return
        worst = fresh[-1]
        if self.has_sound and now_s - self._rang_s > _SOUND_EVERY_S:
            self._rang_s = now_s
            self._ring(int(urgency_of(worst) or 1))
        self._show(fresh, now_s)

    def _show(self, fresh: tuple[Event, ...], now_s: float) -> None:
        """A click does not tell which of several notifications it was on: the newest one stands for all that may still be
        on screen, names the worst, and that is what a click opens."""
        if self._tray is None:
            self._tray = self.tray_of(self._icon, self)
            if self._tray is None:
                if not self._is_nowhere_told:
                    self._is_nowhere_told = True
                    self.nowhere_to_tell.emit()
                return
            self._tray.messageClicked.connect(self._on_clicked)
            self._tray.show()
        self._shown = [(at, event) for at, event in self._shown if (now_s - at) * 1000 < _SHOWN_MS]
        self._shown += [(now_s, event) for event in fresh]
        worst = self._worst()
        more = f" and {len(self._shown) - 1} more" if len(self._shown) > 1 else ""
        title = f"{worst.kind.label} at {self._site_name(worst.site_id)}{more}"
        icon = (
            QSystemTrayIcon.MessageIcon.Critical
            if urgency_of(worst) is Urgency.LIFE
            else QSystemTrayIcon.MessageIcon.Warning
        )
        late_ms = now_s * 1000 + self._ahead_ms() - worst.instant_ms
        late = f" ({late_ms / 60_000:.0f} min ago)" if late_ms > _LATE_MS else ""
        self._tray.showMessage(title, worst.text + late, icon, _SHOWN_MS)

    def _worst(self) -> Event:
        return max(
            (event for _, event in self._shown), key=lambda one: (urgency_of(one) or 0, one.instant_ms)
        )

    def _on_clicked(self) -> None:
        if self._shown:
            self.event_chosen.emit(self._worst())
            self._shown.clear()

    def close(self) -> None:
        self._beeper.stop()
        if self._tray is not None:
            self._tray.hide()

    def _ring(self, beeps: int) -> None:
        self._beep()
        self._beeps_left = beeps - 1
        if self._beeps_left:
            self._beeper.start()

    def _on_beat(self) -> None:
        self._beep()
        self._beeps_left -= 1
        if self._beeps_left <= 0:
            self._beeper.stop()
