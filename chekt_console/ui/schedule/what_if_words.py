"""What a replay of past alarms found, in words: for the What if panel and for the review before saving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.domain.event import EventKind

if TYPE_CHECKING:
    from chekt_console.ui.schedule.site_history import Understanding

_CHANGES = (
    ("lost", "no longer while armed"),
    ("gained", "newly while armed"),
    ("moved", "armed in another mode"),
)
_MANY = {"trouble": "troubles", "opening or closing": "openings and closings"}
_DECISIONS = (("real", "real"), ("false", "false"), ("unsure", "unsure"), ("", "undecided"))


def replayed_words(found: Understanding) -> str:
    """Beside the figures: what was replayed."""
    alarms, days = found.what_if.alarms(), found.history.days
    count = "1 alarm" if alarms == 1 else f"{alarms:,} alarms"
    if found.saved == found.draft:
        return f"{count} in the last {days} days. Change the week to compare."
    return f"{count} of the last {days} days replayed against this draft."


def sum_words(found: Understanding) -> str:
    """ "12 alarms in the last 30 days: 9 while armed, was 7."."""
    alarms = found.what_if.alarms()
    was, now = found.what_if.armed
    days = found.history.days
    count = "1 alarm" if alarms == 1 else f"{alarms} alarms"
    if found.saved == found.draft:
        return f"{count} in the last {days} days, {was} while armed."
    return (
        f"{count} in the last {days} days: {now} while armed, {'as before' if now == was else f'was {was}'}."
    )


def change_lines(found: Understanding) -> list[str]:
    """One a kind of change that there is, split by decision; "!" where a real alarm would not be armed for."""
    lines = [line for change, words in _CHANGES if (line := _line(found, change, words))]
    crossed = {
        name: found.what_if.count(kind, "lost") + found.what_if.count(kind, "gained")
        for kind, name in ((EventKind.TROUBLE, "trouble"), (EventKind.ARMING, "opening or closing"))
    }
    others = [f"{n} {name if n == 1 else _MANY[name]}" for name, n in crossed.items() if n]
    if others:
        lines.append(f"· In hours that only one of the two weeks arms: {', '.join(others)}.")
    return lines


def _line(found: Understanding, change: str, words: str) -> str:
    alarms = found.what_if.alarms(change)
    if not alarms:
        return ""
    parts = [f"{n} {name}" for code, name in _DECISIONS if (n := found.what_if.alarms(change, code))]
    mark = "!" if change == "lost" and found.what_if.alarms(change, "real") else "·"
    return f"{mark} {alarms} {'alarm' if alarms == 1 else 'alarms'} {words}: {', '.join(parts)}."
