"""What the forms of a site showed last, so that they open without the server: details, contacts, devices, who arms it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from chekt_console.domain.account import ArmingAuthority, DeviceRecord, MonitoringStation, SiteRecord
from chekt_console.domain.contact import Contact, SmsValidation
from chekt_console.store.codec import from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chekt_console.store.database import Database

T = TypeVar("T")

TABLES = """
CREATE TABLE record (
    site_id TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, as_of INTEGER NOT NULL, PRIMARY KEY (site_id, kind)
) STRICT, WITHOUT ROWID
"""
Settings = tuple[SiteRecord, tuple[MonitoringStation, ...], ArmingAuthority]


class RecordBook:
    """Each comes back with when it was read; None when never."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_settings(self, site_id: str, settings: Settings) -> None:
        record, stations, authority = settings
        self._put(site_id, "settings", [asdict(record), [asdict(one) for one in stations], authority.value])

    def settings(self, site_id: str) -> tuple[Settings, datetime] | None:
        def made(body: Any) -> Settings:
            record, stations, authority = body
            known = tuple(MonitoringStation(**one) for one in stations)
            return SiteRecord(**record), known, ArmingAuthority(authority)

        return self._found(site_id, "settings", made)

    def put_contacts(self, site_id: str, contacts: Iterable[Contact]) -> None:
        rows = [asdict(one) | {"sms_validation": one.sms_validation.value} for one in contacts]
        self._put(site_id, "contacts", rows)

    def contacts(self, site_id: str) -> tuple[tuple[Contact, ...], datetime] | None:
        def made(body: Any) -> tuple[Contact, ...]:
            return tuple(
                Contact(**one | {"sms_validation": SmsValidation(one["sms_validation"])}) for one in body
            )

        return self._found(site_id, "contacts", made)

    def put_devices(self, site_id: str, devices: Iterable[DeviceRecord]) -> None:
        self._put(site_id, "devices", [asdict(one) for one in devices])

    def devices(self, site_id: str) -> tuple[tuple[DeviceRecord, ...], datetime] | None:
        return self._found(site_id, "devices", lambda body: tuple(DeviceRecord(**one) for one in body))

    def _put(self, site_id: str, kind: str, body: object) -> None:
        row = (site_id, kind, json.dumps(body), to_ms(datetime.now(UTC)))
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)", row)

    def _found(self, site_id: str, kind: str, made: Callable[[Any], T]) -> tuple[T, datetime] | None:
        def value(row: tuple[Any, ...]) -> tuple[T, datetime]:
            as_of = from_ms(row[1])
            assert as_of is not None
            return made(json.loads(row[0])), as_of

        sql = "SELECT body, as_of FROM record WHERE site_id = ? AND kind = ?"
        found = self._database.values(value, sql, (site_id, kind))
        return found[0] if found else None
