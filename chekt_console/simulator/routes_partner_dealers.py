"""A dealer binds itself to a partner and lets go again; monitoring stations; webhooks as they are registered."""

from __future__ import annotations

import json
import secrets
import sqlite3
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from chekt_console.simulator.clock import iso
from chekt_console.simulator.config import DEALER_ID
from chekt_console.simulator.faults import Faults
from chekt_console.simulator.fields import text_of
from chekt_console.simulator.gateway import body_of, gateway_of
from chekt_console.simulator.idempotency import Outcome, write_once
from chekt_console.simulator.partner_access import caller_of, dealer_row, route
from chekt_console.simulator.problem import Problem, invalid, json_reply, not_found
from chekt_console.simulator.webhook_bodies import WEBHOOK_EVENTS

_TEXTS = ("company_name", "company_address1", "company_address2", "company_email", "company_phone_number")
_TOP = 200


async def connect(request: Request) -> Response:
    """Needs the token of a signed-in dealer; done again it only changes names."""
    caller, body, now_ms = caller_of(request), await body_of(request), gateway_of(request).clock.now_ms()
    if not caller.is_user:
        raise Problem(403, "Forbidden", "Connecting needs the token of a signed-in dealer administrator")
    if "update:dealer" not in caller.scopes:
        raise Problem(403, "Forbidden", "The token lacks the scope update:dealer")
    about: dict[str, Any] = {
        "external_dealer_id": text_of(body, "external_dealer_id", _TOP, is_required=True)
    }
    about["company_name"] = text_of(body, "company_name", _TOP, is_required=True)

    def write(connection: sqlite3.Connection) -> Outcome:
        old = connection.execute(
            "SELECT * FROM partner_dealer WHERE dealer_id = ? AND client_id = ?",
            (DEALER_ID, caller.client_id),
        ).fetchone()
        kept = (json.loads(old["body"]) if old else {}) | about
        made_ms = old["created_ms"] if old else now_ms
        _store(connection, caller.client_id, kept, made_ms)
        return 200, _dealer(kept, made_ms)

    status, payload, headers = await write_once(request, write)
    return json_reply(payload, status, headers)


async def read_dealer(request: Request) -> Response:
    row = dealer_row(request)
    return json_reply(_dealer(json.loads(row["body"]), row["created_ms"]))


async def change_dealer(request: Request) -> Response:
    row, body, client_id = dealer_row(request), await body_of(request), caller_of(request).client_id
    about = json.loads(row["body"])
    for name in _TEXTS:
        if name in body:
            about[name] = text_of(body, name, _TOP, is_required=name == "company_name")

    def write(connection: sqlite3.Connection) -> Outcome:
        _store(connection, client_id, about, row["created_ms"])
        return 200, _dealer(about, row["created_ms"])

    status, payload, headers = await write_once(request, write)
    return json_reply(payload, status, headers)


async def disconnect(request: Request) -> Response:
    """The dealer's sites stay; the partner sees them no longer."""
    row = dealer_row(request)

    def write(connection: sqlite3.Connection) -> Outcome:
        connection.execute(
            "DELETE FROM partner_dealer WHERE dealer_id = ? AND client_id = ?",
            (row["dealer_id"], row["client_id"]),
        )
        return 204, None

    status, _, headers = await write_once(request, write)
    return Response(status_code=status, headers=headers)


async def list_stations(request: Request) -> Response:
    dealer_row(request)
    rows = gateway_of(request).database.rows(
        "SELECT * FROM monitoring_station ORDER BY monitoring_station_id"
    )
    return json_reply([_station(row) for row in rows])


async def add_station(request: Request) -> Response:
    dealer_row(request)
    body, now_ms = await body_of(request), gateway_of(request).clock.now_ms()
    external = text_of(body, "external_monitoring_station_id", 64, is_required=True)
    name = text_of(body, "name", _TOP, is_required=True)
    rest = (text_of(body, "prefix", 20), text_of(body, "linecard", 20))

    def write(connection: sqlite3.Connection) -> Outcome:
        if connection.execute(
            "SELECT 1 FROM monitoring_station WHERE external_monitoring_station_id = ?", (external,)
        ).fetchone():
            field = "external_monitoring_station_id"
            raise Problem(409, "Conflict", "This external_monitoring_station_id is taken", field=field)
        row = connection.execute(
            "INSERT INTO monitoring_station VALUES (NULL, ?, ?, ?, ?, ?) RETURNING *",
            (external, name, *rest, now_ms),
        ).fetchone()
        return 201, _station(row)

    status, payload, headers = await write_once(request, write)
    return json_reply(payload, status, headers)


