"""Programs that may ask for tokens: the console itself and registered partners, and how each proves who it is."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit

from chekt_console.simulator.oauth_keys import BadToken, header_of, public_key_of, verified

if TYPE_CHECKING:
    from chekt_console.simulator.gateway import Gateway

CONSOLE_CLIENT = "chekt-console"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ASSERTION_S, _SKEW_S = 300, 60
USER_SCOPES = ("openid", "profile", "email", "offline_access")
_KINDS = ("sites", "devices", "site_contacts", "monitoring_stations")
SCOPES = (
    "read:dealer", "update:dealer",
    *(f"{verb}:{kind}" for kind in _KINDS for verb in ("create", "read", "update", "delete")),
    "read:arming_settings", "update:arming_settings", "create:webhooks", "read:webhooks", "delete:webhooks",
    "create:events",
)  # fmt: skip


class OAuthError(Exception):
    """`name` is the error code of RFC 6749."""

    def __init__(self, name: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.name, self.message, self.status = name, message, status


@dataclass(frozen=True)
class Client:
    """`secret_hash` empty: a public client, which has to use PKCE."""

    client_id: str
    name: str
    secret_hash: str
    kid: str
    public_key: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]

    @property
    def is_public(self) -> bool:
        return not self.secret_hash

    def allows_redirect(self, uri: str) -> bool:
        return any(is_same_redirect(uri, known) for known in self.redirect_uris)


_CONSOLE = Client(
    CONSOLE_CLIENT, "CHeKT Console", "", "", "",
    ("http://127.0.0.1/callback", "http://[::1]/callback", "http://localhost/callback"), SCOPES,
)  # fmt: skip


def is_same_redirect(uri: str, known: str) -> bool:
    """Letter by letter; only the port of a loopback address may be any (RFC 8252, 7.3)."""
    if uri == known:
        return True
    try:
        given, kept = urlsplit(uri), urlsplit(known)
        port = given.port
    except ValueError:
        return False
    if kept.scheme != "http" or kept.hostname not in _LOOPBACK or kept.port is not None or not port:
        return False
    host = f"[{kept.hostname}]" if ":" in (kept.hostname or "") else kept.hostname
    return uri == known.replace(f"://{host}", f"://{host}:{port}", 1)


def find_client(gateway: Gateway, client_id: str) -> Client | None:
    if client_id == CONSOLE_CLIENT:
        return _CONSOLE
    row = gateway.database.row("SELECT * FROM oauth_client WHERE client_id = ?", client_id)
    if row is None:
        return None
    return Client(
        row["client_id"], row["name"], row["secret_hash"], row["kid"], row["public_key"],
        tuple(json.loads(row["redirect_uris"])), tuple(json.loads(row["scopes"])),
    )  # fmt: skip


def store_client(connection: sqlite3.Connection, client: Client) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO oauth_client VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            client.client_id, client.name, client.secret_hash, client.kid, client.public_key,
            json.dumps(client.redirect_uris), json.dumps(client.scopes),
        ),
    )  # fmt: skip


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(32)


async def authenticated(gateway: Gateway, form: dict[str, str], authorization: str) -> tuple[Client, bool]:
    """The client, and whether it proved itself by a key. Raises OAuthError."""
    if "client_assertion" in form or "client_assertion_type" in form:
        return await _by_assertion(gateway, form), True
    client_id, given = form.get("client_id", ""), form.get("client_secret", "")
    if authorization:
        client_id, given = _basic(authorization)
    client = find_client(gateway, client_id)
    if client is None:
        raise OAuthError("invalid_client", "Unknown client", 401)
    if not client.is_public and not hmac.compare_digest(digest(given), client.secret_hash):
        raise OAuthError("invalid_client", "The client secret is missing or wrong", 401)
    return client, False


async def _by_assertion(gateway: Gateway, form: dict[str, str]) -> Client:
    """RS256, known kid, iss and sub the client, aud the tenant's root with its slash, five minutes, used once."""
    if form.get("client_assertion_type") != JWT_BEARER:
        raise OAuthError("invalid_request", f"client_assertion_type must be {JWT_BEARER}")
    token = form.get("client_assertion", "")
    try:
        head = header_of(token)
        if head.get("alg") != "RS256":
            raise _refused("alg must be RS256")
        row = gateway.database.row(
            "SELECT client_id FROM oauth_client WHERE kid = ? AND kid <> ''", str(head.get("kid", ""))
        )
        client = find_client(gateway, row["client_id"]) if row else None
        if client is None:
            raise _refused("kid names no registered key")
        claims = verified(token, public_key_of(client.public_key))
    except BadToken as error:
        raise _refused(str(error)) from error
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise _refused("iss and sub must both be the client id")
    if form.get("client_id", client.client_id) != client.client_id:
        raise _refused("client_id and the assertion differ")
    if claims.get("aud") != f"{gateway.url}/":
        raise _refused(f"aud must be {gateway.url}/ with its slash")
    now_s = gateway.clock.now_ms() // 1000
    issued, ends, jti = claims.get("iat"), claims.get("exp"), claims.get("jti")
    if not isinstance(issued, int) or not isinstance(ends, int):
        raise _refused("iat and exp must be whole seconds")
    if ends <= now_s or issued > now_s + _SKEW_S:
        raise _refused("the assertion has expired or is not valid yet")
    if not 0 < ends - issued <= _ASSERTION_S:
        raise _refused("exp must be at most 5 minutes after iat")
    if not isinstance(jti, str) or not 1 <= len(jti) <= 200:
        raise _refused("jti is missing")
    await gateway.database.write(lambda connection: _use_jti(connection, client.client_id, jti, ends, now_s))
    return client


def _use_jti(connection: sqlite3.Connection, client_id: str, jti: str, ends: int, now_s: int) -> None:
    connection.execute("DELETE FROM oauth_jti WHERE ends_s < ?", (now_s - 3600,))
    found = connection.execute(
        "INSERT OR IGNORE INTO oauth_jti VALUES (?, ?, ?)", (client_id, jti, ends)
    ).rowcount
    if not found:
        raise _refused("jti was used before")


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, text = authorization.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError
        name, _, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (ValueError, binascii.Error) as error:
        raise OAuthError("invalid_client", "The Authorization header cannot be read", 401) from error
    return unquote_plus(name), unquote_plus(secret)


def _refused(why: str) -> OAuthError:
    return OAuthError("invalid_client", f"The client assertion was refused: {why}", 401)
