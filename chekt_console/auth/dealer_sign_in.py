"""The dealer account: sign-in in the system browser, refresh with rotation, sign-out."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chekt_console.auth.loopback import TIMEOUT_S, LoopbackListener, SignInFailed
from chekt_console.auth.pkce import AuthorizationRequest
from chekt_console.errors import KeyringUnavailable, NotSignedIn, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from chekt_console.auth.secret import Secret
    from chekt_console.auth.token_server import Tokens, TokenServer
    from chekt_console.domain.progress import Progress

# Those for dealers in chekt-api.md 2.2. A server may not grant them the others, which are those of its partners (2.3) and more.
_DOCUMENTED = (
    "openid profile email offline_access read:dealer update:dealer create:sites read:sites update:sites delete:sites"
    " create:devices read:devices update:devices delete:devices"
)
_WIDE = (
    f"{_DOCUMENTED} create:site_contacts read:site_contacts update:site_contacts delete:site_contacts"
    " create:monitoring_stations read:monitoring_stations read:arming_settings update:arming_settings"
    " create:webhooks read:webhooks delete:webhooks create:events"
)
_AGAIN = "The sign-in has ended. Sign in again; nothing on the server was changed."


@dataclass(frozen=True, slots=True)
class DealerClient:
    """What CHeKT gave this program to sign in with."""

    client_id: str
    audience: str
    ports: Sequence[int] = (0,)


class TokenShelf(Protocol):
    """Where the refresh token is kept: the system's keyring. `read` raises KeyringUnavailable when it cannot be asked."""

    def read(self) -> Secret | None: ...

    def write(self, token: str) -> None: ...


def sign_in(
    server: TokenServer,
    client: DealerClient,
    open_browser: Callable[[str], None],
    progress: Progress,
    *,
    timeout_s: float = TIMEOUT_S,
) -> Tokens:
    """Blocks until the person has signed in. Raises SignInFailed, or Cancelled by `progress`; the port is free after.

    All that the program can do is asked for; where the server refuses that, once more what is documented.
    """
    try:
        return _signed_in(server, client, open_browser, progress, _WIDE, timeout_s)
    except SignInFailed as error:
        if error.detail != "invalid_scope":
            raise
        return _signed_in(server, client, open_browser, progress, _DOCUMENTED, timeout_s)


def _signed_in(
    server: TokenServer,
    client: DealerClient,
    open_browser: Callable[[str], None],
    progress: Progress,
    scope: str,
    timeout_s: float,
) -> Tokens:
    wish = AuthorizationRequest.new()
    with LoopbackListener(client.ports) as listener:
        redirect_uri = listener.redirect_uri
        open_browser(
            wish.url(
                server.authorize_url,
                client_id=client.client_id,
                redirect_uri=redirect_uri,
                scope=scope,
                audience=client.audience,
            )
        )
        code = listener.wait_for_code(wish.state, progress, timeout_s=timeout_s, issuer=server.issuer)
        tokens = server.ask(
            {
                "grant_type": "authorization_code",
                "client_id": client.client_id,
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": wish.verifier,
            }
        )
        listener.answer_late_ones()
    return tokens


class DealerRenewal:
    """The new refresh token is in the keyring before anything is done with the new access token."""

    def __init__(
        self,
        server: TokenServer,
        client_id: str,
        shelf: TokenShelf,
        held: Secret | None = None,
        alone: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """`held`: what the keyring held when the connection was opened. `alone`: keeps other copies of the program out, for
        a server that sees the same token twice may end the whole sign-in."""
        self._server = server
        self._client_id = client_id
        self._shelf = shelf
        self._held = held
        self._alone = alone

    def renew(self) -> Tokens:
        with self._alone():
            held = self._kept()
            if held is None:
                raise NotSignedIn(_AGAIN, status=401)
            try:
                tokens = self._ask(held)
            except NotSignedIn as error:
                raise NotSignedIn(_AGAIN, status=401, code=error.code, detail=error.sentence) from None
            if tokens.refresh:
                self._held = tokens.refresh
                self._shelf.write(tokens.refresh.reveal())
            return tokens

    def _kept(self) -> Secret | None:
        """From the keyring, for a second copy of the program may have turned the token over; a keyring that was locked
        meanwhile ends nothing."""
        try:
            return self._shelf.read()
        except KeyringUnavailable:
            if self._held is None:
                raise
            return self._held

    def _ask(self, held: Secret) -> Tokens:
        """An answer lost on its way may have turned the token over: the old one is tried once more, then no more."""
        form = {
            "grant_type": "refresh_token",
            "client_id": self._client_id,
            "refresh_token": held.reveal(),
        }
        try:
            return self._server.ask(form)
        except Unreachable as error:
            if not error.may_have_acted:
                raise
        return self._server.ask(form)


def sign_out(server: TokenServer, client_id: str, refresh: Secret) -> None:
    """Raises when the server did not confirm; the caller forgets the token in any case."""
    server.revoke({"client_id": client_id, "token": refresh.reveal()})
