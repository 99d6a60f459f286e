"""PUT /partner/v1/dealers/connect: binds the dealer who signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.api.wire.wire_reading import object_in

if TYPE_CHECKING:
    from chekt_console.api.transport import Transport

_PATH = "/partner/v1/dealers/connect"


class Dealers:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def connect(self, external_dealer_id: str, company_name: str, idempotency_key: str) -> str:
        """The dealer's id. A broken connection is tried again under the same key, so the sign-in is not lost with it."""
        body = {"external_dealer_id": external_dealer_id, "company_name": company_name}
        reply = self._transport.write(
            "PUT", _PATH, "the dealer account", body, idempotency_key=idempotency_key
        )
        return str(object_in(reply.json(), reply.endpoint).get("dealer_id", ""))
