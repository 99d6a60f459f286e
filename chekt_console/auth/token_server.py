"""The OAuth server of one connection: its token and revocation calls, and the tokens that come back."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from chekt_console.auth.elapsed import elapsed_s
from chekt_console.auth.secret import Secret
from chekt_console.errors import NotSignedIn, ServerBroken, UnexpectedReply, Unreachable

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_TOTAL_S = 60.0
_MAX_BYTES = 1_000_000
_UNTOLD_LIFE_S = 300.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Tokens:
    """`ends_s` counts on elapsed_s: a computer whose clock is wrong, or that slept, renews in time all the same."""

    access: Secret
    refresh: Secret
    life_s: float
    ends_s: float


class TokenServer:
    """One short-lived client per call: sign-ins are rare, and nothing stays open between them."""

    def __init__(
        self,
        auth_url: str,
        *,
        verify: ssl.SSLContext,
        now: Callable[[], float] = elapsed_s,
        http_transport: httpx.BaseTransport | None = None,
    ) -> None:
        parts = urlsplit(auth_url)
        is_loopback = parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback)):
            raise Unreachable("The address of the sign-in server must begin with https://.")
        self.root = auth_url.rstrip("/")
        self.host = parts.netloc
        self._trusts_environment = not is_loopback
        self._verify = verify
        self._now = now
        self._http_transport = http_transport

    @property
    def authorize_url(self) -> str:
        return f"{self.root}/authorize"

    @property
    def issuer(self) -> str:
        return f"{self.root}/"

    def ask(self, form: Mapping[str, str]) -> Tokens:
        """Raises NotSignedIn when refused, Unreachable when no answer came (what was sent may have acted)."""
        body = _object(self._post("/oauth/token", form))
        access = body.get("access_token")
        if not isinstance(access, str) or not _is_header_safe(access):
            raise UnexpectedReply(
                "The sign-in server's answer holds no access token.", endpoint="POST /oauth/token"
            )
        refresh = body.get("refresh_token")
        life_s = _life_s(body.get("expires_in"))
        return Tokens(
            Secret(access), Secret(refresh if isinstance(refresh, str) else ""), life_s, self._now() + life_s
        )

    def revoke(self, form: Mapping[str, str]) -> None:
        self._post("/oauth/revoke", form)

    def _post(self, path: str, form: Mapping[str, str]) -> bytes:
        try:
            with (
                httpx.Client(
                    verify=self._verify,
                    timeout=_TIMEOUT,
                    trust_env=self._trusts_environment,
                    transport=self._http_transport,
                ) as client,
                client.stream(
                    "POST", f"{self.root}{path}", data=dict(form), headers={"Accept-Encoding": "identity"}
                ) as reply,
            ):
                content = _bounded(reply)
        except (httpx.TransportError, httpx.DecodingError) as error:
            # The library's words may hold the form; only the kind of error goes to the log.
            raise Unreachable(
                f"The sign-in server {self.host} cannot be reached.",
                detail=type(error).__name__,
                may_have_acted=not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout),
            ) from None
        if reply.status_code >= 500 or reply.status_code == 429:
            raise ServerBroken(
                f"The sign-in server {self.host} has trouble. Try again in a minute.",
                status=reply.status_code,
            )
        if reply.is_redirect or content.lstrip().startswith(b"<"):  # neither is a refusal in OAuth
            raise UnexpectedReply(
                f"A web page came in place of the answer of the sign-in server {self.host}. The network may want a sign-in"
                " of its own: open any page in the browser, then try again.",
                endpoint=f"POST {path}",
                detail=f"status {reply.status_code}",
            )
        if reply.status_code >= 300:
            body = _object(content, is_error=True)
            code = _plain(body.get("error"))
            why = _plain(body.get("error_description")) or code or f"status {reply.status_code}"
            raise NotSignedIn(f"The sign-in server refused: {why}", status=reply.status_code, code=code)
        return content


def _bounded(reply: httpx.Response) -> bytes:
    """As it comes, so that nothing packed can grow; by a deadline."""
    if reply.is_stream_consumed:  # it is in memory already
        return reply.content
    ends_s = time.monotonic() + _TOTAL_S
    body = bytearray()
    for part in reply.iter_raw():
        body += part
        if len(body) > _MAX_BYTES:
            raise UnexpectedReply("The sign-in server's answer is too big.", endpoint="POST /oauth/token")
        if time.monotonic() > ends_s:
            raise httpx.ReadTimeout("the whole took too long")
    return bytes(body)


def _object(content: bytes, *, is_error: bool = False) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return body
    if is_error:
        return {}
    raise UnexpectedReply("The sign-in server's answer cannot be read.", endpoint="POST /oauth/token")


def _life_s(told: object) -> float:
    try:
        life = float(told)  # type: ignore[arg-type]  # whatever it is, a number or not one
    except (TypeError, ValueError):
        return _UNTOLD_LIFE_S
    return life if math.isfinite(life) and life > 0 else _UNTOLD_LIFE_S


def _is_header_safe(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def _plain(text: object) -> str:
    return "".join(c for c in text if c.isprintable())[:200] if isinstance(text, str) else ""
