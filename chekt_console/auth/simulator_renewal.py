"""Tokens of the embedded gateway, asked for over its control call: trying the program needs no sign-in page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from chekt_console.auth.elapsed import elapsed_s
from chekt_console.auth.secret import Secret
from chekt_console.auth.token_server import Tokens
from chekt_console.errors import Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

_TIMEOUT_S = 10.0


class SimulatorRenewal:
    def __init__(self, base_url: str, control_token: str, *, now: Callable[[], float] = elapsed_s) -> None:
        self._url = f"{base_url.rstrip('/')}/_simulator/token"
        self._control_token = control_token
        self._now = now

    def renew(self) -> Tokens:
        headers = {"X-Control-Token": self._control_token}
        try:
            with httpx.Client(timeout=_TIMEOUT_S, trust_env=False) as client:
                body = client.post(self._url, headers=headers).raise_for_status().json()
            life_s = float(body["expires_in"])
            return Tokens(Secret(str(body["access_token"])), Secret(""), life_s, self._now() + life_s)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Unreachable(
                "The simulator cannot be reached. Nothing was sent.", detail=type(error).__name__
            ) from None
