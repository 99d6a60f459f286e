"""Real, false with its cause, or unsure, with a note; what is shown as decided has been saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.decision import FALSE, Cause, Verdict
from chekt_console.ui.clip.sheets import set_sheet
from chekt_console.ui.shared.key_caps import cap_width, paint_cap
from chekt_console.ui.shared.review_order import WALKS_REVIEW
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent

    from chekt_console.ui.shared.theme import Theme

CHOICES = (("real", "Real", "R"), ("false", "False", "F"), ("unsure", "Unsure", "U"))
CAUSES = tuple((cause, str(number)) for number, cause in enumerate(Cause, start=1))
_CAUSE_COLUMNS = 3
_NOTE_LENGTH = 2000


class _KeyedButton(QPushButton):
    """Its key stands beside its word, both drawn here: the button's own text is empty."""

    def __init__(self, word: str, key: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_primary = False
        self._word = word
        self._key = key
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(32)

    def make_primary(self) -> None:
        self._is_primary = True
        set_role(self, "primary")

    def show_word(self, word: str) -> None:
        self._word = word
        self.setAccessibleName(word)
        self.update()

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self._word)
        return QSize(words + cap_width(self.font(), self._key) + 24, 32)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        colors = self._theme.colors
        word = self.fontMetrics().horizontalAdvance(self._word)
        left = (self.width() - word - cap_width(self.font(), self._key) - 6) / 2
        painter = QPainter(self)
        painter.setFont(self.font())
        ink = colors.on_accent if self._is_primary else colors.text
        painter.setPen(ink if self.isEnabled() else colors.faint)
        painter.drawText(int(left), 0, word + 4, self.height(), Qt.AlignmentFlag.AlignVCenter, self._word)
        if self._is_primary and self.isEnabled():
            colors = replace(colors, line=colors.on_accent, muted=colors.on_accent)
        paint_cap(painter, self.font(), left + word + 6, self.height() / 2, self._key, colors)
        painter.end()


class _NoteEdit(QPlainTextEdit):
    """Enter is done, Shift+Enter a new line."""

    finished = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.finished.emit()
            return
        super().keyPressEvent(event)


