"""Signing in and out of a connection: what proves who it is goes to the keyring, and only from there to the client."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from chekt_console.api.client import CHeKTClient
from chekt_console.api.trust import trust
from chekt_console.auth.api_key import ApiKeyAuth, why_not_here
from chekt_console.auth.dealer_sign_in import DealerClient, DealerRenewal, sign_in, sign_out
from chekt_console.auth.one_at_a_time import one_at_a_time
from chekt_console.auth.partner_auth import PartnerClient, PartnerRenewal
from chekt_console.auth.partner_key import KeyRefused, read_private_key, to_pem
from chekt_console.auth.secret import Secret
from chekt_console.auth.token_auth import TokenAuth
from chekt_console.auth.token_server import TokenServer
from chekt_console.domain.whose_account import is_renamed, is_same_account, whose_account
from chekt_console.errors import ConsoleError, NotAllowed, NotSignedIn, NotThere
from chekt_console.services.connection_check import check_connection
from chekt_console.store.connections_store import Environment, Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    import httpx

    from chekt_console.auth.key_store import KeyStore
    from chekt_console.auth.token_auth import Renewal
    from chekt_console.auth.token_server import Tokens
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.domain.whose_account import WhoseAccount
    from chekt_console.services.connection_check import Report
    from chekt_console.store.connections_store import Connection

_MOST_KEY_BYTES = 100_000
_MOST_NAMES = 2
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


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is saved under the wanted name already, whose account it is, and a name that is free. `is_told_same`: the person
    said that the sign-in opens the same account, which counts where it cannot be told."""

    connection: Connection
    account: WhoseAccount
    free_name: str
    is_told_same: bool = False


class NameTaken(ConsoleError):
    """The name belongs to a connection to somewhere else; nothing of it was changed."""

    def __init__(self, earlier: Earlier, why: str) -> None:
        super().__init__(
            f"“{earlier.connection.name}” is saved already{why}. Nothing of it was changed. Give this one another name, for"
            f" example “{earlier.free_name}”."
        )


class AccountInDoubt(ConsoleError):
    """Whether both are the same account only the person can tell; nothing was changed."""

    def __init__(self, earlier: Earlier, found: WhoseAccount) -> None:
        name = earlier.connection.name
        if is_renamed(earlier.account, found):
            before, now = (_names(account) for account in (earlier.account, found))
            why = f"The sites of “{name}” were those of {before}; this sign-in finds the same ones as those of {now}."
        else:
            why = f"“{name}” is saved already, and what is known of it does not tell whose account it is."
        super().__init__(why)
        self.earlier = earlier


def _names(account: WhoseAccount) -> str:
    names = sorted(account.dealer_names)
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(f"“{' '.join(name.split())}”" for name in names[:_MOST_NAMES]) + more


@dataclass(frozen=True, slots=True)
class _Proof:
    """What a good sign-in brought: what is to be kept of it, and whose account it opens."""

    secret: str = field(repr=False)
    account: WhoseAccount
    missing: str = ""


