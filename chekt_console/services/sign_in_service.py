"""Signing in and out of a connection: what proves who it is goes to the keyring, and only from there to the client."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from chekt_console.api.client import CHeKTClient
from chekt_console.api.trust import trust
from chekt_console.auth.api_key import ApiKeyAuth, why_not_here
from chekt_console.auth.dealer_sign_in import DealerClient, DealerRenewal, sign_in, sign_out
from chekt_console.auth.partner_auth import PartnerClient, PartnerRenewal
from chekt_console.auth.partner_key import KeyRefused, read_private_key, to_pem
from chekt_console.auth.token_auth import TokenAuth
from chekt_console.auth.token_server import TokenServer
from chekt_console.errors import ConsoleError, NotAllowed, NotSignedIn, NotThere
from chekt_console.services.connection_check import check_connection
from chekt_console.store.connections_store import Environment, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from chekt_console.auth.key_store import KeyStore
    from chekt_console.auth.secret import Secret
    from chekt_console.auth.token_auth import Renewal
    from chekt_console.auth.token_server import Tokens
    from chekt_console.domain.progress import Progress
    from chekt_console.services.connection_check import Report
    from chekt_console.store.connections_store import Connection

_MOST_KEY_BYTES = 100_000
_NO_SITES = "The sign-in is good, but it does not open the list of sites. For sites, clips and arming add a connection with an API key of the dealer."


@dataclass(frozen=True, slots=True)
class Given:
    """What the person gave for a new connection besides its address; used once and forgotten."""

    api_key: str = field(default="", repr=False)
    key_file: str = ""
    passphrase: str = field(default="", repr=False)
    external_dealer_id: str = ""
    company_name: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """The connection as it is to be kept, and a sentence when the account opens less than the console needs."""

    connection: Connection
    missing: str = ""


class _Shelf:
    def __init__(self, keys: KeyStore, name: str) -> None:
        self._keys = keys
        self._name = name

    def read(self) -> Secret | None:
        return self._keys.read(self._name)

    def write(self, token: str) -> None:
        self._keys.write(self._name, token)


class _Told:
    """A renewal that says so when the sign-in has ended for good."""

    def __init__(self, renewal: Renewal, on_ended: Callable[[str], None]) -> None:
        self._renewal = renewal
        self._on_ended = on_ended

    def renew(self) -> Tokens:
        try:
            return self._renewal.renew()
        except NotSignedIn as error:
            self._on_ended(error.sentence)
            raise


class SignInService:
    """Blocking: call it in a worker."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def credential(self, connection: Connection, on_ended: Callable[[str], None]) -> httpx.Auth | None:
        """None when the keyring holds nothing for it. `on_ended` is called in whichever thread finds the sign-in ended."""
        secret = self._keys.read(connection.name)
        if not secret:
            return None
        if connection.kind is Kind.API_KEY:
            return ApiKeyAuth(secret)
        if connection.kind is Kind.DEALER:
            return TokenAuth(_Told(self._dealer_renewal(connection), on_ended))
        return TokenAuth(_Told(self._partner_renewal(connection, secret.reveal().encode(), ""), on_ended))

    def add(
        self, connection: Connection, given: Given, open_browser: Callable[[str], None], progress: Progress
    ) -> Added:
        """Sign in, check with one read, keep what proves it."""
        if connection.kind is Kind.API_KEY:
            return self._add_api_key(connection, given.api_key)
        if connection.kind is Kind.DEALER:
            return self._add_dealer(connection, given, open_browser, progress)
        return self._add_partner(connection, given, progress)

    def check(self, connection: Connection, progress: Progress) -> Report:
        """Read-only; see connection_check.py. Raises NotSignedIn when the keyring holds nothing for it."""
        credential = self.credential(connection, lambda _: None)
        if credential is None:
            raise NotSignedIn(
                f"What {connection.name} signs in with is not in this computer's keyring.", status=401
            )
        client = _client(connection, credential)
        try:
            return check_connection(client.transport, progress)
        finally:
            client.close()

    def sign_out(self, connection: Connection) -> str:
        """Forget what is in the keyring in any case; a sentence when the server did not confirm that the sign-in ended."""
        secret = self._keys.read(connection.name)
        self._keys.delete(connection.name)
        if secret is None or connection.kind is not Kind.DEALER:
            return ""
        try:
            sign_out(_server(connection), connection.client_id, secret)
        except ConsoleError as error:
            return f"Signed out on this computer. The server did not confirm it: {error.sentence}"
        return ""

    def _add_api_key(self, connection: Connection, key: str) -> Added:
        refusal = why_not_here(key, is_production=connection.environment is Environment.PRODUCTION)
        if refusal:
            raise ConsoleError(refusal)
        client = _client(connection, ApiKeyAuth(key))
        try:
            client.sites.list()
        finally:
            client.close()
        self._keys.write(connection.name, key)
        return Added(connection)

    def _add_dealer(
        self, connection: Connection, given: Given, open_browser: Callable[[str], None], progress: Progress
    ) -> Added:
        server = _server(connection)
        wish = DealerClient(connection.client_id, connection.audience)
        tokens = sign_in(server, wish, open_browser, progress)
        if not tokens.refresh:
            raise NotSignedIn(
                "The sign-in server gave no lasting sign-in (offline_access). Ask CHeKT to allow it for this client.",
                status=401,
            )
        earlier = self._keys.read(connection.name)
        self._keys.write(connection.name, tokens.refresh.reveal())
        client = _client(connection, TokenAuth(self._dealer_renewal(connection), tokens))
        try:
            progress.check()
            dealer_id = client.dealers.connect(given.external_dealer_id, given.company_name)
            return Added(replace(connection, dealer_id=dealer_id), _what_is_missing(client))
        except ConsoleError:
            self._take_back(connection, earlier)
            raise
        finally:
            client.close()

    def _take_back(self, connection: Connection, earlier: Secret | None) -> None:
        """A sign-in that led to nothing leaves nothing behind, and one that was kept before stays."""
        self.sign_out(connection)
        if earlier is not None:
            self._keys.write(connection.name, earlier.reveal())

    def _add_partner(self, connection: Connection, given: Given, progress: Progress) -> Added:
        pem = _read(given.key_file)
        key = read_private_key(pem, given.passphrase)
        renewal = self._partner_renewal(connection, pem, given.passphrase)
        client = _client(connection, TokenAuth(renewal, renewal.renew()))
        try:
            progress.check()
            missing = _what_is_missing(client)
        finally:
            client.close()
        self._keys.write(connection.name, to_pem(key).decode("ascii"))
        return Added(connection, missing)

    def _dealer_renewal(self, connection: Connection) -> DealerRenewal:
        return DealerRenewal(_server(connection), connection.client_id, _Shelf(self._keys, connection.name))

    def _partner_renewal(self, connection: Connection, pem: bytes, passphrase: str) -> PartnerRenewal:
        partner = PartnerClient(connection.client_id, connection.key_id, connection.audience)
        return PartnerRenewal(_server(connection), partner, read_private_key(pem, passphrase))


def _what_is_missing(client: CHeKTClient) -> str:
    try:
        client.sites.list()
    except (NotSignedIn, NotAllowed, NotThere):
        return _NO_SITES
    return ""


def _client(connection: Connection, credential: httpx.Auth) -> CHeKTClient:
    return CHeKTClient(connection.base_url, credential, ca_file=connection.ca_file)


def _server(connection: Connection) -> TokenServer:
    return TokenServer(connection.auth_url, verify=trust(connection.ca_file))


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(_MOST_KEY_BYTES)
    except OSError as error:
        raise KeyRefused(f"The key file cannot be read: {error.strerror}.", detail=str(error)) from error
