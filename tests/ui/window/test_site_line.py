"""The site in the toolbar shows its own clock, not the laptop's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.site import Site
from chekt_console.settings import Settings
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.site_line import SiteLine, clock_text
from chekt_console.ui.shared.theme import Theme

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

NOW = datetime(2026, 2, 11, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "is_24h", "text"),
    [
        ("America/Los_Angeles", True, "America/Los_Angeles · 21:04"),
        ("America/Los_Angeles", False, "America/Los_Angeles · 9:04 PM"),
        ("Asia/Kathmandu", True, "Asia/Kathmandu · 10:49"),
        ("", True, "time zone unknown"),
        ("Mars/Olympus", True, "time zone unknown"),
        ("../../etc/passwd", True, "time zone unknown"),
    ],
)
def test_the_clock_of_the_site(zone: str, is_24h: bool, text: str) -> None:
    assert clock_text(Site("1", "A", timezone=zone), NOW, is_24h) == text


def test_it_follows_selection_and_time(qtbot: QtBot, tmp_path: Path) -> None:
    times = [NOW]
    selection = Selection()
    line = SiteLine(selection, Theme(), Settings(tmp_path / "s.json"), now=lambda: times[-1])
    qtbot.addWidget(line)
    assert line.sizeHint().width() == 0
    selection.select_site(Site("1", "<b>Harbor</b>", timezone="America/Los_Angeles"))
    assert (line.name, line.detail) == ("<b>Harbor</b>", "America/Los_Angeles · 21:04")
    times.append(NOW.replace(minute=5))
    line.refresh()
    assert line.detail.endswith("21:05")
    assert line.toolTip() == "<qt>&lt;b&gt;Harbor&lt;/b&gt; · America/Los_Angeles · 21:05</qt>"
    selection.select_site(None)
    assert line.toolTip() == ""
    assert line.accessibleName() == "No site selected"


def test_a_zone_that_does_not_fit_is_left_out_and_the_clock_stays(qtbot: QtBot, tmp_path: Path) -> None:
    selection = Selection()
    line = SiteLine(selection, Theme(), Settings(tmp_path / "s.json"), now=lambda: NOW)
    qtbot.addWidget(line)
    selection.select_site(Site("1", "Harbor", timezone="America/Los_Angeles"))
    wide = line.fontMetrics().horizontalAdvance(" · America/Los_Angeles · 21:04")
    assert line.shown_detail(wide) == " · America/Los_Angeles · 21:04"
    assert line.shown_detail(wide - 1) == " · 21:04"
    assert line.shown_detail(10) == ""
