"""The strip under the toolbar that shows the notices: two lines at most, the rest on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from chekt_console.ui.shared.notices import Notice, Notices
    from chekt_console.ui.shared.theme import Colors, Theme

_LINES = 2
_MOST = 8


def severity_color(severity: Severity, colors: Colors) -> QColor:
    return {
        Severity.INFO: colors.accent,
        Severity.WARNING: colors.trouble,
        Severity.ERROR: colors.alarm,
        Severity.GOOD: colors.good,
    }[severity]


class NoticeLine(QWidget):
    """One notice: mark, words, its action, dismiss."""

    action_requested = Signal(object)  # Notice
    dismiss_requested = Signal(str)  # kind

    def __init__(self, notice: Notice, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        mark = QLabel(notice.severity.value, self)
        mark.setFixedWidth(14)
        mark.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        font = QFont(mark.font())
        font.setBold(True)
        mark.setFont(font)
        mark.setStyleSheet(f"color: {severity_color(notice.severity, colors).name()}")
        mark.setAccessibleName(notice.severity.word)
        self.words = QLabel(notice.text, self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAccessibleName(f"{notice.severity.word}: {notice.text}")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 1, 8, 1)
        layout.setSpacing(8)
        layout.addWidget(mark)
        layout.addWidget(self.words, 1)
        self.action: QPushButton | None = None
        if notice.action:
            self.action = QPushButton(notice.action, self)
            self.action.clicked.connect(self._on_action)
            layout.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
        self.dismiss = QToolButton(self)
        self.dismiss.setText("✕")
        self.dismiss.setToolTip("Dismiss")
        self.dismiss.setAccessibleName("Dismiss this notice")
        self.dismiss.clicked.connect(self._on_dismiss)
        layout.addWidget(self.dismiss, 0, Qt.AlignmentFlag.AlignVCenter)
        self.dismiss.setVisible(not notice.is_lasting)

    def _on_action(self) -> None:
        self.action_requested.emit(self.notice)

    def _on_dismiss(self) -> None:
        self.dismiss_requested.emit(self.notice.kind)


class NoticeStrip(QFrame):
    """Takes no room while there is nothing to say."""

    def __init__(self, notices: Notices, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self._theme = theme
        self._is_open = False
        self.setAccessibleName("Notices")
        set_role(self, "header")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 2, 0, 2)
        self._layout.setSpacing(0)
        self._lines: list[NoticeLine] = []
        self.more = QPushButton(self)
        set_role(self.more, "quiet")
        self.more.clicked.connect(self._on_more)
        self._layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.more.setStyleSheet("margin-left: 24px")
        notices.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def lines(self) -> tuple[NoticeLine, ...]:
        return tuple(self._lines)

    def dismiss(self, kind: str) -> None:
        """As its ✕ does."""
        self._notices.clear(kind)

    def refresh(self) -> None:
        notices = self._notices.notices()
        for line in self._lines:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        if len(notices) <= _LINES:
            self._is_open = False
        shown = notices[: _MOST if self._is_open else _LINES]
        self._lines = []
        for notice in shown:
            line = NoticeLine(notice, self._theme.colors, self)
            line.action_requested.connect(self._on_action)
            line.dismiss_requested.connect(self._notices.clear)
            self._layout.insertWidget(len(self._lines), line)
            self._lines.append(line)
        self.more.setVisible(len(notices) > _LINES)
        self.more.setText("Show fewer" if self._is_open else f"{len(notices) - len(shown)} more")
        self.setVisible(bool(notices))

    def _on_action(self, notice: Notice) -> None:
        """The notice goes first: its action may say something new of the same kind."""
        if not notice.is_lasting:
            self._notices.clear(notice.kind)
        if notice.on_action is not None:
            notice.on_action()

    def _on_more(self) -> None:
        self._is_open = not self._is_open
        self.refresh()
