"""How each kind of record is read and written: the table by which waiting changes of them are sent."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from chekt_console.domain import contact_form, site_form
from chekt_console.domain.account import ArmingAuthority
from chekt_console.domain.record_change import RecordKind
from chekt_console.domain.record_edits import (
    authority_fields,
    contact_fields,
    device_fields,
    site_fields,
    table_changes,
)
from chekt_console.errors import NotThere
from chekt_console.services.account_service import AccountResource
from chekt_console.services.enrolment_service import EnrolmentResource, calls_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chekt_console.domain.account import SiteRecord
    from chekt_console.domain.record_change import Fields, RecordChange, RowEdit, Rows
    from chekt_console.services.contact_service import ContactsResource

_SITE_ID = "site_id"  # beside its fields: a new site goes by our own id until the server told its number


class Way(Protocol):
    """Each raises WorldFailed. Sent again with the same key, nothing is done twice."""

    def read(self, change: RecordChange) -> Rows:
        """What the server has of the rows of this change, at least, by their ids."""

    def write(self, change: RecordChange, there: Rows, key: str) -> Mapping[str, str]:
        """`there`: as just read. What the server said of rows it refused, by their ids."""


class Account(AccountResource, EnrolmentResource, Protocol):
    pass


class Client(Protocol):
    @property
    def account(self) -> Account: ...
    @property
    def contacts(self) -> ContactsResource: ...


class _Site:
    def __init__(self, client: Client) -> None:
        self._client = client
        # The server's ids of new sites, by ours: read by it, a site costs one call; found in the list, all its pages.
        self._made: dict[str, str] = {}

    def read(self, change: RecordChange) -> Rows:
        found = self._found(change)
        return {} if found is None else {change.site_id: {**site_fields(found), _SITE_ID: found.site_id}}

    def _found(self, change: RecordChange) -> SiteRecord | None:
        account, base = self._client.account, change.edits[0].base
        if base is None and change.site_id not in self._made:
            known = (one for one in account.sites().values if one.external_site_id == change.site_id)
            return next(known, None)
        site_id = self._made.get(change.site_id, change.site_id)
        with suppress(NotThere):
            return account.site(str((base or {}).get(_SITE_ID, site_id)))
        return None

    def write(self, change: RecordChange, there: Rows, key: str) -> Mapping[str, str]:
        fields, account = site_form.on_wire(_set_by(change.edits[0])), self._client.account
        if change.edits[0].base is None:
            made = account.add_site({"external_site_id": change.site_id, **fields}, key)
            self._made[change.site_id] = made.site_id
        else:
            account.change_site(str(there[change.site_id][_SITE_ID]), fields, key)
        return {}


class _Arming:
    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, change: RecordChange) -> Rows:
        return {change.site_id: authority_fields(self._client.account.authority(change.site_id))}

    def write(self, change: RecordChange, there: Rows, key: str) -> Mapping[str, str]:
        wanted = ArmingAuthority(int(_set_by(change.edits[0])["authority"]))
        self._client.account.set_authority(change.site_id, wanted, key)
        return {}


class _Contacts:
    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, change: RecordChange) -> Rows:
        contacts = self._client.contacts.list(change.site_id).values
        rows = {one.external_contact_id: one for one in contacts} | {one.contact_id: one for one in contacts}
        return {key: {**contact_fields(one), "contact_id": one.contact_id} for key, one in rows.items()}

    def write(self, change: RecordChange, there: Rows, key: str) -> Mapping[str, str]:
        contacts, site_id = self._client.contacts, change.site_id
        for edit in change.edits:
            now = there.get(edit.row_id)
            if edit.wanted is None:
                if now is not None:
                    contacts.delete(site_id, str(now["contact_id"]), key)
            elif now is None:
                fields = contact_form.on_wire(edit.wanted)
                contacts.add(site_id, {"external_contact_id": edit.row_id, **fields}, key)
            else:
                tail = edit.wanted["slot_number"] if len(change.edits) > 1 else "change"
                fields = contact_form.on_wire(_set_by(edit))
                contacts.change(site_id, str(now["contact_id"]), fields, f"{key}-{tail}")
        return {}


class _Devices:
    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, change: RecordChange) -> Rows:
        rows = self._client.account.devices(change.site_id).values
        return {row.external_device_id: device_fields(row) for row in rows}

    def write(self, change: RecordChange, there: Rows, key: str) -> Mapping[str, str]:
        refused = {}
        for call in calls_of(self._client.account, table_changes(change), key):
            for result in call.send(change.site_id):
                if not result.is_done:
                    refused[result.key] = result.sentence
        return refused


def ways_of(client: Client) -> Mapping[RecordKind, Way]:
    return {
        RecordKind.SITE: _Site(client),
        RecordKind.ARMING: _Arming(client),
        RecordKind.CONTACTS: _Contacts(client),
        RecordKind.DEVICES: _Devices(client),
    }


def _set_by(edit: RowEdit) -> Fields:
    assert edit.wanted is not None
    return {name: edit.wanted[name] for name in edit.touched}
