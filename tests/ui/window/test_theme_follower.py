"""Dark and light: the person's choice before the system's, remembered, with words that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QButtonGroup, QPushButton, QRadioButton, QVBoxLayout, QWidget

from chekt_console.assets import resource
from chekt_console.settings import Settings
from chekt_console.ui.shared.style import set_role, strong_accent, stylesheet
from chekt_console.ui.shared.theme import DARK, LIGHT, Colors, Theme
from chekt_console.ui.shared.theme_follower import ThemeFollower
from tests.support.contrast import contrast
from tests.support.shown import show_active

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    style, font, palette = qapp.style().objectName(), qapp.font(), qapp.palette()
    yield qapp
    qapp.setStyleSheet("")
    qapp.setStyle(style)
    qapp.setFont(font)
    qapp.setPalette(palette)


def _follower(app: QApplication, folder: Path, choice: str) -> ThemeFollower:
    """After a start with what was chosen the last time."""
    settings = Settings(folder / "settings.json")
    settings.theme = choice
    return ThemeFollower(app, Theme(), settings)


def test_the_choice_is_worn_and_remembered(app: QApplication, tmp_path: Path) -> None:
    settings, theme = Settings(tmp_path / "settings.json"), Theme()
    follower = ThemeFollower(app, theme, settings)
    follower.set_choice("light")
    assert theme.colors is LIGHT
    assert app.palette().color(QPalette.ColorRole.Window) == LIGHT.pane
    follower.set_choice("dark")
    assert theme.colors is DARK
    assert Settings(tmp_path / "settings.json").theme == "dark"
    follower.set_choice("system")
    assert follower.choice == "system"
    with pytest.raises(ValueError):
        follower.set_choice("purple")


def test_what_is_shown_while_hidden_widgets_wait_for_their_colours_has_them_at_once(
    app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    follower = _follower(app, tmp_path, "dark")
    window = QWidget()
    qtbot.addWidget(window)
    others = [QWidget(window) for _ in range(4000)]
    page = QWidget(window)
    buttons = [QPushButton("Save", page) for _ in range(20)]
    for button in buttons:
        set_role(button, "primary")
        button.setGeometry(0, 0, 120, 40)
    window.show()
    assert buttons[0].grab().toImage().pixelColor(10, 12) != LIGHT.accent
    for one in (*others, page):
        one.hide()
    follower.set_choice("light")
    page.show()
    for _ in range(5):
        app.processEvents()
    assert {button.grab().toImage().pixelColor(10, 12).name() for button in buttons} == {LIGHT.accent.name()}


def test_a_role_given_late_is_painted(app: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    follower = _follower(app, tmp_path, "light")
    button = QPushButton("Save")
    qtbot.addWidget(button)
    button.resize(120, 40)
    button.show()
    set_role(button, "primary")
    assert button.grab().toImage().pixelColor(10, 12) == LIGHT.accent
    assert follower.choice == "light"


def test_shown_and_hidden_widgets_follow_another_theme(
    app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    follower = _follower(app, tmp_path, "light")
    shown, hidden = QPushButton("Save"), QPushButton("Later")
    for button in (shown, hidden):
        qtbot.addWidget(button)
        button.resize(120, 40)
        button.show()
    hidden.hide()
    follower.set_choice("dark")
    for button in (shown, hidden):
        qtbot.waitUntil(lambda button=button: button.grab().toImage().pixelColor(10, 12) == DARK.raised)  # type: ignore[misc]


def test_a_choice_that_has_the_keys_has_a_ring_and_does_not_look_chosen(
    app: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    follower = _follower(app, tmp_path, "light")
    window = QWidget()
    column, group = QVBoxLayout(window), QButtonGroup(window)
    mine, theirs = QRadioButton("Mine"), QRadioButton("Theirs")
    for button in (mine, theirs):
        column.addWidget(button)
        group.addButton(button)
    qtbot.addWidget(window)
    show_active(qtbot, window)
    theirs.setChecked(True)
    group.setExclusive(False)  # or the keys go to the chosen one
    mine.setFocus()
    qtbot.waitUntil(mine.hasFocus)
    image = mine.grab().toImage()
    ring = [image.pixelColor(image.width() // 2, y) for y in (0, image.height() - 1)]
    assert ring == [LIGHT.accent, LIGHT.accent]
    inside = {image.pixel(x, y) for x in range(20, image.width() - 2) for y in range(2, image.height() - 2)}
    assert LIGHT.accent.rgb() not in inside  # its words are those of any other
    theirs.setFocus()
    assert LIGHT.accent != mine.grab().toImage().pixelColor(image.width() // 2, 0)
    assert follower.choice == "light"


def test_the_sheet_names_files_that_exist() -> None:
    for colors in (DARK, LIGHT):
        assert "$" not in stylesheet(colors)
    for name in ("chevron.svg", "icon.svg"):
        assert resource(name).is_file()


@pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])
def test_words_stand_out_from_their_ground(colors: Colors) -> None:
    for ground in (colors.pane, colors.raised, colors.header):
        assert contrast(colors.text, ground) > 7
        assert contrast(colors.muted, ground) > 4.5
    assert contrast(colors.on_accent, strong_accent(colors)) > 4.5
    assert contrast(colors.text, colors.selected) > 4.5
    for mode in (colors.away, colors.stay, colors.night):
        assert contrast(colors.on_mode, mode) > 4.5
