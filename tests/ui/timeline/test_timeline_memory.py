"""What the timeline remembers comes back in the next run, and nothing that was written wrong breaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.background.runner import Runner
from chekt_console.domain.event_filter import EventFilter
from chekt_console.store.local import LocalStore
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.lane_arrangement import Grouping, LaneArrangement
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_memory import TimelineMemory
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.ui.timeline.timeline_world import NOW_MS, SITE, history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalStore]:
    store = LocalStore(tmp_path / "local.sqlite")
    yield store
    store.close()


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.stop()


def _opened(qtbot: QtBot, runner: Runner, local: LocalStore) -> TimelinePane:
    selection = Selection()
    pane = TimelinePane(selection, Theme(), now_ms=lambda: NOW_MS)
    selection.setParent(pane)
    qtbot.addWidget(pane)
    pane.resize(1100, 300)
    selection.select_site(SITE)
    pane.show_events(TimelineContent.of(history()), SITE)
    memory = TimelineMemory(pane, selection, runner, local)
    with qtbot.waitSignal(memory.applied):
        memory.start()
    return pane


def test_the_next_run_looks_as_this_one_was_left(qtbot: QtBot, runner: Runner, local: LocalStore) -> None:
    pane = _opened(qtbot, runner, local)
    pane.event_filter.use(EventFilter(text="dock"))
    pane.show_list(is_shown=True)
    pane.use_gap(300_000)
    last = pane.timeline.view.lanes[-1].key
    pane.timeline.arrange(LaneArrangement(Grouping.DEVICE).toggled_pin(last))
    qtbot.waitUntil(lambda: last in local.choice("timeline"))
    again = _opened(qtbot, runner, local)
    assert again.event_filter.value.is_empty  # no alarm is hidden by a filter of yesterday
    assert not again.event_list.isHidden()
    assert again.timeline.view.gap_ms == 300_000
    assert again.timeline.view.lanes[0].key == last


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"sites": [], "gap_ms": -1, "grouping": "colour"}'])
def test_what_was_written_wrong_counts_as_nothing(
    qtbot: QtBot, runner: Runner, local: LocalStore, kept: str
) -> None:
    local.put_choice("timeline", kept)
    pane = _opened(qtbot, runner, local)
    assert pane.event_filter.value.is_empty
    assert pane.timeline.view.arrangement == LaneArrangement()
