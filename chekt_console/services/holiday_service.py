"""Public holidays of a country or region, as dates with names. The library knows the calendars; nothing is asked of a server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

import holidays
from holidays.registry import COUNTRIES

_YEARS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    name: str


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    """Every country the library knows, by name; none of their calendars is loaded for it."""
    found = [Country(names[1], _spaced(names[0])) for names in COUNTRIES.values()]
    return tuple(sorted(found, key=lambda country: country.name))


def regions_of(country: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of the regions with holidays of their own, by name."""
    calendar = getattr(holidays, country)
    names = {code: name for name, code in calendar.subdivisions_aliases.items()}
    return tuple(
        sorted(((code, names.get(code, code)) for code in calendar.subdivisions), key=lambda one: one[1])
    )


def days_of(country: str, region: str, today: date) -> tuple[Holiday, ...]:
    """From today on for 24 months, oldest first. One that falls on the same date as another shares its line."""
    end = date(today.year + _YEARS_AHEAD, today.month, 1) + timedelta(days=today.day - 1)
    known = holidays.country_holidays(
        country, subdiv=region or None, years=range(today.year, end.year + 1), language=_language(country)
    )
    return tuple(Holiday(day, name) for day, name in sorted(known.items()) if today <= day <= end)


def country_of_zone(timezone: str) -> tuple[str, str]:
    """(country, region) most likely at this time zone; ("", "") when nobody can tell."""
    return _zone_countries().get(timezone, ""), _REGIONS.get(timezone, "")


@lru_cache(maxsize=1)
def _zone_countries() -> dict[str, str]:
    """From the time zone database's own table of places."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def _language(country: str) -> str | None:
    """English where the library has it, else the country's own."""
    languages = getattr(holidays, country).supported_languages
    return next((one for one in languages if one.startswith("en")), None)


def _spaced(name: str) -> str:
    """UnitedStates -> United States."""
    return "".join(f" {sign}" if sign.isupper() and place else sign for place, sign in enumerate(name))


# Only where a zone lies in one region, or nearly so.
_REGIONS = {
    "America/Los_Angeles": "CA", "America/New_York": "NY", "America/Chicago": "IL", "America/Denver": "CO",
    "America/Phoenix": "AZ", "America/Anchorage": "AK", "America/Boise": "ID", "America/Detroit": "MI",
    "America/Indiana/Indianapolis": "IN", "Pacific/Honolulu": "HI", "America/Toronto": "ON", "America/Vancouver": "BC",
    "America/Halifax": "NS", "America/Edmonton": "AB", "America/Winnipeg": "MB", "America/Regina": "SK",
    "America/St_Johns": "NL", "Europe/London": "ENG", "Australia/Sydney": "NSW", "Australia/Melbourne": "VIC",
    "Australia/Brisbane": "QLD", "Australia/Adelaide": "SA", "Australia/Perth": "WA", "Australia/Hobart": "TAS",
    "Australia/Darwin": "NT", "Australia/Lord_Howe": "NSW",
}  # fmt: skip
