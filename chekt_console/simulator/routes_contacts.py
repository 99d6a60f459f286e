"""Writes of contacts under the public API, and the SMS by which a contact confirms its phone."""

from __future__ import annotations

import sqlite3

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator import contact_rows
from chekt_console.simulator import wire_observed as wire
from chekt_console.simulator.answers import answer
from chekt_console.simulator.gateway import body_of, gateway_of, number, site_row
from chekt_console.simulator.idempotency import Outcome, write_once
from chekt_console.simulator.problem import Problem, invalid


async def add_contact(request: Request) -> Response:
    site_id, body = site_row(request)["site_id"], await body_of(request)
    external, values = contact_rows.external_id(body), contact_rows.checked(body, None)

    def write(connection: sqlite3.Connection) -> Outcome:
        return 201, wire.contact(contact_rows.add(connection, site_id, external, values))

    status, payload, headers = await write_once(request, write)
    headers |= {"Location": f"/ext/v1/sites/{site_id}/contacts/{payload['contact_id']}"}
    return answer(gateway_of(request), "contact", payload, status, headers)


async def change_contact(request: Request) -> Response:
    """What is not sent stays; the external id can never change."""
    site_id, body = site_row(request)["site_id"], await body_of(request)
    contact_id = number(request.path_params["contact_id"])
    if "external_contact_id" in body:
        raise invalid("external_contact_id", "external_contact_id cannot be changed")

    def write(connection: sqlite3.Connection) -> Outcome:
        old = contact_rows.read(connection, site_id, contact_id)
        return 200, wire.contact(contact_rows.change(connection, old, contact_rows.checked(body, old)))

    status, payload, headers = await write_once(request, write)
    return answer(gateway_of(request), "contact", payload, status, headers)


async def delete_contact(request: Request) -> Response:
    site_id, contact_id = site_row(request)["site_id"], number(request.path_params["contact_id"])

    def write(connection: sqlite3.Connection) -> Outcome:
        contact_rows.delete(connection, site_id, contact_id)
        return 204, None

    status, _, headers = await write_once(request, write)
    return Response(status_code=status, headers=headers)


async def ask_validation(request: Request) -> Response:
    """An SMS is on its way; until the person answers it the contact is pending."""
    gateway, site_id = gateway_of(request), site_row(request)["site_id"]
    contact_id, now_ms = number(request.path_params["contact_id"]), gateway.clock.now_ms()

    def write(connection: sqlite3.Connection) -> Outcome:
        old = contact_rows.read(connection, site_id, contact_id)
        if not old["phone_number"]:
            raise Problem(409, "Conflict", "This contact has no phone number", field="phone_number")
        connection.execute(
            "UPDATE contact SET validated = 0, validation_requested_ms = ? WHERE contact_id = ?",
            (now_ms, contact_id),
        )
        return 202, wire.contact(contact_rows.read(connection, site_id, contact_id))

    status, payload, headers = await write_once(request, write)
    return answer(gateway, "contact", payload, status, headers)


_CONTACT = "/ext/v1/sites/{site_id}/contacts/{contact_id}"
ROUTES = [
    Route("/ext/v1/sites/{site_id}/contacts", add_contact, methods=["POST"]),
    Route(_CONTACT, change_contact, methods=["PUT"]),
    Route(_CONTACT, delete_contact, methods=["DELETE"]),
    Route(f"{_CONTACT}/validation", ask_validation, methods=["POST"]),
]
