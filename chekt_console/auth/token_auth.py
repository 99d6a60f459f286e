"""A bearer token that renews itself shortly before its end and once on 401, one renewal in flight for all threads."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

import httpx

from chekt_console.auth.elapsed import elapsed_s
from chekt_console.errors import KeyringUnavailable, NotSignedIn, ServerBroken, UnexpectedReply, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from chekt_console.auth.token_server import Tokens

_MOST_EARLY_S = 60.0
_EARLY_PART = 0.1
_NEW_S = 10.0


class Renewal(Protocol):
    """Where new tokens come from; called by one thread at a time."""

    def renew(self) -> Tokens: ...


class TokenAuth(httpx.Auth):
    def __init__(
        self, renewal: Renewal, tokens: Tokens | None = None, *, now: Callable[[], float] = elapsed_s
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
            fresh = self._good(refused=tokens)
            if fresh is not tokens:
                request.headers["Authorization"] = f"Bearer {fresh.access.reveal()}"
                yield request

    def _good(self, refused: Tokens | None = None) -> Tokens:
        """Whoever comes while another renews waits for the lock and finds the new tokens."""
        with self._lock:
            if self._ended is not None:
                # One for each who asks: what they add to it stays theirs.
                ended = self._ended
                raise NotSignedIn(ended.sentence, status=ended.status, detail=ended.detail)
            tokens = self._tokens
            is_refused = tokens is not None and tokens is refused and not self._is_new(tokens)
            if tokens is None or is_refused or self._is_near_end(tokens):
                try:
                    tokens = self._tokens = self._renewal.renew()
                except NotSignedIn as error:
                    # A spent token is not sent again and again.
                    self._ended = NotSignedIn(error.sentence, status=error.status, detail=error.detail)
                    raise
                except (KeyringUnavailable, ServerBroken, UnexpectedReply, Unreachable) as error:
                    # The keyring's trouble or the sign-in server's, and no end of the sign-in: what was to be sent
                    # with the token has not left this computer.
                    raise Unreachable(f"{error.sentence} Nothing was sent.", detail=error.detail) from error
            return tokens

    def _is_new(self, tokens: Tokens) -> bool:
        """A token refused as soon as it was made is not allowed here; another one would fare no better."""
        return self._now() - (tokens.ends_s - tokens.life_s) < _NEW_S

    def _is_near_end(self, tokens: Tokens) -> bool:
        return self._now() >= tokens.ends_s - min(_MOST_EARLY_S, tokens.life_s * _EARLY_PART)

    def __repr__(self) -> str:
        return "TokenAuth(***)"
