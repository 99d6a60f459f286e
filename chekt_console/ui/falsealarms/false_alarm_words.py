"""What the view of false alarms says, as plain text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.decision import Cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.false_alarms import Tally

UNKNOWN = -1  # how many: nobody knows
_WEEK_MS = 7 * 86_400_000


def plain(text: str) -> str:
    """Server text on one line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text[:200]).split())


def cause_word(cause: str) -> str:
    return cause.capitalize() if cause else "No cause given"


def main_cause(tally: Tally) -> str:
    """The most frequent cause that was given."""
    given = {cause: count for cause, count in tally.causes.items() if cause}
    return max(given, key=lambda cause: given[cause]).capitalize() if given else "—"


def share_words(tally: Tally) -> str:
    decided = tally.alarms - tally.undecided
    return f"{tally.false:,} of {decided:,} decided"


def week_bars(tally: Tally, now_ms: int) -> Sequence[tuple[str, str, int]]:
    bars = []
    weeks = len(tally.by_week)
    for number, count in enumerate(tally.by_week):
        start = datetime.fromtimestamp((now_ms - (weeks - number) * _WEEK_MS) / 1000, UTC)
        word = f"{start.day} {start:%b}"
        is_known = number >= weeks - tally.known_weeks
        told = f"Week from {word}" + ("" if is_known else ", known in part" if count else ", not known")
        bars.append(
            (word if weeks < 7 or number % 3 == 0 else "", told, count if is_known or count else UNKNOWN)
        )
    return bars


def hour_bars(tally: Tally) -> Sequence[tuple[str, str, int]]:
    return [
        (f"{hour}" if hour % 6 == 0 else "", f"{hour:02}:00 to {hour:02}:59", count)
        for hour, count in enumerate(tally.by_hour)
    ]


def cause_bars(tally: Tally) -> Sequence[tuple[str, str, int]]:
    bars = [(cause.label, cause.label, tally.causes.get(cause.value, 0)) for cause in Cause]
    untold = tally.causes.get("", 0)
    return [*bars, ("Not told", "No cause given", untold)] if untold else bars
