"""Many sites with a schedule each behind one small gateway, and the services of a run over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from chekt_console.api.schedules_resource import ScheduleReply
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.site import Site
from chekt_console.errors import ChangedMeanwhile, NotAllowed, NotThere
from chekt_console.services.bulk_schedule_service import BulkScheduleService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.services.ports import Client


def week(start_min: int, mode: ArmingMode = ArmingMode.AWAY, *exceptions: Any) -> WeekSchedule:
    return WeekSchedule((ArmedPeriod(start_min, 600, mode),), exceptions)


OLD = week(1200, ArmingMode.STAY)


def _nothing(_site_id: str) -> None:
    pass


@dataclass
class ManySites:
    """The client and its resource in one. `refusing` sites answer a write with 403, `gone` ones everything with 404."""

    stored: dict[str, tuple[WeekSchedule, int]] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    before_write: Callable[[str], None] = _nothing
    after_write: Callable[[str], None] = _nothing

    @property
    def schedules(self) -> ManySites:
        return self

    def put(self, site_id: str, schedule: WeekSchedule) -> None:
        """As somebody at another computer does it."""
        self.stored[site_id] = schedule, self.stored.get(site_id, (OLD, 1))[1] + 1

    def at(self, site_id: str) -> WeekSchedule:
        return self.stored.setdefault(site_id, (OLD, 1))[0]

    def read(self, site_id: str, etag: str = "") -> ScheduleReply | None:
        self.reads.append(site_id)
        self._look(site_id)
        schedule, version = self.stored.setdefault(site_id, (OLD, 1))
        now = f'"{version}"'
        return None if etag == now else ScheduleReply(to_key_concepts(schedule).body, now)

    def write(self, site_id: str, body: Mapping[str, object], etag: str) -> str:
        self.before_write(site_id)
        self._look(site_id)
        if site_id in self.refusing:
            raise NotAllowed("This key may not change it.", status=403)
        if etag != f'"{self.stored[site_id][1]}"':
            raise ChangedMeanwhile("Somebody else changed it.", status=412)
        self.puts.append(site_id)
        self.put(site_id, from_key_concepts(body).schedule)
        self.after_write(site_id)
        return ""

    def _look(self, site_id: str) -> None:
        if site_id in self.gone:
            raise NotThere("There is no such site.", status=404)


class Yard:
    """Sites "0", "1" and so on, all read; ends with its block."""

    def __init__(self, folder: Path, count: int) -> None:
        self.server = ManySites()
        self.clock = FakeClock()
        self.cache, self.local = Cache(folder / "cache.sqlite"), LocalStore(folder / "local.sqlite")
        client = cast("Client", self.server)
        self.schedules = ScheduleService(client, self.cache, self.local, self.clock)
        self.bulk = self.opened()
        self.sites = tuple(Site(str(n), f"Site {n:03}", timezone="Europe/Rome") for n in range(count))
        self.read()

    def opened(self) -> BulkScheduleService:
        """As the next start of the program finds it."""
        client = cast("Client", self.server)
        return BulkScheduleService(client, self.schedules, self.cache, self.local, self.clock)

    def read(self) -> None:
        """All of them anew."""
        for site in self.sites:
            self.schedules.read(site)

    def followers(self) -> list[str]:
        return sorted(self.local.templates.applied())

    def __enter__(self) -> Yard:
        return self

    def __exit__(self, *_: object) -> None:
        self.cache.close()
        self.local.close()


GO = NoProgress()
