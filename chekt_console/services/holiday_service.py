"""Public holidays of a country or region, as dates with names. The library knows the calendars; nothing is asked of a server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES

_MONTHS_AHEAD = 24


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


def regions_of(country: str) -> tuple[str, ...]:
    """Codes of the regions with holidays of their own."""
    return tuple(getattr(holidays, country).subdivisions)


def days_of(country: str, region: str, today: date) -> tuple[Holiday, ...]:
    """From today on for 24 months, oldest first. One that falls on the same date as another shares its line."""
    end = today + timedelta(days=_MONTHS_AHEAD * 30)
    known = holidays.country_holidays(
        country, subdiv=region or None, years=range(today.year, end.year + 1), language=_language(country)
    )
    return tuple(Holiday(day, name) for day, name in sorted(known.items()) if today <= day <= end)


def country_of_zone(timezone: str) -> tuple[str, str]:
    """(country, region) most likely at this time zone; ("", "") when nobody can tell."""
    return _ZONES.get(timezone, (_PREFIXES.get(timezone.partition("/")[0], ""), ""))


def _language(country: str) -> str | None:
    """English where the library has it, else the country's own."""
    languages = getattr(holidays, country).supported_languages
    return next((one for one in languages if one.startswith("en")), None)


def _spaced(name: str) -> str:
    """UnitedStates -> United States."""
    return "".join(f" {sign}" if sign.isupper() and place else sign for place, sign in enumerate(name))


_PREFIXES = {"Australia": "AU", "US": "US", "Canada": "CA"}
_ZONES = {
    "America/Los_Angeles": ("US", "CA"), "America/New_York": ("US", "NY"), "America/Chicago": ("US", "IL"),
    "America/Denver": ("US", "CO"), "America/Phoenix": ("US", "AZ"), "America/Anchorage": ("US", "AK"),
    "America/Indiana/Indianapolis": ("US", "IN"), "Pacific/Honolulu": ("US", "HI"), "America/Detroit": ("US", "MI"),
    "America/Toronto": ("CA", "ON"), "America/Vancouver": ("CA", "BC"), "America/Halifax": ("CA", "NS"),
    "America/Edmonton": ("CA", "AB"), "America/Winnipeg": ("CA", "MB"), "America/Mexico_City": ("MX", ""),
    "Europe/London": ("GB", "ENG"), "Europe/Berlin": ("DE", ""), "Europe/Paris": ("FR", ""), "Europe/Madrid": ("ES", ""),
    "Europe/Rome": ("IT", ""), "Europe/Amsterdam": ("NL", ""), "Europe/Vienna": ("AT", ""), "Europe/Zurich": ("CH", ""),
    "Europe/Dublin": ("IE", ""), "Europe/Stockholm": ("SE", ""), "Europe/Oslo": ("NO", ""), "Europe/Warsaw": ("PL", ""),
    "Australia/Sydney": ("AU", "NSW"), "Australia/Melbourne": ("AU", "VIC"), "Australia/Brisbane": ("AU", "QLD"),
    "Pacific/Auckland": ("NZ", ""), "Asia/Tokyo": ("JP", ""), "Asia/Singapore": ("SG", ""), "Asia/Seoul": ("KR", ""),
    "Australia/Lord_Howe": ("AU", "NSW"), "Africa/Casablanca": ("MA", ""), "Africa/Johannesburg": ("ZA", ""),
    "Asia/Kolkata": ("IN", ""), "America/Sao_Paulo": ("BR", ""), "America/Argentina/Buenos_Aires": ("AR", ""),
}  # fmt: skip
