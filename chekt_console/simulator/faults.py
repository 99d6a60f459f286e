"""Faults the gateway can be told to make: which request they hit, how often, and what they do to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from chekt_console.simulator.connection import Capture, drop
from chekt_console.simulator.problem import invalid
from chekt_console.simulator.schedule_rows import save_as_another

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from chekt_console.simulator.clock import GatewayClock
    from chekt_console.simulator.gateway import Gateway

# Of one delivery of a webhook: sent twice, after the next one, late by `ms`, signed wrongly at its first try, or sent again
# as it was when it had been taken.
WEBHOOK = frozenset(
    {"webhook_duplicated", "webhook_reordered", "webhook_late", "webhook_badly_signed", "webhook_replayed"}
)
# What the request brings is ended for good before it is looked at.
_ENDING = frozenset({"expired_token", "revoked_key"})
NAMES = WEBHOOK | _ENDING | {
    "latency", "status", "drop_before", "drop_after", "half_body", "wrong_json", "wrong_type_row", "clip_not_ready",
    "clip_defect", "stalled_mjpeg", "slow_drip", "lost_race", "clock_skew",
}  # fmt: skip
_DRIP_BYTES = 64


@dataclass
class Fault:
    """Hits requests whose path starts with `path`, `left` times; the other words are of the kind of fault."""

    name: str
    path: str = "/"
    method: str = ""
    left: int = 1
    words: dict[str, Any] = field(default_factory=dict)

    def fits(self, method: str, path: str) -> bool:
        return self.left > 0 and path.startswith(self.path) and self.method in ("", method)

    def word(self, name: str, default: Any) -> Any:
        return self.words.get(name, default)

    def describe(self) -> dict[str, object]:
        return {"name": self.name, "path": self.path, "method": self.method, "count": self.left, **self.words}


class Faults:
    """The faults that wait, in the order they were asked for. A wrong clock stays so until the faults are cleared."""

    def __init__(self, clock: GatewayClock) -> None:
        self._faults: list[Fault] = []
        self._clock = clock

    def add(self, body: dict[str, Any]) -> Fault:
        """Raises Problem 400."""
        words = dict(body)
        name, path = words.pop("name", None), words.pop("path", "/")
        method, count = words.pop("method", None) or "", words.pop("count", 1)
        if name not in NAMES:
            raise invalid("name", f"name must be one of {', '.join(sorted(NAMES))}")
        if not isinstance(path, str) or not path.startswith("/"):
            raise invalid("path", "path must begin with /")
        if not isinstance(count, int) or count < 1:
            raise invalid("count", "count must be a whole number from 1")
        fault = Fault(name, path, str(method).upper(), count, words)
        if name == "clock_skew":
            seconds = words.get("seconds")
            if not isinstance(seconds, int | float) or isinstance(seconds, bool) or abs(seconds) > 10**8:
                raise invalid("seconds", "seconds must be a number")
            self._clock.skew_ms = round(seconds * 1000)
        else:
            self._faults.append(fault)
        return fault

    @property
    def are_waiting(self) -> bool:
        return bool(self._faults)

    def clear(self) -> None:
        self._faults.clear()
        self._clock.skew_ms = 0

    def waiting(self) -> list[dict[str, object]]:
        return [fault.describe() for fault in self._faults]

    def take(self, method: str, path: str) -> Fault | None:
        """The fault of this request, used up by one. Latency adds up with none other: one fault a request."""
        return self._use(lambda fault: fault.name not in _TAKEN_INSIDE and fault.fits(method, path))

    def webhook(self) -> Fault | None:
        """The fault of this delivery."""
        return self._use(lambda fault: fault.name in WEBHOOK)

    def clip_defect(self, path: str) -> str:
        fault = self._use(lambda fault: fault.name == "clip_defect" and fault.fits("GET", path))
        return str(fault.word("defect", "black")) if fault else ""

    def is_stalled(self, mac: str) -> bool:
        wanted = self._use(lambda fault: fault.name == "stalled_mjpeg" and fault.word("mac", mac) == mac)
        return wanted is not None

    def _use(self, fits: Any) -> Fault | None:
        for fault in self._faults:
            if fits(fault):
                fault.left -= 1
                if fault.left <= 0:
                    self._faults.remove(fault)
                return fault
        return None


_TAKEN_INSIDE = WEBHOOK | {"clip_defect", "stalled_mjpeg"}


class FaultLayer:
    """Outermost layer: it must be able to drop the connection whatever the application does."""

    def __init__(self, app: ASGIApp, gateway: Gateway) -> None:
        self._app = app
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_simulator/"):
            await self._app(scope, receive, send)
            return
        fault = self._gateway.faults.take(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.name == "latency":
            await asyncio.sleep(float(fault.word("ms", 1000)) / 1000)
            await self._app(scope, receive, send)
        elif fault.name == "drop_before":
            self._gateway.record.add_scope(scope)
            await drop(send)
        elif fault.name == "status":
            reply = _status(fault, self._gateway.clock.told_s())
            self._gateway.record.add_scope(scope, reply.status)
            await reply.send(send)
        elif fault.name in _ENDING:
            self._end_credential(scope)
            await self._app(scope, receive, send)
        elif fault.name == "lost_race":
            await save_as_another(self._gateway, scope["path"])
            await self._app(scope, receive, send)
        else:
            capture = Capture()
            # What spoils a body needs one, so it is sent also to who has it already.
            headers = [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]
            await self._app({**scope, "headers": headers}, receive, capture)
            await self._spoil(fault, capture, send)

    def _end_credential(self, scope: Scope) -> None:
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        credential = given.decode("latin-1").partition(" ")[2].strip()
        if credential in self._gateway.keys:
            self._gateway.keys[credential] = "revoked"
        else:
            self._gateway.access_tokens.end(credential)

    async def _spoil(self, fault: Fault, capture: Capture, send: Send) -> None:
        if fault.name == "drop_after":
            await drop(send)
        elif fault.name == "half_body":
            await capture.send(send, length=max(1, len(capture.body) // 2))
            await drop(send, is_gentle=True)
        elif fault.name == "slow_drip":
            await capture.drip(send, _DRIP_BYTES, float(fault.word("ms", 100)) / 1000)
        else:
            capture.replace(_SPOILERS[fault.name](fault, capture.body))
            await capture.send(send)


def _status(fault: Fault, now_s: float) -> Capture:
    """`limit` adds the headers that tell a limit that is used up."""
    code = int(fault.word("code", 500))
    headers = [(b"content-type", b"application/json")]
    if fault.word("limit", None) is not None:
        reset_s = int(now_s) + int(fault.word("retry_after", 60))
        told = {"limit": fault.words["limit"], "remaining": 0, "reset": reset_s}
        headers += [(f"x-ratelimit-{name}".encode(), str(value).encode()) for name, value in told.items()]
    if fault.word("retry_after", None) is not None:
        headers.append((b"retry-after", str(fault.words["retry_after"]).encode()))
    name = {401: "Unauthorized", 403: "Forbidden", 429: "RateLimitExceeded"}.get(code, "ServerError")
    body = msgspec.json.encode(
        {"error": name, "message": fault.word("message", "A fault that was asked for")}
    )
    return Capture(code, headers, body)


def _wrong_json(_fault: Fault, _body: bytes) -> bytes:
    return b'{"data": [{"site_id": 17'


def _wrong_type_row(fault: Fault, body: bytes) -> bytes:
    """One row of the list gets an object where the client expects a number or text."""
    payload = msgspec.json.decode(body)
    rows = payload
    while isinstance(rows, dict):
        rows = next((value for value in rows.values() if isinstance(value, list | dict)), None)
    if isinstance(rows, list) and rows:
        row = rows[int(fault.word("row", 0)) % len(rows)]
        if isinstance(row, dict):
            row[fault.word("field", next(iter(row)))] = {"unexpected": True}
    return msgspec.json.encode(payload)


def _clip_not_ready(_fault: Fault, body: bytes) -> bytes:
    payload = msgspec.json.decode(body)
    for row in payload.get("events", ()) if isinstance(payload, dict) else ():
        row |= {"mp4": None, "thumbnail": None, "snapshots": []}
    return msgspec.json.encode(payload)


_SPOILERS = {"wrong_json": _wrong_json, "wrong_type_row": _wrong_type_row, "clip_not_ready": _clip_not_ready}
