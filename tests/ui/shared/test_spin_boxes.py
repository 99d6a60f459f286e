"""The words of a spin box stand off its border, as those of every other field do."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QSpinBox

from chekt_console.ui.clip.clip_survey_dialog import ClipSurveyDialog
from chekt_console.ui.shared.style import palette, stylesheet
from chekt_console.ui.shared.theme import LIGHT, Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot


def _first_ink(field: QWidget) -> int:
    """How far from the left edge the words begin, in pixels; in whatever colors the program has at the time."""
    image = field.grab().toImage()
    lines = range(6, image.height() - 6)
    ground = image.pixelColor(4, lines[0]).lightness()
    return next(
        x
        for x in range(3, image.width())
        if any(abs(image.pixelColor(x, y).lightness() - ground) > 100 for y in lines)
    )


def test_the_number_stands_off_the_border(qtbot: QtBot) -> None:
    dialog = ClipSurveyDialog("Harbor", UTC, Theme())
    qtbot.addWidget(dialog)
    other = QLineEdit("5", dialog)
    dialog.setStyleSheet(stylesheet(LIGHT))
    dialog.setPalette(palette(LIGHT))
    dialog.show()
    box = dialog.findChild(QSpinBox)
    assert box is not None
    dialog.table.setFocus()  # the border of what has the focus is as dark as words
    assert _first_ink(box) >= 7
    assert abs(_first_ink(box) - _first_ink(other)) <= 4
