"""Only alarms of now are told on the desktop, each once, and never in quiet hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QIcon

from chekt_console.domain.event import Event, EventKind
from chekt_console.ui.shared.desktop_notices import DesktopNotices, is_quiet

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


@pytest.mark.parametrize(
    ("hour", "quiet", "wanted"),
    [(23, (22, 7), True), (6, (22, 7), True), (7, (22, 7), False), (12, (12, 14), True), (3, None, False)],
)
def test_quiet_hours_go_over_midnight(hour: int, quiet: tuple[int, int] | None, wanted: bool) -> None:
    assert is_quiet(hour, quiet) is wanted
