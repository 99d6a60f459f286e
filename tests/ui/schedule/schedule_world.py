"""A small world for the schedule editor: a runner that runs at once or when told, a service in memory, a board of notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.site import Site
from chekt_console.errors import ConsoleError
from chekt_console.services.schedule_service import Draft, SaveOutcome, ScheduleService, StoredSchedule

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.progress import Progress

NOW_MS = int(datetime(2026, 3, 11, 4, 4, tzinfo=UTC).timestamp() * 1000)  # Tue 21:04 in Los Angeles
AS_OF = datetime(2026, 3, 11, 3, 51, tzinfo=UTC)
HARBOR = Site("s1", "Harbor Point Warehouse", timezone="America/Los_Angeles")
PHARMACY = Site("s2", "Main Street <b>Pharmacy</b>", timezone="America/Chicago")


class Waiting:
    def __init__(self, options: dict[str, Any], run: Callable[[], None]) -> None:
        self.options = options
        self.run = run
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class FakeRunner:
    """Runs at once; while `is_held`, keeps the work until `let_go`."""

    def __init__(self) -> None:
        self.is_held = False
        self.waiting: list[Waiting] = []
        self.seen: list[dict[str, Any]] = []

    def submit(
        self,
        work: Callable[[Any], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[ConsoleError], None] | None = None,
        **options: Any,
    ) -> Waiting:
        def run() -> None:
            try:
                result = work(NoProgress())
            except ConsoleError as error:
                assert failed is not None
                failed(error)
                return
            done(result)

        job = Waiting(options, run)
        self.seen.append(options)
        if self.is_held:
            for older in self.waiting:
                if options.get("key") and older.options.get("key") == options["key"]:
                    older.cancel()
            self.waiting.append(job)
        else:
            run()
        return job

    def let_go(self) -> None:
        self.is_held = False
        waiting, self.waiting = self.waiting, []
        for job in waiting:
            if not job.is_cancelled:
                job.run()


class FakeSchedules(ScheduleService):
    """The server and the disk as two dictionaries. `fail_*` is raised instead; `outcome` is answered instead."""

    def __init__(self) -> None:
        self.server: dict[str, StoredSchedule] = {}
        self.disk: dict[str, StoredSchedule] = {}
        self.drafts: dict[str, Draft] = {}
        self.saves: list[tuple[str, WeekSchedule, str]] = []
        self.fail_read: ConsoleError | None = None
        self.fail_save: ConsoleError | None = None
        self.outcome: SaveOutcome | None = None

    def put(self, site: Site, schedule: WeekSchedule, etag: str = "e1", *problems: str) -> StoredSchedule:
        stored = StoredSchedule(site.site_id, schedule, etag, AS_OF, problems)
        self.server[site.site_id] = stored
        return stored

    def cached(self, site_id: str) -> StoredSchedule | None:
        return self.disk.get(site_id)

    def read(self, site: Site) -> StoredSchedule:
        if self.fail_read is not None:
            raise self.fail_read
        return self.server[site.site_id]

    def draft(self, site_id: str) -> Draft | None:
        return self.drafts.get(site_id)

    def keep_draft(self, site_id: str, schedule: WeekSchedule, base: StoredSchedule, note: str = "") -> Draft:
        self.drafts[site_id] = Draft(site_id, schedule, base, AS_OF, note)
        return self.drafts[site_id]

    def discard_draft(self, site_id: str) -> None:
        self.drafts.pop(site_id, None)

    def save(
        self, site: Site, schedule: WeekSchedule, base: StoredSchedule, progress: Progress
    ) -> SaveOutcome:
        self.saves.append((site.site_id, schedule, base.etag))
        self.keep_draft(site.site_id, schedule, base)
        if self.fail_save is not None:
            raise self.fail_save
        if self.outcome is not None:
            return self.outcome
        server = self.server[site.site_id]
        if server.etag != base.etag:
            return SaveOutcome(
                False, base, "Somebody else saved it first; nothing of yours was written.", server
            )
        stored = self.put(site, schedule, f"{base.etag}+")
        self.discard_draft(site.site_id)
        return SaveOutcome(True, stored, f"Saved: {site.name}.")


@dataclass
class Board:
    """What the notices say, by kind."""

    texts: dict[str, str] = field(default_factory=dict)
    actions: dict[str, Callable[[], None] | None] = field(default_factory=dict)

    def show(
        self,
        kind: str,
        text: str,
        *,
        severity: object = None,
        action: str = "",
        on_action: Callable[[], None] | None = None,
    ) -> None:
        self.texts[kind] = text
        self.actions[kind] = on_action if action else None

    def clear(self, kind: str) -> None:
        self.texts.pop(kind, None)
        self.actions.pop(kind, None)

    def act(self, kind: str) -> None:
        action = self.actions[kind]
        assert action is not None
        action()
