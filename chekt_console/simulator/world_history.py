"""Thirty days of a site, day by day: each day depends on the seed, the site and the date alone."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chekt_console.simulator import world_incidents as incident
from chekt_console.simulator.event_rows import NewEvent
from chekt_console.simulator.world_sites import (
    CLEANED_ON_TUESDAY,
    HARBOR_POINT,
    NEVER_ARMED_FRIDAY,
    ArmedHours,
    Site,
)

DAY_MS = 86_400_000
_MINUTE_MS = 60_000
_FRESH_GAP_MS = 6 * 3_600_000
_DORMANT_MS = 9 * DAY_MS
_RICH_SITES = 200  # a world of thousands has fewer events a site, or it would take minutes to make
_CREW = "Cleaning crew"


def history(site: Site, seed: int, from_ms: int, to_ms: int) -> list[NewEvent]:
    """Events of `from_ms` up to `to_ms` (now), oldest first."""
    zone = ZoneInfo(site.city.timezone)
    # An armed run may begin two days before the span and end inside it.
    first = _local_day(from_ms, zone) - 2
    dice = random.Random(0)  # one for all days, seeded anew for each: making one costs as much again
    found: list[NewEvent] = []
    for ordinal in range(first, _local_day(to_ms, zone) + 1):
        dice.seed(f"{seed}/day/{site.number}/{ordinal}")
        found += _day(site, dice, date.fromordinal(ordinal), zone, to_ms)
    found += _fresh(site, seed, from_ms, to_ms, found)
    kept = [event for event in found if from_ms <= event.instant_ms < to_ms]
    kept.sort(key=lambda event: event.instant_ms)
    return kept


@functools.lru_cache(maxsize=100)
def _local_day(instant_ms: int, zone: ZoneInfo) -> int:
    return datetime.fromtimestamp(instant_ms / 1000, zone).toordinal()


def _below(dice: random.Random, count: int) -> int:
    """What dice.randrange(count) gives, in half its time: it is asked a million times."""
    bits = count.bit_length()
    found = dice.getrandbits(bits)
    while found >= count:
        found = dice.getrandbits(bits)
    return found


def _at(day: date, minute: float, zone: ZoneInfo) -> int:
    """Wall time to instant; minutes past midnight's end run into the next days."""
    days, rest = divmod(minute, 1440)
    midnight_ms, is_plain = _midnight(day.toordinal() + int(days), zone)
    if is_plain:
        return midnight_ms + int(rest * _MINUTE_MS)
    wall = datetime.combine(day + timedelta(days=int(days)), time(), zone) + timedelta(minutes=rest)
    return int(wall.timestamp() * 1000)


@functools.lru_cache(maxsize=2000)
def _midnight(ordinal: int, zone: ZoneInfo) -> tuple[int, bool]:
    """The instant a day begins, and whether it has 24 hours."""
    day = date.fromordinal(ordinal)
    begins = datetime.combine(day, time(), zone).timestamp()
    ends = datetime.combine(day + timedelta(days=1), time(), zone).timestamp()
    return int(begins * 1000), ends - begins == 86_400


def _day(site: Site, dice: random.Random, day: date, zone: ZoneInfo, now_ms: int) -> list[NewEvent]:
    weekday = day.weekday()
    hours = site.week.get(weekday)
    found: list[NewEvent] = []
    is_skipped = site.number == NEVER_ARMED_FRIDAY and weekday == 4
    if hours is not None and not is_skipped:
        _add_armed_run(found, site, dice, day, zone, hours)
        found += _night(site, dice, day, zone, hours, now_ms)
    if weekday == 1 and site.number in CLEANED_ON_TUESDAY:
        found += _cleaning(site, dice, day, zone, now_ms)
    if not (site.kind.has_closed_weekend and weekday >= 5):
        found += _open_hours(site, dice, day, zone, now_ms)
    if dice.random() < 0.06:
        found += incident.some_trouble(site, dice, _at(day, _below(dice, 1440), zone))
    if weekday == 6:
        found.append(incident.periodic_test(site, _at(day, 180 + site.number % 60, zone)))
    return found


def _add_armed_run(
    found: list[NewEvent], site: Site, dice: random.Random, day: date, zone: ZoneInfo, hours: ArmedHours
) -> None:
    """Armed and disarmed by people, near the schedule; pieces that touch are one run."""
    begins = hours.arm_min + _below(dice, 19) - 5 + dice.random()
    ends = hours.arm_min + hours.length_min + _below(dice, 20) - 14 + dice.random()
    weekday = day.weekday()
    if not _touches(site.week.get((weekday - 1) % 7), hours):
        closer = site.people[1 + day.toordinal() % 2].name
        found += incident.arming(site, _at(day, begins, zone), hours.mode, closer)
    following = site.week.get((weekday + 1) % 7)
    if following is None or not _touches(hours, following):
        found += incident.arming(site, _at(day, ends, zone), "disarmed", site.people[0].name)


def _touches(before: ArmedHours | None, after: ArmedHours) -> bool:
    return before is not None and before.arm_min + before.length_min == 1440 + after.arm_min


