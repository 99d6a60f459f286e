"""The clip check of a site: which clips are looked at, and what is said of each camera."""

from __future__ import annotations

from datetime import UTC

from chekt_console.domain.clip_check import Mark, MeasuredClip, check_clip
from chekt_console.domain.clip_survey import (
    HEADINGS,
    CheckedClip,
    by_camera,
    newest_of_each,
    survey_report,
    survey_rows,
)
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.fleet_csv import to_csv

GOOD = MeasuredClip(
    "mp4", "h264", "High", 1280, 720, 15.0, 225, 225, 5.0,
    is_black=False, is_frozen=False, is_blurred=False, timestamp_jumps=0,
)  # fmt: skip
SHORT = MeasuredClip("mp4", "h264", "High", 1280, 720, 3.0)
SHORTER = MeasuredClip("mp4", "h264", "High", 1280, 720, 2.9)


def _event(event_id: str, at_s: int, camera: str, *, has_video: bool = True) -> Event:
    return Event(
        event_id, "s", at_s * 1000, EventKind.ALARM, device_id=camera, device_name=camera, has_video=has_video
    )


def test_every_camera_is_looked_at_before_any_is_looked_at_twice() -> None:
    events = [
        _event("g1", 10, "Gate"), _event("g2", 20, "Gate"), _event("g3", 30, "Gate"),
        _event("y1", 5, "Yard"), _event("dark", 40, "Yard", has_video=False),
    ]  # fmt: skip
    assert [event.event_id for event in newest_of_each(events, 2)] == ["g3", "y1", "g2"]


def test_the_worst_camera_stands_first_with_what_is_most_often_wrong() -> None:
    clips = [
        CheckedClip(_event("y", 1, "Yard"), check_clip(GOOD)),
        CheckedClip(_event("g1", 1, "=Gate"), check_clip(SHORT)),
        CheckedClip(_event("g2", 2, "=Gate"), check_clip(SHORTER)),
        CheckedClip(_event("g3", 3, "=Gate"), problem="The clip arrived cut off and cannot be shown."),
    ]
    cameras = by_camera(clips)
    assert [(camera.camera, camera.mark, camera.summary) for camera in cameras] == [
        ("=Gate", Mark.BAD, "0 of 3 good"),
        ("Yard", Mark.GOOD, "1 of 1 good"),
    ]
    assert cameras[0].reasons == ("not 5 to 30 s long (2×)", "no clip to check (1×)")
    rows = survey_rows("Site", cameras, UTC)
    assert rows[0][1:] == (
        "=Gate", "g3", "1970-01-01 00:00:03 UTC", "1970-01-01 00:00:03Z", "Breaks the rules",
        "The clip arrived cut off and cannot be shown.",
    )  # fmt: skip
    assert "'=Gate" in to_csv(HEADINGS, rows).decode("utf-8-sig")
    report = survey_report("Site", cameras, UTC, 0)
    assert report.subtitle.startswith("Site — 1 of 4 clips of 2 cameras are good.")
    assert [section.heading for section in report.sections] == [
        "=Gate — breaks the rules, 0 of 3 good", "Yard — good, 1 of 1 good", "What was checked",
    ]  # fmt: skip
