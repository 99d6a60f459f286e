"""Who decides whether a site is armed: its panel, CHeKT, or another platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.account import ArmingAuthority
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.site import Partition

_WORDS = {
    ArmingAuthority.CHEKT: ("CHeKT", "Schedules and the arming button of this program decide."),
    ArmingAuthority.PANEL_PRIMARY_BRIDGE: (
        "Alarm panel, one bridge",
        "The site follows what its panel tells the primary bridge.",
    ),
    ArmingAuthority.PANEL_EACH_BRIDGE: (
        "Alarm panel, each bridge",
        "Each bridge follows the panel input wired to it.",
    ),
    ArmingAuthority.ALARM_COM: ("Alarm.com", "The site is armed and disarmed there."),
}
WARNING = (
    "Changing this changes how devices are monitored and how alarms are processed. "
    "Schedules of CHeKT take effect only while CHeKT decides."
)


def authority_words(authority: ArmingAuthority) -> str:
    return _WORDS[authority][0] if authority in _WORDS else "not known"


class ArmingTab(QWidget):
    save_requested = Signal(object)  # ArmingAuthority

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._authority = ArmingAuthority.UNKNOWN
        warning = QLabel(WARNING, self)
        warning.setWordWrap(True)
        set_role(warning, "strong")
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        head = QLabel("Who decides whether this site is armed?", self)
        set_role(head, "strong")
        column.addWidget(head)
        self.choices: dict[ArmingAuthority, QRadioButton] = {}
        for authority, (title, words) in _WORDS.items():
            choice = QRadioButton(f"{title}: {words}", self)
            self._group.addButton(choice)
            self.choices[authority] = choice
            column.addWidget(choice)
        column.addWidget(warning)
        self.partitions = QLabel(self)
        self.partitions.setTextFormat(Qt.TextFormat.PlainText)
        self.partitions.setWordWrap(True)
        column.addSpacing(8)
        column.addWidget(self.partitions)
        column.addStretch(1)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self.save = QPushButton("Change…", self)
        set_role(self.save, "danger")
        self.save.clicked.connect(self._on_save)
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.save)
        column.addLayout(row)
        self._group.buttonToggled.connect(self._show_button)
        self._show_button()

    def show_authority(self, authority: ArmingAuthority, partitions: tuple[Partition, ...]) -> None:
        self._authority = authority
        self._group.setExclusive(False)
        for one, choice in self.choices.items():
            choice.setChecked(one is authority)
        self._group.setExclusive(True)
        names = ", ".join(one.name for one in partitions)
        self.partitions.setText(
            f"Partitions, armed each by itself: {names}."
            if names
            else "The site has no partitions: it is armed as one."
        )
        self.show_note("" if authority in self.choices else "The server did not say who decides.")
        self._show_button()

    def show_note(self, text: str, *, is_bad: bool = False) -> None:
        self.note.setText(text)
        set_role(self.note, "error" if is_bad else "muted")

    def set_busy(self, is_busy: bool) -> None:
        for choice in self.choices.values():
            choice.setEnabled(not is_busy)
        self.save.setEnabled(not is_busy and self.wanted not in (None, self._authority))

    @property
    def authority(self) -> ArmingAuthority:
        """As it was read."""
        return self._authority

    @property
    def wanted(self) -> ArmingAuthority | None:
        return next((one for one, choice in self.choices.items() if choice.isChecked()), None)

    def _show_button(self, *_: object) -> None:
        self.save.setEnabled(self.wanted not in (None, self._authority))

    def _on_save(self) -> None:
        wanted = self.wanted
        if wanted is not None:
            self.save_requested.emit(wanted)
