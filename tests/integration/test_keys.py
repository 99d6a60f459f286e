"""Every key means one thing at a time, and the sheet of keys and the menu tell what there is."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import QAbstractButton, QToolButton, QWidget

from chekt_console.ui.shared.help_sheet import HelpSheet
from tests.support.console import RunningConsole
from tests.support.shown import show_active

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def keys_in_force(window: QWidget) -> dict[str, list[str]]:
    """By key, what would answer to it now: shortcuts of what is hidden or disabled do not."""
    found: dict[str, list[str]] = defaultdict(list)
    for shortcut in window.findChildren(QShortcut):
        parent = shortcut.parent()
        if shortcut.isEnabled() and isinstance(parent, QWidget) and parent.isVisible():
            keys = shortcut.keys()
            for key in keys:
                found[key.toString()].append(f"{type(parent).__name__} {parent.objectName()}")
    for action in window.findChildren(QAction):
        widgets = [one for one in action.associatedObjects() if isinstance(one, QWidget)]
        if action.isEnabled() and any(one.isVisible() for one in widgets):
            for key in action.shortcuts():
                found[key.toString()].append(f"action {action.text()}")
    for button in window.findChildren(QAbstractButton):
        is_of_action = isinstance(button, QToolButton) and button.defaultAction() is not None
        if button.isEnabled() and button.isVisible() and not button.shortcut().isEmpty() and not is_of_action:
            found[button.shortcut().toString()].append(f"button {button.text()}")
    return found


pytestmark = pytest.mark.slow


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    console = RunningConsole(qtbot, tmp_path / "data")
    console.wait_filled()
    console.wait(lambda: console.session.evidence is not None)  # the last to be built
    yield console
    console.close()


def test_no_two_share_a_key_and_the_menu_and_sheet_are_whole(running: RunningConsole, qtbot: QtBot) -> None:
    window = running.console.window
    running.console.selection.select_site(running.site())
    for perspective in ("review", "schedule", "fleet"):
        window.show_perspective(perspective)
        shared = {key: who for key, who in keys_in_force(window).items() if len(who) > 1}
        assert not shared, f"{perspective}: {shared}"

    menu = window.window_menu.menu
    words = [action.text().replace("&", "") for action in menu.actions() if action.isVisible()]
    titles = [word for word in words if word in ("Site", "Live", "View", "Help")]
    assert titles == ["Site", "Live", "View", "Help"]
    assert words.index("Export evidence…") < words.index("Site")
    assert words[-1] == "Quit"

    show_active(qtbot, window)
    qtbot.keyClick(window, "?")
    qtbot.waitUntil(lambda: window.findChild(HelpSheet) is not None)
    sheet = window.findChild(HelpSheet)
    assert isinstance(sheet, HelpSheet)
    assert {title for title, _ in sheet.sections} >= {
        "Window", "Sites and devices", "Review", "Clip", "Timeline", "Schedule", "Fleet", "Evidence", "Site"
    }  # fmt: skip
    told = " ".join(key for _, keys in sheet.sections for key, _ in keys)
    for action in window.findChildren(QAction):
        for key in action.shortcuts():
            text = key.toString()
            assert text in told or text.startswith("Ctrl+Alt+"), f"{action.text()} ({text}) is on no sheet"
    sheet.close()


def test_what_shows_only_a_picture_says_what_it_does(running: RunningConsole, qtbot: QtBot) -> None:
    window = running.console.window
    running.console.selection.select_site(running.site())
    silent = []
    for perspective in ("review", "schedule", "fleet"):
        window.show_perspective(perspective)
        for button in window.findChildren(QAbstractButton):
            has_words = any(letter.isalpha() for letter in button.text())
            is_qt = button.objectName().startswith("qt_") or type(button).__name__ == "QAbstractButton"
            if button.isVisible() and not has_words and not is_qt and not button.toolTip():
                silent.append(f"{perspective}: {type(button).__name__} in {type(button.parent()).__name__}")
    assert not silent
