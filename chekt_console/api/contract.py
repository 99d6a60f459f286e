"""What the contract offers to be read, and how an answer differs from what this program reads: for the connection check.

The names of fields come from the wire models themselves, so that the check knows exactly what the client knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import AliasChoices, ValidationError
from pydantic.fields import FieldInfo

from chekt_console.api.wire.wire_account import (
    WireArmingSettings,
    WireDeviceRecord,
    WireSiteRecord,
    WireStation,
    WireWebhook,
)
from chekt_console.api.wire.wire_arming import WireArming, WirePartitionArming, is_known_state
from chekt_console.api.wire.wire_contacts import WireContact
from chekt_console.api.wire.wire_delivery import WireEventDelivery
from chekt_console.api.wire.wire_devices import WireDevice, is_known_type
from chekt_console.api.wire.wire_events import WireCategory, WireClip, WireEvent, is_known_kind
from chekt_console.api.wire.wire_reading import Wire, object_in, rows_in
from chekt_console.api.wire.wire_schedule import WireSchedule
from chekt_console.api.wire.wire_sites import WireSite


@dataclass(frozen=True, slots=True)
class Probe:
    """One read. `path` and `needs` name what has to be known first, like "{site}". `lists`: names a list may lie under,
    none for a single object. `also`: fields of the contract that this program has no use for. `asks`: model fields that
    the console does without when no row tells them. `words`: what is known of a model field's words."""

    title: str
    path: str
    model: type[Wire]
    lists: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()
    asks: tuple[str, ...] = ()
    words: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)
    needs: str = ""
    is_search: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Between one answer and this program. `unreadable`: rows that are lost to it, `wrong`: why, by field."""

    rows: int
    unreadable: int
    wrong: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    new_words: tuple[tuple[str, tuple[str, ...]], ...]


def _one_of(words: str) -> Callable[[str], bool]:
    known = frozenset(words.split())
    return lambda word: word in known


_DEVICE_ALSO = frozenset(
    ("external_device_id", "manufacturer", "created_at", "updated_at", "site_id", "camera_id")
)
_DEVICE_STATUS = _one_of(
    "online offline open closed alarm bypassed degraded error tamper trouble fault unknown"
)


def _devices(title: str, family: str, *asks: str) -> Probe:
    return Probe(
        title, f"/ext/v1/sites/{{site}}/{family}", WireDevice, ("devices", family, family.replace("-", "_")),
        _DEVICE_ALSO, asks, {"status": _DEVICE_STATUS, "type": is_known_type},
    )  # fmt: skip


_PARTNER = "/partner/v1/dealers/{dealer}"
PROBES = (
    Probe(
        "Sites", "/ext/v1/sites", WireSite, ("sites",),
        frozenset(("dealer_id", "external_site_id", "created_at", "updated_at")),
        ("name", "address", "account_number", "timezone"), {"status": _one_of("active inactive suspended disabled")},
    ),
    Probe(
        "Arming state", "/ext/v1/sites/{site}/arming", WireArming,
        also=frozenset(("site_id", "armed_by", "partitions")), asks=("status",), words={"status": is_known_state},
    ),
    Probe(
        "Arming state of partitions", "/ext/v1/sites/{parted}/partition-arming", WirePartitionArming, ("partitions",),
        frozenset(("site_id", "armed_by")), ("status",), {"status": is_known_state},
    ),
    _devices("Devices", "devices", "name", "type", "status"),
    _devices("Cameras", "cameras", "name", "mac", "status", "stream_url"),
    _devices("Zones", "zones", "zone_numbers"),
    _devices("Bridges", "bridges", "name", "status"),
    _devices("Audio devices", "audio-devices", "name"),
    Probe(
        "Contacts", "/ext/v1/sites/{site}/contacts", WireContact, ("contacts",),
        frozenset(("created_at", "updated_at", "notification_preferences")), ("phone_number",),
    ),
    Probe("Schedule", "/ext/v1/sites/{site}/schedule", WireSchedule, asks=("schedule",)),
    Probe("Event categories", "/ext/v1/activity-logs/categories", WireCategory, ("categories",), asks=("name",)),
    Probe(
        "Events", "/ext/v1/activity-logs/search", WireEvent, ("events", "rows"), frozenset(("site_name",)),
        ("category_id", "text"), {"event_type": is_known_kind}, is_search=True,
    ),
    Probe(
        "Way of an event to the monitoring center", "/ext/v1/events/{event}", WireEventDelivery,
        also=frozenset(WireEvent.model_fields) | {"camera_id", "trigger", "arming_mode", "site_name"},
    ),
    Probe(
        "Links to clips", "/ext/v1/events-video-urls", WireClip, ("events",), asks=("mp4",), needs="{clip}",
        is_search=True,
    ),
    Probe(
        "Dealer account: sites", f"{_PARTNER}/sites", WireSiteRecord, ("sites",),
        frozenset(("external_monitoring_station_id", "created_at", "updated_at")), ("name", "timezone"),
    ),
    Probe(
        "Dealer account: devices", f"{_PARTNER}/sites/{{partner_site}}/devices", WireDeviceRecord, ("devices",),
        frozenset(("created_at", "updated_at")), ("external_device_id", "device_type"),
    ),
    Probe(
        "Dealer account: arming settings", f"{_PARTNER}/sites/{{partner_site}}/arming-settings", WireArmingSettings,
        also=frozenset(("site_id", "external_site_id", "name")), asks=("security_type",),
    ),
    Probe(
        "Dealer account: monitoring stations", f"{_PARTNER}/monitoring-stations", WireStation,
        ("monitoring_stations",), frozenset(("created_at", "updated_at")), ("name",),
    ),
    Probe(
        "Dealer account: webhooks", "/partner/v1/webhooks", WireWebhook, ("webhooks",),
        frozenset(("events", "created_at", "updated_at", "is_active", "status")), ("url",), needs="{dealer}",
    ),
)  # fmt: skip


def rows_of(probe: Probe, payload: Any) -> list[Any]:
    """Raises UnexpectedReply when the answer is not the list or object that was asked for."""
    if probe.lists:
        return rows_in(payload, probe.title, *probe.lists)
    return [object_in(payload, probe.title)]


def difference(probe: Probe, rows: list[Any]) -> Difference:
    wrong: Counter[str] = Counter()
    unreadable = 0
    unknown: set[str] = set()
    words: dict[str, set[str]] = {}
    for row in rows:
        if isinstance(row, dict):
            unknown |= _unknown(probe.model, row) - probe.also
        try:
            wire = probe.model.model_validate(row)
        except ValidationError as error:
            unreadable += 1
            wrong.update({_place(one["loc"]) for one in error.errors(include_input=False, include_url=False)})
            continue
        for name, is_known in probe.words.items():
            word = getattr(wire, name)
            if word and not is_known(word.casefold()):
                words.setdefault(name, set()).add(word)
    missing = tuple(
        name for name in probe.asks if rows and not any(_tells(probe.model, name, row) for row in rows)
    )
    return Difference(
        len(rows),
        unreadable,
        tuple(f"{place} ({count} of {len(rows)})" for place, count in sorted(wrong.items())),
        tuple(sorted(unknown)),
        missing,
        tuple((name, tuple(sorted(told))) for name, told in words.items()),
    )


def _names(name: str, about: FieldInfo) -> tuple[str, ...]:
    """As the field may be written on the wire."""
    alias = about.validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return (name, *(choice for choice in choices if isinstance(choice, str)))


def _tells(model: type[Wire], name: str, row: Any) -> bool:
    names = _names(name, model.model_fields[name])
    return isinstance(row, dict) and any(row.get(one) is not None for one in names)


def _unknown(model: type[Wire], row: Mapping[str, Any]) -> set[str]:
    """Fields that the model does not read, those inside of others as "health.fan_speed"."""
    inner = {
        one: _model_in(about.annotation)
        for name, about in model.model_fields.items()
        for one in _names(name, about)
    }
    found = {name for name in row if name not in inner}
    for name, below in inner.items():
        held = row.get(name)
        if below is not None:
            parts = held if isinstance(held, list) else [held]
            found |= {
                f"{name}.{one}" for part in parts if isinstance(part, dict) for one in _unknown(below, part)
            }
    return found


def _model_in(annotation: Any) -> type[Wire] | None:
    if isinstance(annotation, type) and issubclass(annotation, Wire):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(part for part in location if isinstance(part, str)) or "the row itself"
