"""Before many sites are written: how many change, match or are blocked, and what changes at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from chekt_console.domain.schedule_words import length_words
from chekt_console.services.bulk_preview import Verdict
from chekt_console.ui.fleet.fleet_columns import clean
from chekt_console.ui.fleet.side_parts import head, label
from chekt_console.ui.fleet.week_bar import WeekBar
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.services.bulk_preview import Preview, SitePreview
    from chekt_console.ui.shared.theme import Theme

_MOST_CARDS = 60
_LINES = 3
REQUESTS_EACH = 2  # the write and the reading back


class PreviewPage(QWidget):
    apply_requested = Signal(bool)  # one site first
    back_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title = label("", "strong")
        self.numbers = label("")
        self.canary = QCheckBox("One site first, then ask", self)
        self.canary.setToolTip("Write one site and read it back; the rest only when you say so")
        self.how = label("", "muted")
        self.apply = QPushButton("Apply", self)
        set_role(self.apply, "primary")
        self.back = QPushButton("Back", self)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("What changes at each site")
        self.apply.clicked.connect(lambda: self.apply_requested.emit(self.canary.isChecked()))
        self.back.clicked.connect(lambda: self.back_requested.emit())
        self._lay_out()

    def show_reading(self, title: str, words: str) -> None:
        """While schedules that were never read are read."""
        self.title.setText(title)
        self.numbers.setText(words)
        self.how.setText("")
        self.canary.hide()
        self.apply.hide()
        self.area.setWidget(QWidget())

    def show_error(self, sentence: str) -> None:
        self.numbers.setText(sentence)

    def show_preview(
        self,
        title: str,
        preview: Preview,
        problems: tuple[str, ...],
        per_minute: int,
        *,
        can_follow: bool = False,
    ) -> None:
        """`can_follow`: sites that match already can still be remembered as following the template."""
        changes = preview.of(Verdict.CHANGES)
        self.title.setText(title)
        self.numbers.setText("\n".join(count_words(preview)))
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(5)
        for one in changes[:_MOST_CARDS]:
            self._add_card(layout, one, preview)
        if len(changes) > _MOST_CARDS:
            layout.addWidget(label(f"and {len(changes) - _MOST_CARDS:,} more that change", "muted"))
        for one in (*preview.of(Verdict.BLOCKED), *preview.of(Verdict.UNREAD))[:_MOST_CARDS]:
            layout.addWidget(label(clean(one.site.name), "strong"))
            layout.addWidget(label(one.reason or "its schedule could not be read", "muted"))
        for problem in problems[:5]:
            layout.addWidget(label(problem, "error"))
        layout.addStretch(1)
        self.area.setWidget(content)
        self.canary.setVisible(len(changes) > 1)
        self.canary.setChecked(len(changes) > 1)
        same = len(preview.of(Verdict.SAME)) if can_follow else 0
        self.apply.setVisible(bool(changes or same))
        verb, count = ("Apply to", len(changes)) if changes else ("Remember for", same)
        self.apply.setText(f"{verb} {count:,} {_sites(count)}")
        self.how.setText(how_words(len(changes), per_minute))
        (self.apply if changes or same else self.back).setFocus()

    def _add_card(self, layout: QVBoxLayout, one: SitePreview, preview: Preview) -> None:
        layout.addWidget(label(clean(one.site.name), "strong"))
        if one.before is not None:
            layout.addWidget(WeekBar(one.before, self._theme))
        layout.addWidget(WeekBar(preview.schedule, self._theme))
        layout.addWidget(label("\n".join(change_words(one)), "muted"))
        layout.addSpacing(8)

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
        layout.addLayout(upper)
        layout.addWidget(head("What changes", self))
        layout.addWidget(self.area, 1)
        layout.addWidget(head("How", self))
        lower = QVBoxLayout()
        lower.setContentsMargins(12, 10, 12, 12)
        lower.setSpacing(8)
        lower.addWidget(self.how)
        lower.addWidget(self.canary)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.apply, 1)
        lower.addLayout(row)
        layout.addLayout(lower)


def count_words(preview: Preview) -> list[str]:
    changes, same = len(preview.of(Verdict.CHANGES)), len(preview.of(Verdict.SAME))
    lines = [f"{changes:,} {_sites(changes)} change{'s' if changes == 1 else ''}"]
    if same:
        lines.append(f"{same:,} already {'matches' if same == 1 else 'match'}")
    lines += [f"{count:,} blocked: {reason}" for reason, count in preview.reasons().items()]
    unread = len(preview.of(Verdict.UNREAD))
    if unread:
        lines.append(f"{unread:,} could not be read")
    return lines


def change_words(one: SitePreview) -> list[str]:
    change = one.difference
    if change is None:
        return []
    lines = list(change.sentences[:_LINES])
    if len(change.sentences) > _LINES:
        lines.append(f"and {len(change.sentences) - _LINES} more")
    hours = []
    if change.gained_min:
        hours.append(f"{length_words(change.gained_min)} more armed")
    if change.lost_min:
        hours.append(f"{length_words(change.lost_min)} less armed")
    if change.other_mode_min:
        hours.append(f"{length_words(change.other_mode_min)} in another mode")
    return [*lines, ", ".join(hours) + " a week"] if hours else lines


def how_words(count: int, per_minute: int) -> str:
    """`per_minute`: 0 while the server has not told; then no time is promised."""
    if not count:
        return "Nothing to write."
    requests = count * REQUESTS_EACH
    long = f", {_long(requests / per_minute)} at this connection's limit" if per_minute else ""
    written = f"{count:,} write{'' if count == 1 else 's'}, each read back: {requests:,} requests{long}."
    return (
        f"{written} What each site has now is kept on this computer first; undo puts it back. "
        "A site that somebody changes meanwhile is left alone."
    )


def _long(minutes: float) -> str:
    if minutes >= 1.5:
        return f"about {minutes:.0f} min"
    return "about a minute" if minutes > 0.5 else "less than a minute"


def _sites(count: int) -> str:
    return "site" if count == 1 else "sites"
