"""GET /ext/v1/sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.api.rows import Rows
from chekt_console.api.wire.wire_reading import read_rows, rows_in
from chekt_console.api.wire.wire_sites import WireSite, to_site

if TYPE_CHECKING:
    from chekt_console.api.transport import Transport
    from chekt_console.domain.site import Site

_PATH = "/ext/v1/sites"
_WHAT = "the sites"
_PAGE = 500
_DOCUMENTED_PAGE = 100  # the documented dialect counts in pages of at most so many
_MOST_PAGES = 500


class Sites:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Rows[Site]:
        """All sites of the account. A server that pages says so by a cursor or a total; one that does not is asked once."""
        found: dict[str, Site] = {}
        problems: list[str] = []
        received = 0
        asked = {"limit": str(_PAGE), "per_page": str(_DOCUMENTED_PAGE)}
        query = asked
        for page in range(1, _MOST_PAGES + 1):
            reply = self._transport.get(_PATH, _WHAT, query=query)
            payload = reply.json()
            raw = rows_in(payload, reply.endpoint, "sites")
            rows = read_rows(raw, WireSite, to_site, endpoint=reply.endpoint, what="Site")
            before = len(found)
            received += len(raw)
            found.update((site.site_id, site) for site in rows.values)
            problems += rows.problems
            following = _next(payload, len(found), page)
            if following is None or not raw or len(found) == before:
                break
            query = {**asked, **following}
        left = _total(payload) - received
        if left > 0:
            problems.append(f"The server speaks of {left} more sites than it sent.")
        return Rows(tuple(found.values()), tuple(problems))


def _next(payload: object, count: int, page: int) -> dict[str, str] | None:
    """The query of the following page; None on the last."""
    if not isinstance(payload, dict):
        return None
    about = payload.get("page")
    if isinstance(about, dict) and about.get("has_more") and about.get("cursor"):
        return {"cursor": str(about["cursor"])}
    if isinstance(about, dict) and about.get("has_more") is False:
        return None
    return {"page": str(page + 1)} if count < _total(payload) else None


def _total(payload: object) -> int:
    """How many there are by the server's own count; 0 when it does not tell."""
    if not isinstance(payload, dict):
        return 0
    for place in (payload.get("data"), payload.get("page"), payload):
        if isinstance(place, dict) and isinstance(place.get("total_count"), int):
            return int(place["total_count"])
    return 0
