"""A site whose partitions differ: the band, the chain and the event's panel say the same, and the band looks different."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.site import Partition
from chekt_console.services.event_service import EventService
from chekt_console.services.incident_service import IncidentService
from chekt_console.store.cache import Cache, KnownSpan
from chekt_console.store.local import LocalStore
from chekt_console.ui.clip.event_words import armed_row
from chekt_console.ui.clip.surroundings import surroundings_of
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_geometry import AXIS_PX, BAND_PX
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock
from tests.ui.timeline.timeline_world import HOUR_MS, SITE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_SITE = replace(SITE, has_partitions=True, partitions=(Partition("1", "Warehouse"), Partition("2", "Office")))
_WORDS = "Partly armed: Warehouse Away (Ann), Office Disarmed"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Cache, LocalStore]]:
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    yield cache, local
    cache.close()
    local.close()


def test_all_three_say_partly_armed(stores: tuple[Cache, LocalStore], qtbot: QtBot) -> None:
    cache, local = stores
    clock = FakeClock()
    now = clock.now_ms()
    as_of = datetime.fromtimestamp(now / 1000, UTC)
    told = (("Disarmed", 9, ArmingMode.DISARMED, ""), ("Warehouse armed (away)", 6, ArmingMode.AWAY, "Ann"))
    events = [
        Event(f"m{hours}", SITE.site_id, now - hours * HOUR_MS, EventKind.ARMING, text=text, mode=mode, user=user)
        for text, hours, mode, user in told
    ]  # fmt: skip
    alarm = Event("a", SITE.site_id, now - HOUR_MS, EventKind.ALARM)
    cache.put_sites((_SITE,), as_of)
    cache.put_events([*events, alarm])
    cache.put_known_span(SITE.site_id, KnownSpan(now - 12 * HOUR_MS, now, as_of))
    service = EventService(FakeServer(), cache, local, clock)
    known = service.cached(SITE.site_id)

    pane = TimelinePane(Selection(), Theme(), now_ms=lambda: now)
    qtbot.addWidget(pane)
    pane.resize(1100, 250)
    pane.show()
    pane.show_events(TimelineContent.of(known), _SITE)
    timeline = pane.timeline
    here = QPointF(timeline.axis.x_of(alarm.instant_ms), AXIS_PX + BAND_PX / 2)
    tip = timeline._tooltip_at(here)
    for line in ("Partly armed", "Warehouse Away (Ann) since", "Office Disarmed since"):
        assert line in tip
    picture = timeline.grab().toImage()

    def colors(hours: float) -> set[str]:
        x = round(timeline.axis.x_of(now - hours * HOUR_MS))
        return {picture.pixelColor(x + dx, AXIS_PX + BAND_PX - 4).name() for dx in range(-8, 9)}

    assert len(colors(7.5)) == 1  # disarmed everywhere: one ground
    assert len(colors(2)) > 1  # hatched

    explained = IncidentService(FakeServer(), service, cache, clock).explain(alarm, _SITE)
    assert next(link.words for link in explained.chain if link.name == "Armed") == _WORDS

    around = surroundings_of(alarm, known.events, known.partition_names)
    text, row_tip = armed_row(around.armed, timeline.zone)
    assert text == _WORDS
    assert "Warehouse Away (Ann), since" in row_tip
