"""A made-up site with a month of events, for tests and pictures of the timeline."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.site import Site
from chekt_console.services.event_service import EventList
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.support.shown import show_active

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from chekt_console.ui.shared.selection import Selection

NOW_MS = 1_770_872_640_000  # Wed 11 Feb 2026, 21:04 in Los Angeles
HOUR_MS = 3_600_000
SITE = Site("site_1", "Harbor Point Warehouse", timezone="America/Los_Angeles")

_CAMERAS = ("Camera 1 · Loading dock", "Camera 2 · Gate north", "Camera 10 · Roof", "Camera 3 · Yard east")
_ZONES = ("Front door", "Loading dock PIR")


def alarm(event_id: str, instant_ms: int, *, camera: int = 0, decision: str = "") -> Event:
    return Event(
        event_id,
        SITE.site_id,
        instant_ms,
        EventKind.ALARM,
        "person",
        device_name=_CAMERAS[camera],
        device_key=f"camera:camera_00{camera + 1}",
        has_video=True,
        decision=decision,
    )


def shown_pane(
    qtbot: QtBot,
    selection: Selection,
    events: EventList,
    width: int,
    height: int,
    now_ms: Callable[[], int] = lambda: NOW_MS,
) -> TimelinePane:
    """The active window, for keys go to that alone."""
    pane = TimelinePane(selection, Theme(), now_ms=now_ms)
    qtbot.addWidget(pane)
    pane.resize(width, height)
    show_active(qtbot, pane)
    selection.select_site(SITE)
    pane.show_events(TimelineContent.of(events), SITE)
    return pane


def history(count: int = 1_200, days: int = 30, seed: int = 1) -> EventList:
    """Newest first, like the service gives them; armed away from 18:00 to 06:00 site time."""
    rng = random.Random(seed)
    span = days * 24 * HOUR_MS
    start = NOW_MS - span
    events = []
    for number in range(count):
        at = NOW_MS - int(rng.random() * span)
        pick = rng.random()
        if pick < 0.35:
            events.append(
                alarm(f"a{number}", at, camera=rng.randrange(3), decision=rng.choice(("", "false", "real")))
            )
        elif pick < 0.45:
            events.append(
                Event(
                    f"t{number}", SITE.site_id, at, EventKind.TROUBLE, "camera_offline",
                    device_name=_CAMERAS[3], device_key="camera:camera_004",
                )
            )  # fmt: skip
        else:
            zone = rng.randrange(2)
            events.append(
                Event(
                    f"z{number}", SITE.site_id, at,
                    EventKind.ALARM if pick > 0.96 else EventKind.ACTIVITY, "opened",
                    zone_number=zone + 1, device_name=_ZONES[zone], device_key=f"zone:zone_{zone + 1}",
                )
            )  # fmt: skip
    first_evening = int(datetime(2026, 1, 14, 2, tzinfo=UTC).timestamp() * 1000)
    for day in range(days):
        for hours, mode in ((0, ArmingMode.AWAY), (12, ArmingMode.DISARMED)):
            at = first_evening + day * 24 * HOUR_MS + hours * HOUR_MS
            if start < at < NOW_MS:
                events.append(
                    Event(
                        f"m{day}.{hours}",
                        SITE.site_id,
                        at,
                        EventKind.ARMING,
                        "armed",
                        mode=mode,
                        user="schedule",
                    )
                )
    events.sort(key=lambda event: -event.instant_ms)
    return EventList(
        SITE.site_id, tuple(events), start, NOW_MS, datetime.fromtimestamp(NOW_MS / 1000, tz=UTC)
    )
