"""The activity log: categories, search by pages, links to clips."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chekt_console.api.failures import date_s
from chekt_console.api.paths import id_in_body
from chekt_console.api.wire.wire_delivery import WireEventDelivery, to_steps
from chekt_console.api.wire.wire_events import WireCategory, WireClip, WireEvent, to_clip_link, to_event
from chekt_console.api.wire.wire_reading import object_in, read_one, read_rows, rows_in
from chekt_console.errors import UnexpectedReply, WorldFailed

if TYPE_CHECKING:
    from chekt_console.api.transport import Transport
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.delivery_steps import DeliverySteps
    from chekt_console.domain.event import ClipLink, Event

_WHAT = "the activity log"
_LINKS_A_CALL = 20


@dataclass(frozen=True, slots=True)
class PageOfEvents:
    """`cursor` asks for the next page; "" on the last. `server_ms`: the server's clock, 0 when it does not tell."""

    events: tuple[Event, ...]
    cursor: str
    problems: tuple[str, ...] = ()
    server_ms: int = 0


class Events:
    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._names: dict[str, str] | None = None
        self._names_lock = threading.Lock()

    def categories(self) -> tuple[tuple[str, str], ...]:
        """(id, name) of what the log holds."""
        reply = self._transport.get("/ext/v1/activity-logs/categories", "the categories of the activity log")
        raw = rows_in(reply.json(), reply.endpoint, "categories")
        rows = read_rows(
            raw, WireCategory, lambda wire: (wire.id, wire.name), endpoint=reply.endpoint, what="Category"
        )
        return rows.values

    def search(
        self,
        *,
        site_id: str = "",
        start_ms: int,
        end_ms: int,
        category_id: str = "",
        limit: int = 200,
        cursor: str = "",
        newest_first: bool = True,
    ) -> PageOfEvents:
        """One page of events from `start_ms` to `end_ms` (UTC)."""
        body: dict[str, object] = {
            "start_time": _instant(start_ms),
            "end_time": _instant(end_ms),
            "limit": limit,
            "sort_by": "event_time",
            "sort_order": "desc" if newest_first else "asc",
        }
        if site_id:
            body["site_id"] = id_in_body(site_id)
        if category_id:
            body["category_id"] = id_in_body(category_id)
        if cursor:
            body["cursor"] = cursor
        reply = self._transport.search("/ext/v1/activity-logs/search", _WHAT, body)
        payload = reply.json()
        raw = rows_in(payload, reply.endpoint, "events", "rows")
        convert = partial(to_event, site_id=site_id, categories=self._category_names())
        rows = read_rows(raw, WireEvent, convert, endpoint=reply.endpoint, what="Event")
        page = payload.get("page") if isinstance(payload, dict) else None
        following = ""
        if isinstance(page, dict) and page.get("has_more", True) and page.get("cursor"):
            following = str(page["cursor"])
        server_ms = round((date_s(reply.headers) or 0) * 1000)
        return PageOfEvents(rows.values, following if following != cursor else "", rows.problems, server_ms)

    def as_received(self, site_id: str, event_id: str, instant_ms: int) -> bytes | None:
        """The server's own reply, byte for byte, that tells of this event and of others at the site in the same second;
        None when the server no longer lists it."""
        body = {
            "start_time": _instant(instant_ms - 500),
            "end_time": _instant(instant_ms + 500),
            "limit": 50,
            "sort_by": "event_time",
            "sort_order": "desc",
            "site_id": id_in_body(site_id),
        }
        reply = self._transport.search("/ext/v1/activity-logs/search", _WHAT, body)
        raw = rows_in(reply.json(), reply.endpoint, "events", "rows")
        convert = partial(to_event, site_id=site_id, categories={})
        rows = read_rows(raw, WireEvent, convert, endpoint=reply.endpoint, what="Event")
        return reply.body if any(event.event_id == event_id for event in rows.values) else None

    def report(self, body: dict[str, object], idempotency_key: str) -> str:
        """Send an event in (key concepts); its id, "" when the server does not tell. Repeated with the same key it exists
        once."""
        site_id = id_in_body(str(body["site_id"]))
        reply = self._transport.write(
            "POST",
            "/ext/v1/events",
            "the event",
            {**body, "site_id": site_id},
            idempotency_key=idempotency_key,
        )
        try:
            return str(object_in(reply.json(), reply.endpoint).get("event_id", ""))
        except UnexpectedReply:
            return ""  # it is there; what the answer looks like changes nothing

    def delivery(self, event_id: str) -> DeliverySteps | None:
        """Its way to the monitoring center; None when the server tells nothing of it."""
        path = f"/ext/v1/events/{quote(event_id, safe='')}"
        reply = self._transport.get(path, "the event")
        return to_steps(read_one(reply.json(), WireEventDelivery, reply.endpoint))

    def clip_links(self, event_ids: tuple[str, ...]) -> dict[str, ClipLink]:
        """Links by event id. One that cannot be asked for (not a number, quirk Q12) or is unknown is left out."""
        numbers = [one for one in map(id_in_body, event_ids) if isinstance(one, int) and one >= 1]
        links: dict[str, ClipLink] = {}
        for start in range(0, len(numbers), _LINKS_A_CALL):
            asked_ms = self._clock.now_ms()
            reply = self._transport.search(
                "/ext/v1/events-video-urls",
                "the links to the clips",
                {"event_ids": numbers[start : start + _LINKS_A_CALL]},
            )
            payload = reply.json()
            raw = rows_in(payload, reply.endpoint, "events")
            rows = read_rows(
                raw,
                WireClip,
                partial(to_clip_link, expires_at_ms=asked_ms + _life_ms(payload)),
                endpoint=reply.endpoint,
                what="Clip",
            )
            links.update((link.event_id, link) for link in rows.values)
        return links

    def _category_names(self) -> dict[str, str]:
        """Read once; without them only what the rows say themselves counts."""
        with self._names_lock:
            if self._names is None:
                try:
                    self._names = dict(self.categories())
                except WorldFailed:
                    return {}
            return self._names


def event_of_webhook(data: dict[str, Any]) -> Event | None:
    """The event that a webhook's data tells of; None when it tells of none (no id or time of one)."""
    rows = read_rows(
        [data], WireEvent, partial(to_event, site_id="", categories={}), endpoint="webhook", what="Event"
    )
    event = rows.values[0] if rows.values else None
    return event if event is not None and event.site_id else None


def _instant(instant_ms: int) -> str:
    moment = datetime.fromtimestamp(instant_ms / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{instant_ms % 1000:03d}Z"


def _life_ms(payload: object) -> int:
    """How long links live: about an hour when the server does not tell (chekt-api.md 1.2)."""
    told = payload.get("expires_in") if isinstance(payload, dict) else None
    if isinstance(told, int | float) and 0 <= told <= 7 * 86_400:
        return int(told * 1000)
    return 3_600_000
