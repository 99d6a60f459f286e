"""The selected site in the toolbar: its name, its time zone and what its clock shows now."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

    from chekt_console.domain.site import Site
    from chekt_console.settings import Settings
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.theme import Theme

_MOST_PX = 420


def clock_text(site: Site, now: datetime, is_24h: bool) -> str:
    """Zone and wall time of the site; without a known zone nothing is claimed."""
    # Imported when there is a site: the time zone tables are no part of the first paint.
    from chekt_console.domain.site_clock import zone_of

    zone = zone_of(site.timezone)
    if zone is None:
        return "time zone unknown"
    wall = now.astimezone(zone)
    shown = f"{wall:%H:%M}" if is_24h else f"{wall:%I:%M %p}".lstrip("0")
    return f"{site.timezone} · {shown}"


def _now() -> datetime:
    return datetime.now(UTC)


class SiteLine(QWidget):
    """Follows the selection; the clock moves by itself."""

    def __init__(
        self,
        selection: Selection,
        theme: Theme,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(parent)
        self._selection = selection
        self._theme = theme
        self._settings = settings
        self._now = now
        self.name = ""
        self.detail = ""
        self._is_short = False  # without the zone
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setInterval(5000)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        selection.site_changed.connect(self.refresh)
        theme.changed.connect(self.update)
        self.refresh()

    def refresh(self) -> None:
        site = self._selection.site
        name = site.name if site else ""
        detail = clock_text(site, self._now(), self._settings.is_24h_clock is not False) if site else ""
        if (name, detail) != (self.name, self.detail):
            self.name, self.detail = name, detail
            self.setAccessibleName(f"Site {name}, {detail}" if name else "No site selected")
            self.setToolTip(f"<qt>{escape(name)} · {escape(detail)}</qt>" if name else "")
            self.updateGeometry()
            self.update()

    def _name_font(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    @property
    def is_short(self) -> bool:
        return self._is_short

    @property
    def spared_px(self) -> int:
        return self._width(is_short=False) - self._width(is_short=True)

    def set_short(self, is_short: bool) -> None:
        """Without the zone, which the tooltip names."""
        if is_short != self._is_short:
            self._is_short = is_short
            self.updateGeometry()

    def _width(self, *, is_short: bool) -> int:
        if not self.name:
            return 0
        name = QFontMetrics(self._name_font()).horizontalAdvance(self.name)
        detail = self.detail.rpartition(" · ")[2] if is_short else self.detail
        return min(name + self.fontMetrics().horizontalAdvance(f" · {detail}") + 4, _MOST_PX)

    def sizeHint(self) -> QSize:
        return QSize(self._width(is_short=self._is_short), 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 120), 30)

    def shown_detail(self, room: int) -> str:
        """What of the zone and the clock fits: a zone that would be cut is left out, half a clock never shown."""
        metrics = self.fontMetrics()
        for part in (self.detail, self.detail.rpartition(" · ")[2]):
            if metrics.horizontalAdvance(f" · {part}") <= room:
                return f" · {part}"
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The name keeps its room; the rest takes what is left."""
        if not self.name:
            return
        painter = QPainter(self)
        painter.setFont(self._name_font())
        painter.setPen(self._theme.colors.text)
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(self.name, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)
        used = metrics.horizontalAdvance(shown)
        rest = QRect(used, 0, self.width() - used, self.height())
        painter.setFont(self.font())
        painter.setPen(self._theme.colors.muted)
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self.shown_detail(rest.width()))
        painter.end()
