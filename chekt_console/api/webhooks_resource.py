"""Tells the gateway where webhooks are to be delivered, over the simulator's control call."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx

from chekt_console.api.transport import Transport
from chekt_console.domain.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_PATH = "/_simulator/webhooks"


class _ControlToken(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-Control-Token"] = self._token
        yield request

    def __repr__(self) -> str:
        return "_ControlToken(***)"


def register(base_url: str, control_token: str, url: str, secret: str) -> None:
    """Deliveries to `url` from now on, signed with `secret`; the same URL again replaces the older. Blocks."""
    with _transport(base_url, control_token) as transport:
        body = {"url": url, "secret": secret, "events": []}
        transport.write("POST", _PATH, "the registration of webhooks", body, idempotency_key=url)


def unregister(base_url: str, control_token: str, url: str) -> None:
    """No more deliveries to `url`; none registered is fine too. Blocks."""
    with _transport(base_url, control_token) as transport:
        found = transport.get(_PATH, "the registered webhooks").json()
        rows = found.get("webhooks", ()) if isinstance(found, dict) else ()
        for row in rows:
            if isinstance(row, dict) and row.get("url") == url:
                path = f"{_PATH}/{quote(str(row.get('webhook_id')), safe='')}"
                transport.write("DELETE", path, "the registration of webhooks", idempotency_key=path)


@contextmanager
def _transport(base_url: str, control_token: str) -> Iterator[Transport]:
    transport = Transport(
        base_url, _ControlToken(control_token), clock=SystemClock(), user_agent="CHeKT Console"
    )
    try:
        yield transport
    finally:
        transport.close()
