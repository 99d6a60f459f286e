"""Faults that the simulated gateway makes on request."""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.support.simulator import RunningSimulator, until

PATH = "/ext/v1/sites/1784/schedule"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path_factory.mktemp("faulty"), sites=3) as running:
        yield running


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    simulator.control("faults", method="DELETE")
    with simulator.client() as client:
        yield client


def _save(client: httpx.Client, arm_time: str) -> httpx.Response:
    etag = client.get(PATH).headers["ETag"]
    day = {"arm_time": arm_time, "arm_mode": "away", "disarm_time": "06:00"}
    return client.put(PATH, json={"schedule": {"monday": day}}, headers={"If-Match": etag})


def _arm_time(client: httpx.Client) -> str:
    found: str = client.get(PATH).json()["schedule"]["monday"]["arm_time"]
    return found


def test_a_connection_dropped_before_acting_changes_nothing(
    simulator: RunningSimulator, client: httpx.Client
) -> None:
    assert _save(client, "20:00").status_code == 200
    simulator.control("faults", {"name": "drop_before", "path": PATH, "method": "PUT"})
    with pytest.raises(httpx.TransportError):
        _save(client, "21:00")
    assert _arm_time(client) == "20:00"
    puts = [one["status"] for one in simulator.requests() if one["method"] == "PUT"]
    assert puts[-2:] == [200, None]


def test_a_connection_dropped_after_acting_has_acted(
    simulator: RunningSimulator, client: httpx.Client
) -> None:
    simulator.control("faults", {"name": "drop_after", "path": PATH, "method": "PUT"})
    with pytest.raises(httpx.TransportError):
        _save(client, "22:00")
    assert _arm_time(client) == "22:00"


def test_half_a_body_is_noticed_by_the_client(simulator: RunningSimulator, client: httpx.Client) -> None:
    simulator.control("faults", {"name": "half_body", "path": PATH})
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(PATH)


