"""The client of a session: it may be called before its address is known, and is made when it is first needed."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chekt_console.errors import DiskFailed, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from chekt_console.api.client import CHeKTClient
    from chekt_console.domain.request_budget import LearnedLimits

_START_WAIT_S = 120.0


@dataclass(frozen=True, repr=False)
class Address:
    """Where the gateway is and what opens it. `control_token`: of the simulator, else ""; `dealer_id`: whose account a
    sign-in opens, "" for an API key alone."""

    base_url: str
    key: str | httpx.Auth
    control_token: str = ""
    dealer_id: str = ""


def is_loopback(base_url: str) -> bool:
    return urlsplit(base_url).hostname in ("127.0.0.1", "::1", "localhost")


class DeferredClient:
    """Stands in for the client until the address is known, and imports it in a worker, behind the first paint.

    Calls made before `open` wait for it in their worker thread; the window's thread must not call this.
    """

    def __init__(self, build: Callable[[Address], CHeKTClient]) -> None:
        self._build = build
        self._address: Address | None = None
        self._is_open = threading.Event()
        self._lock = threading.Lock()
        self._client: CHeKTClient | None = None

    def open(self, address: Address) -> None:
        self._address = address
        self._is_open.set()

    @property
    def built(self) -> CHeKTClient | None:
        """The client when some call has made it already; never waits."""
        return self._client

    def __getattr__(self, name: str) -> Any:
        if not self._is_open.wait(_START_WAIT_S) or self._address is None:
            raise Unreachable("The connection is not ready yet. Nothing was sent.")
        with self._lock:
            if self._client is None:
                self._client = self._build(self._address)
        return getattr(self._client, name)

    def give_up(self) -> None:
        """Calls that still wait for the address end now; one that was built goes on."""
        if self._address is None:
            self._is_open.set()

    def resume(self) -> None:
        """As CHeKTClient.resume; nothing to do before there is one."""
        if self._client is not None:
            self._client.resume()

    def interrupt(self) -> None:
        """Reads under way end; commands go on until `close`."""
        if self._client is not None:
            self._client.interrupt()

    def close(self) -> None:
        self._is_open.set()
        with self._lock:
            self._address = None
            if self._client is not None:
                self._client.close()


def build_client(
    address: Address, *, ca_file: str = "", learned: Callable[[], LearnedLimits | None] = lambda: None
) -> CHeKTClient:
    """Runs in a worker: the imports cost a quarter of a second. `learned`: of this connection's server, the last time."""
    from chekt_console.api.client import CHeKTClient
    from chekt_console.auth.api_key import ApiKeyAuth
    from chekt_console.auth.path_auth import PathAuth
    from chekt_console.auth.simulator_renewal import SimulatorRenewal
    from chekt_console.auth.token_auth import TokenAuth

    auth = address.key
    if isinstance(auth, str):
        auth = ApiKeyAuth(auth)
        if address.control_token:
            token = TokenAuth(SimulatorRenewal(address.base_url, address.control_token))
            auth = PathAuth(auth, token)
    client = CHeKTClient(address.base_url, auth, ca_file=ca_file, dealer_id=address.dealer_id)
    with suppress(DiskFailed):  # then it is learned anew
        if (limits := learned()) is not None:
            client.recall_limits(limits)
    return client
