"""Clips of several cameras on one clock."""

from __future__ import annotations

from typing import Any

from chekt_console.domain.common_clock import CommonClock, LaidClip, cameras_of, laid
from chekt_console.domain.event import Event, EventKind

ALARM = Event("alarm", "s", 100_000, EventKind.ALARM, device_key="camera:1", has_video=True)


def _seen(event_id: str, instant_ms: int, key: str, **values: Any) -> Event:
    return Event(
        event_id, "s", instant_ms, EventKind.ACTIVITY, device_key=key, **{"has_video": True, **values}
    )


def test_the_clock_covers_all_clips_and_each_knows_its_own_place() -> None:
    first, late = LaidClip(95_000, 15.0), laid(_seen("b", 103_000, "camera:2"), None, 10.0)
    clock = CommonClock((first, late))
    assert (clock.start_ms, clock.duration_s) == (95_000, 15.0)
    assert late == LaidClip(98_000, 10.0, is_guessed=True)
    assert [clip.position_s(97_000) for clip in clock.clips] == [2.0, None]
    assert [clip.position_s(100_500) for clip in clock.clips] == [5.5, 2.5]
    assert [clip.position_s(109_000) for clip in clock.clips] == [14.0, None]
    assert clock.offset_words(first) == "begins first"
    assert clock.offset_words(late) == "begins 3.0 s later, as far as is known"


def test_each_camera_is_taken_once_the_alarms_own_first() -> None:
    signals = (
        _seen("far", 160_000, "camera:2"),
        _seen("near", 103_000, "camera:2"),
        _seen("own again", 99_000, "camera:1"),
        _seen("dark", 101_000, "camera:3", has_video=False),
        ALARM,
    )
    assert [event.event_id for event in cameras_of(ALARM, signals)] == ["alarm", "near"]
