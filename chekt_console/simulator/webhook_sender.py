"""Delivers webhooks to who registered: signed both ways, again and again with longer waits until they are taken."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import random
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import msgspec

from chekt_console.simulator.problem import invalid
from chekt_console.simulator.routes_events import EVENT
from chekt_console.simulator.webhook_bodies import CATALOGUES, of_event

if TYPE_CHECKING:
    from typing import Any

    from chekt_console.simulator.faults import Fault, Faults
    from chekt_console.simulator.gateway import Gateway

_log = logging.getLogger(__name__)
_HERE = ("127.0.0.1", "localhost", "::1")
_LOOK_S = 0.03
_PARTNERS_S = 1.0
_PAGE = 500
_TIMEOUT_S = 5.0
_AT_ONCE = 32
_MOST_TRIES = 8
_FIRST_WAIT_S = 0.5
_LONGEST_HOLD_S = 10.0
_TAKEN = (*range(200, 300), 409, 410)  # 409: the receiver has it already


@dataclass(eq=False)
class Endpoint:
    """Who registered. `chaos` makes its deliveries go wrong: shares `drop`, `duplicate`, `bad_signature`; `late_ms`."""

    webhook_id: str
    url: str
    secret: str
    catalogue: str
    events: tuple[str, ...]
    chaos: dict[str, float]
    counts: Counter[str] = field(default_factory=Counter)

    def describe(self) -> dict[str, object]:
        return {
            "webhook_id": self.webhook_id, "url": self.url, "catalogue": self.catalogue,
            "events": list(self.events), "counts": dict(self.counts),
        }  # fmt: skip


class WebhookSender:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self.endpoints: dict[str, Endpoint] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._limit = asyncio.Semaphore(_AT_ONCE)
        self._client: httpx.AsyncClient | None = None
        self._dice = random.Random(7)
        self._partners: set[str] = set()

    def register(self, body: dict[str, Any]) -> Endpoint:
        """The same URL again replaces the older. Raises Problem 400. Loopback only: this is a simulator."""
        url, secret = body.get("url"), body.get("secret")
        if not isinstance(url, str) or urlsplit(url).hostname not in _HERE:
            raise invalid("url", "url must be http on this computer")
        if not isinstance(secret, str) or len(secret) < 16:
            raise invalid("secret", "secret must be text of at least 16 characters")
        catalogue = body.get("catalogue", "g1")
        if catalogue not in CATALOGUES:
            raise invalid("catalogue", f"catalogue must be one of {', '.join(CATALOGUES)}")
        events, chaos = body.get("events") or [], body.get("chaos") or {}
        if not isinstance(events, list) or not all(isinstance(one, str) for one in events):
            raise invalid("events", "events must be a list of names")
        if not isinstance(chaos, dict) or not all(isinstance(one, int | float) for one in chaos.values()):
            raise invalid("chaos", "chaos must be an object of numbers")
        self.endpoints = {name: one for name, one in self.endpoints.items() if one.url != url}
        endpoint = Endpoint(
            f"webhook_{secrets.token_hex(6)}", url, secret, str(catalogue), tuple(events), chaos
        )
        self.endpoints[endpoint.webhook_id] = endpoint
        return endpoint

    def send(self, kind: str, body: bytes, catalogue: str = "", *, to_all: bool = False) -> None:
        """`to_all`: also to who did not ask for this type."""
        for endpoint in self.endpoints.values():
            is_wanted = to_all or not endpoint.events or kind in endpoint.events
            if is_wanted and catalogue in ("", endpoint.catalogue):
                self._plan(endpoint, body)

    async def run(self, gateway: Gateway) -> None:
        """For as long as the server runs: what is new in the log goes out to who is registered."""
        last = _newest(gateway)
        looked_at = 0.0
        try:
            while True:
                await asyncio.sleep(_LOOK_S)
                if time.monotonic() - looked_at > _PARTNERS_S:
                    looked_at = time.monotonic()
                    self.take_partners(gateway)
                if not self.endpoints:
                    last = _newest(gateway)
                    continue
                rows = gateway.database.rows(
                    f"{EVENT} WHERE event_id > ? ORDER BY event_id LIMIT ?", last, _PAGE
                )
                for row in rows:
                    last = row["event_id"]
                    site = gateway.database.row("SELECT * FROM site WHERE site_id = ?", row["site_id"])
                    assert site is not None
                    for catalogue in {one.catalogue for one in self.endpoints.values()}:
                        for kind, body in of_event(row, site, catalogue):
                            self.send(kind, body, catalogue)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._client is not None:
                await self._client.aclose()

    def take_partners(self, gateway: Gateway) -> None:
        """Those registered over the partner API; only what is on this computer is delivered to."""
        rows = {row["webhook_id"]: row for row in gateway.database.rows("SELECT * FROM partner_webhook")}
        for webhook_id in self._partners - rows.keys():
            self.endpoints.pop(webhook_id, None)
        for webhook_id in rows.keys() - self._partners:
            row = rows[webhook_id]
            if urlsplit(row["url"]).hostname in _HERE:
                events = tuple(msgspec.json.decode(row["events"]))
                self.endpoints[webhook_id] = Endpoint(webhook_id, row["url"], row["secret"], "g2", events, {})
        self._partners = set(rows)

    def _plan(self, endpoint: Endpoint, body: bytes) -> None:
        chaos, roll = endpoint.chaos, self._dice.random
        if roll() < chaos.get("drop", 0):
            endpoint.counts["dropped"] += 1
            return
        fault = self._faults.webhook()
        is_double = roll() < chaos.get("duplicate", 0) or _is(fault, "webhook_duplicated")
        for _ in range(2 if is_double else 1):
            wait_s = roll() * chaos.get("late_ms", 0) / 1000
            task = asyncio.create_task(self._deliver(endpoint, body, wait_s, fault))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, endpoint: Endpoint, body: bytes, wait_s: float, fault: Fault | None) -> None:
        if fault is not None and _is(fault, "webhook_late"):
            wait_s += float(fault.word("ms", 5_000)) / 1000
        elif _is(fault, "webhook_reordered"):
            await self._let_another_go_first(endpoint)
        for number in range(_MOST_TRIES):
            if wait_s:
                await asyncio.sleep(wait_s)
            if endpoint.webhook_id not in self.endpoints:
                return
            is_bad = self._dice.random() < endpoint.chaos.get("bad_signature", 0)
            is_bad = is_bad or (number == 0 and _is(fault, "webhook_badly_signed"))
            headers = sign(endpoint.secret + "?" if is_bad else endpoint.secret, body, int(time.time()))
            status = await self._once(endpoint, body, headers)
            endpoint.counts[str(status)] += 1
            if status in _TAKEN:
                if _is(fault, "webhook_replayed"):
                    endpoint.counts[f"replayed {await self._once(endpoint, body, headers)}"] += 1
                return
            wait_s = _FIRST_WAIT_S * 2**number * self._dice.uniform(0.8, 1.2)
        endpoint.counts["given_up"] += 1
        _log.warning("a webhook was not taken after %d tries", _MOST_TRIES)

    async def _let_another_go_first(self, endpoint: Endpoint) -> None:
        """Waits for the next delivery's answer; when none comes for long, for nothing."""
        taken = sum(endpoint.counts.values())
        for _ in range(round(_LONGEST_HOLD_S / _LOOK_S)):
            await asyncio.sleep(_LOOK_S)
            if sum(endpoint.counts.values()) > taken:
                return

    async def _once(self, endpoint: Endpoint, body: bytes, headers: dict[str, str]) -> int:
        """Status of the reply; 0 for none. Never follows a redirect."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False)
        headers = {"Content-Type": "application/json", **headers}
        async with self._limit:
            try:
                return (await self._client.post(endpoint.url, content=body, headers=headers)).status_code
            except httpx.HTTPError:
                return 0


def _is(fault: Fault | None, name: str) -> bool:
    return fault is not None and fault.name == name


def sign(secret: str, body: bytes, now_s: int) -> dict[str, str]:
    """Both schemes at once; the real clock counts, for the receiver has no other."""
    timed = hmac.new(secret.encode(), f"{now_s}.".encode() + body, hashlib.sha256).hexdigest()
    plain = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "X-CHeKT-Signature": timed,
        "X-CHeKT-Timestamp": str(now_s),
        "x-webhook-signature": f"sha256={plain}",
    }


def _newest(gateway: Gateway) -> int:
    row = gateway.database.row("SELECT max(event_id) AS newest FROM event")
    return int(row["newest"] or 0) if row else 0
