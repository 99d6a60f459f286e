"""Contacts as rows: one table, written by the public and by the partner API."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from chekt_console.simulator.fields import flag_of, text_of
from chekt_console.simulator.problem import Problem, invalid, not_found

_TEXTS = ("first_name", "last_name", "title", "phone_number", "email_address", "slot_number")
COLUMNS = (*_TEXTS, "sms_alarm_enabled", "email_alarm_enabled")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_TOP, _EXTERNAL_TOP = 45, 64


def checked(body: Mapping[str, Any], old: sqlite3.Row | None) -> dict[str, Any]:
    """Every column of a contact; what is not sent stays as it was. Raises Problem 400."""
    found: dict[str, Any] = {}
    for name in _TEXTS:
        is_name = name in ("first_name", "last_name")
        before = old[name] if old else ""
        found[name] = text_of(
            body, name, _TOP, is_required=is_name and (not old or name in body), default=before
        )
    for name in ("sms_alarm_enabled", "email_alarm_enabled"):
        found[name] = flag_of(body, name, old[name] if old else 0)
    if "phone_number" in body and found["phone_number"] and not _PHONE.fullmatch(found["phone_number"]):
        raise invalid("phone_number", "phone_number must be like +14155552671")
    if "email_address" in body and found["email_address"] and "@" not in found["email_address"][1:-1]:
        raise invalid("email_address", "email_address must be an e-mail address")
    return found


def external_id(body: Mapping[str, Any]) -> str:
    return text_of(body, "external_contact_id", _EXTERNAL_TOP, is_required=True)


def add(
    connection: sqlite3.Connection, site_id: int, external: str, values: Mapping[str, Any]
) -> sqlite3.Row:
    """Raises Problem 409 for an external id that the site has already."""
    taken = connection.execute(
        "SELECT 1 FROM contact WHERE site_id = ? AND external_contact_id = ?", (site_id, external)
    ).fetchone()
    if taken:
        raise Problem(
            409, "Conflict", "This external_contact_id is taken at this site", field="external_contact_id"
        )
    contact_id = connection.execute("SELECT max(contact_id) + 1 FROM contact").fetchone()[0] or 1
    connection.execute(
        f"INSERT INTO contact VALUES ({', '.join('?' * 13)})",
        (contact_id, site_id, external, *(values[name] for name in COLUMNS), 0, None),
    )
    return read(connection, site_id, contact_id)


def change(connection: sqlite3.Connection, old: sqlite3.Row, values: Mapping[str, Any]) -> sqlite3.Row:
    """Another phone number has to be validated anew."""
    sets = ", ".join(f"{name} = ?" for name in COLUMNS)
    connection.execute(
        f"UPDATE contact SET {sets} WHERE contact_id = ?",
        (*(values[name] for name in COLUMNS), old["contact_id"]),
    )
    if values["phone_number"] != old["phone_number"]:
        connection.execute(
            "UPDATE contact SET validated = 0, validation_requested_ms = NULL WHERE contact_id = ?",
            (old["contact_id"],),
        )
    return read(connection, old["site_id"], old["contact_id"])


def read(connection: sqlite3.Connection, site_id: int, contact_id: int | None) -> sqlite3.Row:
    """Raises Problem 404."""
    found = connection.execute(
        "SELECT * FROM contact WHERE site_id = ? AND contact_id = ?", (site_id, contact_id)
    ).fetchone()
    if found is None:
        raise not_found("This contact")
    assert isinstance(found, sqlite3.Row)
    return found


def delete(connection: sqlite3.Connection, site_id: int, contact_id: int | None) -> None:
    """Raises Problem 404."""
    read(connection, site_id, contact_id)
    connection.execute("DELETE FROM contact WHERE contact_id = ?", (contact_id,))
