"""Control calls that do what CHeKT does by hand: register a partner, and let the console in as one."""

from __future__ import annotations

import json
import secrets

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator.config import DEALER_ID, DEALER_NAME
from chekt_console.simulator.fields import refuse_unknown, text_of
from chekt_console.simulator.gateway import Gateway, body_of, gateway_of
from chekt_console.simulator.oauth_clients import (
    CONSOLE_CLIENT,
    SCOPES,
    Client,
    digest,
    find_client,
    new_secret,
    store_client,
)
from chekt_console.simulator.oauth_keys import public_key_of
from chekt_console.simulator.oauth_tokens import machine_tokens
from chekt_console.simulator.problem import Problem, invalid, json_reply

_FIELDS = ("name", "public_key", "kid", "redirect_uris", "scopes", "connect")


async def register(request: Request) -> Response:
    """`connect` true binds the dealer at once, so that a partner without a sign-in page can be tried."""
    gateway, body = gateway_of(request), await body_of(request)
    refuse_unknown(body, *_FIELDS)
    pem = text_of(body, "public_key", 20_000, is_required=True)
    try:
        public_key_of(pem)
    except ValueError as error:
        raise invalid("public_key", str(error)) from error
    kid = text_of(body, "kid", 100) or secrets.token_hex(8)
    if gateway.database.row("SELECT 1 FROM oauth_client WHERE kid = ?", kid):
        raise Problem(409, "Conflict", "This kid is taken", field="kid")
    scopes = _texts(body, "scopes", SCOPES)
    for scope in scopes:
        if scope not in SCOPES:
            raise invalid("scopes", f"Unknown scope {scope}")
    secret, name = new_secret(), text_of(body, "name", 100) or "Partner"
    client_id = secrets.token_hex(16)
    redirects = _texts(body, "redirect_uris", ("http://127.0.0.1/callback",))
    client = Client(client_id, name, digest(secret), kid, pem, redirects, scopes)
    await gateway.database.write(lambda connection: store_client(connection, client))
    if body.get("connect") is True:
        await _connect(gateway, client_id)
    return json_reply({"client_id": client_id, "client_secret": secret, "kid": kid, "scopes": scopes}, 201)


async def token(request: Request) -> Response:
    """An access token for the console that started this simulator, as the token call gives it, without a sign-in page."""
    gateway = gateway_of(request)
    client = find_client(gateway, CONSOLE_CLIENT)
    assert client is not None
    await _connect(gateway, client.client_id)
    return json_reply(machine_tokens(gateway, client, {}), 201)


async def _connect(gateway: Gateway, client_id: str) -> None:
    now_ms = gateway.clock.now_ms()
    about = json.dumps({"external_dealer_id": f"ext-{DEALER_ID}", "company_name": DEALER_NAME})
    await gateway.database.write(
        lambda connection: connection.execute(
            "INSERT OR IGNORE INTO partner_dealer VALUES (?, ?, ?, ?)",
            (int(DEALER_ID), client_id, about, now_ms),
        )
    )


def _texts(body: dict[str, object], field: str, default: tuple[str, ...]) -> tuple[str, ...]:
    found = body.get(field, list(default))
    if not isinstance(found, list) or not all(isinstance(one, str) and len(one) <= 500 for one in found):
        raise invalid(field, f"{field} must be an array of text")
    return tuple(found)


ROUTES = [
    Route("/_simulator/partners", register, methods=["POST"]),
    Route("/_simulator/token", token, methods=["POST"]),
]
