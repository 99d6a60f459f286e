"""The rows of a table file before they are taken over, every bad cell named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableView,
    QVBoxLayout,
)

from chekt_console.domain.device_table import FIELDS, LABELS
from chekt_console.ui.account.device_rows_model import DeviceRowsModel
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.device_table import ImportedTable
    from chekt_console.ui.shared.theme import Theme

_SHOWN_LINES = 6
_CELL = Qt.ItemDataRole.UserRole


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
        self.wrong = QListWidget(self)
        self.wrong.setAccessibleName("Mistakes; choosing one shows its cell")
        self.wrong.setToolTip("Choose a line to see its cell")
        self._fill_wrong()
        self.wrong.currentItemChanged.connect(self._on_mistake)
        self.unused = QLabel(self)
        self.unused.setTextFormat(Qt.TextFormat.PlainText)
        self.unused.setWordWrap(True)
        self.unused.setText(f"Columns not used: {', '.join(table.unknown_columns)[:200]}.")
        self.unused.setVisible(bool(table.unknown_columns))
        set_role(self.unused, "muted")
        model = DeviceRowsModel(theme, self, is_editable=False)
        model.show_rows(table.rows, table.errors, table.lines)
        self.view = QTableView(self)
        self.view.setModel(model)
        self.view.setAccessibleName("Rows of the file")
        self.view.setShowGrid(False)
        set_role(self.view, "form")
        self.view.horizontalHeader().setDefaultSectionSize(96)
        self.view.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
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
        for widget in (head, self.unused, self.wrong, self.view):
            column.addWidget(widget)
        column.setStretch(3, 1)
        column.addLayout(row)

    def _head_words(self) -> str:
        bad = len(self._table.errors)
        words = f"{len(self._table.rows)} rows, {len(self._good)} of them without mistakes."
        return words + (
            f" {bad} stay out until they are corrected in the file." if bad else " Nothing is sent yet."
        )

    def _fill_wrong(self) -> None:
        """Every bad cell by its line in the file and its column; a long list is scrolled."""
        table = self._table
        for place, errors in sorted(table.errors.items()):
            for name, text in errors.items():
                item = QListWidgetItem(f"Line {table.lines[place]}, {LABELS[name]}: {text}", self.wrong)
                item.setData(_CELL, (place, FIELDS.index(name)))
        self.wrong.ensurePolished()  # so that its lines have their height
        count = self.wrong.count()
        self.wrong.setVisible(count > 0)
        line = self.wrong.sizeHintForRow(0) if count else 0
        self.wrong.setMaximumHeight(line * min(count, _SHOWN_LINES) + 2 * self.wrong.frameWidth() + 4)

    def _on_mistake(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            index = self.view.model().index(*item.data(_CELL))
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def _on_take(self) -> None:
        self.rows_accepted.emit(self._good)
        self.accept()
