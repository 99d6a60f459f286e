"""Partners' single events: each there once by its key and by its id, and answered in the order it was sent."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import httpx
import pytest

from tests.bench.ingest import opened

_EVENT = {"location_id": "CS-50000", "event_id": "e-1", "event_type": "alarm", "event_subtype": "intrusion"}


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


@pytest.mark.parametrize("piece", [7, 1_000_000])
def test_answers_keep_the_order_of_their_requests_whichever_way_each_takes(
    tmp_path: Path, piece: int
) -> None:
    with opened(tmp_path) as simulator:
        token = simulator.control("token")["access_token"]

        def request(body: object, *more: str, line: str = "POST /partner/v1/events") -> bytes:
            text = json.dumps(body)
            told = [f"{line} HTTP/1.1", "Host: here", f"Authorization: Bearer {token}", *more]
            return "\r\n".join([*told, f"Content-Length: {len(text)}", "", text]).encode()

        sent = [
            request(_EVENT),
            request({**_EVENT, "event_type": "no such"}),
            request({**_EVENT, "event_id": "e-2"}, "Connection: keep-alive"),
            request([{**_EVENT, "event_id": "e-3"}]),
            request({**_EVENT, "event_id": "e-4"}, "X-Of-Somebody: else"),
            request({}, line="GET /partner/v1/nothing-here"),
            request({**_EVENT, "event_id": "e-5"}, "Connection: close"),
        ]
        whole, received = b"".join(sent), b""
        with socket.create_connection(("127.0.0.1", int(simulator.url.rsplit(":", 1)[1])), 30) as line:
            for at in range(0, len(whole), piece):
                line.sendall(whole[at : at + piece])
            while part := line.recv(65_536):
                received += part
        statuses = [int(told) for told in re.findall(rb"HTTP/1\.1 (\d+)", received)]
        assert statuses == [201, 400, 201, 201, 201, 404, 201]
        names = [told.decode() for told in re.findall(rb'"event_id":"(e-\d)"', received)]
        assert names == ["e-1", "e-2", "e-3", "e-4", "e-5"]
