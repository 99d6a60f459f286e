"""Colours of the window in dark and light, and which of the two is in force."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from chekt_console.domain.arming import ArmingMode


@dataclass(frozen=True)
class Colors:
    """Named by use, never by hue."""

    is_dark: bool
    window: QColor  # behind the panes
    pane: QColor  # side panes
    raised: QColor  # cards, buttons, inputs
    header: QColor  # pane headers
    line: QColor
    text: QColor
    muted: QColor
    faint: QColor
    accent: QColor
    on_accent: QColor
    selected: QColor
    alarm: QColor
    trouble: QColor
    good: QColor
    arming: QColor
    grid_off: QColor  # disarmed cells of the week
    away: QColor
    stay: QColor
    night: QColor
    disarmed: QColor
    on_mode: QColor  # text upon away, stay, night
    on_disarmed: QColor

    def mode(self, mode: ArmingMode) -> QColor:
        return {
            ArmingMode.AWAY: self.away,
            ArmingMode.STAY: self.stay,
            ArmingMode.NIGHT: self.night,
            ArmingMode.DISARMED: self.disarmed,
        }[mode]


def _c(text: str) -> QColor:
    return QColor(text)


DARK = Colors(
    is_dark=True, window=_c("#14171c"), pane=_c("#1b1f26"), raised=_c("#20252d"), header=_c("#181b21"), line=_c("#2c323b"),
    text=_c("#e8eaed"), muted=_c("#9aa3af"), faint=_c("#7d8692"), accent=_c("#4c9bff"), on_accent=_c("#ffffff"),
    selected=_c("#213a5c"), alarm=_c("#ff5a52"), trouble=_c("#ffcb47"), good=_c("#33c27f"), arming=_c("#2bb39b"),
    grid_off=_c("#242a31"), away=_c("#e69f00"), stay=_c("#56b4e9"), night=_c("#9b86f0"), disarmed=_c("#3c434d"),
    on_mode=_c("#16181c"), on_disarmed=_c("#c6ccd4"),
)  # fmt: skip

LIGHT = Colors(
    is_dark=False, window=_c("#ffffff"), pane=_c("#ffffff"), raised=_c("#f5f6f8"), header=_c("#eef0f4"), line=_c("#d5d9df"),
    text=_c("#15181c"), muted=_c("#555e6a"), faint=_c("#69727e"), accent=_c("#0b66d8"), on_accent=_c("#ffffff"),
    selected=_c("#d8e8fb"), alarm=_c("#d4281f"), trouble=_c("#946400"), good=_c("#12864f"), arming=_c("#0f7f6c"),
    grid_off=_c("#f3f4f6"), away=_c("#d98f00"), stay=_c("#2f96d3"), night=_c("#8a70e6"), disarmed=_c("#dde1e6"),
    on_mode=_c("#16181c"), on_disarmed=_c("#3d454f"),
)  # fmt: skip


class Theme(QObject):
    """Holds the colours in force; panes repaint on `changed`."""

    changed = Signal()

    def __init__(self, colors: Colors = DARK, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._colors = colors

    @property
    def colors(self) -> Colors:
        return self._colors

    def use(self, colors: Colors) -> None:
        if colors is not self._colors:
            self._colors = colors
            self.changed.emit()
