"""Incidents: every event in exactly one, whatever the order, and never across a gap or a site."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chekt_console.domain.armed_history import ArmedPart, ArmedState, armed_at
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.delivery_steps import DeliverySteps
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.incident import incident_numbers, incidents_of_site
from chekt_console.domain.incident_chain import (
    NOT_KNOWN,
    ChainLink,
    DecisionFact,
    ScheduleFact,
    incident_chain,
)
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule

ZONE = ZoneInfo("America/Los_Angeles")
_SIGNALS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 600)), min_size=1, max_size=80)


def _numbers(signals: list[tuple[int, int]], gap: int) -> list[int]:
    sites = np.array([site for site, _ in signals], np.int32)
    return incident_numbers(sites, np.array([at for _, at in signals], np.int64), gap).tolist()


@given(_SIGNALS, st.integers(0, 50))
def test_every_event_is_in_exactly_one_incident_and_gaps_part_them(
    signals: list[tuple[int, int]], gap: int
) -> None:
    numbers = _numbers(signals, gap)
    assert len(numbers) == len(signals)
    by_number: dict[int, list[tuple[int, int]]] = {}
    for number, signal in zip(numbers, signals, strict=True):
        by_number.setdefault(number, []).append(signal)
    assert sorted(by_number) == list(range(len(by_number)))
    for inside in by_number.values():
        assert len({site for site, _ in inside}) == 1
        times = sorted(at for _, at in inside)
        assert all(later - earlier <= gap for earlier, later in itertools.pairwise(times))
    for site in {site for site, _ in signals}:
        spans = sorted(
            (min(at for _, at in inside), max(at for _, at in inside))
            for inside in by_number.values()
            if inside[0][0] == site
        )
        assert all(after[0] - before[1] > gap for before, after in itertools.pairwise(spans))


@given(_SIGNALS, st.integers(0, 50), st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(signals: list[tuple[int, int]], gap: int, dice: object) -> None:
    numbers = _numbers(signals, gap)
    places = list(range(len(signals)))
    dice.shuffle(places)  # type: ignore[attr-defined]
    shuffled = _numbers([signals[place] for place in places], gap)
    assert [numbers[place] for place in places] == shuffled


@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=60), st.integers(0, 30))
def test_those_with_an_alarm_and_more_are_kept(signals: list[tuple[int, bool]], gap: int) -> None:
    instants = np.array(sorted(at for at, _ in signals), np.int64)
    alarms = np.array(sorted(at for at, is_alarm in signals if is_alarm), np.int64)
    found = incidents_of_site(instants, alarms, gap)
    numbers = _numbers([(0, at) for at, _ in signals], gap) if signals else []
    wanted = []
    for number in sorted(set(numbers)):
        inside = [signal for one, signal in zip(numbers, signals, strict=True) if one == number]
        count = sum(is_alarm for _, is_alarm in inside)
        if count and len(inside) > 1:
            times = [at for at, _ in inside]
            wanted.append((min(times), max(times), len(inside), count))
    assert [found.incident(place) for place in range(found.total)] == wanted
    for first, last, _, _ in wanted:
        assert found.at(first) == found.at(last) == found.at((first + last) // 2)
        assert found.at(last + gap + 1) is None or found.at(last + gap + 1) != found.at(last)


def _at(hour: int, minute: int, second: int = 0) -> int:
    return int(datetime(2026, 2, 11, hour, minute, second, tzinfo=ZONE).timestamp() * 1000)


_ALARM = Event(
    "a1", "s", _at(6, 30), EventKind.ALARM, "intrusion", device_name="Camera 1", device_key="camera:1",
    has_video=True, status="waiting",
)  # fmt: skip
_ZONE = Event(
    "z1", "s", _at(6, 29, 58), EventKind.ACTIVITY, "zone_opened", zone_number=2, device_name="Loading dock PIR",
    device_key="zone:2",
)  # fmt: skip
_NIGHTS = WeekSchedule(tuple(ArmedPeriod(day * 1440 + 1080, 780, ArmingMode.AWAY) for day in range(5)))


def _words(links: tuple[ChainLink, ...]) -> dict[str, str]:
    return {link.name: link.words for link in links}


def test_the_chain_tells_each_link_with_its_time() -> None:
    since = int(datetime(2026, 2, 11, 2, 0, 5, tzinfo=UTC).timestamp() * 1000)
    arming = Event("m1", "s", since, EventKind.ARMING, mode=ArmingMode.AWAY, user="schedule")
    armed = armed_at([arming, _ZONE], _ALARM.instant_ms)
    decided = DecisionFact("false", "cat", "animal", _at(6, 40))
    links = incident_chain(_ALARM, (_ZONE, _ALARM), armed, ScheduleFact(_NIGHTS, ZONE), decided)
    assert _words(links) == {
        "Zone, type": "Zone 2 · Loading dock PIR (type not known): zone opened",
        "Armed": "Away: all devices active, by schedule",
        "Schedule": "Away Tue 18:00 to Wed 07:00",
        "Camera": "Camera 1, with clip",
        "Delivery": "reached the monitoring center",
        "Verification": "waiting for an operator",
        "Decision": "false: animal (“cat”)",
    }
    assert [link.instant_ms for link in links[:2]] == [_ZONE.instant_ms, since]
    assert links[-1].instant_ms == _at(6, 40)


def test_what_is_not_known_is_said_to_be() -> None:
    bare = Event("a2", "s", _at(12, 0), EventKind.ALARM, "burglary", zone_number=4)
    links = incident_chain(bare, (bare,), ArmedState(), ScheduleFact(), DecisionFact())
    assert [link.name for link in links if not link.is_known] == [
        "Armed", "Schedule", "Delivery", "Verification",
    ]  # fmt: skip
    assert _words(links)["Zone, type"] == "Zone 4 (type not known): burglary"
    assert _words(links)["Camera"] == "no camera signal in this incident"
    assert _words(links)["Decision"] == "none yet"
    assert NOT_KNOWN == "not known"


@pytest.mark.parametrize(
    ("mode", "hour", "words"),
    [
        (ArmingMode.STAY, 6, "the site was stay instead"),
        (ArmingMode.AWAY, 12, "armed outside the schedule"),
        (ArmingMode.DISARMED, 12, "nothing planned at that time"),
    ],
)
def test_the_schedule_is_held_against_what_was_armed(mode: ArmingMode, hour: int, words: str) -> None:
    alarm = Event("a3", "s", _at(hour, 0), EventKind.ALARM)
    fact = ScheduleFact(_NIGHTS, ZONE)
    links = incident_chain(alarm, (alarm,), ArmedState((ArmedPart("", mode),)), fact, DecisionFact())
    assert words in _words(links)["Schedule"]


def test_a_schedule_read_later_is_not_held_against_the_alarm() -> None:
    """It may be another one than was in force."""
    alarm = Event("a3", "s", _at(12, 0), EventKind.ALARM)
    armed = ArmedState((ArmedPart("", ArmingMode.AWAY),))
    later = int(datetime(2026, 11, 12, 9, 0, tzinfo=ZONE).timestamp() * 1000)

    def told(at: Event, fact: ScheduleFact) -> str:
        return _words(incident_chain(at, (at,), armed, fact, DecisionFact()))["Schedule"]

    read_later = ScheduleFact(_NIGHTS, ZONE, later)
    assert told(alarm, read_later) == "by the schedule as read on 12 Nov: nothing planned at that time"
    assert told(_ALARM, read_later) == "by the schedule as read on 12 Nov: Away Tue 18:00 to Wed 07:00"
    changed = ScheduleFact(_NIGHTS, ZONE, later, is_changed=True)
    assert told(_ALARM, changed) == "changed since; the one read on 12 Nov says Away Tue 18:00 to Wed 07:00"


def test_the_zone_is_told_with_its_type_from_the_device_list() -> None:
    links = incident_chain(
        _ALARM, (_ZONE, _ALARM), ArmedState(), ScheduleFact(), DecisionFact(), zone_types={2: "motion_sensor"}
    )
    assert _words(links)["Zone, type"] == "Zone 2 · Loading dock PIR (motion sensor): zone opened"


def test_the_way_to_the_monitoring_center_gives_its_times() -> None:
    steps = DeliverySteps(
        "a1",
        _ALARM.instant_ms,
        None,
        None,
        _ALARM.instant_ms + 1_800,
        _ALARM.instant_ms + 60_000,
        "Central One",
        "real",
    )
    links = incident_chain(_ALARM, (_ALARM,), ArmedState(), ScheduleFact(), DecisionFact(), steps)
    told = {link.name: (link.words, link.instant_ms) for link in links}
    assert told["Delivery"] == ("reached Central One (+1.8 s)", _ALARM.instant_ms + 1_800)
    assert told["Verification"] == ("an operator decided: real", _ALARM.instant_ms + 60_000)
