"""Changes that wait as text on disk, and back: one pair of functions for each kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chekt_console.domain.outbox import EntryState, EventReport, OutboxEntry, ScheduleChange, Theirs
from chekt_console.domain.record_change import RecordChange, RecordKind, RowEdit, TheirRows
from chekt_console.store.codec import schedule_json, schedule_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.outbox import Change


def written(change: Change) -> tuple[str, str]:
    """Kind and body."""
    match change:
        case ScheduleChange():
            return "schedule", json.dumps(_of_schedule(change))
        case RecordChange():
            return "record", json.dumps(_of_record(change))
    report = [
        change.site_id,
        change.what,
        change.body,
        change.is_raised,
        change.is_partner,
        change.sent_as,
    ]
    return "report", json.dumps(report)


def theirs_written(theirs: Theirs | TheirRows | None) -> str:
    match theirs:
        case Theirs():
            return json.dumps([schedule_json(theirs.schedule), theirs.etag])
        case TheirRows():
            return json.dumps({key: dict(fields) for key, fields in theirs.rows.items()})
    return ""


def entry_of(row: tuple[Any, ...]) -> OutboxEntry:
    """`row`: in the order of the store's columns."""
    number, key, kind, body, made_ms, state, sentence, tries, next_ms, sent_ms, is_unknown, theirs = row
    return OutboxEntry(
        number, key, _READ[kind](json.loads(body)), made_ms, EntryState(state), sentence, tries, next_ms, sent_ms,
        bool(is_unknown), _theirs(json.loads(theirs)) if theirs else None,
    )  # fmt: skip


def _of_schedule(change: ScheduleChange) -> list[Any]:
    values = [change.site_id, change.site_name, schedule_json(change.base), change.base_etag]
    rest = ["" if one is None else schedule_json(one) for one in (change.drawn, change.origin)]
    return [*values, schedule_json(change.mine), *rest]


def _schedule(body: list[Any]) -> ScheduleChange:
    site_id, site_name, base, base_etag, mine, *rest = body
    later = [schedule_of(one) if one else None for one in rest]  # older versions kept only the first of them
    return ScheduleChange(site_id, site_name, schedule_of(base), base_etag, schedule_of(mine), *later)


def _of_record(change: RecordChange) -> list[Any]:
    edits = [
        [edit.row_id, edit.name, *(None if one is None else dict(one) for one in (edit.base, edit.wanted))]
        for edit in change.edits
    ]
    names = dict(change.names)
    return [change.kind.value, change.site_id, change.site_name, edits, names, change.turn]


def _record(body: list[Any]) -> RecordChange:
    kind, site_id, site_name, edits, names, turn = body
    return RecordChange(
        RecordKind(kind), site_id, site_name, tuple(RowEdit(*one) for one in edits), names, turn
    )


def _report(body: list[Any]) -> EventReport:
    return EventReport(*body)


def _theirs(told: Any) -> Theirs | TheirRows:
    if isinstance(told, dict):
        return TheirRows(told)
    schedule, etag = told
    return Theirs(schedule_of(schedule), etag)


_READ: dict[str, Callable[[list[Any]], Change]] = {
    "schedule": _schedule,
    "record": _record,
    "report": _report,
}
