"""Emergency contacts of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from chekt_console.api.paths import site_path
from chekt_console.api.wire.wire_contacts import WireContact, to_contact
from chekt_console.api.wire.wire_reading import read_one, read_rows, rows_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chekt_console.api.rows import Rows
    from chekt_console.api.transport import Transport
    from chekt_console.domain.contact import Contact

_WHAT = "the contact"


class Contacts:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, site_id: str) -> Rows[Contact]:
        reply = self._transport.get(site_path(site_id, "contacts"), "the contacts")
        raw = rows_in(reply.json(), reply.endpoint, "contacts")
        return read_rows(raw, WireContact, to_contact, endpoint=reply.endpoint, what="Contact")

    def add(self, site_id: str, fields: Mapping[str, object], idempotency_key: str) -> Contact:
        """`fields` by their names on the wire, `external_contact_id` among them."""
        path = site_path(site_id, "contacts")
        return self._written("POST", path, fields, idempotency_key)

    def change(
        self, site_id: str, contact_id: str, fields: Mapping[str, object], idempotency_key: str
    ) -> Contact:
        """What is not sent stays; the external id cannot change."""
        path = site_path(site_id, "contacts", quote(contact_id, safe=""))
        return self._written("PUT", path, fields, idempotency_key)

    def delete(self, site_id: str, contact_id: str, idempotency_key: str) -> None:
        path = site_path(site_id, "contacts", quote(contact_id, safe=""))
        self._transport.write("DELETE", path, _WHAT, idempotency_key=idempotency_key)

    def ask_validation(self, site_id: str, contact_id: str) -> None:
        """Sends a text message to a real phone: asked once, never repeated by itself."""
        path = site_path(site_id, "contacts", quote(contact_id, safe=""), "validation")
        self._transport.write("POST", path, "the validation of the contact")

    def _written(self, method: str, path: str, fields: Mapping[str, object], idempotency_key: str) -> Contact:
        """A server that answers without the contact is asked for the list by whoever called."""
        reply = self._transport.write(method, path, _WHAT, dict(fields), idempotency_key=idempotency_key)
        return to_contact(read_one(reply.json(), WireContact, reply.endpoint))
