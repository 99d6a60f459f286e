"""The clip check of a whole site: the newest clips of every camera, one verdict a camera, as a table and as a report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.clip_check import UNTOLD, Mark
from chekt_console.domain.evidence_report import Report, Section
from chekt_console.domain.natural_order import natural
from chekt_console.domain.site_clock import wall_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from chekt_console.domain.clip_check import Verdict
    from chekt_console.domain.event import Event

HEADINGS = ("Site", "Camera", "Event", "Time (site)", "Time (UTC)", "Verdict", "Reasons")
WORDS = {
    Mark.GOOD: "Good",
    Mark.UNKNOWN: "Not known",
    Mark.WARNING: "Look at it",
    Mark.BAD: "Breaks the rules",
}
_KINDS = {
    "format": "not MP4 with H.264",
    "length": "not 5 to 30 s long",
    "size": "smaller than 720p",
    "alarm": "alarm instant not in the clip or not known",
    "before": "too little before the alarm",
    "after": "not 5 to 10 s after the alarm",
    "whole": "not decodable to the end",
    "check": "not checked to the end",
    "black": "black",
    "frozen": "frozen",
    "blurred": "blurred",
    "jumps": "time jumps",
    "arrival": "late",
    UNTOLD: "arrival not told",
}
_NO_CAMERA = "Camera not told"


@dataclass(frozen=True, slots=True)
class CheckedClip:
    """`problem`: why there was no clip to check, or ""; then there is no verdict."""

    event: Event
    verdict: Verdict | None = None
    problem: str = ""

    @property
    def mark(self) -> Mark:
        return self.verdict.mark if self.verdict is not None else Mark.BAD

    @property
    def reasons(self) -> tuple[str, ...]:
        if self.verdict is None:
            return (self.problem,)
        unknown = tuple(rule.text for rule in self.verdict.rules if rule.mark is Mark.UNKNOWN)
        return self.verdict.reasons or unknown

    @property
    def camera(self) -> str:
        return camera_name(self.event)


@dataclass(frozen=True, slots=True)
class CameraVerdict:
    """`clips`: newest first."""

    camera: str
    clips: tuple[CheckedClip, ...]

    @property
    def mark(self) -> Mark:
        return max((clip.mark for clip in self.clips), default=Mark.UNKNOWN)

    @property
    def summary(self) -> str:
        good = sum(clip.mark is Mark.GOOD for clip in self.clips)
        return f"{good} of {len(self.clips)} good"

    @property
    def reasons(self) -> tuple[str, ...]:
        """The most frequent first, each with how many clips have it; of a single clip its own words."""
        if len(self.clips) == 1:
            return self.clips[0].reasons
        many = Counter(kind for clip in self.clips for kind in _kinds_of(clip))
        return tuple(f"{reason} ({count}×)" for reason, count in many.most_common())


def camera_name(event: Event) -> str:
    if event.device_name:
        return event.device_name
    return f"Zone {event.zone_number}" if event.zone_number is not None else _NO_CAMERA


def newest_of_each(events: Iterable[Event], per_camera: int) -> tuple[Event, ...]:
    """Those with video, in rounds: the newest of every camera first, so that an early end still tells of all cameras."""
    found: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda one: (-one.instant_ms, one.event_id)):
        if event.has_video:
            of_camera = found.setdefault(event.device_key or event.device_id or camera_name(event), [])
            if len(of_camera) < per_camera:
                of_camera.append(event)
    rounds = sorted((place, key) for key, clips in found.items() for place in range(len(clips)))
    return tuple(found[key][place] for place, key in rounds)


def by_camera(clips: Iterable[CheckedClip]) -> tuple[CameraVerdict, ...]:
    """Worst first."""
    found: dict[str, list[CheckedClip]] = {}
    for clip in clips:
        found.setdefault(clip.camera, []).append(clip)
    cameras = [
        CameraVerdict(name, tuple(sorted(many, key=lambda clip: -clip.event.instant_ms)))
        for name, many in found.items()
    ]
    return tuple(sorted(cameras, key=lambda one: (-one.mark, natural(one.camera))))


def survey_rows(site_name: str, cameras: Iterable[CameraVerdict], zone: tzinfo) -> list[tuple[str, ...]]:
    """Of `HEADINGS`, one row a clip."""
    return [
        (
            site_name,
            camera.camera,
            clip.event.event_id,
            f"{wall_of(clip.event.instant_ms, zone):%Y-%m-%d %H:%M:%S %Z}",
            f"{datetime.fromtimestamp(clip.event.instant_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}Z",
            WORDS[clip.mark],
            "; ".join(clip.reasons),
        )
        for camera in cameras
        for clip in camera.clips
    ]


def survey_report(site_name: str, cameras: tuple[CameraVerdict, ...], zone: tzinfo, now_ms: int) -> Report:
    count = sum(len(camera.clips) for camera in cameras)
    good = sum(clip.mark is Mark.GOOD for camera in cameras for clip in camera.clips)
    sections = [
        Section(
            f"{camera.camera[:120]} — {WORDS[camera.mark].lower()}, {camera.summary}",
            rows=[
                (
                    f"{wall_of(clip.event.instant_ms, zone):%Y-%m-%d %H:%M:%S %Z}",
                    "; ".join((WORDS[clip.mark], *clip.reasons)) + ".",
                )
                for clip in camera.clips
            ],
        )
        for camera in cameras
    ]
    rules = Section(
        "What was checked",
        paragraphs=[
            "MP4 with H.264, 5 to 30 s, at least 720p, 5 s before and 5 to 10 s after the alarm; decodable to the end; "
            "not black, frozen or blurred; no jumps in time; there within 30 s of the alarm. Times are by the site's clock."
        ],
    )
    made = f"{wall_of(now_ms, zone):%Y-%m-%d %H:%M %Z}"
    subtitle = f"{site_name[:200]} — {good} of {count} clips of {len(cameras)} cameras are good. Made {made}."
    return Report("Clip check", subtitle, [*sections, rules])


def _kinds_of(clip: CheckedClip) -> tuple[str, ...]:
    """What is wrong without the numbers, which differ from clip to clip."""
    if clip.verdict is None:
        return ("no clip to check",)
    rules = clip.verdict.rules
    wrong = [rule.name for rule in rules if rule.mark in (Mark.WARNING, Mark.BAD)]
    names = wrong or [rule.name for rule in rules if rule.mark is Mark.UNKNOWN]
    return tuple(_KINDS.get(name, name) for name in names)
