"""The partner's machine access: a signed assertion for a token, again whenever the token ends (chekt-api.md 2.3)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.auth.partner_key import assertion

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from chekt_console.auth.token_server import Tokens, TokenServer

_KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class PartnerClient:
    """As registered with CHeKT; the key itself stays in the keyring."""

    client_id: str
    key_id: str
    audience: str


class PartnerRenewal:
    def __init__(
        self,
        server: TokenServer,
        client: PartnerClient,
        key: RSAPrivateKey,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._server = server
        self._client = client
        self._key = key
        self._now = now

    def renew(self) -> Tokens:
        """A new assertion each time: a server that saw its jti would refuse it twice."""
        signed = assertion(
            self._key,
            client_id=self._client.client_id,
            key_id=self._client.key_id,
            audience=self._server.root,
            now=self._now,
        )
        return self._server.ask(
            {
                "grant_type": "client_credentials",
                "client_id": self._client.client_id,
                "client_assertion_type": _KIND,
                "client_assertion": signed,
                "audience": self._client.audience,
            }
        )
