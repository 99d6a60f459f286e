"""Faults that the simulated gateway makes on request."""

from __future__ import annotations

import time
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
    event_id = simulator.control("events", {"site_id": 1784})["event_id"]
    simulator.control("faults", {"name": "clip_not_ready", "path": "/ext/v1/events-video-urls"})
    found = [
        client.post("/ext/v1/events-video-urls", json={"event_ids": [event_id]}).json() for _ in range(2)
    ]
    assert found[0]["events"][0]["mp4"] is None
    assert found[1]["events"][0]["mp4"]


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
