"""Makes each site of the world from the seed and its number alone, so that it is the same every time."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass

from chekt_console.simulator.world_devices import Device, make_devices
from chekt_console.simulator.world_people import Person, people
from chekt_console.simulator.world_places import (
    CITIES,
    FIRST_SITES,
    KINDS,
    NAME_STARTS,
    STREETS,
    City,
    SiteKind,
)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KINDS_BY_WORD = {kind.word: kind for kind in KINDS}
_CITIES_BY_NAME = {city.name: city for city in CITIES}

HARBOR_POINT = 0
NEVER_ARMED_FRIDAY = 7
CLEANED_ON_TUESDAY = frozenset({2, 11, 23, 37, 52})
FOLLOWS_PANEL = frozenset({17, 41})
INACTIVE = frozenset({29, 47})
PARTITION_NAMES = {
    "warehouse": ("Warehouse", "Office"),
    "school": ("Classrooms", "Gym", "Office"),
    "clinic": ("Practice", "Pharmacy cabinet"),
}


@dataclass(frozen=True)
class Partition:
    partition_id: int
    number: int
    name: str


@dataclass(frozen=True)
class ArmedHours:
    """What one weekday begins: armed from `arm_min` for `length_min` minutes of wall time."""

    arm_min: int
    length_min: int
    mode: str


@dataclass(frozen=True, eq=False)
class Site:
    number: int
    site_id: int
    name: str
    kind: SiteKind
    city: City
    street: str
    zip_code: str
    account_number: str
    status: str
    partitions: tuple[Partition, ...]
    people: tuple[Person, ...]
    devices: tuple[Device, ...]
    week: dict[int, ArmedHours]

    @property
    def account_reference_id(self) -> str:
        return f"CS-{50_000 + self.number * 13}"

    @functools.cached_property
    def cameras(self) -> tuple[Device, ...]:
        return tuple(device for device in self.devices if device.kind == "camera")

    @functools.cached_property
    def zones(self) -> tuple[Device, ...]:
        return tuple(device for device in self.devices if device.kind == "zone")

    @functools.cached_property
    def entries(self) -> tuple[Device, ...]:
        """The zones that doors in use open: all when none is a door."""
        return tuple(zone for zone in self.zones if zone.zone_type == "entry_exit") or self.zones

    def schedule_json(self) -> dict[str, object]:
        return {
            _DAYS[day]: {
                "arm_time": _clock(hours.arm_min),
                "arm_mode": hours.mode,
                "disarm_time": _clock(hours.arm_min + hours.length_min),
            }
            for day, hours in sorted(self.week.items())
        }


def make_site(seed: int, number: int) -> Site:
    dice = random.Random(f"{seed}/site/{number}")
    if number < len(FIRST_SITES):
        name, city_name, kind_word, account, street = FIRST_SITES[number]
        city, kind = _CITIES_BY_NAME[city_name], _KINDS_BY_WORD[kind_word]
    else:
        city, kind = dice.choice(CITIES), dice.choice(KINDS)
        name = _name(dice, kind, number)
        account = f"A-{10_430 + (number - len(FIRST_SITES) + 1) * 7 + dice.randrange(7)}"
        street = f"{dice.randrange(1, 2000)} {dice.choice(STREETS)}"
    site_id = 1784 + number * 17
    partitions = tuple(
        Partition(site_id * 10 + n, n, text)
        for n, text in enumerate(
            PARTITION_NAMES.get(kind.word, ()) if number % 3 == 1 or number == 3 else (), 1
        )
    )
    return Site(
        number,
        site_id,
        name,
        kind,
        city,
        street,
        f"{city.zip_prefix}{dice.randrange(1, 99):02d}",
        account,
        "inactive" if number in INACTIVE else "active",
        partitions,
        people(dice, 3),
        make_devices(dice, number, site_id, kind, tuple(part.partition_id for part in partitions)),
        _week(kind, dice.choice((-30, 0, 0, 15, 30)) if number >= len(FIRST_SITES) else 0),
    )


def _name(dice: random.Random, kind: SiteKind, number: int) -> str:
    start = dice.choice(NAME_STARTS)
    tail = dice.choice(kind.names)
    # A few names repeat, as they do in the field; the account number tells them apart.
    return f"{start} {tail}" if number % 5 else f"{start} {tail} {1 + number // 5 % 40}"


def _week(kind: SiteKind, shift: int) -> dict[int, ArmedHours]:
    arm = kind.arm_min + shift
    night = ArmedHours(arm, 1440 - arm + kind.disarm_min, kind.mode)
    week = dict.fromkeys(range(7), night)
    if kind.has_closed_weekend:
        # Friday evening to Monday morning in pieces of a day, as the stored form wants it.
        week[4] = week[5] = ArmedHours(arm, 1440, kind.mode)
    elif kind.word != "home":
        week[6] = ArmedHours(arm - 120, night.length_min + 120, kind.mode)
    return week


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
