"""The five steps from an event to a reviewed alarm (key concepts), how long each took, and percentiles over many."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STEPS = ("occurred", "captured", "attached", "delivered", "reviewed")
MEANINGS = {
    "occurred": "The camera or sensor noticed it",
    "captured": "Video before and after was recorded",
    "attached": "The video was put to the event",
    "delivered": "Alarm and video reached the monitoring center",
    "reviewed": "An operator looked and decided",
}


@dataclass(frozen=True, slots=True)
class DeliverySteps:
    """Instants in UTC ms; None for a step that has not happened, or that nobody tells of."""

    event_id: str
    occurred_ms: int
    captured_ms: int | None = None
    attached_ms: int | None = None
    delivered_ms: int | None = None
    reviewed_ms: int | None = None
    center: str = ""
    decision: str = ""

    def at(self, step: str) -> int | None:
        found: int | None = getattr(self, f"{step}_ms")
        return found

    def delay_ms(self, step: str) -> int | None:
        """Since the newest known step before it; None for the first and for what is not known. Clocks may disagree: never
        less than 0."""
        place, now = STEPS.index(step), self.at(step)
        if place == 0 or now is None:
            return None
        before = [at for one in STEPS[:place] if (at := self.at(one)) is not None]
        return max(0, now - max(before))

    def is_left_out(self, step: str) -> bool:
        """An operator decided and no video had come: none will."""
        has_video = self.captured_ms is not None or self.attached_ms is not None
        return step in ("captured", "attached") and self.is_complete and not has_video

    @property
    def is_complete(self) -> bool:
        return self.reviewed_ms is not None


@dataclass(frozen=True, slots=True)
class StepDelays:
    """Percentiles of one step's delay in ms over `count` events."""

    step: str
    count: int
    p50_ms: int
    p90_ms: int
    p99_ms: int


def percentiles(many: Iterable[DeliverySteps]) -> tuple[StepDelays, ...]:
    """Steps that happened nowhere are left out."""
    known = list(many)
    found = []
    for step in STEPS[1:]:
        delays = sorted(delay for one in known if (delay := one.delay_ms(step)) is not None)
        if delays:
            found.append(StepDelays(step, len(delays), *(_rank(delays, part) for part in (0.5, 0.9, 0.99))))
    return tuple(found)


def delay_words(delay_ms: int | None) -> str:
    """ "+0.8 s", "+12 s", "+1 min 48 s", "+12 min"; "" when not known."""
    if delay_ms is None:
        return ""
    if delay_ms < 10_000:
        return f"+{delay_ms / 1000:.1f} s"
    if delay_ms < 60_000:
        return f"+{delay_ms // 1000} s"
    minutes, seconds = divmod(delay_ms // 1000, 60)
    if minutes < 10 and seconds:
        return f"+{minutes} min {seconds} s"
    return f"+{delay_ms // 60_000} min" if delay_ms < 7_200_000 else f"+{delay_ms // 3_600_000} h"


def _rank(ordered: Sequence[int], part: float) -> int:
    """Nearest rank: a delay that was really seen."""
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]
