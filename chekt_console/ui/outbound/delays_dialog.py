"""How long alarms of a site take to be captured, attached, delivered and reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from chekt_console.domain.delivery_steps import MEANINGS, delay_words, percentiles
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.delivery_steps import DeliverySteps

_HEADS = ("Step", "Half within", "9 of 10 within", "99 of 100 within", "Alarms")
_LEAST = (1, 10, 100)  # alarms that each of the three shares is told from


class DelaysDialog(QDialog):
    def __init__(self, site_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModal(False)
        self.setMinimumWidth(560)
        self.setWindowTitle("Delivery times")
        head = QLabel(f"Delivery times of {site_name}", self)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        set_role(head, "heading")
        self.note = QLabel("Reading the newest alarms…", self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(22)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(0, 1)
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(head)
        column.addLayout(self.grid)
        column.addWidget(self.note)
        column.addStretch(1)
        column.addLayout(row)

    def show_steps(self, many: tuple[DeliverySteps, ...]) -> None:
        delays = percentiles(many)
        if not delays:
            self.note.setText(
                "This connection tells nothing about deliveries, or the site had no alarm in the last 30 days."
            )
            return
        are_few = max(one.count for one in delays) < _LEAST[-1]
        for column, words in enumerate(_HEADS):
            self._put(0, column, "Slowest" if are_few and column == 3 else words, "small")
        for row, one in enumerate(delays, start=1):
            self._put(row, 0, one.step.capitalize(), "strong", MEANINGS[one.step])
            values = zip((one.p50_ms, one.p90_ms, one.p99_ms), _LEAST, strict=True)
            for column, (value, least) in enumerate(values, start=1):
                # Of fewer than a hundred, the slowest is the one that 99 of 100 are within.
                if one.count >= least or (are_few and column == 3):
                    self._put(row, column, delay_words(value).lstrip("+"), "")
                else:
                    self._put(row, column, "—", "muted", f"Told from {least} alarms on")
            self._put(row, 4, str(one.count), "muted")
        self.note.setText(
            f"From the newest {len(many)} alarms of the last 30 days. Each step counts from the one before it."
        )
        self.adjustSize()

    def show_error(self, sentence: str) -> None:
        self.note.setText(sentence)
        set_role(self.note, "error")

    def _put(self, row: int, column: int, words: str, role: str, tip: str = "") -> None:
        label = QLabel(words, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setToolTip(tip)
        if role:
            set_role(label, role)
        self.grid.addWidget(label, row, column)
