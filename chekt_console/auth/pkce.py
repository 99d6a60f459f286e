"""The secrets of one authorization request: state, PKCE verifier and its S256 challenge (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """Made new for each sign-in, kept in memory only, never printed."""

    state: str
    verifier: str

    @classmethod
    def new(cls) -> AuthorizationRequest:
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(64))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

    def url(self, authorize_url: str, *, client_id: str, redirect_uri: str, scope: str, audience: str) -> str:
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "scope": scope,
            "audience": audience,
            "state": self.state,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }
        return f"{authorize_url}?{urlencode(query)}"

    def __repr__(self) -> str:
        return "AuthorizationRequest(***)"
