"""Checks of an emergency contact before it is sent, and what a save would change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chekt_console.domain.contact import Contact

_MOST = 45  # every field of the service's form (chekt-api.md 1.2)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")  # \d would take digits of other scripts
_WIRE = {
    "first_name": "first_name",
    "last_name": "last_name",
    "title": "title",
    "phone_number": "phone_number",
    "email_address": "email_address",
    "slot_number": "slot_number",
    "is_sms_alarm_on": "sms_alarm_enabled",
    "is_email_alarm_on": "email_alarm_enabled",
}
LABELS = {
    "first_name": "First name",
    "last_name": "Last name",
    "title": "Title",
    "phone_number": "Phone",
    "email_address": "E-mail",
    "slot_number": "Order",
    "is_sms_alarm_on": "Text messages",
    "is_email_alarm_on": "E-mails",
}


def tidy_phone(text: str) -> str:
    """As E.164 where only blanks, dots, dashes and brackets stand in the way; 00 before the country is +."""
    plain = re.sub(r"[\s().\-/]", "", text)
    return f"+{plain[2:]}" if plain.startswith("00") else plain


def contact_errors(contact: Contact) -> dict[str, str]:
    found = {}
    for name, label in (("first_name", "a first name"), ("last_name", "a last name")):
        if not getattr(contact, name).strip():
            found[name] = f"Give {label}."
    phone, email = contact.phone_number, contact.email_address
    if phone and not _E164.fullmatch(phone):
        found["phone_number"] = "With the country first, like +1 415 555 2671."
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        found["email_address"] = "An e-mail address looks like name@company.com."
    if contact.is_sms_alarm_on and not phone:
        found["phone_number"] = "Text messages need a phone number."
    if contact.is_email_alarm_on and not email:
        found["email_address"] = "E-mails need an address."
    for name in _WIRE:
        text = getattr(contact, name)
        if isinstance(text, str) and len(text) > _MOST:
            found[name] = f"At most {_MOST} letters."
        elif isinstance(text, str) and not text.isprintable():
            found[name] = "It holds characters that cannot be shown."
    return found


def wire_changes(base: Contact | None, wanted: Contact) -> dict[str, object]:
    """All of a new contact; of a known one only what differs. Flags are 0 or 1 (quirk Q17)."""
    values = {name: getattr(wanted, name) for name in _WIRE}
    if base is None:
        return {"external_contact_id": wanted.external_contact_id, **on_wire(values)}
    return on_wire({name: value for name, value in values.items() if value != getattr(base, name)})


def on_wire(values: Mapping[str, str | bool]) -> dict[str, object]:
    return {_WIRE[name]: int(value) if isinstance(value, bool) else value for name, value in values.items()}


def clashes(base: Contact, theirs: Contact, wanted: Contact) -> tuple[str, ...]:
    """Fields that both changed since `base`, to different values."""
    return tuple(
        name
        for name in _WIRE
        if getattr(theirs, name) != getattr(base, name)
        and getattr(wanted, name) not in (getattr(base, name), getattr(theirs, name))
    )


def changed(base: Contact, theirs: Contact) -> tuple[str, ...]:
    """Fields that somebody else changed since `base`."""
    return tuple(name for name in _WIRE if getattr(theirs, name) != getattr(base, name))


def field_of_wire(name: str) -> str:
    return next((ours for ours, wire in _WIRE.items() if wire == name), name)


def in_order(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """As they are called; those without a place come last, in the order the server lists them."""

    def place(numbered: tuple[int, Contact]) -> tuple[int, int]:
        number, contact = numbered
        slot = contact.slot_number.strip()
        return (int(slot) if slot.isascii() and slot.isdecimal() else 10**9, number)

    return tuple(contact for _, contact in sorted(enumerate(contacts), key=place))
