"""Asks what to export and where to, shows how far it is, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from chekt_console.ui.evidence import evidence_words as words
from chekt_console.ui.shared.elided_label import ElidedLabel
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QCloseEvent

    from chekt_console.domain.site import Site
    from chekt_console.services.evidence_service import ExportResult
    from chekt_console.ui.evidence.evidence_words import ExportChoice

_WIDTH = 620
_HEIGHT = 350


def _plain(text: str = "", role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        set_role(label, role)
    return label


class ExportDialog(QDialog):
    """Three pages: what and where, under way, done. Escape and Cancel end an export that runs; nothing of it stays."""

    export_requested = Signal(object, object)  # tuple[Event, ...], Path
    cancel_requested = Signal()
    folder_chosen = Signal(object)  # Path
    open_folder_requested = Signal(object)  # Path
    verify_requested = Signal(object)  # Path

    def __init__(
        self,
        choices: Sequence[ExportChoice],
        sites: Mapping[str, Site],
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export evidence")
        self.resize(_WIDTH, _HEIGHT)
        self._choices = list(choices)
        self._sites = sites
        self._folder = folder
        self._result: ExportResult | None = None
        self._is_running = False
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self._ask_page())
        self.pages.addWidget(self._work_page())
        self.pages.addWidget(self._done_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.addWidget(self.pages)
        self._show_choice()
        self._show_folder()
        self.export.setFocus()

    def set_choices(self, choices: Sequence[ExportChoice]) -> None:
        """More ways to choose were found; what is chosen stays chosen."""
        current = self.choice.currentIndex()
        self._choices = list(choices)
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([choice.label for choice in choices])
        self.choice.setCurrentIndex(min(max(current, 0), len(choices) - 1))
        self.choice.blockSignals(False)
        self._show_choice()

    def show_progress(self, done: int, total: int, text: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.step.show_text(text)

    def show_result(self, result: ExportResult) -> None:
        self._is_running = False
        self._result = result
        self.done_title.setText("✓ Exported")
        self.result_name.setText(result.path.name)
        self.result_name.setToolTip("")
        self.result_words.setText(words.result_words(result))
        self.key_words.setText(words.key_words(result))
        missing = "\n".join(words.line(one) for one in result.missing)
        self.missing.setText(f"Could not be had, and the report says so:\n{missing}" if missing else "")
        self.missing.setVisible(bool(missing))
        self.pages.setCurrentIndex(2)
        self.verify.setFocus()

    def show_cancelling(self) -> None:
        """Until the work has ended: only then it is known whether something was exported."""
        self.cancel.setEnabled(False)
        self.cancel.setText("Cancelling…")

    def show_error(self, sentence: str) -> None:
        """Back to the first page, where another folder can be chosen."""
        self._is_running = False
        self.error.setText(sentence)
        self.error.show()
        self.pages.setCurrentIndex(0)
        self.export.setFocus()

    def choose_folder(self) -> None:
        start = self._folder if self._folder.is_dir() else Path.home()
        chosen = QFileDialog.getExistingDirectory(self, "Folder for evidence", str(start))
        if chosen:
            self.use_folder(Path(chosen))

    def use_folder(self, folder: Path) -> None:
        self._folder = folder
        self.error.hide()
        self._show_folder()
        self.folder_chosen.emit(folder)

    def _ask_page(self) -> QWidget:
        page = QWidget()
        title = _plain("Export evidence", "heading")
        self.choice = QComboBox()
        self.choice.setAccessibleName("What to export")
        self.choice.addItems([choice.label for choice in self._choices])
        self.choice.currentIndexChanged.connect(self._show_choice)
        self.events = QListWidget()
        self.events.setAccessibleName("Events to export")
        self.events.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.events.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.events.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.folder = ElidedLabel()
        self.change = QPushButton("Change…")
        self.change.setAutoDefault(False)
        self.change.setToolTip("Choose the folder that the export is put into")
        self.change.clicked.connect(self.choose_folder)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel("What"), 0, 0)
        grid.addWidget(self.choice, 0, 1, 1, 2)
        grid.addWidget(QLabel("Into"), 1, 0)
        grid.addWidget(self.folder, 1, 1)
        grid.addWidget(self.change, 1, 2)
        self.error = _plain("", "error")
        self.error.hide()
        self.export = QPushButton("Export")
        self.export.setDefault(True)
        set_role(self.export, "primary")
        self.export.clicked.connect(self._on_export)
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(title)
        column.addWidget(_plain(words.WHAT_IS_WRITTEN, "muted"))
        column.addLayout(grid)
        column.addWidget(self.events, 1)
        column.addWidget(self.error)
        column.addLayout(_row(cancel, self.export))
        return page

    def _work_page(self) -> QWidget:
        page = QWidget()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How far the export is")
        self.step = ElidedLabel()
        set_role(self.step, "muted")
        self.cancel = QPushButton("Cancel")
        self.cancel.setAutoDefault(False)
        self.cancel.setToolTip("End the export; nothing of it stays in the folder (Esc)")
        self.cancel.clicked.connect(self.reject)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(_plain("Exporting evidence", "heading"))
        column.addWidget(_plain("The folder appears only when everything is in it and signed.", "muted"))
        column.addSpacing(12)
        column.addWidget(self.bar)
        column.addWidget(self.step)
        column.addStretch(1)
        column.addLayout(_row(self.cancel))
        return page

    def _done_page(self) -> QWidget:
        page = QWidget()
        self.done_title = _plain("", "heading")
        self.result_name = _plain("", "strong")
        self.result_words = _plain()
        self.key_words = _plain("", "muted")
        self.missing = _plain("", "error")
        for label in (self.result_name, self.key_words):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        advice = _plain(
            "Tell the key's fingerprint to whoever receives this, by another way than the files themselves: it is how they "
            "know that nobody else signed them.",
            "muted",
        )
        self.open_folder = QPushButton("Open folder")
        self.open_folder.setAutoDefault(False)
        self.open_folder.clicked.connect(self._on_open_folder)
        self.verify = QPushButton("Verify")
        self.verify.setToolTip("Read every file again and check it against the signature")
        self.verify.clicked.connect(self._on_verify)
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (
            self.done_title,
            self.result_name,
            self.result_words,
            self.missing,
            self.key_words,
            advice,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(_row(self.open_folder, self.verify, close))
        return page

    def _show_choice(self) -> None:
        choice = self._choices[max(0, self.choice.currentIndex())]
        self.events.clear()
        self.events.addItems(
            [words.event_line(event, self._sites.get(event.site_id)) for event in choice.events]
        )

    def _show_folder(self) -> None:
        self.folder.show_text(str(self._folder))

    def _on_export(self) -> None:
        self.error.hide()
        self._is_running = True
        self.cancel.setEnabled(True)
        self.cancel.setText("Cancel")
        self.show_progress(0, 0, "Beginning")
        self.pages.setCurrentIndex(1)
        self.cancel.setFocus()
        self.export_requested.emit(self._choices[max(0, self.choice.currentIndex())].events, self._folder)

    def _on_open_folder(self) -> None:
        if self._result is not None:
            self.open_folder_requested.emit(self._result.path)

    def _on_verify(self) -> None:
        if self._result is not None:
            self.verify_requested.emit(self._result.path)

    def reject(self) -> None:
        """Of an export that runs: it is asked to end, and the dialog waits for what came of it."""
        if self._is_running:
            self.show_cancelling()
            self.cancel_requested.emit()
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_running:
            self._is_running = False
            self.cancel_requested.emit()
        super().closeEvent(event)


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return row
