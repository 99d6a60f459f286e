"""Undecided alarms of all sites in the order in which they want a look, and why; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.arming import ArmingMode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.domain.event import Event

_MINUTE_MS = 60_000
_DAY_MS = 86_400_000
_NEW_MS = 15 * _MINUTE_MS
# What a person would be hurt by first; the first word that is found counts.
_SEVERITIES = (
    (6, ("panic", "duress", "hold-up", "holdup", "fire", "smoke", "gas", "medical", "carbon")),
    (4, ("intrusion", "burglary", "person", "human", "glass", "forced", "break")),
    (3, ("tamper", "sabotage", "loiter", "vehicle", "door", "line_cross", "line cross")),
)
_OTHER_SEVERITY = 1
_ARMED_SCORES = {
    ArmingMode.AWAY: (2, "armed away"),
    ArmingMode.NIGHT: (2, "armed night"),
    ArmingMode.STAY: (1, "armed stay"),
    ArmingMode.DISARMED: (-2, "disarmed"),
}


@dataclass(frozen=True, slots=True)
class QueuedAlarm:
    """`mode`: armed state at the alarm's instant, None when not known. `reason` tells what `score` is made of."""

    event: Event
    mode: ArmingMode | None
    score: int
    reason: str


def worst_key(alarm: QueuedAlarm) -> tuple[int, int, str]:
    return -alarm.score, -alarm.event.instant_ms, alarm.event.event_id


def newest_key(alarm: QueuedAlarm) -> tuple[int, int, str]:
    return 0, -alarm.event.instant_ms, alarm.event.event_id


def weighed(event: Event, mode: ArmingMode | None, now_ms: int) -> QueuedAlarm:
    """Severity first, then whether somebody armed against it, then whether there is something to look at, then age."""
    words = f"{event.subtype} {event.text}".casefold()
    score, reasons = _OTHER_SEVERITY, []
    for severity, known in _SEVERITIES:
        found = next((word for word in known if word in words), "")
        if found:
            score = severity
            reasons.append(found.replace("_", " "))
            break
    else:
        reasons.append(event.subtype.replace("_", " ") or "alarm")
    if mode is not None:
        given, word = _ARMED_SCORES[mode]
        score += given
        reasons.append(word)
    if event.has_video:
        score += 1
        reasons.append("clip")
    age_ms = now_ms - event.instant_ms
    if age_ms < _NEW_MS:
        score += 2
        reasons.append("new")
    elif age_ms < _DAY_MS:
        score += 1
        reasons.append("today")
    return QueuedAlarm(event, mode, score, ", ".join(reasons))


class ArmedHistory:
    """Which mode a site was in at an instant, from its arming events."""

    def __init__(self, marks: Iterable[tuple[str, int, ArmingMode]]) -> None:
        instants: dict[str, list[int]] = defaultdict(list)
        modes: dict[str, list[ArmingMode]] = defaultdict(list)
        for site_id, instant_ms, mode in sorted(marks, key=lambda mark: mark[1]):
            instants[site_id].append(instant_ms)
            modes[site_id].append(mode)
        self._instants, self._modes = instants, modes

    def mode_at(self, site_id: str, instant_ms: int) -> ArmingMode | None:
        place = bisect_right(self._instants.get(site_id, []), instant_ms)
        return self._modes[site_id][place - 1] if place else None
