"""The window: perspectives, cover, remembered layout, and nothing clipped on a small screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSplitter, QStackedWidget, QWidget

from chekt_console.domain.site import Site
from chekt_console.settings import Settings
from chekt_console.ui.main_window import MainWindow
from chekt_console.ui.shared.help_sheet import HelpSheet
from chekt_console.ui.shared.notices import Notices
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.support.shown import show_active

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

SITE = Site("1", "Harbor Point Warehouse", timezone="America/Los_Angeles")


class Panes:
    def __init__(self) -> None:
        self.sites, self.devices = QLabel("sites"), QLabel("devices")
        self.clip, self.event, self.timeline = QLabel("clip"), QLabel("event"), QLabel("timeline")
        self.editor, self.period = QLabel("editor"), QLabel("period")

    def put(self, window: MainWindow) -> None:
        window.set_left(self.sites, self.devices)
        window.add_perspective("review", "Review", "Ctrl+1", self.clip, self.event, self.timeline)
        window.add_perspective("schedule", "Schedule", "Ctrl+2", self.editor, self.period, None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


def make_window(qtbot: QtBot, settings: Settings, panes: Panes | None = None) -> MainWindow:
    window = MainWindow(Theme(), Selection(), settings, Notices())
    qtbot.addWidget(window)
    if panes is not None:
        panes.put(window)
    show_active(qtbot, window)
    return window


def is_inside(part: QWidget, window: MainWindow) -> bool:
    corner = part.mapTo(window, part.rect().bottomRight())
    return part.isVisible() and window.rect().contains(corner)


def test_keys_and_clicks_switch_perspectives(qtbot: QtBot, settings: Settings) -> None:
    panes = Panes()
    window = make_window(qtbot, settings, panes)
    assert window.current_perspective == "review"
    with qtbot.waitSignal(window.perspective_changed) as changed:
        qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert changed.args == ["schedule"]
    assert panes.editor.isVisible()
    assert panes.sites.isVisible()
    assert not panes.clip.isVisible()
    assert settings.last_perspective == "schedule"
    window.perspective_switch.button("review").click()
    assert panes.clip.isVisible()
    assert window.perspective_switch.button("review").isChecked()
    window.show_perspective("no such thing")
    assert window.current_perspective == "review"


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (960, 600)])
def test_everything_is_inside_the_window(qtbot: QtBot, settings: Settings, size: tuple[int, int]) -> None:
    panes = Panes()
    window = make_window(qtbot, settings, panes)
    window.resize(*size)
    assert (window.width(), window.height()) == size
    for part in (panes.sites, panes.devices, panes.clip, panes.event, panes.timeline, window.status):
        assert is_inside(part, window), part
    assert is_inside(window.menu_button, window)


def test_a_dragged_layout_comes_back_and_survives_a_smaller_screen(qtbot: QtBot, settings: Settings) -> None:
    panes = Panes()
    window = make_window(qtbot, settings, panes)
    window.resize(1440, 900)
    outer = panes.clip.parentWidget()
    assert isinstance(outer, QSplitter)
    left_handle = window.frame.findChildren(QSplitter)[0].handle(1)
    start = left_handle.rect().center()
    qtbot.mousePress(left_handle, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(left_handle, left_handle.rect().center() + type(start)(80, 0))
    qtbot.mouseRelease(left_handle, Qt.MouseButton.LeftButton, pos=start)
    dragged = panes.sites.width()
    assert dragged > 360
    window.resize(960, 600)
    assert panes.sites.width() < dragged
    window.show_perspective("schedule")
    assert panes.sites.width() < 330  # each perspective has its own
    window.show_perspective("review")
    window.close()

    again_panes = Panes()
    again = make_window(qtbot, settings, again_panes)
    again.resize(1440, 900)
    assert abs(again_panes.sites.width() - dragged) <= 2


def test_parts_are_hidden_shown_and_reset(qtbot: QtBot, settings: Settings) -> None:
    panes = Panes()
    window = make_window(qtbot, settings, panes)
    actions = window.window_menu.part_actions
    actions["bottom"].trigger()
    actions["left"].trigger()
    assert not panes.timeline.isVisible()
    assert not panes.sites.isVisible()
    window.show_perspective("schedule")
    assert panes.sites.isVisible()
    assert not actions["bottom"].isVisible()  # the schedule has none
    window.show_perspective("review")
    assert not panes.timeline.isVisible()
    window.frame.reset()
    assert panes.timeline.isVisible()
    assert actions["left"].isChecked()


def test_single_keys_are_not_typed_into_the_box(qtbot: QtBot, settings: Settings) -> None:
    window = make_window(qtbot, settings, Panes())
    assert not window.goto_box.hasFocus()


def test_a_late_pane_takes_its_place(qtbot: QtBot, settings: Settings) -> None:
    panes = Panes()
    window = make_window(qtbot, settings)
    window.set_left(panes.sites, panes.devices)
    window.add_perspective("review", "Review", "Ctrl+1", QLabel("loading"))
    assert not window.window_menu.part_actions["right"].isEnabled()
    window.add_perspective("review", "Review", "Ctrl+1", panes.clip, panes.event, panes.timeline)
    for part in (panes.clip, panes.event, panes.timeline):
        assert is_inside(part, window)
    assert len(window.perspective_switch.findChildren(QWidget)) == 1
    assert window.window_menu.part_actions["right"].isEnabled()


def test_the_cover_hides_what_would_do_nothing(qtbot: QtBot, settings: Settings) -> None:
    panes = Panes()
    window = make_window(qtbot, settings)
    cover = QLabel("connect")
    window.set_cover(cover)
    assert cover.isVisible()
    assert not window.goto_box.isVisible()
    assert not window.perspective_switch.isVisible()
    arming = QLabel("arming")
    window.add_toolbar_widget(arming)
    assert not arming.isVisible()
    panes.put(window)
    window.set_cover(None)
    assert panes.clip.isVisible()
    assert arming.isVisible()
    window.set_cover(cover)
    window.show_perspective("schedule")
    assert panes.editor.isVisible()
    assert not cover.isVisible()


def test_a_closed_session_leaves_nothing_behind(qtbot: QtBot, settings: Settings) -> None:
    first, second = Panes(), Panes()
    window = make_window(qtbot, settings, first)
    window.remove_perspectives()
    assert window.current_perspective == ""
    assert first.clip.parentWidget() is None
    assert not first.sites.isVisible()
    assert not window.goto_box.isVisible()
    second.put(window)
    assert second.clip.isVisible()
    assert second.sites.isVisible()
    first.clip.setText("still ours")


def test_the_band_and_the_title_name_the_environment(qtbot: QtBot, settings: Settings) -> None:
    selection = Selection()
    window = MainWindow(Theme(), selection, settings, Notices())
    qtbot.addWidget(window)
    assert not window.window_menu.disconnect_action.isEnabled()
    window.set_environment("production", "Northgate & Sons (dealer 12345)")
    selection.select_site(SITE)
    assert window.band.words.startswith("PRODUCTION — live monitoring")
    assert "Connected as Northgate & Sons (dealer 12345)" in window.band.words
    assert window.windowTitle() == "Harbor Point Warehouse — CHeKT Console — Production"
    assert window.site_line.name == "Harbor Point Warehouse"
    with qtbot.waitSignal(window.disconnect_requested):
        window.window_menu.disconnect_action.trigger()
    window.set_environment("", "")
    assert window.band.words.startswith("NOT CONNECTED")


def test_the_menu_asks_for_themes_and_shows_the_keys(qtbot: QtBot, settings: Settings) -> None:
    window = make_window(qtbot, settings, Panes())
    with qtbot.waitSignal(window.theme_requested) as asked:
        window.window_menu.theme_actions["light"].trigger()
    assert asked.args == ["light"]
    window.add_help("Clip", (("Space", "Play or pause"),))
    qtbot.keyClick(window, "?")
    sheet = window.findChild(HelpSheet)
    assert isinstance(sheet, HelpSheet)
    assert [title for title, _ in sheet.sections] == ["Window", "Clip"]
    sheet.close()


def test_a_geometry_of_another_world_is_ignored(qtbot: QtBot, settings: Settings) -> None:
    settings.window_geometry = b"not a geometry"
    settings.set_layout("review", b'{"left": -5, "right": "x", "bottom": 99999}')
    panes = Panes()
    window = make_window(qtbot, settings, panes)
    window.resize(1280, 720)
    for part in (panes.sites, panes.clip, panes.event, panes.timeline):
        assert is_inside(part, window)


def test_closing_is_told_and_the_geometry_kept(qtbot: QtBot, settings: Settings) -> None:
    window = make_window(qtbot, settings, Panes())
    with qtbot.waitSignal(window.closing):
        window.close()
    assert settings.window_geometry


def test_a_screen_too_small_for_the_first_size_is_filled(
    qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop of 1366 by 768: a window of that size with a frame around it would hide its foot."""
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(1366, 768))
    window = make_window(qtbot, settings, Panes())
    assert window.isMaximized()
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(1920, 1080))
    assert not make_window(qtbot, Settings(tmp_path / "other.json"), Panes()).isMaximized()


@pytest.mark.parametrize("lose", [lambda one: one.setEnabled(False), lambda one: one.hide()])
def test_a_button_that_goes_gives_the_focus_back_to_where_one_worked(
    qtbot: QtBot, settings: Settings, lose: Callable[[QWidget], None]
) -> None:
    """Not to the next button of the window, which Space would press."""
    panes = Panes()
    window = make_window(qtbot, settings, panes)
    box = QHBoxLayout(panes.clip)
    text, other, save = QLineEdit(), QPushButton("Undo"), QPushButton("Save")
    for widget in (text, other, save):
        box.addWidget(widget)
    qtbot.waitUntil(save.isVisible)
    text.setFocus()
    other.setFocus()
    save.setFocus()
    lose(save)
    assert window.focusWidget() is text
    save.setEnabled(True)
    save.show()
    save.setFocus()
    text.setEnabled(False)
    lose(save)
    assert isinstance(window.focusWidget(), QStackedWidget)  # where single keys are for the panes
