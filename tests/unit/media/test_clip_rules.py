"""The rules of video verification."""

from __future__ import annotations

from chekt_console.media.clip_facts import ClipFacts
from chekt_console.media.clip_rules import check_rules

GOOD = ClipFacts("h264", "High", 1280, 720, 25.0, 15.0, has_sound=False)


def test_a_good_clip_keeps_every_rule() -> None:
    results = check_rules(GOOD, 5.0)
    assert all(result.is_met for result in results)
    assert [result.text for result in results] == [
        "MP4, H.264 High",
        "15.0 s (5–30 s)",
        "1280 × 720 (≥ 720p)",
        "5.0 s before alarm",
        "10.0 s after alarm",
    ]


def test_each_broken_rule_says_what_is_expected() -> None:
    poor = ClipFacts("hevc", "Main", 640, 360, 25.0, 4.0, has_sound=False)
    assert [result.text for result in check_rules(poor, 2.0) if not result.is_met] == [
        "MP4, H.265 — H.264 expected",
        "4.0 s — 5 to 30 s expected",
        "640 × 360 — 720p or more expected",
        "2.0 s before alarm — 5 s expected",
        "2.0 s after alarm — 5 to 10 s expected",
    ]


def test_without_the_alarms_place_nothing_is_said_about_it() -> None:
    assert len(check_rules(GOOD, None)) == 3
