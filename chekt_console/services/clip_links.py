"""Addresses of clips, asked for by twenty where more than one is wanted, because the server's requests are counted."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from chekt_console.api.lacking import Lacking
from chekt_console.errors import NotAllowed, NotThere, Refused, ServerBroken, UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.event import ClipLink, Event
    from chekt_console.errors import WorldFailed
    from chekt_console.services.ports import Client

LINKS_AT_ONCE = 20
EXPIRY_MARGIN_MS = 5_000

_log = logging.getLogger(__name__)

_TOGETHER = "clip links together"
_LACKS = (NotThere, NotAllowed)
# What the server may say of many and not of one.
_OF_MANY: tuple[type[WorldFailed], ...] = (*_LACKS, Refused, ServerBroken, UnexpectedReply)


class ClipLinks:
    """Thread-safe. A link that came along with another is kept until it is wanted or expires, and given out once."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._lacking = Lacking(clock.monotonic, sites=1, answers=_LACKS)
        self._lock = threading.Lock()
        self._kept: dict[str, ClipLink] = {}
        self._alone: set[str] = set()  # asked for together in vain

    def first(self, event: Event, beside: Sequence[Event] = ()) -> ClipLink | None:
        """The kept one, else asked for along with those of the events `beside` that come next. None when there is no video
        (yet); an event that the server leaves out of the answer about many is asked for alone."""
        link = self._taken(event.event_id)
        if link is None and not self._lacking.is_lacking(_TOGETHER):
            together = self._wanted(event, beside)
            if len(together) > 1:
                self._ask_together(together)
                link = self._taken(event.event_id)
        return link or self.anew(event)

    def anew(self, event: Event) -> ClipLink | None:
        """Asked for now; None when there is no video (yet)."""
        links = self._client.events.clip_links((event.event_id,))
        # One was asked for: whatever id the server writes on the answer, it is the one.
        link = links.get(event.event_id) or next(iter(links.values()), None)
        return link if link is not None and link.mp4_url else None

    def _wanted(self, event: Event, beside: Sequence[Event]) -> tuple[str, ...]:
        with self._lock:
            if event.event_id in self._alone:
                return ()
            others = (
                one.event_id
                for one in beside
                if one.has_video and one.event_id not in self._alone and one.event_id not in self._kept
            )
            return tuple(dict.fromkeys((event.event_id, *others)))[:LINKS_AT_ONCE]

    def _ask_together(self, event_ids: tuple[str, ...]) -> None:
        links: dict[str, ClipLink] = {}
        try:
            with self._lacking.asking(_TOGETHER, event_ids[0], "the links to several clips at once"):
                links = self._client.events.clip_links(event_ids)
        except _OF_MANY as error:
            _log.info("links to %d clips are asked for one by one: %s", len(event_ids), error.detail)
        with self._lock:
            for event_id in event_ids:
                link = links.get(event_id)
                if link is not None and link.mp4_url:
                    self._kept[event_id] = link
                else:
                    self._alone.add(event_id)

    def _taken(self, event_id: str) -> ClipLink | None:
        with self._lock:
            now_ms = self._clock.now_ms() + EXPIRY_MARGIN_MS
            self._kept = {key: link for key, link in self._kept.items() if link.expires_at_ms > now_ms}
            return self._kept.pop(event_id, None)
