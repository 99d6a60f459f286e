"""Video and live pictures of the simulated gateway, by HTTP."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import httpx
import pytest

from tests.support.simulator import RunningSimulator

HARBOR, STALLING = 1784, 1784 + 14 * 17


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path_factory.mktemp("media"), sites=16) as running:
        yield running


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    with simulator.client() as client:
        yield client


def _camera(client: httpx.Client, site_id: int) -> dict[str, str]:
    found: dict[str, str] = client.get(f"/ext/v1/sites/{site_id}/cameras").json()[0]
    return found


def test_a_clip_is_video_and_comes_in_ranges(simulator: RunningSimulator, client: httpx.Client) -> None:
    event_ids = [simulator.control("events", {"site_id": HARBOR})["event_id"] for _ in range(3)]
    # Three at once: a list, so nothing is encoded ahead.
    links = client.post("/ext/v1/events-video-urls", json={"event_ids": event_ids}).json()["events"]
    # The shortest clip there is, to save time; the link itself knows nothing of it.
    for _ in range(2):
        simulator.control("faults", {"name": "clip_defect", "defect": "short", "path": "/media/clips"})
    url = links[0]["mp4"]
    whole = httpx.get(url, timeout=60)
    assert whole.status_code == 200
    assert whole.headers["Content-Type"] == "video/mp4"
    assert whole.content[4:8] == b"ftyp"
    part = httpx.get(url, headers={"Range": "bytes=1000-1999", "If-Range": whole.headers["ETag"]})
    assert part.status_code == 206
    assert part.content == whole.content[1000:2000]
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(whole.content)}"
    thumbnail = httpx.get(links[0]["thumbnail"], timeout=30)
    assert thumbnail.content[:3] == b"\xff\xd8\xff"


def test_a_snapshot_needs_the_token_of_its_camera(client: httpx.Client) -> None:
    camera = _camera(client, HARBOR)
    url = camera["mjpeg_url"].replace("/mjpeg/", "/snapshots/")
    reply = httpx.get(url, timeout=30).json()
    assert reply["base64Encoded"] is True
    assert base64.b64decode(reply["data"])[:3] == b"\xff\xd8\xff"
    assert httpx.get(url.replace(f"/{camera['channel']}?", "/9?")).status_code == 403
    assert httpx.get(url.partition("?")[0]).status_code == 401


def test_a_camera_that_is_offline_gives_no_picture_until_it_is_back(
    simulator: RunningSimulator, client: httpx.Client
) -> None:
    camera = client.get(f"/ext/v1/sites/{HARBOR}/cameras").json()[2]
    assert camera["status"] == "offline"
    stream = camera["mjpeg_url"]
    snapshot = stream.replace("/mjpeg/", "/snapshots/")
    for url in (stream, snapshot):
        reply = httpx.get(url, timeout=30)
        assert (reply.status_code, "is offline" in reply.text) == (503, True)
    which = {"site_id": HARBOR, "device_id": camera["device_id"]}
    simulator.control("devices", which | {"status": "online"})
    assert httpx.get(snapshot, timeout=30).status_code == 200
    with httpx.stream("GET", stream, timeout=30) as live:
        parts = live.iter_bytes()
        assert next(parts).startswith(b"--chektframe")
        simulator.control("devices", which | {"status": "offline"})
        assert list(parts)[-1].endswith(b"\r\n")  # whole pictures to the end, and then an end


def test_a_stream_sends_one_picture_after_the_other(client: httpx.Client) -> None:
    with httpx.stream("GET", _camera(client, HARBOR)["mjpeg_url"], timeout=30) as stream:
        assert stream.headers["Content-Type"].startswith("multipart/x-mixed-replace")
        held = b""
        for chunk in stream.iter_bytes():
            held += chunk
            if held.count(b"\xff\xd9\r\n--") >= 3:
                break
    pictures = set(held.split(b"\r\n\r\n")[1:4])
    assert len(pictures) == 3


def test_a_stalling_camera_says_nothing_though_it_is_online(client: httpx.Client) -> None:
    camera = _camera(client, STALLING)
    assert camera["status"] == "online"
    with httpx.stream("GET", camera["mjpeg_url"], timeout=1) as stream:
        assert stream.status_code == 200
        with pytest.raises(httpx.ReadTimeout):
            next(stream.iter_bytes())
