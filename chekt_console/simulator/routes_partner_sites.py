"""Sites, arming settings and contacts as a partner keeps them in step; the same sites as under the public API."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from chekt_console.simulator import contact_rows
from chekt_console.simulator.clock import iso
from chekt_console.simulator.fields import flag_of, text_of, zone_of
from chekt_console.simulator.gateway import Gateway, body_of, count_of, gateway_of, number
from chekt_console.simulator.idempotency import Outcome, write_once
from chekt_console.simulator.partner_access import SITE, dealer_row, partner_site_row, route
from chekt_console.simulator.problem import Problem, invalid, json_reply, not_found

_MAX_PAGE = 1000
_SECURITY_TYPES = (1, 2, 3, 4)
_CHILDREN = (
    "partition",
    "arming",
    "arming_command",
    "device",
    "contact",
    "schedule",
    "event",
    "partner_site",
    "site_monitoring",
    "site",
)


async def list_sites(request: Request) -> Response:
    """A bare array; `limit` and `offset` go through a long one."""
    dealer_row(request)
    query = request.query_params
    limit = count_of(query.get("limit"), "limit", _MAX_PAGE, _MAX_PAGE)
    offset = number(query.get("offset", "0"))
    if offset is None:
        raise invalid("offset", "offset must be a whole number from 0")
    rows = gateway_of(request).database.rows(f"{SITE} ORDER BY number LIMIT ? OFFSET ?", limit, offset)
    return json_reply([_site(row) for row in rows])


async def one_site(request: Request) -> Response:
    return json_reply(_site(partner_site_row(request)))


async def add_site(request: Request) -> Response:
    dealer_row(request)
    gateway, body = gateway_of(request), await body_of(request)
    external = text_of(body, "external_site_id", 64, is_required=True)
    values, now_ms = _checked(gateway, body, None), gateway.clock.now_ms()

    def write(connection: sqlite3.Connection) -> Outcome:
        if connection.execute(
            f"{SITE} WHERE coalesce(external_site_id, account_reference_id) = ?", (external,)
        ).fetchone():
            raise Problem(409, "Conflict", "This external_site_id is taken", field="external_site_id")
        site_id, row_number = connection.execute(
            "SELECT coalesce(max(site_id), 0) + 1, coalesce(max(number), -1) + 1 FROM site"
        ).fetchone()
        connection.execute(
            f"INSERT INTO site VALUES ({', '.join('?' * 16)})",
            (
                site_id, row_number, values["name"], "shop", values["address1"], "", "", "", values["timezone"],
                values["account_number"], external, "inactive", 0, 0, now_ms, now_ms,
            ),
        )  # fmt: skip
        connection.execute("INSERT INTO arming VALUES (?, 0, 'disarmed', '', ?)", (site_id, now_ms))
        connection.execute(
            "INSERT INTO partner_site VALUES (?, ?, ?, ?, 3)",
            (site_id, external, values["address2"], values["monitoring_station_id"]),
        )
        return 201, _site(connection.execute(f"{SITE} WHERE site_id = ?", (site_id,)).fetchone())

    status, payload, headers = await write_once(request, write)
    return json_reply(payload, status, headers)


async def change_site(request: Request) -> Response:
    gateway, old, body = gateway_of(request), partner_site_row(request), await body_of(request)
    if body.get("external_site_id", old["external_site_id"]) != old["external_site_id"]:
        raise invalid("external_site_id", "external_site_id cannot be changed")
    values, now_ms, site_id = _checked(gateway, body, old), gateway.clock.now_ms(), old["site_id"]
    is_active, monitoring = flag_of(body, "is_activated", int(old["status"] == "active")), _monitoring(body)

    def write(connection: sqlite3.Connection) -> Outcome:
        # Only what was sent, over what is there by now: others change sites too, and an address that was not touched keeps
        # its city and state.
        now = _row(connection, site_id)
        name, timezone, account_number, address2, station = (
            values[field] if field in body else now[field]
            for field in ("name", "timezone", "account_number", "address2", "monitoring_station_id")
        )
        connection.execute(
            "UPDATE site SET name = ?, timezone = ?, account_number = ?, updated_ms = ? WHERE site_id = ?",
            (name, timezone, account_number, now_ms, site_id),
        )
        if "address1" in body:
            connection.execute(
                "UPDATE site SET street = ?, city = '', state = '', zip = '' WHERE site_id = ?",
                (values["address1"], site_id),
            )
        if "is_activated" in body:
            status = "active" if is_active else "inactive"
            connection.execute("UPDATE site SET status = ? WHERE site_id = ?", (status, site_id))
        if "monitoring_enabled" in body:
            connection.execute(
                "INSERT OR REPLACE INTO site_monitoring VALUES (?, ?, ?, ?)", (site_id, *monitoring, now_ms)
            )
        _keep(connection, now, address2, station, now["security_type"])
        return 200, _site(_row(connection, site_id))

    status, payload, headers = await write_once(request, write)
    return json_reply(payload, status, headers)


async def delete_site(request: Request) -> Response:
    """With everything that belongs to it."""
    site_id = partner_site_row(request)["site_id"]

    def write(connection: sqlite3.Connection) -> Outcome:
        connection.execute(
            "DELETE FROM partner_device WHERE device_id IN (SELECT device_id FROM device WHERE site_id = ?)",
            (site_id,),
        )
        for table in _CHILDREN:
            connection.execute(f"DELETE FROM {table} WHERE site_id = ?", (site_id,))
        return 204, None

    status, _, headers = await write_once(request, write)
    return Response(status_code=status, headers=headers)


async def read_arming_settings(request: Request) -> Response:
    return json_reply(_settings(partner_site_row(request)))


async def change_arming_settings(request: Request) -> Response:
    old, body = partner_site_row(request), await body_of(request)
    wanted = body.get("security_type")
    if isinstance(wanted, bool) or wanted not in _SECURITY_TYPES:
        raise invalid("security_type", "security_type must be 1, 2, 3 or 4", is_required=wanted is None)

    def write(connection: sqlite3.Connection) -> Outcome:
        now = _row(connection, old["site_id"])
        _keep(connection, now, now["address2"], now["monitoring_station_id"], int(wanted))
        # Sites that follow their panel refuse arming by the public API.
        connection.execute(
            "UPDATE site SET follows_panel = ? WHERE site_id = ?", (int(wanted in (1, 2)), old["site_id"])
        )
        return 200, _settings(_row(connection, old["site_id"]))

    status, payload, headers = await write_once(request, write)
    return json_reply(payload, status, headers)


async def list_contacts(request: Request) -> Response:
    site_id = partner_site_row(request)["site_id"]
    rows = gateway_of(request).database.rows(
        "SELECT * FROM contact WHERE site_id = ? ORDER BY contact_id", site_id
    )
    return json_reply([_contact(row) for row in rows])


async def one_contact(request: Request) -> Response:
    return json_reply(_contact(_contact_row(request, partner_site_row(request)["site_id"])))


async def add_contact(request: Request) -> Response:
    site_id, body = partner_site_row(request)["site_id"], _renamed(await body_of(request))
    external, values = contact_rows.external_id(body), contact_rows.checked(body, None)

    def write(connection: sqlite3.Connection) -> Outcome:
        return 201, _contact(contact_rows.add(connection, site_id, external, values))

    status, payload, headers = await write_once(request, write)
    return json_reply(payload, status, headers)


async def change_contact(request: Request) -> Response:
    site_id, body = partner_site_row(request)["site_id"], _renamed(await body_of(request))
    old = _contact_row(request, site_id)
    if body.get("external_contact_id", old["external_contact_id"]) != old["external_contact_id"]:
        raise invalid("external_contact_id", "external_contact_id cannot be changed")
    values = contact_rows.checked(body, old)

    def write(connection: sqlite3.Connection) -> Outcome:
        return 200, _contact(contact_rows.change(connection, old, values))

    status, payload, headers = await write_once(request, write)
    return json_reply(payload, status, headers)


async def delete_contact(request: Request) -> Response:
    site_id, contact_id = partner_site_row(request)["site_id"], number(request.path_params["contact_id"])

    def write(connection: sqlite3.Connection) -> Outcome:
        contact_rows.delete(connection, site_id, contact_id)
        return 204, None

    status, _, headers = await write_once(request, write)
    return Response(status_code=status, headers=headers)


def _row(connection: sqlite3.Connection, site_id: int) -> sqlite3.Row:
    """Raises Problem 404: it may have been deleted since the request came."""
    row: sqlite3.Row | None = connection.execute(f"{SITE} WHERE site_id = ?", (site_id,)).fetchone()
    if row is None:
        raise not_found(f"Site {site_id}")
    return row


def _contact_row(request: Request, site_id: int) -> sqlite3.Row:
    given = request.path_params["contact_id"]
    row = gateway_of(request).database.row(
        "SELECT * FROM contact WHERE site_id = ? AND contact_id = ?", site_id, number(given)
    )
    if row is None:
        raise not_found(f"Contact {given}")
    return row


def _checked(gateway: Gateway, body: Mapping[str, Any], old: sqlite3.Row | None) -> dict[str, Any]:
    """Raises Problem 400."""
    needs_name = old is None or "name" in body
    station = body.get("monitoring_station_id", old["monitoring_station_id"] if old else None)
    if station is not None:
        station = number(station)
        if not gateway.database.row(
            "SELECT 1 FROM monitoring_station WHERE monitoring_station_id = ?", station
        ):
            raise invalid("monitoring_station_id", "There is no such monitoring station")
    return {
        "name": text_of(body, "name", 100, is_required=needs_name, default=old["name"] if old else ""),
        "timezone": zone_of(body, "timezone", old["timezone"] if old else ""),
        "account_number": text_of(body, "account_number", 45, default=old["account_number"] if old else ""),
        "address1": text_of(body, "address1", 200, default=old["street"] if old else ""),
        "address2": text_of(body, "address2", 200, default=old["address2"] if old else ""),
        "monitoring_station_id": station,
    }


def _monitoring(body: Mapping[str, Any]) -> tuple[int, str]:
    """On or off (ours: no document names a call), and why: off needs a reason. Raises Problem 400."""
    is_on = body.get("monitoring_enabled", True)
    if not isinstance(is_on, bool) and is_on not in (0, 1):
        raise invalid("monitoring_enabled", "monitoring_enabled must be true or false")
    return int(is_on), text_of(body, "monitoring_reason", 200, is_required=not is_on)


def _keep(
    connection: sqlite3.Connection, old: sqlite3.Row, address2: str, station: int | None, kind: int
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO partner_site VALUES (?, ?, ?, ?, ?)",
        (old["site_id"], old["external_site_id"], address2, station, kind),
    )


def _site(row: sqlite3.Row) -> dict[str, Any]:
    place = " ".join(part for part in (row["state"], row["zip"]) if part)
    return {
        "site_id": row["site_id"],
        "external_site_id": row["external_site_id"],
        "name": row["name"],
        "monitoring_station_id": row["monitoring_station_id"],
        "external_monitoring_station_id": row["external_monitoring_station_id"],
        "account_number": row["account_number"],
        "address1": ", ".join(part for part in (row["street"], row["city"], place) if part),
        "address2": row["address2"],
        "timezone": row["timezone"],
        "is_activated": int(row["status"] == "active"),
        "monitoring_enabled": bool(row["is_monitored"]),
        "monitoring_reason": row["monitoring_reason"],
        "created_at": iso(row["created_ms"]),
    }


def _settings(row: sqlite3.Row) -> dict[str, Any]:
    return {name: row[name] for name in ("site_id", "external_site_id", "name", "security_type")}


def _renamed(body: dict[str, Any]) -> dict[str, Any]:
    """The partner's name of the e-mail field is another one than the public API's."""
    return {"email_address" if name == "email" else name: value for name, value in body.items()}


def _contact(row: sqlite3.Row) -> dict[str, Any]:
    names = ("contact_id", "external_contact_id", "first_name", "last_name", "phone_number")
    return {name: row[name] for name in names} | {"email": row["email_address"]}


_SITES = "/dealers/{dealer_id}/sites"
_SITE = f"{_SITES}/{{site_id}}"
_CONTACT = f"{_SITE}/contacts/{{contact_id}}"
ROUTES = [
    route(_SITES, list_sites, "read:sites"),
    route(_SITES, add_site, "create:sites", "POST"),
    route(_SITE, one_site, "read:sites"),
    route(_SITE, change_site, "update:sites", "PATCH"),
    route(_SITE, delete_site, "delete:sites", "DELETE"),
    route(f"{_SITE}/arming-settings", read_arming_settings, "read:arming_settings"),
    route(f"{_SITE}/arming-settings", change_arming_settings, "update:arming_settings", "PATCH"),
    route(f"{_SITE}/contacts", list_contacts, "read:site_contacts"),
    route(f"{_SITE}/contacts", add_contact, "create:site_contacts", "POST"),
    route(_CONTACT, one_contact, "read:site_contacts"),
    route(_CONTACT, change_contact, "update:site_contacts", "PATCH"),
    route(_CONTACT, delete_contact, "delete:site_contacts", "DELETE"),
]
