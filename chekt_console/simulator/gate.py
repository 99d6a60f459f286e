"""What stands before every public call: the record, the API key and the limits."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from chekt_console.simulator.partner_access import is_connected
from chekt_console.simulator.problem import Problem, problem_reply

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from chekt_console.simulator.gateway import Gateway

_PUBLIC, _PARTNER = "/ext/", "/partner/"
CONTROL = "/_simulator/"
READS = frozenset({"/ext/v1/activity-logs/search", "/ext/v1/events-video-urls"})


class Gate:
    def __init__(self, app: ASGIApp, gateway: Gateway) -> None:
        self._app = app
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, headers = scope["path"], Headers(scope=scope)
        if path.startswith(CONTROL):
            refusal = self._control_refusal(headers)
            extra: dict[str, str] = {}
        elif path.startswith(_PUBLIC):
            refusal, extra = self._public_refusal(scope["method"], path, headers)
        elif path.startswith(_PARTNER):
            refusal, extra = self._partner_refusal(scope, headers)
        else:
            refusal, extra = None, {}
        entry = {} if path.startswith(CONTROL) else self._gateway.record.add_scope(scope)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]
                MutableHeaders(scope=message).update(extra)
            await send(message)

        if refusal is not None:
            await problem_reply(refusal, self._gateway.config.dialect)(scope, receive, marked)
        else:
            await self._app(scope, receive, marked)

    def _control_refusal(self, headers: Headers) -> Problem | None:
        given = headers.get("x-control-token", "")
        if hmac.compare_digest(
            given.encode("utf-8", "replace"), self._gateway.secrets.control_token.encode()
        ):
            return None
        return Problem(403, "Forbidden", "X-Control-Token is missing or wrong")

    def _public_refusal(
        self, method: str, path: str, headers: Headers
    ) -> tuple[Problem | None, dict[str, str]]:
        """An API key, or the access token of a partner that the dealer is connected to (ours: the documents are silent)."""
        scheme, _, key = headers.get("authorization", "").partition(" ")
        right = self._right(key.strip()) if scheme.lower() == "bearer" else ""
        verdict = self._gateway.limits.take(key if right else "nobody")
        extra = verdict.headers()
        if verdict.retry_after_s:
            return Problem(429, "RateLimitExceeded", "Too many requests; wait and try again"), extra
        if not right or right == "revoked":
            return Problem(401, "Unauthorized", "The API key or token is missing, wrong or revoked"), extra
        if right == "read" and method not in ("GET", "HEAD") and path not in READS:
            return Problem(403, "Forbidden", "This key may only read"), extra
        return None, extra

    def _right(self, key: str) -> str:
        """What a key or token opens under /ext/v1: "all", "read", "revoked", or "" for nothing."""
        known = self._gateway.keys.get(key, "")
        if known or key.count(".") != 2:
            return known
        caller = self._gateway.access_tokens.read(self._gateway, key)
        if caller is None or "read:sites" not in caller.scopes or not is_connected(self._gateway, caller):
            return ""
        return "all" if "update:sites" in caller.scopes else "read"

    def _partner_refusal(self, scope: Scope, headers: Headers) -> tuple[Problem | None, dict[str, str]]:
        """Lets pass with the caller in the scope's state; what it may do is for the handlers."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        gateway = self._gateway
        caller = gateway.access_tokens.read(gateway, token.strip()) if scheme.lower() == "bearer" else None
        verdict = gateway.partner_limits.take(caller.client_id if caller else "nobody")
        extra = verdict.headers()
        if verdict.retry_after_s:
            return Problem(429, "RateLimitExceeded", "Too many requests; wait and try again"), extra
        if caller is None:
            problem = Problem(
                401, "Unauthorized", "The access token is missing, wrong or expired",
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )  # fmt: skip
            return problem, extra
        scope.setdefault("state", {})["caller"] = caller
        return None, extra
