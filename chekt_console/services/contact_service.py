"""Changing emergency contacts: what others did meanwhile is found first, and a lost answer is read back before it is told."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from chekt_console.api.priority import anew
from chekt_console.domain import contact_form
from chekt_console.domain.contact import SmsValidation
from chekt_console.errors import (
    NotConfirmed,
    NotThere,
    ServerBroken,
    UnexpectedReply,
    Unreachable,
    WorldFailed,
)
from chekt_console.services.both_changed import BothChanged, both_words
from chekt_console.services.known_records import read_or_known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from chekt_console.domain.contact import Contact
    from chekt_console.services.ports import Rows
    from chekt_console.store.record_book import RecordBook

_Contacts = tuple["Contact", ...]


class ContactsResource(Protocol):
    def list(self, site_id: str) -> Rows[Contact]: ...
    def add(self, site_id: str, fields: Mapping[str, object], idempotency_key: str) -> Contact: ...
    def change(
        self, site_id: str, contact_id: str, fields: Mapping[str, object], idempotency_key: str
    ) -> Contact: ...
    def delete(self, site_id: str, contact_id: str, idempotency_key: str) -> None: ...
    def ask_validation(self, site_id: str, contact_id: str) -> None: ...


class ContactsClient(Protocol):
    @property
    def contacts(self) -> ContactsResource: ...


class AnswerLost(NotConfirmed):
    """Sent, no answer, and the list does not show it. `now` is the list as read afterwards, None when it could not be."""

    def __init__(self, sentence: str, now: _Contacts | None, *, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.now = now


class ContactService:
    """Blocking; call it in a worker, for one site one after another."""

    def __init__(self, client: ContactsClient, book: RecordBook | None = None) -> None:
        """`book`: where what was read is kept, for when the server does not answer."""
        self._client = client
        self._book = book
        self._unknown: dict[str, Contact] = {}  # what was sent and may have been done

    def read(self, site_id: str) -> tuple[_Contacts, tuple[str, ...]]:
        """In the order they are called, and what could not be read."""
        rows = self._client.contacts.list(site_id)
        return contact_form.in_order(rows.values), rows.problems

    def read_or_known(self, site_id: str) -> tuple[_Contacts, tuple[str, ...]]:
        """As they were read last when the server does not answer, and a sentence says so."""
        book = self._book
        if book is None:
            return self.read(site_id)

        def known() -> tuple[tuple[_Contacts, tuple[str, ...]], datetime] | None:
            last = book.contacts(site_id)
            return None if last is None else ((last[0], ()), last[1])

        (contacts, problems), age = read_or_known(
            lambda: self.read(site_id), lambda read: book.put_contacts(site_id, read[0]), known
        )
        return contacts, (*problems, *filter(None, (age,)))

    def save(self, site_id: str, base: Contact | None, wanted: Contact, key: str) -> _Contacts:
        """All contacts as they are afterwards. Raises BothChanged, NotThere, NotConfirmed."""
        contacts, name = self._client.contacts, _name(wanted)
        sent_before = self._unknown.get(name)
        if base is None and sent_before is not None:
            base = _found(self.read(site_id)[0], wanted)  # the first try may have made it
        if base is None:
            fields = contact_form.wire_changes(None, wanted)

            def write() -> object:
                return contacts.add(site_id, fields, key)
        else:
            theirs = self._one(site_id, base)
            contact_id = theirs.contact_id
            is_ours = sent_before is not None and not contact_form.changed(sent_before, theirs)
            both = () if is_ours else contact_form.clashes(base, theirs, wanted)
            if both:
                raise BothChanged(both_words(both, contact_form.LABELS), theirs)
            changes = contact_form.wire_changes(theirs if is_ours else base, wanted)

            def write() -> object:
                return contacts.change(site_id, contact_id, changes, f"{key}-change") if changes else None

        asked = contact_form.changed(base, wanted) if base else tuple(contact_form.LABELS)

        def is_done(now: _Contacts) -> bool:
            found = _found(now, wanted)
            return found is not None and all(getattr(found, one) == getattr(wanted, one) for one in asked)

        try:
            now = self._sent(site_id, write, is_done, "Save again: it is not done twice.")
        except AnswerLost:
            self._unknown[name] = wanted
            raise
        self._unknown.pop(name, None)
        if _found(now, wanted) is None:
            raise NotConfirmed("The server does not list this contact. Read the list again.")
        return now

    def delete(self, site_id: str, base: Contact, key: str) -> _Contacts:
        """One that is gone already is fine. Raises BothChanged when it is not what the person saw."""
        try:
            theirs = self._one(site_id, base)
        except NotThere:
            return self.read(site_id)[0]
        both = contact_form.changed(base, theirs)
        if both:
            words = both_words(both, contact_form.LABELS)
            raise BothChanged(f"{words} Look at it and delete it again.", theirs)

        def write() -> None:
            with contextlib.suppress(NotThere):
                self._client.contacts.delete(site_id, theirs.contact_id, key)

        def is_done(now: _Contacts) -> bool:
            return _found(now, theirs) is None

        return self._sent(site_id, write, is_done, "Delete it again.")

    def reorder(
        self, site_id: str, base: Sequence[Contact], contacts: Sequence[Contact], key: str
    ) -> _Contacts:
        """Numbered 1, 2, 3... in the order given; only those whose number changes are sent. Raises BothChanged when the
        list is no longer `base`."""
        theirs, _ = self.read(site_id)
        if _order(theirs) != _order(base):
            raise BothChanged(
                "Somebody else changed the list of contacts since you read it. Nothing was sent; move it again.",
                theirs,
            )
        wanted = [replace(one, slot_number=str(place)) for place, one in enumerate(contacts, start=1)]

        def write() -> None:
            for old, new in zip(contacts, wanted, strict=True):
                if new.slot_number != old.slot_number:
                    changes = contact_form.wire_changes(old, new)
                    self._client.contacts.change(site_id, new.contact_id, changes, f"{key}-{new.slot_number}")

        return self._sent(site_id, write, lambda now: _order(now) == _order(wanted), "Move it again.")

    def ask_validation(self, site_id: str, contact: Contact) -> _Contacts:
        """Sends a text message: never twice by itself."""

        def is_done(now: _Contacts) -> bool:
            found = next((one for one in now if one.contact_id == contact.contact_id), None)
            return (
                found is not None
                and found.sms_validation is SmsValidation.PENDING
                and contact.sms_validation is not SmsValidation.PENDING
            )

        return self._sent(
            site_id,
            lambda: self._client.contacts.ask_validation(site_id, contact.contact_id),
            is_done,
            f"{contact.first_name} may have got the message; ask before you send another.",
        )

    def _sent(
        self, site_id: str, write: Callable[[], object], is_done: Callable[[_Contacts], bool], advice: str
    ) -> _Contacts:
        """The list afterwards. Without an answer the list itself says whether it was done, else AnswerLost."""
        try:
            write()
        except (Unreachable, ServerBroken, UnexpectedReply) as error:
            if isinstance(error, Unreachable) and not error.may_have_acted:
                raise
            return self._looked(site_id, error, is_done, advice)
        try:
            return self.read(site_id)[0]
        except WorldFailed as error:
            raise AnswerLost(
                f"Taken by the server, but the list could not be read: {error.sentence}",
                None,
                detail=error.detail,
            ) from error

    def _looked(
        self, site_id: str, lost: WorldFailed, is_done: Callable[[_Contacts], bool], advice: str
    ) -> _Contacts:
        try:
            with anew():  # it was tried for long enough
                now, _ = self.read(site_id)
        except WorldFailed as error:
            raise AnswerLost(
                f"Not confirmed: no answer came, and the contacts cannot be read. {advice}",
                None,
                detail=f"{lost.detail}; {error.detail}",
            ) from lost
        if is_done(now):
            return now
        raise AnswerLost(
            f"Not confirmed: {lost.sentence} The list does not show it. {advice}", now, detail=lost.detail
        ) from lost

    def _one(self, site_id: str, wanted: Contact) -> Contact:
        found = _found(self._client.contacts.list(site_id).values, wanted)
        if found is None:
            raise NotThere("Somebody else deleted this contact.", status=404)
        return found


def _name(contact: Contact) -> str:
    """The server gives the number, so a new one goes by our own id."""
    return contact.contact_id or contact.external_contact_id


def _found(contacts: Sequence[Contact], wanted: Contact) -> Contact | None:
    if wanted.contact_id:
        return next((one for one in contacts if one.contact_id == wanted.contact_id), None)
    return next((one for one in contacts if one.external_contact_id == wanted.external_contact_id), None)


def _order(contacts: Sequence[Contact]) -> list[tuple[str, str]]:
    return [(one.contact_id, one.slot_number) for one in contacts]
