"""Name and schedule of a template, drawn with the same week editor as a site's schedule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
)

from chekt_console.domain.schedule_json import to_key_concepts
from chekt_console.domain.schedule_words import PLAIN, WordStyle, exception_words
from chekt_console.ui.fleet.side_parts import label
from chekt_console.ui.shared.confirm import ConfirmDialog
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.schedule import WeekSchedule


class WeekEditor(Protocol):
    """A week that can be drawn on; chekt_console/session_fleet.py makes one."""

    @property
    def widget(self) -> QWidget: ...
    @property
    def schedule(self) -> WeekSchedule: ...


class TemplateDialog(QDialog):
    """The exceptions of the week it begins with are listed, each to be part of the template or not."""

    def __init__(
        self,
        title: str,
        name: str,
        editor: WeekEditor,
        taken: frozenset[str],
        style: WordStyle = PLAIN,
        parent: QWidget | None = None,
        *,
        has_exceptions: bool = True,
    ) -> None:
        """`has_exceptions`: they are part of it until the person takes them out; else the other way round."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(860, 560)
        self._editor = editor
        self._before = editor.schedule
        self._taken = frozenset(one.casefold() for one in taken)
        heading = QLabel(title, self)
        set_role(heading, "heading")
        self.name_field = QLineEdit(name, self)
        self.name_field.setAccessibleName("Name of the template")
        self.name_field.setPlaceholderText("Name, for instance Office 8–18")
        self.name_field.setMaxLength(80)
        self.name_field.returnPressed.connect(self._on_save)
        self._exceptions = editor.schedule.exceptions
        self.exceptions_words = label(
            "Exceptions that go to the sites with it; a site's own one for the same date stays.",
            "small",
            self,
        )
        self.exceptions = QListWidget(self)
        self.exceptions.setAccessibleName("Exceptions of the template")
        for one in self._exceptions:
            item = QListWidgetItem(exception_words(one, style))
            item.setCheckState(Qt.CheckState.Checked if has_exceptions else Qt.CheckState.Unchecked)
            self.exceptions.addItem(item)
        row_height = max(20, self.exceptions.sizeHintForRow(0))
        self.exceptions.setFixedHeight(row_height * min(4, max(1, len(self._exceptions))) + 8)
        for widget in (self.exceptions, self.exceptions_words):
            widget.setVisible(bool(self._exceptions))
        self.problem = label("", "error", self)
        self.save = QPushButton("Save", self)
        set_role(self.save, "primary")
        self.save.setAutoDefault(False)  # Enter in a number of the week ends that number only
        self.save.clicked.connect(self._on_save)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addWidget(self.name_field)
        layout.addWidget(editor.widget, 1)
        layout.addWidget(self.exceptions_words)
        layout.addWidget(self.exceptions)
        layout.addWidget(self.problem)
        layout.addLayout(buttons)
        self.name_field.setFocus()

    @property
    def name(self) -> str:
        return " ".join(self.name_field.text().split())

    @property
    def schedule(self) -> WeekSchedule:
        ticked = (
            one
            for row, one in enumerate(self._exceptions)
            if self.exceptions.item(row).checkState() is Qt.CheckState.Checked
        )
        return replace(self._editor.schedule, exceptions=tuple(ticked))

    def _is_given_up(self) -> bool:
        if self._editor.schedule == self._before:
            return True
        question = ConfirmDialog(
            "Discard the week you drew?",
            "What you changed in it is not kept.",
            "Discard it",
            parent=self,
        )
        try:
            return question.exec() == QDialog.DialogCode.Accepted
        finally:
            question.deleteLater()

    def _on_save(self) -> None:
        losses = to_key_concepts(self.schedule).losses
        if not self.name:
            self.problem.setText("Give it a name.")
        elif self.name.casefold() in self._taken:
            self.problem.setText("Another template has this name.")
        elif losses:
            self.problem.setText(losses[0].sentence)
        else:
            self.accept()

    def reject(self) -> None:
        if self._is_given_up():
            super().reject()
