"""A day of an installer's work: 60 sites with 30 days of events on disk, opened one by one and all together."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from chekt_console.domain.progress import NoProgress
from chekt_console.domain.site import Site
from chekt_console.services.event_service import EventList, EventService
from chekt_console.services.overview_service import OverviewService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.lane_arrangement import Grouping, LaneArrangement
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.bench.timeline_rivals import HEIGHT, WIDTH
from tests.bench.timeline_world import DAY_MS, NOW_MS, raw_events, samples
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

_SITES, _EVENTS_A_SITE, _DAYS = 60, 1_600, 30


def _fill(cache: Cache) -> None:
    some = samples()
    ids = count(1_000_000)
    for number in range(_SITES):
        raw = raw_events(_EVENTS_A_SITE, _DAYS, seed=number)
        cache.put_events(
            replace(some[code], event_id=str(next(ids)), site_id=f"site_{number}", instant_ms=at)
            for code, at in zip(raw.codes.tolist(), raw.instants.tolist(), strict=True)
        )


def day_figures(folder: Path) -> dict[str, float]:
    """From the disk to the painted lanes of one site, for each of the sites."""
    cache = Cache(folder / "cache.sqlite")
    _fill(cache)
    selection = Selection()
    pane = TimelinePane(selection, Theme(), now_ms=lambda: NOW_MS)
    pane.resize(WIDTH, HEIGHT)
    pane.show()
    QApplication.processEvents()
    taken = []
    for number in range(_SITES):
        site = Site(f"site_{number}", f"Site {number}", timezone="America/Los_Angeles")
        began = time.perf_counter()
        events = cache.events(site.site_id, NOW_MS - _DAYS * DAY_MS)
        known = EventList(site.site_id, events, NOW_MS - _DAYS * DAY_MS, NOW_MS, None)
        pane.show_events(TimelineContent.of(known), site)
        pane.timeline.fit()
        pane.timeline.repaint()
        taken.append((time.perf_counter() - began) * 1000)
    figures = {"site_open_ms": statistics.median(taken), "site_open_worst_ms": max(taken)}
    figures |= _overview_figures(cache, folder, pane)
    pane.close()
    pane.deleteLater()
    cache.close()
    return figures


def _overview_figures(cache: Cache, folder: Path, pane: TimelinePane) -> dict[str, float]:
    """All sites together: what the worker reads, and what the window does with it until it is painted; beside reading the
    events of days that were not packed."""
    local, clock = LocalStore(folder / "local.sqlite"), FakeClock(NOW_MS)
    service = OverviewService(cache, EventService(FakeServer(), cache, local, clock), clock)
    pane.timeline.arrange(LaneArrangement(Grouping.SITE))
    unpacked = []
    for _ in range(3):
        began = time.perf_counter()
        service.read(_DAYS)
        unpacked.append((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    service.pack(_DAYS, NoProgress())
    pack_ms = (time.perf_counter() - began) * 1000
    read, opened = [], []
    for _ in range(7):
        began = time.perf_counter()
        content = TimelineContent.of_overview(service.read(_DAYS))
        between = time.perf_counter()
        pane.show_overview(content, "")
        pane.timeline.fit()
        pane.timeline.repaint()
        opened.append((time.perf_counter() - between) * 1000)
        read.append((between - began) * 1000)
    local.close()
    return {
        "day_events": float(len(content)),
        "day_60_sites_open_ms": statistics.median(map(sum, zip(read, opened, strict=True))),
        "day_read_ms": statistics.median(read),
        "day_paint_ms": statistics.median(opened),
        "day_read_unpacked_ms": statistics.median(unpacked),
        "day_pack_ms": pack_ms,
    }
