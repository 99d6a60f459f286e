"""Three figures of a replay: alarms while armed, false alarms spared, real alarms missed; each with the events behind it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from chekt_console.domain.decision import FALSE, REAL
from chekt_console.domain.event import EventKind
from chekt_console.domain.schedule_columns import CHANGES, DECISIONS

if TYPE_CHECKING:
    from chekt_console.domain.schedule_columns import WhatIf


class Weight(Enum):
    """What a figure means for the customer."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Figure:
    """ "−31" and "false alarms removed". `places` in the replay's columns, newest first."""

    text: str
    words: str
    weight: Weight
    places: tuple[int, ...]


def figures(found: WhatIf) -> tuple[Figure, Figure, Figure]:
    return _armed(found), _false(found), _real(found)


def _armed(found: WhatIf) -> Figure:
    was, now = found.armed
    words = "while armed"
    if found.changes.any():
        words += ", as before" if was == now else f", was {was:,}"
    return Figure(f"{now:,}", words, Weight.PLAIN, _places(found, found.draft > 0))


def _false(found: WhatIf) -> Figure:
    """An alarm that would fall while disarmed is none."""
    removed, added = found.alarms("lost", FALSE), found.alarms("gained", FALSE)
    places = _crossed(found, FALSE)
    if removed and added:
        words = f"false alarms: {removed:,} removed, {added:,} added"
    else:
        words = "false alarms added" if added else "false alarms removed"
    net = added - removed
    weight = Weight.PLAIN if net == 0 else Weight.BAD if net > 0 else Weight.GOOD
    return Figure(f"{'−' if net < 0 else '+' if net > 0 else ''}{abs(net):,}", words, weight, places)


def _real(found: WhatIf) -> Figure:
    """One that is lost is not made good by another that is gained."""
    lost, gained = found.alarms("lost", REAL), found.alarms("gained", REAL)
    places = _crossed(found, REAL)
    if lost:
        words = "real alarms would fall while disarmed" + (f"; {gained:,} gained" if gained else "")
        return Figure(f"{lost:,}", words, Weight.BAD, places)
    if gained:
        return Figure(f"+{gained:,}", "real alarms newly while armed", Weight.GOOD, places)
    return Figure("0", "real alarms lost", Weight.PLAIN, places)


def _crossed(found: WhatIf, decision: str) -> tuple[int, ...]:
    """Alarms between armed and disarmed, either way."""
    is_crossed = (found.changes == CHANGES.index("lost")) | (found.changes == CHANGES.index("gained"))
    return _places(found, is_crossed & (found.columns.decisions == DECISIONS.index(decision)))


def _places(found: WhatIf, mask: np.ndarray) -> tuple[int, ...]:
    mask = mask & (found.columns.kinds == int(EventKind.ALARM))
    return tuple(np.flatnonzero(mask)[::-1].tolist())
