"""The client against replies of both dialects and every way a call can fail; the network is a function here."""

from __future__ import annotations

import base64
import json
import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.api.retry import wait_s
from chekt_console.auth.api_key import ApiKeyAuth, why_not_here
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.device import DeviceKind
from chekt_console.domain.event import EventKind
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import (
    Cancelled,
    ChangedMeanwhile,
    ClipUnavailable,
    NotAllowed,
    NotSignedIn,
    Refused,
    ServerBroken,
    TooManyRequests,
    UnexpectedReply,
    Unreachable,
)
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Answer = httpx.Response | Exception


class Network:
    """Answers in turn; the last one again and again."""

    def __init__(self, *answers: Answer | Callable[[httpx.Request], httpx.Response]) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.clock = FakeClock()
        self.client = CHeKTClient(
            "http://127.0.0.1:1",
            ApiKeyAuth("k"),
            http_transport=httpx.MockTransport(self._answer),
            clock=self.clock,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)


def _json(body: object, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers=headers)


_SITE = {"site_id": 1784, "site_name": "Dock", "address": None, "account_number": 12, "is_activated": 1}
_OTHER = {
    "id": "site_9", "name": "Shop", "status": "suspended", "timezone": "Europe/Rome",
    "address": {"street": "1 Main St", "city": "Rome"}, "is_partition_enabled": "1",
    "partitions": [{"partition_id": 4, "partition_name": "Office"}],
}  # fmt: skip


@pytest.mark.parametrize(
    "envelope",
    [
        lambda rows: rows,
        lambda rows: {"data": rows},
        lambda rows: {"data": {"sites": rows, "total_count": 2}},
        lambda rows: {"data": rows, "page": {"cursor": None, "has_more": False}},
    ],
)
def test_sites_in_every_envelope_and_dialect(envelope: Callable[[list[object]], object]) -> None:
    network = Network(_json(envelope([_SITE, _OTHER])))
    first, second = network.client.sites.list().values
    assert (first.site_id, first.name, first.address, first.account_number, first.is_active) == (
        "1784", "Dock", "", "12", True,
    )  # fmt: skip
    assert (second.site_id, second.address, second.is_active, second.timezone) == (
        "site_9", "1 Main St, Rome", False, "Europe/Rome",
    )  # fmt: skip
    assert second.partitions[0].name == "Office"
    assert network.requests[0].headers["Authorization"] == "Bearer k"


def test_sites_by_pages() -> None:
    network = Network(
        _json({"data": [_SITE], "page": {"cursor": "c2", "has_more": True}}),
        _json({"data": [_OTHER], "page": {"cursor": None, "has_more": False}}),
    )
    assert len(network.client.sites.list().values) == 2
    assert network.requests[1].url.params["cursor"] == "c2"


def test_one_bad_row_loses_only_itself_and_is_named() -> None:
    rows = network_rows = [{**_SITE, "is_activated": "perhaps"}, _OTHER]
    result = Network(_json(network_rows)).client.sites.list()
    assert [site.site_id for site in result.values] == ["site_9"]
    assert result.problems == ("Site 1 (Dock) could not be read: is_activated.",)
    with pytest.raises(UnexpectedReply) as caught:
        Network(_json([rows[0], rows[0]])).client.sites.list()
    assert caught.value.endpoint == "GET /ext/v1/sites"
    with pytest.raises(UnexpectedReply):
        Network(httpx.Response(200, text="<html>")).client.sites.list()


@pytest.mark.parametrize(
    ("body", "is_armed", "mode", "text"),
    [
        ({"arming_status": "armed"}, True, None, "Armed"),
        ({"arming_status": "armed", "arming_mode": "night"}, True, ArmingMode.NIGHT, "Night"),
        ({"data": {"arming_status": "armed_stay", "arming_mode": "stay"}}, True, ArmingMode.STAY, "Stay"),
        ({"arming_status": "disarmed", "arming_updated_at": "2026-02-11T14:30:00Z"}, False, ArmingMode.DISARMED, "Disarmed"),
        ({"arming_status": "entry_delay"}, None, None, "Entry delay"),
        ({"arming_status": "arming_in_progress", "arming_mode": "away"}, None, None, "Arming in progress"),
        ({"arming_status": "armed_custom"}, True, None, "Armed custom"),
        ({}, None, None, "Unknown"),
    ],
)  # fmt: skip
def test_armed_states_are_read_and_never_guessed(
    body: object, is_armed: bool | None, mode: ArmingMode | None, text: str
) -> None:
    state = Network(_json(body)).client.arming.read("1")
    assert (state.is_armed, state.mode, state.text) == (is_armed, mode, text)


def test_reads_retry_with_growing_waits_and_obey_retry_after() -> None:
    network = Network(
        httpx.ConnectError("refused"), _json({}, 503), _json({}, 429, **{"Retry-After": "3"}), _json([_SITE])
    )
    assert network.client.sites.list().values
    assert sum(network.clock.slept) == pytest.approx(1 + 2 + 4)
    gone = Network(_json({}, 500))
    with pytest.raises(ServerBroken):
        gone.client.sites.list()
    assert len(gone.requests) == 6
    assert sum(gone.clock.slept) == pytest.approx(1 + 2 + 4 + 8 + 16)


