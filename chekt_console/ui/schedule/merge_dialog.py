"""Somebody else saved meanwhile: both changes are put together, and where they clash the person chooses, period by period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QWidget

from chekt_console.domain.schedule_algebra import normalise
from chekt_console.domain.schedule_difference import difference
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.schedule_merge import Conflict, Side, WeekConflict, merge
from chekt_console.domain.schedule_merge_words import settled_changes
from chekt_console.domain.schedule_words import PLAIN, WordStyle
from chekt_console.ui.schedule.merge_rows import ConflictArea, ConflictBlock, ConflictList
from chekt_console.ui.schedule.schedule_dialogs import (
    bullets,
    buttons,
    column_of,
    minutes_words,
    plain_text,
)
from chekt_console.ui.schedule.week_strip import WeekStrip
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site
    from chekt_console.services.schedule_service import StoredSchedule
    from chekt_console.ui.shared.theme import Theme

_WIDTH = 760
_HIGHEST = 660  # a window of 720 lines has room for it
_MOST_LINES = 2
_SETTLED_LINES = 6
_ALL = {Side.MINE: "All mine", Side.THEIRS: "All theirs", Side.BOTH: "All both"}


class MergeDialog(QDialog):
    """Nothing is preset: a building is armed by what is chosen here."""

    theirs_chosen = Signal()
    merged_chosen = Signal(object)  # WeekSchedule this connection can hold

    def __init__(
        self,
        site: Site,
        base: StoredSchedule,
        mine: WeekSchedule,
        theirs: StoredSchedule,
        theme: Theme,
        style: WordStyle = PLAIN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Changed by somebody else")
        self.theirs = theirs
        self._merge = merge(base.schedule, mine, theirs.schedule)
        self._current: Conflict | None = None
        column = column_of(self)
        column.setSpacing(8)
        column.addWidget(
            plain_text(f"Somebody else saved the schedule of {site.name} since you read it", self, "heading")
        )
        self.became = plain_text(
            "Yours was sent, and may have been in force for a moment; the server has theirs now. Your draft is kept."
            if theirs.is_after_ours
            else "Nothing of yours was written. Your draft is kept.",
            self,
            "muted",
        )
        column.addWidget(self.became)
        ours, others = settled_changes(base.schedule, mine, theirs.schedule, self._merge, style)
        self.settled = plain_text(_settled_words(ours, others, self._merge.is_clean), self)
        self.setAccessibleDescription(self.settled.text())
        column.addWidget(_scrolled(self.settled, self))
        self.unknown = plain_text(
            "Not all of what they saved is understood; saving the result gives that up:\n", self, "error"
        )
        self.unknown.setText(self.unknown.text() + bullets(theirs.problems, 1))
        self.unknown.setVisible(bool(theirs.problems))
        column.addWidget(self.unknown)
        self.strips = {
            name: WeekStrip(name, schedule, theme, style, self)
            for name, schedule in (
                ("Before", base.schedule),
                ("Mine", mine),
                ("Theirs", theirs.schedule),
                ("Result", self._merge.merged),
            )
        }
        for strip in self.strips.values():
            column.addWidget(strip)
        self.conflicts = ConflictList(self._merge.conflicts, style)
        self._area = ConflictArea(self.conflicts, self)
        self._area.setVisible(not self._merge.is_clean)
        column.addLayout(self._head())
        column.addWidget(self._area, 1)
        self.outcome = plain_text("", self, "muted")
        column.addWidget(self.outcome)
        self.losses = plain_text("", self, "error")
        column.addWidget(self.losses)
        later = QPushButton("Decide later", self)
        later.setToolTip("The draft stays on this computer")
        later.clicked.connect(self.reject)
        self.take_theirs = QPushButton("Drop mine, take theirs", self)
        self.take_theirs.setToolTip("All of what the server has now; undo brings your draft back")
        self.take_theirs.clicked.connect(self._on_theirs)
        self.save = QPushButton(self)
        set_role(self.save, "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self._on_save)
        column.addLayout(buttons(later, self.take_theirs, self.save))
        self.conflicts.choices_changed.connect(self._on_choices)
        self.conflicts.block_entered.connect(self._on_entered)
        self._style = style
        self._look()
        self.resize(_WIDTH, min(_HIGHEST, self._wanted_height()))
        if self.conflicts.blocks:
            self.conflicts.blocks[0].take_focus()

    @property
    def merged(self) -> WeekSchedule:
        """What would be saved; where nothing is chosen it is as before both changes."""
        return self._merge.resolve(self.conflicts.choices, default=None)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.count = plain_text("", self, "strong")
        row.addWidget(self.count)
        keys = plain_text("↑ ↓ go around, M T B choose", self, "small")
        keys.setVisible(not self._merge.is_clean)
        row.addWidget(keys, 1)
        self.all_of: dict[Side, QPushButton] = {}
        for side, words in _ALL.items():
            button = self.all_of[side] = QPushButton(words, self)
            button.setAutoDefault(False)
            button.setToolTip("At every place that offers it; what is merged by itself stays")
            button.setVisible(any(side in conflict.choices for conflict in self._merge.conflicts))
            button.clicked.connect(lambda _=False, chosen=side: self.conflicts.choose_all(chosen))
            row.addWidget(button)
        return row

    def _on_choices(self) -> None:
        self._look()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.count.text()))

    def _on_entered(self, block: ConflictBlock) -> None:
        self._current = block.conflict
        self._mark()

    def _look(self) -> None:
        left, count = self.conflicts.left, len(self._merge.conflicts)
        result = self.merged
        if not count:
            text = "Nothing clashes: the result holds both changes."
        elif left:
            text = f"{'One place clashes' if count == 1 else f'{count} places clash'}, {left} to decide"
        else:
            text = "All decided"
        self.count.setText(text)
        self.strips["Result"].show_schedule(result)
        self._mark()
        change = difference(self.theirs.schedule, result, self._style)
        self.outcome.setText(f"Saving changes what the server has now. {minutes_words(change)}")
        self.outcome.setVisible(not left)
        losses = [] if left else [loss.sentence for loss in to_key_concepts(result).losses]
        self.losses.setText("This connection cannot hold all of it:\n" + bullets(losses, _MOST_LINES))
        self.losses.setVisible(bool(losses))
        self.save.setText("Save the nearest it can hold" if losses else "Save the result")
        self.save.setEnabled(not left)
        self.save.setToolTip("Decide first what holds where both changed" if left else "")

    def _mark(self) -> None:
        places = {
            c: (c.start_min, c.length_min) for c in self._merge.conflicts if isinstance(c, WeekConflict)
        }
        current = places.get(self._current) if isinstance(self._current, WeekConflict) else None
        for name, strip in self.strips.items():
            if name == "Result":
                chosen = self.conflicts.choices
                still = tuple(place for conflict, place in places.items() if conflict not in chosen)
                strip.set_marks(still, current, is_open=True)
            else:
                strip.set_marks(tuple(places.values()), current)

    def _wanted_height(self) -> int:
        """The blocks are seen whole where there is room."""
        blocks = self.conflicts.sizeHint().height() if self.conflicts.blocks else 0
        return self.sizeHint().height() - self._area.sizeHint().height() * bool(blocks) + blocks + 30

    def _on_theirs(self) -> None:
        self.accept()
        self.theirs_chosen.emit()

    def _on_save(self) -> None:
        result = self.merged
        held = to_key_concepts(result)
        self.accept()
        self.merged_chosen.emit(normalise(from_key_concepts(held.body).schedule) if held.losses else result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The letters choose from anywhere in the dialog, at the conflict looked at last."""
        blocks = self.conflicts.blocks
        block = next((block for block in blocks if block.conflict == self._current), None)
        if block is not None and self.conflicts.take_key(block, event):
            return
        super().keyPressEvent(event)


def _settled_words(ours: tuple[str, ...], others: tuple[str, ...], is_clean: bool) -> str:
    alike = [line for line in ours if line in others]
    parts = []
    for name, lines in (
        ("They changed", [line for line in others if line not in alike]),
        ("You changed", [line for line in ours if line not in alike]),
        ("Both of you changed", alike),
    ):
        if lines:
            parts.append(f"{name}:\n{bullets(lines, len(lines))}")
    head = "" if is_clean else "Merged for you:\n"
    return head + "\n".join(parts) if parts else "Apart from what is below, nothing else was changed."


def _scrolled(label: QLabel, parent: QWidget) -> QScrollArea:
    """As high as its words, up to a few lines; what is beyond is reached by the wheel, or by Tab and the arrows."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(label)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    wanted = label.heightForWidth(_WIDTH - 60)
    most = _SETTLED_LINES * label.fontMetrics().lineSpacing()
    area.setFixedHeight(min(wanted, most))
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if wanted > most else Qt.FocusPolicy.NoFocus)
    return area
