"""Whatever a domain value holds, it comes back from rows and JSON as it went; tokens do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming
from chekt_console.domain.device import Capabilities, Device, DeviceKind
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.site import Partition, Site
from chekt_console.store.codec import (
    device_json,
    device_of,
    event_of,
    event_row,
    from_ms,
    site_of,
    site_row,
    state_json,
    state_of,
    to_ms,
)

TEXT = st.text(max_size=20)
MOMENTS = st.integers(-(10**13), 10**13).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
MAYBE_MOMENTS = st.none() | MOMENTS
MAYBE_MODES = st.none() | st.sampled_from(ArmingMode)
STATES = st.builds(ArmingState, st.none() | st.booleans(), MAYBE_MODES, TEXT, MAYBE_MOMENTS)
SITES = st.builds(
    Site, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, st.booleans(), st.booleans(), st.booleans(),
    st.lists(st.builds(Partition, TEXT, TEXT), max_size=3).map(tuple),
)  # fmt: skip
EVENTS = st.builds(
    Event, event_id=TEXT, site_id=TEXT, instant_ms=st.integers(-(2**62), 2**62), kind=st.sampled_from(EventKind),
    subtype=TEXT, text=TEXT, status=TEXT, category_id=TEXT, zone_number=st.none() | st.integers(0, 9999),
    device_id=TEXT, device_name=TEXT, device_key=TEXT, has_video=st.booleans(), mode=MAYBE_MODES, decision=TEXT,
    user=TEXT,
)  # fmt: skip
DEVICES = st.builds(
    Device, site_id=TEXT, device_id=TEXT, kind=st.sampled_from(DeviceKind), name=TEXT, status=TEXT,
    last_seen=MAYBE_MOMENTS,
    capabilities=st.builds(Capabilities, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    zone_numbers=st.lists(st.integers(0, 9999), max_size=3).map(tuple), parent_key=TEXT, model=TEXT, firmware=TEXT,
    mac=TEXT, channel=st.none() | st.integers(0, 99), detail=TEXT,
)  # fmt: skip


@given(MOMENTS)
def test_moments(moment: datetime) -> None:
    assert from_ms(to_ms(moment)) == moment


@given(SITES)
@settings(max_examples=50, deadline=None)
def test_sites(site: Site) -> None:
    assert site_of(site_row(site)) == site


@given(EVENTS)
@settings(max_examples=50, deadline=None)
def test_events(event: Event) -> None:
    assert event_of(event_row(event)) == event


@given(DEVICES)
@settings(max_examples=50, deadline=None)
def test_devices_without_their_stream(device: Device) -> None:
    text = device_json(replace(device, stream_url="https://x/?access_token=c4n4ry"))
    assert device_of(text) == device
    assert "c4n4ry" not in text


@given(STATES, st.lists(st.builds(PartitionArming, TEXT, TEXT, STATES), max_size=3).map(tuple))
@settings(max_examples=50, deadline=None)
def test_armed_states(state: ArmingState, partitions: tuple[PartitionArming, ...]) -> None:
    assert state_of(state_json(state, partitions)) == (state, partitions)
