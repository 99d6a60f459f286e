"""What the account keeps of one site, in memory: answers may be lost or refused, and a key is done once, as at the gateway."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chekt_console.domain.account import (
    ArmingAuthority,
    DeviceRecord,
    MonitoringStation,
    RowResult,
    SiteRecord,
)
from chekt_console.domain.contact import Contact
from chekt_console.domain.contact_form import field_of_wire as contact_field
from chekt_console.domain.device_table import field_of_wire as device_field
from chekt_console.domain.site_form import field_of_wire as site_field
from chekt_console.errors import NotThere, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chekt_console.errors import WorldFailed


@dataclass(frozen=True)
class _Rows:
    values: tuple[Any, ...]
    problems: tuple[str, ...] = ()


class RecordServer:
    """`before`, `after`: failures of the next writes, before they act and after; `reading`: of the next reads. `sent`: what
    was written, one line each, repeats of a key left out."""

    is_open = True

    def __init__(self) -> None:
        self.record = SiteRecord(
            "7", "own-7", "Harbor", "America/New_York", address1="Quay 1", station_id="3"
        )
        self.made: dict[str, SiteRecord] = {}
        self.arming = ArmingAuthority.CHEKT
        self.people: dict[str, Contact] = {}
        self.rows: dict[str, DeviceRecord] = {}
        self.before: list[WorldFailed] = []
        self.after: list[WorldFailed] = []
        self.reading: list[WorldFailed] = []
        self.refused_rows: dict[str, str] = {}
        self.sent: list[str] = []
        self.keys: dict[str, tuple[object, Any]] = {}

    @property
    def account(self) -> RecordServer:
        return self

    @property
    def contacts(self) -> _Contacts:
        return _Contacts(self)

    def read(self, value: Any) -> Any:
        if self.reading:
            raise self.reading.pop(0)
        return value

    def write(self, line: str, body: object, key: str, act: Callable[[], Any]) -> Any:
        if self.before:
            raise self.before.pop(0)
        known = self.keys.get(key)
        if known is not None and known[0] != (line, body):
            raise Refused("The key was used for another request.", status=409)
        if known is None:
            found = act()
            self.sent.append(line)
            self.keys[key] = (line, body), found
        if self.after:
            raise self.after.pop(0)
        return self.keys[key][1]

    def sites(self) -> _Rows:
        return self.read(_Rows((self.record, *self.made.values())))  # type: ignore[no-any-return]

    def site(self, site_id: str) -> SiteRecord:
        found = self.record if site_id == "7" else self.made.get(site_id)
        if found is None:
            raise NotThere("The server does not have the site.", status=404)
        return self.read(found)  # type: ignore[no-any-return]

    def add_site(self, fields: Mapping[str, object], key: str) -> SiteRecord:
        def act() -> SiteRecord:
            values: dict[str, Any] = {site_field(name): value for name, value in fields.items()}
            number = str(100 + len(self.made))
            self.made[number] = replace(SiteRecord(number, "", "", ""), **values)
            return self.made[number]

        return self.write("add site", dict(fields), key, act)  # type: ignore[no-any-return]

    def change_site(self, site_id: str, fields: Mapping[str, object], key: str) -> SiteRecord:
        def act() -> SiteRecord:
            values: dict[str, Any] = {site_field(name): value or "" for name, value in fields.items()}
            if site_id in self.made:
                self.made[site_id] = replace(self.made[site_id], **values)
                return self.made[site_id]
            self.record = replace(self.record, **values)
            return self.record

        return self.write(f"site {site_id}", dict(fields), key, act)  # type: ignore[no-any-return]

    def stations(self) -> _Rows:
        return _Rows((MonitoringStation("3", "s3", "Central"),))

    def authority(self, _site_id: str) -> ArmingAuthority:
        return self.read(self.arming)  # type: ignore[no-any-return]

    def set_authority(self, site_id: str, authority: ArmingAuthority, key: str) -> ArmingAuthority:
        self.write(f"arming {site_id}", authority, key, lambda: setattr(self, "arming", authority))
        return authority

    def devices(self, _site_id: str) -> _Rows:
        return self.read(_Rows(tuple(self.rows.values())))  # type: ignore[no-any-return]

    def add_devices(self, site_id: str, rows: Sequence[Mapping[str, object]], key: str) -> Any:
        return self._bulk("add", site_id, rows, key)

    def change_devices(self, site_id: str, rows: Sequence[Mapping[str, object]], key: str) -> Any:
        return self._bulk("change", site_id, rows, key)

    def delete_devices(self, site_id: str, rows: Sequence[Mapping[str, object]], key: str) -> Any:
        return self._bulk("delete", site_id, rows, key)

    def _bulk(self, what: str, site_id: str, rows: Sequence[Mapping[str, object]], key: str) -> Any:
        def one(row: Mapping[str, object]) -> RowResult:
            own_id = str(row["external_device_id"])
            refusal = self.refused_rows.get(own_id, "")
            if not refusal and (own_id in self.rows) is (what == "add"):
                refusal = "Known already." if what == "add" else "Not known."
            if refusal:
                return RowResult(False, own_id, refusal)
            values: dict[str, Any] = {device_field(name): value for name, value in row.items()}
            if what == "delete":
                del self.rows[own_id]
            else:
                self.rows[own_id] = replace(self.rows.get(own_id) or DeviceRecord(own_id, "", ""), **values)
            return RowResult(True, own_id)

        body = [dict(row) for row in rows]
        return self.write(f"{what} {site_id}", body, key, lambda: tuple(map(one, rows)))


class _Contacts:
    def __init__(self, server: RecordServer) -> None:
        self._server = server

    def list(self, _site_id: str) -> _Rows:
        return self._server.read(_Rows(tuple(self._server.people.values())))  # type: ignore[no-any-return]

    def add(self, _site_id: str, fields: Mapping[str, object], key: str) -> Contact:
        people = self._server.people

        def act() -> Contact:
            number = str(len(self._server.keys) + 500)
            people[number] = replace(Contact(number, "", "", ""), **_values(fields))
            return people[number]

        return self._server.write("add contact", dict(fields), key, act)  # type: ignore[no-any-return]

    def change(self, _site_id: str, contact_id: str, fields: Mapping[str, object], key: str) -> Contact:
        people = self._server.people

        def act() -> Contact:
            people[contact_id] = replace(people[contact_id], **_values(fields))
            return people[contact_id]

        return self._server.write(f"contact {contact_id}", dict(fields), key, act)  # type: ignore[no-any-return]

    def delete(self, _site_id: str, contact_id: str, key: str) -> None:
        if contact_id not in self._server.people and key not in self._server.keys:
            raise NotThere("Not there.", status=404)
        self._server.write(f"delete {contact_id}", None, key, lambda: self._server.people.pop(contact_id))

    def ask_validation(self, _site_id: str, _contact_id: str) -> None:
        self._server.sent.append("text message")


def _values(fields: Mapping[str, object]) -> dict[str, Any]:
    return {
        contact_field(name): bool(value) if isinstance(value, int) else value
        for name, value in fields.items()
    }
