"""Who may call what under /partner/v1: the scope of the token, the dealer it is for, and whether they are connected."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator.config import DEALER_ID
from chekt_console.simulator.gateway import Gateway, gateway_of, number
from chekt_console.simulator.oauth_tokens import Caller
from chekt_console.simulator.problem import Problem, not_found

Handler = Callable[[Request], Awaitable[Response]]


def caller_of(request: Request) -> Caller:
    return cast("Caller", request.state.caller)


def route(path: str, handler: Handler, scope: str, method: str = "GET") -> Route:
    """`scope`: what the token must hold; empty for calls that look for themselves."""

    async def checked(request: Request) -> Response:
        if scope and scope not in caller_of(request).scopes:
            raise Problem(403, "Forbidden", f"The token lacks the scope {scope}")
        return await handler(request)

    found = Route(f"/partner/v1{path}", checked, methods=[method])
    found.name = handler.__name__
    return found


def dealer_row(request: Request) -> sqlite3.Row:
    """The connection of the caller to the dealer in the path. Raises Problem 403 or 404."""
    caller, given = caller_of(request), request.path_params["dealer_id"]
    dealer_id = number(given)
    if caller.dealer_id and str(dealer_id) != caller.dealer_id:
        raise Problem(403, "Forbidden", "The token is for another dealer")
    row = gateway_of(request).database.row(
        "SELECT * FROM partner_dealer WHERE dealer_id = ? AND client_id = ?", dealer_id, caller.client_id
    )
    if row is None:
        raise not_found(f"Dealer {given}, connected to this partner,")
    return row


def partner_site_row(request: Request) -> sqlite3.Row:
    """Raises Problem 403 or 404."""
    dealer_row(request)
    row = gateway_of(request).database.row(
        f"{SITE} WHERE site_id = ?", number(request.path_params["site_id"])
    )
    if row is None:
        raise not_found(f"Site {request.path_params['site_id']}")
    return row


def is_connected(gateway: Gateway, caller: Caller) -> bool:
    """Whether the caller may speak of the one dealer that this gateway has."""
    if caller.dealer_id not in ("", DEALER_ID):
        return False
    return (
        gateway.database.remembered("SELECT 1 FROM partner_dealer WHERE client_id = ?", caller.client_id)
        is not None
    )


async def rows_of(request: Request, top: int) -> list[Any]:
    """The JSON array sent. Raises Problem 400 or 413."""
    raw = await request.body()
    if len(raw) > 4_000_000:
        raise Problem(413, "PayloadTooLarge", "The body is larger than 4 MB")
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "ValidationError", f"The body is not valid JSON: {error}") from error
    if not isinstance(found, list) or not found:
        raise Problem(400, "ValidationError", "The body must be an array with at least one row")
    if len(found) > top:
        raise Problem(400, "ValidationError", f"At most {top} rows a call")
    return found


# Sites that no partner made show their reference as external id, the panel they follow as their type, and while they are
# active one of the two stations: somebody hears their alarms.
_STATION = """CASE WHEN partner_site.site_id IS NULL AND site.status = 'active' THEN 1 + site.site_id % 2
ELSE partner_site.monitoring_station_id END"""
SITE = f"""SELECT site.*, coalesce(external_site_id, account_reference_id) AS external_site_id,
coalesce(address2, '') AS address2, {_STATION} AS monitoring_station_id, external_monitoring_station_id,
coalesce(security_type, CASE WHEN follows_panel THEN 1 ELSE 3 END) AS security_type,
coalesce(is_on, 1) AS is_monitored, coalesce(reason, '') AS monitoring_reason
FROM site LEFT JOIN partner_site USING (site_id) LEFT JOIN site_monitoring USING (site_id)
LEFT JOIN monitoring_station ON monitoring_station.monitoring_station_id = {_STATION}"""
