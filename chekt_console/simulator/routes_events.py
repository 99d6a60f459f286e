"""The activity log, single events, events sent in, and the links to their video."""

from __future__ import annotations

import base64
import sqlite3
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator import delivery_steps
from chekt_console.simulator import wire_observed as wire
from chekt_console.simulator.answers import answer
from chekt_console.simulator.clock import from_iso, iso
from chekt_console.simulator.event_rows import ARMING, PANEL_ALARM, SYSTEM, TROUBLE, VIDEO_EVENT, NewEvent
from chekt_console.simulator.gateway import Gateway, body_of, count_of, gateway_of, number
from chekt_console.simulator.idempotency import Outcome, write_once
from chekt_console.simulator.problem import invalid, not_found
from chekt_console.simulator.raising import add_events
from chekt_console.simulator.signing import LINK_LIFE_S
from chekt_console.simulator.video_facts import video_of

EVENT = """SELECT event.*, device.kind AS device_kind, device.name AS device_name, site.name AS site_name,
site.timezone FROM event JOIN site USING (site_id) LEFT JOIN device USING (device_id) """
_MAX_PAGE, _DEFAULT_PAGE, _MAX_LINKS = 500, 50, 20
_CATEGORY_BY_TYPE = {"alarm": PANEL_ALARM, "trouble": TROUBLE, "arming": ARMING, "activity": SYSTEM}
_FOREVER_MS = 1 << 60


async def list_categories(request: Request) -> Response:
    return answer(gateway_of(request), "categories", wire.categories())


async def search(request: Request) -> Response:
    """Newest first unless asked otherwise. A cursor names the last row given, so rows that arrive meanwhile lose none."""
    gateway, body = gateway_of(request), await body_of(request, may_be_empty=True)
    if body.get("sort_by", "event_time") != "event_time":
        raise invalid("sort_by", "sort_by must be event_time")
    order = body.get("sort_order", "desc")
    if order not in ("asc", "desc"):
        raise invalid("sort_order", "sort_order must be asc or desc")
    limit = count_of(body.get("limit"), "limit", _DEFAULT_PAGE, _MAX_PAGE)
    where = ["instant_ms >= ?", "instant_ms <= ?"]
    values: list[object] = [_instant(body, "start_time", 0), _instant(body, "end_time", _FOREVER_MS)]
    if body.get("site_id") is not None:
        site_id = number(body["site_id"])
        if site_id is None or gateway.database.row("SELECT 1 FROM site WHERE site_id = ?", site_id) is None:
            raise not_found(f"Site {body['site_id']}")
        where.append("event.site_id = ?")
        values.append(site_id)
    if body.get("category_id") is not None:
        where.append("category_id = ?")
        category = number(body["category_id"])
        if category is None:
            raise invalid("category_id", "category_id must be a whole number")
        values.append(category)
    if body.get("cursor") not in (None, ""):
        where.append(f"(instant_ms, event_id) {'>' if order == 'asc' else '<'} (?, ?)")
        values += _read_cursor(body["cursor"], order)
    rows = gateway.database.rows(
        f"{EVENT} WHERE {' AND '.join(where)} ORDER BY instant_ms {order}, event_id {order} LIMIT ?",
        *values,
        limit + 1,
    )
    has_more = len(rows) > limit
    rows = rows[:limit]
    cursor = _cursor(rows[-1], order) if has_more else None
    page = {"cursor": cursor, "has_more": has_more}
    return answer(gateway, "page", {"data": [wire.event(row) for row in rows], "page": page})


async def one_event(request: Request) -> Response:
    gateway = gateway_of(request)
    event_id = str(request.path_params["event_id"])
    row = _event_row(gateway, number(event_id.removeprefix("sys-")))
    if row is None:
        raise not_found(f"Event {event_id}")
    found = _with_clips(gateway, row)
    if row["kind"] in ("alarm", "trouble"):
        found["delivery"] = delivery_steps.of_event(gateway, row)
    return answer(gateway, "event", found)


async def post_event(request: Request) -> Response:
    """An event sent in by the key-concepts call. The same Idempotency-Key gives the first answer again."""
    gateway = gateway_of(request)
    event = _sent_event(gateway, await body_of(request))

    def write(connection: sqlite3.Connection) -> Outcome:
        return 201, add_events(connection, [event])[0]

    _, event_id, replayed = await write_once(request, write)
    row = _event_row(gateway, event_id)
    if row is None:
        raise not_found(f"Event {event_id}")
    headers = {"Location": f"/ext/v1/events/{event_id}"} | replayed
    return answer(gateway, "event", wire.event(row), 201, headers)


async def video_urls(request: Request) -> Response:
    """Up to twenty at once; whole numbers only. An unknown one is answered without links."""
    gateway, body = gateway_of(request), await body_of(request)
    asked = body.get("event_ids")
    if not isinstance(asked, list) or not asked:
        raise invalid("event_ids", "event_ids must name at least one event", is_required=True)
    if len(asked) > _MAX_LINKS:
        raise invalid("event_ids", f"At most {_MAX_LINKS} events a call")
    is_observed = gateway.config.dialect == "observed"
    found = []
    for given in asked:
        event_id = number(given) if isinstance(given, int) or not is_observed else None
        if event_id is None or event_id < 1:
            raise invalid("event_ids", "event_ids must be whole numbers from 1")
        row = _event_row(gateway, event_id)
        found.append(_links(gateway, row, event_id))
        # Who asks for one link looks at that clip next; those of a list are fetched one after another.
        if row is not None and row["has_video"] and len(asked) == 1:
            gateway.media.warm([video_of(row)])
    return answer(gateway, "events", {"events": found, "expires_in": LINK_LIFE_S})


