"""One finding of the checks: a mark and a sentence; choosing it goes to its place on the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from chekt_console.domain.schedule_checks import Verdict

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from chekt_console.domain.schedule_checks import Finding
    from chekt_console.ui.shared.theme import Theme

_MARKS = {Verdict.GOOD: "✓", Verdict.LOOK: "!", Verdict.BAD: "✕"}
_SAID = {Verdict.GOOD: "Fine", Verdict.LOOK: "Look", Verdict.BAD: "Problem"}
_INDENT = 18
_PAD = 3


class CheckLine(QAbstractButton):
    def __init__(self, finding: Finding, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self._theme = theme
        self.setText(finding.sentence)
        self.setAccessibleName(f"{_SAID[finding.verdict]}: {finding.sentence}")
        has_place = finding.start_min is not None
        self.setEnabled(has_place)
        if has_place:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip("Show on the week")
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(width - _INDENT, 40), 10_000)
        flags = Qt.TextFlag.TextWordWrap.value
        return QFontMetrics(self.font()).boundingRect(room, flags, self.text()).height() + 2 * _PAD

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._theme.colors
        mark = {Verdict.GOOD: colors.good, Verdict.LOOK: colors.trouble, Verdict.BAD: colors.alarm}
        painter = QPainter(self)
        if self.hasFocus():
            painter.setPen(QPen(colors.accent, 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(mark[self.finding.verdict])
        painter.drawText(
            QRect(0, _PAD, _INDENT, 20), Qt.AlignmentFlag.AlignLeft, _MARKS[self.finding.verdict]
        )
        font = self.font()
        font.setUnderline(self.isEnabled() and self.underMouse())
        painter.setFont(font)
        painter.setPen(colors.text)
        room = self.rect().adjusted(_INDENT, _PAD, 0, -_PAD)
        painter.drawText(room, Qt.TextFlag.TextWordWrap.value, self.text())
        painter.end()
