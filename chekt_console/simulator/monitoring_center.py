"""The other side: operators who look at alarms, decide after a while, and send commands and requests back."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import sqlite3
from typing import TYPE_CHECKING

from chekt_console.simulator import delivery_steps
from chekt_console.simulator.clock import iso
from chekt_console.simulator.webhook_bodies import envelope

if TYPE_CHECKING:
    from typing import Any

    from chekt_console.simulator.gateway import Gateway
    from chekt_console.simulator.webhook_sender import WebhookSender

_log = logging.getLogger(__name__)
NAME = delivery_steps.CENTER
REQUESTS = ("arming.command", "camera.view_request", "audio.request")
_OPERATORS = ("Dana Whitfield", "Luis Ortega", "Priya Raman", "Tom Becker")
_LOOK_S = 0.25
_FALSE_SHARE = 0.8
_VIEW_SHARE = 0.3
_VALID_S = 120


class MonitoringCenter:
    """Works only while somebody hears its webhooks; alarms of before then are not its own."""

    def __init__(self, sender: WebhookSender) -> None:
        self._sender = sender
        self.delay_s = (20.0, 60.0)
        self.is_on = True
        self._due: dict[int, int] = {}
        self._dice = random.Random()

    async def run(self, gateway: Gateway) -> None:
        last: int | None = None
        while True:
            await asyncio.sleep(_LOOK_S)
            now_ms = gateway.clock.now_ms()
            newest = gateway.database.row("SELECT max(event_id) AS newest FROM event")
            top = int(newest["newest"] or 0) if newest else 0
            if self._sender.endpoints and self.is_on and last is not None:
                for row in gateway.database.rows(
                    "SELECT event_id, device_id, site_id FROM event WHERE event_id > ? AND kind = 'alarm'"
                    " AND decision = ''",
                    last,
                ):
                    self._due[row["event_id"]] = now_ms + round(self._dice.uniform(*self.delay_s) * 1000)
                    if row["device_id"] is not None and self._dice.random() < _VIEW_SHARE:
                        self.ask(
                            gateway, "camera.view_request", row["site_id"], {"device_id": row["device_id"]}
                        )
            last = top
            for event_id in [one for one, due_ms in self._due.items() if due_ms <= now_ms]:
                del self._due[event_id]
                if self._is_decided(gateway, event_id):
                    continue
                is_false = self._dice.random() < _FALSE_SHARE
                try:
                    await self.verify(gateway, event_id, "false" if is_false else "real")
                except sqlite3.Error as error:
                    _log.error("A verification could not be written: %s", error)

    def _is_decided(self, gateway: Gateway, event_id: int) -> bool:
        """By a dealer, or by the story that is played, while the operator took the time to look."""
        row = gateway.database.row("SELECT decision FROM event WHERE event_id = ?", event_id)
        return row is None or bool(row["decision"])

    async def verify(self, gateway: Gateway, event_id: int, decision: str) -> bool:
        """False when there is no such event. The decision is true on the server before it is told."""
        operator = self._dice.choice(_OPERATORS)

        def write(connection: sqlite3.Connection) -> sqlite3.Row | None:
            connection.execute(
                "UPDATE event SET decision = ?, status = 'verified' WHERE event_id = ?", (decision, event_id)
            )
            delivery_steps.note(connection, event_id, delivery_steps.REVIEWED, gateway.clock.now_ms())
            row: sqlite3.Row | None = connection.execute(
                "SELECT * FROM event WHERE event_id = ?", (event_id,)
            ).fetchone()
            return row

        row = await gateway.database.write(write)
        if row is None:
            return False
        now_ms = gateway.clock.now_ms()
        data = {
            "event_id": event_id, "site_id": row["site_id"], "decision": decision,
            "verdict": "false_alarm" if decision == "false" else "real_alarm", "verified_by": operator,
            "monitoring_center": NAME, "verified_at": iso(now_ms), "occurred_at": iso(row["instant_ms"]),
        }  # fmt: skip
        body = envelope(f"ver_{event_id}_{now_ms}", "verification.complete", iso(now_ms), data)
        self._sender.send("verification.complete", body)
        return True

    def ask(self, gateway: Gateway, kind: str, site_id: int, words: dict[str, Any]) -> dict[str, Any]:
        """Sends a request of an operator; `words` add to it, `valid_s` says for how long it holds."""
        words = dict(words)
        valid_s = float(words.pop("valid_s", _VALID_S))
        now_ms = gateway.clock.now_ms()
        site = gateway.database.row("SELECT * FROM site WHERE site_id = ?", site_id)
        name = secrets.token_hex(6)
        data: dict[str, Any] = {
            "request_id": f"req_{name}", "site_id": site_id, "site_name": site["name"] if site else "",
            "requested_by": self._dice.choice(_OPERATORS), "monitoring_center": NAME,
            "requested_at": iso(now_ms), "expires_at": iso(now_ms + round(valid_s * 1000)),
        }  # fmt: skip
        if kind == "arming.command":
            data |= {"command_id": f"cmd_{name}", "action": "arm", "mode": "away", "partition_ids": []}
        data |= words
        self._sender.send(kind, envelope(f"req_{name}", kind, iso(now_ms), data))
        return data
