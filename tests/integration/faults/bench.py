"""What the fault tests stand on: a real gateway, a real client in a hurry, and the server's own record."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.clock import SystemClock
from chekt_console.domain.progress import NoProgress
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.services.site_service import SiteService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.domain.site import Site
    from chekt_console.services.arming_service import ArmingOutcome
    from tests.support.simulator import RunningSimulator

EVENTS = "/ext/v1/events"
SITES = "/ext/v1/sites"


class HurryClock(SystemClock):
    """Waits a small part of what is asked, and keeps what was asked."""

    def __init__(self, factor: float = 40) -> None:
        self._factor = factor
        self.asked: list[float] = []
        self._pause = threading.Event()

    def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._pause.wait(min(seconds / self._factor, 0.3))


@dataclass
class Bench:
    simulator: RunningSimulator
    folder: Path
    key: str = ""
    clock: HurryClock = field(default_factory=HurryClock)

    def __post_init__(self) -> None:
        self.key = self.key or self.simulator.control("keys", {})["api_key"]
        self.client = CHeKTClient(self.simulator.url, ApiKeyAuth(self.key), clock=self.clock)
        self.cache = Cache(self.folder / "cache.sqlite")
        self.local = LocalStore(self.folder / "local.sqlite")
        self.arming = ArmingService(
            self.client, self.cache, HurryClock(6)
        )  # the server acts within half a second
        self.schedules = ScheduleService(self.client, self.cache, self.local, self.clock)
        self.sites = SiteService(self.client, self.cache, self.local)
        self.site: Site = next(one for one in self.client.sites.list().values if not one.has_partitions)
        self.clock.asked.clear()

    def close(self) -> None:
        self.client.close()
        self.cache.close()
        self.local.close()

    def fault(self, name: str, path: str, method: str = "", **words: Any) -> None:
        self.simulator.control("faults", {"name": name, "path": path, "method": method, **words})

    def asked(self, method: str, path: str) -> list[int | None]:
        """Statuses of what the server really got, by its own record; None was never answered."""
        return [
            one["status"]
            for one in self.simulator.requests()
            if one["method"] == method and one["path"] == path
        ]

    def forget(self) -> None:
        self.simulator.control("record", method="DELETE")
        self.simulator.control("faults", method="DELETE")
        self.clock.asked.clear()

    def read(self) -> int:
        return len(self.client.sites.list().values)

    def write(self, subtype: str) -> str:
        """An event sent in, with an idempotency key."""
        body: dict[str, object] = {
            "site_id": self.site.site_id,
            "event_type": "trouble",
            "event_subtype": subtype,
            "event_time": "2026-02-11T14:30:00Z",
        }
        return self.client.events.report(body, f"key-{subtype}")

    def command(self, mode: ArmingMode) -> ArmingOutcome:
        return self.arming.command(self.site, mode, (), NoProgress())

    def written(self, subtype: str) -> int:
        """How many events of this subtype the server has."""
        with self.simulator.client() as plain:
            body = {
                "site_id": int(self.site.site_id),
                "start_time": "2026-02-11T14:29:59Z",
                "end_time": "2026-02-11T14:30:01Z",
                "limit": 500,
            }
            rows = plain.post("/ext/v1/activity-logs/search", json=body).json()["data"]
        return sum(row["event_subtype"] == subtype for row in rows)

    def is_armed(self) -> bool:
        with self.simulator.client() as plain:
            told = plain.get(f"{SITES}/{self.site.site_id}/arming").json()["arming_status"]
        return bool(told == "armed")

    @property
    def arm_path(self) -> str:
        return f"{SITES}/{self.site.site_id}/arming/actions/arm"