def _night(
    site: Site, dice: random.Random, day: date, zone: ZoneInfo, hours: ArmedHours, now_ms: int
) -> Iterator[NewEvent]:
    if dice.random() < (0.25 if site.number < 8 else 0.1):
        instant_ms = _at(day, hours.arm_min + 20 + dice.random() * (hours.length_min - 50), zone)
        scene = dice.choice(incident.SCENES[:3])
        yield from incident.alarm(
            site, dice, instant_ms, scene=scene, verdict=_verdict(dice, scene, instant_ms, now_ms)
        )
    if dice.random() < 0.012:
        instant_ms = _at(day, dice.randrange(1440), zone)
        yield from incident.panel_alarm(site, dice, instant_ms, _verdict(dice, "", instant_ms, now_ms))


def _verdict(dice: random.Random, scene: str, instant_ms: int, now_ms: int) -> str:
    """Operators answer within a day; of the last day about half still wait."""
    is_waiting = dice.random() < 0.5
    verdict = incident.decision(dice, scene)
    return "" if is_waiting and instant_ms > now_ms - DAY_MS else verdict


def _cleaning(site: Site, dice: random.Random, day: date, zone: ZoneInfo, now_ms: int) -> Iterator[NewEvent]:
    """The crew opens the door at 06:00, trips the alarm, disarms four minutes later and arms again when it leaves."""
    yesterday = site.week.get(0)
    disarm_min = yesterday.arm_min + yesterday.length_min - 1440 if yesterday else 0
    if disarm_min < 6 * 60 + 20:
        return
    trip_ms = _at(day, 6 * 60 + dice.random() * 3, zone)
    yield from incident.alarm(
        site, dice, trip_ms, scene="cleaner", verdict=_verdict(dice, "cleaner", trip_ms, now_ms)
    )
    yield from incident.arming(site, trip_ms + 4 * _MINUTE_MS, "disarmed", _CREW)


def _open_hours(
    site: Site, dice: random.Random, day: date, zone: ZoneInfo, now_ms: int
) -> Iterator[NewEvent]:
    """Doors and people while the place is in use."""
    tonight = site.week.get(day.weekday())
    opens, closes = site.kind.disarm_min + 20, (tonight.arm_min if tonight else site.kind.arm_min) - 20
    is_rich = site.number < _RICH_SITES
    busy = (30, 55) if site.number == HARBOR_POINT else (6, 24) if is_rich else (0, 2)
    for _ in range(busy[0] + _below(dice, busy[1] - busy[0])):
        camera = dice.choice(site.cameras)
        instant_ms = _at(day, opens + dice.random() * (closes - opens), zone)
        if camera.quirk == "dormant" and instant_ms > now_ms - _DORMANT_MS:
            continue
        what = dice.choice(
            ("person", "person", "vehicle" if incident.is_outdoors(camera) else "person", "motion")
        )
        yield incident.seen(site, camera, instant_ms, what, has_video=dice.random() < 0.15)
    for _ in range(dice.randrange(3, 9) if is_rich else 0):
        door = dice.choice(site.entries)
        instant_ms = _at(day, opens + dice.random() * (closes - opens), zone)
        yield incident.zone_change(site, door, instant_ms, "opened")
        yield incident.zone_change(site, door, instant_ms + dice.randrange(4_000, 50_000), "closed")


def _fresh(site: Site, seed: int, from_ms: int, now_ms: int, known: list[NewEvent]) -> Iterator[NewEvent]:
    """What every visit finds: alarms that wait for a decision, and the offline cameras' own trouble."""
    dice = random.Random(f"{seed}/fresh/{site.number}")
    if now_ms - from_ms < _FRESH_GAP_MS:
        return
    for camera in site.cameras:
        if camera.status == "offline":
            hours = 3 if site.number == HARBOR_POINT else dice.randrange(2, 20)
            text = "Camera connection lost"
            yield incident.trouble(site, camera, "device_offline", text, now_ms - hours * 3_600_000)
    if site.number == HARBOR_POINT:
        for n, instant_ms in enumerate(_last_armed_instants(known, from_ms, now_ms)):
            scene, camera = ("vehicle", "person", "person")[n % 3], site.cameras[(1, 3, 0)[n % 3]]
            yield from incident.alarm(site, dice, instant_ms, scene=scene, camera=camera)
    elif site.number % 6 == 2:
        yield from incident.alarm(site, dice, now_ms - dice.randrange(40, 1200) * _MINUTE_MS)
    # Clips that break one video rule each, waiting for someone to notice.
    if 0 < site.number <= len(incident.DEFECTS):
        defect = incident.DEFECTS[site.number - 1]
        yield from incident.alarm(
            site, dice, now_ms - dice.randrange(2000, 9000) * _MINUTE_MS, verdict="unsure", defect=defect
        )


def _last_armed_instants(known: list[NewEvent], from_ms: int, now_ms: int) -> list[int]:
    """Three instants of the last day, while armed when there was such a time."""
    arming = sorted((e.instant_ms, e.mode) for e in known if e.kind == "arming" and e.instant_ms < now_ms)
    spans = []
    first_ms = max(from_ms, now_ms - 22 * 3_600_000)
    for n, (start, mode) in enumerate(arming):
        end = arming[n + 1][0] if n + 1 < len(arming) else now_ms
        start, end = max(start, first_ms), min(end, now_ms) - 4 * _MINUTE_MS
        if mode != "disarmed" and end - start > 40 * _MINUTE_MS:
            spans.append((start + 5 * _MINUTE_MS, end))
    start, end = spans[-1] if spans else (max(first_ms, now_ms - 10 * 3_600_000), now_ms - 5 * _MINUTE_MS)
    return [start + (end - start) * part // 10 for part in (2, 6, 9)]
