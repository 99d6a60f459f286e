"""A bearer token that renews itself shortly before its end and once on 401, one renewal in flight for all threads."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

import httpx

from chekt_console.errors import NotSignedIn

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from chekt_console.auth.token_server import Tokens

_MOST_EARLY_S = 60.0
_EARLY_PART = 0.1


class Renewal(Protocol):
    """Where new tokens come from; called by one thread at a time."""

    def renew(self) -> Tokens: ...


class TokenAuth(httpx.Auth):
    def __init__(
        self, renewal: Renewal, tokens: Tokens | None = None, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._renewal = renewal
        self._tokens = tokens
        self._now = now
        self._lock = threading.Lock()
        self._ended: NotSignedIn | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        tokens = self._good()
        request.headers["Authorization"] = f"Bearer {tokens.access.reveal()}"
        response = yield request
        if response.status_code == 401:
            tokens = self._good(refused=tokens)
            request.headers["Authorization"] = f"Bearer {tokens.access.reveal()}"
            yield request

    def _good(self, refused: Tokens | None = None) -> Tokens:
        """Whoever comes while another renews waits for the lock and finds the new tokens."""
        with self._lock:
            if self._ended is not None:
                raise self._ended
            tokens = self._tokens
            if tokens is None or tokens is refused or self._is_near_end(tokens):
                try:
                    tokens = self._tokens = self._renewal.renew()
                except NotSignedIn as error:
                    self._ended = error  # a spent token is not sent again and again
                    raise
            return tokens

    def _is_near_end(self, tokens: Tokens) -> bool:
        return self._now() >= tokens.ends_s - min(_MOST_EARLY_S, tokens.life_s * _EARLY_PART)

    def __repr__(self) -> str:
        return "TokenAuth(***)"
