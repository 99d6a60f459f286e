"""What a site is called, where it is, who watches it, and whether it is watched now."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.account import MonitoringStation, SiteRecord
from chekt_console.domain.site_form import EDITABLE, site_errors
from chekt_console.ui.shared.field import Field
from chekt_console.ui.shared.style import set_role
from chekt_console.ui.shared.zone_box import ZoneBox

_LABELS = {
    "name": "Name",
    "account_number": "Account number",
    "address1": "Address",
    "address2": "Address, second line",
    "external_site_id": "Your own id of the site",
}


class DetailsTab(QWidget):
    """Holds a base (as read) and what the person made of it."""

    edited = Signal()
    save_requested = Signal(object)  # SiteRecord as wanted, without errors
    monitoring_requested = Signal(bool)  # to be on or off

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = SiteRecord("", "", "", "")
        self._is_new = False
        self.is_busy = False
        self.fields = {name: Field(label, lambda _: "", self) for name, label in _LABELS.items()}
        self.zone = ZoneBox(self)
        self.station = QComboBox(self)
        self.station.setAccessibleName("Monitoring station")
        self.station.setMinimumHeight(32)
        self.is_activated = QCheckBox("Activated: billed, alarms go to the station", self)
        self.monitoring = QLabel(self)
        self.monitoring.setTextFormat(Qt.TextFormat.PlainText)
        self.monitoring.setWordWrap(True)
        self.monitoring_button = QPushButton(self)
        self.monitoring_button.clicked.connect(self._on_monitoring)
        self.save = QPushButton("Save", self)
        set_role(self.save, "primary")
        self.save.clicked.connect(self._on_save)
        self.save.setEnabled(False)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self._arrange()
        for field in self.fields.values():
            field.edited.connect(self._on_edited)
            field.finished.connect(self._on_save)
        self.zone.edited.connect(self._on_edited)
        self.station.currentIndexChanged.connect(self._on_edited)
        self.is_activated.toggled.connect(self._on_edited)

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        station = QWidget(self)
        column = QVBoxLayout(station)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        words = QLabel("Monitoring station", self)
        set_role(words, "small")
        words.setBuddy(self.station)
        self.station_error = QLabel(self)
        self.station_error.setTextFormat(Qt.TextFormat.PlainText)
        self.station_error.setWordWrap(True)
        set_role(self.station_error, "error")
        self.station_error.hide()
        column.addWidget(words)
        column.addWidget(self.station)
        column.addWidget(self.station_error)
        column.addStretch(1)
        places = (
            (self.fields["name"], self.fields["account_number"]),
            (self.fields["address1"], self.fields["address2"]),
            (self.zone, station),
            (self.fields["external_site_id"], None),
        )
        for row, (left, right) in enumerate(places):
            grid.addWidget(left, row, 0)
            if right is not None:
                grid.addWidget(right, row, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        state = QHBoxLayout()
        state.setSpacing(12)
        state.addWidget(self.monitoring, 1)
        state.addWidget(self.monitoring_button)
        end = QHBoxLayout()
        end.addWidget(self.note, 1)
        end.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addLayout(grid)
        column.addWidget(self.is_activated)
        column.addLayout(state)
        column.addStretch(1)
        column.addLayout(end)

    def show_site(
        self, site: SiteRecord, stations: tuple[MonitoringStation, ...], *, is_new: bool = False
    ) -> None:
        """Fresh from the server, or the beginning of a new one."""
        self._base, self._is_new = site, is_new
        for name, field in self.fields.items():
            field.set_text(getattr(site, name))
        own_id = self.fields["external_site_id"].edit
        own_id.setReadOnly(not is_new)
        own_id.setToolTip("" if is_new else "Given when the site was made; it cannot change.")
        self.zone.set_zone(site.timezone)
        self.station.blockSignals(True)
        self.station.clear()
        self.station.addItem("None chosen", "")
        for station in stations:
            self.station.addItem(station.name or station.external_station_id, station.station_id)
        if site.station_id and self.station.findData(site.station_id) < 0:
            self.station.addItem(f"Station {site.station_id}", site.station_id)
        self.station.setCurrentIndex(max(0, self.station.findData(site.station_id)))
        self.station.blockSignals(False)
        self.is_activated.setChecked(site.is_activated)
        self.is_activated.setVisible(not is_new)
        self.save.setText("Create the site" if is_new else "Save")
        self._show_monitoring()
        self._show_station_error("")
        self.show_note("")
        self._on_edited()

    def take_theirs(self, theirs: SiteRecord) -> None:
        """Somebody else saved meanwhile: what the person has not touched shows theirs, the rest stays as typed."""
        base, typed = self._base, self.wanted
        mine = {
            name: getattr(typed, name) for name in EDITABLE if getattr(typed, name) != getattr(base, name)
        }
        stations = tuple(MonitoringStation(key, "", name) for key, name in self.station_names.items())
        self.show_site(replace(theirs, **mine), stations)
        self._base = theirs
        self._on_edited()

    def show_note(self, text: str, *, is_bad: bool = False) -> None:
        self.note.setText(text)
        set_role(self.note, "error" if is_bad else "muted")

    def show_errors(self, errors: dict[str, str]) -> None:
        """Each beside its field; what belongs to none goes to the note."""
        rest = []
        for name, text in errors.items():
            if name in self.fields:
                self.fields[name].show_error(text)
            elif name == "timezone":
                self.zone.show_error(text)
            elif name == "station_id":
                self._show_station_error(text)
            else:
                rest.append(text)
        if rest:
            self.show_note(" ".join(rest), is_bad=True)

    def _show_station_error(self, error: str) -> None:
        self.station_error.setText(error)
        self.station_error.setVisible(bool(error))
        self.station.setAccessibleDescription(error)

    def set_busy(self, is_busy: bool) -> None:
        self.is_busy = is_busy
        for widget in (
            *self.fields.values(),
            self.zone,
            self.station,
            self.is_activated,
            self.monitoring_button,
        ):
            widget.setEnabled(not is_busy)
        self.save.setEnabled(not is_busy and self.has_changes)

    @property
    def wanted(self) -> SiteRecord:
        texts = {name: field.text().strip() for name, field in self.fields.items()}
        return replace(
            self._base,
            name=texts["name"],
            account_number=texts["account_number"],
            address1=texts["address1"],
            address2=texts["address2"],
            external_site_id=texts["external_site_id"],
            timezone=self.zone.zone(),
            station_id=str(self.station.currentData() or ""),
            is_activated=self.is_activated.isChecked(),
        )

    @property
    def station_names(self) -> dict[str, str]:
        """By id, as they are offered."""
        rows = range(1, self.station.count())
        return {str(self.station.itemData(row)): self.station.itemText(row) for row in rows}

    @property
    def has_changes(self) -> bool:
        return self._is_new or self.wanted != self._base

    def _show_monitoring(self) -> None:
        site = self._base
        self.monitoring.setVisible(not self._is_new)
        self.monitoring_button.setVisible(not self._is_new)
        reason = f" Reason: {site.monitoring_reason}" if site.monitoring_reason else ""
        station = self.station.itemText(max(0, self.station.findData(site.station_id)))
        if not site.is_monitored:
            words = f"Monitoring is OFF: nobody is told of alarms.{reason}"
        elif site.station_id:
            words = f"Monitoring is on: alarms go to {station}."
        else:
            words = "Monitoring is on, but no monitoring station is chosen: alarms may reach nobody. Choose one above."
        self.monitoring.setText(words)
        is_well = site.is_monitored and bool(site.station_id)
        set_role(self.monitoring, "muted" if is_well else "error")
        self.monitoring_button.setText(
            "Switch monitoring off…" if site.is_monitored else "Switch monitoring on"
        )
        set_role(self.monitoring_button, "danger" if site.is_monitored else "primary")

    def _on_edited(self) -> None:
        self.save.setEnabled(self.has_changes)
        self.edited.emit()

    def _on_monitoring(self) -> None:
        self.monitoring_requested.emit(not self._base.is_monitored)

    def _on_save(self) -> None:
        if not self.save.isEnabled():
            return
        for field in self.fields.values():
            field.show_error("")
        self.zone.show_error("")
        self._show_station_error("")
        self.show_note("")
        wanted = self.wanted
        errors = site_errors(wanted)
        if errors:
            self.show_errors(errors)
            first = next(iter(errors))
            target = self.fields[first].edit if first in self.fields else self.zone.edit
            target.setFocus()
            return
        self.save_requested.emit(wanted)
