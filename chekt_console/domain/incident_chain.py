"""Why an alarm was raised and what became of it, link by link, each with its time or said to be not known; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chekt_console.domain.delivery_steps import DeliverySteps, delay_words
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule_forecast import forecast
from chekt_console.domain.schedule_words import span_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from chekt_console.domain.armed_history import ArmedState
    from chekt_console.domain.schedule import WeekSchedule

NOT_KNOWN = "not known"
_REACHED = (
    "waiting",
    "acknowledged",
    "dispatched",
    "verified",
    "resolved",
    "closed",
    "delivered",
    "received",
)
_VERIFIED = ("verified", "resolved", "closed", "dispatched")


@dataclass(frozen=True, slots=True)
class ChainLink:
    """`words` say what is known; `instant_ms` when it was, None when the time is not known or there is none."""

    name: str
    words: str
    instant_ms: int | None = None
    event_id: str = ""

    @property
    def is_known(self) -> bool:
        return self.words != NOT_KNOWN


@dataclass(frozen=True, slots=True)
class ScheduleFact:
    """`schedule` None: it is not cached. `zone` None: the site's time zone is not known. `read_ms`: when it was read;
    None when that was before the alarm. `is_changed`: another one was in force at the alarm."""

    schedule: WeekSchedule | None = None
    zone: tzinfo | None = None
    read_ms: int | None = None
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class DecisionFact:
    decision: str = ""
    note: str = ""
    cause: str = ""
    decided_ms: int | None = None


def incident_chain(
    alarm: Event,
    signals: Sequence[Event],
    armed: ArmedState,
    schedule: ScheduleFact,
    decision: DecisionFact,
    steps: DeliverySteps | None = None,
    zone_types: Mapping[int, str] | None = None,
) -> tuple[ChainLink, ...]:
    """`signals`: every event of the incident, the alarm among them. `steps`: its way to the monitoring center, when the
    server told. `zone_types`: what kind of zone each number is, as far as the device list tells."""
    return (
        _zone_link(alarm, signals, zone_types or {}),
        _armed_link(armed),
        _schedule_link(alarm, armed, schedule),
        _camera_link(alarm, signals),
        _delivery_link(alarm, steps),
        _verification_link(alarm, steps),
        _decision_link(alarm, decision),
    )


def _zone_link(alarm: Event, signals: Sequence[Event], types: Mapping[int, str]) -> ChainLink:
    """The alarm's own zone; else the sensor signal that is nearest to it."""
    if alarm.zone_number is not None and not _is_camera(alarm):
        return ChainLink("Zone, type", _what_where(alarm, types), alarm.instant_ms, alarm.event_id)
    sensors = [
        one
        for one in signals
        if one.event_id != alarm.event_id
        and not _is_camera(one)
        and one.kind in (EventKind.ALARM, EventKind.ACTIVITY)
        and (one.zone_number is not None or one.device_key.startswith("zone:"))
    ]
    if sensors:
        nearest = min(sensors, key=lambda one: (abs(one.instant_ms - alarm.instant_ms), one.event_id))
        return ChainLink("Zone, type", _what_where(nearest, types), nearest.instant_ms, nearest.event_id)
    if _is_camera(alarm):
        return ChainLink("Zone, type", f"no zone told; {_subtype(alarm) or 'alarm'} seen by the camera")
    return ChainLink("Zone, type", _what_where(alarm, types) or NOT_KNOWN, alarm.instant_ms, alarm.event_id)


def _armed_link(armed: ArmedState) -> ChainLink:
    if not armed.is_known:
        return ChainLink("Armed", NOT_KNOWN)
    last = armed.newest
    if armed.mode is None:
        return ChainLink("Armed", armed.parted_words, last.since_ms, last.event_id)
    by = f", by {armed.users}" if armed.users else ", by whom is not known"
    return ChainLink("Armed", f"{armed.mode.label}: {armed.mode.meaning}{by}", last.since_ms, last.event_id)


def _schedule_link(alarm: Event, armed: ArmedState, fact: ScheduleFact) -> ChainLink:
    if fact.schedule is None or fact.zone is None:
        return ChainLink("Schedule", NOT_KNOWN)
    planned, start_ms = _planned_words(alarm, armed, fact.schedule, fact.zone, is_sure=fact.read_ms is None)
    if fact.read_ms is None:
        return ChainLink("Schedule", planned, start_ms)
    read = datetime.fromtimestamp(fact.read_ms / 1000, fact.zone)
    then = datetime.fromtimestamp(alarm.instant_ms / 1000, fact.zone)
    day = f"{read.day} {read:%b}" + (f" {read.year}" if read.year != then.year else "")
    if fact.is_changed:
        return ChainLink("Schedule", f"changed since; the one read on {day} says {planned}")
    return ChainLink("Schedule", f"by the schedule as read on {day}: {planned}", start_ms)


