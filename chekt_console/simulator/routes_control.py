"""Levers for tests and demonstrations; each needs the control token."""

from __future__ import annotations

import secrets
import shutil
import sqlite3

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator import schema
from chekt_console.simulator.event_rows import TROUBLE, NewEvent
from chekt_console.simulator.gateway import body_of, gateway_of, number
from chekt_console.simulator.problem import invalid, json_reply, not_found
from chekt_console.simulator.raising import add_events
from chekt_console.simulator.routes_events import new_event
from chekt_console.simulator.zone_trips import of_zone

_KINDS = ("alarm", "trouble", "arming", "activity")
_SUBTYPES = {"alarm": "intrusion", "trouble": "device_offline", "arming": "armed", "activity": "motion"}
_STATUSES = ("online", "offline", "open", "closed", "alarm", "bypassed", "degraded")


async def raise_event(request: Request) -> Response:
    """An event now; an alarm of a camera has video. Without a device it is one of the site's cameras or its panel."""
    gateway, body = gateway_of(request), await body_of(request)
    kind = body.get("kind", "alarm")
    if kind not in _KINDS:
        raise invalid("kind", f"kind must be one of {', '.join(_KINDS)}")
    site_id = number(body.get("site_id"))
    wanted = "camera" if kind in ("alarm", "activity") else "panel"
    device = (
        gateway.database.row("SELECT * FROM device WHERE device_id = ?", number(body["device_id"]))
        if body.get("device_id") is not None
        else gateway.database.row(
            "SELECT * FROM device WHERE site_id = ? AND kind = ? ORDER BY device_id LIMIT 1", site_id, wanted
        )
    )
    if device is None or device["site_id"] != site_id:
        raise not_found("This device at this site")
    subtype = str(body.get("subtype") or _SUBTYPES[kind])
    text = str(
        body.get("text") or f"{subtype.replace('_', ' ').capitalize()} — {device['name'].split(' · ')[-1]}"
    )
    event = new_event(
        device["site_id"], gateway.clock.now_ms(), kind, subtype, text, device["zone_number"], device["device_id"],
        has_video=kind == "alarm" and device["kind"] == "camera",
    )  # fmt: skip
    numbers = await gateway.database.write(lambda connection: add_events(connection, [event]))
    return json_reply({"event_id": numbers[0]}, 201)


async def set_device(request: Request) -> Response:
    """A device that goes offline or comes back says so in an event too; a zone in alarm raises the alarm."""
    gateway, body = gateway_of(request), await body_of(request)
    device = gateway.database.row(
        "SELECT * FROM device WHERE site_id = ? AND device_id = ?",
        number(body.get("site_id")),
        number(body.get("device_id")),
    )
    if device is None:
        raise not_found("This device at this site")
    status = body.get("status")
    if status not in _STATUSES:
        raise invalid("status", f"status must be one of {', '.join(_STATUSES)}")
    now_ms = gateway.clock.now_ms()

    def write(connection: sqlite3.Connection) -> list[int]:
        seen_ms = device["last_seen_ms"] if status == "offline" else now_ms
        connection.execute(
            "UPDATE device SET status = ?, last_seen_ms = ? WHERE device_id = ?",
            (status, seen_ms, device["device_id"]),
        )
        if device["status"] != status and "offline" in (device["status"], status):
            is_broken = status == "offline"
            place = device["name"].split(" · ")[-1]
            event = NewEvent(
                device["site_id"], now_ms, "trouble", TROUBLE, "device_offline",
                f"Connection lost — {place}" + ("" if is_broken else " (restored)"),
                "active" if is_broken else "restored", device["zone_number"], device["device_id"],
            )  # fmt: skip
            return add_events(connection, [event])
        if device["kind"] == "zone" and status == "alarm" and device["status"] != "alarm":
            cameras = connection.execute(
                "SELECT * FROM device WHERE site_id = ? AND kind = 'camera' AND status = 'online' ORDER BY device_id",
                (device["site_id"],),
            ).fetchall()
            return add_events(connection, of_zone(device, cameras, now_ms))
        return []

    numbers = await gateway.database.write(write)
    return json_reply({"device_id": device["device_id"], "status": status, "event_ids": numbers})


async def faults(request: Request) -> Response:
    gateway = gateway_of(request)
    if request.method == "DELETE":
        gateway.faults.clear()
    elif request.method == "POST":
        gateway.faults.add(await body_of(request))
    return json_reply({"faults": gateway.faults.waiting()}, 201 if request.method == "POST" else 200)


async def reset(request: Request) -> Response:
    """The world as it was at first; the key and the password stay. Answered before it goes."""
    gateway = gateway_of(request)
    shutil.rmtree(gateway.config.data_dir / "uploads", ignore_errors=True)
    await gateway.database.write(lambda connection: connection.execute(schema.UNFINISHED))
    reply = json_reply({"reset": True}, 202)
    reply.background = BackgroundTask(gateway.restart)
    return reply


async def clock(request: Request) -> Response:
    """Puts the clock forward, also for after a restart."""
    gateway, body = gateway_of(request), await body_of(request)
    seconds = body.get("advance_s")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds <= 10**8:
        raise invalid("advance_s", "advance_s must be seconds from 0")
    gateway.clock.advance(seconds)
    ahead_ms = gateway.clock.ahead_ms
    await gateway.database.write(
        lambda connection: connection.execute(
            "INSERT OR REPLACE INTO meta VALUES ('ahead_ms', ?)", (str(ahead_ms),)
        )
    )
    return json_reply({"now_ms": gateway.clock.now_ms(), "ahead_ms": ahead_ms})


async def record(request: Request) -> Response:
    gateway = gateway_of(request)
    if request.method == "DELETE":
        gateway.record.clear()
    return json_reply({"requests": gateway.record.entries()})


async def keys(request: Request) -> Response:
    """A further key that may do all or only read; {"revoke": key} ends one until the next start."""
    gateway, body = gateway_of(request), await body_of(request)
    if "revoke" in body:
        if body["revoke"] not in gateway.keys:
            raise not_found("This key")
        gateway.keys[body["revoke"]] = "revoked"
        return json_reply({"revoked": True})
    right = body.get("scope", "all")
    if right not in ("all", "read"):
        raise invalid("scope", "scope must be all or read")
    key = f"chekt_test_{secrets.token_hex(20)}"
    gateway.keys[key] = right
    return json_reply({"api_key": key}, 201)


ROUTES = [
    Route("/_simulator/events", raise_event, methods=["POST"]),
    Route("/_simulator/devices", set_device, methods=["POST"]),
    Route("/_simulator/faults", faults, methods=["GET", "POST", "DELETE"]),
    Route("/_simulator/reset", reset, methods=["POST"]),
    Route("/_simulator/clock", clock, methods=["POST"]),
    Route("/_simulator/record", record, methods=["GET", "DELETE"]),
    Route("/_simulator/keys", keys, methods=["POST"]),
]
