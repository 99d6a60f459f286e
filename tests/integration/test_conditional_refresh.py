"""Lists that did not change: the simulator sends nothing but their tag, the console keeps what it has and calls it new."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.progress import NoProgress
from chekt_console.services.device_service import DeviceService
from chekt_console.services.site_service import SiteService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FAMILIES = ("devices", "cameras", "zones", "bridges", "audio-devices")
_LIVE_PICTURES_ANEW_S = 300


@pytest.fixture(params=["observed", "documented"])
def simulator(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path / "simulator", "--dialect", request.param, sites=6) as running:
        _begin_anew(running)
        yield running


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[CHeKTClient]:
    made = CHeKTClient(simulator.url, ApiKeyAuth(simulator.api_key))
    yield made
    made.close()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(tmp_path / "cache.sqlite")
    yield made
    made.close()


def _begin_anew(simulator: RunningSimulator) -> None:
    """Tokens of live pictures were just made, and hold for longer than the test takes."""
    simulator.control("clock", {"advance_s": _LIVE_PICTURES_ANEW_S - time.time() % _LIVE_PICTURES_ANEW_S})


def _statuses(simulator: RunningSimulator, ending: str) -> list[int]:
    return [one["status"] for one in simulator.requests() if one["path"].endswith(ending)]


@pytest.mark.parametrize("family", ["sites", *_FAMILIES])
def test_a_list_that_did_not_change_is_not_sent_again(
    simulator: RunningSimulator, client: CHeKTClient, family: str
) -> None:
    with simulator.client() as http:
        site_id = client.sites.list().values[0].site_id
        path = "/ext/v1/sites" if family == "sites" else f"/ext/v1/sites/{site_id}/{family}"
        first = http.get(path)
        assert first.status_code == 200
        etag = first.headers["etag"]
        again = http.get(path, headers={"If-None-Match": f'"other", {etag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert "x-ratelimit-limit" in again.headers
        other = http.get(path, headers={"If-None-Match": '"other"'})
        assert (other.status_code, other.headers["etag"]) == (200, etag)


def test_the_console_keeps_sites_that_did_not_change_and_calls_them_new(
    simulator: RunningSimulator, client: CHeKTClient, cache: Cache, tmp_path: Path
) -> None:
    local = LocalStore(tmp_path / "local.sqlite")
    service = SiteService(client, cache, local)
    first = service.refresh(NoProgress())
    kept, first_as_of = cache.sites()
    assert len(kept) == len(first.sites) == 6
    second = service.refresh(NoProgress())
    assert _statuses(simulator, "/ext/v1/sites") == [200, 304]
    assert second.sites == first.sites
    there, second_as_of = cache.sites()
    assert there == kept
    assert first_as_of is not None
    assert second_as_of is not None
    assert second_as_of > first_as_of
    local.close()


def test_the_console_keeps_devices_until_one_changes(
    simulator: RunningSimulator, client: CHeKTClient, cache: Cache
) -> None:
    service = DeviceService(client, cache)
    site = client.sites.list().values[0]
    first = service.refresh(site)
    kept, first_as_of = cache.devices(site.site_id)
    second = service.refresh(site)
    assert second.devices == first.devices
    for family in _FAMILIES:
        assert _statuses(simulator, f"/{family}") == [200, 304]
    there, second_as_of = cache.devices(site.site_id)
    assert there == kept
    assert first_as_of is not None
    assert second_as_of is not None
    assert second_as_of > first_as_of
    camera = next(one for one in first.devices if one.kind.value == "camera" and one.status == "online")
    numbers = [int("".join(filter(str.isdigit, one))) for one in (site.site_id, camera.device_id)]
    simulator.control("devices", {"site_id": numbers[0], "device_id": numbers[1], "status": "offline"})
    third = service.refresh(site)
    assert _statuses(simulator, "/cameras") == [200, 304, 200]
    assert next(one for one in third.devices if one.key == camera.key).status == "offline"
    assert next(one for one in cache.devices(site.site_id)[0] if one.key == camera.key).status == "offline"


def test_a_live_picture_gets_an_address_made_now(
    simulator: RunningSimulator, client: CHeKTClient, cache: Cache
) -> None:
    service = DeviceService(client, cache)
    site = client.sites.list().values[0]
    cameras = [one for one in service.refresh(site).devices if one.stream_url]
    simulator.control("clock", {"advance_s": 1})
    assert service.stream_url(site, cameras[0].key) != cameras[0].stream_url
    assert _statuses(simulator, "/cameras") == [200, 200]
    simulator.control("clock", {"advance_s": _LIVE_PICTURES_ANEW_S})
    service.refresh(site)
    assert _statuses(simulator, "/cameras") == [200, 200, 200]
