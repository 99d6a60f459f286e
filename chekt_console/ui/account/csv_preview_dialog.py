"""The rows of a table file before they are taken over, every bad cell named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QLabel, QPushButton, QTableView, QVBoxLayout

from chekt_console.domain.device_table import COLUMNS
from chekt_console.ui.account.device_rows_model import DeviceRowsModel
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.device_table import ImportedTable
    from chekt_console.ui.shared.theme import Theme

_MOST_WORDS = 6
_LABELS = {ours: word for ours, _, word in COLUMNS}


class CsvPreviewDialog(QDialog):
    rows_accepted = Signal(object)  # tuple[DeviceRecord, ...] without mistakes

    def __init__(self, name: str, table: ImportedTable, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.setWindowTitle(f"Import {name}")
        self.resize(1040, 460)
        self._good = tuple(row for place, row in enumerate(table.rows) if place not in table.errors)
        head = QLabel(self._head_words(), self)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        set_role(head, "strong")
        self.wrong = QLabel(self._wrong_words(), self)
        self.wrong.setTextFormat(Qt.TextFormat.PlainText)
        self.wrong.setWordWrap(True)
        self.wrong.setVisible(bool(table.errors or table.unknown_columns))
        set_role(self.wrong, "error")
        model = DeviceRowsModel(theme, self, is_editable=False)
        model.show_rows(table.rows, table.errors)
        self.view = QTableView(self)
        self.view.setModel(model)
        self.view.setAccessibleName("Rows of the file")
        self.view.horizontalHeader().setDefaultSectionSize(96)
        self.view.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.view.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.clicked.connect(self.reject)
        self.take = QPushButton(f"Take over {len(self._good)} rows", self)
        self.take.setEnabled(bool(self._good))
        set_role(self.take, "primary")
        self.take.clicked.connect(self._on_take)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        for widget in (head, self.wrong, self.view):
            column.addWidget(widget)
        column.setStretch(2, 1)
        column.addLayout(row)

    def _head_words(self) -> str:
        bad = len(self._table.errors)
        words = f"{len(self._table.rows)} rows, {len(self._good)} of them without mistakes."
        return words + (
            f" {bad} stay out until they are corrected in the file." if bad else " Nothing is sent yet."
        )

    def _wrong_words(self) -> str:
        lines = [
            f"Row {place + 1}, {_LABELS[name]}: {text}"
            for place, errors in sorted(self._table.errors.items())
            for name, text in errors.items()
        ]
        if len(lines) > _MOST_WORDS:
            lines = [*lines[:_MOST_WORDS], f"and {len(lines) - _MOST_WORDS} more, marked below."]
        if self._table.unknown_columns:
            lines.append(f"Columns not used: {', '.join(self._table.unknown_columns)[:200]}.")
        return "\n".join(lines)

    def _on_take(self) -> None:
        self.rows_accepted.emit(self._good)
        self.accept()
