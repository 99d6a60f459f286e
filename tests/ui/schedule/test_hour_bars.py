"""The bars of past alarms can be told from every hour they lie on."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from chekt_console.ui.schedule.hour_bars import HourBars
from chekt_console.ui.schedule.week_geometry import WeekGeometry
from chekt_console.ui.shared.theme import DARK, LIGHT, Colors
from tests.support.contrast import contrast


@pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])
def test_one_alarm_and_many_stand_out_from_what_they_lie_on(colors: Colors, qtbot: QtBot) -> None:
    counts = [[[0, 0, 0, 0] for _ in range(24)] for _ in range(7)]
    counts[0][6], counts[0][12] = [1, 0, 0, 0], [0, 8, 0, 0]
    geometry = WeekGeometry(1000, 400)
    image = HourBars.of(counts, 30).draw(geometry, colors, 1.0).toImage()
    band = geometry.row_box(geometry.row_of(0))
    for hour in (6, 12):
        x = round(geometry.x_of(hour * 60 + 30))
        column = [image.pixelColor(x, y) for y in range(round(band.top), round(band.bottom))]
        seen = {color.name() for color in column if color.alpha() == 255}
        assert not [color for color in column if color.alpha() not in (0, 255)]
        for ground in (colors.away, colors.stay, colors.night, colors.grid_off):
            assert max(contrast(QColor(color), ground) for color in seen) > 3
        (rim, bar) = (colors.on_mode.name(), colors.alarm.name())
        assert seen == {rim, bar}
        assert contrast(QColor(rim), QColor(bar)) > 3
        assert sum(color.name() == bar and color.alpha() == 255 for color in column) >= 2
