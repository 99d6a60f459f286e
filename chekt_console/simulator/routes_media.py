"""Presigned clips and thumbnails, live snapshots and MJPEG streams."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from chekt_console.simulator import live_video
from chekt_console.simulator.clip_shelf import EncodingFailed
from chekt_console.simulator.gateway import Gateway, gateway_of, number
from chekt_console.simulator.problem import Problem, json_reply, not_found
from chekt_console.simulator.signing import ExpiredToken
from chekt_console.simulator.video_facts import video_of

_BOUNDARY = "chektframe"
_FRAMES_A_SECOND = 5
_SIZE = (1280, 720)
_THUMBNAIL_SIZE = (640, 360)
_EVENT = """SELECT event.*, site.name AS site_name, site.timezone, device.name AS device_name
FROM event JOIN site USING (site_id) LEFT JOIN device USING (device_id) WHERE event_id = ? AND has_video"""
_STATUS = "SELECT status FROM device WHERE device_id = ?"


async def clip(request: Request) -> Response:
    """The whole file or a range of it; encoded when first asked for."""
    gateway = gateway_of(request)
    row = _linked_event(request, gateway, request.path_params["event_id"])
    sent_in = gateway.upload_of(row["event_id"])
    if sent_in is not None:
        return FileResponse(sent_in, media_type="video/mp4")
    spec = video_of(row, defect=gateway.faults.clip_defect(request.url.path))
    try:
        path = await gateway.media.clip(spec)
    except EncodingFailed as error:
        raise Problem(500, "ServerError", f"The clip could not be made: {error}") from error
    return FileResponse(
        path,
        media_type="video/mp4",
        headers={"Cache-Control": "private, max-age=3600", "ETag": f'"{spec.digest()}"'},
    )


async def thumbnail(request: Request) -> Response:
    gateway = gateway_of(request)
    event_id, _, position = request.path_params["name"].partition("-")
    row = _linked_event(request, gateway, event_id)
    instant_ms = row["instant_ms"] + 1500 * (number(position) or 0)
    jpeg = await gateway.media.jpeg(
        row["device_id"], row["site_name"], row["device_name"], row["timezone"], instant_ms, _THUMBNAIL_SIZE
    )
    return Response(jpeg, media_type="image/jpeg")


async def snapshot(request: Request) -> Response:
    """JSON with the picture in base64, as the service has it."""
    gateway = gateway_of(request)
    camera = _reached(request, gateway)
    jpeg = await _picture(gateway, camera)
    return json_reply(
        {"data": base64.b64encode(jpeg).decode(), "base64Encoded": True},
        headers={"Access-Control-Allow-Origin": "*"},
    )


async def mjpeg(request: Request) -> Response:
    gateway = gateway_of(request)
    camera = _reached(request, gateway)
    return StreamingResponse(
        _frames(gateway, camera, request.url.path),
        media_type=f"multipart/x-mixed-replace; boundary={_BOUNDARY}",
    )


async def playlist(request: Request) -> Response:
    """HLS, for the cameras that give it."""
    gateway = gateway_of(request)
    await _recording(gateway, _video_camera(request, gateway))
    token = request.query_params.get("access_token", "")
    return Response(
        live_video.playlist(gateway.clock.now_ms(), token),
        media_type="application/vnd.apple.mpegurl",
        headers={"Cache-Control": "no-store"},
    )


async def segment(request: Request) -> Response:
    gateway = gateway_of(request)
    path = await _recording(gateway, _video_camera(request, gateway))
    wanted = number(request.path_params["number"])
    if wanted is None:
        raise not_found("This part of the video")
    from chekt_console.simulator import live_segments  # PyAV, for start-up time

    data = await asyncio.to_thread(live_segments.segment, path, wanted)
    return Response(data, media_type="video/mp2t")


async def _recording(gateway: Gateway, camera: sqlite3.Row) -> Path:
    try:
        return await gateway.media.clip(live_video.recording(camera, gateway.clock.now_ms()))
    except EncodingFailed as error:
        raise Problem(500, "ServerError", f"The video could not be made: {error}") from error


def _video_camera(request: Request, gateway: Gateway) -> sqlite3.Row:
    """Raises Problem too for a camera that gives MJPEG."""
    camera = _reached(request, gateway)
    if not live_video.gives_video(camera):
        raise not_found("The video of this camera")
    return camera


async def _frames(gateway: Gateway, camera: sqlite3.Row, path: str) -> AsyncIterator[bytes]:
    """Ends when the watcher or the camera goes away. A stalling camera connects and never sends a byte."""
    silent_after = 0 if camera["quirk"] == "stalls" else gateway.faults.stalls_after(camera["mac"], path)
    sent = 0
    while _is_there(gateway, camera):
        if sent == silent_after:
            await asyncio.Event().wait()
        sent += 1
        jpeg = await _picture(gateway, camera)
        yield (
            f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
            + jpeg
            + b"\r\n"
        )
        await asyncio.sleep(1 / _FRAMES_A_SECOND)


async def _picture(gateway: Gateway, camera: sqlite3.Row) -> bytes:
    return await gateway.media.jpeg(
        camera["device_id"],
        camera["site_name"],
        camera["name"],
        camera["timezone"],
        gateway.clock.now_ms(),
        _SIZE,
    )


def _is_there(gateway: Gateway, camera: sqlite3.Row) -> bool:
    row = gateway.database.remembered(_STATUS, camera["device_id"])
    return row is not None and (row["status"] != "offline" or camera["quirk"] == "says_offline")


def _reached(request: Request, gateway: Gateway) -> sqlite3.Row:
    """Raises Problem too when the camera cannot be reached."""
    camera = _camera(request, gateway)
    if not _is_there(gateway, camera):
        raise Problem(503, "ServiceUnavailable", f"{camera['name']} is offline")
    return camera


def _camera(request: Request, gateway: Gateway) -> sqlite3.Row:
    """Raises Problem: 401 for a token that is not good any more, 403 for one of another camera."""
    mac = request.path_params["mac"].replace(":", "").upper()
    channel = number(request.path_params["channel"])
    try:
        token = gateway.signer.read_stream_token(
            request.query_params.get("access_token", ""), gateway.clock.now_ms()
        )
    except ExpiredToken as error:
        raise Problem(401, "Unauthorized", "The stream token is missing, wrong or expired") from error
    if (token.mac, token.channel) != (mac, channel):
        raise Problem(403, "Forbidden", "The stream token is for another camera or channel")
    row = gateway.database.row(
        "SELECT device.*, site.name AS site_name, site.timezone FROM device JOIN site USING (site_id) "
        "WHERE mac = ? AND channel = ? AND device.kind = 'camera'",
        mac, channel,
    )  # fmt: skip
    if row is None:
        raise not_found(f"Camera {mac}/{channel}")
    return row


def _linked_event(request: Request, gateway: Gateway, event_id: str) -> sqlite3.Row:
    query = request.query_params
    is_good = gateway.signer.is_good_link(
        request.url.path, query.get("expires", ""), query.get("signature", ""), gateway.clock.now_ms()
    )
    if not is_good:
        raise Problem(403, "Forbidden", "The link has expired or is not one of ours")
    row = gateway.database.row(_EVENT, number(event_id))
    if row is None:
        raise not_found("This video")
    return row


ROUTES = [
    Route("/media/clips/{event_id}.mp4", clip),
    Route("/media/thumbnails/{name}.jpg", thumbnail),
    Route("/api/v1/hls/{mac}/{channel}/index.m3u8", playlist),
    Route("/api/v1/hls/{mac}/{channel}/{number}.ts", segment),
    Route("/api/v1/snapshots/{mac}/{channel}", snapshot),
    Route("/api/v1/mjpeg/{mac}/{channel}", mjpeg),
]