def _links(gateway: Gateway, row: sqlite3.Row | None, event_id: int) -> dict[str, object]:
    if row is None or not row["has_video"] or gateway.faults.holds_clip(event_id):
        return {"event_id": event_id, "mp4": None, "thumbnail": None, "snapshots": []}
    video = video_of(row)
    if gateway.upload_of(event_id) is not None:
        # What a partner sent in says itself when it begins and how long it is.
        link = gateway.link(f"/media/clips/{event_id}.mp4")
        return {"event_id": event_id, "mp4": link, "thumbnail": None, "snapshots": []}
    return {
        "event_id": event_id,
        "mp4": gateway.link(f"/media/clips/{event_id}.mp4"),
        "thumbnail": gateway.link(f"/media/thumbnails/{event_id}-0.jpg"),
        "snapshots": [gateway.link(f"/media/thumbnails/{event_id}-{n}.jpg") for n in (1, 2, 3)],
        "start_time": iso(video.start_ms),
        "duration": round(video.duration_s, 3),
    }


def _with_clips(gateway: Gateway, row: sqlite3.Row) -> dict[str, object]:
    found = wire.event(row)
    if row["has_video"]:
        link = _links(gateway, row, row["event_id"])
        clip = {
            "start_time": link.get("start_time"),
            "duration": link.get("duration"),
            "url": link["mp4"],
        }
        found["video_clips"] = [clip]
    return found


def _event_row(gateway: Gateway, event_id: int | None) -> sqlite3.Row | None:
    return gateway.database.row(f"{EVENT} WHERE event_id = ?", event_id)


def _sent_event(gateway: Gateway, body: dict[str, Any]) -> NewEvent:
    for name in ("site_id", "event_type", "event_time"):
        if body.get(name) in (None, ""):
            raise invalid(name, f"Missing required field: {name}", is_required=True)
    site_id = number(body["site_id"])
    if site_id is None or gateway.database.row("SELECT 1 FROM site WHERE site_id = ?", site_id) is None:
        raise not_found(f"Site {body['site_id']}")
    kind = body["event_type"]
    if kind not in ("alarm", "trouble", "arming"):
        raise invalid("event_type", "event_type must be alarm, trouble or arming")
    subtype = body.get("event_subtype", "")
    if not isinstance(subtype, str) or len(subtype) > 60:
        raise invalid("event_subtype", "event_subtype must be text of at most 60 characters")
    device_id, zone, name = None, None, ""
    for name in ("camera_id", "device_id"):
        if isinstance(body.get(name), bool) or not isinstance(body.get(name), int | str | None):
            raise invalid(name, f"{name} must be a number or text")
    given = body.get("camera_id") or body.get("device_id")
    if given is not None:
        device = gateway.database.row(
            "SELECT * FROM device WHERE site_id = ? AND (device_id = ? OR external_id = ?)",
            site_id, number(given), str(given),
        )  # fmt: skip
        if device is None:
            raise not_found(f"Device {given}")
        device_id, zone, name = device["device_id"], device["zone_number"], device["name"]
    words = subtype.replace("_", " ").capitalize() or str(kind).capitalize()
    return new_event(
        site_id,
        _instant(body, "event_time", 0),
        kind,
        subtype,
        f"{words} — {name}" if name else words,
        zone,
        device_id,
    )


def new_event(
    site_id: int, instant_ms: int, kind: str, subtype: str, text: str, zone: int | None, device_id: int | None,
    *, has_video: bool = False,
) -> NewEvent:  # fmt: skip
    status = {"alarm": "waiting", "trouble": "active"}.get(kind, "")
    category = VIDEO_EVENT if kind == "alarm" and has_video else _CATEGORY_BY_TYPE[kind]
    mode = ""
    if kind == "arming" and subtype != "schedule_change":
        mode = (
            "disarmed" if subtype == "disarmed" else subtype.removeprefix("armed_").replace("armed", "away")
        )
    return NewEvent(
        site_id, instant_ms, kind, category, subtype, text, status, zone, device_id, mode=mode,
        has_video=int(has_video), scene="person" if has_video else "",
    )  # fmt: skip


def _instant(body: dict[str, Any], field: str, default: int) -> int:
    if body.get(field) is None:
        return default
    try:
        return from_iso(body[field])
    except (ValueError, TypeError, OverflowError) as error:
        raise invalid(field, f"{field} must be an ISO 8601 time with a zone") from error


def _cursor(row: sqlite3.Row, order: str) -> str:
    return base64.urlsafe_b64encode(f"{order}:{row['instant_ms']}:{row['event_id']}".encode()).decode()


def _read_cursor(text: object, order: str) -> list[object]:
    try:
        parts = base64.urlsafe_b64decode(str(text).encode("ascii")).decode("ascii").split(":")
        if parts[0] != order:
            raise ValueError
        return [int(parts[1][:16]), int(parts[2][:16])]
    except (ValueError, IndexError, OverflowError, msgspec.DecodeError) as error:
        raise invalid("cursor", "This cursor was not made by this server for this order") from error


ROUTES = [
    Route("/ext/v1/activity-logs/categories", list_categories),
    Route("/ext/v1/activity-logs/search", search, methods=["POST"]),
    Route("/ext/v1/events", post_event, methods=["POST"]),
    Route("/ext/v1/events/{event_id}", one_event),
    Route("/ext/v1/events-video-urls", video_urls, methods=["POST"]),
]
