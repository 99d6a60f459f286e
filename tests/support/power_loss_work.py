"""What a person makes that must never be lost, and what of it a folder holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.decision import Verdict
from chekt_console.domain.outbox import ScheduleChange
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.store.inbox import Arrival, Inbox
from chekt_console.store.ledger import Ledger
from chekt_console.store.local import KeptDraft, LocalStore
from chekt_console.store.outbox import OutboxStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROUNDS = 12
_AT = datetime(2026, 2, 11, tzinfo=UTC)


def _week(number: int) -> WeekSchedule:
    return WeekSchedule((ArmedPeriod(60 * number, 45, ArmingMode.AWAY),))


class Keeping:
    """The steps of a person's work, each of which may be tried again by who runs them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> None:
        self._local = LocalStore(self._folder / "local.sqlite")
        self._outbox = OutboxStore(self._folder / "outbox.sqlite")
        self._inbox = Inbox(self._folder / "inbox.sqlite")
        self._ledger = Ledger(self._folder / "ledger.sqlite")

    def steps(self, number: int) -> dict[str, Callable[[], object]]:
        """By the words for what the program would say of it to the person."""
        draft = KeptDraft(_week(number), WeekSchedule(), "e1", _AT, _AT, f"note {number}" * 200)
        verdict = Verdict("false", "a fox", "animal")
        delivery = Arrival(f"delivery {number}", number, "timed", number, b"{}")
        change = ScheduleChange(f"site {number}", "Dock", WeekSchedule(), "e1", _week(number))
        return {
            f"local draft {number}": lambda: self._local.put_draft("7", draft),
            f"local decision {number}": lambda: self._local.steps.decide(
                [(f"event {number}", "7")], verdict, number
            ),
            f"outbox change {number}": lambda: self._outbox.add(change, f"key {number}", number),
            f"inbox delivery {number}": lambda: self._inbox.accept([delivery]),
            f"ledger entry {number}": lambda: self._ledger.add(
                "viewed", at_ms=number, who="Dana", event_ids=(f"event {number}",)
            ),
        }


def work(folder: Path, kept: Callable[[str], None]) -> None:
    """`kept` is called when the program would say so to the person."""
    keeping = Keeping(folder)
    keeping.open()
    for number in range(ROUNDS):
        for words, step in keeping.steps(number).items():
            step()
            kept(words)


def found(folder: Path) -> set[str]:
    """In the words of `work`; raises AssertionError when a file had to be set aside."""
    local, outbox = LocalStore(folder / "local.sqlite"), OutboxStore(folder / "outbox.sqlite")
    inbox, ledger = Inbox(folder / "inbox.sqlite"), Ledger(folder / "ledger.sqlite")
    stores = (local, outbox, inbox, ledger)
    try:
        for store in stores:
            assert not store.was_rebuilt, store.was_rebuilt
        assert not ledger.what_is_wrong(), ledger.what_is_wrong()
        draft = local.draft("7")
        # A later draft takes the place of the one before.
        drawn = draft.schedule.periods[0].start_min // 60 if draft is not None else -1
        held = {f"local draft {number}" for number in range(drawn + 1)}
        held |= {f"local decision {n}" for n in range(ROUNDS) if local.decision(f"event {n}") is not None}
        changes = _each_once([f"outbox change {entry.key.split()[1]}" for entry in outbox.entries()])
        arrived = _each_once([f"inbox {one.delivery_id}" for one in inbox.newest()])
        entered = _each_once([f"ledger entry {entry.facts()['at_ms']}" for entry in ledger.entries()])
        return held | changes | arrived | entered
    finally:
        for store in stores:
            store.close()


def _each_once(words: list[str]) -> set[str]:
    assert len(words) == len(set(words)), words
    return set(words)
