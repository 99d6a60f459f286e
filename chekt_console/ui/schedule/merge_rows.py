"""The conflicts of a merge, one block each: where it is, and Mine, Theirs or Both to choose from, by mouse or by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from chekt_console.domain.schedule_merge import Side
from chekt_console.domain.schedule_merge_words import side_words, where_words
from chekt_console.domain.schedule_words import PLAIN, WordStyle
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

    from chekt_console.domain.schedule_merge import Conflict

_MOST_SIGNS = 88
_LOWEST = 110  # one conflict whole
_NAMES = {Side.MINE: "Mine", Side.THEIRS: "Theirs", Side.BOTH: "Both"}
_KEYS = {Qt.Key.Key_M: Side.MINE, Qt.Key.Key_T: Side.THEIRS, Qt.Key.Key_B: Side.BOTH}
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_SIDEWAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ConflictBlock(QFrame):
    chosen = Signal()
    entered = Signal()  # the keyboard is in it now

    def __init__(self, conflict: Conflict, place: str, style: WordStyle, parent: QWidget) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.conflict = conflict
        where = where_words(conflict, style)
        before = side_words(conflict, None, style)
        head = QLabel(where, self)
        head.setTextFormat(Qt.TextFormat.PlainText)
        set_role(head, "strong")
        was = QLabel(_short(f"before: {before}"), self)
        was.setTextFormat(Qt.TextFormat.PlainText)
        was.setToolTip(before)
        set_role(was, "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(3)
        column.addWidget(head)
        column.addWidget(was)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[Side, QRadioButton] = {}
        for side in conflict.choices:
            words = side_words(conflict, side, style)
            button = QRadioButton(_short(f"{_NAMES[side]}: {words}"), self)
            button.setToolTip(f"{_NAMES[side]} ({_NAMES[side][0]}): {words}")
            button.setAccessibleName(f"{place}, {where}. {_NAMES[side]}: {words}")
            button.setAccessibleDescription(
                f"Before: {before}. Up and down go to other conflicts; M, T and B choose."
            )
            button.installEventFilter(self)
            button.clicked.connect(self.chosen)
            self._group.addButton(button)
            self.buttons[side] = button
            column.addWidget(button)

    @property
    def side(self) -> Side | None:
        return next((side for side, button in self.buttons.items() if button.isChecked()), None)

    def choose(self, side: Side) -> bool:
        """False where it is not offered."""
        button = self.buttons.get(side)
        if button is None:
            return False
        button.setChecked(True)
        self.chosen.emit()
        return True

    def take_focus(self) -> None:
        side = self.side
        (self.buttons[side] if side else self.buttons[Side.MINE]).setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The buttons give their letters and arrows to the list: to them, up and down would choose."""
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            parent = self.parentWidget()
            if isinstance(parent, ConflictList) and parent.take_key(self, event):
                return True
        return super().eventFilter(watched, event)


class ConflictList(QWidget):
    choices_changed = Signal()
    block_entered = Signal(object)  # ConflictBlock

    def __init__(self, conflicts: Sequence[Conflict], style: WordStyle = PLAIN) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        count = len(conflicts)
        self.blocks = [
            ConflictBlock(conflict, f"Conflict {number} of {count}", style, self)
            for number, conflict in enumerate(conflicts, start=1)
        ]
        for block in self.blocks:
            column.addWidget(block)
            block.chosen.connect(self.choices_changed)
            block.entered.connect(self._on_entered)
        column.addStretch(1)

    @property
    def choices(self) -> Mapping[Conflict, Side]:
        return {block.conflict: block.side for block in self.blocks if block.side is not None}

    @property
    def left(self) -> int:
        """How many are to be decided yet."""
        return sum(block.side is None for block in self.blocks)

    def choose_all(self, side: Side) -> None:
        for block in self.blocks:
            block.choose(side)

    def take_key(self, block: ConflictBlock, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        place = self.blocks.index(block)
        if is_plain and key in _STEPS:
            self.blocks[max(0, min(place + _STEPS[key], len(self.blocks) - 1))].take_focus()
            return True
        if is_plain and key in _SIDEWAYS:
            sides = list(block.buttons)
            at = sides.index(block.side) + _SIDEWAYS[key] if block.side else 0
            block.choose(sides[at % len(sides)])
            block.take_focus()
            return True
        if is_plain and key in _KEYS:
            if block.choose(_KEYS[key]):
                block.take_focus()
            return True
        return False

    def _on_entered(self) -> None:
        block = self.sender()
        if isinstance(block, ConflictBlock):
            self.block_entered.emit(block)


class ConflictArea(QScrollArea):
    """Scrolls the list, and keeps in sight the block that the keyboard is in."""

    def __init__(self, conflicts: ConflictList, parent: QWidget) -> None:
        super().__init__(parent)
        self._block: ConflictBlock | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(conflicts)
        self.setMinimumHeight(_LOWEST)
        conflicts.block_entered.connect(self._on_block_entered)

    def _on_block_entered(self, block: ConflictBlock) -> None:
        self._block = block
        self.ensureWidgetVisible(block, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._block is not None:
            self.ensureWidgetVisible(self._block, 0, 0)


def _short(words: str) -> str:
    """So much as fits in the dialog; the tooltip and a screen reader tell all."""
    return words if len(words) <= _MOST_SIGNS else f"{words[: _MOST_SIGNS - 1]}…"
