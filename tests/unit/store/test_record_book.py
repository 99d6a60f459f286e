"""What the forms showed last comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chekt_console.domain.account import ArmingAuthority, DeviceRecord, MonitoringStation, SiteRecord
from chekt_console.domain.contact import Contact, SmsValidation
from chekt_console.errors import DiskFailed
from chekt_console.store.cache import Cache

_SETTINGS = (
    SiteRecord("7", "own", "Harbor", "UTC", station_id="3", is_activated=True, is_monitored=False),
    (MonitoringStation("3", "s", "Central", prefix="A"),),
    ArmingAuthority.ALARM_COM,
)
_CONTACTS = (Contact("1", "own", "Jane", "Doe", is_sms_alarm_on=True, sms_validation=SmsValidation.PENDING),)
_DEVICES = (DeviceRecord("cam", "camera", "001", "Gate", mac="AABBCCDDEEFF"),)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(tmp_path / "cache.sqlite")
    yield made
    made.close()


def test_each_kind_comes_back_with_when_it_was_read(cache: Cache) -> None:
    before = datetime.now(UTC).timestamp() - 1
    cache.records.put_settings("7", _SETTINGS)
    cache.records.put_contacts("7", _CONTACTS)
    cache.records.put_devices("7", _DEVICES)
    for found, wanted in (
        (cache.records.settings("7"), _SETTINGS),
        (cache.records.contacts("7"), _CONTACTS),
        (cache.records.devices("7"), _DEVICES),
    ):
        assert found is not None
        assert found[0] == wanted
        assert found[1].timestamp() >= before
    assert cache.records.contacts("8") is None


def test_a_damaged_row_is_told_and_not_shown(cache: Cache) -> None:
    cache.records.put_contacts("7", _CONTACTS)
    with cache._database.writing() as connection:
        connection.execute("UPDATE record SET body = '[1'")
    with pytest.raises(DiskFailed):
        cache.records.contacts("7")
