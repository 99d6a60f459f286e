"""/partner/v1 of one dealer: sites, enrolled devices in bulk, monitoring stations, arming settings, webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chekt_console.api.lacking import Lacking
from chekt_console.api.paths import id_in_body
from chekt_console.api.rows import Rows
from chekt_console.api.wire.wire_account import (
    WireArmingSettings,
    WireDeviceRecord,
    WireSiteRecord,
    WireStation,
    WireWebhook,
    row_results,
    to_authority,
    to_device_record,
    to_site_record,
    to_station,
)
from chekt_console.api.wire.wire_reading import object_in, read_one, read_rows, rows_in
from chekt_console.errors import NotAllowed, NotThere, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chekt_console.api.transport import Transport
    from chekt_console.domain.account import (
        ArmingAuthority,
        DeviceRecord,
        MonitoringStation,
        RowResult,
        SiteRecord,
    )

ROWS_A_CALL = 200
_ROUND = 100  # a list of sites that is no multiple of it is whole
_SITE, _SITES, _DEVICES = "the site", "the sites", "the devices"
_AUTHORITY = "the arming settings"


class Account:
    """Writes carry an idempotency key, so what a broken connection repeats happens once."""

    def __init__(self, transport: Transport, dealer_id: str) -> None:
        self._transport = transport
        self._dealer_id = dealer_id
        self._lacking = Lacking(answers=(NotThere, NotAllowed))

    @property
    def is_open(self) -> bool:
        """Whether this connection signed in as a dealer account or partner at all."""
        return bool(self._dealer_id)

    def sites(self) -> Rows[SiteRecord]:
        """All of them. A server that pages does so by round numbers and an offset; one that knows no offset refuses it, or sends
        again what it sent before."""
        found: dict[str, SiteRecord] = {}
        problems: list[str] = []
        received, known = 0, -1
        while received == 0 or (received % _ROUND == 0 and len(found) > known):
            known = len(found)
            query = {"offset": str(received)} if received else None
            try:
                reply = self._transport.get(self._path("sites"), _SITES, query=query)
            except Refused:
                if not received:
                    raise
                break
            raw = rows_in(reply.json(), reply.endpoint, "sites")
            rows = read_rows(raw, WireSiteRecord, to_site_record, endpoint=reply.endpoint, what="Site")
            found |= {site.site_id: site for site in rows.values}
            problems += rows.problems
            received += len(raw)
            if not raw:
                break
        return Rows(tuple(found.values()), tuple(problems))

    def site(self, site_id: str) -> SiteRecord:
        reply = self._transport.get(self._path("sites", site_id), _SITE)
        return to_site_record(read_one(reply.json(), WireSiteRecord, reply.endpoint))

    def add_site(self, fields: Mapping[str, object], idempotency_key: str) -> SiteRecord:
        """`fields` by their names on the wire; only what is sent is set."""
        return self._site_written("POST", self._path("sites"), fields, idempotency_key)

    def change_site(self, site_id: str, fields: Mapping[str, object], idempotency_key: str) -> SiteRecord:
        return self._site_written("PATCH", self._path("sites", site_id), fields, idempotency_key)

    def devices(self, site_id: str) -> Rows[DeviceRecord]:
        reply = self._transport.get(self._path("sites", site_id, "devices"), _DEVICES)
        raw = rows_in(reply.json(), reply.endpoint, "devices")
        return read_rows(raw, WireDeviceRecord, to_device_record, endpoint=reply.endpoint, what="Device")

    def add_devices(
        self, site_id: str, rows: Sequence[Mapping[str, object]], idempotency_key: str
    ) -> tuple[RowResult, ...]:
        """At most ROWS_A_CALL rows; each has its own result."""
        return self._bulk("POST", site_id, rows, idempotency_key)

    def change_devices(
        self, site_id: str, rows: Sequence[Mapping[str, object]], idempotency_key: str
    ) -> tuple[RowResult, ...]:
        return self._bulk("PATCH", site_id, rows, idempotency_key)

    def delete_devices(
        self, site_id: str, rows: Sequence[Mapping[str, object]], idempotency_key: str
    ) -> tuple[RowResult, ...]:
        return self._bulk("DELETE", site_id, rows, idempotency_key)

    def stations(self) -> Rows[MonitoringStation]:
        reply = self._transport.get(self._path("monitoring-stations"), "the monitoring stations")
        raw = rows_in(reply.json(), reply.endpoint, "monitoring_stations")
        return read_rows(raw, WireStation, to_station, endpoint=reply.endpoint, what="Station")

    @property
    def tells_authority(self) -> bool:
        """False too where several sites were asked in vain lately."""
        return self.is_open and not self._lacking.is_lacking(_AUTHORITY)

    def authority(self, site_id: str) -> ArmingAuthority:
        path = self._path("sites", site_id, "arming-settings")
        with self._lacking.asking(_AUTHORITY, site_id, _AUTHORITY):
            reply = self._transport.get(path, _AUTHORITY)
        return to_authority(read_one(reply.json(), WireArmingSettings, reply.endpoint))

    def set_authority(
        self, site_id: str, authority: ArmingAuthority, idempotency_key: str
    ) -> ArmingAuthority:
        """Changes how devices are monitored and alarms processed (the vendor's own warning)."""
        path = self._path("sites", site_id, "arming-settings")
        body = {"security_type": authority.value}
        reply = self._transport.write("PATCH", path, _AUTHORITY, body, idempotency_key=idempotency_key)
        return to_authority(read_one(reply.json(), WireArmingSettings, reply.endpoint))

    def webhooks(self) -> tuple[tuple[str, str], ...]:
        """(id, url) of what this partner registered."""
        self._need()
        reply = self._transport.get("/partner/v1/webhooks", "the webhooks")
        raw = rows_in(reply.json(), reply.endpoint, "webhooks")
        rows = read_rows(
            raw,
            WireWebhook,
            lambda wire: (wire.webhook_id, wire.url),
            endpoint=reply.endpoint,
            what="Webhook",
        )
        return rows.values

    def add_webhook(self, url: str, secret: str, events: Sequence[str], idempotency_key: str) -> str:
        """The id of the registration."""
        self._need()
        body = {"url": url, "events": list(events), "secret": secret}
        reply = self._transport.write(
            "POST", "/partner/v1/webhooks", "the webhook", body, idempotency_key=idempotency_key
        )
        return str(object_in(reply.json(), reply.endpoint).get("webhook_id", ""))

    def delete_webhook(self, webhook_id: str, idempotency_key: str) -> None:
        self._need()
        path = f"/partner/v1/webhooks/{quote(webhook_id, safe='')}"
        self._transport.write("DELETE", path, "the webhook", idempotency_key=idempotency_key)

    def send_event(self, body: Mapping[str, Any], idempotency_key: str) -> Mapping[str, Any]:
        """POST /partner/v1/events: an alarm, trouble or arming event; the answer holds addresses for its media."""
        self._need()
        reply = self._transport.write(
            "POST", "/partner/v1/events", "the event", dict(body), idempotency_key=idempotency_key
        )
        return object_in(reply.json(), reply.endpoint)

    def _site_written(
        self, method: str, path: str, fields: Mapping[str, object], idempotency_key: str
    ) -> SiteRecord:
        body = dict(fields)
        station = body.get("monitoring_station_id")
        if isinstance(station, str):
            body["monitoring_station_id"] = id_in_body(station) if station else None
        reply = self._transport.write(method, path, _SITE, body, idempotency_key=idempotency_key)
        return to_site_record(read_one(reply.json(), WireSiteRecord, reply.endpoint))

    def _bulk(
        self, method: str, site_id: str, rows: Sequence[Mapping[str, object]], idempotency_key: str
    ) -> tuple[RowResult, ...]:
        keys = tuple(str(row.get("external_device_id", "")) for row in rows)
        path = self._path("sites", site_id, "devices")
        reply = self._transport.write(
            method, path, _DEVICES, [dict(row) for row in rows], idempotency_key=idempotency_key
        )
        return row_results(reply.json(), keys)

    def _path(self, *parts: str) -> str:
        self._need()
        return "/".join(("/partner/v1/dealers", *(quote(one, safe="") for one in (self._dealer_id, *parts))))

    def _need(self) -> None:
        if not self._dealer_id:
            raise NotAllowed(
                "An API key cannot change sites and devices. Connect with a dealer account or a partner key.",
                status=403,
            )
