"""Plan and reality: the sums in words, the strip, and what its marks mean."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from chekt_console.domain.schedule_reality import TOLERANCE_MIN, MatchedChange, Outcome
from chekt_console.ui.schedule.reality_strip import RealityStrip
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from datetime import tzinfo

    from chekt_console.domain.schedule_words import WordStyle
    from chekt_console.ui.shared.theme import Theme

_KEY = (
    f"✓ done within {TOLERANCE_MIN} min   ◂ early   ▸ late   ✕ missed   ≠ overridden before the next change.   "
    "A, S, N: arm Away, Stay, Night; D: disarm.   A click shows the time in Review."
)
_NAMED = 4


class RealityPanel(QWidget):
    def __init__(self, theme: Theme, style: WordStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sum = _words("", self)
        self.strip = RealityStrip(theme, style, self)
        self.named = _words("small", self)
        self.key = _words("small", self)
        self.key.setText(_KEY)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(6)
        for part in (self.sum, self.strip, self.named, self.key):
            column.addWidget(part)
        column.addStretch(1)

    def show_words(self, words: str) -> None:
        self.sum.setText(words)
        self.strip.show_matched((), None)
        for part in (self.strip, self.named, self.key):
            part.hide()

    def show_matched(self, matched: tuple[MatchedChange, ...], zone: tzinfo) -> None:
        if not matched:
            self.show_words("The saved schedule planned no change in the last 14 days.")
            return
        counts = Counter(one.outcome for one in matched)
        parts = [f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome]]
        self.sum.setText(f"Last 14 days, {len(matched)} planned changes: {', '.join(parts)}.")
        self.strip.show_matched(matched, zone)
        odd = [one for one in matched if one.outcome in (Outcome.MISSED, Outcome.OVERRIDDEN)][-_NAMED:]
        self.named.setText("\n".join(self.strip.words(one) for one in reversed(odd)))
        for part in (self.strip, self.key):
            part.show()
        self.named.setVisible(bool(odd))


def _words(role: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setContentsMargins(12, 0, 12, 0)
    if role:
        set_role(label, role)
    return label
