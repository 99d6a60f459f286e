"""Decisions as steps: one press over many alarms is one step, and taken back as one, also after a restart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.decision import Verdict
from chekt_console.store.local import KeptDecision, LocalStore

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 2, 11, tzinfo=UTC)
AT_MS = round(AT.timestamp() * 1000)


def test_a_bulk_decision_is_one_step_and_is_taken_back_after_a_restart(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "local.sqlite")
    earlier = KeptDecision("b", "real", "seen", AT)
    store.put_decision("site", earlier)
    store.steps.decide([("a", "site"), ("b", "site"), ("c", "other")], Verdict("false", "", "animal"), AT_MS)
    assert {(one.decision, one.cause) for one in store.decisions().values()} == {("false", "animal")}
    store.close()

    again = LocalStore(tmp_path / "local.sqlite")
    undone = again.steps.undo()
    assert undone is not None
    assert undone.event_ids == ("a", "b", "c")
    assert undone.verdict == Verdict("false", "", "animal")
    assert again.decisions() == {"b": earlier}
    assert again.steps.undo() is None
    again.close()


def test_a_cause_joins_the_decision_it_was_added_to(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "local.sqlite")
    store.steps.decide([("a", "site")], Verdict("real"), AT_MS)
    store.steps.decide([("b", "site")], Verdict("false"), AT_MS)
    store.steps.decide([("b", "site")], Verdict("false", "", "staff"), AT_MS)
    assert store.decision("b") == KeptDecision("b", "false", "", AT, "staff")
    store.steps.undo()
    assert set(store.decisions()) == {"a"}  # both presses, as the person sees one decision
    store.steps.undo()
    assert store.decisions() == {}
    store.close()


def test_changing_ones_mind_is_a_step_of_its_own(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "local.sqlite")
    store.steps.decide([("a", "site")], Verdict("false", "", "staff"), AT_MS)
    store.steps.decide([("a", "site")], Verdict("real"), AT_MS)
    store.steps.decide([("a", "site")], Verdict(""), AT_MS)
    shown = []
    while (kept := store.decision("a")) is not None:
        shown.append((kept.decision, kept.cause))
        store.steps.undo()
    assert shown == [("", ""), ("real", ""), ("false", "staff")]
    store.close()
