"""Rows of the side panel: a name and its value, and the results of the clip check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.clip_check import Mark, Rule
from chekt_console.ui.clip.sheets import set_sheet

if TYPE_CHECKING:
    from chekt_console.ui.shared.theme import Theme


_SIGNS = {Mark.GOOD: "✓", Mark.UNKNOWN: "–", Mark.WARNING: "!", Mark.BAD: "✕"}
_SPOKEN = {Mark.GOOD: "kept", Mark.UNKNOWN: "not known", Mark.WARNING: "warning", Mark.BAD: "not kept"}


def plain_label(parent: QWidget, text: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


class FactRows(QWidget):
    """Name on the left, value on the right; rows without a value are not shown."""

    def __init__(self, names: tuple[str, ...], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: dict[str, tuple[QLabel, QLabel]] = {}
        self._modes: dict[str, tuple[QLabel, ArmingMode | None]] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnMinimumWidth(0, 74)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(names):
            label, value = plain_label(self, name), plain_label(self)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, row, 0)
            chip = plain_label(self)
            chip.setWordWrap(False)
            chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            chip.hide()
            cell = QHBoxLayout()
            cell.setSpacing(5)
            cell.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
            cell.addWidget(value, 1)
            grid.addLayout(cell, row, 1)
            self._rows[name] = (label, value)
            self._modes[name] = (chip, None)
        theme.changed.connect(self._style)
        self._style()

    def show_value(self, name: str, text: str, tip: str = "", mode: ArmingMode | None = None) -> None:
        """`mode` stands before the text as a chip in its colour."""
        label, value = self._rows[name]
        chip = self._modes[name][0]
        self._modes[name] = (chip, mode)
        chip.setText(mode.label if mode is not None else "")
        chip.setVisible(mode is not None)
        self._style_chips()
        value.setText(text)
        value.setToolTip(tip)
        label.setVisible(bool(text))
        value.setVisible(bool(text))

    def value(self, name: str) -> str:
        return self._rows[name][1].text()

    def _style(self) -> None:
        for label, _value in self._rows.values():
            set_sheet(label, f"color: {self._theme.colors.muted.name()};")
        self._style_chips()

    def _style_chips(self) -> None:
        c = self._theme.colors
        for chip, mode in self._modes.values():
            if mode is not None:
                ink = c.on_disarmed if mode is ArmingMode.DISARMED else c.on_mode
                set_sheet(
                    chip,
                    f"background: {c.mode(mode).name()}; color: {ink.name()}; border-radius: 4px;"
                    " padding: 1px 6px; font-size: 12px; font-weight: 600;",
                )


class RuleRows(QWidget):
    """A sign before each rule: never colour alone."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._results: tuple[Rule, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[tuple[QLabel, QLabel]] = []
        theme.changed.connect(self._style)

    @property
    def texts(self) -> list[str]:
        return [f"{mark.text()} {text.text()}" for mark, text in self._labels[: len(self._results)]]

    def show_results(self, results: tuple[Rule, ...]) -> None:
        self._results = results
        while len(self._labels) < len(results):
            mark, text = plain_label(self), plain_label(self)
            mark.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(mark, len(self._labels), 0)
            self._grid.addWidget(text, len(self._labels), 1)
            self._labels.append((mark, text))
        for row, (mark, text) in enumerate(self._labels):
            is_used = row < len(results)
            mark.setVisible(is_used)
            text.setVisible(is_used)
            if is_used:
                mark.setText(_SIGNS[results[row].mark])
                mark.setAccessibleName(_SPOKEN[results[row].mark])
                text.setText(results[row].text)
        self._style()

    def _style(self) -> None:
        c = self._theme.colors
        inks = {Mark.GOOD: c.good, Mark.UNKNOWN: c.muted, Mark.WARNING: c.trouble, Mark.BAD: c.alarm}
        for (mark, _text), result in zip(self._labels, self._results, strict=False):
            color = inks[result.mark]
            set_sheet(mark, f"color: {color.name()}; font-weight: 600;")
