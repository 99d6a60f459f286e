"""Only what happens now is told on the desktop, each once, as loud as it is bad, and never in quiet hours."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu

from chekt_console.domain.event import Event, EventKind
from chekt_console.ui.shared.desktop_notices import DesktopNotices, is_quiet
from chekt_console.ui.shared.notice_menu import NoticeMenu
from tests.support.tray import Tray

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NOW = 1_770_000_000_000


def _event(event_id: str, ago_ms: int, kind: EventKind = EventKind.ALARM, decision: str = "") -> Event:
    return Event(event_id, "1784", NOW - ago_ms, kind, text="Intrusion", decision=decision)


def test_only_alarms_of_now_and_each_once(qtbot: QtBot) -> None:
    notices = DesktopNotices(QIcon(), str, NOW - 30_000)
    events = [
        _event("now", 500),
        _event("before the start", 31_000),
        _event("decided", 500, decision="false"),
        _event("trouble", 500, EventKind.TROUBLE),
    ]
    assert [one.event_id for one in notices.worth_telling(events, NOW)] == ["now"]
    assert notices.worth_telling(events, NOW) == ()
    notices.close()


def _notices(tray: Tray | None, now: list[float], ahead_ms: int = 0) -> DesktopNotices:
    found: Any = tray
    return DesktopNotices(
        QIcon(), lambda site: f"site {site}", round(now[0] * 1000) - 3_600_000, beep=lambda: None,
        now_s=lambda: now[0], ahead_ms=lambda: ahead_ms, tray_of=lambda _icon, _parent: found,
    )  # fmt: skip


def test_a_click_opens_the_event_that_the_notification_names(qtbot: QtBot) -> None:
    tray, now = Tray(), [NOW / 1000]
    notices = _notices(tray, now)
    opened: list[Event] = []
    notices.event_chosen.connect(opened.append)
    panic = Event("panic", "7", NOW - 900, EventKind.ALARM, text="Panic button")
    notices.on_events([panic])
    now[0] += 2
    notices.on_events([_event("later", -1000)])
    assert tray.shown == [
        ("Alarm at site 7", "Panic button"),
        ("Alarm at site 7 and 1 more", "Panic button"),  # the lesser one does not cover it
    ]
    tray.messageClicked.emit()
    assert opened == [panic]
    now[0] += 60
    last = _event("last", -61_000)
    notices.on_events([last])
    assert tray.shown[-1] == ("Alarm at site 1784", "Intrusion")
    tray.messageClicked.emit()
    assert opened == [panic, last]
    notices.close()


@pytest.mark.parametrize("ahead_ms", [-90_000, 90_000])
def test_a_wrong_clock_of_this_computer_swallows_no_alarm(qtbot: QtBot, ahead_ms: int) -> None:
    tray = Tray()
    notices = _notices(tray, [NOW / 1000], ahead_ms)
    notices._since_ms = NOW - 500
    notices.on_events([_event("now", -ahead_ms), _event("of the past", 1000 - ahead_ms)])
    assert tray.shown == [("Alarm at site 1784", "Intrusion")]
    notices.close()


def test_an_alarm_that_came_late_is_told_with_how_late(qtbot: QtBot) -> None:
    tray = Tray()
    notices = _notices(tray, [NOW / 1000])
    notices.on_events([_event("late", 180_000), _event("long ago", 3_000_000)])
    assert tray.shown == [("Alarm at site 1784", "Intrusion (3 min ago)")]
    notices.close()


def test_a_desktop_without_notifications_is_said_once(qtbot: QtBot) -> None:
    notices = _notices(None, [NOW / 1000])
    told: list[bool] = []
    notices.nowhere_to_tell.connect(lambda: told.append(True))
    notices.on_events([_event("1", 500)])
    notices.on_events([_event("2", 500)])
    assert told == [True]
    notices.close()


def test_what_happened_while_the_computer_slept_is_silent(qtbot: QtBot) -> None:
    notices = DesktopNotices(QIcon(), str, NOW - 3_600_000)
    notices.forget_before(NOW)
    assert notices.worth_telling([_event("asleep", 20_000)], NOW) == ()
    assert notices.worth_telling([_event("awake", -500)], NOW + 1_000) != ()


@pytest.mark.parametrize(
    ("kind", "text", "beeps"),
    [
        (EventKind.ALARM, "Panic button", 3),
        (EventKind.ALARM, "Intrusion", 2),
        (EventKind.TROUBLE, "Battery", 1),
        (EventKind.ACTIVITY, "Motion", 0),
    ],
)
def test_the_worse_the_louder_and_a_burst_rings_once(
    qtbot: QtBot, kind: EventKind, text: str, beeps: int
) -> None:
    heard: list[str] = []
    notices = DesktopNotices(
        QIcon(), str, NOW - 30_000, beep=lambda: heard.append("beep"), now_s=lambda: NOW / 1000
    )
    notices.has_troubles = True
    burst = [Event(f"{number}", "1784", NOW - 500, kind, text=text) for number in range(10_000)]
    notices.on_events(burst)
    notices.on_events([Event("more", "1784", NOW - 400, kind, text=text)])
    qtbot.waitUntil(lambda: len(heard) == beeps and not notices._beeper.isActive(), timeout=30_000)
    notices.close()


def test_its_menu_mutes_and_keeps_the_hours_a_person_chose(qtbot: QtBot) -> None:
    heard: list[str] = []
    notices = DesktopNotices(
        QIcon(), str, NOW - 30_000, beep=lambda: heard.append("beep"), now_s=lambda: NOW / 1000
    )
    kept: dict[str, str] = {}
    menu = QMenu()
    qtbot.addWidget(menu)
    switches = NoticeMenu(menu, notices, lambda name, default: kept.get(name, default), kept.__setitem__)
    switches.load()
    switches.mute.trigger()
    notices.on_events([_event("muted", 500)])
    assert heard == []
    assert kept["mute"] == "on"
    switches.mute.trigger()
    hour = time.localtime(NOW / 1000).tm_hour
    switches.choose_quiet()
    dialog = switches.dialog
    assert dialog is not None
    qtbot.addWidget(dialog)
    dialog.is_on.setChecked(True)
    dialog.first.setValue(hour)
    dialog.end.setValue((hour + 1) % 24)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert kept["quiet hours"] == f"{hour}-{(hour + 1) % 24}"
    notices.on_events([_event("at night", 500)])
    assert heard == []
    switches.load()
    assert notices.quiet == (hour, (hour + 1) % 24)


@pytest.mark.parametrize(
    ("hour", "quiet", "wanted"),
    [(23, (22, 7), True), (6, (22, 7), True), (7, (22, 7), False), (12, (12, 14), True), (3, None, False)],
)
def test_quiet_hours_go_over_midnight(hour: int, quiet: tuple[int, int] | None, wanted: bool) -> None:
    assert is_quiet(hour, quiet) is wanted
