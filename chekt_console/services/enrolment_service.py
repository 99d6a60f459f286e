"""Cameras and bridges of a site enrolled, changed and removed in bulk, with an outcome for each row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from chekt_console.domain.device_table import (
    LABELS,
    TableChanges,
    changes_of,
    clashes,
    field_of_wire,
    wire_row,
)
from chekt_console.errors import ServerBroken, ServerSaid, UnexpectedReply, Unreachable, WorldFailed
from chekt_console.services.contact_service import AnswerLost
from chekt_console.services.known_records import read_or_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from chekt_console.domain.account import DeviceRecord, RowResult
    from chekt_console.domain.progress import Progress
    from chekt_console.services.ports import Rows
    from chekt_console.store.record_book import RecordBook

_ROWS_A_CALL = 200


class EnrolmentResource(Protocol):
    def devices(self, site_id: str) -> Rows[DeviceRecord]: ...
    def add_devices(
        self, site_id: str, rows: Sequence[Mapping[str, object]], idempotency_key: str
    ) -> tuple[RowResult, ...]: ...
    def change_devices(
        self, site_id: str, rows: Sequence[Mapping[str, object]], idempotency_key: str
    ) -> tuple[RowResult, ...]: ...
    def delete_devices(
        self, site_id: str, rows: Sequence[Mapping[str, object]], idempotency_key: str
    ) -> tuple[RowResult, ...]: ...


class EnrolmentClient(Protocol):
    @property
    def account(self) -> EnrolmentResource: ...


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """`fields` by our own names. Where no answer came, `is_done` is what was read back; `is_lost` when that is no."""

    external_device_id: str
    what: str  # "added", "changed", "removed"
    is_done: bool
    sentence: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The table as the server has it afterwards, and what became of each row."""

    rows: tuple[DeviceRecord, ...]
    outcomes: tuple[RowOutcome, ...]


class EnrolmentService:
    """Blocking; call it in a worker."""

    def __init__(self, client: EnrolmentClient, book: RecordBook | None = None) -> None:
        """`book`: where what was read is kept, for when the server does not answer."""
        self._client = client
        self._book = book

    def read(self, site_id: str) -> tuple[tuple[DeviceRecord, ...], tuple[str, ...]]:
        rows = self._client.account.devices(site_id)
        return rows.values, rows.problems

    def read_or_known(self, site_id: str) -> tuple[tuple[DeviceRecord, ...], tuple[str, ...]]:
        """As they were read last when the server does not answer, and a sentence says so."""
        book = self._book
        if book is None:
            return self.read(site_id)

        def known() -> tuple[tuple[tuple[DeviceRecord, ...], tuple[str, ...]], datetime] | None:
            last = book.devices(site_id)
            return None if last is None else ((last[0], ()), last[1])

        (rows, problems), age = read_or_known(
            lambda: self.read(site_id), lambda read: book.put_devices(site_id, read[0]), known
        )
        return rows, (*problems, *filter(None, (age,)))

    def apply(self, site_id: str, changes: TableChanges, key: str, progress: Progress) -> Enrolled:
        """Rows that somebody else changed since they were read are not sent; rows without an answer are judged by what is
        read back."""
        theirs, _ = self.read(site_id)
        changes, outcomes = _without_clashes(changes, theirs)
        total = changes.count + len(outcomes)
        unknown: list[tuple[str, str, str]] = []
        for call in calls_of(self._client.account, changes, key):
            progress.check()
            try:
                results = call.send(site_id)
            except (Unreachable, ServerBroken, UnexpectedReply) as error:  # it may have acted
                unknown += [(device_id, call.what, error.sentence) for device_id in call.ids]
                continue
            except ServerSaid as error:
                outcomes += [
                    RowOutcome(device_id, call.what, False, error.sentence) for device_id in call.ids
                ]
                continue
            outcomes += [_outcome(result, call.what) for result in results]
            progress.report(len(outcomes), total, "Devices")
        try:
            now, _ = self.read(site_id)
        except WorldFailed as error:
            raise AnswerLost(
                f"Not confirmed: the devices cannot be read back. {error.sentence}", None
            ) from error
        outcomes += [_judged(one, now, changes) for one in unknown]
        return Enrolled(now, tuple(outcomes))


