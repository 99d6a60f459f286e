"""Before many sites are written: how many change, match or are blocked, and what changes at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from chekt_console.domain.schedule_words import PLAIN, WordStyle
from chekt_console.services.bulk_preview import Verdict
from chekt_console.ui.fleet.fleet_words import sites_words
from chekt_console.ui.fleet.preview_list import PreviewList
from chekt_console.ui.fleet.preview_words import count_words, detail_words, how_words
from chekt_console.ui.fleet.side_parts import head, label
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.services.bulk_preview import Preview
    from chekt_console.ui.shared.theme import Theme

_DETAIL_HEIGHT = 88
_MOST_PROBLEMS = 3


class PreviewPage(QWidget):
    apply_requested = Signal(bool)  # one site first
    back_requested = Signal()
    keep_changed = Signal(bool)  # each site's own exceptions are to stay; by the person

    def __init__(self, theme: Theme, style: WordStyle = PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.title = label("", "strong")
        self.numbers = label("")
        self.problems = label("", "error")
        self.list = PreviewList(theme, style.first_day, self)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.detail = label("", "muted")
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.detail.setContentsMargins(12, 6, 12, 6)
        self._line = QWidget(self)
        set_role(self._line, "header")
        self._line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._line.setFixedHeight(2)
        self._detail_area = QScrollArea(self)
        self._detail_area.setWidgetResizable(True)
        self._detail_area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._detail_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._detail_area.setFixedHeight(_DETAIL_HEIGHT)
        self._detail_area.setAccessibleName("All that changes at the chosen site")
        self._detail_area.setWidget(self.detail)
        self.keep = QCheckBox("Keep each site's own exceptions", self)
        self.keep.setToolTip(
            "Holidays and dates with their own hours stay at each site. Without it they are replaced too."
        )
        self.keep.clicked.connect(lambda is_on: self.keep_changed.emit(is_on))
        self.canary = QCheckBox("One site first, then ask", self)
        self.canary.setToolTip("Write one site and read it back; the rest only when you say so")
        self.how = label("", "muted")
        self.how.setToolTip("What each site has now is kept on this computer before it is written.")
        self.apply = QPushButton("Apply", self)
        set_role(self.apply, "primary")
        self.back = QPushButton("Back", self)
        self.apply.clicked.connect(lambda: self.apply_requested.emit(self.canary.isChecked()))
        self.back.clicked.connect(lambda: self.back_requested.emit())
        self._lay_out()

    def show_reading(self, title: str, words: str) -> None:
        """While schedules that were never read are read."""
        self.title.setText(title)
        self._show_nothing(words)

    def show_error(self, sentence: str) -> None:
        """Nothing was compared."""
        self._show_nothing(sentence)

    def show_preview(
        self,
        title: str,
        preview: Preview,
        problems: tuple[str, ...],
        per_minute: int,
        *,
        keeps_exceptions: bool = True,
        can_follow: bool = False,
    ) -> None:
        """`can_follow`: sites that match already can still be remembered as following the template."""
        changes = len(preview.of(Verdict.CHANGES))
        same = len(preview.of(Verdict.SAME))
        self.title.setText(title)
        self.numbers.setText("\n".join(count_words(preview, self._style)))
        more = [f"and {len(problems) - _MOST_PROBLEMS:,} more"] if len(problems) > _MOST_PROBLEMS else []
        self.problems.setText("\n".join([*problems[:_MOST_PROBLEMS], *more]))
        self.problems.setVisible(bool(problems))
        for widget in (self._line, self._detail_area):
            widget.show()
        self.list.show_preview(preview)
        self.keep.setChecked(keeps_exceptions)
        self.keep.show()
        self.canary.setVisible(changes > 1)
        self.canary.setChecked(changes > 1)
        is_useful = bool(changes or (same and can_follow))
        self.apply.setVisible(is_useful)
        self.apply.setEnabled(True)
        verb, count = ("Apply to", changes) if changes else ("Remember for", same)
        self.apply.setText(f"{verb} {sites_words(count)}")
        self.how.setText(how_words(changes, per_minute, same if is_useful else 0))
        (self.apply if is_useful else self.back).setFocus()

    def _show_nothing(self, words: str) -> None:
        self.numbers.setText(words)
        self.how.setText("")
        self.detail.setText("")
        for widget in (
            self.problems,
            self.keep,
            self.canary,
            self.apply,
            self._line,
            self._detail_area,
        ):
            widget.hide()
        self.list.show_preview(None)

    def _on_current(self) -> None:
        one = self.list.sites.site_at(self.list.currentIndex().row())
        self.detail.setText(detail_words(one, self._style) if one is not None else "")
        self._detail_area.verticalScrollBar().setValue(0)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head("Apply to many sites", self))
        upper = QVBoxLayout()
        upper.setContentsMargins(12, 10, 12, 10)
        upper.setSpacing(6)
        upper.addWidget(self.title)
        upper.addWidget(self.numbers)
        upper.addWidget(self.problems)
        layout.addLayout(upper)
        layout.addWidget(head("What changes", self))
        layout.addWidget(self.list, 1)
        layout.addWidget(self._line)
        layout.addWidget(self._detail_area)
        layout.addWidget(head("How", self))
        lower = QVBoxLayout()
        lower.setContentsMargins(12, 10, 12, 12)
        lower.setSpacing(8)
        lower.addWidget(self.keep)
        lower.addWidget(self.how)
        lower.addWidget(self.canary)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.apply, 1)
        lower.addLayout(row)
        layout.addLayout(lower)
