"""Signals that belong together: of one site and close in time. Worked out on whole numpy columns at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Instants = npt.NDArray[np.int64]

DEFAULT_GAP_MS = 60_000
_NONE = np.empty(0, np.int64)


class Incident(NamedTuple):
    """From its first to its last signal, both included; instants are UTC milliseconds."""

    first_ms: int
    last_ms: int
    event_count: int
    alarm_count: int


class Incidents(NamedTuple):
    """Those with an alarm and something beside it, in the order of time; four columns of one length."""

    first_ms: Instants = _NONE
    last_ms: Instants = _NONE
    event_counts: Instants = _NONE
    alarm_counts: Instants = _NONE

    @property
    def total(self) -> int:
        return len(self.first_ms)

    def incident(self, place: int) -> Incident:
        return Incident(
            int(self.first_ms[place]),
            int(self.last_ms[place]),
            int(self.event_counts[place]),
            int(self.alarm_counts[place]),
        )

    def place_at(self, instant_ms: int) -> int | None:
        """Of the incident this instant lies in."""
        place = int(np.searchsorted(self.first_ms, np.int64(instant_ms), side="right")) - 1
        return place if place >= 0 and instant_ms <= self.last_ms[place] else None

    def at(self, instant_ms: int) -> Incident | None:
        place = self.place_at(instant_ms)
        return None if place is None else self.incident(place)

    def between(self, from_ms: int, to_ms: int) -> range:
        """Places of those that touch from_ms <= instant < to_ms."""
        start = int(np.searchsorted(self.last_ms, np.int64(from_ms)))
        return range(start, int(np.searchsorted(self.first_ms, np.int64(to_ms))))


def incident_numbers(
    sites: npt.NDArray[np.int32], instants: Instants, gap_ms: int = DEFAULT_GAP_MS
) -> npt.NDArray[np.int32]:
    """For each event, in any order, the number of its incident: 0 for the first of the first site, and so on.

    Two events of one site that follow each other within gap_ms are of one incident, others are not.
    """
    order = np.lexsort((instants, sites))
    in_order, site_of = instants[order], sites[order]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = (np.diff(in_order) > gap_ms) | (np.diff(site_of) != 0)
    numbers = np.empty(len(order), np.int32)
    numbers[order] = np.cumsum(begins, dtype=np.int32) - 1
    return numbers


def incidents_of_site(instants: Instants, alarms: Instants, gap_ms: int = DEFAULT_GAP_MS) -> Incidents:
    """`instants` of every event of one site and of its alarms, both ascending."""
    if len(instants) < 2 or len(alarms) == 0:
        return Incidents()
    ends = np.flatnonzero(np.diff(instants) > gap_ms)
    first_place = np.concatenate((np.zeros(1, np.int64), ends + 1))
    last_place = np.concatenate((ends, np.array([len(instants) - 1], np.int64)))
    first, last = instants[first_place], instants[last_place]
    alarm_counts = np.searchsorted(alarms, last, side="right") - np.searchsorted(alarms, first)
    event_counts = last_place - first_place + 1
    kept = (alarm_counts > 0) & (event_counts > 1)
    return Incidents(first[kept], last[kept], event_counts[kept], alarm_counts[kept].astype(np.int64))