class _Held:
    """The refresh token of a sign-in that is not kept yet."""

    def __init__(self, token: Secret) -> None:
        self.token = token

    def read(self) -> Secret | None:
        return self.token

    def write(self, token: str) -> None:
        self.token = Secret(token)


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
    """Blocking: call it in a worker. Where the keyring cannot be asked it raises KeyringUnavailable."""

    def __init__(self, keys: KeyStore, folder_of: Callable[[str], Path] | None = None) -> None:
        """`folder_of`: of a connection by its id; there copies of the program agree on who renews a sign-in."""
        self._keys = keys
        self._folder_of = folder_of

    def credential(self, connection: Connection, on_ended: Callable[[str], None]) -> httpx.Auth | None:
        """None when the keyring holds nothing for it. `on_ended` is called in whichever thread finds the sign-in ended."""
        secret = self._keys.read(connection.connection_id)
        if not secret:
            return None
        if connection.kind is Kind.API_KEY:
            return ApiKeyAuth(secret)
        if connection.kind is Kind.DEALER:
            shelf = _Shelf(self._keys, connection.connection_id)
            alone = self._alone(connection)
            renewal = DealerRenewal(_server(connection), connection.client_id, shelf, secret, alone)
            return TokenAuth(_Told(renewal, on_ended))
        return TokenAuth(_Told(self._partner_renewal(connection, secret.reveal().encode(), ""), on_ended))

    def add(
        self,
        connection: Connection,
        given: Given,
        open_browser: Callable[[str], None],
        progress: Progress,
        earlier: Earlier | None = None,
    ) -> Added:
        """Sign in, check with one read, keep what proves it.

        `earlier`: what has this name already. It keeps its data and gets the new proof when both open the same account;
        else NameTaken, or AccountInDoubt where the person has to be asked, and nothing is kept.
        """
        if earlier is not None and not _is_same_address(earlier.connection, connection):
            raise NameTaken(earlier, f" and works at {earlier.connection.base_url}")
        if connection.kind is Kind.API_KEY:
            return self._kept(connection, self._prove_api_key(connection, given.api_key), earlier, progress)
        if connection.kind is Kind.PARTNER:
            return self._kept(connection, self._prove_partner(connection, given, progress), earlier, progress)
        tokens = _signed_in(connection, open_browser, progress)
        held = _Held(tokens.refresh)
        try:
            connection, proof = self._prove_dealer(connection, given, tokens, held, progress)
            return self._kept(connection, proof, earlier, progress)
        except ConsoleError:
            # A sign-in that led to nothing leaves nothing behind at the server either.
            with suppress(ConsoleError):
                sign_out(_server(connection), connection.client_id, held.token)
            raise

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
        """A sentence when the server did not confirm that the sign-in ended. Nothing is done when the keyring cannot be
        asked: what is in it would stay."""
        secret = self._keys.read(connection.connection_id)
        self._keys.delete(connection.connection_id)
        if secret is None or connection.kind is not Kind.DEALER:
            return ""
        try:
            sign_out(_server(connection), connection.client_id, secret)
        except ConsoleError as error:
            return f"Signed out on this computer. The server did not confirm it: {error.sentence}"
        return ""

    def _alone(self, connection: Connection) -> Callable[[], AbstractContextManager[None]]:
        if self._folder_of is None:
            return nullcontext
        return partial(one_at_a_time, self._folder_of(connection.connection_id) / "renewal.lock")

    def _kept(
        self, connection: Connection, proof: _Proof, earlier: Earlier | None, progress: Progress
    ) -> Added:
        progress.check()  # one that was cancelled leaves nothing in the keyring
        if earlier is not None:
            is_same = is_same_account(earlier.account, proof.account)
            if is_same is None and not earlier.is_told_same:
                raise AccountInDoubt(earlier, proof.account)
            if is_same is False:
                raise NameTaken(earlier, " for another account")
            connection = replace(connection, connection_id=earlier.connection.connection_id)
        self._keys.write(connection.connection_id, proof.secret)
        return Added(connection, proof.missing)

    def _prove_api_key(self, connection: Connection, key: str) -> _Proof:
        refusal = why_not_here(key, is_production=connection.environment is Environment.PRODUCTION)
        if refusal:
            raise ConsoleError(refusal)
        client = _client(connection, ApiKeyAuth(key))
        try:
            return _Proof(key, whose_account("", client.sites.first_page().values))
        finally:
            client.close()

    def _prove_dealer(
        self, connection: Connection, given: Given, tokens: Tokens, held: _Held, progress: Progress
    ) -> tuple[Connection, _Proof]:
        renewal = DealerRenewal(_server(connection), connection.client_id, held)
        client = _client(connection, TokenAuth(renewal, tokens))
        try:
            progress.check()
            key = str(uuid4())
            dealer_id = client.dealers.connect(given.external_dealer_id, given.company_name, key)
            sites, missing = _first_sites(client)
        finally:
            client.close()
        connection = replace(connection, dealer_id=dealer_id)
        return connection, _Proof(held.token.reveal(), whose_account(dealer_id, sites), missing)

    def _prove_partner(self, connection: Connection, given: Given, progress: Progress) -> _Proof:
        pem = _read(given.key_file)
        key = read_private_key(pem, given.passphrase)
        renewal = self._partner_renewal(connection, pem, given.passphrase)
        client = _client(connection, TokenAuth(renewal, renewal.renew()))
        try:
            progress.check()
            sites, missing = _first_sites(client)
        finally:
            client.close()
        return _Proof(to_pem(key).decode("ascii"), whose_account(connection.dealer_id, sites), missing)

    def _partner_renewal(self, connection: Connection, pem: bytes, passphrase: str) -> PartnerRenewal:
        partner = PartnerClient(connection.client_id, connection.key_id, connection.audience)
        return PartnerRenewal(_server(connection), partner, read_private_key(pem, passphrase))


def _signed_in(connection: Connection, open_browser: Callable[[str], None], progress: Progress) -> Tokens:
    wish = DealerClient(connection.client_id, connection.audience, connection.ports or (0,))
    tokens = sign_in(_server(connection), wish, open_browser, progress)
    if not tokens.refresh:
        raise NotSignedIn(
            "The sign-in server gave no lasting sign-in (offline_access). Ask CHeKT to allow it for this client.",
            status=401,
        )
    return tokens


def _first_sites(client: CHeKTClient) -> tuple[tuple[Site, ...], str]:
    """And a sentence when the sign-in does not open them."""
    try:
        return tuple(client.sites.first_page().values), ""
    except (NotSignedIn, NotAllowed, NotThere):
        return (), _NO_SITES


def _is_same_address(one: Connection, other: Connection) -> bool:
    return one.base_url.rstrip("/").casefold() == other.base_url.rstrip("/").casefold()


def _client(connection: Connection, credential: httpx.Auth) -> CHeKTClient:
    return CHeKTClient(
        connection.base_url, credential, ca_file=connection.ca_file, dealer_id=connection.dealer_id
    )


def _server(connection: Connection) -> TokenServer:
    return TokenServer(connection.auth_url, verify=trust(connection.ca_file))


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(_MOST_KEY_BYTES)
    except OSError as error:
        raise KeyRefused(f"The key file cannot be read: {error.strerror}.", detail=str(error)) from error
