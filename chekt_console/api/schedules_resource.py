"""The arming schedule of a site, with its ETag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.api.lacking import Lacking
from chekt_console.api.paths import site_path
from chekt_console.api.wire.wire_reading import object_in

if TYPE_CHECKING:
    from chekt_console.api.transport import Transport

_WHAT = "the arming schedule"


@dataclass(frozen=True, slots=True)
class ScheduleReply:
    body: Mapping[str, object]
    etag: str


class Schedules:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._lacking = Lacking()

    def read(self, site_id: str, etag: str = "") -> ScheduleReply | None:
        """None when it is still the one with this ETag. NotThere: this connection has no schedules."""
        with self._lacking.asking("schedule", site_id, _WHAT):
            reply = self._transport.get(site_path(site_id, "schedule"), _WHAT, etag=etag)
        if reply.status == 304:
            return None
        return ScheduleReply(object_in(reply.json(), reply.endpoint), reply.headers.get("etag", ""))

    def write(self, site_id: str, body: Mapping[str, object], etag: str) -> str:
        """Sent once with If-Match; ChangedMeanwhile when somebody was quicker. Returns the new ETag."""
        reply = self._transport.write("PUT", site_path(site_id, "schedule"), _WHAT, dict(body), etag=etag)
        return reply.headers.get("etag", "")
