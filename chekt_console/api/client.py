"""The client of one connection: one resource object for each family of endpoints over one transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.api.account_resource import Account
from chekt_console.api.arming_resource import Arming
from chekt_console.api.contacts_resource import Contacts
from chekt_console.api.dealers_resource import Dealers
from chekt_console.api.devices_resource import Devices
from chekt_console.api.events_resource import Events
from chekt_console.api.media_resource import Media
from chekt_console.api.schedules_resource import Schedules
from chekt_console.api.sites_resource import Sites
from chekt_console.api.transport import Transport
from chekt_console.domain.clock import SystemClock

if TYPE_CHECKING:
    import httpx

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.request_budget import LearnedLimits, RequestBudget


class CHeKTClient:
    """Thread-safe. Reads retry by themselves, commands are sent once; every failure is one of errors.py."""

    def __init__(
        self,
        base_url: str,
        credential: httpx.Auth,
        *,
        http_transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
        user_label: str = "CHeKT Console",
        ca_file: str = "",
        dealer_id: str = "",
    ) -> None:
        """`dealer_id`: whose account a sign-in opens; "" when only an API key is there."""
        clock = clock or SystemClock()
        self._transport = Transport(
            base_url,
            credential,
            clock=clock,
            user_agent=user_label,
            http_transport=http_transport,
            ca_file=ca_file,
            dealer_id=dealer_id,
        )
        self.sites = Sites(self._transport)
        self.dealers = Dealers(self._transport)
        self.account = Account(self._transport, dealer_id)
        self.devices = Devices(self._transport)
        self.arming = Arming(self._transport)
        self.contacts = Contacts(self._transport)
        self.schedules = Schedules(self._transport)
        self.events = Events(self._transport, clock)
        self.media = Media(self._transport)

    @property
    def budgets(self) -> tuple[RequestBudget, ...]:
        """What the status bar shows, of each count that the server keeps and this client used; true when it is read."""
        return self._transport.budgets.figures()

    @property
    def requests_a_minute(self) -> int:
        """The limit of what most work sends, sites, schedules and events; 0 while it is not known."""
        return self._transport.budgets.public.limit

    @property
    def learned_limits(self) -> LearnedLimits | None:
        """What was learned of a server that does not tell, to be given to the next client of the same connection."""
        return self._transport.budgets.public.learned

    def recall_limits(self, learned: LearnedLimits) -> None:
        """Before anything is sent."""
        self._transport.budgets.public.recall(learned)

    @property
    def transport(self) -> Transport:
        """For the connection check, which looks at replies as they are."""
        return self._transport

    def resume(self) -> None:
        """After sleep, or when the network is back or another: nothing waits for an answer that never comes."""
        self._transport.resume()

    def interrupt(self) -> None:
        """Reads end at once with Cancelled, also those under way; commands go on until `close`."""
        self._transport.interrupt()

    def close(self) -> None:
        """What waits for its turn or for a retry ends with Cancelled."""
        self._transport.close()
