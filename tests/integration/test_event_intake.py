"""Partners' single events: answered after their commit, and each there once whatever becomes of the gateway."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.bench.ingest import judged, killed, opened

_EVENT = {"location_id": "CS-50000", "event_id": "e-1", "event_type": "alarm", "event_subtype": "intrusion"}


@pytest.mark.slow
def test_kill_9_loses_and_doubles_no_event(tmp_path: Path) -> None:
    outcome, world, kills = killed(tmp_path, 6_000, 3, 0.4)
    assert kills >= 1
    assert outcome["sent_again"] > 0
    assert len(outcome["acknowledged"]) == 6_000
    assert judged(outcome, world) == (0, 0)


def test_a_key_and_an_event_id_name_one_event_by_either_way_in(tmp_path: Path) -> None:
    with opened(tmp_path) as simulator:
        bearer = {"Authorization": f"Bearer {simulator.control('token')['access_token']}"}

        def post(body: object, key: str = "") -> httpx.Response:
            headers = {**bearer, **({"Idempotency-Key": key} if key else {})}
            return httpx.post(f"{simulator.url}/partner/v1/events", content=json.dumps(body), headers=headers)

        first = post(_EVENT, "k-1")
        assert first.status_code == 201
        number = first.json()["chekt_event_id"]
        replay = post(_EVENT, "k-1")
        assert (replay.status_code, replay.json()["chekt_event_id"]) == (201, number)
        assert replay.headers["idempotent-replay"] == "true"
        simulator.restart()
        # A fault that waits elsewhere sends it the long way, by the routes.
        simulator.control("faults", {"name": "latency", "path": "/ext/v1/sites"})
        assert post(_EVENT, "k-1").headers["idempotent-replay"] == "true"
        again = post(_EVENT)
        assert (again.status_code, again.json()["is_duplicate"]) == (200, True)
        simulator.control("faults", method="DELETE")
        other = {**_EVENT, "event_subtype": "panic"}
        assert post(other, "k-1").json()["error"] == "IdempotencyConflict"
        assert post(other).json()["details"]["field"] == "event_id"
        assert post({**_EVENT, "event_id": "e-2"}, "k-1").status_code == 409
        many = post([_EVENT, {**_EVENT, "event_id": "e-3"}]).json()["results"]
        assert [row["is_duplicate"] for row in many] == [True, False]
        assert {entry["status"] for entry in simulator.requests()} == {200, 201, 409}