@dataclass(frozen=True, slots=True)
class BulkCall:
    what: str  # "removed", "changed", "added"
    rows: Sequence[Mapping[str, object]]
    key: str
    call: Callable[[str, Sequence[Mapping[str, object]], str], tuple[RowResult, ...]]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(str(row["external_device_id"]) for row in self.rows)

    def send(self, site_id: str) -> tuple[RowResult, ...]:
        return self.call(site_id, self.rows, self.key)


def calls_of(account: EnrolmentResource, changes: TableChanges, key: str) -> Iterator[BulkCall]:
    """Removed first, so that a zone or id they held is free. The same changes and key make the same calls."""
    removed = [{"external_device_id": row.external_device_id} for row in changes.removed]
    changed = [wire_row(new, old) for old, new in changes.changed]
    added = [wire_row(row) for row in changes.added]
    parts: tuple[tuple[str, Sequence[Mapping[str, object]], Any], ...] = (
        ("removed", removed, account.delete_devices),
        ("changed", changed, account.change_devices),
        ("added", added, account.add_devices),
    )
    for what, rows, call in parts:
        for start in range(0, len(rows), _ROWS_A_CALL):
            yield BulkCall(what, rows[start : start + _ROWS_A_CALL], f"{key}-{what}-{start}", call)


def _without_clashes(
    changes: TableChanges, theirs: Sequence[DeviceRecord]
) -> tuple[TableChanges, list[RowOutcome]]:
    """What may be sent, and an outcome for each row that another person changed or removed meanwhile."""
    now = {row.external_device_id: row for row in theirs}
    outcomes: list[RowOutcome] = []

    def may_send(what: str, old: DeviceRecord, new: DeviceRecord | None) -> bool:
        row = now.get(old.external_device_id)
        if row is None:
            if new is None:
                return True  # gone already: the server says so
            sentence = "Somebody else removed it since you read it. Nothing was sent."
        else:
            both = clashes(old, row, new)
            if not both:
                return True
            words = ", ".join(LABELS[name].lower() for name in both)
            sentence = (
                f"Somebody else changed its {words} since you read it. Nothing was sent; look and send again."
            )
        outcomes.append(RowOutcome(old.external_device_id, what, False, sentence))
        return False

    kept = replace(
        changes,
        changed=tuple((old, new) for old, new in changes.changed if may_send("changed", old, new)),
        removed=tuple(row for row in changes.removed if may_send("removed", row, None)),
    )
    return kept, outcomes


def _outcome(result: RowResult, what: str) -> RowOutcome:
    fields = tuple((field_of_wire(name), text) for name, text in result.fields.items())
    return RowOutcome(result.key, what, result.is_done, result.sentence, fields)


def _judged(asked: tuple[str, str, str], now: Sequence[DeviceRecord], changes: TableChanges) -> RowOutcome:
    """No answer came for this row: is it so now?"""
    device_id, what, sentence = asked
    left = changes_of(now, _wanted(changes, now))
    open_ids = {row.external_device_id for row in (*left.added, *left.removed)}
    open_ids |= {row.external_device_id for _, row in left.changed}
    if device_id in open_ids:
        return RowOutcome(device_id, what, False, f"Not done. {sentence}", is_lost=True)
    return RowOutcome(device_id, what, True, "No answer came, but it is so now.")


def _wanted(changes: TableChanges, now: Sequence[DeviceRecord]) -> tuple[DeviceRecord, ...]:
    rows = {row.external_device_id: row for row in now}
    for row in changes.removed:
        rows.pop(row.external_device_id, None)
    for _, row in changes.changed:
        rows[row.external_device_id] = row
    for row in changes.added:
        rows[row.external_device_id] = row
    return tuple(rows.values())
