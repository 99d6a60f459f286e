"""The axis follows the present; a clock change stands on it; the strip of the whole history obeys the filter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from chekt_console.domain.event import EventKind
from chekt_console.domain.event_filter import EventFilter
from chekt_console.ui.timeline import timeline_painter
from chekt_console.ui.timeline.timeline_geometry import BAND_PX, TOP_PX
from chekt_console.ui.timeline.timeline_ticks import ClockChange
from tests.ui.timeline.timeline_world import HOUR_MS, NOW_MS, history, shown_pane

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.timeline.timeline_pane import TimelinePane

_CHANGE_MS = round(
    datetime(2025, 11, 2, 9, tzinfo=UTC).timestamp() * 1000
)  # Los Angeles goes back to winter time


def test_switched_on_it_goes_to_now_and_stays_there(qtbot: QtBot, selection: Selection) -> None:
    now = [NOW_MS]
    pane = shown_pane(qtbot, selection, history(), 1100, 320, lambda: now[0])
    timeline = pane.timeline
    qtbot.keyClick(timeline, Qt.Key.Key_Home)
    assert not timeline.is_live
    assert pane.header.live.text() == "Live ○"
    at_home = timeline.axis
    now[0] += HOUR_MS

    qtbot.mouseClick(pane.header.live, Qt.MouseButton.LeftButton)
    assert timeline.is_live
    qtbot.waitUntil(lambda: timeline.view.now_ms == now[0], timeout=10_000)
    assert pane.header.live.text() == "Live ●"
    for _ in range(3):
        axis = timeline.axis
        assert axis.span_ms == pytest.approx(at_home.span_ms)
        assert 0 <= axis.right_px - axis.x_of(now[0]) < 0.1 * axis.width_px
        now[0] += 3 * HOUR_MS
        qtbot.waitUntil(lambda before=axis: timeline.axis.from_ms > before.from_ms, timeout=10_000)
        assert timeline.axis.from_ms - axis.from_ms == pytest.approx(3 * HOUR_MS, abs=axis.ms_per_px)


def _colored(picture: QImage) -> int:
    return sum(
        picture.pixelColor(x, y).saturation() > 90
        for x in range(picture.width())
        for y in range(picture.height())
    )


def test_the_filter_holds_for_the_whole_history_too(pane: TimelinePane) -> None:
    pane.timeline.fit()
    everything = _colored(pane.minimap.grab().toImage())
    pane.event_filter.use(EventFilter(kinds=frozenset({EventKind.TROUBLE})))
    troubles = _colored(pane.minimap.grab().toImage())
    pane.event_filter.use(EventFilter(text="nowhere"))
    nothing = _colored(pane.minimap.grab().toImage())
    assert nothing < troubles < everything
    pane.event_filter.use(EventFilter())
    assert _colored(pane.minimap.grab().toImage()) == everything


def test_a_clock_change_is_a_line_through_the_lanes_with_its_words(
    qtbot: QtBot, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = shown_pane(qtbot, selection, history(days=120), 1100, 320).timeline

    def accents(left: int, right: int, top: int, bottom: int) -> int:
        picture = timeline.grab().toImage()
        places = ((x, y) for x in range(left, right) for y in range(top, bottom))
        return sum(color.blue() - color.red() > 60 for color in (picture.pixelColor(*at) for at in places))

    timeline.show_span(_CHANGE_MS - 12 * HOUR_MS, _CHANGE_MS + 12 * HOUR_MS)
    x = round(timeline.axis.x_of(_CHANGE_MS))
    line = (x - 1, x + 2, TOP_PX, timeline.height())
    words = (x + 4, x + 90, TOP_PX - BAND_PX // 2, TOP_PX + 14)
    assert accents(*line) > (timeline.height() - TOP_PX) // 3, "dashes"
    assert accents(*words) > 20
    assert ClockChange(_CHANGE_MS, -60).words == "clocks −1 h"
    monkeypatch.setattr(timeline_painter, "clock_changes", lambda *_: ())
    timeline.show_span(_CHANGE_MS - 12 * HOUR_MS, _CHANGE_MS + 12 * HOUR_MS)
    assert accents(*line) == accents(*words) == 0
