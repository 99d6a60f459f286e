"""A site with partitions: what is told of one says nothing of the others, whoever asks."""

from __future__ import annotations

from chekt_console.domain.armed_history import ArmedHistory, armed_at
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.incident_chain import DecisionFact, ScheduleFact, incident_chain

_NAMES = ("Warehouse", "Office", "Office 2")


def _told(at: int, text: str, mode: ArmingMode, user: str = "") -> Event:
    return Event(f"m{at}", "s", at, EventKind.ARMING, "armed", text, mode=mode, user=user)


_AWAY = _told(10, "Warehouse armed (away)", ArmingMode.AWAY, "Ann")
_ALL_OFF = _told(1, "Disarmed", ArmingMode.DISARMED, "Bob")


def _armed_link(*events: Event) -> tuple[str, int | None]:
    alarm = Event("a", "s", 100, EventKind.ALARM)
    state = armed_at(events, 100, _NAMES)
    links = incident_chain(alarm, (alarm,), state, ScheduleFact(), DecisionFact())
    return next((link.words, link.instant_ms) for link in links if link.name == "Armed")


def test_disarming_one_partition_leaves_the_other_armed() -> None:
    office_off = _told(20, "Office disarmed", ArmingMode.DISARMED)
    assert _armed_link(office_off, _ALL_OFF, _AWAY) == (
        "Partly armed: Warehouse Away (Ann), Office Disarmed, Office 2 Disarmed (Bob)", 20,
    )  # fmt: skip


def test_an_event_that_names_none_speaks_for_the_whole_site() -> None:
    night = _told(30, "Armed (night)", ArmingMode.NIGHT, "Schedule")
    assert _armed_link(_ALL_OFF, _AWAY, night) == ("Night: selected zones, by Schedule", 30)


def test_a_partition_that_nobody_told_of_is_not_known() -> None:
    assert _armed_link(_AWAY)[0] == (
        "Partly armed: Warehouse Away (Ann), Office not known, Office 2 not known"
    )
    off = _told(5, "Office disarmed", ArmingMode.DISARMED)
    assert _armed_link(off)[0].startswith("Known in part: Warehouse not known, Office Disarmed")
    assert _armed_link()[0] == "not known"


def test_partitions_that_share_a_mode_are_one_word_with_all_who_did_it() -> None:
    both = [
        _told(1, "Office 2 armed (away)", ArmingMode.AWAY, "Ann"),
        _told(2, "Warehouse armed (away)", ArmingMode.AWAY, "Ann"),
        _told(3, "Office armed (away)", ArmingMode.AWAY, "Bob"),
    ]
    assert _armed_link(*both) == ("Away: all devices active, by Ann and Bob", 3)
    stay = _told(4, "Office armed (stay)", ArmingMode.STAY)
    assert _armed_link(*both, stay)[0].startswith("Armed, modes differ: Warehouse Away (Ann), Office Stay")


def test_a_longer_name_and_a_person_called_like_a_partition_are_told_apart() -> None:
    second = _told(20, "Office 2 armed (stay)", ArmingMode.STAY)
    assert armed_at([_ALL_OFF, second], 100, _NAMES).modes == (
        ArmingMode.DISARMED, ArmingMode.DISARMED, ArmingMode.STAY,
    )  # fmt: skip
    by_person = _told(20, "Armed Away by Office", ArmingMode.AWAY, "Office")
    assert armed_at([_ALL_OFF, by_person], 100, _NAMES).mode is ArmingMode.AWAY


def test_the_band_has_a_segment_of_its_own_where_partitions_differ() -> None:
    office = _told(20, "Office armed (away)", ArmingMode.AWAY)
    second = _told(30, "Office 2 armed (away)", ArmingMode.AWAY)
    late_first = ArmedHistory([second, _AWAY], _NAMES)
    late_first.add(office)
    late_first.add(_ALL_OFF)
    for history in (ArmedHistory([_AWAY, office, second, _ALL_OFF], _NAMES), late_first):
        spans = [(span.from_ms, span.to_ms, span.state.label) for span in history.spans(0, 50)]
        assert spans == [
            (0, 1, ""), (1, 10, "Disarmed"), (10, 20, "Partly armed"), (20, 30, "Partly armed"), (30, 50, "Away"),
        ]  # fmt: skip


def test_a_site_without_partitions_is_one() -> None:
    history = ArmedHistory([_AWAY, _told(20, "Office disarmed", ArmingMode.DISARMED)])
    assert [span.state.label for span in history.spans(0, 30)] == ["", "Away", "Disarmed"]
