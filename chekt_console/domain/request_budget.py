"""How many requests went to the server in the last minute, of how many it allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestBudget:
    """One of the counts that the server keeps. `limit`: requests a minute, 0 while nobody told and no refusal taught it."""

    title: str
    used: int
    limit: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    def words(self) -> str:
        if not self.limit:
            sent = "1 request" if self.used == 1 else f"{self.used} requests"
            return f"{self.title}: {sent} in the last minute; the server has not told its limit"
        return f"{self.title}: {self.used} of {self.limit} requests used in the last minute; {self.left} left"


@dataclass(frozen=True, slots=True)
class LearnedLimits:
    """What a server that tells no limit was found to take, for the next start of the program.

    `a_second`: a burst that it surely takes, `is_second_met`: and a bigger one was refused. `a_minute`: 0 while none
    was met; then `in_background` a minute is what background work had come to.
    """

    a_second: int
    is_second_met: bool
    a_minute: int
    in_background: int


def nearest_to_its_end(budgets: Iterable[RequestBudget]) -> RequestBudget | None:
    """The one that will hold up work first; one without a known limit only when none has one."""
    return max(
        budgets,
        key=lambda one: (one.limit > 0, one.used / one.limit if one.limit else one.used),
        default=None,
    )
