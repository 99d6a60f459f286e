"""How often the server is asked, by what somebody looks at, and what is said of how fresh that is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from chekt_console.background.feed import Freshness, Pace
from chekt_console.domain.event import Event, EventKind

if TYPE_CHECKING:
    from chekt_console.session_parts import Shell

_OF_NOW_MS = 10 * 60_000


def pace_of(shell: Shell, now_ms: int) -> Pace:
    if shell.window.isMinimized() or shell.slow_link.is_on:
        return Pace.AWAY
    event = shell.selection.selected_event
    return Pace.WAITED_FOR if event is not None and is_waited_for(event, now_ms) else Pace.ON_SCREEN


def is_waited_for(event: Event, now_ms: int) -> bool:
    """An alarm of now whose clip or whose operator has not come yet."""
    is_of_now = abs(now_ms - event.instant_ms) < _OF_NOW_MS
    return event.kind is EventKind.ALARM and is_of_now and not (event.has_video and event.decision)


def freshness_words(freshness: Freshness, last_good_s: float, began_s: float = 0.0) -> str:
    if freshness is Freshness.LIVE:
        return f"Live since {time.strftime('%H:%M:%S', time.localtime(began_s))} · webhooks"
    since = time.strftime("%H:%M:%S", time.localtime(last_good_s)) if last_good_s else "never"
    if freshness is Freshness.POLLING:
        return f"Up to date · asked at {since}"
    if freshness is Freshness.STALE:
        return f"Offline · last answer {since}"
    return "Not connected"
