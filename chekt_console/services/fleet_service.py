"""All sites side by side, from what the disk knows: schedule, armed state, devices, alarms, and what needs a look."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.armed_times import ArmedTimes
from chekt_console.domain.arming import ArmingMode, ArmingState
from chekt_console.domain.device_warnings import warnings_of
from chekt_console.domain.event import EventKind
from chekt_console.domain.schedule_template import Drift, drift
from chekt_console.domain.site_clock import zone_of
from chekt_console.errors import NotSignedIn, NotThere, TooManyRequests, Unreachable, WorldFailed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.device import Device
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.schedule_template import ScheduleTemplate
    from chekt_console.domain.site import Site
    from chekt_console.services.device_service import DeviceService
    from chekt_console.services.event_service import EventService
    from chekt_console.store.cache import Cache
    from chekt_console.store.local import LocalStore

DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
_DORMANT_DAYS = 7
_FALSE_DAYS = 30
_GRACE_MS = 15 * 60_000  # a person may be a little late


@dataclass(frozen=True, slots=True)
class FleetRow:
    """`schedule` None: never read here. `online` of `devices`; None when the devices were never read.

    `schedule_as_of`, `devices_as_of`: when they were read.
    """

    site: Site
    schedule: WeekSchedule | None
    schedule_as_of: datetime | None
    arming: ArmingState
    online: int | None
    devices: int
    alarms: int
    troubles: int
    false_alarms: int
    template_id: str
    template: str
    looks: tuple[str, ...]
    devices_as_of: datetime | None = None
    trouble_ms: int = 0  # the newest trouble or news since then, 0 for none: `online` may be of before


class FleetService:
    def __init__(
        self, cache: Cache, local: LocalStore, events: EventService, devices: DeviceService, clock: Clock
    ) -> None:
        self._cache = cache
        self._devices = devices
        self._local = local
        self._events = events
        self._clock = clock

    def read_devices(
        self, sites: Iterable[Site], progress: Progress, *, older_than: datetime | None = None
    ) -> tuple[str, ...]:
        """Of sites where they were never read here, before the newest trouble or news, or before `older_than`. Gives a sentence
        for each that could not be read."""
        known, read = self._cache.device_counts(), self._cache.devices_read()
        outdated = self._cache.device_news.outdated()

        def is_wanted(site_id: str) -> bool:
            as_of = read.get(site_id)
            is_old = older_than is not None and (as_of is None or as_of < older_than)
            return site_id not in known or site_id in outdated or is_old

        wanted = [site for site in sites if is_wanted(site.site_id)]
        problems: list[str] = []
        for number, site in enumerate(wanted):
            progress.report(number, len(wanted), site.name)
            try:
                progress.partial(self._devices.refresh(site))
            except NotThere:
                continue
            except (TooManyRequests, Unreachable, NotSignedIn):
                raise
            except WorldFailed as error:
                problems.append(f"{site.name}: {error.sentence}")
        return tuple(problems)

    def rows(self, sites: Iterable[Site]) -> tuple[FleetRow, ...]:
        """In the order given. Slow for very many sites: for a worker."""
        now = self._clock.now_ms()
        schedules, arming = self._cache.schedules(), self._cache.arming()
        online, dormant = (
            self._cache.device_counts(),
            self._cache.all_events.dormant(now - _DORMANT_DAYS * DAY_MS, now - _HOUR_MS),
        )
        devices_read, outdated = self._cache.devices_read(), self._cache.device_news.outdated()
        devices: dict[str, list[Device]] = {}
        for device in self._cache.devices_to_check():
            devices.setdefault(device.site_id, []).append(device)
        alarms, troubles = self._events.open_alarms(), self._events.open_troubles()
        false_alarms = self._false_alarms(now)
        templates = {one.template_id: one for one in self._local.templates.templates()}
        applied = self._local.templates.applied()
        drafts = self._local.draft_sites()
        planned: dict[tuple[WeekSchedule, str], tuple[ArmingMode | None, ArmingMode | None]] = {}
        drifts: dict[tuple[str, WeekSchedule, WeekSchedule | None], Drift] = {}
        rows = []
        for site in sites:
            site_id = site.site_id
            kept = schedules.get(site_id)
            schedule = kept.schedule if kept else None
            state = arming[site_id][0] if site_id in arming else ArmingState.unknown()
            looks: list[str] = []
            follows = applied.get(site_id)
            template: ScheduleTemplate | None = templates.get(follows.template_id) if follows else None
            if template is not None and follows is not None:
                kind = template.template_id, follows.schedule, schedule
                if kind not in drifts:
                    drifts[kind] = drift(template, follows, schedule)
                how = drifts[kind]
                if how in (Drift.SITE, Drift.TEMPLATE):
                    looks.append(how.value)
            if schedule is not None and not schedule.periods and not schedule.exceptions:
                looks.append("no schedule")
            elif schedule is not None and state.is_armed is False:
                key = schedule, site.timezone
                if key not in planned:
                    planned[key] = _planned(schedule, site.timezone, now)
                if all(planned[key]):
                    looks.append("should be armed")
            if kept is not None and kept.problems:
                looks.append("schedule not understood")
            if site_id in drafts:
                looks.append("draft open")
            if site_id in dormant:
                looks.append("dormant")
            looks += _device_words(site, devices.get(site_id, ()), state, now)
            if not site.is_active or not site.is_monitored:
                looks.append("not monitored" if site.is_active else "not active")
            if not site.timezone:
                looks.append("time zone unknown")
            on, count = online.get(site_id, (None, 0))
            rows.append(
                FleetRow(
                    site,
                    schedule,
                    kept.as_of if kept else None,
                    state,
                    on,
                    count,
                    alarms.get(site_id, 0),
                    troubles.get(site_id, 0),
                    false_alarms.get(site_id, 0),
                    template.template_id if template else "",
                    template.name if template else "",
                    tuple(looks),
                    devices_read.get(site_id),
                    outdated.get(site_id, 0),
                )
            )
        return tuple(rows)

    def _false_alarms(self, now: int) -> dict[str, int]:
        """Of 30 days: as the server knows them, and as they were decided here."""
        since = now - _FALSE_DAYS * DAY_MS
        known = dict(self._cache.all_events.false_alarms(since))
        decided = self._local.decisions()
        told = self._cache.versions(decided)
        for event_id, decision in decided.items():
            event = told.get(event_id)
            if not decision.decision or event is None:
                continue
            if event.kind is EventKind.ALARM and event.instant_ms >= since and decision.decision == "false":
                known[event_id] = event.site_id
            else:
                known.pop(event_id, None)
        return dict(Counter(known.values()))


def _device_words(site: Site, devices: Iterable[Device], state: ArmingState, now: int) -> list[str]:
    """What is pointed out among its devices, each once. Whether a single camera is quiet is told where its events are read."""
    found = warnings_of(site, devices, state, None, now)
    return list(dict.fromkeys(warning.word for told in found.values() for warning in told))


def _planned(schedule: WeekSchedule, zone: str, now: int) -> tuple[ArmingMode | None, ArmingMode | None]:
    """What is planned now and a little before; unknown zones plan nothing."""
    tz = zone_of(zone)
    if tz is None:
        return None, None
    times = ArmedTimes(schedule, tz, now - _GRACE_MS, now + 1)
    return times.mode_at(now - _GRACE_MS), times.mode_at(now)
