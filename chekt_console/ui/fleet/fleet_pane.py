"""The centre of the Fleet perspective: heading, filter, choice of columns, and the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.schedule_words import PLAIN, WordStyle
from chekt_console.ui.fleet.fleet_columns import COLUMNS, FIRST_HIDDEN
from chekt_console.ui.fleet.fleet_model import FleetModel
from chekt_console.ui.fleet.fleet_table import FleetTable
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.services.fleet_service import FleetRow
    from chekt_console.ui.shared.theme import Theme

_FILTER_MS = 60


class FleetPane(QWidget):
    export_requested = Signal()
    read_requested = Signal()
    columns_changed = Signal(object)  # frozenset of hidden names, by the person

    def __init__(self, theme: Theme, style: WordStyle = PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = FleetModel(style, self)
        self.table = FleetTable(self.model, theme, self)
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Filter: name, number, address, what needs a look")
        self.filter.setAccessibleName("Filter the fleet")
        self.filter.setClearButtonEnabled(True)
        self.looks_only = QCheckBox("Needs a look", self)
        self.looks_only.setToolTip("Show only sites that need a look")
        self.count = QLabel(self)
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.count, "small")
        self.tick_all = QPushButton("Tick all", self)
        self.tick_all.setToolTip("Tick every site the filter shows; again to untick")
        self.columns_button = QPushButton("Columns", self)
        self.read_button = QPushButton("Read all", self)
        self.read_button.setToolTip(
            "Read schedules and devices that were never read here or are older than a quarter of an hour,"
            " behind everything else"
        )
        self.export_button = QPushButton("Export CSV…", self)
        self.export_button.setToolTip("Save the shown rows and columns as a table")
        self.message = QLabel("Reading the sites…", self)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        set_role(self.message, "muted")
        self._actions: dict[str, QAction] = {}
        self._filter_timer = QTimer(self, singleShot=True, interval=_FILTER_MS)
        self._filter_timer.timeout.connect(self._filter_now)
        self._lay_out()
        self._connect()
        self._show_counts()

    def show_rows(self, rows: Iterable[FleetRow]) -> None:
        self.model.set_rows(rows)
        self._show_counts()

    def show_message(self, text: str) -> None:
        """While there is nothing to show."""
        self.message.setText(text)
        self._show_counts()

    def hide_columns(self, hidden: Iterable[str]) -> None:
        names = frozenset(hidden)
        for name, action in self._actions.items():
            action.setChecked(name not in names)
        self.table.show_columns(names)

    def _lay_out(self) -> None:
        title = QLabel("Fleet", self)
        set_role(title, "heading")
        head = QWidget(self)
        set_role(head, "header")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(title)
        row.addWidget(self.count)
        row.addWidget(self.filter, 1)
        for widget in (
            self.looks_only,
            self.tick_all,
            self.columns_button,
            self.read_button,
            self.export_button,
        ):
            row.addWidget(widget)
        menu = QMenu(self.columns_button)
        for column in COLUMNS:
            if column.is_optional:
                action = QAction(column.heading, menu, checkable=True)
                action.setChecked(column.name not in FIRST_HIDDEN)
                action.triggered.connect(self._on_columns)
                menu.addAction(action)
                self._actions[column.name] = action
        self.columns_button.setMenu(menu)
        set_role(self.columns_button, "menu")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        body = QWidget(self)
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self.message)
        self._stack.addWidget(self.table)
        layout.addWidget(body, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._filter_timer.start)
        self.looks_only.toggled.connect(self._filter_now)
        self.tick_all.clicked.connect(self._on_tick_all)
        self.read_button.clicked.connect(lambda: self.read_requested.emit())
        self.export_button.clicked.connect(lambda: self.export_requested.emit())
        self.model.ticks_changed.connect(self._show_counts)
        self.model.modelReset.connect(self._show_counts)
        find = QShortcut(
            QKeySequence.StandardKey.Find, self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        find.activated.connect(self.filter.setFocus)

    def _filter_now(self) -> None:
        self._filter_timer.stop()
        self.model.set_filter(self.filter.text(), looks_only=self.looks_only.isChecked())

    def _on_tick_all(self) -> None:
        ids = [row.site.site_id for row in self.model.shown]
        self.model.set_ticked(ids, not all(map(self.model.is_ticked, ids)))

    def _on_columns(self) -> None:
        hidden = frozenset(name for name, action in self._actions.items() if not action.isChecked())
        self.table.show_columns(hidden)
        self.columns_changed.emit(hidden)

    def _show_counts(self) -> None:
        shown, total, ticked = self.model.rowCount(), self.model.total, len(self.model.ticked())
        sites = f"{total:,} sites" if shown == total else f"{shown:,} of {total:,} sites"
        self.count.setText(f"{sites} · {ticked:,} ticked" if ticked else sites)
        if total and not shown:
            self.message.setText("No site fits the filter.")
        self._stack.setCurrentWidget(self.table if shown else self.message)
        self.tick_all.setEnabled(bool(shown))
        self.export_button.setEnabled(bool(shown))
