"""The arming schedule of a site: read with an ETag, written only by who knows the current one."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import date

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator.answers import answer, is_had, tags_in
from chekt_console.simulator.gateway import body_of, gateway_of, site_row
from chekt_console.simulator.problem import Problem, invalid
from chekt_console.simulator.routes_arming import MODES
from chekt_console.simulator.schedule_rows import put_schedule, version_of

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_FIELDS = ("arm_time", "arm_mode", "disarm_time")


async def read_schedule(request: Request) -> Response:
    gateway, site = gateway_of(request), site_row(request)
    row = gateway.database.row("SELECT * FROM schedule WHERE site_id = ?", site["site_id"])
    body, version = (msgspec.json.decode(row["body"]), row["version"]) if row else ({"schedule": {}}, 0)
    etag = _etag(site["site_id"], version)
    if is_had(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return answer(gateway, "schedule", body, headers={"ETag": etag})


async def write_schedule(request: Request) -> Response:
    gateway, site = gateway_of(request), site_row(request)
    wanted = request.headers.get("if-match", "")
    if not wanted:
        raise Problem(
            428, "PreconditionRequired", "If-Match is needed: read the schedule first and send its ETag"
        )
    body = _checked(await body_of(request))
    text, site_id, now_ms = json.dumps(body), site["site_id"], gateway.clock.now_ms()

    def write(connection: sqlite3.Connection) -> int:
        version = version_of(connection, site_id)
        if wanted.strip() != "*" and _etag(site_id, version) not in tags_in(wanted):
            raise Problem(412, "PreconditionFailed", "The schedule was changed since it was read")
        return put_schedule(connection, site_id, text, now_ms)

    version = await gateway.database.write(write)
    return answer(gateway, "schedule", body, headers={"ETag": _etag(site_id, version)})


def _etag(site_id: int, version: int) -> str:
    return f'"{site_id:x}-{version:x}"'


def _checked(body: dict[str, object]) -> dict[str, object]:
    """Exactly what can be stored. Raises Problem 400 with the path of the field."""
    for name in body:
        if name not in ("schedule", "exceptions"):
            raise invalid(name, f"Unknown field {name}")
    week = body.get("schedule")
    if not isinstance(week, dict):
        raise invalid("schedule", "Missing required field: schedule", is_required=True)
    for day, entry in week.items():
        if day not in DAYS:
            raise invalid(f"schedule.{day}", "Days are named monday to sunday")
        _check_entry(f"schedule.{day}", entry)
    exceptions = body.get("exceptions") or {}
    if not isinstance(exceptions, dict):
        raise invalid("exceptions", "exceptions must be an object of dates")
    for day, entry in exceptions.items():
        try:
            is_date = date.fromisoformat(day).isoformat() == day
        except ValueError:
            is_date = False
        if not is_date:
            raise invalid(f"exceptions.{day}", "Exceptions are named by date, like 2026-12-24")
        if entry is not None:
            _check_entry(f"exceptions.{day}", entry)
    return {"schedule": week, "exceptions": exceptions}


def _check_entry(path: str, entry: object) -> None:
    if not isinstance(entry, dict):
        raise invalid(path, "A day is an object of arm_time, arm_mode and disarm_time")
    for name in _FIELDS:
        if name not in entry:
            raise invalid(f"{path}.{name}", f"Missing required field: {name}", is_required=True)
    for name, value in entry.items():
        if name not in _FIELDS:
            raise invalid(f"{path}.{name}", f"Unknown field {name}")
        if name == "arm_mode":
            if value not in MODES:
                raise invalid(f"{path}.{name}", "arm_mode must be away, stay or night")
        elif not isinstance(value, str) or not _TIME.fullmatch(value):
            raise invalid(f"{path}.{name}", "Times are HH:MM")


ROUTES = [
    Route("/ext/v1/sites/{site_id}/schedule", read_schedule),
    Route("/ext/v1/sites/{site_id}/schedule", write_schedule, methods=["PUT"]),
]
