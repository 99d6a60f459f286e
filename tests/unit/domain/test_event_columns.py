"""Event columns against a plain list of the same events."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chekt_console.domain.event import EventKind
from chekt_console.domain.event_columns import EventColumns, Runs
from chekt_console.domain.time_index import LEAST_EVENTS

_EVENTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(EventKind), st.integers(0, 300)), min_size=0, max_size=120
)
_ALL = frozenset(EventKind)


def _columns(events: list[tuple[int, EventKind, int]]) -> EventColumns:
    return EventColumns.build(
        np.array([lane for lane, _, _ in events], np.int32),
        np.array([kind for _, kind, _ in events], np.uint8),
        np.array([instant for _, _, instant in events], np.int64),
        3,
    )


@given(_EVENTS, st.integers(0, 300), st.integers(1, 200), st.integers(1, 50))
def test_counts_per_pixel(
    events: list[tuple[int, EventKind, int]], start: int, span: int, width: int
) -> None:
    edges = np.linspace(start, start + span, width + 1).astype(np.int64)
    counts = _columns(events).counts(edges, [Runs((2,)), Runs((0,))])
    for place, lane in enumerate((2, 0)):
        for kind in EventKind:
            inside = [
                at for of, what, at in events if (of, what) == (lane, kind) and edges[0] <= at < edges[-1]
            ]
            assert counts[place, kind].sum() == len(inside)
            for pixel in range(width):
                wanted = sum(edges[pixel] <= at < edges[pixel + 1] for at in inside)
                assert counts[place, kind, pixel] == wanted


@given(_EVENTS, _EVENTS)
def test_events_that_come_later_end_where_they_belong(
    first: list[tuple[int, EventKind, int]], later: list[tuple[int, EventKind, int]]
) -> None:
    columns = _columns(first)
    for row, (lane, kind, instant) in enumerate(later, start=len(first)):
        columns.insert(lane, kind, [instant], [row])
    whole = _columns(first + later)
    for lane in range(3):
        for kind in EventKind:
            runs = Runs((lane,), frozenset({kind}))
            assert columns.between(runs, 0, 1000) == whole.between(runs, 0, 1000)


@given(_EVENTS)
def test_walking_visits_every_event_once_in_order_both_ways(
    events: list[tuple[int, EventKind, int]],
) -> None:
    columns = _columns(events)
    wanted = sorted((instant, row) for row, (_, _, instant) in enumerate(events))
    forth = []
    at, row = -1, -1
    while (hit := columns.following(_ALL, at, row)) is not None:
        at, row = hit.instant_ms, hit.row
        forth.append((at, row))
    assert forth == wanted
    back = []
    at, row = 1000, len(events)
    while (hit := columns.preceding(_ALL, at, row)) is not None:
        at, row = hit.instant_ms, hit.row
        back.append((at, row))
    assert back == wanted[::-1]


def test_the_worst_event_under_the_pointer_is_meant() -> None:
    columns = _columns([(0, EventKind.ACTIVITY, 100), (0, EventKind.ALARM, 102), (0, EventKind.TROUBLE, 130)])
    worst = columns.nearest(Runs((0,)), 100, near_ms=3, far_ms=20)
    assert worst is not None
    assert worst.kind is EventKind.ALARM
    close = columns.nearest(Runs((0,)), 120, near_ms=3, far_ms=20)
    assert close is not None
    assert close.kind is EventKind.TROUBLE
    assert columns.nearest(Runs((0,)), 200, near_ms=3, far_ms=20) is None


@given(_EVENTS, st.sets(st.integers(0, 119)))
def test_a_mask_keeps_the_rows_it_names(events: list[tuple[int, EventKind, int]], hidden: set[int]) -> None:
    mask = np.array([row not in hidden for row in range(len(events))], np.bool_)
    kept = _columns(events).where(mask)
    everything = Runs((0, 1, 2))
    wanted = [hit for hit in _columns(events).between(everything, 0, 1000) if hit.row not in hidden]
    assert kept.between(everything, 0, 1000) == wanted
    assert len(kept) == len(wanted)


def test_the_index_of_many_events_counts_as_searching_does_within_a_quarter_pixel() -> None:
    dice = np.random.default_rng(3)
    size, day = LEAST_EVENTS, 86_400_000
    lanes, kinds = dice.integers(0, 3, size, dtype=np.int32), dice.integers(0, 4, size, dtype=np.uint8)
    instants = dice.integers(0, 365 * day, size)
    columns = EventColumns.build(lanes, kinds, instants, 3)
    columns.insert(1, EventKind.ALARM, [400 * day, 100 * day], [size, size + 1])
    columns.remove(1, EventKind.ALARM, 100 * day, size + 1)
    late = columns.add_lane()
    columns.insert(late, EventKind.TROUBLE, [200 * day], [size + 2])
    everything = Runs((0, 1, 2, late))
    whole = columns.all_instants()
    for start, end in ((0, 366), (-50, 410), (100, 200), (390, 420), (10, 11)):
        edges = np.linspace(start * day, end * day, 1001).astype(np.int64)
        quarter = -(-(end - start) * day // 4000)
        fast = columns.density(edges, [everything])[0].sum(axis=0).cumsum()
        least = np.searchsorted(whole, edges[1:] - quarter) - np.searchsorted(whole, edges[0] + quarter)
        most = np.searchsorted(whole, edges[1:] + quarter) - np.searchsorted(whole, edges[0] - quarter)
        assert (least <= fast).all()
        assert (fast <= most).all()


@given(_EVENTS, st.frozensets(st.sampled_from(EventKind)), st.integers(1, 30))
def test_the_newest_are_those_that_sorting_everything_gives(
    events: list[tuple[int, EventKind, int]], kinds: frozenset[EventKind], limit: int
) -> None:
    wanted = sorted(
        ((instant, row) for row, (_, kind, instant) in enumerate(events) if kind in kinds), reverse=True
    )
    instants, rows = _columns(events).newest(kinds, limit)
    assert list(zip(instants.tolist(), rows.tolist(), strict=True)) == wanted[:limit]
