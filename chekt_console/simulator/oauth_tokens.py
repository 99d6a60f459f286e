"""Makes, renews, ends and reads tokens. A refresh token works once; a second use of one ends its whole family."""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from chekt_console.simulator.config import DEALER_ID, DEALER_NAME, DEALER_USER
from chekt_console.simulator.gateway import Gateway
from chekt_console.simulator.oauth_clients import Client, OAuthError, digest, new_secret
from chekt_console.simulator.oauth_keys import BadToken

ACCESS_S = 3600
_REFRESH_MS = 30 * 86_400_000
_CODE_MS = 60_000
_AUDIENCES = ("https://api.chekt.com", "https://api.chektdev.com")
_CACHED = 500


@dataclass(frozen=True)
class Grant:
    """What a person agreed to on the sign-in page."""

    redirect_uri: str
    scope: str
    audience: str
    challenge: str = ""
    nonce: str = ""
    auth_time_s: int = 0


def audience_of(gateway: Gateway, given: str) -> str:
    """Raises OAuthError."""
    if not given:
        return gateway.url
    if given.rstrip("/") not in (gateway.url, *_AUDIENCES):
        raise OAuthError("invalid_target", f"Unknown audience {given}")
    return given


async def make_code(gateway: Gateway, client: Client, grant: Grant) -> str:
    code, now_ms = new_secret(), gateway.clock.now_ms()
    text = msgspec.json.encode(grant).decode()

    def write(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM oauth_code WHERE ends_ms < ?", (now_ms - _REFRESH_MS,))
        connection.execute(
            "INSERT INTO oauth_code VALUES (?, ?, ?, ?, '')",
            (digest(code), client.client_id, text, now_ms + _CODE_MS),
        )

    await gateway.database.write(write)
    return code


async def take_code(gateway: Gateway, client: Client, code: str) -> tuple[Grant, str]:
    """The grant and the family of its tokens. A code used twice ends what came of it. Raises OAuthError."""
    now_ms, family = gateway.clock.now_ms(), secrets.token_hex(12)

    def write(connection: sqlite3.Connection) -> Grant | None:
        row = connection.execute("SELECT * FROM oauth_code WHERE code_hash = ?", (digest(code),)).fetchone()
        if row is None or row["client_id"] != client.client_id:
            return None
        if row["family"]:
            connection.execute("DELETE FROM oauth_refresh WHERE family = ?", (row["family"],))
            return None
        connection.execute("UPDATE oauth_code SET family = ? WHERE code_hash = ?", (family, digest(code)))
        return None if row["ends_ms"] < now_ms else msgspec.json.decode(row["request"], type=Grant)

    grant = await gateway.database.write(write)
    if grant is None:
        raise OAuthError("invalid_grant", "The code is unknown, too old or was used before")
    return grant, family


async def user_tokens(
    gateway: Gateway, client: Client, grant: Grant, family: str, *, spent: str = "", is_first: bool = True
) -> dict[str, Any]:
    """`spent`: the refresh token that these replace."""
    now_ms = gateway.clock.now_ms()
    reply = _bearer(gateway, client, grant.scope, grant.audience, f"auth0|{DEALER_USER}", {})
    scopes = grant.scope.split()
    if "openid" in scopes and is_first:
        reply["id_token"] = gateway.oauth_key.sign(_identity(gateway, client, grant, scopes))
    if "offline_access" in scopes:
        fresh = new_secret()
        row = (digest(fresh), family, client.client_id, DEALER_USER, grant.scope, grant.audience)

        def write(connection: sqlite3.Connection) -> bool:
            if spent:
                changed = connection.execute(
                    "UPDATE oauth_refresh SET is_used = 1 WHERE token_hash = ? AND NOT is_used",
                    (digest(spent),),
                ).rowcount
                if not changed:
                    connection.execute("DELETE FROM oauth_refresh WHERE family = ?", (family,))
                    return False
            connection.execute(
                "INSERT INTO oauth_refresh VALUES (?, ?, ?, ?, ?, ?, ?, 0)", (*row, now_ms + _REFRESH_MS)
            )
            return True

        if not await gateway.database.write(write):
            raise OAuthError("invalid_grant", "This refresh token was used before; sign in again")
        reply["refresh_token"] = fresh
    return reply


async def refreshed(gateway: Gateway, client: Client, token: str, wanted: str) -> dict[str, Any]:
    """Raises OAuthError."""
    row = gateway.database.row("SELECT * FROM oauth_refresh WHERE token_hash = ?", digest(token))
    if row is None or row["client_id"] != client.client_id or row["ends_ms"] < gateway.clock.now_ms():
        raise OAuthError("invalid_grant", "The refresh token is unknown, ended or of another client")
    scopes = row["scope"].split()
    asked = wanted.split() or scopes
    if not set(asked) <= set(scopes):
        raise OAuthError("invalid_scope", "More was asked for than was granted")
    grant = Grant("", " ".join(asked), row["audience"])
    if "offline_access" not in asked:
        grant = Grant("", " ".join([*asked, "offline_access"]), row["audience"])
    return await user_tokens(gateway, client, grant, row["family"], spent=token, is_first=False)


async def revoke(gateway: Gateway, client: Client, token: str) -> None:
    """The whole family of a refresh token; an unknown one is as good as revoked (RFC 7009)."""

    def write(connection: sqlite3.Connection) -> None:
        connection.execute(
            "DELETE FROM oauth_refresh WHERE family = "
            "(SELECT family FROM oauth_refresh WHERE token_hash = ? AND client_id = ?)",
            (digest(token), client.client_id),
        )

    await gateway.database.write(write)


def machine_tokens(gateway: Gateway, client: Client, form: dict[str, str]) -> dict[str, Any]:
    """A field named like an address becomes a claim, parsed when it is JSON. Raises OAuthError."""
    asked = form.get("scope", "").split() or list(client.scopes)
    wrong = [scope for scope in asked if scope not in client.scopes]
    if wrong:
        raise OAuthError("invalid_scope", f"{wrong[0]} is not granted to this client")
    audience = audience_of(gateway, form.get("audience", ""))
    more: dict[str, Any] = {"gty": "client-credentials"}
    for name, text in form.items():
        if urlsplit(name).scheme == "https":
            try:
                more[name] = json.loads(text)
            except ValueError:
                more[name] = text
    subject = f"{client.client_id}@clients"
    return _bearer(gateway, client, " ".join(asked), audience, subject, more)


def _bearer(
    gateway: Gateway, client: Client, scope: str, audience: str, subject: str, more: dict[str, Any]
) -> dict[str, Any]:
    now_s = gateway.clock.now_ms() // 1000
    claims = more | {
        "iss": f"{gateway.url}/", "sub": subject, "aud": audience, "azp": client.client_id, "scope": scope,
        "iat": now_s, "exp": now_s + ACCESS_S, "jti": secrets.token_hex(12),
    }  # fmt: skip
    token = gateway.oauth_key.sign(claims)
    return {"access_token": token, "token_type": "Bearer", "expires_in": ACCESS_S, "scope": scope}


def _identity(gateway: Gateway, client: Client, grant: Grant, scopes: list[str]) -> dict[str, Any]:
    now_s = gateway.clock.now_ms() // 1000
    claims: dict[str, Any] = {
        "iss": f"{gateway.url}/", "sub": f"auth0|{DEALER_USER}", "aud": client.client_id, "iat": now_s,
        "exp": now_s + ACCESS_S, "auth_time": grant.auth_time_s,
    }  # fmt: skip
    if grant.nonce:
        claims["nonce"] = grant.nonce
    if "profile" in scopes:
        claims["name"], claims["nickname"] = f"{DEALER_NAME} administrator", DEALER_USER
    if "email" in scopes:
        claims["email"], claims["email_verified"] = f"{DEALER_USER}@example.com", True
    return claims


@dataclass(frozen=True)
class Caller:
    """Who holds an access token. `dealer_id` set: the token is good for this dealer alone."""

    client_id: str
    is_user: bool
    scopes: frozenset[str]
    dealer_id: str
    ends_s: int


class AccessTokens:
    """Checks each token once; asking again costs a look-up."""

    def __init__(self) -> None:
        self._known: dict[str, Caller] = {}
        self._ended: set[str] = set()

    def end(self, token: str) -> None:
        """As if its hour were over."""
        self._ended.add(token)

    def read(self, gateway: Gateway, token: str) -> Caller | None:
        caller = self._known.get(token)
        if token in self._ended:
            return None
        if caller is None:
            try:
                claims = gateway.oauth_key.read(token)
                audience_of(gateway, str(claims.get("aud", "")))
            except (BadToken, OAuthError):
                return None
            if claims.get("iss") != f"{gateway.url}/" or "azp" not in claims:
                return None
            if len(self._known) >= _CACHED:
                self._known.clear()
            caller = self._known[token] = _caller(claims)
        return caller if caller.ends_s > gateway.clock.now_ms() // 1000 else None


def _caller(claims: dict[str, Any]) -> Caller:
    is_user = not str(claims["sub"]).endswith("@clients")
    dealer = DEALER_ID if is_user else ""
    for name, value in claims.items():
        if name.startswith("https://") and isinstance(value, dict) and "dealer_id" in value:
            dealer = str(value["dealer_id"])
    scopes = frozenset(str(claims["scope"]).split())
    return Caller(str(claims["azp"]), is_user, scopes, dealer, int(claims["exp"]))
