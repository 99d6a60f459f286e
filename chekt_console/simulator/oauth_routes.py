"""The authorization server: sign-in page, tokens, revocation, keys and discovery (chekt-api.md 2.2 and 2.3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chekt_console.simulator.config import DEALER_USER
from chekt_console.simulator.gateway import Gateway, gateway_of
from chekt_console.simulator.oauth_clients import (
    SCOPES,
    USER_SCOPES,
    Client,
    OAuthError,
    authenticated,
    find_client,
    is_same_redirect,
)
from chekt_console.simulator.oauth_page import message_page, sign_in_page
from chekt_console.simulator.oauth_tokens import (
    Grant,
    audience_of,
    machine_tokens,
    make_code,
    refreshed,
    revoke,
    take_code,
    user_tokens,
)
from chekt_console.simulator.problem import json_reply

_ASKED = (
    "response_type", "client_id", "redirect_uri", "scope", "audience", "state", "nonce",
    "code_challenge", "code_challenge_method", "prompt",
)  # fmt: skip
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_COOKIE = "chekt_sign_in"
_MAX_FORM = 64 * 1024
_TRIES, _TRIES_MS = 5, 60_000
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


async def authorize(request: Request) -> Response:
    """A GET shows the page; its form comes back as POST, bound to the browser that was shown it."""
    gateway = gateway_of(request)
    try:
        sent = (
            _single(request.query_params.multi_items()) if request.method == "GET" else await _form(request)
        )
    except OAuthError as error:
        return message_page("This sign-in cannot start", error.message, 400)
    asked = {name: sent[name] for name in _ASKED if sent.get(name)}
    client = find_client(gateway, asked.get("client_id", ""))
    redirect_uri = asked.get("redirect_uri", "")
    # Until both are known to belong together nobody is sent anywhere.
    if client is None:
        return message_page(
            "This sign-in cannot start", "The program that asked is not registered here.", 400
        )
    if not client.allows_redirect(redirect_uri):
        return message_page("This sign-in cannot start", "The address to return to is not registered.", 400)
    try:
        grant = _wish(gateway, client, asked)
    except OAuthError as error:
        return _back(gateway, redirect_uri, asked, error=error.name, error_description=error.message)
    if request.method == "GET":
        if asked.get("prompt") == "none":
            return _back(gateway, redirect_uri, asked, error="login_required")
        return _show(gateway, client, grant, asked)
    cookie = request.cookies.get(_COOKIE, "")
    if not cookie or not hmac.compare_digest(_bound(gateway, cookie, asked), sent.get("csrf", "")):
        return message_page(
            "Please start again", "This form was not opened in this browser, or is too old.", 403
        )
    if sent.get("action") == "cancel":
        return _back(gateway, redirect_uri, asked, error="access_denied", error_description="Cancelled")
    refusal = _sign_in_refusal(gateway, sent)
    if refusal:
        return _show(gateway, client, grant, asked, error=refusal, user=sent.get("username", ""), status=401)
    return _back(gateway, redirect_uri, asked, code=await make_code(gateway, client, grant))


async def token(request: Request) -> Response:
    gateway = gateway_of(request)
    try:
        form = await _form(request)
        client, is_by_key = await authenticated(gateway, form, request.headers.get("authorization", ""))
        kind = form.get("grant_type", "")
        if kind == "authorization_code":
            grant, family = await take_code(gateway, client, form.get("code", ""))
            _check_code(client, grant, form)
            reply = await user_tokens(gateway, client, grant, family)
        elif kind == "refresh_token":
            reply = await refreshed(gateway, client, form.get("refresh_token", ""), form.get("scope", ""))
        elif kind == "client_credentials":
            if not is_by_key:
                raise OAuthError("unauthorized_client", "client_credentials needs a signed client_assertion")
            reply = machine_tokens(gateway, client, form)
        else:
            raise OAuthError("unsupported_grant_type", f"Unknown grant_type {kind[:60]!r}")
    except OAuthError as error:
        return _refused(error)
    return json_reply(reply, headers=_NO_STORE)


async def revoke_token(request: Request) -> Response:
    gateway = gateway_of(request)
    try:
        form = await _form(request)
        client, _ = await authenticated(gateway, form, request.headers.get("authorization", ""))
        if not form.get("token"):
            raise OAuthError("invalid_request", "token is missing")
        await revoke(gateway, client, form["token"])
    except OAuthError as error:
        return _refused(error)
    return Response(status_code=200, headers=_NO_STORE)


async def jwks(request: Request) -> Response:
    return json_reply(gateway_of(request).oauth_key.jwks())


async def discovery(request: Request) -> Response:
    root = gateway_of(request).url
    return json_reply(
        {
            "issuer": f"{root}/",
            "authorization_endpoint": f"{root}/authorize",
            "token_endpoint": f"{root}/oauth/token",
            "revocation_endpoint": f"{root}/oauth/revoke",
            "end_session_endpoint": f"{root}/v2/logout",
            "jwks_uri": f"{root}/.well-known/jwks.json",
            "scopes_supported": [*USER_SCOPES, *SCOPES],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": [
                "none", "client_secret_basic", "client_secret_post", "private_key_jwt",
            ],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "name", "nickname", "email", "email_verified", "auth_time", "nonce"],
            "authorization_response_iss_parameter_supported": True,
        }
    )  # fmt: skip


async def logout(request: Request) -> Response:
    """Sends on only to a host where the client's sign-ins return to."""
    gateway, query = gateway_of(request), request.query_params
    client = find_client(gateway, query.get("client_id", ""))
    to = query.get("returnTo", "")
    reply: Response = message_page("Signed out", "You can close this page.", 200)
    if to:
        if client is None or not any(_is_same_place(to, known) for known in client.redirect_uris):
            return message_page("Signed out", "The address to return to is not registered.", 400)
        reply = RedirectResponse(to, 302, _NO_STORE)
    reply.delete_cookie(_COOKIE, path="/authorize")
    return reply


