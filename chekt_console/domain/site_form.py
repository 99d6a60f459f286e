"""Checks of a site's fields before they are sent, and what a save would change or run over."""

from __future__ import annotations

import functools
from dataclasses import fields
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from chekt_console.domain.site_clock import zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chekt_console.domain.account import SiteRecord

# Limits of the service's own forms (chekt-api.md 2.6); names on the wire where they differ from ours.
_MOST = {"name": 100, "account_number": 45, "address1": 200, "address2": 200, "external_site_id": 64}
_WIRE = {"station_id": "monitoring_station_id"}
EDITABLE = ("name", "timezone", "account_number", "address1", "address2", "station_id", "is_activated")
LABELS = {
    "name": "Name",
    "timezone": "Time zone",
    "account_number": "Account number",
    "address1": "Address",
    "address2": "Address, second line",
    "station_id": "Monitoring station",
    "is_activated": "Activated",
}


def site_errors(site: SiteRecord) -> dict[str, str]:
    """What is wrong, by field; empty when it may be sent."""
    found = {}
    if not site.name.strip():
        found["name"] = "Give the site a name."
    if not site.timezone:
        found["timezone"] = "Choose the time zone: schedules and alarm times follow it."
    elif zone_of(site.timezone) is None:
        found["timezone"] = "This is no time zone. Choose one from the list, like America/Chicago."
    for name, most in _MOST.items():
        text = getattr(site, name)
        if len(text) > most:
            found[name] = f"At most {most} letters."
        elif not text.isprintable():
            found[name] = "It holds characters that cannot be shown."
    return found


def wire_changes(base: SiteRecord, wanted: SiteRecord) -> dict[str, object]:
    """Only what differs, by its name on the wire: what somebody else changes meanwhile is left alone."""
    values = {name: getattr(wanted, name) for name in EDITABLE}
    return on_wire({name: value for name, value in values.items() if value != getattr(base, name)})


def on_wire(values: Mapping[str, str | bool]) -> dict[str, object]:
    """No station is null: an empty text would be looked up as a station's number and refused."""
    return {
        _WIRE.get(name, name): None
        if name == "station_id" and not value
        else int(value)
        if isinstance(value, bool)
        else value
        for name, value in values.items()
    }


def clashes(base: SiteRecord, theirs: SiteRecord, wanted: SiteRecord) -> tuple[str, ...]:
    """Fields that both changed since `base`, to different values."""
    return tuple(
        name
        for name in EDITABLE
        if getattr(theirs, name) != getattr(base, name)
        and getattr(wanted, name) != getattr(base, name)
        and getattr(wanted, name) != getattr(theirs, name)
    )


def field_of_wire(name: str) -> str:
    """Our field for one the server complains about."""
    return next((ours for ours, wire in _WIRE.items() if wire == name), name)


@functools.cache
def zone_names() -> tuple[str, ...]:
    """Places in the order of the alphabet; names without a place (EST, Etc/GMT+5) are left to typing."""
    return tuple(
        sorted(
            name
            for name in available_timezones()
            if "/" in name
            and not name.startswith(("Etc/", "SystemV/", "posix/", "right/", "US/", "Brazil/", "Canada/"))
        )
    )


def all_editable(site: SiteRecord) -> dict[str, object]:
    """For a new site: every field that is filled in, by its name on the wire."""
    found: dict[str, object] = {"external_site_id": site.external_site_id}
    for one in fields(site):
        value = getattr(site, one.name)
        if one.name in EDITABLE and one.name != "is_activated" and value:
            found[_WIRE.get(one.name, one.name)] = value
    return found
