"""What the connection check says of answers that differ from what this program reads."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.api.contract import PROBES
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.progress import NoProgress
from chekt_console.services.connection_check import Report, check_connection
from tests.support.fake_clock import FakeClock

_SITE = {
    "site_id": 1784, "site_name": "Dock", "address": "1 Main", "account_number": "A-1", "timezone": "Europe/Rome",
    "is_partition_enabled": 0, "status": "active",
}  # fmt: skip
_CAMERA = {"device_id": 5, "name": "Gate", "mac": "AA", "status": "online", "mjpeg_url": "https://x.test/"}


def _checked(answers: dict[str, Any], *, dealer_id: str = "") -> Report:
    """`answers` by the end of the path: a payload, or a status alone. What is not among them is not there."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = next((one for end, one in answers.items() if request.url.path.endswith(end)), 404)
        return httpx.Response(found) if isinstance(found, int) else httpx.Response(200, json=found)

    client = CHeKTClient(
        "https://gateway.test",
        ApiKeyAuth("k"),
        http_transport=httpx.MockTransport(answer),
        clock=FakeClock(),
        dealer_id=dealer_id,
    )
    try:
        return check_connection(client.transport, NoProgress())
    finally:
        client.close()


def _of(report: Report, title: str) -> list[str]:
    """The line of a probe and what is said below it."""
    lines = list(report.lines)
    start = next(place for place, line in enumerate(lines) if line[3:].startswith(f"{title}:"))
    more = [line.strip() for line in lines[start + 1 :]]
    count = next((place for place, line in enumerate(lines[start + 1 :]) if not line.startswith("   ")), 0)
    return [lines[start][3:], *more[:count]]


def test_what_is_as_it_should_be_is_told_in_one_line() -> None:
    report = _checked({"/sites": [_SITE], "/cameras": {"data": {"cameras": [_CAMERA]}}})
    assert report.is_good
    assert _of(report, "Sites") == ["Sites: can be read (1 looked at)."]
    assert _of(report, "Cameras") == ["Cameras: can be read (1 looked at)."]
    assert _of(report, "Zones") == ["Zones: not offered to this account (404)."]


def test_fields_that_nobody_here_reads_are_named_also_inside_of_others() -> None:
    bridge = {"bridge_id": 7, "name": "B", "status": "online", "health": {"cpu_usage": 1, "fan_speed": 2}}
    site = _SITE | {"moon": 1, "partitions": [{"partition_id": 1, "color": "red"}]}
    report = _checked({"/sites": [site], "/bridges": [bridge | {"rack": "A"}]})
    assert report.is_good
    assert _of(report, "Sites")[1:] == ["Fields this version does not know: moon, partitions.color."]
    assert _of(report, "Bridges")[1:] == ["Fields this version does not know: health.fan_speed, rack."]


def test_fields_that_no_row_tells_are_missing_whichever_name_they_have() -> None:
    camera = {"device_id": 5, "device_name": "Gate", "mac_address": "AA", "status": None}
    report = _checked({"/sites": [_SITE, {"site_id": 2}], "/cameras": [camera]})
    assert _of(report, "Sites")[1:] == []
    assert _of(report, "Cameras")[1:] == ["Fields that are missing: status, stream_url."]


def test_fields_of_another_kind_are_named_and_the_check_is_not_good() -> None:
    wrong = _CAMERA | {"zone_numbers": ["A1"], "last_seen": "never"}
    report = _checked({"/sites": [_SITE], "/cameras": [_CAMERA, wrong, "no camera"]})
    assert not report.is_good
    assert _of(report, "Cameras") == [
        "Cameras: 2 of 3 cannot be read.",
        "Fields of another kind than expected: last_seen (1 of 3), the row itself (1 of 3), zone_numbers (1 of 3).",
    ]


def test_words_that_are_new_are_named() -> None:
    report = _checked(
        {
            "/sites": [_SITE | {"status": "dormant"}],
            "/arming": {"arming_status": "armed_partly_maybe"},
            "/devices": [_CAMERA | {"type": "drone", "status": "Flying"}],
        }
    )
    assert report.is_good
    assert "New words in status: dormant." in _of(report, "Sites")
    assert "New words in status: Flying." in _of(report, "Devices")
    assert "New words in type: drone." in _of(report, "Devices")
    assert _of(report, "Arming state") == ["Arming state: can be read."]  # armed, whatever the mode


@pytest.mark.parametrize("dealer_id", ["", "7"])
def test_a_dealer_account_is_asked_for_its_own_paths_only_where_one_is_known(dealer_id: str) -> None:
    station = {"monitoring_station_id": 1, "name": "East"}
    report = _checked({"/ext/v1/sites": [_SITE], "/7/monitoring-stations": [station]}, dealer_id=dealer_id)
    (told,) = _of(report, "Dealer account: monitoring stations")
    if dealer_id:
        assert told == "Dealer account: monitoring stations: can be read (1 looked at)."
    else:
        assert told.endswith("not tried, for no dealer account is known to this connection.")


def test_a_site_with_partitions_is_asked_for_them() -> None:
    parted = _SITE | {"site_id": 9, "is_partition_enabled": 1}
    state = {"partition_id": 1, "arming_status": "armed"}
    report = _checked({"/sites": [_SITE, parted], "/9/partition-arming": [state]})
    assert _of(report, "Arming state of partitions")[0].endswith("can be read (1 looked at).")
    assert _of(report, "Links to clips") == ["Links to clips: not tried, for no event with a clip was seen."]


def test_every_field_that_is_asked_for_is_one_the_client_reads() -> None:
    for probe in PROBES:
        assert {*probe.asks, *probe.words} <= set(probe.model.model_fields), probe.title
