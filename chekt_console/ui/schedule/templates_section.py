"""Beside the week: the templates with their sites, and the way to bring this week to more sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chekt_console.ui.schedule.section_head import section_head
from chekt_console.ui.shared.elided_label import ElidedLabel
from chekt_console.ui.shared.plain_text import clean
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.services.template_overview import TemplateStanding

_MOST = 6  # cards; Fleet has all of them
_LONGEST = 80
_NONE = "No templates yet. Make one from a site's week in Fleet (Ctrl+4)."


class TemplateCard(QPushButton):
    def __init__(self, standing: TemplateStanding, parent: QWidget) -> None:
        super().__init__(parent)
        self.template_id = standing.template.template_id
        name = clean(standing.template.name, _LONGEST)
        self.name = ElidedLabel(self)
        self.name.show_text(name)
        self.count = QLabel(count_words(standing), self)
        set_role(self.count, "small")
        for label in (self.name, self.count):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self.name, 1)
        row.addWidget(self.count)
        self.setMinimumHeight(self.fontMetrics().height() + 20)
        self.setAccessibleName(f"{name}: {count_words(standing)}")
        self.setToolTip("Open this template in Fleet")


class TemplatesSection(QWidget):
    template_chosen = Signal(str)  # its id; "" for all of them
    preview_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[TemplateStanding, ...] | None = None
        self.none = _small(_NONE, self)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self.all = QPushButton(self)
        set_role(self.all, "link")
        self.all.clicked.connect(lambda: self.template_chosen.emit(""))
        self.preview = QPushButton(self)
        self.preview.clicked.connect(lambda: self.preview_requested.emit())
        self.reach = _small("", self)
        templates, more = QVBoxLayout(), QVBoxLayout()
        for column in (templates, more):
            column.setContentsMargins(12, 10, 12, 12)
            column.setSpacing(8)
        templates.addWidget(self.none)
        templates.addLayout(self._cards)
        templates.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)
        more.addWidget(self.preview)
        more.addWidget(self.reach)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(section_head("Templates", None, self))
        whole.addLayout(templates)
        whole.addWidget(section_head("Apply to more sites", None, self))
        whole.addLayout(more)
        self.show_templates(())
        self.show_reach(0, "")

    @property
    def cards(self) -> tuple[TemplateCard, ...]:
        items = (self._cards.itemAt(place) for place in range(self._cards.count()))
        widgets = (item.widget() for item in items if item is not None)
        return tuple(widget for widget in widgets if isinstance(widget, TemplateCard))

    def show_templates(self, standings: tuple[TemplateStanding, ...]) -> None:
        """Those with the most sites have a card here. What is shown already stays, with its focus."""
        if standings == self._shown:
            return
        self._shown = standings
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for standing in sorted(standings, key=lambda one: -len(one.sites))[:_MOST]:
            card = TemplateCard(standing, self)
            card.clicked.connect(self._on_card)
            self._cards.addWidget(card)
            card.show()
        self.none.setVisible(not standings)
        self.all.setText(f"All {len(standings):,} templates")
        self.all.setVisible(len(standings) > _MOST)

    def show_reach(self, count: int, words: str) -> None:
        """How many sites the week may go to, and which they are or why there are none."""
        self.preview.setText(
            f"Preview on {count:,} site{'' if count == 1 else 's'}…" if count else "Preview on more sites…"
        )
        self.preview.setEnabled(count > 0)
        self.reach.setText(words)
        self.reach.setVisible(bool(words))

    def _on_card(self) -> None:
        card = self.sender()
        if isinstance(card, TemplateCard):
            self.template_chosen.emit(card.template_id)


def count_words(standing: TemplateStanding) -> str:
    """ "41 sites, 3 drifted"."""
    count = len(standing.sites)
    words = f"{count:,} site" + ("" if count == 1 else "s") if count else "no sites yet"
    return words + (f", {standing.drifted:,} drifted" if standing.drifted else "")


def _small(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_role(label, "small")
    return label