def _wish(gateway: Gateway, client: Client, asked: Mapping[str, str]) -> Grant:
    """Raises OAuthError, to be told to the program."""
    if asked.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "response_type must be code")
    scopes = asked.get("scope", "openid").split()
    wrong = [scope for scope in scopes if scope not in USER_SCOPES and scope not in client.scopes]
    if wrong:
        raise OAuthError("invalid_scope", f"{wrong[0]} is not granted to this client")
    challenge, method = asked.get("code_challenge", ""), asked.get("code_challenge_method", "")
    if (challenge and method != "S256") or (method and not challenge):
        raise OAuthError("invalid_request", "PKCE needs code_challenge with code_challenge_method S256")
    if challenge and not _CHALLENGE.fullmatch(challenge):
        raise OAuthError("invalid_request", "code_challenge must be 43 to 128 unreserved characters")
    if client.is_public and not challenge:
        raise OAuthError("invalid_request", "A program without a secret must use PKCE")
    audience = audience_of(gateway, asked.get("audience", ""))
    now_s = gateway.clock.now_ms() // 1000
    return Grant(asked["redirect_uri"], " ".join(scopes), audience, challenge, asked.get("nonce", ""), now_s)


def _check_code(client: Client, grant: Grant, form: Mapping[str, str]) -> None:
    if form.get("redirect_uri") != grant.redirect_uri:
        raise OAuthError("invalid_grant", "redirect_uri is not the one of the sign-in")
    verifier = form.get("code_verifier", "")
    if not grant.challenge:
        if verifier:
            raise OAuthError("invalid_grant", "This sign-in was started without PKCE")
        return
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("utf-8", "replace")).digest()).rstrip(b"=")
    if not _CHALLENGE.fullmatch(verifier) or not hmac.compare_digest(made, grant.challenge.encode()):
        raise OAuthError("invalid_grant", "code_verifier does not fit the code_challenge")


def _sign_in_refusal(gateway: Gateway, sent: Mapping[str, str]) -> str:
    """What to tell the person, nothing when name and password are right. Five wrong ones rest for a minute."""
    now_ms = gateway.clock.now_ms()
    gateway.wrong_sign_ins[:] = [when for when in gateway.wrong_sign_ins if now_ms - when < _TRIES_MS]
    if len(gateway.wrong_sign_ins) >= _TRIES:
        return "Too many wrong passwords. Wait a minute."
    name, password = sent.get("username", "").strip(), sent.get("password", "")
    good = hmac.compare_digest(password.encode("utf-8", "replace"), gateway.secrets.dealer_password.encode())
    if name == DEALER_USER and good:
        return ""
    gateway.wrong_sign_ins.append(now_ms)
    return "User name or password is wrong."


def _show(
    gateway: Gateway, client: Client, grant: Grant, asked: dict[str, str], *, error: str = "", user: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    cookie = secrets.token_urlsafe(24)
    hidden = asked | {"csrf": _bound(gateway, cookie, asked)}
    page = sign_in_page(client.name, grant.scope.split(), hidden, error=error, user=user, status=status)
    page.set_cookie(_COOKIE, cookie, max_age=1800, path="/authorize", httponly=True, samesite="lax")
    return page


def _bound(gateway: Gateway, cookie: str, asked: Mapping[str, str]) -> str:
    text = msgspec.json.encode([cookie, sorted(asked.items())])
    return hmac.new(gateway.secrets.signing_key, b"sign-in" + text, hashlib.sha256).hexdigest()


def _back(gateway: Gateway, redirect_uri: str, asked: Mapping[str, str], **answer: str) -> Response:
    words = answer | {"iss": f"{gateway.url}/"}
    if "state" in asked:
        words["state"] = asked["state"]
    mark = "&" if urlsplit(redirect_uri).query else "?"
    return RedirectResponse(f"{redirect_uri}{mark}{urlencode(words)}", 302, _NO_STORE)


def _is_same_place(to: str, known: str) -> bool:
    given, kept = urlsplit(to), urlsplit(known)
    return is_same_redirect(f"{given.scheme}://{given.netloc}/", f"{kept.scheme}://{kept.netloc}/")


async def _form(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Send a form (application/x-www-form-urlencoded)")
    raw = await request.body()
    if len(raw) > _MAX_FORM:
        raise OAuthError("invalid_request", "The form is too long")
    try:
        return _single(parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise OAuthError("invalid_request", "The form cannot be read") from error


def _single(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise OAuthError("invalid_request", "A field was sent twice")
    return found


def _refused(error: OAuthError) -> Response:
    headers = dict(_NO_STORE)
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="oauth"'
    return json_reply({"error": error.name, "error_description": error.message}, error.status, headers)


ROUTES = [
    Route("/authorize", authorize, methods=["GET", "POST"]),
    Route("/oauth/token", token, methods=["POST"]),
    Route("/oauth/revoke", revoke_token, methods=["POST"]),
    Route("/.well-known/jwks.json", jwks),
    Route("/.well-known/openid-configuration", discovery),
    Route("/v2/logout", logout),
]
