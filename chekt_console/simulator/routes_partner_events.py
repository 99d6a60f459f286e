"""Events that partners send in, one or many a call: answered once they are on disk, and each kept once.

A partner's own event_id makes it safe to send again: the same event gives the first answer, another one a 409.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator import delivery_steps
from chekt_console.simulator.clock import from_iso, iso
from chekt_console.simulator.event_intake import Arrival, Kept, Ready, keep_one
from chekt_console.simulator.event_rows import VIDEO_EVENT
from chekt_console.simulator.fields import text_of
from chekt_console.simulator.gateway import Gateway, gateway_of
from chekt_console.simulator.idempotency import MAX_KEY, REPLAYED, Outcome, names, write_once
from chekt_console.simulator.oauth_tokens import Caller
from chekt_console.simulator.partner_access import caller_of, is_connected, route
from chekt_console.simulator.problem import Problem, invalid, json_reply, not_found, row_error
from chekt_console.simulator.routes_events import EVENT, new_event
from chekt_console.simulator.signing import LINK_LIFE_S
from chekt_console.simulator.webhook_bodies import video_attached

PATH, SCOPE = "/partner/v1/events", "create:events"
_MAX_ROWS = 1000
_MAX_BODY, _MAX_MEDIA = 4_000_000, 25_000_000
_NEITHER = f"The body must be an event or an array of 1 to {_MAX_ROWS} events"
_STATUSES = ("active", "restored", "")
_MEDIA = {"image/jpeg": "jpg", "video/mp4": "mp4"}


async def post_events(request: Request) -> Response:
    """An object is one event, an array many with a result for each."""
    gateway, caller, raw = gateway_of(request), caller_of(request), await request.body()
    if len(raw) > _MAX_BODY:
        raise Problem(413, "PayloadTooLarge", "The body is larger than 4 MB")
    if not raw.lstrip().startswith(b"["):
        key = request.headers.get("idempotency-key", "")
        arrival = arrival_of(gateway, caller, key, raw)
        status, body, headers = answer_of(gateway, arrival, await gateway.intake.keep(arrival))
        return json_reply(body, status, headers)
    _check_connected(gateway, caller)
    sent, client_id = _decoded(raw), caller.client_id
    if not isinstance(sent, list) or not 1 <= len(sent) <= _MAX_ROWS:
        raise Problem(400, "ValidationError", _NEITHER)
    rows = [_tried(gateway, row) for row in sent]

    def write(connection: sqlite3.Connection) -> Outcome:
        results = [_result(gateway, connection, client_id, row) for row in rows]
        good = sum(bool(result["is_successful"]) for result in results)
        return 201, {"success_count": good, "failure_count": len(results) - good, "results": results}

    status, payload, headers = await write_once(request, write)
    return json_reply(payload, status, headers)


def arrival_of(gateway: Gateway, caller: Caller, key: str, raw: bytes) -> Arrival:
    """A single event that may be kept. Raises Problem."""
    _check_connected(gateway, caller)
    sent = _decoded(raw)
    if not isinstance(sent, dict):
        raise Problem(400, "ValidationError", _NEITHER)
    if len(key) > MAX_KEY:
        raise invalid("Idempotency-Key", f"The key is longer than {MAX_KEY} characters")
    one = _read(gateway, sent)
    known_as = names(caller.client_id, key, "POST", PATH, raw)
    return Arrival(caller.client_id, one, *known_as, gateway.clock.now_ms())


def answer_of(gateway: Gateway, arrival: Arrival, kept: Kept) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers of the answer."""
    body = _told(gateway, arrival.ready.external, kept.number, kept.is_repeat)
    return 200 if kept.is_repeat else 201, body, REPLAYED if kept.is_replay else {}


def _check_connected(gateway: Gateway, caller: Caller) -> None:
    if not is_connected(gateway, caller):
        raise Problem(403, "Forbidden", "No dealer is connected to this partner")


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "ValidationError", f"The body is not valid JSON: {error}") from error


async def upload(request: Request) -> Response:
    """A picture or clip of an event, by the link that its answer gave. Whole or not at all."""
    gateway, name = gateway_of(request), request.path_params["name"]
    query = request.query_params
    if not gateway.signer.is_good_link(
        request.url.path, query.get("expires", ""), query.get("signature", ""), gateway.clock.now_ms()
    ):
        raise Problem(403, "Forbidden", "The link has expired or is not one of ours")
    ending = name.rpartition(".")[2]
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if _MEDIA.get(kind) != ending:
        raise Problem(415, "UnsupportedMediaType", "Send image/jpeg or video/mp4, as the link says")
    received = bytearray()
    async for part in request.stream():
        received += part
        if len(received) > _MAX_MEDIA:
            raise Problem(413, "PayloadTooLarge", f"The file is larger than {_MAX_MEDIA // 1_000_000} MB")
    if not received:
        raise Problem(400, "ValidationError", "The file is empty")
    folder = gateway.config.data_dir / "uploads"
    folder.mkdir(exist_ok=True)
    scratch = folder / f"{secrets.token_hex(8)}.new"
    scratch.write_bytes(received)
    scratch.replace(folder / name)
    if ending == "mp4":
        await _attach(request, int(name.partition(".")[0]))
    return json_reply({"size": len(received), "sha256": hashlib.sha256(received).hexdigest()})


