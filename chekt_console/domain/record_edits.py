"""From what the forms hold (site, contacts, devices, who arms a site) to a change that can wait, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from chekt_console.domain.account import ArmingAuthority, DeviceRecord, SiteRecord
from chekt_console.domain.contact import Contact
from chekt_console.domain.contact_form import LABELS as CONTACT_LABELS
from chekt_console.domain.contact_form import in_order
from chekt_console.domain.device_table import FIELDS as DEVICE_FIELDS
from chekt_console.domain.device_table import TableChanges
from chekt_console.domain.record_change import Fields, RecordChange, RecordKind, RowEdit
from chekt_console.domain.site_form import EDITABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from chekt_console.domain.site import Site

T = TypeVar("T")

# Too old a wish to watch a site, or not to, is dangerous: activation never waits.
_SITE_FIELDS = tuple(name for name in EDITABLE if name != "is_activated")


def site_fields(record: SiteRecord) -> Fields:
    return {name: getattr(record, name) for name in _SITE_FIELDS}


def contact_fields(contact: Contact) -> Fields:
    return {name: getattr(contact, name) for name in CONTACT_LABELS}


def device_fields(row: DeviceRecord) -> Fields:
    return {name: getattr(row, name) for name in DEVICE_FIELDS}


def contact_row_id(contact: Contact) -> str:
    """The server gives the number, so a new one goes by our own id."""
    return contact.contact_id or contact.external_contact_id


def site_change(base: SiteRecord | None, wanted: SiteRecord, stations: Mapping[str, str]) -> RecordChange:
    """`stations`: their names by id. A new site goes by our own id until the server gives it one."""
    site_id = wanted.external_site_id if base is None else base.site_id
    name = wanted.name if base is None else base.name
    edit = RowEdit(site_id, name, None if base is None else site_fields(base), site_fields(wanted))
    return RecordChange(RecordKind.SITE, site_id, name, (edit,), stations)


def authority_change(
    site: Site, base: ArmingAuthority, wanted: ArmingAuthority, words: Mapping[ArmingAuthority, str]
) -> RecordChange:
    edit = RowEdit(site.site_id, site.name, authority_fields(base), authority_fields(wanted))
    names = {str(one.value): text for one, text in words.items()}
    return RecordChange(RecordKind.ARMING, site.site_id, site.name, (edit,), names)


def authority_fields(authority: ArmingAuthority) -> Fields:
    return {"authority": str(authority.value)}


def contact_change(site: Site, base: Contact | None, wanted: Contact | None) -> RecordChange:
    """`base` None: a new one; `wanted` None: it is deleted."""
    one = wanted or base
    assert one is not None
    edit = RowEdit(
        contact_row_id(one),
        one.name,
        contact_fields(base) if base else None,
        contact_fields(wanted) if wanted else None,
    )
    return RecordChange(RecordKind.CONTACTS, site.site_id, site.name, (edit,))


def contact_order(site: Site, contacts: Sequence[Contact]) -> RecordChange | None:
    """Numbered 1, 2, 3... in the order given; None when they are already."""
    edits = tuple(
        RowEdit(contact_row_id(one), one.name, {"slot_number": one.slot_number}, {"slot_number": str(place)})
        for place, one in enumerate(contacts, start=1)
        if one.slot_number != str(place)
    )
    return RecordChange(RecordKind.CONTACTS, site.site_id, site.name, edits) if edits else None


def devices_change(site: Site, changes: TableChanges) -> RecordChange:
    def edit(old: DeviceRecord | None, new: DeviceRecord | None) -> RowEdit:
        row = new or old
        assert row is not None
        return RowEdit(
            row.external_device_id,
            row.name or row.external_device_id,
            device_fields(old) if old else None,
            device_fields(new) if new else None,
        )

    edits = (
        *(edit(row, None) for row in changes.removed),
        *(edit(old, new) for old, new in changes.changed),
        *(edit(None, row) for row in changes.added),
    )
    return RecordChange(RecordKind.DEVICES, site.site_id, site.name, edits)


def table_changes(change: RecordChange) -> TableChanges:
    """Of a change of devices."""

    def row(edit: RowEdit, fields: Fields | None) -> DeviceRecord | None:
        return None if fields is None else _new_device(edit.row_id, fields)

    rows = [(row(edit, edit.base), row(edit, edit.wanted)) for edit in change.edits]
    return TableChanges(
        tuple(new for old, new in rows if old is None and new is not None),
        tuple((old, new) for old, new in rows if old is not None and new is not None),
        tuple(old for old, new in rows if old is not None and new is None),
    )


def site_with(record: SiteRecord, waiting: Iterable[RecordChange]) -> SiteRecord:
    """With what waits to be sent."""
    return _over({record.site_id: record}, waiting, RecordKind.SITE, _never)[record.site_id]


def authority_with(authority: ArmingAuthority, waiting: Iterable[RecordChange]) -> ArmingAuthority:
    for change in waiting:
        if change.kind is RecordKind.ARMING and change.edits[0].wanted is not None:
            authority = ArmingAuthority(int(change.edits[0].wanted["authority"]))
    return authority


def contacts_with(contacts: Iterable[Contact], waiting: Iterable[RecordChange]) -> tuple[Contact, ...]:
    """In the order they will be called; a new one has no number of the server's yet."""
    known = list(contacts)
    found = {contact_row_id(one): one for one in known}
    own_ids = {one.external_contact_id: one.contact_id for one in known if one.contact_id}
    rows = _over(found, waiting, RecordKind.CONTACTS, _new_contact, own_ids)
    return in_order(rows.values())


def devices_with(rows: Iterable[DeviceRecord], waiting: Iterable[RecordChange]) -> tuple[DeviceRecord, ...]:
    found = {row.external_device_id: row for row in rows}
    return tuple(_over(found, waiting, RecordKind.DEVICES, _new_device).values())


def _over(
    rows: dict[str, T],
    waiting: Iterable[RecordChange],
    kind: RecordKind,
    make: Callable[[str, Fields], T],
    own_ids: Mapping[str, str] | None = None,
) -> dict[str, T]:
    """`own_ids`: the server's id of rows that may still go by ours."""
    found = dict(rows)
    for edit in (edit for change in waiting if change.kind is kind for edit in change.edits):
        row_id = edit.row_id if edit.row_id in found else (own_ids or {}).get(edit.row_id, edit.row_id)
        known = found.get(row_id)
        if edit.wanted is None:
            found.pop(row_id, None)
        elif known is not None:
            found[row_id] = replace(known, **{name: edit.wanted[name] for name in edit.touched})  # type: ignore[type-var]
        elif edit.base is None:
            found[row_id] = make(edit.row_id, edit.wanted)
    return found


def _new_contact(own_id: str, fields: Fields) -> Contact:
    return replace(Contact("", own_id, "", ""), **dict(fields))  # type: ignore[arg-type]


def _new_device(own_id: str, fields: Fields) -> DeviceRecord:
    return replace(DeviceRecord(own_id, "", ""), **dict(fields))  # type: ignore[arg-type]


def _never(own_id: str, _fields: Fields) -> SiteRecord:
    raise AssertionError(f"site {own_id} is not the one that was read")
