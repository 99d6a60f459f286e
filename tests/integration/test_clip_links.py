"""Links to clips as the simulator counts them: by twenty where many are wanted, and one by one where that fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.clock import SystemClock
from chekt_console.domain.progress import NoProgress
from chekt_console.services.clip_check_service import ClipCheckService
from chekt_console.services.clip_links import ClipLinks
from chekt_console.services.clip_service import ClipService
from chekt_console.services.clip_survey_service import ClipSurveyService
from chekt_console.services.event_service import EventService
from chekt_console.services.outbound_service import OutboundEvent, OutboundService
from chekt_console.session_client import Address, build_client
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.evidence import make_clip
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chekt_console.domain.clip_survey import CheckedClip
    from chekt_console.domain.event import Event

_PATH = "/ext/v1/events-video-urls"
_HOUR_S = 3_600


class _AdvancedClock(SystemClock):
    ahead_s = 0.0

    def now_ms(self) -> int:
        return super().now_ms() + round(self.ahead_s * 1000)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


@pytest.fixture(params=["observed", "documented"], scope="module")
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path_factory.mktemp("links"), "--dialect", request.param, sites=6) as running:
        yield running


@pytest.fixture
def simulator(world: RunningSimulator) -> Iterator[RunningSimulator]:
    world.control("record", method="DELETE")
    yield world
    world.control("faults", method="DELETE")


@pytest.fixture
def clock() -> _AdvancedClock:
    return _AdvancedClock()


@pytest.fixture
def client(simulator: RunningSimulator, clock: _AdvancedClock) -> Iterator[CHeKTClient]:
    made = CHeKTClient(simulator.url, ApiKeyAuth(simulator.api_key), clock=clock)
    yield made
    made.close()


@pytest.fixture
def links(client: CHeKTClient, clock: _AdvancedClock) -> ClipLinks:
    return ClipLinks(client, clock)


def _with_video(client: CHeKTClient, count: int) -> tuple[Event, ...]:
    found: list[Event] = []
    for site in client.sites.list().values:
        page = client.events.search(site_id=site.site_id, start_ms=0, end_ms=1 << 42, limit=500)
        found += [event for event in page.events if event.has_video]
        if len(found) >= count:
            return tuple(found[:count])
    raise AssertionError(f"the world has {len(found)} events with video")


def _calls(simulator: RunningSimulator) -> int:
    return sum(one["path"] == _PATH for one in simulator.requests())


def _urls(links: ClipLinks, events: tuple[Event, ...]) -> list[str]:
    """As for who fetches them all, in order."""
    found = [links.first(event, events[place + 1 :]) for place, event in enumerate(events)]
    return [link.mp4_url if link is not None else "" for link in found]


@pytest.mark.parametrize(("count", "calls"), [(1, 1), (20, 1), (21, 2), (45, 3)])
def test_many_links_cost_a_call_for_each_twenty(
    simulator: RunningSimulator, client: CHeKTClient, links: ClipLinks, count: int, calls: int
) -> None:
    events = _with_video(client, count)
    urls = _urls(links, events)
    assert all(f"/{event.event_id}.mp4" in url for event, url in zip(events, urls, strict=True))
    assert _calls(simulator) == calls


def test_a_link_is_given_out_once_and_never_when_it_expired(
    simulator: RunningSimulator, client: CHeKTClient, links: ClipLinks, clock: _AdvancedClock
) -> None:
    first, second, third = _with_video(client, 3)
    assert links.first(first, (second, third))
    assert links.first(second)
    assert _calls(simulator) == 1
    assert links.first(second)
    assert _calls(simulator) == 2
    clock.ahead_s = _HOUR_S - 1
    assert links.first(third)
    assert _calls(simulator) == 3


def test_an_event_that_the_answer_leaves_out_is_asked_for_alone(
    simulator: RunningSimulator, client: CHeKTClient, links: ClipLinks
) -> None:
    events = _with_video(client, 4)
    missing = (replace(events[1], event_id="999999999"), replace(events[2], event_id="not-a-number"))
    urls = _urls(links, (events[0], *missing, events[3]))
    assert [bool(url) for url in urls] == [True, False, False, True]
    assert _calls(simulator) == 2  # what is no number cannot be asked for at all
    assert links.first(missing[0], events) is None
    assert _calls(simulator) == 3


@pytest.mark.parametrize("status", [403, 404])
def test_where_many_are_not_offered_each_is_asked_for_and_that_is_remembered_for_an_hour(
    simulator: RunningSimulator, client: CHeKTClient, links: ClipLinks, clock: _AdvancedClock, status: int
) -> None:
    events = _with_video(client, 50)
    simulator.control("faults", {"name": "status", "code": status, "path": _PATH})
    assert all(_urls(links, events[:25]))
    assert _calls(simulator) == 1 + 25
    clock.ahead_s = _HOUR_S + 1
    assert all(_urls(links, events[25:]))
    assert _calls(simulator) == 1 + 25 + 2


def test_what_breaks_the_answer_about_many_costs_one_call_more(
    simulator: RunningSimulator, client: CHeKTClient, links: ClipLinks
) -> None:
    events = _with_video(client, 10)
    simulator.control("faults", {"name": "status", "code": 400, "path": _PATH})
    assert all(_urls(links, events))
    assert _calls(simulator) == 1 + 10


def test_a_survey_of_a_site_asks_for_its_links_together(simulator: RunningSimulator, tmp_path: Path) -> None:
    client = build_client(
        Address(simulator.url, simulator.api_key, simulator.control_token, simulator.dealer_id)
    )
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    events, clips = (
        EventService(client, cache, local, SystemClock()),
        ClipService(client, tmp_path / "clips", SystemClock()),
    )
    site = client.sites.list().values[0]
    clip, outbound = make_clip(tmp_path / "sent.mp4"), OutboundService(client, is_production=False)
    now_ms = simulator.control("clock", {"advance_s": 0})["now_ms"]
    enrolled = client.account.devices(site.site_id).values
    for camera in enrolled:  # so the newest clip of each is one that need not be encoded
        alarm = OutboundEvent(site.site_id, "alarm", "intrusion", now_ms, camera.device_id)
        outbound.raise_event(alarm, clip, f"key of {camera.device_id}", NoProgress())
    events.refresh(site, 30, NoProgress())
    checked, asked = _Checked(), _calls(simulator)
    survey = ClipSurveyService(events, clips, ClipCheckService(client, tmp_path / "checks"))
    assert survey.run(site.site_id, 1, checked) == len(checked.clips) > 2
    assert all(clip.verdict for clip in checked.clips)
    assert _calls(simulator) - asked == -(-len(checked.clips) // 20)
    for part in (client, cache, local):
        part.close()


class _Checked(NoProgress):
    def __init__(self) -> None:
        self.clips: list[CheckedClip] = []

    def partial(self, value: CheckedClip) -> None:  # type: ignore[override]
        self.clips.append(value)
