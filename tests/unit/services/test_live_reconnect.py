"""Video that ends is begun anew after longer and longer waits; a refusal is not repeated until the account is locked."""

from __future__ import annotations

import pytest

from chekt_console.media.live_source import LiveEnd
from chekt_console.services.live_reconnect import LiveReconnect, sentence_of
from tests.support.fake_clock import FakeClock


def test_waits_grow_and_begin_anew_after_a_steady_picture() -> None:
    clock = FakeClock()
    reconnect = LiveReconnect(clock.monotonic)
    assert [reconnect.again_s(LiveEnd.SILENT) for _ in range(8)] == [1, 2, 4, 8, 15, 30, 30, 30]
    reconnect.picture()
    clock.advance(3)
    assert reconnect.again_s(LiveEnd.SILENT) == 30  # three seconds are no steady picture
    reconnect.picture()
    clock.advance(11)
    assert reconnect.again_s(LiveEnd.SILENT) == 1


@pytest.mark.parametrize("end", [LiveEnd.REFUSED, LiveEnd.FORBIDDEN])
def test_a_refusal_is_tried_once_more_with_a_fresh_address_and_then_left(end: LiveEnd) -> None:
    reconnect = LiveReconnect(FakeClock().monotonic)
    assert reconnect.again_s(end) == 1
    assert reconnect.again_s(end) is None
    reconnect.picture()
    assert reconnect.again_s(end) == 1  # an hour later its token is old again


def test_what_fell_behind_goes_on_at_once_and_a_recording_begins_again() -> None:
    clock = FakeClock()
    reconnect = LiveReconnect(clock.monotonic)
    for _ in range(3):
        reconnect.picture()
        clock.advance(11)
        assert reconnect.again_s(LiveEnd.LATE) == 0
        reconnect.picture()
        clock.advance(4)
        assert reconnect.again_s(LiveEnd.ENDED) == 1


@pytest.mark.parametrize("end", [LiveEnd.LATE, LiveEnd.ENDED])
@pytest.mark.parametrize("has_picture", [True, False])
def test_what_ends_as_soon_as_it_began_is_not_asked_for_each_second(end: LiveEnd, has_picture: bool) -> None:
    """Each time costs a process, and a request of the account's budget."""
    clock = FakeClock()
    reconnect = LiveReconnect(clock.monotonic)
    waits = []
    for _ in range(6):
        if has_picture:
            reconnect.picture()
            clock.advance(1)
        waits.append(reconnect.again_s(end))
    assert waits == [1, 2, 4, 8, 15, 30]


def test_every_end_has_a_sentence() -> None:
    assert all(sentence_of(end).endswith(".") for end in LiveEnd)
    assert "offline" not in " ".join(map(sentence_of, LiveEnd))
