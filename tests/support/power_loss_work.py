"""What a person makes that must never be lost, and what of it a folder holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.decision import Verdict
from chekt_console.domain.outbox import ScheduleChange
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.store.local import KeptDraft, LocalStore
from chekt_console.store.outbox import OutboxStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROUNDS = 12
_AT = datetime(2026, 2, 11, tzinfo=UTC)


def _week(number: int) -> WeekSchedule:
    return WeekSchedule((ArmedPeriod(60 * number, 45, ArmingMode.AWAY),))


def work(folder: Path, kept: Callable[[str], None]) -> None:
    """`kept` is called when the program would say so to the person."""
    local, outbox = LocalStore(folder / "local.sqlite"), OutboxStore(folder / "outbox.sqlite")
    for number in range(ROUNDS):
        local.put_draft("7", KeptDraft(_week(number), WeekSchedule(), "e1", _AT, _AT, f"note {number}" * 200))
        kept(f"local draft {number}")
        local.steps.decide([(f"event {number}", "7")], Verdict("false", "a fox", "animal"), number)
        kept(f"local decision {number}")
        change = ScheduleChange(f"site {number}", "Dock", WeekSchedule(), "e1", _week(number))
        outbox.add(change, f"key {number}", number)
        kept(f"outbox change {number}")


def found(folder: Path) -> set[str]:
    """In the words of `work`; raises AssertionError when a file had to be set aside."""
    local, outbox = LocalStore(folder / "local.sqlite"), OutboxStore(folder / "outbox.sqlite")
    try:
        assert not local.was_rebuilt, local.was_rebuilt
        assert not outbox.was_rebuilt, outbox.was_rebuilt
        draft = local.draft("7")
        # A later draft takes the place of the one before.
        drawn = draft.schedule.periods[0].start_min // 60 if draft is not None else -1
        held = {f"local draft {number}" for number in range(drawn + 1)}
        held |= {f"local decision {n}" for n in range(ROUNDS) if local.decision(f"event {n}") is not None}
        changes = [entry.key for entry in outbox.entries()]
        assert len(changes) == len(set(changes))
        return held | {f"outbox change {key.split()[1]}" for key in changes}
    finally:
        local.close()
        outbox.close()
