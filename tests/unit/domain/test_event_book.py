"""A book of events gives back what was put in, finds each by its id, and holds no object for each."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.event_book import EventBook

_IDS = st.one_of(
    st.integers(0, 2**70).map(str),
    st.sampled_from(("007", "+1", "٣", "evt_abc", "", "1 ")),
    st.text(max_size=6),
)
_EVENTS = st.lists(
    st.builds(
        Event,
        event_id=_IDS,
        site_id=st.sampled_from(("1", "2")),
        instant_ms=st.integers(0, 2**45),
        kind=st.sampled_from(EventKind),
        subtype=st.sampled_from(("", "motion")),
        text=st.sampled_from(("", "Gate")),
        status=st.sampled_from(("", "active")),
        zone_number=st.sampled_from((None, 3)),
        has_video=st.booleans(),
        mode=st.sampled_from((None, ArmingMode.NIGHT)),
        decision=st.sampled_from(("", "real")),
    ),
    unique_by=lambda event: event.event_id,
    max_size=30,
)


@given(_EVENTS, _EVENTS)
def test_what_is_put_in_comes_out_and_is_found(first: list[Event], more: list[Event]) -> None:
    known = {event.event_id for event in first}
    later = [event for event in more if event.event_id not in known]
    book = EventBook(first)
    for event in later:
        book.append(event)
    assert list(book) == first + later
    assert [book.row_of(event.event_id) for event in book] == list(range(len(book)))
    assert book.row_of("of nobody") is None


@given(_EVENTS, st.data())
def test_a_newer_value_takes_the_place_of_the_older(events: list[Event], data: st.DataObject) -> None:
    book = EventBook(events[: len(events) // 2])
    for event in events[len(events) // 2 :]:
        book.append(event)
    if events:
        row = data.draw(st.integers(0, len(events) - 1))
        newer = Event(events[row].event_id, "1", 5, EventKind.TROUBLE, "device_offline", decision="false")
        book[row] = newer
        events = [*events[:row], newer, *events[row + 1 :]]
    assert list(book) == events


def test_a_hundred_thousand_events_cost_a_few_bytes_each() -> None:
    events = [
        Event(str(900_000 + n), "1", 1_790_000_000_000 + n, EventKind.ACTIVITY, "motion", f"Gate {n % 50}")
        for n in range(100_000)
    ]
    tracemalloc.start()
    book = EventBook(events)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert book[99_999] == events[-1]
    assert book.nbytes == 24 * 100_000
    assert held < 30 * 100_000