async def list_webhooks(request: Request) -> Response:
    rows = gateway_of(request).database.rows(
        "SELECT * FROM partner_webhook WHERE client_id = ? ORDER BY created_ms, webhook_id",
        caller_of(request).client_id,
    )
    return json_reply([_webhook(row) for row in rows])


async def add_webhook(request: Request) -> Response:
    """Kept and shown, the secret never again. HTTPS only, save on this computer."""
    body, now_ms, client_id = (
        await body_of(request),
        gateway_of(request).clock.now_ms(),
        caller_of(request).client_id,
    )
    url, secret = text_of(body, "url", 500, is_required=True), text_of(body, "secret", 200, is_required=True)
    try:
        parts = urlsplit(url)
        is_good = parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        )
        is_good = is_good and bool(parts.hostname)
    except ValueError:
        is_good = False
    if not is_good:
        raise invalid("url", "url must be an https address")
    events = body.get("events")
    if not isinstance(events, list) or not events:
        raise invalid("events", "events must name at least one event type", is_required=True)
    _check_types(events, gateway_of(request).faults)
    webhook_id = f"webhook_{secrets.token_hex(8)}"

    def write(connection: sqlite3.Connection) -> Outcome:
        row = connection.execute(
            "INSERT INTO partner_webhook VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
            (webhook_id, client_id, url, json.dumps(events), secret, now_ms),
        ).fetchone()
        return 201, _webhook(row)

    status, payload, headers = await write_once(request, write)
    # Before the answer: what happens from now on is delivered.
    request.app.state.webhooks.take_partners(gateway_of(request))
    return json_reply(payload, status, headers)


def _check_types(events: list[object], faults: Faults) -> None:
    """All that are unknown are named, save where a fault keeps quiet about them. Raises Problem 400."""
    fault = faults.lacking_types()
    lacking = fault.word("types", []) if fault else []
    unknown = [one for one in events if one not in WEBHOOK_EVENTS or one in lacking]
    if unknown:
        is_named = fault is None or fault.word("is_named", True)
        words = ", ".join(f"{one!r:.80}" for one in unknown) if is_named else "in this list"
        raise invalid("events", f"Unknown event types {words}")


async def delete_webhook(request: Request) -> Response:
    webhook_id, client_id = request.path_params["webhook_id"], caller_of(request).client_id

    def write(connection: sqlite3.Connection) -> Outcome:
        if not connection.execute(
            "DELETE FROM partner_webhook WHERE webhook_id = ? AND client_id = ?", (webhook_id, client_id)
        ).rowcount:
            raise not_found("This webhook")
        return 204, None

    status, _, headers = await write_once(request, write)
    request.app.state.webhooks.take_partners(gateway_of(request))
    return Response(status_code=status, headers=headers)


def _store(connection: sqlite3.Connection, client_id: str, about: dict[str, Any], made_ms: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO partner_dealer VALUES (?, ?, ?, ?)",
        (int(DEALER_ID), client_id, json.dumps(about), made_ms),
    )


def _dealer(about: dict[str, Any], made_ms: int) -> dict[str, Any]:
    found = {"dealer_id": int(DEALER_ID), "external_dealer_id": about["external_dealer_id"]}
    return found | {name: about.get(name, "") for name in _TEXTS} | {"created_at": iso(made_ms)}


def _station(row: sqlite3.Row) -> dict[str, Any]:
    found = {name: row[name] for name in row.keys() if name != "created_ms"}  # noqa: SIM118  a Row has no names of its own
    return found | {"created_at": iso(row["created_ms"])}


def _webhook(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "webhook_id": row["webhook_id"], "url": row["url"], "events": json.loads(row["events"]),
        "created_at": iso(row["created_ms"]),
    }  # fmt: skip


_DEALER = "/dealers/{dealer_id}"
ROUTES = [
    route("/dealers/connect", connect, "", "PUT"),
    route(_DEALER, read_dealer, "read:dealer"),
    route(_DEALER, change_dealer, "update:dealer", "PATCH"),
    route(_DEALER, disconnect, "update:dealer", "DELETE"),
    route(f"{_DEALER}/monitoring-stations", list_stations, "read:monitoring_stations"),
    route(f"{_DEALER}/monitoring-stations", add_station, "create:monitoring_stations", "POST"),
    route("/webhooks", list_webhooks, "read:webhooks"),
    route("/webhooks", add_webhook, "create:webhooks", "POST"),
    route("/webhooks/{webhook_id}", delete_webhook, "delete:webhooks", "DELETE"),
]
