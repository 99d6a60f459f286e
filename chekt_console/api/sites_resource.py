"""GET /ext/v1/sites."""

from __future__ import annotations

import time
from dataclasses import dataclass
from operator import is_
from typing import TYPE_CHECKING

from chekt_console.api.known_answers import KnownAnswers
from chekt_console.api.rows import Rows
from chekt_console.api.wire.wire_reading import read_rows, rows_in
from chekt_console.api.wire.wire_sites import WireSite, to_site
from chekt_console.errors import ConsoleError, NotThere, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.api.transport import Reply, Transport
    from chekt_console.domain.site import Site

_PATH = "/ext/v1/sites"
_WHAT = "the sites"
_PAGE = 500
_DOCUMENTED_PAGE = 100  # the documented dialect counts in pages of at most so many
_MOST_PAGES = 500
_ASKED = {"limit": str(_PAGE), "per_page": str(_DOCUMENTED_PAGE)}
_GOES_ON_S = 600.0  # a reading that broke off goes on where it was for so long


@dataclass(frozen=True, slots=True)
class _Page:
    """`received`: rows with those that could not be read. `is_last`: the server says so itself."""

    rows: Rows[Site]
    received: int
    total: int
    cursor: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class _Broken:
    """A reading that ended early: what it had, and what it would have asked for next."""

    pages: tuple[_Page, ...]
    query: dict[str, str]
    at: float


class Sites:
    def __init__(self, transport: Transport, *, now: Callable[[], float] = time.monotonic) -> None:
        self._transport = transport
        self._now = now
        self._known = KnownAnswers[_Page](_MOST_PAGES)
        self._last: tuple[list[_Page], Rows[Site]] = ([], Rows(()))
        self._broken: _Broken | None = None

    def first_page(self) -> Rows[Site]:
        """One request, however many sites there are."""
        return self._page(_ASKED).rows

    def list(self, seen: Callable[[tuple[Site, ...], int], None] = lambda _sites, _total: None) -> Rows[Site]:
        """All sites of the account; the very same value as before while the server says that no page changed.

        A server that pages says so by a cursor or a total; one that does not is asked once. `seen` is told after each page
        but the last what has come so far, and how many the server speaks of (0: it does not tell). A reading that broke off
        is taken up where it was.
        """
        broken, self._broken = self._broken, None
        pages: list[_Page] = []
        query = _ASKED
        if broken is not None and self._now() - broken.at < _GOES_ON_S:
            pages, query = [*broken.pages], broken.query
        is_taken_up = bool(pages)
        found = {site.site_id: site for page in pages for site in page.rows.values}
        try:
            while True:
                try:
                    page = self._page(query)
                except (NotThere, Refused):
                    if not is_taken_up:
                        raise
                    pages, query, found, is_taken_up = [], _ASKED, {}, False  # it no longer knows the place
                    continue
                is_taken_up = False
                pages.append(page)
                before = len(found)
                found.update((site.site_id, site) for site in page.rows.values)
                following = _next(page, len(found), len(pages))
                has_come = page.received and len(found) > before
                if following is None or not has_come or len(pages) >= _MOST_PAGES:
                    break
                query = {**_ASKED, **following}
                seen(tuple(found.values()), page.total)
        except ConsoleError:
            if pages:
                # One that got no further is given up some time after it first broke off.
                is_stuck = broken is not None and len(pages) == len(broken.pages)
                at = broken.at if broken is not None and is_stuck else self._now()
                self._broken = _Broken(tuple(pages), query, at)
            raise
        last_pages, last_rows = self._last
        if len(pages) == len(last_pages) and all(map(is_, pages, last_pages)):
            return last_rows
        problems = [problem for page in pages for problem in page.rows.problems]
        left = pages[-1].total - sum(page.received for page in pages)
        if left > 0:
            problems.append(f"The server speaks of {left} more sites than it sent.")
        rows = Rows(tuple(found.values()), tuple(problems))
        self._last = (pages, rows)
        return rows

    def _page(self, query: dict[str, str]) -> _Page:
        key = tuple(query.items())
        page = self._known.read(
            key, lambda etag: self._transport.get(_PATH, _WHAT, query=query, etag=etag), _read_page
        )
        if page.rows.problems:
            self._known.forget(key)
        return page


def _read_page(reply: Reply) -> _Page:
    payload = reply.json()
    raw = rows_in(payload, reply.endpoint, "sites")
    rows = read_rows(raw, WireSite, to_site, endpoint=reply.endpoint, what="Site")
    about = payload.get("page") if isinstance(payload, dict) else None
    cursor, is_last = "", False
    if isinstance(about, dict):
        cursor = str(about["cursor"]) if about.get("has_more") and about.get("cursor") else ""
        is_last = about.get("has_more") is False
    return _Page(rows, len(raw), _total(payload), cursor, is_last)


def _next(page: _Page, count: int, number: int) -> dict[str, str] | None:
    """The query of the following page; None on the last."""
    if page.cursor:
        return {"cursor": page.cursor}
    if page.is_last:
        return None
    return {"page": str(number + 1)} if count < page.total else None


def _total(payload: object) -> int:
    """How many there are by the server's own count; 0 when it does not tell."""
    if not isinstance(payload, dict):
        return 0
    for place in (payload.get("data"), payload.get("page"), payload):
        if isinstance(place, dict) and isinstance(place.get("total_count"), int):
            return int(place["total_count"])
    return 0
