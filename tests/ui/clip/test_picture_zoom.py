"""Zoom and pan in the picture, by wheel, keys and hand; a click still plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from chekt_console.ui.clip.picture_look import Look, looked
from chekt_console.ui.clip.picture_widget import PictureWidget

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def _wheel(widget: PictureWidget, at: QPoint, turned: int) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), QPoint(0, turned),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.fixture
def picture(qtbot: QtBot) -> PictureWidget:
    made = PictureWidget()
    qtbot.addWidget(made)
    made.resize(640, 360)
    made.show()
    image = QImage(1280, 720, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.gray)
    made.show_image(image)
    return made


def test_the_wheel_zooms_at_the_cursor_and_no_ground_comes_in(picture: PictureWidget) -> None:
    at = QPoint(160, 90)
    for _ in range(4):
        _wheel(picture, at, 120)
    rect = picture.picture_rect()
    assert rect.width() == pytest.approx(640 * 1.25**4)
    assert (at.x() - rect.x()) / rect.width() == pytest.approx(0.25)  # what was there is there
    assert (at.y() - rect.y()) / rect.height() == pytest.approx(0.25)
    for _ in range(9):
        _wheel(picture, QPoint(600, 300), -120)
    assert picture.zoom == 1.0
    assert picture.picture_rect().topLeft() == QPointF(0, 0)


def test_a_drag_moves_and_a_click_still_plays(picture: PictureWidget, qtbot: QtBot) -> None:
    clicks: list[bool] = []
    picture.clicked.connect(lambda: clicks.append(True))
    picture.zoom_at(2.0, QPointF(320, 180))
    left = picture.picture_rect().x()
    qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=QPoint(300, 180))
    qtbot.mouseMove(picture, QPoint(350, 180))
    qtbot.mouseMove(picture, QPoint(400, 180))
    qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=QPoint(400, 180))
    assert picture.picture_rect().x() == pytest.approx(left + 100, abs=1)
    assert clicks == []
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=QPoint(300, 180))
    assert clicks == [True]
    picture.show_image(None)
    assert picture.zoom == 1.0


def test_a_lighter_picture_is_only_for_the_eye(picture: PictureWidget) -> None:
    image = picture.image
    assert image is not None
    before = image.pixelColor(5, 5).red()
    picture.show_look(Look.MUCH_LIGHTER)
    assert picture.grab().toImage().pixelColor(5, 5).red() > before + 20
    assert picture.image is image
    assert image.pixelColor(5, 5).red() == before
    assert looked(image, Look.AS_IT_IS) is image
    picture.show_look(Look.AS_IT_IS)
    assert picture.grab().toImage().pixelColor(5, 5).red() == pytest.approx(before, abs=2)
