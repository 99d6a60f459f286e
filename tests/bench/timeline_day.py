"""A day of an installer's work: 60 sites with 30 days of events on disk, opened one by one as a click does it."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from chekt_console.domain.site import Site
from chekt_console.services.event_service import EventList
from chekt_console.store.cache import Cache
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.bench.timeline_rivals import HEIGHT, WIDTH
from tests.bench.timeline_world import DAY_MS, NOW_MS, raw_events, samples

if TYPE_CHECKING:
    from pathlib import Path

_SITES, _EVENTS_A_SITE, _DAYS = 60, 1_600, 30


def _fill(cache: Cache) -> None:
    some = samples()
    for number in range(_SITES):
        raw = raw_events(_EVENTS_A_SITE, _DAYS, seed=number)
        cache.put_events(
            replace(some[code], event_id=f"e{number}.{place}", site_id=f"site_{number}", instant_ms=at)
            for place, (code, at) in enumerate(zip(raw.codes.tolist(), raw.instants.tolist(), strict=True))
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
    pane.close()
    pane.deleteLater()
    cache.close()
    return {"site_open_ms": statistics.median(taken), "site_open_worst_ms": max(taken)}
