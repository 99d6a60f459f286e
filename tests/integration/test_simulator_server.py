"""The simulated gateway as a process: ready line, key, limits, schedule, arming, search, restart, end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.simulator import RunningSimulator, until

HARBOR = 1784


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path_factory.mktemp("simulator"), sites=20) as running:
        yield running


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    with simulator.client() as client:
        yield client


def _armed(client: httpx.Client, site_id: int) -> str:
    found: str = client.get(f"/ext/v1/sites/{site_id}/arming").json()["arming_status"]
    return found


def _search(client: httpx.Client, **words: object) -> dict[str, object]:
    reply = client.post("/ext/v1/activity-logs/search", json=words)
    assert reply.status_code == 200, reply.text
    found: dict[str, object] = reply.json()
    return found


def test_the_world_begins_with_harbor_point(simulator: RunningSimulator, client: httpx.Client) -> None:
    assert simulator.dealer_id == "12345"
    assert simulator.api_key.startswith("chekt_test_")
    sites = client.get("/ext/v1/sites").json()
    assert len(sites) == 20
    assert (sites[0]["site_name"], sites[0]["account_number"]) == ("Harbor Point Warehouse", "A-10293")
    assert len({site["timezone"] for site in sites}) > 3
    found = client.get("/ext/v1/sites", params={"search": "a-10293"}).json()
    assert [site["site_id"] for site in found] == [HARBOR]


def test_a_site_list_longer_than_the_limit_comes_in_pages_without_loss(client: httpx.Client) -> None:
    ids, cursor = [], ""
    while True:
        page = client.get("/ext/v1/sites", params={"limit": 7, "cursor": cursor}).json()
        ids += [site["site_id"] for site in page["data"]]
        cursor = page["page"]["cursor"]
        if not cursor:
            break
    assert ids == [site["site_id"] for site in client.get("/ext/v1/sites").json()]


def test_without_the_key_nothing_is_told(simulator: RunningSimulator) -> None:
    reply = httpx.get(f"{simulator.url}/ext/v1/sites", headers={"Authorization": "Bearer wrong"})
    assert reply.status_code == 401
    assert reply.json()["error"] == "Unauthorized"
    assert httpx.get(f"{simulator.url}/_simulator/record").status_code == 403


def test_a_key_that_may_only_read_cannot_arm(simulator: RunningSimulator) -> None:
    key = simulator.control("keys", {"scope": "read"})["api_key"]
    headers = {"Authorization": f"Bearer {key}"}
    assert httpx.get(f"{simulator.url}/ext/v1/sites", headers=headers).status_code == 200
    path = f"{simulator.url}/ext/v1/sites/{HARBOR}/arming/actions/arm"
    assert httpx.post(path, headers=headers, json={}).status_code == 403
    simulator.control("keys", {"revoke": key})
    assert httpx.get(f"{simulator.url}/ext/v1/sites", headers=headers).status_code == 401


def test_limits_are_told_and_kept(tmp_path: Path) -> None:
    with RunningSimulator(tmp_path, "--limit-per-minute", "5", sites=2) as strict, strict.client() as client:
        replies = [client.get("/ext/v1/activity-logs/categories") for _ in range(12)]
    for reply in replies:
        assert reply.headers["X-RateLimit-Limit"] == "5"
        assert int(reply.headers["X-RateLimit-Reset"]) > 0
    refused = [reply for reply in replies if reply.status_code == 429]
    assert len(refused) >= 2  # the minute may turn once meanwhile
    assert all(int(reply.headers["Retry-After"]) >= 1 for reply in refused)
    assert refused[0].json()["error"] == "RateLimitExceeded"


def test_a_schedule_is_written_only_by_who_read_the_current_one(client: httpx.Client) -> None:
    path = f"/ext/v1/sites/{HARBOR}/schedule"
    read = client.get(path)
    body = read.json()
    body["schedule"]["monday"] = {"arm_time": "22:00", "arm_mode": "night", "disarm_time": "05:30"}
    saved = client.put(path, json=body, headers={"If-Match": read.headers["ETag"]})
    assert saved.status_code == 200
    again = client.get(path)
    assert again.json() == body
    assert again.headers["ETag"] == saved.headers["ETag"] != read.headers["ETag"]
    late = client.put(path, json={"schedule": {}}, headers={"If-Match": read.headers["ETag"]})
    assert late.status_code == 412
    assert client.put(path, json={"schedule": {}}).status_code == 428
    assert client.get(path).json() == body
    body["schedule"]["friday"] = {"arm_time": "25:00", "arm_mode": "away", "disarm_time": "06:00"}
    wrong = client.put(path, json=body, headers={"If-Match": again.headers["ETag"]})
    assert wrong.status_code == 400
    assert wrong.json()["details"]["field"] == "schedule.friday.arm_time"


def test_arming_comes_true_later_and_writes_an_event(client: httpx.Client) -> None:
    wanted = "disarmed" if _armed(client, HARBOR) == "armed" else "armed"
    action = "disarm" if wanted == "disarmed" else "arm"
    before = time.monotonic()
    reply = client.post(
        f"/ext/v1/sites/{HARBOR}/arming/actions/{action}", json={"user": "Dana", "mode": "stay"}
    )
    assert reply.status_code == 202
    assert _armed(client, HARBOR) != wanted
    assert until(lambda: _armed(client, HARBOR) == wanted)
    assert time.monotonic() - before > 0.25
    page = _search(client, site_id=HARBOR, category_id=10002, limit=1)
    row = page["data"][0]  # type: ignore[index]
    assert (row["event_type"], row["event_subtype"], row["user"]) == ("arming", wanted, "Dana")


def test_partitions_are_armed_by_their_own_call(client: httpx.Client) -> None:
    site = next(site for site in client.get("/ext/v1/sites").json() if site["is_partition_enabled"])
    path = f"/ext/v1/sites/{site['site_id']}"
    assert client.post(f"{path}/arming/actions/arm", json={}).status_code == 409
    part = client.get(f"{path}/partition-arming").json()[0]
    wanted = "disarmed" if part["arming_status"] == "armed" else "armed"
    action = "disarm" if wanted == "disarmed" else "arm"
    body = {"partition_ids": [part["partition_id"]], "user": "Dana"}
    assert client.post(f"{path}/partition-arming/actions/{action}", json=body).status_code == 202
    assert until(lambda: client.get(f"{path}/partition-arming").json()[0]["arming_status"] == wanted)
    unknown = client.post(f"{path}/partition-arming/actions/arm", json={"partition_ids": [1]})
    assert unknown.json()["details"]["field"] == "partition_ids"


def test_search_pages_lose_and_repeat_nothing_while_events_arrive(
    simulator: RunningSimulator, client: httpx.Client
) -> None:
    whole: list[object] = []
    cursor = ""
    words: dict[str, object] = {"site_id": HARBOR, "limit": 500}
    while True:
        page = _search(client, **words, cursor=cursor)
        whole += [row["event_id"] for row in page["data"]]  # type: ignore[attr-defined]
        if not page["page"]["has_more"]:  # type: ignore[index]
            break
        cursor = str(page["page"]["cursor"])  # type: ignore[index]
    assert len(whole) == len(set(whole)) > 300
    found: list[object] = []
    cursor, has_more = "", True
    while has_more:
        page = _search(client, site_id=HARBOR, limit=100, cursor=cursor)
        found += [row["event_id"] for row in page["data"]]  # type: ignore[attr-defined]
        has_more = page["page"]["has_more"]  # type: ignore[index]
        cursor = str(page["page"]["cursor"])  # type: ignore[index]
        simulator.control("events", {"site_id": HARBOR, "kind": "trouble"})
    assert found == whole


def test_an_alarm_raised_now_is_found_with_its_video_link(
    simulator: RunningSimulator, client: httpx.Client
) -> None:
    event_id = simulator.control("events", {"site_id": HARBOR, "kind": "alarm", "text": "Gate forced"})[
        "event_id"
    ]
    page = _search(client, limit=1)
    row = page["data"][0]  # type: ignore[index]
    assert (row["event_id"], row["trigger"], row["has_video"]) == (event_id, "Gate forced", True)
    reply = client.post("/ext/v1/events-video-urls", json={"event_ids": [event_id]}).json()
    assert reply["expires_in"] == 3600
    assert reply["events"][0]["mp4"].startswith(simulator.url)
    assert 10 <= reply["events"][0]["duration"] <= 20
    assert httpx.get(reply["events"][0]["mp4"].replace("signature=", "signature=0")).status_code == 403
    assert client.post("/ext/v1/events-video-urls", json={"event_ids": ["x"]}).status_code == 400


def test_the_same_idempotency_key_makes_one_event(client: httpx.Client) -> None:
    body = {
        "site_id": HARBOR,
        "event_type": "alarm",
        "event_subtype": "panic",
        "event_time": "2026-01-02T03:04:05Z",
    }
    headers = {"Idempotency-Key": "one"}
    first = client.post("/ext/v1/events", json=body, headers=headers)
    second = client.post("/ext/v1/events", json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert client.get(f"/ext/v1/events/{first.json()['event_id']}").json()["event_subtype"] == "panic"
    other = client.post("/ext/v1/events", json={**body, "event_subtype": "fire"}, headers=headers)
    assert other.status_code == 409
    missing = client.post("/ext/v1/events", json={"event_type": "alarm"})
    assert missing.json() == {
        "error": "ValidationError",
        "message": "Missing required field: site_id",
        "details": {"field": "site_id", "required": True},
    }
    for wrong in (False, {}, ["1"]):
        refused = client.post("/ext/v1/events", json={**body, "camera_id": wrong})
        assert (refused.status_code, refused.json()["details"]["field"]) == (400, "camera_id")


def test_a_cursor_that_is_no_text_is_refused(client: httpx.Client) -> None:
    for wrong in (False, 0, [], {}):
        refused = client.post("/ext/v1/activity-logs/search", json={"cursor": wrong})
        assert (refused.status_code, refused.json()["details"]["field"]) == (400, "cursor")


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    with RunningSimulator(tmp_path, sites=3) as simulator:
        key, url = simulator.api_key, simulator.url
        with simulator.client() as client:
            path = f"/ext/v1/sites/{HARBOR}/schedule"
            etag = client.get(path).headers["ETag"]
            body = {"schedule": {}, "exceptions": {"2026-12-24": None}}
            saved = client.put(path, json=body, headers={"If-Match": etag})
            was = _armed(client, HARBOR)
            action = "disarm" if was == "armed" else "arm"
            client.post(f"/ext/v1/sites/{HARBOR}/arming/actions/{action}", json={"user": "Dana"})
        simulator.restart()
        assert (simulator.api_key, simulator.url) == (key, url)
        with simulator.client() as client:
            assert client.get(path).json() == body
            assert client.get(path).headers["ETag"] == saved.headers["ETag"]
            assert until(lambda: _armed(client, HARBOR) != was)


def test_it_ends_when_standard_input_closes(tmp_path: Path) -> None:
    simulator = RunningSimulator(tmp_path, sites=1)
    simulator.start()
    simulator.stop()  # waits for the end
    assert simulator.has_ended
    with pytest.raises(httpx.ConnectError):
        httpx.get(simulator.url)


def test_no_acknowledged_event_is_lost_when_killed_under_load(tmp_path: Path) -> None:
    body = {"site_id": HARBOR, "event_type": "trouble", "event_time": "2026-01-02T03:04:05Z"}
    fast = ("--limit-per-minute", "1000000", "--burst-per-second", "100000")
    acknowledged: list[int] = []

    async def send(simulator: RunningSimulator) -> None:
        headers = {"Authorization": f"Bearer {simulator.api_key}"}
        async with httpx.AsyncClient(base_url=simulator.url, headers=headers, timeout=30) as client:

            async def one_after_the_other() -> None:
                while True:
                    reply = await client.post("/ext/v1/events", json=body)
                    acknowledged.append(reply.json()["event_id"])
                    if len(acknowledged) == 200:
                        simulator.kill()

            await asyncio.gather(*(one_after_the_other() for _ in range(8)), return_exceptions=True)

    with RunningSimulator(tmp_path, *fast, sites=1) as simulator:
        asyncio.run(send(simulator))
        assert len(acknowledged) >= 200
        simulator.start()
        with simulator.client() as client:
            lost = [one for one in acknowledged if client.get(f"/ext/v1/events/{one}").status_code != 200]
        assert not lost


def test_a_zone_in_alarm_raises_its_alarm_once(simulator: RunningSimulator, client: httpx.Client) -> None:
    def zones_of(site_id: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = client.get(f"/ext/v1/sites/{site_id}/zones").json()
        return found

    def put(site_id: int, zone: dict[str, Any], status: str) -> list[int]:
        body = {"site_id": site_id, "device_id": zone["device_id"], "status": status}
        headers = {"X-Control-Token": simulator.control_token}
        reply = httpx.post(f"{simulator.url}/_simulator/devices", json=body, headers=headers, timeout=20)
        found: list[int] = reply.json()["event_ids"]
        return found

    def event(site_id: int, number: int) -> dict[str, Any]:
        rows: Any = _search(client, site_id=site_id, limit=50)["data"]
        found: dict[str, Any] = next(row for row in rows if row["event_id"] == number)
        return found

    door = zones_of(HARBOR)[0]
    signal_id, alarm_id = put(HARBOR, door, "alarm")
    assert put(HARBOR, door, "alarm") == []
    put(HARBOR, door, "closed")
    assert event(HARBOR, signal_id)["device_id"] == door["device_id"]
    alarm = event(HARBOR, alarm_id)
    assert (alarm["event_type"], alarm["status"], alarm["has_video"]) == ("alarm", "waiting", True)
    sites = [site["site_id"] for site in client.get("/ext/v1/sites").json()]
    site_id, button = next(
        (site_id, zone) for site_id in sites for zone in zones_of(site_id) if "button" in zone["name"]
    )
    (panic_id,) = put(site_id, button, "alarm")  # the panel's own: no camera looks at a button
    panic = event(site_id, panic_id)
    assert (panic["event_type"], panic["event_subtype"]) == ("alarm", "panic")
    assert panic["device_id"] == button["device_id"]
