"""The line that narrows the events: words, conditions as chips, what is left, and one key that clears it all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QWidget

from chekt_console.domain.natural_order import natural
from chekt_console.ui.timeline.filter_words import filter_parts, subtype_words
from chekt_console.ui.timeline.timeline_words import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QKeyEvent

    from chekt_console.ui.shared.event_filter import SharedEventFilter
    from chekt_console.ui.shared.theme import Theme

CLEAR_KEY = "C"
_MOST_CHIPS = 4
_TYPING_MS = 60


class FilterBar(QWidget):
    """Writes to the shared filter and shows what it holds, whoever set it."""

    left = Signal()  # Escape or Enter: back to the events

    def __init__(self, wanted: SharedEventFilter, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = wanted
        self._theme = theme
        self._device_names: dict[str, str] = {}
        self._subtypes: dict[str, int] = {}
        self.setObjectName("filterBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(34)
        self.input = QLineEdit(self)
        self.input.setPlaceholderText("Words in events…")
        self.input.setClearButtonEnabled(True)
        self.input.setMaxLength(100)
        self.input.setAccessibleName("Words in events")
        self.input.setMinimumWidth(110)
        self.input.setMaximumWidth(220)
        self.menu_button = QToolButton(self)
        self.menu_button.setText("Add…")
        self.menu_button.setAccessibleName("Add a condition")
        self.menu_button.setToolTip(
            "Show only some subtypes or devices, undecided events or those with a clip"
        )
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.menu_button)
        self.menu.aboutToShow.connect(self.fill_menu)
        self.menu_button.setMenu(self.menu)
        self.count = QLabel(self)
        self.count.setObjectName("filterCount")
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self.clear = QToolButton(self)
        self.clear.setText(f"Clear  {CLEAR_KEY}")
        self.clear.setAccessibleName("Clear the filter")
        self.clear.setToolTip(f"Show all events again ({CLEAR_KEY})")
        self.clear.clicked.connect(wanted.clear)
        self.chips: list[QToolButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 2, 8, 2)
        self._row.setSpacing(5)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        for widget, stretch in (
            (self.input, 1), (self.menu_button, 0), (self.count, 0), (self.clear, 0),
        ):  # fmt: skip
            self._row.addWidget(widget, stretch)
        self._row.insertStretch(2, 1)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._on_typed)
        self.input.textEdited.connect(lambda: self._typing.start())
        self.input.textChanged.connect(self._on_text_changed)
        self.input.returnPressed.connect(self.left)
        wanted.changed.connect(self._on_filter_changed)
        theme.changed.connect(self._style)
        self._style()
        self._on_filter_changed()

    def use_choices(self, subtypes: Mapping[str, int], device_names: Mapping[str, str]) -> None:
        """What there is to choose from: subtypes with how many sources they have, names by Device.key."""
        self._subtypes, self._device_names = dict(subtypes), dict(device_names)
        self._show_chips()

    def show_count(self, shown: int | None, total: int) -> None:
        """`shown` None: not known yet."""
        if shown is None:
            self.count.setText("counting…")
            self.count.setAccessibleName(f"Counting which of {total:,} events pass the filter")
            return
        self.count.setText(f"{shown:,} of {total:,}")
        self.count.setAccessibleName(f"{shown:,} of {total:,} events pass the filter")

    def focus_input(self) -> None:
        self.input.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.input.selectAll()

    def fill_menu(self) -> None:
        wanted = self._wanted.value
        self.menu.clear()
        for label, value in (("Undecided", False), ("Decided", True)):
            self._add(self.menu, label, wanted.is_decided is value, self._set_decided(value))
        self.menu.addSeparator()
        for label, value in (("With clip", True), ("Without clip", False)):
            self._add(self.menu, label, wanted.has_clip is value, self._set_clip(value))
        self.menu.addSeparator()
        subtypes = self.menu.addMenu("Subtype")
        for subtype in sorted(self._subtypes, key=subtype_words):
            self._add(
                subtypes, subtype_words(subtype), subtype in wanted.subtypes, self._flip_subtype(subtype)
            )
        devices = self.menu.addMenu("Device")
        for key in sorted(self._device_names, key=lambda one: natural(self._device_names[one])):
            label = clean(self._device_names[key], 60)
            self._add(devices, label, key in wanted.device_keys, self._flip_device(key))
        subtypes.setEnabled(bool(self._subtypes))
        devices.setEnabled(bool(self._device_names))

    def _add(self, menu: QMenu, label: str, is_on: bool, act: Callable[[], None]) -> None:
        action = QAction(label.replace("&", "&&"), menu, checkable=True)
        action.setChecked(is_on)
        action.triggered.connect(act)
        menu.addAction(action)

    def _set_decided(self, value: bool) -> Callable[[], None]:
        def act() -> None:
            now = self._wanted.value
            self._wanted.use(replace(now, is_decided=None if now.is_decided is value else value))

        return act

    def _set_clip(self, value: bool) -> Callable[[], None]:
        def act() -> None:
            now = self._wanted.value
            self._wanted.use(replace(now, has_clip=None if now.has_clip is value else value))

        return act

    def _flip_subtype(self, subtype: str) -> Callable[[], None]:
        def act() -> None:
            now = self._wanted.value
            self._wanted.use(replace(now, subtypes=now.subtypes ^ {subtype}))

        return act

    def _flip_device(self, key: str) -> Callable[[], None]:
        def act() -> None:
            now = self._wanted.value
            self._wanted.use(replace(now, device_keys=now.device_keys ^ {key}))

        return act

    def _on_text_changed(self, text: str) -> None:
        """The cross in the field empties it without an edit."""
        if not text and self._wanted.value.text:
            self._typing.stop()
            self._on_typed()

    def _on_typed(self) -> None:
        self._wanted.use(replace(self._wanted.value, text=self.input.text()))

    def _on_filter_changed(self) -> None:
        wanted = self._wanted.value
        if wanted.text != self.input.text():
            self._typing.stop()
            self.input.setText(wanted.text)
        self.clear.setEnabled(not wanted.is_empty)
        self._show_chips()

    def _show_chips(self) -> None:
        for chip in self.chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = []
        parts = [
            part
            for part in filter_parts(self._wanted.value, self._device_names)
            if part.rest.text == self._wanted.value.text
        ]
        for part in parts[:_MOST_CHIPS]:
            chip = QToolButton(self)
            chip.setObjectName("filterChip")
            chip.setText(f"{part.words.replace('&', '&&')}  ✕")
            chip.setAccessibleName(f"Remove condition: {part.words}")
            chip.setToolTip(f"Remove “{part.words}”")
            chip.clicked.connect(lambda _checked=False, rest=part.rest: self._wanted.use(rest))
            self._row.insertWidget(2 + len(self.chips), chip)
            self.chips.append(chip)
        if len(parts) > _MOST_CHIPS:
            more = QToolButton(self)
            more.setObjectName("filterChip")
            more.setText(f"+{len(parts) - _MOST_CHIPS}")
            more.setToolTip(", ".join(part.words for part in parts[_MOST_CHIPS:]))
            more.clicked.connect(self.menu_button.showMenu)
            self._row.insertWidget(2 + len(self.chips), more)
            self.chips.append(more)

    def _style(self) -> None:
        c = self._theme.colors
        self.setStyleSheet(
            f"#filterBar {{ background: {c.header.name()}; border-bottom: 1px solid {c.line.name()}; }}"
            f"#filterCount {{ color: {c.muted.name()}; }}"
            f"QToolButton {{ color: {c.muted.name()}; background: transparent; border: 1px solid {c.line.name()};"
            " border-radius: 5px; padding: 2px 7px; min-height: 18px; }"
            f"QToolButton:hover {{ color: {c.text.name()}; background: {c.raised.name()}; }}"
            f"QToolButton:focus {{ border-color: {c.accent.name()}; }}"
            f"QToolButton:disabled {{ color: {c.line.name()}; }}"
            f"#filterChip {{ color: {c.text.name()}; background: {c.selected.name()}; border-radius: 10px; }}"
            "QToolButton::menu-indicator { image: none; }"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
