"""Devices are put together from several lists; live pictures go on as long as anything gives one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest

from chekt_console.api.failures import said
from chekt_console.api.rows import Rows
from chekt_console.domain.device import Capabilities, Device, DeviceKind
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.site import Partition, Site
from chekt_console.errors import Cancelled, NotAllowed, NotSignedIn, NotThere, ServerBroken, Unreachable
from chekt_console.media.live_video import VideoAddress
from chekt_console.services.device_service import DeviceService
from chekt_console.services.live_service import LiveService, live_sentence
from chekt_console.store.cache import Cache, KnownSpan
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chekt_console.services.ports import Client

SITE = Site("1", "Dock", has_partitions=True, partitions=(Partition("4", "Office"),))
CAMERA = Device("1", "5", DeviceKind.CAMERA, "Gate", "online", mac="aa", channel=2, stream_url="http://x?t=1")
MISSING = NotThere("Not offered.", status=404)


@dataclass
class FakeDevices:
    """Lists by family; an error in place of a list is raised."""

    lists: dict[str, Rows[Device] | Exception] = field(default_factory=dict)
    streams: list[list[bytes | Exception]] = field(default_factory=list)
    snapshots: list[bytes | Exception] = field(default_factory=list)

    @property
    def devices(self) -> Any:
        return self

    @property
    def media(self) -> Any:
        return self

    def _list(self, name: str) -> Rows[Device]:
        found = self.lists.get(name, MISSING)
        if isinstance(found, Exception):
            raise found
        return found

    def of_site(self, site_id: str) -> Rows[Device]:
        return self._list("site")

    def bridges(self, site_id: str) -> Rows[Device]:
        return self._list("bridges")

    def zones(self, site_id: str) -> Rows[Device]:
        return self._list("zones")

    def cameras(self, site_id: str, *, is_anew: bool = False) -> Rows[Device]:
        return self._list("cameras")

    def audio(self, site_id: str) -> Rows[Device]:
        return self._list("audio")

    def stream(self, url: str) -> Iterator[bytes]:
        for item in self.streams.pop(0):
            yield _given(item)

    def snapshot(self, mac: str, channel: int, token_url: str) -> bytes:
        assert (mac, channel, token_url) == (CAMERA.mac, CAMERA.channel, CAMERA.stream_url)
        return _given(self.snapshots.pop(0))


def _given(item: bytes | Exception) -> bytes:
    if isinstance(item, Exception):
        raise item
    return item


class Impatient(NoProgress):
    """Cancelled at the next check once it `is_over`."""

    is_over = False

    def check(self) -> None:
        if self.is_over:
            raise Cancelled


@pytest.fixture
def server() -> FakeDevices:
    return FakeDevices()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = Cache(tmp_path / "cache.sqlite")
    yield cache
    cache.close()


def test_lists_are_put_together_and_a_family_not_offered_is_left_out(
    server: FakeDevices, cache: Cache
) -> None:
    general = Device("1", "5", DeviceKind.CAMERA, "Gate", firmware="1.2", capabilities=Capabilities(ptz=True))
    server.lists = {
        "site": Rows((Device("1", "9", DeviceKind.PANEL, "Panel"), general)),
        "cameras": Rows((CAMERA,), ("Camera 3 could not be read.",)),
        "audio": NotAllowed("The key may not read audio devices.", status=403),
    }
    service = DeviceService(cast("Client", server), cache)
    found = service.refresh(SITE)
    by_key = {device.key: device for device in found.devices}
    camera = by_key["camera:5"]
    assert (camera.firmware, camera.capabilities.ptz, camera.channel) == ("1.2", True, 2)
    assert by_key["partition:4"].parent_key == "panel:9"
    assert found.problems == ("Camera 3 could not be read.", "The key may not read audio devices.")
    cached = service.cached("1")
    assert [device.key for device in cached.devices] == [device.key for device in found.devices]
    assert all(device.stream_url == "" for device in cached.devices)
    assert service.stream_url(SITE, "camera:5") == CAMERA.stream_url


def test_a_camera_is_dormant_by_its_newest_event_not_its_oldest(server: FakeDevices, cache: Cache) -> None:
    """Months of history say nothing while an event came an hour ago."""
    clock = FakeClock()
    hour_ms, now_ms = 3_600_000, clock.now_ms()
    quiet = Device("1", "6", DeviceKind.CAMERA, "Yard", "online", partition_id="4")
    busy = replace(CAMERA, partition_id="4")
    cache.put_events(
        Event(f"{device_id}-{ago_h}", "1", now_ms - ago_h * hour_ms, kind, device_id=device_id)
        for device_id, ago_h, kind in (
            ("5", 600, EventKind.ALARM), ("5", 200, EventKind.ACTIVITY), ("5", 1, EventKind.ACTIVITY),
            ("6", 600, EventKind.ALARM), ("6", 200, EventKind.ACTIVITY), ("6", 1, EventKind.TROUBLE),
        )
    )  # fmt: skip
    cache.put_known_span("1", KnownSpan(now_ms - 700 * hour_ms, now_ms, datetime.now(UTC)))
    service = DeviceService(cast("Client", server), cache, clock)
    found = service.warnings(SITE, (busy, quiet))
    assert busy.key not in found
    (warning,) = found[quiet.key]
    assert (warning.word, "8 days ago" in warning.sentence) == ("dormant", True)
    clock.advance(3 * 3600)  # nothing was read for hours: silence is not known to be silence
    assert service.warnings(SITE, (busy, quiet)) == {}


def test_no_family_at_all_is_an_error_and_keeps_what_was_known(server: FakeDevices, cache: Cache) -> None:
    service = DeviceService(cast("Client", server), cache)
    server.lists = {"cameras": Rows((CAMERA,))}
    service.refresh(SITE)
    server.lists = {}
    with pytest.raises(NotThere, match="Dock"):
        service.refresh(SITE)
    assert len(service.cached("1").devices) == 2


def test_a_stalled_stream_gives_way_to_snapshots(server: FakeDevices) -> None:
    server.lists = {"cameras": Rows((CAMERA,))}
    server.streams = [[b"one", Unreachable("The camera sends no picture.")]]
    server.snapshots = [b"two"]
    progress = Impatient()
    frames = LiveService(cast("Client", server)).frames(SITE, "camera:5", progress)
    assert [next(frames), next(frames)] == [b"one", b"two"]
    progress.is_over = True
    with pytest.raises(Cancelled):
        next(frames)


def test_a_slow_link_shows_snapshots_where_the_camera_gives_them(server: FakeDevices) -> None:
    server.lists = {"cameras": Rows((CAMERA,))}
    server.streams = [[b"streamed"] * 9]
    server.snapshots = [b"still", b"still"]
    is_slow = [True]
    live = LiveService(cast("Client", server), lambda: is_slow[0])
    progress = Impatient()
    frames = live.frames(SITE, "camera:5", progress)
    assert next(frames) == b"still"
    progress.is_over = True
    with pytest.raises(Cancelled):
        next(frames)
    is_slow[0] = False
    frames = live.frames(SITE, "camera:5", NoProgress())
    assert next(frames) == b"streamed"
    is_slow[0] = True  # switched on while it streams
    assert next(frames) == b"still"
    without = replace(CAMERA, channel=None)
    server.lists = {"cameras": Rows((without,))}
    server.streams = [[b"streamed"]]
    assert next(live.frames(SITE, without.key, NoProgress())) == b"streamed"


def test_a_slow_link_shows_snapshots_of_a_camera_that_gives_video_too(server: FakeDevices) -> None:
    camera = replace(CAMERA, stream_url="http://127.0.0.1/live/index.m3u8?t=1")
    server.lists = {"cameras": Rows((camera,))}
    taken: list[str] = []

    def snapshot(_mac: str, _channel: int, token_url: str) -> bytes:
        taken.append(token_url)
        return b"still"

    server.snapshot = snapshot  # type: ignore[method-assign]
    is_slow = [True]
    frames = LiveService(cast("Client", server), lambda: is_slow[0]).frames(
        SITE, camera.key, NoProgress(), wants_video=True
    )
    assert next(frames) == b"still"
    is_slow[0] = False
    assert list(frames) == [VideoAddress(camera.stream_url)]
    assert taken == [camera.stream_url]
    assert "t=1" not in repr(VideoAddress(camera.stream_url))


def test_what_the_server_said_is_raised_only_when_nothing_gives_a_picture(server: FakeDevices) -> None:
    """One failure is none yet: the camera is asked again, with a fresh token, three times."""
    clock = FakeClock()
    live = LiveService(cast("Client", server), now_s=clock.monotonic, sleep=clock.sleep)
    server.lists = {"cameras": Rows((CAMERA,))}
    server.streams = [[Unreachable("Silent.")]]
    refused = NotSignedIn("The token ran out.", status=401)
    server.snapshots = [refused, refused, b"back"]
    frames = live.frames(SITE, "camera:5", NoProgress())
    assert next(frames) == b"back"
    server.snapshots = [refused] * 4
    with pytest.raises(NotSignedIn):
        next(frames)
    assert server.snapshots == []
    assert clock.elapsed_s < 10


@dataclass
class Silent(FakeDevices):
    """A camera whose stream connects and sends nothing for ten seconds; stills come at once."""

    clock: FakeClock = field(default_factory=FakeClock)

    def stream(self, url: str) -> Iterator[bytes]:
        self.clock.advance(10)
        raise Unreachable("The camera sends no picture.")
        yield b""

    def snapshot(self, mac: str, channel: int, token_url: str) -> bytes:
        return b"still"


def test_a_silent_stream_is_tried_seldom_so_that_the_stills_go_on() -> None:
    server = Silent(lists={"cameras": Rows((CAMERA,))})
    clock = server.clock
    live = LiveService(cast("Client", server), now_s=clock.monotonic, sleep=clock.sleep)
    frames = live.frames(SITE, "camera:5", NoProgress())
    next(frames)
    began, last, waits = clock.elapsed_s, clock.elapsed_s, []
    while clock.elapsed_s - began < 3600:
        next(frames)
        waits.append(clock.elapsed_s - last)
        last = clock.elapsed_s
    frozen = [wait for wait in waits if wait > 2]
    assert len(frozen) <= 6
    assert sum(frozen) < 0.02 * 3600


def test_a_stream_gets_a_fresh_token_before_the_old_one_ends(server: FakeDevices) -> None:
    clock = FakeClock()
    live = LiveService(cast("Client", server), now_s=clock.monotonic, sleep=clock.sleep)
    renewed = replace(CAMERA, stream_url="http://x?t=2")
    server.lists = {"cameras": Rows((CAMERA,))}
    urls: list[str] = []

    def stream(url: str) -> Iterator[bytes]:
        urls.append(url)
        while True:
            yield b"frame"

    server.stream = stream  # type: ignore[method-assign]
    frames = live.frames(SITE, "camera:5", NoProgress())
    next(frames)
    server.lists = {"cameras": Rows((renewed,))}
    clock.advance(51 * 60)
    next(frames)
    next(frames)
    assert urls == [CAMERA.stream_url, renewed.stream_url]
    assert clock.elapsed_s == 51 * 60  # without a pause


def test_a_snapshot_asks_with_the_camera_s_own_place(server: FakeDevices) -> None:
    server.lists = {"cameras": Rows((CAMERA,))}
    server.snapshots = [b"jpeg"]
    live = LiveService(cast("Client", server))
    assert live.snapshot(SITE, "camera:5") == b"jpeg"
    with pytest.raises(NotThere):
        live.snapshot(SITE, "camera:6")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("", "The server failed (503), so nothing is known of the camera. Try again in a minute."),
        ("Yard is offline.", "The server gives no picture (503). It says: “Yard is offline”."),
    ],
)
def test_a_server_that_fails_is_not_told_as_a_camera_that_is_offline(message: str, words: str) -> None:
    reply = httpx.Response(
        503, json={"message": message} if message else None, request=httpx.Request("GET", "https://x/picture")
    )
    error = said(reply, reply.content, "the picture")
    assert isinstance(error, ServerBroken)
    assert live_sentence(error) == words
    assert live_sentence(MISSING) == MISSING.sentence
