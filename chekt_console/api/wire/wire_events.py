"""Rows of the activity log and events of the key concepts, as one event value; links to clips."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field

from chekt_console.api.wire.wire_arming import to_mode
from chekt_console.api.wire.wire_reading import Flag, Instant, Text, Wire, as_aware, empty_is_none
from chekt_console.domain.delivery import is_in_calendar
from chekt_console.domain.device import KIND_WORDS
from chekt_console.domain.event import ClipLink, Event, EventKind

_TYPES = {"alarm": EventKind.ALARM, "trouble": EventKind.TROUBLE, "arming": EventKind.ARMING}
_OTHER_TYPES = ("activity", "zone", "system", "user")  # nothing but activity
# Categories seen to carry video (chekt-api.md 1.2).
_VIDEO_CATEGORIES = frozenset(("20007", "20003", "20022", "20002", "22003"))
_ALARM_WORDS = ("alarm", "video event", "intrusion", "panic", "fire", "burglary")
_TROUBLE_WORDS = ("trouble", "offline", "battery", "tamper", "fault", "loss", "fail")
_ARMING_WORDS = ("arming", "armed", "disarm", "open/close", "opening", "closing")
_ZONES = 1 << 31
_DECISIONS = {"real": "real", "true": "real", "verified_real": "real", "false": "false", "unsure": "unsure"}


def _in_calendar(moment: datetime) -> datetime:
    if not is_in_calendar(moment):
        raise ValueError("no time that a calendar shows")
    return moment


def _as_zone(number: int | None) -> int | None:
    """An event with a number that is none of a zone is an event all the same."""
    return number if number is not None and abs(number) < _ZONES else None


class WireEvent(Wire):
    event_id: Annotated[Text, Field(validation_alias=AliasChoices("event_id", "id"), min_length=1)]
    site_id: Text = ""
    event_time: Annotated[
        datetime,
        AfterValidator(as_aware),
        AfterValidator(_in_calendar),
        Field(validation_alias=AliasChoices("event_time", "occurred_at", "created_at")),
    ]
    event_type: Text = ""
    event_subtype: Annotated[Text, Field(validation_alias=AliasChoices("event_subtype", "subtype"))] = ""
    category_id: Text = ""
    text: Annotated[Text, Field(validation_alias=AliasChoices("trigger", "text", "description"))] = ""
    status: Text = ""
    zone_number: Annotated[int | None, BeforeValidator(empty_is_none), AfterValidator(_as_zone)] = None
    device_id: Annotated[Text, Field(validation_alias=AliasChoices("device_id", "camera_id"))] = ""
    device_type: Text = ""
    device_name: Text = ""
    has_video: Flag | None = None
    video_clips: list[Any] = Field(default_factory=list)
    mode: Annotated[Text, Field(validation_alias=AliasChoices("arming_mode", "mode"))] = ""
    decision: Annotated[Text, Field(validation_alias=AliasChoices("decision", "verification"))] = ""
    user: Annotated[Text, Field(validation_alias=AliasChoices("user", "user_name"))] = ""


class WireCategory(Wire):
    id: Text
    name: Text = ""


class WireClip(Wire):
    event_id: Text
    mp4: Text = ""
    thumbnail: Text = ""
    snapshots: list[Text] = Field(default_factory=list)
    start_time: Annotated[Instant, Field(validation_alias=AliasChoices("start_time", "clip_start"))] = None
    duration: float | None = None


def is_known_kind(word: str) -> bool:
    return word in _TYPES or word in _OTHER_TYPES


def kind_of(wire: WireEvent, category: str) -> EventKind:
    """What the row says it is; else what its category is called."""
    told = _TYPES.get(wire.event_type.casefold())
    if told is not None:
        return told
    if wire.event_type:
        return EventKind.ACTIVITY
    return _kind_of_category(category)


@lru_cache(maxsize=256)
def _kind_of_category(category: str) -> EventKind:
    words = category.casefold()
    if any(word in words for word in _TROUBLE_WORDS):
        return EventKind.TROUBLE
    if any(word in words for word in _ARMING_WORDS) and "disarmed activity" not in words:
        return EventKind.ARMING
    return EventKind.ALARM if any(word in words for word in _ALARM_WORDS) else EventKind.ACTIVITY


def to_event(wire: WireEvent, site_id: str, categories: dict[str, str]) -> Event:
    kind = kind_of(wire, categories.get(wire.category_id, ""))
    has_video = wire.has_video
    if has_video is None:
        # Only whole numbers can be asked for (quirk Q12).
        is_number = wire.event_id.isdecimal() and int(wire.event_id) >= 1
        has_video = bool(wire.video_clips) or (is_number and wire.category_id in _VIDEO_CATEGORIES)
    mode = None
    if kind is EventKind.ARMING:
        mode = to_mode(wire.mode) or to_mode(wire.event_subtype) or to_mode(wire.status)
    return Event(
        event_id=wire.event_id,
        site_id=wire.site_id or site_id,
        instant_ms=round(wire.event_time.timestamp() * 1000),
        kind=kind,
        subtype=wire.event_subtype,
        text=wire.text,
        status=wire.status,
        category_id=wire.category_id,
        zone_number=wire.zone_number,
        device_id=wire.device_id,
        device_name=wire.device_name,
        device_key=_device_key(wire),
        has_video=has_video,
        mode=mode,
        decision=_DECISIONS.get(wire.decision.casefold(), ""),
        user=wire.user,
    )


def to_clip_link(wire: WireClip, expires_at_ms: int) -> ClipLink:
    start = wire.start_time
    return ClipLink(
        event_id=wire.event_id,
        mp4_url=wire.mp4,
        thumbnail_url=wire.thumbnail,
        snapshot_urls=tuple(wire.snapshots),
        expires_at_ms=expires_at_ms,
        start_ms=round(start.timestamp() * 1000) if start else None,
        duration_s=wire.duration,
    )


def _device_key(wire: WireEvent) -> str:
    if not wire.device_id or not wire.device_type:
        return ""
    kind = KIND_WORDS.get(wire.device_type.casefold())
    return f"{kind}:{wire.device_id}" if kind else ""