def _planned_words(
    alarm: Event, armed: ArmedState, schedule: WeekSchedule, zone: tzinfo, *, is_sure: bool
) -> tuple[str, int | None]:
    """What the schedule says of the alarm's instant, and when that began. Only one that is surely the alarm's own is
    held against what was armed."""
    moment = datetime.fromtimestamp(alarm.instant_ms / 1000, UTC)
    first = moment.astimezone(zone).date() - timedelta(days=7)
    for line in forecast(schedule, zone, first, 9):
        if line.starts_at is None or line.ends_at is None or line.mode is None:
            continue
        if line.starts_at <= moment < line.ends_at:
            start = line.day.weekday() * 1440 + line.start_min
            words = f"{line.mode.label} {span_words(start, line.end_min - line.start_min)}"
            if line.is_exception:
                words += ", an exception for that day"
            if is_sure and armed.is_known and armed.mode is not line.mode:
                words += f"; the site was {armed.label.lower()} instead"
            return words, round(line.starts_at.timestamp() * 1000)
    words = "nothing planned at that time"
    if is_sure and armed.is_armed_anywhere:
        words += f"; {'partly armed' if armed.is_parted else 'armed'} outside the schedule"
    return words, None


def _camera_link(alarm: Event, signals: Sequence[Event]) -> ChainLink:
    if _is_camera(alarm) and alarm.device_name:
        words = f"{alarm.device_name}{', with clip' if alarm.has_video else ', no clip'}"
        return ChainLink("Camera", words, alarm.instant_ms, alarm.event_id)
    cameras = [one for one in signals if _is_camera(one) or (one.has_video and one is not alarm)]
    if cameras:
        best = min(
            cameras,
            key=lambda one: (not one.has_video, abs(one.instant_ms - alarm.instant_ms), one.event_id),
        )
        seen = _subtype(best)
        words = f"{best.device_name or 'a camera'}{f' saw {seen}' if seen else ''}"
        return ChainLink("Camera", words, best.instant_ms, best.event_id)
    if alarm.has_video:
        return ChainLink("Camera", "there is a clip; which camera is not told")
    return ChainLink("Camera", "no camera signal in this incident")


def _delivery_link(alarm: Event, steps: DeliverySteps | None) -> ChainLink:
    if steps is not None and steps.delivered_ms is not None:
        took = delay_words(steps.delivered_ms - steps.occurred_ms)
        to = f"{steps.center}" if steps.center else "the monitoring center"
        return ChainLink("Delivery", f"reached {to}{f' ({took})' if took else ''}", steps.delivered_ms)
    status = alarm.status.casefold()
    if any(word in status for word in _REACHED):
        return ChainLink("Delivery", "reached the monitoring center")
    return ChainLink("Delivery", alarm.status.replace("_", " ") if status else NOT_KNOWN)


def _verification_link(alarm: Event, steps: DeliverySteps | None) -> ChainLink:
    if steps is not None and steps.reviewed_ms is not None:
        by = f"an operator decided: {steps.decision}" if steps.decision else "an operator looked at it"
        return ChainLink("Verification", by, steps.reviewed_ms)
    status = alarm.status.casefold()
    if any(word in status for word in _VERIFIED):
        return ChainLink("Verification", f"{alarm.status.replace('_', ' ')} by the monitoring center")
    if "waiting" in status:
        return ChainLink("Verification", "waiting for an operator")
    if "acknowledged" in status:
        return ChainLink("Verification", "an operator has taken it, no result yet")
    return ChainLink("Verification", NOT_KNOWN)


def _decision_link(alarm: Event, fact: DecisionFact) -> ChainLink:
    decision = fact.decision or alarm.decision
    if not decision:
        return ChainLink("Decision", "none yet")
    words = decision
    if fact.cause:
        words += f": {fact.cause}"
    if fact.note:
        words += f" (“{fact.note}”)"
    return ChainLink("Decision", words, fact.decided_ms)


def _is_camera(event: Event) -> bool:
    return event.device_key.startswith("camera:")


def _subtype(event: Event) -> str:
    return event.subtype.replace("_", " ")


def _what_where(event: Event, types: Mapping[int, str]) -> str:
    where = event.device_name
    if event.zone_number is not None and f"zone {event.zone_number}" not in where.casefold():
        where = f"Zone {event.zone_number}{f' · {where}' if where else ''}"
    if event.zone_number is not None:
        kind = types.get(event.zone_number, "").replace("_", " ")
        where += f" ({kind})" if kind else " (type not known)"
    what = _subtype(event) or event.text
    return ": ".join(part for part in (where, what) if part)
