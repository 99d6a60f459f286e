"""The delivery times of a site: no share is told of too few alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel

from chekt_console.domain.delivery_steps import DeliverySteps, delay_words
from chekt_console.ui.outbound.delays_dialog import DelaysDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def _row(dialog: DelaysDialog, row: int) -> list[str]:
    labels = [dialog.grid.itemAtPosition(row, column).widget() for column in range(5)]
    return [label.text() for label in labels if isinstance(label, QLabel)]


@pytest.mark.parametrize(
    ("count", "heads", "delays"),
    [
        (6, ["9 of 10 within", "Slowest"], ["3.0 s", "—", "6.0 s", "6"]),
        (20, ["9 of 10 within", "Slowest"], ["10 s", "18 s", "20 s", "20"]),
        (100, ["9 of 10 within", "99 of 100 within"], ["50 s", "1 min 30 s", "1 min 39 s", "100"]),
    ],
)
def test_a_share_is_told_from_enough_alarms_on(
    qtbot: QtBot, count: int, heads: list[str], delays: list[str]
) -> None:
    dialog = DelaysDialog("Harbor Point Warehouse")
    qtbot.addWidget(dialog)
    dialog.show_steps(tuple(DeliverySteps(f"{n}", 0, captured_ms=n * 1000) for n in range(1, count + 1)))
    assert _row(dialog, 0) == ["Step", "Half within", *heads, "Alarms"]
    assert _row(dialog, 1) == ["Captured", *delays]


def test_seconds_are_told_beside_few_minutes() -> None:
    told = [delay_words(ms) for ms in (800, 59_999, 60_000, 108_400, 125_000, 754_000, 7_200_000)]
    assert told == ["+0.8 s", "+59 s", "+1 min", "+1 min 48 s", "+2 min 5 s", "+12 min", "+2 h"]
