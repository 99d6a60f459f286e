"""People who open, close, clean and answer for the simulated sites."""

from __future__ import annotations

import random
from dataclasses import dataclass

_FIRST = (
    "Maria", "James", "Aisha", "Tom", "Linh", "Carlos", "Emma", "Noah", "Priya", "John", "Sofia", "Daniel", "Grace",
    "Ahmed", "Olivia", "Marcus", "Yuki", "Hannah", "Luis", "Ingrid",
)  # fmt: skip
_LAST = (
    "Alvarez", "Baker", "Chen", "Diaz", "Evans", "Fischer", "Garcia", "Hughes", "Ito", "Johnson", "Khan", "Lopez",
    "Miller", "Nguyen", "O’Brien", "Patel", "Quinn", "Rossi", "Smith", "Turner",
)  # fmt: skip
_TITLES = ("Owner", "Manager", "Key holder", "Security", "Assistant manager")


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    title: str
    phone_number: str
    email_address: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def people(dice: random.Random, count: int) -> tuple[Person, ...]:
    """No two of one site share a name; phone numbers are of the range kept for fiction."""
    firsts, lasts = dice.sample(_FIRST, count), dice.sample(_LAST, count)
    return tuple(
        Person(
            first,
            last,
            _TITLES[min(n, len(_TITLES) - 1)],
            f"+1415555{dice.randrange(100, 200):04d}",
            f"{first}.{last}@example.com".lower().replace("’", ""),
        )
        for n, (first, last) in enumerate(zip(firsts, lasts, strict=True))
    )