class DecisionBox(QWidget):
    """A press asks for saving; the button lights up when the saved event is shown."""

    decision_requested = Signal(object)  # Verdict
    undo_requested = Signal()  # what was decided last, wherever
    next_requested = Signal()  # on to the next, this one as it is
    previous_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._decision = ""
        self._cause = ""
        self._saving: Verdict | None = None  # what was pressed last and is on its way to the disk
        self._wants_next = False  # as soon as what was pressed is saved
        self._saved_note = ""
        self.buttons = {name: _KeyedButton(word, key, theme, self) for name, word, key in CHOICES}
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, word, key in CHOICES:
            button = self.buttons[name]
            button.setCheckable(True)
            button.setAccessibleName(f"Decide: {word.lower()}")
            button.setToolTip(f"Decide that this alarm is {word.lower()} ({key})")
            button.clicked.connect(lambda _checked=False, name=name: self._ask(name))
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda name=name: self._ask(name))
            row.addWidget(button)
        self.causes = QWidget(self)
        self._build_causes()
        self.note = _NoteEdit(self)
        self.note.setPlaceholderText("Note… (Enter saves and goes on)")
        self.note.setAccessibleName("Note for the decision")
        self.note.setToolTip("Kept with the decision on this computer; Shift+Enter for a new line")
        self.note.setFixedHeight(56)
        self.note.setTabChangesFocus(True)
        self.note.finished.connect(self._on_note_finished)
        self.said = QLabel(self)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        set_role(self.said, "small")
        self.said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.undo = QPushButton("Undo", self)
        set_role(self.undo, "quiet")
        self.undo.setToolTip("This alarm is to be reviewed again (Ctrl+Z takes back what was decided last)")
        self.undo.clicked.connect(lambda: self._ask(""))
        said_row = QHBoxLayout()
        said_row.setContentsMargins(0, 0, 0, 0)
        said_row.addWidget(self.said, 1)
        said_row.addWidget(self.undo)
        self.next = _KeyedButton("Save and next", "Enter", theme, self)
        self.next.make_primary()
        self.next.setToolTip(
            "Save the note and go to the next alarm to review (Enter); J and K go on and back without deciding"
        )
        self.next.clicked.connect(lambda: self.save_and_next())
        shortcuts = {}
        for keys, act in (
            ("J", self._on_next_key),
            ("K", self.previous_requested.emit),
            ("Return", self.save_and_next),
            ("Enter", self.save_and_next),
            ("Ctrl+Z", self.undo_requested.emit),
        ):
            shortcuts[keys] = shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)
        self._enter_shortcuts = (shortcuts["Return"], shortcuts["Enter"])
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.causes)
        column.addWidget(self.note)
        column.addLayout(said_row)
        column.addWidget(self.next)
        theme.changed.connect(self._style)
        self._style()

    @property
    def note_text(self) -> str:
        return self.note.toPlainText().strip()[:_NOTE_LENGTH]

    def unsaved_note(self) -> Verdict | None:
        """A note that was typed and belongs to nothing saved, with what was decided; None when there is none."""
        if self._saving is not None:
            return None if self.note_text == self._saving.note else replace(self._saving, note=self.note_text)
        if self.note_text == self._saved_note:
            return None
        return Verdict(self._decision, self.note_text, self._cause)

    def show_decision(self, decision: str, *, is_other_event: bool) -> None:
        """What is saved. The note is left alone while the same event stays."""
        if is_other_event:
            self.note.clear()
            self._saved_note = ""
            self._saving = None
            self._wants_next = False
            self.said.hide()
        if is_other_event or decision != FALSE:
            self._cause = ""
        self._decision = decision
        for name, button in self.buttons.items():
            button.setChecked(name == decision)
        self._show_causes()
        self.undo.setVisible(bool(decision))
        self._style()

    def show_kept(self, text: str, verdict: Verdict) -> None:
        """What was saved earlier; a note that is being written is left alone."""
        if self.said.isHidden() and not self.note_text:
            self.note.setPlainText(verdict.note)
            self.show_saved(text, verdict)

    def show_note(self, note: str) -> None:
        """One that was kept without a decision."""
        if self.said.isHidden() and not self.note_text and not self._decision:
            self.note.setPlainText(note)
            self._saved_note = note
            self._say("A note of yours, kept without a decision.", "small")

    def show_saving(self) -> None:
        self._say("Saving…", "small")

    def show_saved(self, text: str, verdict: Verdict) -> None:
        if self._saving is not None and verdict != self._saving:
            return  # what was pressed after it is still to come
        self._saving = None
        self._saved_note = verdict.note
        self._cause = verdict.cause
        self._show_causes()
        self._say(text, "small")
        if self._wants_next:
            self._wants_next = False
            self.next_requested.emit()

    def show_hint(self, text: str) -> None:
        self._say(text, "small")

    def show_failed(self, sentence: str) -> None:
        self._saving = None
        self._wants_next = False
        self.show_decision(self._decision, is_other_event=False)
        self._say(sentence, "error")

    def show_next(self, *, has_next: bool) -> None:
        self.next.setEnabled(has_next)
        self.next.show_word("Save and next" if has_next else "Nothing else to review")

    def save_and_next(self) -> None:
        """Nothing is left behind undecided by this key: J does that."""
        if self._saving is not None:
            note_is_newer = self.note_text != self._saving.note
            if note_is_newer:
                self._ask(self._saving.decision, self._saving.cause)
            self._wants_next = self.next.isEnabled()
        elif not self._decision:
            self._say("Choose real, false or unsure first. J goes on without deciding.", "small")
        elif self.note_text != self._saved_note:
            self._ask(self._decision, self._cause)
            self._wants_next = self.next.isEnabled()
        elif self.next.isEnabled():
            self.next_requested.emit()

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Enter belongs to fields and to lists that open what is chosen; a list that walks the review says so."""
        is_taken = isinstance(now, (QLineEdit, QAbstractItemView, QAbstractSpinBox, QComboBox))
        is_review = isinstance(now, QWidget) and bool(now.property(WALKS_REVIEW))
        for shortcut in self._enter_shortcuts:
            shortcut.setEnabled(is_review or not is_taken)

    def _build_causes(self) -> None:
        grid = QGridLayout(self.causes)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        self.cause_buttons: dict[str, _KeyedButton] = {}
        self._cause_shortcuts: list[QShortcut] = []
        for number, (cause, key) in enumerate(CAUSES):
            button = _KeyedButton(cause.label, key, self._theme, self.causes)
            button.setCheckable(True)
            button.setFixedHeight(26)
            button.setAccessibleName(f"Cause: {cause.value}")
            button.setToolTip(f"False because of: {cause.value} ({key})")
            button.clicked.connect(lambda _checked=False, cause=cause.value: self._ask(FALSE, cause))
            shortcut = QShortcut(QKeySequence(key), self.causes)  # a key only while its button is seen
            shortcut.activated.connect(lambda cause=cause.value: self._ask(FALSE, cause))
            self._cause_shortcuts.append(shortcut)
            self.cause_buttons[cause.value] = button
            grid.addWidget(button, number // _CAUSE_COLUMNS, number % _CAUSE_COLUMNS)

    def _show_causes(self) -> None:
        """A cause may be told while the decision is on its way; it lights up when it was saved."""
        is_false = self._decision == FALSE
        is_asked = self._saving is not None and self._saving.decision == FALSE
        self.causes.setVisible(is_asked if self._saving is not None else is_false)
        for name, button in self.cause_buttons.items():
            button.setChecked(is_false and name == self._cause)

    def _ask(self, decision: str, cause: str = "") -> None:
        for name, button in self.buttons.items():  # lit only by what was saved
            button.setChecked(name == self._decision)
        if self._wants_next:
            # Meant for the alarm that is not on the screen yet: it must not decide this one anew.
            self._say("Saving… the next alarm follows.", "small")
        elif self.isEnabled():
            self._saving = Verdict(decision, self.note_text, cause)
            self.decision_requested.emit(self._saving)
        self._show_causes()

    def _on_note_finished(self) -> None:
        self.note.clearFocus()  # single keys decide again
        if not self._decision and self._saving is None:
            self._say("Choose real, false or unsure; the note is saved with it.", "small")
        else:
            self.save_and_next()

    def _on_next_key(self) -> None:
        if self.next.isEnabled():
            self.next_requested.emit()

    def _say(self, text: str, role: str) -> None:
        set_role(self.said, role)
        self.said.setText(text)
        self.said.show()

    def _style(self) -> None:
        c = self._theme.colors
        lit = {"real": c.alarm, "false": c.good, "unsure": c.trouble}
        for name, button in self.buttons.items():
            color = lit[name].name()
            set_sheet(
                button,
                f"QPushButton:checked {{ border: 1px solid {color}; background: {c.selected.name()}; }}",
            )
