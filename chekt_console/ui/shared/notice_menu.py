"""What a connection may say on the desktop: its menu, its quiet hours, and how both are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QGridLayout, QLabel, QSpinBox

from chekt_console.ui.shared.style import pad_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu, QWidget

    from chekt_console.ui.shared.desktop_notices import DesktopNotices

_USUAL = (22, 7)
_OFF = "off"


def quiet_of(text: str) -> tuple[int, int] | None:
    """As it is kept: "22-7"; None for "off" and for what cannot be read. "on" is the usual night."""
    if text == "on":
        return _USUAL
    first, _, end = text.partition("-")
    if not (first.isdecimal() and end.isdecimal()) or int(first) > 23 or int(end) > 23:
        return None
    return int(first), int(end)


class QuietDialog(QDialog):
    """From one full hour to another, on this computer's clock; over midnight too."""

    def __init__(self, quiet: tuple[int, int] | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Quiet hours")
        self.is_on = QCheckBox("No notifications and no sound between", self)
        self.is_on.setChecked(quiet is not None)
        first, end = quiet or _USUAL
        self.first, self.end = (self._hour(value) for value in (first, end))
        self.first.setAccessibleName("Quiet from")
        self.end.setAccessibleName("Quiet until")
        words = QLabel("Hours of this computer. What comes meanwhile stands in the lists as always.", self)
        words.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        grid = QGridLayout(self)
        grid.setContentsMargins(18, 16, 18, 14)
        grid.setSpacing(10)
        grid.addWidget(self.is_on, 0, 0, 1, 4)
        for column, widget in enumerate((self.first, QLabel("and", self), self.end)):
            grid.addWidget(widget, 1, column)
        grid.setColumnStretch(3, 1)
        grid.addWidget(words, 2, 0, 1, 4)
        grid.addWidget(buttons, 3, 0, 1, 4)
        self.is_on.toggled.connect(self._show_hours)
        self._show_hours()

    @property
    def quiet(self) -> tuple[int, int] | None:
        return (self.first.value(), self.end.value()) if self.is_on.isChecked() else None

    def _hour(self, value: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(0, 23)
        box.setWrapping(True)
        box.setSuffix(":00")
        box.setValue(value)
        pad_words(box)
        return box

    def _show_hours(self) -> None:
        for box in (self.first, self.end):
            box.setEnabled(self.is_on.isChecked())


class NoticeMenu(QObject):
    """`kept(name, default)` and `keep(name, text)` are the settings of one connection."""

    def __init__(
        self,
        menu: QMenu,
        notices: DesktopNotices,
        kept: Callable[[str, str], str],
        keep: Callable[[str, str], None],
    ) -> None:
        super().__init__(menu)
        self._menu = menu
        self._notices = notices
        self._kept = kept
        self._keep = keep
        self.dialog: QuietDialog | None = None
        self.mute = self._switch("No notifications from this connection", "mute", self._on_mute)
        self.sound = self._switch("Sound by severity", "sound", self._on_sound)
        self.sound.setToolTip("Three beeps for panic, fire or medical, two for an alarm, one for a trouble")
        self.troubles = self._switch("Notify of troubles too", "troubles", self._on_troubles)
        self.quiet = QAction(menu)
        self.quiet.triggered.connect(self.choose_quiet)
        menu.addActions([self.mute, self.troubles, self.sound, self.quiet])

    def load(self) -> None:
        """As it was left over this connection."""
        self.mute.setChecked(self._kept("mute", _OFF) == "on")
        self.sound.setChecked(self._kept("sound", "on") == "on")
        self.troubles.setChecked(self._kept("troubles", _OFF) == "on")
        self._notices.is_muted = self.mute.isChecked()
        self._notices.has_sound = self.sound.isChecked()
        self._notices.has_troubles = self.troubles.isChecked()
        self._use_quiet(quiet_of(self._kept("quiet hours", _OFF)))

    def choose_quiet(self) -> None:
        parent = self._menu.parentWidget()
        self.dialog = QuietDialog(self._notices.quiet, parent)
        self.dialog.accepted.connect(self._on_quiet)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def _switch(self, words: str, name: str, use: Callable[[bool], None]) -> QAction:
        action = QAction(words, self._menu)
        action.setCheckable(True)
        action.setData(name)
        action.triggered.connect(use)
        return action

    def _on_mute(self, is_on: bool) -> None:
        self._keep("mute", "on" if is_on else _OFF)
        self._notices.is_muted = is_on

    def _on_sound(self, is_on: bool) -> None:
        self._keep("sound", "on" if is_on else _OFF)
        self._notices.has_sound = is_on

    def _on_troubles(self, is_on: bool) -> None:
        self._keep("troubles", "on" if is_on else _OFF)
        self._notices.has_troubles = is_on

    def _on_quiet(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            quiet = dialog.quiet
            self._keep("quiet hours", f"{quiet[0]}-{quiet[1]}" if quiet else _OFF)
            self._use_quiet(quiet)

    def _use_quiet(self, quiet: tuple[int, int] | None) -> None:
        self._notices.quiet = quiet
        words = f"{quiet[0]:02d}:00 to {quiet[1]:02d}:00" if quiet else "none"
        self.quiet.setText(f"Quiet hours: {words}…")
