"""Expiring links to clips and stream tokens of cameras, both signed with the gateway's own key."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass

import msgspec

LINK_LIFE_S = 3600
TOKEN_LIFE_S = 3600


class ExpiredToken(Exception):
    """The token was good and is too old, or never was good."""


@dataclass(frozen=True)
class StreamToken:
    mac: str
    channel: int


class Signer:
    def __init__(self, key: bytes) -> None:
        # Copies of one that has the key are a fourth of the cost of making each anew.
        self._keyed = hmac.new(key, digestmod="sha256")

    def link(self, path: str, now_ms: int) -> str:
        """`path` with an expiry and a signature; good for an hour."""
        expires = now_ms // 1000 + LINK_LIFE_S
        return f"{path}?expires={expires}&signature={self._mark(f'{path}?{expires}')}"

    def is_good_link(self, path: str, expires: str, signature: str, now_ms: int) -> bool:
        if (
            not expires.isascii()
            or not expires.isdigit()
            or len(expires) > 12
            or int(expires) < now_ms // 1000
        ):
            return False
        return hmac.compare_digest(
            self._mark(f"{path}?{expires}").encode(), signature.encode("utf-8", "replace")
        )

    def stream_token(self, mac: str, channel: int, now_ms: int) -> str:
        """A JWT of one camera, as the service hands out: `sub` with colons, `channel`, `group_channel`."""
        issued = now_ms // 1000
        with_colons = ":".join(mac[n : n + 2] for n in range(0, len(mac), 2))
        claims = {
            "sub": with_colons, "channel": channel, "group_channel": channel, "iat": issued, "exp": issued + TOKEN_LIFE_S,
        }  # fmt: skip
        head = _text(msgspec.json.encode({"alg": "HS256", "typ": "JWT"}))
        body = f"{head}.{_text(msgspec.json.encode(claims))}"
        return f"{body}.{_text(self._digest(body))}"

    def read_stream_token(self, token: str, now_ms: int) -> StreamToken:
        """Raises ExpiredToken."""
        body, _, mark = token.rpartition(".")
        if not hmac.compare_digest(_text(self._digest(body)).encode(), mark.encode("utf-8", "replace")):
            raise ExpiredToken
        payload = body.partition(".")[2]
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if claims["exp"] < now_ms // 1000:
            raise ExpiredToken
        return StreamToken(str(claims["sub"]).replace(":", "").upper(), int(claims["channel"]))

    def _mark(self, text: str) -> str:
        return self._digest(text).hex()

    def _digest(self, text: str) -> bytes:
        keyed = self._keyed.copy()
        keyed.update(text.encode("utf-8", "replace"))
        return keyed.digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
