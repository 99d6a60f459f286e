"""Faults the gateway can be told to make: which request they hit, how often, and what they do to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from chekt_console.simulator.clip_spec import DEFECTS
from chekt_console.simulator.connection import Capture, drop
from chekt_console.simulator.gateway import number
from chekt_console.simulator.problem import invalid
from chekt_console.simulator.schedule_rows import SCHEDULE, save_as_another

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
# Before the request is looked at, or when it was done and is not answered yet.
_DROPS_BEFORE = frozenset({"drop_before", "reset_before"})
_DROPS_AFTER = frozenset({"drop_after", "reset_after"})
# The handlers ask for these themselves.
_TAKEN_INSIDE = WEBHOOK | {"clip_not_ready", "clip_defect", "stalled_mjpeg", "lacking_types"}
NAMES = _TAKEN_INSIDE | _ENDING | _DROPS_BEFORE | _DROPS_AFTER | {
    "latency", "status", "half_body", "wrong_json", "wrong_type_row", "slow_drip", "lost_race", "clock_skew", "restart",
}  # fmt: skip
# When it happens: before the request is looked at, when its write is half done, or when it was done and is not answered yet.
_AT = {"latency": ("begin", "answer"), "restart": ("commit", "answer")}
_DRIP_BYTES = 64
_PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Welcome to our network</h1></body></html>\n"
_LONGEST_S = 10**8


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
    """The faults that wait, in the order they were asked for. A wrong clock stays so until the faults are cleared, and clips
    are not ready for so many `seconds` of the gateway's clock, however often they are asked for."""

    def __init__(self, clock: GatewayClock) -> None:
        self._faults: list[Fault] = []
        self._clock = clock
        self._clips_held: list[_HeldClips] = []

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
        if name == "lost_race" and SCHEDULE.fullmatch(path) is None:
            raise invalid("path", "path must be that of a schedule: nothing else is versioned")
        if name == "clip_defect" and words.get("defect") not in DEFECTS:
            raise invalid("defect", f"defect must be one of {', '.join(DEFECTS)}")
        if name in _AT and words.setdefault("at", _AT[name][0]) not in _AT[name]:
            raise invalid("at", f"at must be one of {', '.join(_AT[name])}")
        fault = Fault(name, path, str(method).upper(), count, words)
        if name == "clock_skew":
            self._clock.skew_ms = round(_seconds(words, -_LONGEST_S) * 1000)
        elif name == "clip_not_ready":
            until_ms = self._clock.now_ms() + round(_seconds(words, 0) * 1000)
            event_id = number(words.get("event_id"))
            if event_id is None and words.get("event_id") is not None:
                raise invalid("event_id", "event_id must be that of an event")
            self._clips_held.append(_HeldClips(event_id, until_ms))
        else:
            self._faults.append(fault)
        return fault

    @property
    def are_waiting(self) -> bool:
        return bool(self._faults)

    def clear(self) -> None:
        self._faults.clear()
        self._clips_held.clear()
        self._clock.skew_ms = 0

    def waiting(self) -> list[dict[str, object]]:
        """Clips that are held back first, with the seconds that are left."""
        now_ms = self._clock.now_ms()
        held = [one.describe(now_ms) for one in self._clips_held if one.until_ms > now_ms]
        return [*held, *(fault.describe() for fault in self._faults)]

    def take(self, method: str, path: str) -> Fault | None:
        """The fault of this request, used up by one. Latency adds up with none other: one fault a request."""
        return self._use(lambda fault: fault.name not in _TAKEN_INSIDE and fault.fits(method, path))

    def webhook(self) -> Fault | None:
        """The fault of this delivery."""
        return self._use(lambda fault: fault.name in WEBHOOK)

    def clip_defect(self, path: str) -> str:
        fault = self._use(lambda fault: fault.name == "clip_defect" and fault.fits("GET", path))
        return str(fault.words["defect"]) if fault else ""

    def holds_clip(self, event_id: int) -> bool:
        """Whether the site is still sending it."""
        now_ms = self._clock.now_ms()
        return any(one.event_id in (None, event_id) and one.until_ms > now_ms for one in self._clips_held)

    def stalls_after(self, mac: str, path: str) -> int | None:
        """After so many pictures this stream falls silent and stays open; None: it does not."""
        fault = self._use(
            lambda fault: (
                fault.name == "stalled_mjpeg" and fault.word("mac", mac) == mac and fault.fits("GET", path)
            )
        )
        return int(fault.word("after", 0)) if fault else None

    def lacking_types(self) -> Fault | None:
        """Of this registration of a webhook: `types` are refused; not `is_named`, the answer does not say which."""
        return self._use(lambda fault: fault.name == "lacking_types")

    def _use(self, fits: Any) -> Fault | None:
        for fault in self._faults:
            if fits(fault):
                fault.left -= 1
                if fault.left <= 0:
                    self._faults.remove(fault)
                return fault
        return None


