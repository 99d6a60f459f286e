"""Changing sites and contacts: only what differs is sent, what others changed meanwhile is found first, and all is read back."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from chekt_console.domain import contact_form, site_form
from chekt_console.domain.account import ArmingAuthority, MonitoringStation, SiteRecord
from chekt_console.errors import ConsoleError, NotConfirmed, NotThere, WorldFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chekt_console.domain.contact import Contact
    from chekt_console.services.ports import Rows


class AccountResource(Protocol):
    @property
    def is_open(self) -> bool: ...
    def site(self, site_id: str) -> SiteRecord: ...
    def add_site(self, fields: Mapping[str, object], idempotency_key: str) -> SiteRecord: ...
    def change_site(self, site_id: str, fields: Mapping[str, object], idempotency_key: str) -> SiteRecord: ...
    def stations(self) -> Rows[MonitoringStation]: ...
    def authority(self, site_id: str) -> ArmingAuthority: ...
    def set_authority(
        self, site_id: str, authority: ArmingAuthority, idempotency_key: str
    ) -> ArmingAuthority: ...


class ContactsResource(Protocol):
    def list(self, site_id: str) -> Rows[Contact]: ...
    def add(self, site_id: str, fields: Mapping[str, object], idempotency_key: str) -> Contact: ...
    def change(
        self, site_id: str, contact_id: str, fields: Mapping[str, object], idempotency_key: str
    ) -> Contact: ...
    def delete(self, site_id: str, contact_id: str, idempotency_key: str) -> None: ...
    def ask_validation(self, site_id: str, contact_id: str) -> None: ...


class AccountClient(Protocol):
    @property
    def account(self) -> AccountResource: ...
    @property
    def contacts(self) -> ContactsResource: ...


class BothChanged(ConsoleError):
    """Somebody else changed the same fields since they were read; nothing was sent. `theirs` is what the server has."""

    def __init__(self, sentence: str, theirs: object) -> None:
        super().__init__(sentence)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class SiteSettings:
    record: SiteRecord
    stations: tuple[MonitoringStation, ...]
    authority: ArmingAuthority
    problems: tuple[str, ...] = ()


def new_key() -> str:
    """One for each thing a person wants done; kept while its outcome is not known."""
    return f"console-{uuid4()}"


class AccountService:
    """Blocking; call it in a worker."""

    def __init__(self, client: AccountClient) -> None:
        self._client = client

    @property
    def can_change_sites(self) -> bool:
        """False over an API key alone, which opens no endpoint for it."""
        return self._client.account.is_open

    def settings(self, site_id: str) -> SiteSettings:
        """Stations and arming settings that cannot be read lose only themselves."""
        record = self._client.account.site(site_id)
        problems: list[str] = []
        stations: tuple[MonitoringStation, ...] = ()
        authority = ArmingAuthority.UNKNOWN
        try:
            stations = self._client.account.stations().values
        except WorldFailed as error:
            problems.append(error.sentence)
        try:
            authority = self._client.account.authority(site_id)
        except WorldFailed as error:
            problems.append(error.sentence)
        return SiteSettings(record, stations, authority, tuple(problems))

    def stations(self) -> tuple[MonitoringStation, ...]:
        return self._client.account.stations().values

    def create(self, wanted: SiteRecord, key: str) -> SiteRecord:
        """The same key and external id again make no second site."""
        made = self._client.account.add_site(site_form.all_editable(wanted), key)
        return self._client.account.site(made.site_id)

    def save(self, base: SiteRecord, wanted: SiteRecord, key: str) -> SiteRecord:
        """The site as it is on the server afterwards. Raises BothChanged, NotConfirmed."""
        theirs = self._client.account.site(base.site_id)
        both = site_form.clashes(base, theirs, wanted)
        if both:
            raise BothChanged(_both_words(both, site_form.LABELS), theirs)
        changes = site_form.wire_changes(base, wanted)
        self._client.account.change_site(base.site_id, changes, key)
        now = self._client.account.site(base.site_id)
        missed = [
            name
            for name in site_form.EDITABLE
            if getattr(wanted, name) not in (getattr(base, name), getattr(now, name))
        ]
        if missed:
            raise NotConfirmed(_missed_words(missed, site_form.LABELS))
        return now

    def set_monitoring(self, site_id: str, is_on: bool, reason: str, key: str) -> SiteRecord:
        """Read back before it is called done."""
        fields: dict[str, object] = {"monitoring_enabled": is_on}
        if not is_on:
            fields["monitoring_reason"] = reason
        self._client.account.change_site(site_id, fields, key)
        now = self._client.account.site(site_id)
        if now.is_monitored is not is_on:
            raise NotConfirmed(
                f"The server still says that monitoring is {'on' if now.is_monitored else 'off'}. Look again in a minute."
            )
        return now

    def set_authority(
        self, site_id: str, base: ArmingAuthority, wanted: ArmingAuthority, key: str
    ) -> ArmingAuthority:
        """Raises BothChanged when it is no longer `base`, NotConfirmed."""
        theirs = self._client.account.authority(site_id)
        if theirs not in (base, wanted):
            raise BothChanged(
                "Somebody else changed who arms this site since you read it. Nothing was sent.", theirs
            )
        self._client.account.set_authority(site_id, wanted, key)
        now = self._client.account.authority(site_id)
        if now is not wanted:
            raise NotConfirmed(
                "The server still has the arming settings as they were. Look again in a minute."
            )
        return now

    def contacts(self, site_id: str) -> tuple[tuple[Contact, ...], tuple[str, ...]]:
        """In the order they are called, and what could not be read."""
        rows = self._client.contacts.list(site_id)
        return contact_form.in_order(rows.values), rows.problems

    def save_contact(
        self, site_id: str, base: Contact | None, wanted: Contact, key: str
    ) -> tuple[Contact, ...]:
        """All contacts as they are afterwards. Raises BothChanged, NotThere, NotConfirmed."""
        contacts = self._client.contacts
        if base is None:
            contacts.add(site_id, contact_form.wire_changes(None, wanted), key)
        else:
            theirs = self._one(site_id, base.contact_id)
            both = contact_form.clashes(base, theirs, wanted)
            if both:
                raise BothChanged(_both_words(both, contact_form.LABELS), theirs)
            contacts.change(site_id, base.contact_id, contact_form.wire_changes(base, wanted), key)
        now, _ = self.contacts(site_id)
        kept = [one for one in now if one.external_contact_id == wanted.external_contact_id]
        if not kept:
            raise NotConfirmed("The server does not list this contact. Read the list again.")
        return now

    def delete_contact(self, site_id: str, base: Contact, key: str) -> tuple[Contact, ...]:
        """One that is gone already is fine. Raises BothChanged when it is not what the person saw."""
        with contextlib.suppress(NotThere):
            theirs = self._one(site_id, base.contact_id)
            both = contact_form.changed(base, theirs)
            if both:
                raise BothChanged(
                    f"{_both_words(both, contact_form.LABELS)} Look at it and delete it again.", theirs
                )
            self._client.contacts.delete(site_id, base.contact_id, key)
        return self.contacts(site_id)[0]

    def reorder(
        self, site_id: str, base: Sequence[Contact], contacts: Sequence[Contact], key: str
    ) -> tuple[Contact, ...]:
        """Numbered 1, 2, 3... in the order given; only those whose number changes are sent. Raises BothChanged when the
        list is no longer `base`."""
        theirs, _ = self.contacts(site_id)
        if _order(theirs) != _order(base):
            raise BothChanged(
                "Somebody else changed the list of contacts since you read it. Nothing was sent; move it again.",
                theirs,
            )
        for place, contact in enumerate(contacts, start=1):
            if contact.slot_number != str(place):
                changes = contact_form.wire_changes(contact, replace(contact, slot_number=str(place)))
                self._client.contacts.change(site_id, contact.contact_id, changes, f"{key}-{place}")
        return self.contacts(site_id)[0]

    def ask_validation(self, site_id: str, contact_id: str) -> tuple[Contact, ...]:
        self._client.contacts.ask_validation(site_id, contact_id)
        return self.contacts(site_id)[0]

    def _one(self, site_id: str, contact_id: str) -> Contact:
        for contact in self._client.contacts.list(site_id).values:
            if contact.contact_id == contact_id:
                return contact
        raise NotThere("Somebody else deleted this contact.", status=404)


def _order(contacts: Sequence[Contact]) -> list[tuple[str, str]]:
    return [(one.contact_id, one.slot_number) for one in contacts]


def _both_words(names: Sequence[str], labels: Mapping[str, str]) -> str:
    return f"Somebody else changed {_list(names, labels)} since you read it. Nothing was sent."


def _missed_words(names: Sequence[str], labels: Mapping[str, str]) -> str:
    return (
        f"Sent, but the server does not show the new {_list(names, labels)}. Read it again before you go on."
    )


def _list(names: Sequence[str], labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(name, name).lower() for name in names)
