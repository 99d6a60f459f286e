"""Public holidays of a country or region: looked at, ticked, and put into the draft in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
)

from chekt_console.domain.schedule_exceptions import ALL_DAY, NOTHING
from chekt_console.domain.schedule_words import date_words
from chekt_console.services.holiday_service import countries, days_of, regions_of
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from chekt_console.services.holiday_service import Holiday


class HolidayDialog(QDialog):
    holidays_accepted = Signal(object, object)  # dict[date, str], DayPeriods of each

    def __init__(
        self, country: str, region: str, today: date, taken: Collection[date], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._taken = frozenset(taken)
        self._days: tuple[Holiday, ...] = ()
        self.setWindowTitle("Public holidays")
        self.resize(520, 560)
        head = QLabel("Public holidays as exceptions", self)
        set_role(head, "heading")
        self.country = QComboBox(self)
        self.country.setAccessibleName("Country")
        for one in countries():
            self.country.addItem(one.name, one)
        self.country.setEditable(True)
        self.country.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.country.completer()
        assert completer is not None  # an editable box has one
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.region = QComboBox(self)
        self.region.setAccessibleName("Region")
        self.rule = QComboBox(self)
        self.rule.setAccessibleName("On these dates")
        self.rule.addItem("Closed: armed Away all day", ALL_DAY)
        self.rule.addItem("Nothing is armed anew", NOTHING)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Holidays of the next 24 months")
        self.note = QLabel(self)
        set_role(self.note, "muted")
        every, none = QPushButton("Tick all", self), QPushButton("Tick none", self)
        every.clicked.connect(lambda: self._tick(Qt.CheckState.Checked))
        none.clicked.connect(lambda: self._tick(Qt.CheckState.Unchecked))
        cancel = QPushButton("Cancel", self)
        cancel.clicked.connect(self.reject)
        self.save = QPushButton(self)
        self.save.setDefault(True)
        set_role(self.save, "primary")
        self.save.clicked.connect(self._on_save)
        form = QFormLayout()
        form.addRow("Country", self.country)
        form.addRow("Region", self.region)
        form.addRow("On these dates", self.rule)
        row = QHBoxLayout()
        for button in (every, none):
            set_role(button, "quiet")
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(head)
        column.addLayout(form)
        column.addWidget(self.list, 1)
        column.addWidget(self.note)
        column.addLayout(row)
        wanted = country or QLocale.territoryToCode(QLocale.system().territory())
        place = next((n for n, one in enumerate(countries()) if one.code == wanted), 0)
        self.country.setCurrentIndex(place)
        self._fill_regions(region)
        self.country.currentIndexChanged.connect(lambda _: self._fill_regions(""))
        self.region.currentIndexChanged.connect(lambda _: self._fill_days())
        self.list.itemChanged.connect(lambda _: self._show_count())

    @property
    def chosen(self) -> dict[date, str]:
        return {
            holiday.day: holiday.name
            for place, holiday in enumerate(self._days)
            if self.list.item(place).checkState() is Qt.CheckState.Checked
        }

    def _fill_regions(self, region: str) -> None:
        country = countries()[max(0, self.country.currentIndex())]
        self.region.blockSignals(True)
        self.region.clear()
        self.region.addItem("The whole country", "")
        regions = regions_of(country.code)
        for code, name in regions:
            self.region.addItem(name, code)
        self.region.setCurrentIndex(max(0, self.region.findData(region)))
        self.region.setEnabled(bool(regions))
        self.region.blockSignals(False)
        self._fill_days()

    def _fill_days(self) -> None:
        country = countries()[max(0, self.country.currentIndex())]
        self._days = days_of(country.code, str(self.region.currentData() or ""), self._today)
        self.list.blockSignals(True)
        self.list.clear()
        for holiday in self._days:
            known = "  ·  is an exception already" if holiday.day in self._taken else ""
            words = f"{date_words(holiday.day)} {holiday.day.year}  ·  {holiday.name}{known}"
            item = QListWidgetItem(words)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked if known else Qt.CheckState.Checked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self._show_count()

    def _tick(self, state: Qt.CheckState) -> None:
        for place in range(self.list.count()):
            self.list.item(place).setCheckState(state)

    def _show_count(self) -> None:
        count = len(self.chosen)
        self.save.setText(f"Put {count} dates into the draft")
        self.save.setEnabled(count > 0)
        self.note.setText(
            f"{len(self._days)} holidays in the next 24 months."
            if self._days
            else "No public holidays are known for this choice."
        )

    def _on_save(self) -> None:
        self.holidays_accepted.emit(self.chosen, self.rule.currentData())
        self.accept()
