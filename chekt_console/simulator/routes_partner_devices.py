"""Devices of a site in bulk: every row has its own result, and a bad one does not lose the good ones."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from chekt_console.simulator.fields import text_of
from chekt_console.simulator.gateway import gateway_of
from chekt_console.simulator.idempotency import Outcome, write_once
from chekt_console.simulator.partner_access import partner_site_row, route, rows_of
from chekt_console.simulator.problem import Problem, invalid, json_reply, not_found, row_error

_MAX_ROWS = 500
_ZONE = re.compile(r"\d{1,5}")
_MAC = re.compile(r"[0-9A-F]{12}")
_DEVICE = """SELECT device.*, additional_zone_numbers, manufacturer FROM device
LEFT JOIN partner_device USING (device_id)"""
RowWork = Callable[[sqlite3.Connection, int, dict[str, Any], int], dict[str, Any]]


async def list_devices(request: Request) -> Response:
    site_id = partner_site_row(request)["site_id"]
    rows = gateway_of(request).database.rows(
        f"{_DEVICE} WHERE site_id = ? AND kind IN ('camera', 'bridge') ORDER BY device_id", site_id
    )
    return json_reply([_device(row) for row in rows])


async def add_devices(request: Request) -> Response:
    return await _each(request, _add, 201)


async def change_devices(request: Request) -> Response:
    return await _each(request, _change, 200)


async def delete_devices(request: Request) -> Response:
    return await _each(request, _delete, 200)


async def _each(request: Request, work: RowWork, status: int) -> Response:
    gateway, site_id = gateway_of(request), partner_site_row(request)["site_id"]
    rows, now_ms = await rows_of(request, _MAX_ROWS), gateway.clock.now_ms()

    def write(connection: sqlite3.Connection) -> Outcome:
        results = [_tried(connection, work, site_id, row, now_ms) for row in rows]
        good = sum(bool(result["is_successful"]) for result in results)
        return status, {"success_count": good, "failure_count": len(results) - good, "results": results}

    found, payload, headers = await write_once(request, write)
    return json_reply(payload, found, headers)


def _tried(
    connection: sqlite3.Connection, work: RowWork, site_id: int, row: object, now_ms: int
) -> dict[str, Any]:
    external = row.get("external_device_id") if isinstance(row, dict) else None
    shown = external if isinstance(external, str) else ""
    try:
        if not isinstance(row, dict):
            raise Problem(400, "ValidationError", "A row must be an object")
        device = work(connection, site_id, row, now_ms)
    except Problem as problem:
        return {"is_successful": False, "external_device_id": shown, "error": row_error(problem)}
    return {"is_successful": True, "external_device_id": shown, "device": device}


def _add(connection: sqlite3.Connection, site_id: int, row: dict[str, Any], now_ms: int) -> dict[str, Any]:
    external, kind = _external(row), row.get("device_type")
    if kind not in ("camera", "bridge"):
        raise invalid("device_type", "device_type must be camera or bridge", is_required=kind is None)
    if _find(connection, site_id, external) is not None:
        raise Problem(409, "Conflict", "This external_device_id is taken", field="external_device_id")
    values = _values(row, None)
    device_id = connection.execute("SELECT coalesce(max(device_id), 0) + 1 FROM device").fetchone()[0]
    channel = connection.execute(
        "SELECT count(*) FROM device WHERE kind = 'camera' AND mac = ?", (values["mac"],)
    ).fetchone()[0]
    connection.execute(
        f"INSERT INTO device VALUES ({', '.join('?' * 21)})",
        (
            device_id, site_id, kind, values["name"] or external, external, None, "offline", now_ms, values["model"],
            "", values["serial"], values["mac"], channel if kind == "camera" else None, values["zone"],
            "", None, 0, 0, 0, 0, "",
        ),
    )  # fmt: skip
    _keep_more(connection, device_id, values)
    return _read(connection, device_id)


def _change(
    connection: sqlite3.Connection, site_id: int, row: dict[str, Any], _now_ms: int
) -> dict[str, Any]:
    old = _known(connection, site_id, row)
    if row.get("device_type", old["kind"]) != old["kind"]:
        raise invalid("device_type", "device_type cannot be changed")
    values = _values(row, old)
    connection.execute(
        "UPDATE device SET name = ?, model = ?, serial = ?, mac = ?, zone_number = ? WHERE device_id = ?",
        (values["name"], values["model"], values["serial"], values["mac"], values["zone"], old["device_id"]),
    )
    _keep_more(connection, old["device_id"], values)
    return _read(connection, old["device_id"])


def _delete(
    connection: sqlite3.Connection, site_id: int, row: dict[str, Any], _now_ms: int
) -> dict[str, Any]:
    old = _known(connection, site_id, row)
    connection.execute("DELETE FROM device WHERE device_id = ?", (old["device_id"],))
    connection.execute("DELETE FROM partner_device WHERE device_id = ?", (old["device_id"],))
    return _device(old)


def _values(row: dict[str, Any], old: sqlite3.Row | None) -> dict[str, Any]:
    """Raises Problem 400."""
    mac = text_of(row, "mac", 17, default=old["mac"] if old else "").replace(":", "").replace("-", "").upper()
    if mac and not _MAC.fullmatch(mac):
        raise invalid("mac", "mac must be 12 hexadecimal digits")
    more = text_of(
        row, "additional_zone_numbers", 200, default=(old["additional_zone_numbers"] or "") if old else ""
    )
    if more and not all(_ZONE.fullmatch(part.strip()) for part in more.split(",")):
        raise invalid("additional_zone_numbers", 'additional_zone_numbers must be like "002,003"')
    zone: int | None
    if old is not None and "zone_number" not in row:
        zone = old["zone_number"]
    else:
        text = text_of(row, "zone_number", 5, is_required=True)
        if not _ZONE.fullmatch(text) or not text.isascii():
            raise invalid("zone_number", 'zone_number must be digits like "001"')
        zone = int(text)
    return {
        "name": text_of(row, "name", 100, default=old["name"] if old else ""),
        "model": text_of(row, "model", 100, default=old["model"] if old else ""),
        "serial": text_of(row, "serial_number", 100, default=old["serial"] if old else ""),
        "manufacturer": text_of(row, "manufacturer", 100, default=(old["manufacturer"] or "") if old else ""),
        "mac": mac,
        "more": more,
        "zone": zone,
    }


def _external(row: dict[str, Any]) -> str:
    return text_of(row, "external_device_id", 64, is_required=True)


def _find(connection: sqlite3.Connection, site_id: int, external: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute(
        f"{_DEVICE} WHERE site_id = ? AND external_id = ? AND kind IN ('camera', 'bridge')",
        (site_id, external),
    ).fetchone()
    return found


def _known(connection: sqlite3.Connection, site_id: int, row: dict[str, Any]) -> sqlite3.Row:
    external = _external(row)
    found = _find(connection, site_id, external)
    if found is None:
        raise not_found(f"Device {external}")
    return found


def _keep_more(connection: sqlite3.Connection, device_id: int, values: dict[str, Any]) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO partner_device VALUES (?, ?, ?)",
        (device_id, values["more"], values["manufacturer"]),
    )


def _read(connection: sqlite3.Connection, device_id: int) -> dict[str, Any]:
    return _device(connection.execute(f"{_DEVICE} WHERE device_id = ?", (device_id,)).fetchone())


def _device(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "device_id": row["device_id"],
        "external_device_id": row["external_id"],
        "device_type": row["kind"],
        "zone_number": None if row["zone_number"] is None else f"{row['zone_number']:03d}",
        "additional_zone_numbers": row["additional_zone_numbers"] or "",
        "name": row["name"],
        "mac": row["mac"],
        "manufacturer": row["manufacturer"] or "",
        "model": row["model"],
        "serial_number": row["serial"],
        "status": row["status"],
    }


_DEVICES = "/dealers/{dealer_id}/sites/{site_id}/devices"
ROUTES = [
    route(_DEVICES, list_devices, "read:devices"),
    route(_DEVICES, add_devices, "create:devices", "POST"),
    route(_DEVICES, change_devices, "update:devices", "PATCH"),
    route(_DEVICES, delete_devices, "delete:devices", "DELETE"),
]
