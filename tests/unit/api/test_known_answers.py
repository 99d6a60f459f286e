"""Reads that ask whether anything changed, and what is kept of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.errors import UnexpectedReply
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable


def _client(answer: Callable[[httpx.Request], httpx.Response]) -> CHeKTClient:
    return CHeKTClient(
        "http://127.0.0.1:1",
        ApiKeyAuth("k"),
        http_transport=httpx.MockTransport(answer),
        clock=FakeClock(),
    )


class _Pages:
    """Sites in pages by cursor; each page has an ETag of its content."""

    def __init__(self) -> None:
        self.names = {"": "Dock", "second": "Bay"}
        self.etag = '"{}"'
        self.asked: list[str] = []
        self.sent: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        cursor = request.url.params.get("cursor", "")
        etag = self.etag.format(self.names[cursor])
        had = request.headers.get("if-none-match", "")
        self.asked.append(had)
        headers = {"ETag": etag.encode("utf-8")}
        if had == etag:
            self.sent.append(304)
            return httpx.Response(304, headers=headers)
        self.sent.append(200)
        page: dict[str, Any] = {"cursor": "second", "has_more": True} if not cursor else {"has_more": False}
        site = {"site_id": len(cursor) + 1, "site_name": self.names[cursor]}
        return httpx.Response(200, json={"data": [site], "page": page}, headers=headers)


def test_pages_that_did_not_change_are_the_very_same_list() -> None:
    server = _Pages()
    client = _client(server)
    first = client.sites.list()
    assert [site.name for site in first.values] == ["Dock", "Bay"]
    assert client.sites.list() is first
    assert server.asked == ["", "", '"Dock"', '"Bay"']
    server.names["second"] = "Bay 2"
    third = client.sites.list()
    assert [site.name for site in third.values] == ["Dock", "Bay 2"]
    assert server.sent == [200, 200, 304, 304, 304, 200]


def test_a_mark_that_no_header_can_hold_is_not_sent() -> None:
    server = _Pages()
    server.etag = '"{} ü"'
    client = _client(server)
    assert client.sites.list() == client.sites.list()
    assert server.asked == [""] * 4


def test_a_list_that_could_not_be_read_wholly_is_asked_for_anew() -> None:
    rows: list[Any] = [{"device_id": 1, "name": "Gate"}, "no device"]

    def answer(request: httpx.Request) -> httpx.Response:
        assert "if-none-match" not in request.headers
        return httpx.Response(200, json=rows, headers={"ETag": '"v1"'})

    client = _client(answer)
    assert client.devices.cameras("1").problems
    rows.pop()
    assert not client.devices.cameras("1").problems


@pytest.mark.parametrize("kind", ["sites", "cameras"])
def test_nothing_changed_is_no_answer_to_who_did_not_ask_that(kind: str) -> None:
    client = _client(lambda _: httpx.Response(304))
    with pytest.raises(UnexpectedReply, match="was not asked"):
        client.sites.list() if kind == "sites" else client.devices.cameras("1")
