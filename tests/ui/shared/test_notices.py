"""Notices: one of a kind, two lines, hostile text stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from chekt_console.ui.shared.notice_strip import NoticeStrip
from chekt_console.ui.shared.notices import Notices, Severity
from chekt_console.ui.shared.theme import LIGHT, Theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def texts(strip: NoticeStrip) -> list[str]:
    return [line.words.text() for line in strip.lines()]


def test_same_kind_replaces_and_errors_come_first(qtbot: QtBot) -> None:
    notices, theme = Notices(), Theme()
    strip = NoticeStrip(notices, theme)
    qtbot.addWidget(strip)
    assert strip.isHidden()
    notices.show("server", "first")
    notices.show("server", "second")
    notices.show("disk", "full", severity=Severity.ERROR)
    notices.show("saved", "saved", severity=Severity.GOOD)
    assert texts(strip) == ["full", "saved"]
    assert strip.more.text() == "1 more"
    strip.more.click()
    assert texts(strip) == ["full", "saved", "second"]
    notices.drop_good()
    theme.use(LIGHT)
    assert texts(strip) == ["full", "second"]
    assert strip.more.isHidden()
    for line in strip.lines():
        line.dismiss.click()
    assert notices.notices() == ()
    assert strip.isHidden()


def test_the_action_runs_after_its_notice_has_gone(qtbot: QtBot) -> None:
    notices = Notices()
    strip = NoticeStrip(notices, Theme())
    qtbot.addWidget(strip)
    seen: list[int] = []

    def act() -> None:
        seen.append(len(notices.notices()))
        notices.show("x", "failed again", severity=Severity.ERROR)

    notices.show("x", "failed", action="Try again", on_action=act)
    action = strip.lines()[0].action
    assert action is not None
    action.click()
    assert seen == [0]
    assert texts(strip) == ["failed again"]


def test_markup_in_a_notice_is_shown_as_typed(qtbot: QtBot) -> None:
    notices = Notices()
    strip = NoticeStrip(notices, Theme())
    qtbot.addWidget(strip)
    notices.show("x", "<img src='http://x'><b>Riverside</b>")
    assert strip.lines()[0].words.textFormat() is Qt.TextFormat.PlainText


def test_what_lasts_cannot_be_dismissed(qtbot: QtBot) -> None:
    """Its action leaves it standing too; it goes when it is no longer so."""
    notices = Notices()
    strip = NoticeStrip(notices, Theme())
    qtbot.addWidget(strip)
    told: list[int] = []
    notices.show(
        "off", "Not monitored.", action="Settings", on_action=lambda: told.append(1), is_lasting=True
    )
    (line,) = strip.lines()
    assert line.dismiss.isHidden()
    assert line.action is not None
    line.action.click()
    assert told == [1]
    assert notices.notices()
    notices.clear("off")
    assert strip.lines() == ()


def test_neither_what_lasts_nor_the_newest_error_is_hidden(qtbot: QtBot) -> None:
    notices = Notices()
    strip = NoticeStrip(notices, Theme())
    qtbot.addWidget(strip)
    notices.show("off", "Not monitored.", severity=Severity.WARNING, is_lasting=True)
    notices.show("job", "Reading failed.", severity=Severity.WARNING)
    notices.show("crash", "It broke.", severity=Severity.ERROR)
    notices.show("fault", "The simulator makes a fault.", is_lasting=True)
    assert texts(strip) == ["It broke.", "Not monitored."]
    assert strip.more.text() == "2 more"
    notices.show("disk", "The disk is full.", severity=Severity.ERROR)
    assert texts(strip) == ["The disk is full.", "Not monitored."]


def test_changed_is_told_once_and_only_for_changes(qtbot: QtBot) -> None:
    notices = Notices()
    told: list[int] = []
    notices.changed.connect(lambda: told.append(1))
    notices.show("a", "x")
    notices.show("a", "x")
    notices.clear("b")
    notices.clear("a")
    assert len(told) == 2