def test_a_command_is_sent_once_whatever_becomes_of_it() -> None:
    for answer, may_have_acted in ((httpx.ReadTimeout("slow"), True), (httpx.ConnectError("refused"), False)):
        network = Network(answer)
        with pytest.raises(Unreachable) as caught:
            network.client.arming.command("1", ArmingMode.AWAY, "me")
        assert caught.value.may_have_acted is may_have_acted
        assert len(network.requests) == 1
    network = Network(_json({}, 500))
    with pytest.raises(ServerBroken):
        network.client.arming.command_partitions("1", ("4",), ArmingMode.DISARMED, "me")
    (request,) = network.requests
    assert request.url.path == "/ext/v1/sites/1/partition-arming/actions/disarm"
    assert json.loads(request.content) == {"partition_ids": [4], "user": "me"}


def test_a_write_that_may_have_acted_is_not_told_as_never_sent() -> None:
    """The first answer was lost, and then the server was gone: the last try alone would say that nothing was sent."""
    network = Network(httpx.ReadError("broke"), httpx.ConnectError("refused"))
    with pytest.raises(Unreachable) as raised:
        network.client.events.report({"site_id": "1"}, "key")
    assert raised.value.may_have_acted
    assert "Nothing was sent" not in raised.value.sentence
    assert raised.value.sentence.endswith("Whether it was carried out is not known.")


def test_a_schedule_is_read_when_it_changed_and_written_once() -> None:
    network = Network(_json({"schedule": {}}, ETag='"v1"'), httpx.Response(304), _json({}, 412))
    reply = network.client.schedules.read("a/b")
    assert reply is not None
    assert reply.etag == '"v1"'
    assert network.requests[0].url.raw_path == b"/ext/v1/sites/a%2Fb/schedule"
    assert network.client.schedules.read("a/b", reply.etag) is None
    with pytest.raises(ChangedMeanwhile):
        network.client.schedules.write("a/b", {}, reply.etag)
    assert network.requests[2].headers["If-Match"] == '"v1"'


def test_errors_of_both_kinds_name_their_field() -> None:
    for body in (
        {"error": "ValidationError", "message": "Too long", "details": {"field": "title", "required": False}},
        {"error": {"code": 22, "message": "Too long", "field": "title", "request_id": "r-1"}},
    ):
        with pytest.raises(Refused) as caught:
            Network(_json(body, 422)).client.schedules.write("1", {}, "")
        assert caught.value.fields == {"title": "Too long"}
        assert caught.value.sentence.endswith("The server says: Too long.")
    assert caught.value.request_id == "r-1"
    with pytest.raises(NotSignedIn):
        Network(httpx.Response(401, text="no")).client.sites.list()


def test_how_long_to_wait_is_a_pure_question() -> None:
    busy = TooManyRequests("", status=429, retry_after_s=1e9)
    assert wait_s(busy, 1, is_repeatable=True) == 300
    assert wait_s(busy, 1, is_repeatable=False) is None
    assert wait_s(busy, 6, is_repeatable=True) is None
    assert [wait_s(Unreachable(""), n, is_repeatable=True) for n in range(1, 7)] == [1, 2, 4, 8, 16, None]
    assert wait_s(Unreachable(""), 1, is_repeatable=False) is None
    assert wait_s(NotSignedIn("", status=401), 1, is_repeatable=True) is None


def test_events_of_both_dialects_become_one_value() -> None:
    network = Network(
        _json(
            {
                "data": [
                    {"event_id": 7, "event_time": "2026-02-11T14:30:00Z", "category_id": 20007, "trigger": "Motion",
                     "zone_number": 2, "device_id": 5, "device_name": "Cam"},
                    {"event_id": "x1", "event_time": "2026-02-11T14:30:00.250", "event_type": "arming",
                     "event_subtype": "armed_night", "user": "Dana"},
                    {"event_id": 8, "event_time": "soon"},
                ],
                "page": {"cursor": "c2", "has_more": True},
            }
        ),
        _json([{"id": 20007, "name": "Video event"}]),
    )  # fmt: skip
    page = network.client.events.search(site_id="1784", start_ms=0, end_ms=1_770_000_000_123)
    video, arming = page.events
    assert (video.kind, video.has_video, video.site_id, video.zone_number) == (
        EventKind.ALARM,
        True,
        "1784",
        2,
    )
    assert (arming.kind, arming.mode, arming.has_video) == (EventKind.ARMING, ArmingMode.NIGHT, False)
    assert arming.instant_ms - video.instant_ms == 250
    assert page.cursor == "c2"
    assert page.problems == ("Event 3 (8) could not be read: event_time.",)
    body = json.loads(network.requests[0].content)
    assert (body["site_id"], body["end_time"]) == (1784, "2026-02-02T02:40:00.123Z")


