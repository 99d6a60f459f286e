"""Emergency contacts of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.api.paths import site_path
from chekt_console.api.wire.wire_contacts import WireContact, to_contact
from chekt_console.api.wire.wire_reading import read_rows, rows_in

if TYPE_CHECKING:
    from chekt_console.api.rows import Rows
    from chekt_console.api.transport import Transport
    from chekt_console.domain.contact import Contact


class Contacts:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, site_id: str) -> Rows[Contact]:
        reply = self._transport.get(site_path(site_id, "contacts"), "the contacts")
        raw = rows_in(reply.json(), reply.endpoint, "contacts")
        return read_rows(raw, WireContact, to_contact, endpoint=reply.endpoint, what="Contact")
