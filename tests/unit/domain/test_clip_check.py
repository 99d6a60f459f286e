"""The customer's video rules, one broken at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chekt_console.domain.clip_check import Mark, MeasuredClip, check_clip

GOOD = MeasuredClip(
    "mov,mp4,m4a", "h264", "High", 1280, 720, 15.0, 225, 225, 5.5, False, False, False, 0, 3.0
)


def test_a_clip_by_the_rules_is_good() -> None:
    verdict = check_clip(GOOD)
    assert verdict.mark is Mark.GOOD
    assert [rule.text for rule in verdict.rules][:5] == [
        "MP4, H.264 High", "15.0 s (5–30 s)", "1280 × 720 (≥ 720p)", "5.5 s before alarm", "9.5 s after alarm",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "mark", "reason"),
    [
        ({"codec": "hevc", "profile": ""}, Mark.BAD, "MP4, H.265 — MP4 with H.264 expected"),
        ({"container": "avi"}, Mark.BAD, "AVI, H.264 High — MP4 with H.264 expected"),
        ({"duration_s": 3.0, "alarm_offset_s": None}, Mark.BAD, "3.0 s — 5 to 30 s expected"),
        ({"height": 360, "width": 640}, Mark.BAD, "640 × 360 — 720p or more expected"),
        ({"alarm_offset_s": 0.4, "duration_s": 9.0}, Mark.WARNING, "0.4 s before alarm — 5 s expected"),
        ({"alarm_offset_s": 10.8}, Mark.WARNING, "4.2 s after alarm — 5 to 10 s expected"),
        ({"alarm_offset_s": 16.0}, Mark.BAD, "The alarm instant is not in the clip"),
        ({"frames_decoded": 130}, Mark.BAD, "Only 130 of 225 pictures can be decoded"),
        ({"is_black": True}, Mark.WARNING, "The picture is black"),
        ({"timestamp_jumps": 2}, Mark.WARNING, "Time jumps 2 times within the clip"),
        ({"arrival_delay_s": 95.0}, Mark.WARNING, "Arrived 95 s after the alarm — late"),
    ],
)
def test_each_broken_rule_is_named(change: dict[str, object], mark: Mark, reason: str) -> None:
    verdict = check_clip(replace(GOOD, **change))  # type: ignore[arg-type]
    assert verdict.mark is mark
    assert verdict.reasons == (reason,)


def test_what_is_not_known_is_not_called_good() -> None:
    assert check_clip(MeasuredClip()).mark is Mark.UNKNOWN
