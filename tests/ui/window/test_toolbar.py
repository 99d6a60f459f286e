"""The toolbar of a narrow window: the go-to box says what it finds as long as anything else can say less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.site import Site
from chekt_console.settings import Settings
from chekt_console.ui.arming.arming_control import ArmingControl
from chekt_console.ui.arming.arming_state_view import StateLine
from chekt_console.ui.shared.goto_box import GotoBox
from chekt_console.ui.shared.perspective_switch import PerspectiveSwitch
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.site_line import SiteLine
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.shared.toolbar import Toolbar
from tests.support.shown import show

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

HARBOR = Site("1", "Harbor Point Warehouse", timezone="America/Los_Angeles")
_WHOLE = "Go to site, device, event, command…"
_READ = StateLine("Harbor", "Disarmed", "as of 12:46", "known", ArmingMode.DISARMED)
_SENT = StateLine("Harbor", "Arm Away", "sent, not confirmed", "doubt", ArmingMode.AWAY)


class Bar:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        theme, selection = Theme(), Selection()
        self.toolbar = Toolbar()
        qtbot.addWidget(self.toolbar)
        self.switch = PerspectiveSwitch(theme)
        for number, title in enumerate(("Review", "Schedule", "Fleet"), start=1):
            self.switch.add(title, title, f"Ctrl+{number}")
        self.site = SiteLine(selection, theme, Settings(folder / "s.json"))
        self.box = GotoBox(theme)
        self.arming = ArmingControl(theme)
        for part, stretch in ((self.switch, 0), (self.site, 0), (self.box, 1), (self.arming, 0)):
            self.toolbar.row.addWidget(part, stretch)
        self.toolbar.set_shortened((self.site, self.arming, self.switch, self.box))
        selection.select_site(HARBOR)
        self.arming.show_state(_READ, ())
        self.toolbar.resize(2000, 46)
        show(qtbot, self.toolbar)
        self.short = lambda: [part.is_short for part in (self.site, self.arming, self.switch)]

    def resize(self, width: int) -> None:
        self.toolbar.resize(width, 46)
        assert self.toolbar.width() == width
        self.toolbar.row.activate()


@pytest.fixture
def bar(qtbot: QtBot, tmp_path: Path) -> Bar:
    return Bar(qtbot, tmp_path)


def test_parts_say_less_one_after_the_other_and_the_box_last(bar: Bar) -> None:
    need = bar.toolbar.row.sizeHint().width()
    spared = [part.spared_px for part in (bar.site, bar.arming, bar.switch)]
    assert min(spared) > 0
    seen = []
    for width in (need, need - 1, need - spared[0] - 1, need - sum(spared[:2]) - 1, need - sum(spared)):
        bar.resize(width)
        seen.append(bar.short())
        assert bar.box.placeholderText() == _WHOLE, width
    assert seen == [
        [False, False, False],
        [True, False, False],
        [True, True, False],
        [True, True, True],
        [True, True, True],
    ]
    bar.resize(need - sum(spared) - 60)
    assert bar.box.placeholderText() != _WHOLE
    bar.resize(need)
    assert bar.short() == [False, False, False]


def test_a_state_that_is_not_confirmed_keeps_its_words(bar: Bar, qtbot: QtBot) -> None:
    need = bar.toolbar.row.sizeHint().width()
    bar.resize(need - sum(part.spared_px for part in (bar.site, bar.arming)))
    bar.arming.show_state(_SENT, ())
    qtbot.waitUntil(lambda: bar.box.is_short)
    bar.toolbar.row.activate()
    assert bar.arming.state.width() >= bar.arming.state.sizeHint().width()
    assert bar.arming.spared_px == 0


def test_a_site_with_a_longer_name_takes_from_what_is_nice_to_have(bar: Bar, qtbot: QtBot) -> None:
    bar.resize(bar.toolbar.row.sizeHint().width())
    assert not bar.site.is_short
    bar.site._selection.select_site(Site("2", "Harbor Point Warehouse North", timezone="America/Los_Angeles"))
    qtbot.waitUntil(lambda: bar.site.is_short)
    assert bar.box.placeholderText() == _WHOLE
