"""Cameras and bridges of a site as one table: edited, added, removed and imported, then sent together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.device_table import FIELDS, from_csv, to_csv
from chekt_console.ui.account.csv_preview_dialog import CsvPreviewDialog
from chekt_console.ui.account.device_rows_model import DeviceRowsModel, fresh_row
from chekt_console.ui.account.key_filter import NONE, KeyFilter
from chekt_console.ui.shared.file_places import ask_to_open, ask_to_save
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.account import DeviceRecord
    from chekt_console.services.enrolment_service import Enrolled
    from chekt_console.ui.shared.theme import Theme

_WIDTHS = (124, 66, 140, 52, 88, 112, 104, 112, 104)
_NAME = FIELDS.index("name")
_MOST_BYTES = 5_000_000
_FILES = "Tables (*.csv *.txt);;All files (*)"


class DevicesTab(QWidget):
    save_requested = Signal(object)  # TableChanges

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.is_busy = False
        self.site_name = "site"
        self.model = DeviceRowsModel(theme, self)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.table.setAccessibleName("Enrolled cameras and bridges")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        set_role(self.table, "form")
        self.table.setWordWrap(False)
        heads = self.table.horizontalHeader()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(place, width)
        heads.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        heads.setSectionResizeMode(len(FIELDS), QHeaderView.ResizeMode.ResizeToContents)
        self.note = QLabel("Reading the devices…", self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self.add = self._button("Add", self._on_add, "A new row (Ins)")
        self.remove = self._button("Remove", self._on_remove, "Remove the chosen rows (Del)")
        self.load = self._button(
            "Import CSV…", self._on_load, "Rows of a table file, looked at before they count"
        )
        self.store = self._button("Export CSV…", self._on_store, "This table as a file")
        self.revert = self._button("Revert", self.model.revert, "Back to what the server has")
        self.save = self._button("Send", self._on_save, "Sends what changed; every row gets its own answer")
        set_role(self.save, "primary")
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.add, self.remove, self.load, self.store):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.revert)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)
        column.addLayout(row)
        self.model.table_edited.connect(self._show_buttons)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_buttons())
        KeyFilter(
            self.table,
            {(Qt.Key.Key_Insert, NONE): self._on_add, (Qt.Key.Key_Delete, NONE): self._on_remove},
        )
        self._show_buttons()

    def show_devices(
        self,
        rows: tuple[DeviceRecord, ...],
        problems: tuple[str, ...] = (),
        waiting: frozenset[str] = frozenset(),
    ) -> None:
        """`waiting`: ids of rows that are not on the server as they are shown."""
        self.model.show(rows, waiting=waiting)
        self.show_note(" ".join(problems) or ("" if rows else "No cameras or bridges are enrolled here yet."))
        self.set_busy(False)

    def show_enrolled(self, enrolled: Enrolled) -> None:
        self.model.show(enrolled.rows, enrolled.outcomes)
        good = sum(one.is_done for one in enrolled.outcomes)
        bad = len(enrolled.outcomes) - good
        words = f"{good} done." if not bad else f"{good} done, {bad} not: see the rows."
        self.show_note(words, is_bad=bad > 0)
        self.set_busy(False)

    def show_note(self, text: str, *, is_bad: bool = False) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))
        set_role(self.note, "error" if is_bad else "muted")

    def set_busy(self, is_busy: bool) -> None:
        self.is_busy = is_busy
        self.table.setEnabled(not is_busy)
        self._show_buttons()

    @property
    def has_changes(self) -> bool:
        return self.model.changes.count > 0

    def _button(self, words: str, slot: object, tip: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setToolTip(tip)
        button.clicked.connect(slot)
        return button

    def _show_buttons(self) -> None:
        can = not self.is_busy
        changes = self.model.changes
        is_chosen = bool(self.table.selectionModel() and self.table.selectionModel().hasSelection())
        self.add.setEnabled(can)
        self.load.setEnabled(can)
        self.remove.setEnabled(can and is_chosen)
        self.store.setEnabled(can and self.model.rowCount() > 0)
        self.revert.setEnabled(can and changes.count > 0)
        self.save.setEnabled(can and changes.count > 0 and not self.model.errors)
        parts = [
            f"{len(rows)} {word}"
            for rows, word in (
                (changes.added, "new"),
                (changes.changed, "changed"),
                (changes.removed, "removed"),
            )
            if rows
        ]
        self.save.setText(f"Send {', '.join(parts)}" if parts else "Send")
        if self.model.errors:
            self.show_note("Cells in red must be corrected first; point at one to see why.", is_bad=True)

    def _on_add(self) -> None:
        place = self.model.add([fresh_row(self.model.rows)])
        self.table.selectRow(place)
        index = self.model.index(place, 0)
        self.table.setCurrentIndex(index)
        self.table.edit(index)

    def _on_remove(self) -> None:
        self.model.remove(index.row() for index in self.table.selectionModel().selectedRows())

    def _on_save(self) -> None:
        self.save_requested.emit(self.model.changes)

    def _on_load(self) -> None:
        path = ask_to_open(self, "Import devices", _FILES)
        if path is not None:
            self.load_file(path)

    def load_file(self, path: Path) -> None:
        """Shown before it counts; only rows without a mistake are taken over."""
        try:
            if path.stat().st_size > _MOST_BYTES:
                self.show_note(f"{path.name} is too big for a table of devices.", is_bad=True)
                return
            raw = path.read_bytes()
        except OSError as error:
            self.show_note(f"{path.name} cannot be read: {error.strerror}.", is_bad=True)
            return
        table = from_csv(raw, self.model.rows)
        if table.problem:
            self.show_note(f"{path.name}: {table.problem}", is_bad=True)
            return
        dialog = CsvPreviewDialog(path.name, table, self._theme, self)
        dialog.rows_accepted.connect(self.model.add)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_store(self) -> None:
        path, _ = ask_to_save(self, "Export devices", f"{_plain(self.site_name)}-devices.csv", _FILES)
        if path is not None:
            self.store_file(path)

    def store_file(self, path: Path) -> None:
        part = path.with_name(f"{path.name}.part")
        try:
            part.write_text(to_csv(self.model.rows), encoding="utf-8-sig", newline="")
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            self.show_note(f"{path.name} could not be written: {error.strerror}.", is_bad=True)
            return
        self.show_note(f"Written to {path.name}.")


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name).strip("-")[:60] or "site"
