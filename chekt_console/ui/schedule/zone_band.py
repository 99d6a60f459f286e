"""Above the week: asks for the time zone of a site that has none, and says when it was set on this computer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chekt_console.domain.site_clock import zone_of
from chekt_console.ui.shared.style import set_role
from chekt_console.ui.shared.zone_box import ZoneBox

_ASK = (
    "In which time zone is this site? The server does not tell, and without it there are no dates, past alarms or "
    "exceptions here. Your answer stays on this computer."
)
_NO_ZONE = "This is no time zone. Choose one from the list, like America/Chicago."


class ZoneBand(QWidget):
    zone_chosen = Signal(str)  # an IANA name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Time zone of this site")
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.box = ZoneBox(self)
        self.use = QPushButton("Set time zone", self)
        self._zone: str = ""
        self.use.clicked.connect(self._on_use)
        self.change = QPushButton("Change…", self)
        self.change.clicked.connect(lambda: self.show_asking(self._zone))
        set_role(self.change, "quiet")
        beside = QVBoxLayout()
        beside.addSpacing(20)  # as high as the name above the field
        beside.addWidget(self.use)
        beside.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(self.words, 3)
        row.addWidget(self.box, 2)
        row.addLayout(beside)
        row.addWidget(self.change)
        self.box.edit.returnPressed.connect(self._on_use)
        self.hide()

    @property
    def is_asking(self) -> bool:
        return not self.box.isHidden()

    def show_nothing(self) -> None:
        """The server tells the zone, or there is no site."""
        self._zone = ""
        self.hide()

    def show_asking(self, zone: str = "") -> None:
        self.words.setText(_ASK)
        set_role(self.words, "" if zone_of(zone) is None else "small")
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.box.set_zone(zone if zone_of(zone) is not None else "")
        self._show(is_asking=True)

    def show_set_here(self, zone: str) -> None:
        self._zone = zone
        self.words.setText(f"Time zone {zone}, set on this computer: the server tells none.")
        set_role(self.words, "small")
        self.words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._show(is_asking=False)

    def show_failure(self, sentence: str) -> None:
        self.box.show_error(sentence)
        self.use.setEnabled(True)

    def _show(self, *, is_asking: bool) -> None:
        self.use.setEnabled(True)
        for part in (self.box, self.use):
            part.setVisible(is_asking)
        self.change.setVisible(not is_asking)
        self.show()

    def _on_use(self) -> None:
        if not self.is_asking or not self.use.isEnabled():
            return
        zone = self.box.zone()
        if zone_of(zone) is None:
            self.box.show_error(_NO_ZONE)
            self.box.edit.setFocus()
            return
        self.use.setEnabled(False)
        self.zone_chosen.emit(zone)
