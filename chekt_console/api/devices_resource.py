"""Devices of a site, by family."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chekt_console.api.known_answers import KnownAnswers
from chekt_console.api.lacking import Lacking
from chekt_console.api.paths import site_path
from chekt_console.api.rows import Rows
from chekt_console.api.wire.wire_devices import WireDevice, to_device
from chekt_console.api.wire.wire_reading import read_rows, rows_in
from chekt_console.domain.device import Device, DeviceKind

if TYPE_CHECKING:
    from chekt_console.api.transport import Reply, Transport

_KNOWN_LISTS = 500  # of the sites worked with last, five each


class Devices:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._known = KnownAnswers[Rows[Device]](_KNOWN_LISTS)
        self._lacking = Lacking()

    def of_site(self, site_id: str) -> Rows[Device]:
        """Key concepts' list of everything; may not be offered (NotThere)."""
        return self._read(site_id, "devices", None, "the devices")

    def cameras(self, site_id: str, *, is_anew: bool = False) -> Rows[Device]:
        """`is_anew`: with addresses of live pictures made now; those in a list that did not change may have run out."""
        if is_anew:
            self._known.forget((site_id, "cameras"))
        return self._read(site_id, "cameras", DeviceKind.CAMERA, "the cameras")

    def zones(self, site_id: str) -> Rows[Device]:
        return self._read(site_id, "zones", DeviceKind.ZONE, "the zones")

    def bridges(self, site_id: str) -> Rows[Device]:
        return self._read(site_id, "bridges", DeviceKind.BRIDGE, "the bridges")

    def audio(self, site_id: str) -> Rows[Device]:
        return self._read(site_id, "audio-devices", DeviceKind.AUDIO, "the audio devices")

    def _read(self, site_id: str, family: str, kind: DeviceKind | None, what: str) -> Rows[Device]:
        def understand(reply: Reply) -> Rows[Device]:
            raw = rows_in(reply.json(), reply.endpoint, family, family.replace("-", "_"))
            convert = partial(to_device, site_id=site_id, kind=kind)
            return read_rows(raw, WireDevice, convert, endpoint=reply.endpoint, what="Device")

        path, key = site_path(site_id, family), (site_id, family)
        with self._lacking.asking(family, site_id, what):
            rows = self._known.read(key, lambda etag: self._transport.get(path, what, etag=etag), understand)
        if rows.problems:
            self._known.forget(key)
        return rows
