"""What a server does not have is not asked of it for each site in turn by background work."""

from __future__ import annotations

from contextlib import suppress

import pytest

from chekt_console.api.lacking import Lacking
from chekt_console.api.priority import Priority, at_priority
from chekt_console.errors import NotThere


class _Server:
    def __init__(self) -> None:
        self.now_s = 0.0
        self.has: set[str] = set()
        self.asked: list[str] = []
        self._lacking = Lacking(lambda: self.now_s)

    def read(self, site_id: str) -> None:
        with suppress(NotThere), self._lacking.asking("zones", site_id, "the zones"):
            self.asked.append(site_id)
            if site_id not in self.has:
                raise NotThere("The server does not have the zones.", status=404)


@pytest.fixture
def server() -> _Server:
    return _Server()


def test_a_family_that_three_sites_lack_is_not_asked_for_in_the_background(server: _Server) -> None:
    with at_priority(Priority.BACKGROUND):
        for site_id in "aaabcdef":
            server.read(site_id)
        assert "".join(server.asked) == "aaabc"
        server.now_s = 4_000.0
        server.read("g")
    assert server.asked[-1] == "g"


def test_the_screen_asks_all_the_same(server: _Server) -> None:
    for site_id in "abcdef":
        server.read(site_id)
    assert "".join(server.asked) == "abcdef"


def test_one_that_some_site_has_is_asked_for_at_all(server: _Server) -> None:
    server.has = {"c", "z"}
    with at_priority(Priority.BACKGROUND):
        for site_id in "abcdefz":
            server.read(site_id)
    assert "".join(server.asked) == "abcdefz"
