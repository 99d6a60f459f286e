"""Replies no sane server sends: every one ends as a value or as one of errors.py, never as a crash."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import (
    ClipUnavailable,
    ConsoleError,
    NotAllowed,
    NotSignedIn,
    TooManyRequests,
    UnexpectedReply,
    Unreachable,
)
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def _client(
    answer: httpx.Response | Callable[[httpx.Request], httpx.Response], key: str = "k"
) -> CHeKTClient:
    def handle(request: httpx.Request) -> httpx.Response:
        return answer if isinstance(answer, httpx.Response) else answer(request)

    return CHeKTClient(
        "http://127.0.0.1:1", ApiKeyAuth(key), http_transport=httpx.MockTransport(handle), clock=FakeClock()
    )


def _json(body: object, **headers: str) -> httpx.Response:
    return httpx.Response(200, json=body, headers=headers)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "data",
                    "page",
                    "cursor",
                    "has_more",
                    "total_count",
                    "id",
                    "name",
                    "status",
                    "partitions",
                    "event_time",
                    "expires_in",
                    "zone_numbers",
                    "address",
                    "last_seen",
                    "events",
                    "mjpeg_url",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(_ANY)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_json_comes_is_a_value_or_an_error_of_ours(body: object) -> None:
    content = json.dumps(body).encode()
    # It tells its limit: a server that does not is asked slowly.
    client = _client(lambda _: httpx.Response(200, content=content, headers={"X-RateLimit-Limit": "1000"}))
    for read in (
        client.sites.list,
        lambda: client.devices.of_site("1"),
        lambda: client.arming.read("1"),
        lambda: client.arming.read_partitions("1"),
        lambda: client.contacts.list("1"),
        lambda: client.schedules.read("1"),
        lambda: client.events.search(start_ms=0, end_ms=1),
        lambda: client.events.clip_links(("1",)),
    ):
        with suppress(ConsoleError):
            read()
    client.close()


def test_a_null_is_as_good_as_nothing_and_hides_no_other_name() -> None:
    rows = [{"site_id": 1, "site_name": None, "name": "Dock", "is_activated": None, "partitions": None}]
    (site,) = _client(_json(rows)).sites.list().values
    assert (site.name, site.is_active, site.partitions) == ("Dock", True, ())


def test_a_status_not_known_yet_loses_no_site() -> None:
    (site,) = _client(_json([{"id": "s", "status": "on_hold"}])).sites.list().values
    assert site.is_active


def test_instants_without_a_zone_are_utc_and_empty_ones_absent() -> None:
    rows = [
        {"id": 1, "last_seen": "2026-01-01 00:00:00"},
        {"id": 2, "last_seen": "", "channel": ""},
        {"x": 1},
    ]
    found = _client(_json(rows)).devices.bridges("1")
    assert [device.last_seen for device in found.values] == [datetime(2026, 1, 1, tzinfo=UTC), None]
    assert found.problems == ("Device 3 could not be read: no object.",)


def test_an_id_is_never_made_into_another_one() -> None:
    sent: list[object] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["partition_ids"])
        return _json({})

    _client(answer).arming.command_partitions("1", ("007", "12", "part_3"), ArmingMode.AWAY, "me")
    assert sent == [["007", 12, "part_3"]]


def test_a_command_is_not_repeated_after_429() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(429, json={}, headers={"Retry-After": "0"})

    with pytest.raises(TooManyRequests):
        _client(answer).arming.command("1", ArmingMode.AWAY, "me")
    assert len(sent) == 1


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400", "many", ""])
def test_numbers_in_headers_that_are_none_do_no_harm(number: str) -> None:
    names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After")
    client = _client(_json([], **dict.fromkeys(names, number)))
    assert client.sites.list().values == ()
    assert [one.limit for one in client.budgets] == [0]


def test_a_reset_is_read_by_the_servers_own_clock() -> None:
    """This computer's clock is years away from the server's."""
    headers = {
        "Date": "Wed, 11 Feb 2099 14:30:00 GMT", "X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(datetime(2099, 2, 11, 14, 30, tzinfo=UTC).timestamp())),
    }  # fmt: skip
    client = _client(lambda _: _json([], **headers))
    client.sites.list()
    client.contacts.list("1")
    assert client.budgets[0].used >= 2


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 200_000, b"\xff\xfe", b""])
def test_what_is_no_json_is_an_unexpected_reply(body: bytes) -> None:
    with pytest.raises(UnexpectedReply) as caught:
        _client(httpx.Response(200, content=body)).sites.list()
    assert caught.value.endpoint == "GET /ext/v1/sites"


@pytest.mark.parametrize(
    "write",
    [
        lambda client: client.events.report({"site_id": "1", "event_type": "trouble"}, "key"),
        lambda client: client.contacts.delete("1", "2", "key"),
        lambda client: client.contacts.ask_validation("1", "2"),
        lambda client: client.schedules.write("1", {"schedule": {}}, "v1"),
        lambda client: client.arming.command("1", ArmingMode.AWAY, "me"),
        lambda client: client.media.upload("http://127.0.0.1:1/clip", b"clip", "video/mp4"),
    ],
)
def test_a_web_page_is_not_taken_for_a_write_that_was_done(write: Callable[[CHeKTClient], object]) -> None:
    """faults.md: 200 with HTML, as a network that wants a sign-in of its own answers to anything."""
    page = httpx.Response(200, html="\n<!DOCTYPE html><html>Welcome to our network</html>")
    with pytest.raises(UnexpectedReply, match="A web page came in place of the answer"):
        write(_client(page))


def test_a_store_of_files_may_answer_an_upload_in_xml_or_not_at_all() -> None:
    for content in (b"", b"<?xml version='1.0'?><PutObjectResult/>"):
        _client(httpx.Response(200, content=content)).media.upload(
            "http://127.0.0.1:1/x", b"clip", "video/mp4"
        )


@pytest.mark.parametrize("key", ["", "k\u00e9y", "two words", "line\nbreak"])
def test_a_key_that_cannot_be_one_is_told_without_sending_or_showing_it(key: str) -> None:
    def never(_: httpx.Request) -> httpx.Response:
        raise AssertionError("sent")

    with pytest.raises(NotSignedIn, match="Nothing was sent") as caught:
        _client(never, key=key).sites.list()
    assert not key or key not in caught.value.sentence


@pytest.mark.parametrize("address", ["http://[::1", "nonsense", "https://", "ftp://api.chekt.com"])
def test_what_is_no_address_of_a_gateway_is_told(address: str) -> None:
    with pytest.raises(Unreachable, match="is not an address"):
        CHeKTClient(address, ApiKeyAuth("k"))


@pytest.mark.parametrize("url", ["http://[::1", "http:///x", "javascript:1", "http://example.com/x"])
def test_an_address_the_server_gave_is_not_trusted(url: str) -> None:
    with pytest.raises(UnexpectedReply):
        list(_client(_json({})).media.stream(url))


@pytest.mark.parametrize("payload", [{"data": 5, "base64Encoded": False}, {"data": None}, {}, [], "x"])
def test_a_picture_that_is_none_is_an_unexpected_reply(payload: object) -> None:
    with pytest.raises(UnexpectedReply):
        _client(_json(payload)).media.snapshot("AA", 0, "http://127.0.0.1/m?access_token=t")


def test_a_web_page_is_no_clip_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ClipUnavailable, match="web page"):
        _client(httpx.Response(200, html="<html>sign in")).media.download(
            "http://127.0.0.1/c", tmp_path / "c", progress=NoProgress()
        )
    assert not list(tmp_path.iterdir())


def test_a_wrong_range_does_not_end_up_in_the_middle_of_a_clip(tmp_path: Path) -> None:
    """After a break the server sends the beginning again, with status 206."""
    body = b"0123456789" * 1000
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("Range", ""))
        is_first = len(asked) == 1

        def parts() -> Iterator[bytes]:
            yield body[:4000]
            if is_first:
                raise httpx.ReadError("broke")
            yield body[4000:]

        headers = {"Content-Length": str(len(body))}
        if not is_first:
            headers["Content-Range"] = f"bytes 0-{len(body) - 1}/{len(body)}"
        return httpx.Response(200 if is_first else 206, content=parts(), headers=headers)

    _client(answer).media.download("http://127.0.0.1/c", tmp_path / "c", progress=NoProgress())
    assert asked == ["", "bytes=4000-"]
    assert (tmp_path / "c").read_bytes() == body


def test_sites_by_numbered_pages_are_all_there_and_what_is_missing_is_told() -> None:
    """The documented dialect: pages of at most 100, a total, no cursor; a server that holds back is found out."""

    def serve(total: int, most: int) -> CHeKTClient:
        def answer(request: httpx.Request) -> httpx.Response:
            query = request.url.params
            size, page = int(query["per_page"]), int(query.get("page", "1"))
            rows = [{"id": f"site_{n}"} for n in range((page - 1) * size, min(page * size, total, most))]
            return _json({"data": {"sites": rows, "total_count": total}})

        return _client(answer)

    assert len(serve(250, 250).sites.list().values) == 250
    short = serve(250, 120).sites.list()
    assert len(short.values) == 120
    assert short.problems == ("The server speaks of 130 more sites than it sent.",)


class _Paged:
    """250 sites in the documented pages of 100; `refuses` page numbers once each, with this status."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.refuses: dict[int, int] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", "1"))
        self.asked.append(page)
        status = self.refuses.pop(page, 0)
        if status:
            return httpx.Response(status, json={"error": {"code": "x", "message": "no"}})
        rows = [{"id": f"site_{n}"} for n in range((page - 1) * 100, min(page * 100, 250))]
        return _json({"data": {"sites": rows, "total_count": 250}})


def test_sites_are_told_page_by_page_and_a_reading_that_broke_off_goes_on_where_it_was() -> None:
    server = _Paged()
    sites = _client(server).sites
    server.refuses = {3: 403}
    told: list[tuple[int, int]] = []
    with pytest.raises(NotAllowed):
        sites.list(lambda seen, total: told.append((len(seen), total)))
    assert told == [(100, 250), (200, 250)]
    assert len(sites.list().values) == 250
    assert server.asked == [1, 2, 3, 3]
    assert len(sites.list().values) == 250
    assert server.asked == [1, 2, 3, 3, 1, 2, 3]  # a whole one is read anew


def test_a_server_that_no_longer_knows_the_place_is_asked_from_the_start() -> None:
    server = _Paged()
    sites = _client(server).sites
    server.refuses = {2: 403}
    with pytest.raises(NotAllowed):
        sites.list()
    server.refuses = {2: 400}  # its cursor has ended
    assert len(sites.list().values) == 250
    assert server.asked == [1, 2, 2, 1, 2, 3]
