"""faults.md: cache file truncated, bytes flipped (1 000 mutations), wrong version, newer version: set aside and rebuilt, drafts kept."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming
from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.device_news import DeviceNews
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.site import Partition, Site
from chekt_console.errors import ConsoleError, DiskFailed
from chekt_console.store.cache import Cache, KnownSpan
from chekt_console.store.inbox import Inbox
from chekt_console.store.local import KeptDraft, LocalStore
from chekt_console.store.outbox import OutboxStore

if TYPE_CHECKING:
    from pathlib import Path

_MUTATIONS = 1000
_NOW = datetime(2026, 2, 11, 14, 30, tzinfo=UTC)
_SITES = tuple(
    Site(f"{n}", f"Harbor {n}", timezone="Europe/Rome", partitions=(Partition("4", "Office"),))
    for n in range(16)
)
_EVENTS = tuple(
    Event(f"e{n}", f"{n % 16}", 1_000 + n, EventKind(n % 3), "door", "Door \u00e9", mode=ArmingMode.AWAY)
    for n in range(160)
)
_WEEK = WeekSchedule((ArmedPeriod(60, 120, ArmingMode.NIGHT),))
_STATE = ArmingState(True, ArmingMode.AWAY, "Armed", _NOW)
_DRAFT = KeptDraft(_WEEK, WeekSchedule(), "e", None, _NOW, "mine")


def _resync(cache: Cache) -> None:
    """What the server says, written as a sync writes it."""
    cache.put_sites(_SITES, _NOW)
    for site in _SITES[:6]:
        cache.put_devices(site.site_id, [Device(site.site_id, "d1", DeviceKind.CAMERA, "Gate")], _NOW)
        cache.put_arming(site.site_id, _STATE, (PartitionArming("4", "Office", _STATE),), _NOW)
        cache.put_schedule(site.site_id, _WEEK, "etag", ("a", "b"), _NOW)
        cache.put_known_span(site.site_id, KnownSpan(0, 5_000, _NOW))
    cache.device_news.put([DeviceNews("1", "d1", "camera", "offline", 1, 1)])
    cache.put_events(_EVENTS)
    cache.put_feed_ms(5_000)


def _all(cache: Cache) -> tuple[object, ...]:
    """Everything a screen asks for."""
    return (
        cache.sites(),
        cache.arming(),
        cache.schedules(),
        cache.schedule("1"),
        cache.devices("2"),
        cache.device_counts(),
        cache.device_news.outdated(),
        cache.device_news.since(0),
        cache.events("3", 0),
        cache.event("e7"),
        cache.all_events.recent(0, tuple(EventKind)),
        cache.versions([event.event_id for event in _EVENTS]),
        cache.all_events.open_alarms(50),
        cache.all_events.alarm_facts(0),
        cache.all_events.arming_marks(0),
        cache.known_span("1"),
        cache.all_events.dormant(0, 10),
        cache.feed_ms(),
    )


def _spoilt(whole: bytes, dice: random.Random) -> bytes:
    """One of: some bits, some bytes, a page of nothing, cut off, cut off and filled, two pages swapped."""
    body = bytearray(whole)
    kind = dice.randrange(6)
    at = dice.randrange(len(body))
    page = at // 4096 * 4096
    if kind == 0:
        for _ in range(dice.randint(1, 5)):
            body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
    elif kind == 1:
        body[at : at + dice.randint(1, 200)] = dice.randbytes(100)
    elif kind == 2:
        body[page : page + 4096] = bytes(4096)
    elif kind == 3:
        del body[at:]
    elif kind == 4:
        body[at:] = bytes(len(body) - at)
    else:
        other = dice.randrange(len(body)) // 4096 * 4096
        body[page : page + 4096], body[other : other + 4096] = (
            body[other : other + 4096],
            body[page : page + 4096],
        )
    return bytes(body)


@pytest.mark.slow
def test_a_thousand_damaged_caches_are_read_or_set_aside_and_rebuilt(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    cache = Cache(path)
    cache._database._writer.execute("PRAGMA synchronous=OFF")
    _resync(cache)
    truth = _all(cache)
    cache.close()
    whole = path.read_bytes()
    local = LocalStore(tmp_path / "local.sqlite")
    local.put_draft("1", _DRAFT)
    dice = random.Random(7)
    set_aside = 0
    for number in range(_MUTATIONS):
        folder = tmp_path / "one"
        folder.mkdir()
        path = folder / "cache.sqlite"
        path.write_bytes(_spoilt(whole, dice))
        # As a person lives it: start, look, read anew; damage met on the way is repaired by the next start.
        for _start in range(3):
            cache = Cache(path)
            cache._database._writer.execute("PRAGMA synchronous=OFF")
            set_aside += bool(cache.was_rebuilt)
            try:
                _all(cache)
                is_whole = cache.is_whole()
                _resync(cache)
                found = _all(cache) if is_whole else ()
            except DiskFailed:
                assert cache.is_damaged, f"mutation {number}: said, but not to be repaired"
                found = ()
            finally:
                cache.close()
            if found == truth:
                break
        assert found == truth, f"mutation {number} is not repaired by three starts"
        assert len(list(folder.glob("*.corrupt-*"))) <= 2
        shutil.rmtree(folder)
    assert set_aside > _MUTATIONS / 4
    assert local.draft("1") == _DRAFT
    local.close()


@pytest.mark.parametrize("version", [-1, 0, 1, 3])
def test_a_version_that_the_file_is_not_of_is_set_aside_and_rebuilt(tmp_path: Path, version: int) -> None:
    path = tmp_path / "cache.sqlite"
    cache = Cache(path)
    _resync(cache)
    truth = _all(cache)
    cache._database._writer.execute(f"PRAGMA user_version={version}")
    cache.close()
    again = Cache(path)
    assert "set aside" in again.was_rebuilt
    assert again.sites() == ((), None)
    _resync(again)
    assert _all(again) == truth
    again.close()
    assert len(list(tmp_path.glob("*.corrupt-*"))) == 1


@pytest.mark.parametrize("version", [-1, 0])
@pytest.mark.parametrize("store", [LocalStore, OutboxStore, Inbox])
def test_what_no_server_has_is_set_aside_too_and_opens_anew(
    tmp_path: Path, store: type[LocalStore | OutboxStore | Inbox], version: int
) -> None:
    """Else nothing could be opened any more. What is set aside is kept whole."""
    path = tmp_path / "kept.sqlite"
    store(path).close()
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"PRAGMA user_version={version}")
    before = path.read_bytes()
    again = store(path)
    assert "was damaged and was set aside" in again.was_rebuilt
    again.close()
    (aside,) = (one for one in tmp_path.glob("*.corrupt-*") if not one.name.endswith("-wal"))
    assert aside.read_bytes() == before
    store(path).close()


def test_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    Cache(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version=900")
        newer.execute("CREATE TABLE of_the_future (a)")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(ConsoleError, match=r"newer version of this program\. Update the program"):
        Cache(path)
    assert path.read_bytes() == before
    assert list(tmp_path.glob("*.corrupt-*")) == []
