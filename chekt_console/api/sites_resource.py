"""GET /ext/v1/sites."""

from __future__ import annotations

import time
from dataclasses import dataclass
from operator import is_
from typing import TYPE_CHECKING, Protocol

from chekt_console.api.known_answers import KnownAnswers
from chekt_console.api.rows import Rows
from chekt_console.api.wire.wire_reading import read_rows, rows_in
from chekt_console.api.wire.wire_sites import WireSite, to_site
from chekt_console.domain.site_reading import SitesPlace
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


class _Reading:
    """Pages so far and the query of the next. `is_taken_up`: it was not begun now, so that what was read then may be wrong."""

    def __init__(
        self, pages: list[_Page] | None = None, query: dict[str, str] = _ASKED, *, is_taken_up: bool = False
    ) -> None:
        self.pages = pages or []
        self.query = query
        self.is_taken_up = is_taken_up
        self.last_counted = 0  # the number of a page to look at once more before it goes on
        # Some sites came or went since, it is another account, or the place was not understood.
        self.is_doubtful = False
        self.found = {site.site_id: site for page in self.pages for site in page.rows.values}

    @property
    def received(self) -> int:
        return sum(page.received for page in self.pages)

    def is_moved(self, page: _Page) -> bool:
        """`page`: the last of `pages`, as it is now. Pages that are counted move up when a site before them goes."""
        ids = [site.site_id for site in page.rows.values]
        return not ids or ids != [*self.found][-len(ids) :]

    def begin_anew(self) -> None:
        self.pages, self.query, self.found = [], _ASKED, {}
        self.is_taken_up = self.is_doubtful = False

    def add(self, page: _Page) -> dict[str, str] | None:
        """What is asked after it; None when it was the last."""
        was_total = self.pages[-1].total if self.pages else page.total
        before = len(self.found)
        self.pages.append(page)
        self.found.update((site.site_id, site) for site in page.rows.values)
        following = _next(page, len(self.found), int(self.query.get("page", "1")))
        has_come = page.received and len(self.found) > before
        is_last = following is None or not has_come or len(self.pages) >= _MOST_PAGES
        if self.is_taken_up:
            is_wrong = page.total and is_last and self.received != page.total
            self.is_doubtful = bool(page.total != was_total or is_wrong)
        return None if is_last else following


class PlaceKeeper(Protocol):
    """Where it is written down how far a reading has come."""

    def place(self) -> SitesPlace | None:
        """Where an earlier run of the program left off."""

    def keep(self, page: SitesPlace, before: int) -> None:
        """The rows of one page and what is asked next; `before`: rows received until then, 0 when it begins anew."""


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

    def list(
        self,
        seen: Callable[[tuple[Site, ...], int], None] = lambda _sites, _total: None,
        keeper: PlaceKeeper | None = None,
    ) -> Rows[Site]:
        """All sites of the account; the very same value as before while the server says that no page changed.

        A server that pages says so by a cursor or a total; one that does not is asked once. `seen` is told after each page
        but the last what has come so far, and how many the server speaks of (0: it does not tell). A reading that broke off
        is taken up where it was, with `keeper` also after a restart, unless the server speaks of another number of sites now:
        then some came or went, or it is another account.
        """
        broken, self._broken = self._broken, None
        reading = _Reading()
        if broken is not None and self._now() - broken.at < _GOES_ON_S:
            reading = _Reading([*broken.pages], broken.query, is_taken_up=True)
        elif keeper is not None and (place := keeper.place()) is not None:
            rows = Rows(place.sites, place.problems)
            so_far = _Page(rows, place.received, place.total, "", False)
            reading = _Reading([so_far], {**_ASKED, **place.query}, is_taken_up=True)
            reading.last_counted = int(place.query.get("page", "1")) - 1
            seen(place.sites, place.total)
        try:
            self._read(reading, seen, keeper)
        except ConsoleError:
            pages = reading.pages
            if pages:
                # One that got no further is given up some time after it first broke off.
                is_stuck = broken is not None and len(pages) == len(broken.pages)
                at = broken.at if broken is not None and is_stuck else self._now()
                self._broken = _Broken(tuple(pages), reading.query, at)
            raise
        return self._whole(reading)

    def _read(
        self,
        reading: _Reading,
        seen: Callable[[tuple[Site, ...], int], None],
        keeper: PlaceKeeper | None,
    ) -> None:
        while True:
            try:
                last, reading.last_counted = reading.last_counted, 0
                if last and reading.is_moved(self._page({**_ASKED, "page": str(last)})):
                    reading.begin_anew()
                page = self._page(reading.query)
            except (NotThere, Refused):
                if not reading.is_taken_up:
                    raise
                reading.begin_anew()  # it no longer knows the place
                continue
            received = reading.received
            following = reading.add(page)
            if reading.is_doubtful:
                reading.begin_anew()
                continue
            if following is None:
                return
            reading.query = {**_ASKED, **following}
            if keeper is not None and page.total:
                rows = page.rows
                keeper.keep(
                    SitesPlace(rows.values, reading.received, page.total, following, rows.problems), received
                )
            seen(tuple(reading.found.values()), page.total)

    def _whole(self, reading: _Reading) -> Rows[Site]:
        pages = reading.pages
        last_pages, last_rows = self._last
        if len(pages) == len(last_pages) and all(map(is_, pages, last_pages)):
            return last_rows
        problems = [problem for page in pages for problem in page.rows.problems]
        left = pages[-1].total - reading.received
        if left > 0:
            problems.append(f"The server speaks of {left} more sites than it sent.")
        rows = Rows(tuple(reading.found.values()), tuple(problems))
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