async def _attach(request: Request, event_id: int) -> None:
    """From now on the event has a clip, and who listens is told."""
    gateway = gateway_of(request)
    now_ms = gateway.clock.now_ms()

    def write(connection: sqlite3.Connection) -> None:
        connection.execute(
            "UPDATE event SET has_video = 1, category_id = CASE kind WHEN 'alarm' THEN ? ELSE category_id END"
            " WHERE event_id = ?",
            (VIDEO_EVENT, event_id),
        )
        delivery_steps.note(connection, event_id, delivery_steps.ATTACHED, now_ms)

    await gateway.database.write(write)
    row = gateway.database.row(f"{EVENT} WHERE event_id = ?", event_id)
    if row is not None:
        for catalogue, body in video_attached(row, iso(now_ms)):
            request.app.state.webhooks.send("event_video", body, catalogue)


def _tried(gateway: Gateway, row: object) -> Ready | Problem:
    try:
        if not isinstance(row, dict):
            raise Problem(400, "ValidationError", "A row must be an object")
        return _read(gateway, row)
    except Problem as problem:
        return problem


def _result(
    gateway: Gateway, connection: sqlite3.Connection, client_id: str, row: Ready | Problem
) -> dict[str, Any]:
    try:
        if isinstance(row, Problem):
            raise row
        number, is_repeat = keep_one(connection, client_id, row)
    except Problem as problem:
        return {"is_successful": False, "error": row_error(problem)}
    return {"is_successful": True} | _told(gateway, row.external, number, is_repeat)


def _read(gateway: Gateway, body: dict[str, Any]) -> Ready:
    """The partner's id of the event, its digest and what is kept of it. Raises Problem 400 or 404."""
    if body.get("version", "1.0") != "1.0":
        raise invalid("version", "version must be 1.0")
    location, external = (
        text_of(body, "location_id", 64, is_required=True),
        text_of(body, "event_id", 64, is_required=True),
    )
    kind = body.get("event_type")
    if kind not in ("alarm", "trouble", "arming"):
        raise invalid("event_type", "event_type must be alarm, trouble or arming", is_required=kind is None)
    status, subtype = text_of(body, "event_status", 20), text_of(body, "event_subtype", 60)
    if status not in _STATUSES:
        raise invalid("event_status", "event_status must be active or restored")
    instant_ms = gateway.clock.now_ms()
    if body.get("event_time") is not None:
        try:
            instant_ms = from_iso(body["event_time"])
        except (ValueError, TypeError, OverflowError) as error:
            raise invalid("event_time", "event_time must be an ISO 8601 time with a zone") from error
    site = gateway.database.remembered(
        "SELECT site_id FROM partner_site WHERE external_site_id = ?", location
    ) or gateway.database.remembered("SELECT site_id FROM site WHERE account_reference_id = ?", location)
    if site is None:
        raise not_found(f"Location {location}")
    given = text_of(body, "camera_id", 64) or text_of(body, "recorder_id", 64)
    device = gateway.database.remembered(
        "SELECT * FROM device WHERE site_id = ? AND external_id = ?", site["site_id"], given
    ) if given else None  # fmt: skip
    if given and device is None:
        raise not_found(f"Device {given}")
    words = subtype.replace("_", " ").capitalize() or str(kind).capitalize()
    event = new_event(
        site["site_id"], instant_ms, kind, subtype, f"{words} — {device['name']}" if device else words,
        device["zone_number"] if device else None, device["device_id"] if device else None,
    )  # fmt: skip
    if kind == "trouble" and status:
        event = event._replace(status=status)
    digest = hashlib.sha256(msgspec.json.encode(body, order="deterministic")).digest()
    return Ready(external, digest, event)


def _told(gateway: Gateway, external: str, number: int, is_repeat: bool) -> dict[str, Any]:
    ends_ms = gateway.clock.now_ms() + LINK_LIFE_S * 1000
    return {
        "event_id": external,
        "chekt_event_id": number,
        "is_duplicate": is_repeat,
        "upload": {
            "snapshot_url": gateway.link(f"/media/uploads/{number}.jpg"),
            "video_url": gateway.link(f"/media/uploads/{number}.mp4"),
            "expires_at": iso(ends_ms),
        },
    }


ROUTES = [
    route("/events", post_events, SCOPE, "POST"),
    Route("/media/uploads/{name}", upload, methods=["PUT"]),
]
