"""From the whole to seconds in one gesture: span, keys, fingers; the clip's real length and where it plays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from chekt_console.ui.timeline.timeline_widget import TimelineWidget
from tests.ui.timeline.timeline_world import HOUR_MS, NOW_MS, alarm

_AT = NOW_MS - HOUR_MS


def _mark_span(timeline: TimelineWidget, qtbot: QtBot, left: int, right: int) -> tuple[float, float]:
    """Drags with Shift; the instants at both ends."""
    shift = Qt.KeyboardModifier.ShiftModifier
    ends = timeline.axis.ms_at(left), timeline.axis.ms_at(right)
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, shift, QPoint(left, 200))
    qtbot.mouseMove(timeline, QPoint((left + right) // 2, 200))
    qtbot.mouseMove(timeline, QPoint(right, 200))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, shift, QPoint(right, 200))
    return ends


def test_z_zooms_to_the_selected_span_and_shift_z_back_to_the_whole(pane: TimelinePane, qtbot: QtBot) -> None:
    timeline = pane.timeline
    timeline.fit()
    whole = timeline.axis
    qtbot.keyClick(timeline, Qt.Key.Key_Z)
    assert timeline.axis == whole  # no span, nothing to zoom to
    start, end = _mark_span(timeline, qtbot, 600, 640)
    qtbot.keyClick(timeline, Qt.Key.Key_Z)
    assert timeline.axis.from_ms == pytest.approx(start, abs=2)
    assert timeline.axis.to_ms == pytest.approx(end, abs=2)
    qtbot.keyClick(timeline, Qt.Key.Key_Z, Qt.KeyboardModifier.ShiftModifier)
    assert timeline.axis == whole


def test_a_double_click_on_the_span_zooms_to_it(pane: TimelinePane, qtbot: QtBot) -> None:
    timeline = pane.timeline
    timeline.fit()
    start, end = _mark_span(timeline, qtbot, 600, 640)
    qtbot.mouseDClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(620, 200))
    assert (timeline.axis.from_ms, timeline.axis.to_ms) == pytest.approx((start, end), abs=2)


def test_a_pinch_on_a_touchpad_zooms_at_the_fingers(pane: TimelinePane) -> None:
    timeline = pane.timeline
    before, place = timeline.axis, QPointF(500, 200)
    QApplication.sendEvent(
        timeline,
        QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
            place, place, QPointF(timeline.mapToGlobal(place)), 0.5, QPointF(), 1,
        ),
    )  # fmt: skip
    assert timeline.axis.span_ms == pytest.approx(before.span_ms / 1.5)
    assert timeline.axis.ms_at(500) == pytest.approx(before.ms_at(500))


def test_two_fingers_on_a_touchscreen_zoom_between_them(pane: TimelinePane) -> None:
    timeline = pane.timeline
    timeline.fit()
    before = timeline.axis
    device = QTest.createTouchDevice()
    middle = 600
    QTest.touchEvent(timeline, device).press(1, QPoint(middle - 50, 200)).commit()
    QTest.touchEvent(timeline, device).move(1, QPoint(middle - 50, 200)).press(
        2, QPoint(middle + 50, 200)
    ).commit()
    for reach in range(60, 210, 10):
        fingers = QTest.touchEvent(timeline, device)
        fingers.move(1, QPoint(middle - reach, 200)).move(2, QPoint(middle + reach, 200)).commit()
    last = QTest.touchEvent(timeline, device)
    last.release(1, QPoint(middle - 200, 200)).release(2, QPoint(middle + 200, 200)).commit()
    assert timeline.axis.span_ms == pytest.approx(
        before.span_ms / 4
    )  # the fingers went so much farther apart
    assert timeline.axis.ms_at(middle) == pytest.approx(before.ms_at(middle), abs=2 * before.ms_per_px)


def test_one_finger_moves_through_time_and_the_second_one_stops_that(pane: TimelinePane) -> None:
    timeline = pane.timeline
    before = timeline.axis
    device = QTest.createTouchDevice()
    QTest.touchEvent(timeline, device).press(1, QPoint(500, 200)).commit()
    for x in (520, 560, 600):
        QTest.touchEvent(timeline, device).move(1, QPoint(x, 200)).commit()
    assert timeline.axis.ms_at(600) == pytest.approx(before.ms_at(500))
    QTest.touchEvent(timeline, device).move(1, QPoint(600, 200)).press(2, QPoint(700, 200)).commit()
    QTest.touchEvent(timeline, device).release(2, QPoint(700, 200)).move(1, QPoint(600, 200)).commit()
    held = timeline.axis
    QTest.touchEvent(timeline, device).move(1, QPoint(300, 200)).commit()
    QTest.touchEvent(timeline, device).release(1, QPoint(300, 200)).commit()
    assert timeline.axis == held


def test_a_finger_that_lies_on_a_touchpad_drags_nothing(pane: TimelinePane) -> None:
    timeline = pane.timeline
    before = timeline.axis
    caps = QInputDevice.Capability
    device = QTest.createTouchDevice(QInputDevice.DeviceType.TouchPad, caps.Position | caps.MouseEmulation)
    QTest.touchEvent(timeline, device).press(1, QPoint(500, 200)).commit()
    for x in (520, 560, 600):
        QTest.touchEvent(timeline, device).move(1, QPoint(x, 200)).commit()
    QTest.touchEvent(timeline, device).release(1, QPoint(600, 200)).commit()
    assert timeline.axis == before


def test_a_clip_is_drawn_as_long_as_it_really_is_once_it_was_opened(pane: TimelinePane) -> None:
    timeline = pane.timeline
    timeline.show_content(
        TimelineContent([alarm("a", _AT)], known_from_ms=_AT - HOUR_MS, known_to_ms=NOW_MS), timeline.zone
    )
    timeline.show_span(_AT - 60_000, _AT + 60_000)

    def edge_colors(at_ms: float) -> set[str]:
        """Of the whole height of the lane there."""
        picture = timeline.grab().toImage()
        top, x = round(timeline.layout_of_lanes.top_of(0)) + 2, round(timeline.axis.x_of(at_ms))
        height = round(timeline.layout_of_lanes.lane_px) - 5
        return {picture.pixelColor(x + dx, top + dy).name() for dx in (-1, 0, 1) for dy in range(height)}

    def is_solid(at_ms: float) -> bool:
        picture = timeline.grab().toImage()
        layout, x = timeline.layout_of_lanes, round(timeline.axis.x_of(at_ms))
        middle = round(layout.top_of(0) + layout.lane_px / 2)
        red = timeline.view.colors.alarm.name()
        return any(
            all(picture.pixelColor(x + dx, middle + dy).name() == red for dy in range(-6, 7))
            for dx in (-1, 0, 1)
        )

    nothing = edge_colors(_AT + 40_000)
    assert edge_colors(_AT + 10_000) != nothing  # as long as a clip should be, dashed
    assert not is_solid(_AT + 10_000)
    timeline.know_clip("a", _AT - 8_000, _AT + 22_000)
    assert is_solid(_AT - 8_000)
    assert is_solid(_AT + 22_000)
    assert edge_colors(_AT + 40_000) == nothing


def test_the_playhead_moves_with_the_clip_and_goes_with_it(pane: TimelinePane) -> None:
    timeline = pane.timeline
    timeline.show_span(_AT - 60_000, _AT + 60_000)

    def has_line(at_ms: float) -> bool:
        picture = timeline.grab().toImage()
        x, ink = round(timeline.axis.x_of(at_ms)), timeline.view.colors.text
        return any(
            abs(picture.pixelColor(x + dx, 180).lightness() - ink.lightness()) < 90 for dx in (-1, 0, 1)
        )

    assert not has_line(_AT + 5_000)
    timeline.set_playhead(_AT + 5_000)
    assert has_line(_AT + 5_000)
    timeline.set_playhead(_AT + 20_000)
    assert has_line(_AT + 20_000)
    assert not has_line(_AT + 5_000)
    timeline.set_playhead(None)
    assert not has_line(_AT + 20_000)


def test_a_playhead_that_moved_less_than_can_be_seen_is_at_its_place_after_zooming_in(
    pane: TimelinePane,
) -> None:
    timeline = pane.timeline
    timeline.show_range(30 * 24 * HOUR_MS)
    timeline.set_playhead(_AT)
    timeline.set_playhead(_AT + 10_000)
    timeline.show_span(_AT - 60_000, _AT + 60_000)
    assert timeline.view.playhead_ms == _AT + 10_000
