"""A time zone chosen from a searched list, each with its offset and the time there now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QVBoxLayout, QWidget

from chekt_console.domain.site_clock import zone_of
from chekt_console.domain.site_form import zone_names
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable

Index = QModelIndex | QPersistentModelIndex

_SHOWN = 12
_ROOT = QModelIndex()


def _utc_now() -> datetime:
    return datetime.now(UTC)


def zone_words(name: str, now: datetime) -> str:
    """ "UTC−06:00, now 14:05"; "" for what is no zone."""
    zone = zone_of(name)
    if zone is None:
        return ""
    there = now.astimezone(zone)
    offset = there.utcoffset()
    minutes = 0 if offset is None else round(offset.total_seconds() / 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}, now {there:%H:%M}"


class _Zones(QAbstractListModel):
    """Found by their names; what a zone means is worked out for the few that are shown."""

    def __init__(self, names: tuple[str, ...], now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._names = names
        self._now = now

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if not index.isValid():
            return None
        name = self._names[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            return name.replace("_", " ")
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{name.replace('_', ' ')}  {zone_words(name, self._now())}"
        return None


class ZoneBox(QWidget):
    """Typing any part of a place finds it; below stands what the chosen zone means."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None, *, now: Callable[[], datetime] = _utc_now) -> None:
        super().__init__(parent)
        self._now = now
        self._names = {name.casefold(): name for name in zone_names()}
        words = QLabel("Time zone", self)
        set_role(words, "small")
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName("Time zone")
        self.edit.setPlaceholderText("Type a city or region…")
        self.edit.setMinimumHeight(32)
        words.setBuddy(self.edit)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        set_role(self.note, "small")
        completer = QCompleter(self)
        completer.setModel(_Zones(zone_names(), now, completer))
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(_SHOWN)
        completer.activated.connect(self._on_chosen)
        popup = completer.popup()
        assert popup is not None
        popup.setObjectName("completions")
        self.edit.setCompleter(completer)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (words, self.edit, self.note):
            column.addWidget(widget)
        column.addStretch(1)
        self.edit.textEdited.connect(self._on_edited)

    def zone(self) -> str:
        """The IANA name; what was typed when it is none."""
        text = self.edit.text().strip()
        return self._names.get(text.replace(" ", "_").casefold(), text)

    def set_zone(self, name: str) -> None:
        self.edit.setText(name)
        self._show(name)

    def show_error(self, error: str) -> None:
        set_role(self.note, "error" if error else "small")
        if error:
            self.note.setText(error)
        else:
            self._show(self.zone())
        self.edit.setAccessibleDescription(error)

    def _on_edited(self) -> None:
        set_role(self.note, "small")
        self._show(self.zone())
        self.edited.emit()

    def _on_chosen(self, words: str) -> None:
        name = words.replace(" ", "_")
        self.edit.setText(name)  # the completer writes its own words into the field after this
        self._show(name)
        self.edited.emit()

    def _show(self, name: str) -> None:
        words = zone_words(name, self._now())
        self.note.setText(words or ("Choose one from the list." if name else ""))
