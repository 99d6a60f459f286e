"""Clips of several cameras laid on one clock: which of them belong together, and where each one is at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.domain.event import Event

MOST = 4
_USUAL_LEAD_MS = 5_000  # of a clip whose start the server does not tell: the rule of the trade


@dataclass(frozen=True, slots=True)
class LaidClip:
    """`is_guessed`: the server told no start, so the usual 5 s before the event were taken."""

    start_ms: int
    duration_s: float
    is_guessed: bool = False

    def position_s(self, at_ms: float) -> float | None:
        """Seconds from its first frame, None before it begins and after it has ended."""
        seconds = (at_ms - self.start_ms) / 1000
        return seconds if 0 <= seconds < self.duration_s else None


def laid(event: Event, start_ms: int | None, duration_s: float) -> LaidClip:
    if start_ms is None:
        return LaidClip(event.instant_ms - _USUAL_LEAD_MS, duration_s, is_guessed=True)
    return LaidClip(start_ms, duration_s)


@dataclass(frozen=True, slots=True)
class CommonClock:
    """From the first frame of the earliest clip to the last of the latest."""

    clips: tuple[LaidClip, ...]

    @property
    def start_ms(self) -> int:
        return min((clip.start_ms for clip in self.clips), default=0)

    @property
    def duration_s(self) -> float:
        ends = [clip.start_ms + clip.duration_s * 1000 for clip in self.clips]
        return (max(ends) - self.start_ms) / 1000 if ends else 0.0

    def offset_words(self, clip: LaidClip) -> str:
        """How much later than the earliest it begins."""
        later_s = (clip.start_ms - self.start_ms) / 1000
        words = "begins first" if later_s < 0.05 else f"begins {later_s:.1f} s later"
        return f"{words}, as far as is known" if clip.is_guessed else words


def cameras_of(alarm: Event, signals: Iterable[Event]) -> tuple[Event, ...]:
    """The alarm's own clip first, then of each other camera the one nearest to the alarm; one camera is never shown twice."""
    with_video = sorted(
        (event for event in signals if event.has_video and event.site_id == alarm.site_id),
        key=lambda event: (event.event_id != alarm.event_id, abs(event.instant_ms - alarm.instant_ms)),
    )
    found: dict[str, Event] = {}
    for event in with_video:
        found.setdefault(event.device_key or event.device_id or event.device_name or event.event_id, event)
    return tuple(found.values())[:MOST]