def test_clip_links_are_asked_for_by_twenty_and_only_for_numbers() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        ids = json.loads(request.content)["event_ids"]
        return _json({"events": [{"event_id": str(one), "mp4": None} for one in ids], "expires_in": 3600})

    network = Network(answer)
    links = network.client.events.clip_links((*map(str, range(1, 46)), "abc", "0"))
    assert len(links) == 45
    assert [len(json.loads(request.content)["event_ids"]) for request in network.requests] == [20, 20, 5]
    assert links["3"].mp4_url == ""
    assert links["3"].expires_at_ms == network.clock.now_ms() + 3_600_000


def test_devices_of_every_family() -> None:
    camera = {"device_id": 5, "name": "Gate", "mac": "aa:bb:cc:00:11:22", "status": "Online", "zone_numbers": [1],
              "mjpeg_url": "http://127.0.0.1/api/v1/mjpeg?access_token=a.eyJjaGFubmVsIjozfQ.c"}  # fmt: skip
    (device,) = Network(_json([camera])).client.devices.cameras("1").values
    assert (device.key, device.mac, device.channel, device.status) == (
        "camera:5",
        "AABBCC001122",
        3,
        "online",
    )
    assert "access_token" not in repr(device)
    (zone,) = Network(_json([{"zone_numbers": [3]}])).client.devices.zones("1").values
    assert (zone.kind, zone.name) == (DeviceKind.ZONE, "Zone 3")


def test_equal_reads_at_the_same_time_go_out_once() -> None:
    is_asked, may_answer = threading.Event(), threading.Event()

    def slow(_: httpx.Request) -> httpx.Response:
        is_asked.set()
        may_answer.wait(5)
        return _json([_SITE])

    network = Network(slow)
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(network.client.sites.list().values)))
        for _ in range(4)
    ]
    threads[0].start()
    assert is_asked.wait(5)
    for thread in threads[1:]:
        thread.start()
    may_answer.set()
    for thread in threads:
        thread.join(5)
    assert found == [1, 1, 1, 1]
    assert len(network.requests) <= 2


def test_a_clip_comes_whole_after_a_break_or_not_at_all(tmp_path: Path) -> None:
    body = bytes(range(256)) * 400

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.headers.get("Range", "bytes=0-")[6:-1])

        def parts() -> object:
            yield body[start : start + 30_000]
            if start == 0:
                raise httpx.ReadError("broke")
            yield body[start + 30_000 :]

        headers = {"Content-Length": str(len(body) - start)}
        return httpx.Response(206 if start else 200, content=parts(), headers=headers)  # type: ignore[arg-type]

    network = Network(answer)
    target = tmp_path / "clip.mp4"
    network.client.media.download("http://127.0.0.1/clip", target, progress=NoProgress())
    assert target.read_bytes() == body
    assert "Authorization" not in network.requests[0].headers
    with pytest.raises(ClipUnavailable):
        Network(_json({}, 403)).client.media.download(
            "http://127.0.0.1/c", tmp_path / "no", progress=NoProgress()
        )
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_mjpeg_is_cut_into_its_pictures() -> None:
    one, two = b"\xff\xd8one\xff\xd9", b"\xff\xd8two\xff\xd9"
    body = b"--x\r\nContent-Type: image/jpeg\r\n\r\n" + one + b"\r\n--x\r\n\r\n" + two + b"\r\n--x--"
    network = Network(httpx.Response(200, content=body))
    assert list(network.client.media.stream("http://127.0.0.1/m")) == [one, two]


def test_plain_http_and_foreign_addresses_are_refused() -> None:
    with pytest.raises(Unreachable, match="only for this computer"):
        CHeKTClient("http://api.chekt.com", ApiKeyAuth("k"))
    with (
        pytest.raises(UnexpectedReply),
        Network(_json([])).client._transport.streaming("file:///etc/passwd", "x"),
    ):
        pass


def test_a_closed_client_ends_what_waits() -> None:
    network = Network(_json([]))
    network.client.close()
    with pytest.raises(Cancelled):
        network.client.sites.list()


def test_a_key_of_the_other_environment_is_refused() -> None:
    assert "test key" in why_not_here("chekt_test_1", is_production=True)
    assert "live key" in why_not_here("chekt_live_1", is_production=False)
    assert not why_not_here("anything", is_production=True)
    assert "abc" not in repr(ApiKeyAuth("abc"))


def test_a_forbidden_channel_gives_way_to_the_others_it_may_be() -> None:
    """Quirk Q4; what was taken once is asked for first."""
    payload = base64.urlsafe_b64encode(json.dumps({"channel": 3, "group_channel": 7}).encode()).decode()
    url = f"http://127.0.0.1/m?access_token=h.{payload}.s"
    network = Network(
        _json({}, 403),
        *[httpx.Response(200, content=b"\xff\xd8still") for _ in range(2)],
        *[_json({}, 403)] * 3,
    )
    media = network.client.media
    assert media.snapshot("AA", 3, url) == media.snapshot("AA", 3, url) == b"\xff\xd8still"
    assert [request.url.path.rsplit("/", 1)[1] for request in network.requests] == ["3", "7", "7"]
    with pytest.raises(NotAllowed):
        media.snapshot("AA", 3, url)
    assert [request.url.path.rsplit("/", 1)[1] for request in network.requests[3:]] == ["7", "3", "0"]
