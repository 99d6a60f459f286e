"""The short way in for single events: past the routes, which cost more than the event itself.

Same checks, limits, record and answers as by the long way, which takes whatever is unusual: arrays, faults, wrong tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from chekt_console.simulator.problem import Problem, problem_reply
from chekt_console.simulator.routes_partner_events import PATH, SCOPE, keep_single

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from chekt_console.simulator.event_intake import EventIntake
    from chekt_console.simulator.gateway import Gateway

_MAX_BODY = 20_000
_TYPE = (b"content-type", b"application/json")


class IntakeDoor:
    def __init__(self, app: ASGIApp, gateway: Gateway, intake: EventIntake) -> None:
        self._app = app
        self._gateway = gateway
        self._intake = intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gateway = self._gateway
        if (
            scope["type"] != "http"
            or scope["path"] != PATH
            or scope["method"] != "POST"
            or gateway.faults.are_waiting
        ):
            await self._app(scope, receive, send)
            return
        bearer, key = "", ""
        for name, value in scope["headers"]:
            if name == b"authorization":
                bearer = value.decode("latin-1")
            elif name == b"idempotency-key":
                key = value.decode("latin-1")
        caller = gateway.access_tokens.read(gateway, bearer[7:]) if bearer.startswith("Bearer ") else None
        if caller is None or SCOPE not in caller.scopes:
            await self._app(scope, receive, send)
            return
        message = await receive()
        raw = message.get("body", b"")
        if message.get("more_body") or len(raw) > _MAX_BODY or not raw.startswith(b"{"):
            await self._app(scope, _again(message, receive), send)
            return
        verdict = gateway.partner_limits.take(caller.client_id)
        entry = gateway.record.add(scope)
        try:
            if verdict.retry_after_s:
                raise Problem(429, "RateLimitExceeded", "Too many requests; wait and try again")
            status, body, more = await keep_single(gateway, self._intake, caller, key, raw)
        except Problem as problem:
            entry["status"] = problem.status
            problem.headers |= verdict.headers()
            await problem_reply(problem, gateway.config.dialect)(scope, receive, send)
            return
        entry["status"] = status
        text = msgspec.json.encode(body)
        headers = [_TYPE, (b"content-length", b"%d" % len(text))]
        for names in (more, verdict.headers()):
            headers += [(name.lower().encode(), words.encode()) for name, words in names.items()]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text})


def _again(message: Message, receive: Receive) -> Receive:
    """Gives the message that was taken once more, then what follows it."""
    waiting = [message]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
