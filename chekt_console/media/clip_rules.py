"""The rules of video verification, checked against one clip: MP4 with H.264, 5 to 30 s, 720p or more, 5 s before, 5 to 10 s after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chekt_console.media.clip_facts import ClipFacts

_SLACK_S = 0.25  # a clip cut at whole frames and key frames is not blamed for it


@dataclass(frozen=True, slots=True)
class RuleResult:
    """`text` says what the clip is, and what is expected when it is not met."""

    is_met: bool
    text: str


def check_rules(facts: ClipFacts, alarm_s: float | None) -> tuple[RuleResult, ...]:
    """`alarm_s`: the alarm's instant from the first frame; None leaves out what needs it."""
    codec = {"h264": "H.264", "hevc": "H.265", "mpeg4": "MPEG-4"}.get(facts.codec, facts.codec.upper())
    is_h264 = facts.codec == "h264"
    named = f"MP4, {codec}" + (f" {facts.profile}" if is_h264 and facts.profile else "")
    is_long = 5 - _SLACK_S <= facts.duration_s <= 30 + _SLACK_S
    is_large = min(facts.width, facts.height) >= 720
    results = [
        RuleResult(is_h264, named if is_h264 else f"{named} — H.264 expected"),
        RuleResult(
            is_long, f"{facts.duration_s:.1f} s " + ("(5–30 s)" if is_long else "— 5 to 30 s expected")
        ),
        RuleResult(
            is_large,
            f"{facts.width} × {facts.height} " + ("(≥ 720p)" if is_large else "— 720p or more expected"),
        ),
    ]
    if alarm_s is not None:
        after_s = facts.duration_s - alarm_s
        has_before = alarm_s >= 5 - _SLACK_S
        has_after = 5 - _SLACK_S <= after_s <= 10 + _SLACK_S
        results += [
            RuleResult(
                has_before, f"{alarm_s:.1f} s before alarm" + ("" if has_before else " — 5 s expected")
            ),
            RuleResult(
                has_after, f"{after_s:.1f} s after alarm" + ("" if has_after else " — 5 to 10 s expected")
            ),
        ]
    return tuple(results)