@dataclass(frozen=True, slots=True)
class _HeldClips:
    """That of one event, or all."""

    event_id: int | None
    until_ms: int

    def describe(self, now_ms: int) -> dict[str, object]:
        left_s = (self.until_ms - now_ms) / 1000
        return {"name": "clip_not_ready", "event_id": self.event_id, "seconds": left_s}


def _seconds(words: dict[str, Any], low: float) -> float:
    """Raises Problem 400."""
    seconds = words.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not low <= seconds <= _LONGEST_S:
        raise invalid("seconds", "seconds must be a number" if low else "seconds must be a number from 0")
    return seconds


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
        elif fault.name == "latency" and fault.words["at"] == "begin":
            await _be_late(fault)
            await self._app(scope, receive, send)
        elif fault.name in _DROPS_BEFORE:
            self._gateway.record.add_scope(scope)
            await drop(send, is_reset=fault.name == "reset_before")
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
        elif fault.name == "restart":
            await self._restart(fault, scope, receive)
        else:
            capture = Capture()
            # What spoils a body needs one, so it is sent also to who has it already.
            headers = [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]
            await self._app({**scope, "headers": headers}, receive, capture)
            await self._spoil(fault, capture, send)

    async def _restart(self, fault: Fault, scope: Scope, receive: Receive) -> None:
        """Of a write that is half done nothing is kept. A request that writes nothing ends at its answer."""
        gateway = self._gateway
        if fault.words["at"] == "commit":
            gateway.database.before_commit = gateway.intake.before_commit = gateway.restart
        await self._app(scope, receive, Capture())
        gateway.restart()

    def _end_credential(self, scope: Scope) -> None:
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        credential = given.decode("latin-1").partition(" ")[2].strip()
        if credential in self._gateway.keys:
            self._gateway.keys[credential] = "revoked"
        else:
            self._gateway.access_tokens.end(credential)

    async def _spoil(self, fault: Fault, capture: Capture, send: Send) -> None:
        if fault.name in _DROPS_AFTER:
            await drop(send, is_reset=fault.name == "reset_after")
        elif fault.name == "latency":
            await _be_late(fault)
            await capture.send(send)
        elif fault.name == "half_body":
            await capture.send(send, length=max(1, len(capture.body) // 2))
            await drop(send, is_gentle=True)
        elif fault.name == "slow_drip":
            await capture.drip(send, _DRIP_BYTES, float(fault.word("ms", 100)) / 1000)
        else:
            capture.replace(_SPOILERS[fault.name](fault, capture.body))
            await capture.send(send)


async def _be_late(fault: Fault) -> None:
    await asyncio.sleep(float(fault.word("ms", 1000)) / 1000)


def _status(fault: Fault, now_s: float) -> Capture:
    """`limit` adds the headers that tell a limit that is used up; `page`: a web page, as of a proxy or a network that wants a
    sign-in of its own."""
    code = int(fault.word("code", 500))
    if fault.word("page", False):
        return Capture(code, [(b"content-type", b"text/html; charset=utf-8")], _PAGE)
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


_SPOILERS = {"wrong_json": _wrong_json, "wrong_type_row": _wrong_type_row}
