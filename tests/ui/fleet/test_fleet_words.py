"""The fleet in the words of the person's system, with site time first and the age of what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_words import WordStyle
from chekt_console.services.fleet_service import FleetRow
from chekt_console.ui.fleet.fleet_columns import NOW, ONLINE, OPEN, WEEK
from chekt_console.ui.fleet.fleet_controller import FleetController
from chekt_console.ui.fleet.fleet_pane import FleetPane
from chekt_console.ui.fleet.week_bar import paint_week
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.slow_link import SlowLink
from chekt_console.ui.shared.theme import DARK, Theme
from tests.ui.fleet.fleet_world import make_row
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

AMERICAN = WordStyle(first_day=6, is_12h=True)
AT = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)


def _pane(qtbot: QtBot, row: FleetRow, style: WordStyle = AMERICAN) -> FleetPane:
    pane = FleetPane(Theme(), style)
    qtbot.addWidget(pane)
    pane.show_rows([row])
    return pane


def _tip(pane: FleetPane, column: int) -> str:
    return str(pane.model.index(0, column).data(Qt.ItemDataRole.ToolTipRole))


def test_the_week_is_told_and_drawn_as_the_system_reads_one(qtbot: QtBot) -> None:
    pane = _pane(qtbot, replace(make_row(1), schedule_as_of=AT))
    assert pane.model.headerData(WEEK, Qt.Orientation.Horizontal) == "Week (Sun–Sat)"
    assert "Mon to Fri armed Away 6:00 PM to 7:00 AM next day" in _tip(pane, WEEK)
    image = QImage(70, 1, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    sunday = WeekSchedule((ArmedPeriod(6 * 1440, 1440, ArmingMode.AWAY),))
    paint_week(painter, image.rect().toRectF(), sunday, DARK, first_day=6)
    painter.end()
    assert image.pixelColor(3, 0) == DARK.mode(ArmingMode.AWAY)
    assert image.pixelColor(66, 0) == DARK.disarmed


def test_tooltips_tell_when_by_the_site_first(qtbot: QtBot) -> None:
    row = make_row(1)  # in Rome, an hour ahead of UTC
    row = replace(row, schedule_as_of=AT, devices_as_of=AT, arming=replace(row.arming, updated_at=AT))
    pane = _pane(qtbot, row)
    for column, what in ((WEEK, "Read"), (ONLINE, "Read"), (NOW, "Since")):
        assert f"{what} Sun 1 Feb 12:30 AM site time" in _tip(pane, column)
        assert "23:30 UTC" in _tip(pane, column)
    assert "told a change" not in _tip(pane, ONLINE)
    assert "A device told a change since" in _tip(_pane(qtbot, replace(row, trouble_ms=1)), ONLINE)


def test_alarms_and_troubles_have_room(qtbot: QtBot) -> None:
    pane = _pane(qtbot, replace(make_row(1, alarms=12), troubles=3))
    words = pane.model.index(0, OPEN).data()
    assert words == "12 alarms, 3 troubles"
    room = pane.table.columnWidth(OPEN) - 16
    assert pane.table.fontMetrics().horizontalAdvance(words) <= room


class _Services:
    """Notes what is read, and how old it may be."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], datetime | None]] = []

    def rows(self, _sites: object) -> tuple[FleetRow, ...]:
        return ()

    def read_missing(
        self, sites: Any, _progress: object, *, older_than: datetime | None = None
    ) -> tuple[str, ...]:
        self.asked.append(([site.site_id for site in sites], older_than))
        return ()

    def read_devices(self, sites: Any, _progress: object, *, older_than: datetime | None = None) -> tuple[()]:
        return ()

    def choice(self, _name: str) -> str:
        return ""


def test_read_all_reads_old_copies_anew(qtbot: QtBot) -> None:
    old, new = AT - timedelta(minutes=16), AT - timedelta(minutes=14)
    rows = [
        replace(make_row(1), schedule_as_of=old, devices_as_of=new),
        replace(make_row(2), schedule_as_of=new, devices_as_of=new),
        replace(make_row(3), schedule_as_of=new, devices_as_of=old),
        replace(make_row(4), schedule=None),
    ]
    pane = FleetPane(Theme())
    qtbot.addWidget(pane)
    pane.show_rows(rows)
    services: Any = _Services()
    runner: Any = SyncRunner()
    controller = FleetController(
        pane,
        Selection(),
        runner,
        services,
        services,
        services,
        lambda: "",
        SlowLink(),
        now=lambda: AT,
    )
    controller.set_sites(tuple(row.site for row in rows))
    pane.read_button.click()
    assert services.asked == [(["1", "3", "4"], AT - timedelta(minutes=15))]
    said: list[str] = []
    controller.said.connect(lambda words, _is_good: said.append(words))
    controller.set_sites((rows[1].site,))
    pane.read_button.click()
    assert len(services.asked) == 1
    assert said == ["The schedules and devices of every site were read within the last quarter of an hour."]
