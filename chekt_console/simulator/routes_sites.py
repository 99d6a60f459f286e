"""Sites, their devices by family, and contacts."""

from __future__ import annotations

import base64
import sqlite3
from collections import defaultdict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator import wire_observed as wire
from chekt_console.simulator.answers import answer, list_answer
from chekt_console.simulator.config import OBSERVED
from chekt_console.simulator.gateway import Gateway, count_of, gateway_of, number, site_row
from chekt_console.simulator.live_video import gives_video
from chekt_console.simulator.problem import invalid, not_found

_MAX_SITES = 1000
_SEEN_ANEW_MS = 300_000
_KINDS = {"cameras": "camera", "zones": "zone", "bridges": "bridge", "audio-devices": "audio"}


async def list_sites(request: Request) -> Response:
    """All of them bare when they fit in the limit; else pages with a cursor, so that nobody loses sites unknowingly."""
    gateway, query = gateway_of(request), request.query_params
    if gateway.config.dialect == OBSERVED:
        size = count_of(query.get("limit"), "limit", _MAX_SITES, _MAX_SITES)
        after = _read_cursor(query.get("cursor", ""))
        page = 1
    else:
        size = count_of(query.get("per_page") or query.get("limit"), "per_page", 20, 100)
        page, after = count_of(query.get("page"), "page", 1, 10**6), -1
    where, values = _conditions(query.get("search", ""), query.get("status", ""))
    total = gateway.database.rows(f"SELECT count(*) FROM site WHERE {where}", *values)[0][0]
    rows = gateway.database.rows(
        f"SELECT * FROM site WHERE {where} AND number > ? ORDER BY number LIMIT ? OFFSET ?",
        *values, after, size + 1, (page - 1) * size,
    )  # fmt: skip
    has_more = len(rows) > size
    rows = rows[:size]
    found = _with_partitions(gateway, rows)
    if gateway.config.dialect == OBSERVED and not has_more and after < 0:
        return list_answer(request, gateway, "sites", found, found)
    cursor = _cursor(rows[-1]["number"]) if has_more else None
    about = {"cursor": cursor, "has_more": has_more, "total_count": total}
    payload = {"data": found, "page": about}
    return list_answer(request, gateway, "sites", payload, payload)


async def one_site(request: Request) -> Response:
    gateway = gateway_of(request)
    return answer(gateway, "site", _with_partitions(gateway, [site_row(request)])[0])


async def list_devices(request: Request) -> Response:
    gateway, site = gateway_of(request), site_row(request)
    rows = gateway.database.rows("SELECT * FROM device WHERE site_id = ? ORDER BY device_id", site["site_id"])
    return _device_list(request, gateway, "devices", rows)


async def list_family(request: Request) -> Response:
    gateway, site = gateway_of(request), site_row(request)
    family = request.url.path.rsplit("/", 1)[1]
    rows = gateway.database.rows(
        "SELECT * FROM device WHERE site_id = ? AND kind = ? ORDER BY device_id",
        site["site_id"],
        _KINDS[family],
    )
    return _device_list(request, gateway, family, rows)


async def list_contacts(request: Request) -> Response:
    gateway, site = gateway_of(request), site_row(request)
    rows = gateway.database.rows(
        "SELECT * FROM contact WHERE site_id = ? ORDER BY contact_id", site["site_id"]
    )
    return answer(gateway, "contacts", [wire.contact(row) for row in rows])


async def one_contact(request: Request) -> Response:
    gateway, site = gateway_of(request), site_row(request)
    contact_id = request.path_params["contact_id"]
    row = gateway.database.row(
        "SELECT * FROM contact WHERE site_id = ? AND contact_id = ?", site["site_id"], number(contact_id)
    )
    if row is None:
        raise not_found(f"Contact {contact_id}")
    return answer(gateway, "contact", wire.contact(row))


def stream_url(gateway: Gateway, row: sqlite3.Row) -> str:
    token = gateway.signer.stream_token(row["mac"], row["channel"], gateway.clock.now_ms())
    place = f"{row['mac']}/{row['channel']}"
    path = f"hls/{place}/index.m3u8" if gives_video(row) else f"mjpeg/{place}"
    return f"{gateway.url}/api/v1/{path}?access_token={token}"


def _device_list(request: Request, gateway: Gateway, family: str, rows: list[sqlite3.Row]) -> Response:
    now_ms = gateway.clock.now_ms()
    arming_status = "disarmed"
    if rows:
        states = gateway.database.rows("SELECT * FROM arming WHERE site_id = ?", rows[0]["site_id"])
        arming_status = str(wire.arming(rows[0]["site_id"], states)["arming_status"])
    found = [
        wire.device(
            row,
            now_ms,
            stream_url(gateway, row) if row["kind"] == "camera" else "",
            arming_status=arming_status,
        )
        for row in rows
    ]
    # Times of being seen and tokens of live pictures move with every second; they are told anew often enough.
    says = [[tuple(row) for row in rows], arming_status, now_ms // _SEEN_ANEW_MS]
    return list_answer(request, gateway, family, found, says)


def _with_partitions(gateway: Gateway, sites: list[sqlite3.Row]) -> list[dict[str, object]]:
    known: defaultdict[int, list[sqlite3.Row]] = defaultdict(list)
    if sites:
        # Sites of a page lie close together, so one range serves them all.
        ids = [site["site_id"] for site in sites]
        for row in gateway.database.rows(
            "SELECT * FROM partition WHERE site_id BETWEEN ? AND ? ORDER BY partition_id", min(ids), max(ids)
        ):
            known[row["site_id"]].append(row)
    silent = {row[0] for row in gateway.database.rows("SELECT site_id FROM site_monitoring WHERE NOT is_on")}
    return [
        wire.site(site, known.get(site["site_id"], ()), is_monitored=site["site_id"] not in silent)
        for site in sites
    ]


def _conditions(search: str, status: str) -> tuple[str, list[object]]:
    where, values = ["1"], list[object]()
    if search:
        pattern = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        text = "name || ' ' || street || ' ' || city || ' ' || account_number || ' ' || account_reference_id"
        where.append(f"({text}) LIKE ? ESCAPE '\\'")
        values.append(pattern)
    if status:
        if status not in ("active", "inactive"):
            raise invalid("status", "status must be active or inactive")
        where.append("status = ?")
        values.append(status)
    return " AND ".join(where), values


def _cursor(last: int) -> str:
    return base64.urlsafe_b64encode(f"n{last}".encode()).decode()


def _read_cursor(text: str) -> int:
    if not text:
        return -1
    try:
        return int(base64.urlsafe_b64decode(text.encode("ascii")).decode("ascii").removeprefix("n")[:15])
    except ValueError as error:
        raise invalid("cursor", "This cursor was not made by this server") from error


_SITE = "/ext/v1/sites/{site_id}"
ROUTES = [
    Route("/ext/v1/sites", list_sites),
    Route(_SITE, one_site),
    Route(f"{_SITE}/devices", list_devices),
    *(Route(f"{_SITE}/{family}", list_family) for family in _KINDS),
    Route(f"{_SITE}/contacts", list_contacts),
    Route(f"{_SITE}/contacts/{{contact_id}}", one_contact),
]
