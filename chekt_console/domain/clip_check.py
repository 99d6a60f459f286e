"""The customer's rules for a verification clip, applied to what is known of a file.

Key concepts: MP4, H.264, 5 to 30 s, at least 720p, 5 s before the alarm, 5 to 10 s after it. The rest (decodable to the end,
black, frozen or blurred picture, jumping timestamps, late arrival) is what an operator trips over.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

MIN_S, MAX_S = 5.0, 30.0
MIN_HEIGHT = 720
BEFORE_S = 5.0
AFTER_MIN_S, AFTER_MAX_S = 5.0, 10.0
LATE_S = 30.0
UNTOLD = "untold"  # name of the rule
_SLACK_S = 0.25  # bridges cut at whole frames and at key frames, and are not blamed for it


class Mark(IntEnum):
    """Worst last."""

    GOOD = 0
    UNKNOWN = 1
    WARNING = 2
    BAD = 3


@dataclass(frozen=True, slots=True)
class MeasuredClip:
    """What was measured of a file; None or "" = not known. `alarm_offset_s` counts from the first frame."""

    container: str = ""
    codec: str = ""
    profile: str = ""
    width: int = 0
    height: int = 0
    duration_s: float | None = None
    frames_decoded: int | None = None
    frames_expected: int | None = None
    alarm_offset_s: float | None = None
    is_black: bool | None = None
    is_frozen: bool | None = None
    is_blurred: bool | None = None
    timestamp_jumps: int | None = None
    arrival_delay_s: float | None = None
    not_readable: bool = False  # nothing of it can be decoded
    not_checked: str = ""  # why the file could not be measured to its end
    is_arrival_untold: bool = False  # the server was asked
    is_only_lettering: bool | None = None  # nothing moves but the edges, where a camera writes the time


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the verdict: what is so and, when it is not as it should be, what should be."""

    name: str
    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    rules: tuple[Rule, ...]

    @property
    def mark(self) -> Mark:
        """Of the clip: it is not to blame for a server that does not tell when it arrived."""
        return max((rule.mark for rule in self.rules if rule.name != UNTOLD), default=Mark.UNKNOWN)

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(rule.text for rule in self.rules if rule.mark in (Mark.WARNING, Mark.BAD))


_TOGETHER = (
    ("format",),
    ("length", "size"),
    ("before", "after"),
    ("whole", "picture", "jumps"),
    ("arrival",),
)


def compact(verdict: Verdict) -> tuple[Rule, ...]:
    """Rules that belong together on one line while all of them are kept; what is not kept stands alone."""
    group = {name: names for names in _TOGETHER for name in names}
    lines: list[Rule] = []
    last: tuple[str, ...] = ()
    for rule in verdict.rules:
        names = group.get(rule.name, (rule.name,))
        if rule.mark is Mark.GOOD and names == last and lines[-1].mark is Mark.GOOD:
            lines[-1] = Rule(lines[-1].name, Mark.GOOD, f"{lines[-1].text} · {rule.text}")
        else:
            lines.append(rule)
        last = names
    return tuple(lines)


def check_clip(facts: MeasuredClip) -> Verdict:
    if facts.not_readable:
        broken = Rule("whole", Mark.BAD, "No picture can be decoded: damaged, or not an MP4 video")
        return Verdict((broken, *_delivery(facts)))
    if facts.not_checked and facts.duration_s is None:
        return Verdict((Rule("check", Mark.WARNING, f"Not checked: {facts.not_checked}"), *_delivery(facts)))
    rules = [_format(facts), _length(facts), _size(facts), *_around_alarm(facts)]
    return Verdict((*rules, *_picture(facts), *_delivery(facts)))


def _format(facts: MeasuredClip) -> Rule:
    container, codec = facts.container.lower(), facts.codec.lower()
    if not container or not codec:
        return Rule("format", Mark.UNKNOWN, "Format not known")
    is_mp4 = "mp4" in container.split(",")
    name = {"h264": "H.264", "hevc": "H.265", "mpeg4": "MPEG-4 Part 2"}.get(codec, codec.upper())
    shown = f"{'MP4' if is_mp4 else container.split(',')[0].upper()}, {name} {facts.profile}".rstrip()
    is_good = is_mp4 and codec == "h264"
    return Rule(
        "format",
        Mark.GOOD if is_good else Mark.BAD,
        shown if is_good else f"{shown} — MP4 with H.264 expected",
    )


