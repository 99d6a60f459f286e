"""One large figure with a word below it, and a link to the events behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from chekt_console.domain.replay_figures import Figure, Weight
from chekt_console.ui.shared.style import set_role

_ROLES = {Weight.PLAIN: "figure", Weight.GOOD: "figure-good", Weight.BAD: "figure-bad"}


class FigureCard(QWidget):
    """`is_open`: its list is the one that is shown."""

    list_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure = QLabel(self)
        self.figure.setTextFormat(Qt.TextFormat.PlainText)
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_role(self.words, "small")
        self.link = QPushButton(self)
        self.link.setCheckable(True)
        set_role(self.link, "link")
        self.link.clicked.connect(self.list_toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.figure)
        column.addWidget(self.words)
        column.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    @property
    def is_open(self) -> bool:
        return self.link.isChecked()

    def show_figure(self, figure: Figure) -> None:
        """What has no events behind it has no list."""
        self.figure.setText(figure.text)
        set_role(self.figure, _ROLES[figure.weight])
        self.words.setText(figure.words)
        count = len(figure.places)
        self.link.setVisible(count > 0)
        if not count:
            self.link.setChecked(False)
        self.link.setText(f"Show the {count:,}" if count > 1 else "Show it")
        self.link.setAccessibleName(f"{figure.text} {figure.words}: show the list")

    def close_list(self) -> None:
        self.link.setChecked(False)
