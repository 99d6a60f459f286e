"""An alarm raised by hand, with a real clip, on its way through the five steps; and what is never done in production."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.domain.delivery_steps import DeliverySteps, percentiles
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import ConsoleError
from chekt_console.services.outbound_service import OutboundEvent, OutboundService
from chekt_console.session_client import Address, build_client
from tests.support.simulator import RunningSimulator, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chekt_console.api.client import CHeKTClient


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path / "world", sites=3) as running:
        yield running


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[CHeKTClient]:
    address = Address(simulator.url, simulator.api_key, simulator.control_token, simulator.dealer_id)
    client = build_client(address)
    yield client
    client.close()


def _alarm(client: CHeKTClient, simulator: RunningSimulator) -> OutboundEvent:
    site = client.sites.list().values[0]
    camera = client.devices.cameras(site.site_id).values[0]
    now_ms = simulator.control("clock", {"advance_s": 0})["now_ms"]
    return OutboundEvent(site.site_id, "alarm", "intrusion", now_ms, camera.device_id)


@pytest.mark.slow
def test_an_alarm_with_its_clip_exists_once_and_is_followed(
    simulator: RunningSimulator, client: CHeKTClient, tmp_path: Path
) -> None:
    outbound, event = OutboundService(client, is_production=False), _alarm(client, simulator)
    known = client.events.search(site_id=event.site_id, start_ms=0, end_ms=event.instant_ms).events
    recorded = next(one for one in known if one.has_video)
    clip = tmp_path / "clip.mp4"
    client.media.download(
        client.events.clip_links((recorded.event_id,))[recorded.event_id].mp4_url, clip, progress=NoProgress()
    )
    simulator.control("faults", {"name": "drop_after", "path": "/partner/v1/events", "method": "POST"})
    raised = outbound.raise_event(event, clip, "key-1", NoProgress())
    assert raised.note == ""
    assert outbound.raise_event(event, clip, "key-1", NoProgress()).event_id == raised.event_id
    found = client.events.search(
        site_id=event.site_id, start_ms=event.instant_ms, end_ms=event.instant_ms + 1
    )
    assert [one.event_id for one in found.events] == [raised.event_id]
    link = client.events.clip_links((raised.event_id,))[raised.event_id]
    assert httpx.get(link.mp4_url).content == clip.read_bytes()
    simulator.control("clock", {"advance_s": 60})
    simulator.control("center", {"verify": int(raised.event_id), "decision": "real"})

    def is_reviewed() -> bool:
        steps = outbound.steps(raised.event_id)
        return steps is not None and steps.is_complete

    assert until(is_reviewed)
    steps = outbound.steps(raised.event_id)
    assert steps is not None
    assert steps.decision == "real"
    assert (
        steps.occurred_ms <= (steps.attached_ms or 0) <= (steps.delivered_ms or 0) <= (steps.reviewed_ms or 0)
    )


def test_nothing_is_raised_in_production_and_nothing_that_is_no_clip(
    simulator: RunningSimulator, client: CHeKTClient, tmp_path: Path
) -> None:
    event, fake = _alarm(client, simulator), tmp_path / "clip.mp4"
    with pytest.raises(ConsoleError, match="never raised by hand in production"):
        OutboundService(client, is_production=True).raise_event(event, None, "k", NoProgress())
    fake.write_bytes(b"<html>")
    with pytest.raises(ConsoleError, match="no MP4"):
        OutboundService(client, is_production=False).raise_event(event, fake, "k", NoProgress())
    assert not [
        one for one in simulator.requests() if one["method"] == "POST" and one["path"].endswith("/events")
    ]


def test_percentiles_are_delays_that_were_seen() -> None:
    many = [
        DeliverySteps(str(n), 0, captured_ms=10, attached_ms=10 + n, delivered_ms=5) for n in range(1, 101)
    ]
    captured, attached, delivered = percentiles(many)
    assert (captured.p50_ms, captured.p99_ms) == (10, 10)
    assert (attached.p50_ms, attached.p90_ms, attached.p99_ms, attached.count) == (50, 90, 99, 100)
    assert delivered.p99_ms == 0  # a clock that runs behind makes no negative delay
    assert percentiles([DeliverySteps("x", 0)]) == ()