def test_a_status_comes_as_often_as_asked(simulator: RunningSimulator, client: httpx.Client) -> None:
    fault = {"name": "status", "code": 429, "retry_after": 2, "path": PATH, "count": 2}
    simulator.control("faults", fault)
    replies = [client.get(PATH) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [429, 429, 200]
    assert replies[0].headers["Retry-After"] == "2"


def test_a_429_tells_a_used_up_limit_when_asked_to(simulator: RunningSimulator, client: httpx.Client) -> None:
    simulator.control("faults", {"name": "status", "code": 429, "retry_after": 3, "limit": 60, "path": PATH})
    headers = client.get(PATH).headers
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("60", "0")
    assert 0 <= int(headers["X-RateLimit-Reset"]) - time.time() <= 3


def test_a_web_page_can_come_with_any_status(simulator: RunningSimulator, client: httpx.Client) -> None:
    for code in (200, 502):
        simulator.control("faults", {"name": "status", "code": code, "page": True, "path": PATH})
        reply = client.get(PATH)
        assert (reply.status_code, reply.headers["Content-Type"]) == (code, "text/html; charset=utf-8")
        assert reply.text.startswith("<!DOCTYPE html>")


def test_a_key_and_a_token_can_end_under_a_request(simulator: RunningSimulator, client: httpx.Client) -> None:
    for name, credential in (
        ("revoked_key", simulator.control("keys", {})["api_key"]),
        ("expired_token", simulator.control("token")["access_token"]),
    ):
        headers = {"Authorization": f"Bearer {credential}"}
        assert client.get(PATH, headers=headers).status_code == 200
        simulator.control("faults", {"name": name, "path": PATH})
        assert [client.get(PATH, headers=headers).status_code for _ in range(2)] == [401, 401]
    assert client.get(PATH).status_code == 200


def test_a_race_is_lost_to_somebody_else(simulator: RunningSimulator, client: httpx.Client) -> None:
    assert _save(client, "20:00").status_code == 200
    simulator.control("faults", {"name": "lost_race", "path": PATH, "method": "PUT"})
    assert _save(client, "21:00").status_code == 412
    assert _arm_time(client) == "20:00"
    assert _save(client, "21:00").status_code == 200


def test_the_clock_that_is_told_can_be_wrong(simulator: RunningSimulator, client: httpx.Client) -> None:
    def off_s() -> float:
        told = parsedate_to_datetime(client.get(PATH).headers["Date"])
        return told.timestamp() - time.time()

    simulator.control("faults", {"name": "clock_skew", "seconds": -3600})
    assert until(lambda: -3610 < off_s() < -3590)
    simulator.control("faults", method="DELETE")
    assert until(lambda: abs(off_s()) < 10)
    with pytest.raises(httpx.HTTPStatusError):
        simulator.control("faults", {"name": "clock_skew", "seconds": "late"})


def test_replies_can_be_spoilt(simulator: RunningSimulator, client: httpx.Client) -> None:
    simulator.control("faults", {"name": "wrong_json", "path": "/ext/v1/sites"})
    with pytest.raises(ValueError):
        client.get("/ext/v1/sites").json()
    simulator.control(
        "faults", {"name": "wrong_type_row", "path": "/ext/v1/sites", "row": 1, "field": "site_name"}
    )
    sites = client.get("/ext/v1/sites").json()
    assert [isinstance(site["site_name"], str) for site in sites] == [True, False, True]


def test_a_clip_is_not_ready_for_so_many_seconds(simulator: RunningSimulator, client: httpx.Client) -> None:
    ids = [simulator.control("events", {"site_id": 1784})["event_id"] for _ in range(2)]

    def ready() -> list[bool]:
        links = client.post("/ext/v1/events-video-urls", json={"event_ids": ids}).json()["events"]
        singly = [client.get(f"/ext/v1/events/{one}").json()["video_clips"][0]["url"] for one in ids]
        assert [bool(link["mp4"]) for link in links] == [bool(url) for url in singly]
        return [bool(link["mp4"]) for link in links]

    assert ready() == [True, True]
    simulator.control("faults", {"name": "clip_not_ready", "seconds": 600, "event_id": ids[0]})
    told = simulator.control("faults", {"name": "clip_not_ready", "seconds": 30})["faults"]
    assert [one["name"] for one in told] == ["clip_not_ready", "clip_not_ready"]
    assert 599 < told[0]["seconds"] <= 600
    simulator.control("faults", method="DELETE")
    for fault in told:  # as they are listed they can be asked for again
        simulator.control("faults", fault)
    assert ready() == [False, False]
    assert ready() == [False, False]  # however often it is asked for
    simulator.control("clock", {"advance_s": 31})
    assert ready() == [False, True]
    simulator.control("faults", method="DELETE")
    assert ready() == [True, True]


@pytest.mark.parametrize(
    "fault",
    [
        {"name": "clip_not_ready"},
        {"name": "clip_not_ready", "seconds": -1},
        {"name": "clip_not_ready", "seconds": 5, "event_id": "the last"},
        {"name": "clip_defect", "defect": "sepia"},
        {"name": "clip_defect"},
        {"name": "restart", "at": "begin"},
        {"name": "latency", "at": "commit"},
        {"name": "lost_race", "path": "/ext/v1/sites"},
    ],
)
def test_a_fault_that_means_nothing_is_refused(
    simulator: RunningSimulator, client: httpx.Client, fault: dict[str, object]
) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        simulator.control("faults", fault)
    assert simulator.control("faults", method="GET")["faults"] == []


@pytest.mark.parametrize("after", [0, 3])
def test_a_stream_falls_silent_and_stays_open(
    simulator: RunningSimulator, client: httpx.Client, after: int
) -> None:
    camera = client.get("/ext/v1/sites/1784/cameras").json()[0]
    # The first picture takes its time; those after it do not.
    assert httpx.get(camera["mjpeg_url"].replace("/mjpeg/", "/snapshots/"), timeout=60).status_code == 200
    other = "/api/v1/mjpeg/000000000000"
    simulator.control("faults", {"name": "stalled_mjpeg", "path": other, "after": after})
    simulator.control("faults", {"name": "stalled_mjpeg", "mac": camera["mac"], "after": after})
    seen = bytearray()
    with (
        httpx.stream("GET", camera["mjpeg_url"], timeout=httpx.Timeout(30, read=6)) as reply,
        pytest.raises(httpx.ReadTimeout),
    ):
        deque(map(seen.extend, reply.iter_raw()), maxlen=0)
    assert seen.count(b"--chektframe") == after
    assert [one["path"] for one in simulator.control("faults", method="GET")["faults"]] == [other]


@pytest.mark.parametrize(("name", "has_acted"), [("reset_before", False), ("reset_after", True)])
def test_a_connection_is_reset_before_or_after_acting(
    simulator: RunningSimulator, client: httpx.Client, name: str, *, has_acted: bool
) -> None:
    """faults.md: reset. Not an end of the stream, which `drop` makes, but an error of the connection."""
    assert _save(client, "20:00").status_code == 200
    simulator.control("faults", {"name": name, "path": PATH})
    place = httpx.URL(simulator.url)
    with socket.create_connection((place.host, place.port), timeout=20) as line:
        line.sendall(f"GET {PATH} HTTP/1.1\r\nHost: {place.host}\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            line.recv(1)
    simulator.control("faults", {"name": name, "path": PATH, "method": "PUT"})
    with pytest.raises(httpx.TransportError):
        _save(client, "23:00")
    assert _arm_time(client) == ("23:00" if has_acted else "20:00")


@pytest.mark.parametrize(("at", "is_kept"), [("commit", False), ("answer", True)])
def test_it_restarts_in_the_middle_of_a_write(
    simulator: RunningSimulator, client: httpx.Client, at: str, *, is_kept: bool
) -> None:
    """gateway.md 4: restart in the middle of a write. Half of one is never kept."""
    assert _save(client, "20:00").status_code == 200
    etag = client.get(PATH).headers["ETag"]
    before = (simulator.pid, simulator.url, simulator.api_key)
    simulator.control("faults", {"name": "restart", "path": PATH, "method": "PUT", "at": at})
    with pytest.raises(httpx.TransportError):
        _save(client, "19:00")
    simulator.wait_ready()
    assert (simulator.pid, simulator.url, simulator.api_key) == before
    assert simulator.requests() == []  # what it held in memory is gone
    with simulator.client() as anew:
        assert _arm_time(anew) == ("19:00" if is_kept else "20:00")
        assert (anew.get(PATH).headers["ETag"] != etag) is is_kept
        assert _save(anew, "18:00").status_code == 200


@pytest.mark.parametrize(("at", "is_kept"), [("commit", False), ("answer", True)])
def test_it_restarts_in_the_middle_of_a_partners_event(
    simulator: RunningSimulator, client: httpx.Client, at: str, *, is_kept: bool
) -> None:

    def sent() -> httpx.Response:
        bearer = {"Authorization": f"Bearer {simulator.control('token')['access_token']}"}
        with httpx.Client(base_url=f"{simulator.url}/partner/v1", headers=bearer, timeout=30) as partner:
            site = partner.get("/dealers/12345/sites").json()[0]["external_site_id"]
            event = {
                "version": "1.0",
                "location_id": site,
                "event_id": f"restart {at}",
                "event_type": "alarm",
            }
            return partner.post("/events", json=event)

    simulator.control("faults", {"name": "restart", "path": "/partner/v1/events", "at": at})
    with pytest.raises(httpx.TransportError):
        sent()
    simulator.wait_ready()
    assert sent().json()["is_duplicate"] is is_kept
    assert sent().json()["is_duplicate"] is True


def test_a_reset_makes_the_world_as_it_was_at_first(
    simulator: RunningSimulator, client: httpx.Client
) -> None:
    """gateway.md 2: the control call `reset`."""
    name = client.get("/ext/v1/sites/1784").json()["site_name"]
    assert _save(client, "17:17").status_code == 200
    event_id = simulator.control("events", {"site_id": 1784, "text": "only before"})["event_id"]
    simulator.control("clock", {"advance_s": 100_000})
    simulator.control("faults", {"name": "status", "count": 50})
    assert simulator.control("reset") == {"reset": True}
    simulator.wait_ready()
    with simulator.client() as anew:
        assert anew.get("/ext/v1/sites/1784").json()["site_name"] == name
        assert _arm_time(anew) != "17:17"
        found = anew.get(f"/ext/v1/events/{event_id}")
        assert found.status_code == 404 or found.json()["trigger"] != "only before"
    assert simulator.control("faults", method="GET")["faults"] == []
    assert simulator.control("clock", {"advance_s": 0})["ahead_ms"] == 0


def test_unknown_faults_and_requests_are_told(simulator: RunningSimulator, client: httpx.Client) -> None:
    with pytest.raises(httpx.HTTPStatusError):
        simulator.control("faults", {"name": "earthquake"})
    client.get("/ext/v1/nothing")
    last = simulator.requests()[-1]
    assert (last["method"], last["path"], last["status"]) == ("GET", "/ext/v1/nothing", 404)


def test_a_device_set_offline_is_listed_so_and_writes_a_trouble(
    simulator: RunningSimulator, client: httpx.Client
) -> None:
    camera = client.get("/ext/v1/sites/1784/cameras").json()[0]
    simulator.control("devices", {"site_id": 1784, "device_id": camera["device_id"], "status": "offline"})
    assert client.get("/ext/v1/sites/1784/cameras").json()[0]["status"] == "offline"
    rows = client.post("/ext/v1/activity-logs/search", json={"site_id": 1784, "limit": 1}).json()["data"]
    assert (rows[0]["event_type"], rows[0]["event_subtype"], rows[0]["status"]) == (
        "trouble",
        "device_offline",
        "active",
    )


def test_the_clock_can_be_put_forward(simulator: RunningSimulator, client: httpx.Client) -> None:
    event_id = simulator.control("events", {"site_id": 1784})["event_id"]
    url = client.post("/ext/v1/events-video-urls", json={"event_ids": [event_id]}).json()["events"][0][
        "thumbnail"
    ]
    simulator.control("clock", {"advance_s": 3700})
    assert httpx.get(url).status_code == 403
