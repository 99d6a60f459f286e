"""What a replay of past alarms says of a draft, in short sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.domain.schedule_replay import FALSE, REAL, Replay
from chekt_console.domain.site_clock import wall_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from chekt_console.domain.schedule_replay import ReplayedAlarm

_NAMED = 3


def what_if_lines(replay: Replay, zone: tzinfo, days: int, *, has_draft: bool) -> tuple[str, ...]:
    """The first line is the sum; the others what the draft gains and loses. Instants are in the site's time."""
    count = len(replay.alarms)
    if not count:
        return (f"What if: no alarms in the last {days} days.",)
    alarms = "1 alarm" if count == 1 else f"{count} alarms"
    if not has_draft:
        return (f"What if: {alarms} in the last {days} days, {replay.armed_saved} while armed.",)
    lines = [
        f"What if: of {alarms} in the last {days} days {replay.armed_draft} fall while armed (was {replay.armed_saved})."
    ]
    real, false = replay.lost(REAL), replay.lost(FALSE)
    open_ones = tuple(alarm for alarm in replay.lost() if alarm not in (*real, *false))
    if real:
        lines.append(f"! {_counted(real, 'real alarm')} would fall while disarmed: {_instants(real, zone)}")
    if false:
        lines.append(f"✓ {_counted(false, 'false alarm')} would no longer come while armed.")
    if open_ones:
        lines.append(f"· {_counted(open_ones, 'alarm')} not decided real or false would fall while disarmed.")
    if replay.gained():
        lines.append(f"· {_counted(replay.gained(), 'more alarm')} would fall while armed.")
    return tuple(lines)


def _counted(alarms: Sequence[ReplayedAlarm], what: str) -> str:
    return f"{len(alarms)} {what}{'' if len(alarms) == 1 else 's'}"


def _instants(alarms: Sequence[ReplayedAlarm], zone: tzinfo) -> str:
    walls = [wall_of(alarm.event.instant_ms, zone) for alarm in alarms[-_NAMED:]]
    named = ", ".join(f"{wall:%a} {wall.day} {wall:%b %H:%M}" for wall in walls)
    return named + (f" and {len(alarms) - _NAMED} more" if len(alarms) > _NAMED else "")
