"""Bytes of clips and live pictures, bounded in size and time. Addresses carry tokens: they are never logged."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from chekt_console.api.bounded import decoded, within
from chekt_console.api.failures import broken_connection
from chekt_console.api.part_file import PartFile, drop
from chekt_console.api.wire.wire_devices import channels_in
from chekt_console.errors import (
    ClipUnavailable,
    DiskFailed,
    NotAllowed,
    NotSignedIn,
    NotThere,
    ServerSaid,
    UnexpectedReply,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chekt_console.api.transport import Transport
    from chekt_console.domain.progress import Progress

_BREAKS = 5
_NO_SUCH_RANGE = 416
_SILENT_S = 10.0  # quirk Q1: a stream may connect and never send
_MAX_JPEG = 8_000_000
_CLIP_TOTAL_S = 600.0
_PICTURE_S = 30.0


class Media:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._channels: dict[tuple[str, int], int] = {}  # that the server took, by the one we were given

    def download(self, url: str, part: Path, *, progress: Progress, max_bytes: int = 200_000_000) -> None:
        """Fills `part`. After a break what came stays there with its mark (api/part_file.py), and the next try goes on where
        this one ended when the server still has that version."""
        try:
            with contextlib.closing(PartFile(part)) as file:
                self._fill(url, file, progress, max_bytes)
        except OSError as error:
            with contextlib.suppress(OSError):  # a full disk gets its room back
                drop(part)
            raise DiskFailed(
                f"The clip cannot be written: {error.strerror}. Free some space and try again.",
                detail=str(error),
            ) from error

    def upload(self, url: str, content: bytes, content_type: str) -> None:
        """To an upload address of an event: "video/mp4" or "image/jpeg"."""
        self._transport.upload(url, "the clip", content, content_type)

    def snapshot(self, mac: str, channel: int, token_url: str) -> bytes:
        """One JPEG. Which channel is meant is not always told rightly: one that is forbidden gives way to the next that may be
        (quirk Q4)."""
        given = mac, channel
        *others, last = dict.fromkeys(
            [self._channels.get(given, channel), channel, *channels_in(token_url), 0]
        )
        for candidate in others:
            with contextlib.suppress(NotAllowed):
                picture = self._snapshot(mac, candidate, token_url)
                self._channels[given] = candidate
                return picture
        picture = self._snapshot(mac, last, token_url)
        self._channels[given] = last
        return picture

    def _snapshot(self, mac: str, channel: int, token_url: str) -> bytes:
        """The reply is JSON with the picture in base64, or with an address (quirk Q3)."""
        parts = urlsplit(token_url)
        token = parse_qs(parts.query).get("access_token", [""])[0]
        url = f"{parts.scheme}://{parts.netloc}/api/v1/snapshots/{mac}/{channel}?" + urlencode(
            {"access_token": token}
        )
        with self._transport.streaming(url, "the picture") as response:
            body = _bounded(response, _MAX_JPEG * 2)
        if body[:2] == b"\xff\xd8":
            return body
        try:
            payload = json.loads(body)
            data = payload["data"]
            if not isinstance(data, str):
                raise TypeError("data is no text")
            if payload.get("base64Encoded", True):
                text = data.partition(",")[2] if data.startswith("data:") else data
                return base64.b64decode(text, validate=False)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UnexpectedReply(
                "The camera's picture cannot be understood.",
                endpoint="GET /api/v1/snapshots",
                detail=str(error),
            ) from error
        with self._transport.streaming(data, "the picture") as response:
            return _bounded(response, _MAX_JPEG)

    def stream(self, url: str) -> Iterator[bytes]:
        """JPEG frames of an MJPEG stream until it ends. Unreachable when it is silent for ten seconds."""
        with self._transport.streaming(url, "the live picture") as response:
            # Frames are found by their own marks: what the part headers say is not needed and not always true.
            held = bytearray()
            last = time.monotonic()
            try:
                for chunk in decoded(response, "the live picture"):
                    held += chunk
                    while True:
                        start = held.find(b"\xff\xd8")
                        end = held.find(b"\xff\xd9", max(start, 0) + 2) if start >= 0 else -1
                        if end < 0:
                            break
                        yield bytes(held[start : end + 2])
                        last = time.monotonic()
                        del held[: end + 2]
                    if len(held) > _MAX_JPEG:
                        raise UnexpectedReply("The live picture is too big.", endpoint="GET /api/v1/mjpeg")
                    if time.monotonic() - last > _SILENT_S:
                        raise Unreachable("The camera sends no picture.")
            except httpx.TransportError as error:
                raise broken_connection(error, urlsplit(url).netloc, is_command=False) from error

    def _fill(self, url: str, file: PartFile, progress: Progress, max_bytes: int) -> None:
        ends = time.monotonic() + _CLIP_TOTAL_S
        breaks = 0
        while True:
            headers = {"Accept-Encoding": "identity"} | file.wish()
            try:
                with self._transport.streaming(url, "the clip", headers=headers) as response:
                    if "html" in response.headers.get("content-type", "").casefold():
                        file.reject()
                        raise ClipUnavailable("The link leads to a web page instead of a clip.")
                    if not file.done or not _goes_on_at(response, file.done):
                        file.begin(response.headers)
                    total = _total(response, file.done)
                    if total > max_bytes:
                        file.reject()
                        raise ClipUnavailable(f"The clip is too big ({total // 1_000_000} MB).")
                    for chunk in decoded(response, "the clip"):
                        file.write(chunk)
                        progress.report(file.done, total)
                        if file.done > max_bytes:
                            file.reject()
                        if not file.done or time.monotonic() > ends:
                            raise ClipUnavailable("The clip is too big or comes too slowly.")
                if not total or file.done >= total:
                    return
                raise Unreachable("The connection broke while the clip was fetched.")
            except (NotThere, NotAllowed, NotSignedIn) as error:
                raise ClipUnavailable(
                    "The link to the clip has expired or the clip is gone.", detail=error.detail
                ) from error
            except ServerSaid as error:
                if error.status == _NO_SUCH_RANGE and file.done:
                    file.reject()  # what an earlier try left is no beginning of what the server has
                elif error.status < 500:
                    raise
                breaks += 1
                if breaks > _BREAKS:
                    raise
            except (Unreachable, httpx.TransportError) as error:
                breaks += 1
                if breaks > _BREAKS:
                    raise Unreachable(
                        "The connection broke again and again while the clip was fetched.",
                        detail=str(error),
                    ) from error
            progress.check()
            self._transport.pause(min(0.25 * 2**breaks, 4.0))


def _total(response: httpx.Response, done: int) -> int:
    """Bytes of the whole file, 0 when the server does not tell."""
    text = response.headers.get("content-length", "")
    return int(text) + done if text.isdecimal() and len(text) < 16 else 0


def _goes_on_at(response: httpx.Response, done: int) -> bool:
    """Whether this is the rest of the file and not, as from servers without ranges, all of it again."""
    if response.status_code != 206:
        return False
    told = response.headers.get("content-range", "")
    return not told or told.startswith(f"bytes {done}-")


def _bounded(response: httpx.Response, most: int) -> bytes:
    body = bytearray()
    with within(_PICTURE_S):
        for chunk in decoded(response, "the picture"):
            body += chunk
            if len(body) > most:
                raise UnexpectedReply("The picture is too big.", endpoint="GET /api/v1/snapshots")
    return bytes(body)