def _length(facts: MeasuredClip) -> Rule:
    if facts.duration_s is None:
        return Rule("length", Mark.UNKNOWN, "Length not known")
    is_good = MIN_S - _SLACK_S <= facts.duration_s <= MAX_S + _SLACK_S
    shown = f"{facts.duration_s:.1f} s"
    if is_good:
        return Rule("length", Mark.GOOD, f"{shown} (5–30 s)")
    return Rule("length", Mark.BAD, f"{shown} — 5 to 30 s expected")


def _size(facts: MeasuredClip) -> Rule:
    if not facts.width or not facts.height:
        return Rule("size", Mark.UNKNOWN, "Picture size not known")
    shown = f"{facts.width} × {facts.height}"
    # A corridor camera stands on its side: the shorter edge decides.
    if min(facts.width, facts.height) >= MIN_HEIGHT:
        return Rule("size", Mark.GOOD, f"{shown} (≥ 720p)")
    return Rule("size", Mark.BAD, f"{shown} — 720p or more expected")


def _around_alarm(facts: MeasuredClip) -> list[Rule]:
    if facts.alarm_offset_s is None or facts.duration_s is None:
        return [Rule("alarm", Mark.UNKNOWN, "Alarm instant in the clip not known")]
    before, after = facts.alarm_offset_s, facts.duration_s - facts.alarm_offset_s
    if before < 0 or after < 0:
        return [Rule("alarm", Mark.BAD, "The alarm instant is not in the clip")]
    is_early = before >= BEFORE_S - _SLACK_S
    is_long = AFTER_MIN_S - _SLACK_S <= after <= AFTER_MAX_S + _SLACK_S
    return [
        Rule(
            "before",
            Mark.GOOD if is_early else Mark.WARNING,
            f"{before:.1f} s before alarm" + ("" if is_early else " — 5 s expected"),
        ),
        Rule(
            "after",
            Mark.GOOD if is_long else Mark.WARNING,
            f"{after:.1f} s after alarm" + ("" if is_long else " — 5 to 10 s expected"),
        ),
    ]


def _picture(facts: MeasuredClip) -> list[Rule]:
    rules = []
    if facts.not_checked:
        rules.append(Rule("check", Mark.WARNING, f"Not checked to the end: {facts.not_checked}"))
    if facts.frames_decoded is not None and facts.frames_expected:
        missing = facts.frames_expected - facts.frames_decoded
        if missing > 1:
            rules.append(
                Rule(
                    "whole",
                    Mark.BAD,
                    f"Only {facts.frames_decoded} of {facts.frames_expected} pictures can be decoded",
                )
            )
        else:
            rules.append(Rule("whole", Mark.GOOD, "Decodes to the end"))
    faults = (facts.is_black, facts.is_frozen, facts.is_blurred, facts.is_only_lettering)
    if not any(faults) and (facts.is_black, facts.is_frozen) == (False, False):
        # What has nothing to judge sharpness by is not called sharp.
        good = "Sharp, moving picture" if facts.is_blurred is False else "Moving picture"
        rules.append(Rule("picture", Mark.GOOD, good))
    for name, value, bad in (
        ("black", facts.is_black, "The picture is black"),
        ("frozen", facts.is_frozen, "The picture does not move: camera or recorder frozen"),
        (
            "frozen",
            facts.is_only_lettering,
            "Only the clock in the picture moves: camera frozen, or nothing happened",
        ),
        ("blurred", facts.is_blurred, "The picture is blurred: focus, dirt or fog"),
    ):
        if value:
            rules.append(Rule(name, Mark.WARNING, bad))
    if facts.timestamp_jumps == 0:
        rules.append(Rule("jumps", Mark.GOOD, "Even time"))
    elif facts.timestamp_jumps:
        times = "once" if facts.timestamp_jumps == 1 else f"{facts.timestamp_jumps} times"
        rules.append(Rule("jumps", Mark.WARNING, f"Time jumps {times} within the clip"))
    return rules


def _delivery(facts: MeasuredClip) -> list[Rule]:
    if facts.arrival_delay_s is None:
        untold = Rule(UNTOLD, Mark.UNKNOWN, "When it arrived is not known: the server did not tell")
        return [untold] if facts.is_arrival_untold else []
    is_late = facts.arrival_delay_s > LATE_S
    return [
        Rule(
            "arrival",
            Mark.WARNING if is_late else Mark.GOOD,
            f"Arrived {facts.arrival_delay_s:.0f} s after the alarm" + (" — late" if is_late else ""),
        )
    ]
