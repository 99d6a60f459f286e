"""A timeline on show with a month of events of one site, as most tests of it begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.ui.shared.selection import Selection
from tests.ui.timeline.timeline_world import history, shown_pane

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from chekt_console.ui.timeline.timeline_pane import TimelinePane


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def pane_height() -> int:
    return 320


@pytest.fixture
def pane(qtbot: QtBot, selection: Selection, pane_height: int) -> TimelinePane:
    return shown_pane(qtbot, selection, history(), 1100, pane_height)
