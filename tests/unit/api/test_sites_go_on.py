"""The reading of all sites goes on where an earlier run of the program left off, unless what was read then may be wrong."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.site import Site
from chekt_console.domain.site_reading import SitesPlace
from chekt_console.errors import ServerBroken
from tests.support.fake_clock import FakeClock


class PagingServer:
    """Ten sites in pages of three. `forgets`: refuses cursors, or answers any with the first page."""

    def __init__(self, *, by_number: bool = False) -> None:
        self.ids = list(range(1, 11))
        self.by_number = by_number
        self.breaks_at = 0  # this request gets a 503, and all after it
        self.forgets = ""
        self.tells_total = True
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        cursor = "" if self.by_number else query.get("cursor", "")
        number = int(query.get("page", "1")) if self.by_number else 1
        if self.breaks_at and len(self.asked) >= self.breaks_at:
            return httpx.Response(503)
        self.asked.append(cursor or str(number))
        if cursor and self.forgets == "refuses":
            return httpx.Response(400, json={"error": {"message": "This cursor was not made by this server"}})
        after = 0 if self.forgets == "ignores" else int(cursor or "0")
        rest = [one for one in self.ids if one > after][3 * (number - 1) :]
        page: dict[str, Any] = {"has_more": len(rest) > 3} if not self.by_number else {}
        if len(rest) > 3 and not self.by_number:
            page["cursor"] = str(rest[2])
        if self.tells_total:
            page["total_count"] = len(self.ids)
        rows = [{"site_id": one, "site_name": f"Site {one}"} for one in rest[:3]]
        return httpx.Response(200, json={"data": rows, "page": page})


class Book:
    """What SiteReading keeps, in memory."""

    def __init__(self) -> None:
        self.kept: SitesPlace | None = None

    def place(self) -> SitesPlace | None:
        return self.kept

    def keep(self, page: SitesPlace, before: int) -> None:
        was = self.kept.sites if self.kept is not None and before else ()
        assert before == (self.kept.received if self.kept is not None and before else 0)
        self.kept = SitesPlace((*was, *page.sites), page.received, page.total, page.query, page.problems)


def _read(server: PagingServer, book: Book) -> list[str]:
    """Ids, by a program that was just started."""
    client = CHeKTClient(
        "http://127.0.0.1:1", ApiKeyAuth("k"), http_transport=httpx.MockTransport(server), clock=FakeClock()
    )
    try:
        return [site.site_id for site in client.sites.list(keeper=book).values]
    finally:
        client.close()


@pytest.fixture(params=[False, True], ids=["cursors", "numbers"])
def server(request: pytest.FixtureRequest) -> PagingServer:
    server = PagingServer(by_number=request.param)
    server.breaks_at = 2
    return server


def _break_off(server: PagingServer) -> Book:
    book = Book()
    with pytest.raises(ServerBroken):
        _read(server, book)
    assert book.kept is not None
    assert [site.site_id for site in book.kept.sites] == ["1", "2", "3", "4", "5", "6"]
    server.breaks_at = 0
    server.asked.clear()
    return book


def _ids(server: PagingServer) -> list[str]:
    return [str(one) for one in server.ids]


def test_only_what_is_missing_is_read(server: PagingServer) -> None:
    book = _break_off(server)
    assert _read(server, book) == _ids(server)
    # Pages that are counted may have moved: the last one is looked at again.
    assert server.asked == (["2", "3", "4"] if server.by_number else ["6", "9"])


def test_it_may_break_off_twice(server: PagingServer) -> None:
    book = _break_off(server)
    server.breaks_at = 2 if server.by_number else 1
    with pytest.raises(ServerBroken):
        _read(server, book)
    server.breaks_at = 0
    server.asked.clear()
    assert _read(server, book) == _ids(server)
    assert server.asked == (["3", "4"] if server.by_number else ["9"])


@pytest.mark.parametrize("gone", [(2,), (2, 7), (10,)])
def test_a_site_that_is_gone_since_does_not_come_back(server: PagingServer, gone: tuple[int, ...]) -> None:
    book = _break_off(server)
    server.ids = [one for one in server.ids if one not in gone]
    assert _read(server, book) == _ids(server)


def test_a_site_that_is_gone_while_another_came_does_not_come_back(server: PagingServer) -> None:
    """The server speaks of as many as before."""
    book = _break_off(server)
    server.ids = [one for one in server.ids if one != 2] + [11]
    assert _read(server, book) == _ids(server)


@pytest.mark.parametrize("how", ["refuses", "ignores"])
def test_a_place_that_the_server_does_not_know_any_more_begins_anew(how: str) -> None:
    server = PagingServer()
    server.breaks_at = 2
    book = _break_off(server)
    server.forgets = how

    def remember(request: httpx.Request) -> httpx.Response:
        reply = PagingServer.__call__(server, request)
        if len(server.asked) == 1:
            server.forgets = ""  # new cursors are good
        return reply

    server_again: Any = remember
    assert _read(server_again, book) == _ids(server)
    assert server.asked[:2] == ["6", "1"]


def test_what_was_read_of_another_account_is_not_mixed_in(server: PagingServer) -> None:
    book = _break_off(server)
    server.ids = list(range(101, 105))
    assert _read(server, book) == _ids(server)


def test_without_a_total_nothing_is_kept_because_nothing_could_tell_what_is_gone() -> None:
    server, book = PagingServer(), Book()
    server.tells_total, server.breaks_at = False, 2
    with pytest.raises(ServerBroken):
        _read(server, book)
    assert book.kept is None


def test_what_is_there_already_is_shown_at_once(server: PagingServer) -> None:
    book = _break_off(server)
    client = CHeKTClient(
        "http://127.0.0.1:1", ApiKeyAuth("k"), http_transport=httpx.MockTransport(server), clock=FakeClock()
    )
    told: list[tuple[tuple[Site, ...], int]] = []
    client.sites.list(lambda sites, total: told.append((sites, total)), book)
    client.close()
    assert (len(told[0][0]), told[0][1]) == (6, 10)
