"""The ledger on disk, and the key: what is tampered with is told, and where there is no keyring it is said."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from chekt_console.auth.evidence_key import EvidenceKeys
from chekt_console.auth.key_store import KeyStore
from chekt_console.store.ledger import Ledger, LedgerBroken
from tests.support.ending import join

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def filled(path: Path, count: int = 5) -> Ledger:
    ledger = Ledger(path)
    for number in range(count):
        ledger.add("viewed", at_ms=number, who="tester", event_ids=(str(number),))
    return ledger


def test_entries_are_chained_kept_and_go_on_after_a_restart(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.sqlite3")
    ledger.close()
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    ledger.add("exported", at_ms=9, who="tester", event_ids=("1", "2"), detail={"as": "Evidence"})
    entries = ledger.entries()
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert all(after.previous == before.hash for before, after in itertools.pairwise(entries))
    assert entries[-1].facts()["as"] == "Evidence"
    assert ledger.what_is_wrong() == ""
    ledger.close()


def test_entries_are_neither_changed_nor_removed_by_mistake(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.sqlite3")
    ledger.close()
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as file:
        for sql in ("DELETE FROM entry WHERE number = 2", "UPDATE entry SET body = ''"):
            with pytest.raises(sqlite3.IntegrityError, match="entries are never"):
                file.execute(sql)
    file.close()


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE entry SET body = replace(body, 'tester', 'nobody') WHERE number = 3", "text of entry 3"),
        ("DELETE FROM entry WHERE number = 3", "entry 4 stands where entry 3 should"),
        ("DELETE FROM entry WHERE number = 1", "entry 2 stands where entry 1 should"),
        ("DELETE FROM entry WHERE number = 5", "entry 5 was the last one and is gone"),
        ("DELETE FROM entry", "entry 5 was the last one and is gone"),
        ("UPDATE entry SET number = 9 - number WHERE number IN (2, 3, 4, 5)", "entry"),
        ("UPDATE entry SET hash = previous WHERE number = 2", "entry 2 was changed"),
        (
            "INSERT INTO entry SELECT 6, body, body_sha256, previous, hash FROM entry WHERE number = 5",
            "entry 6",
        ),
    ],
)
def test_tampering_beside_the_program_is_told_and_stops_exports(tmp_path: Path, sql: str, told: str) -> None:
    """Row: "Any byte of an evidence pack changed … reordered", at its source."""
    ledger = filled(tmp_path / "ledger.sqlite3")
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as file:
        file.execute("DROP TRIGGER entry_stays")
        file.execute("DROP TRIGGER entry_kept")
        if "9 - number" in sql:
            file.execute("UPDATE entry SET number = number + 100 WHERE number > 1")
            sql = "UPDATE entry SET number = 107 - number WHERE number > 1"
        file.execute(sql)
    file.close()
    assert told in ledger.what_is_wrong()
    with pytest.raises(LedgerBroken, match="Nothing was exported"):
        ledger.checked_entries()
    ledger.close()


def test_threads_and_programs_share_one_chain(tmp_path: Path) -> None:
    ledgers = [filled(tmp_path / "ledger.sqlite3", 0) for _ in range(2)]

    def write(ledger: Ledger) -> None:
        for number in range(20):
            ledger.add("viewed", at_ms=number, who="tester", event_ids=("1",))

    threads = [threading.Thread(target=write, args=(ledgers[number % 2],)) for number in range(4)]
    for thread in threads:
        thread.start()
    join(*threads)
    assert len(ledgers[0].entries()) == 80
    assert ledgers[1].what_is_wrong() == ""
    for ledger in ledgers:
        ledger.close()


def test_without_a_keyring_the_key_is_for_this_session_and_says_so() -> None:
    """Row: "Keyring absent …: memory-only session, said plainly; never a plain file"."""
    keys = EvidenceKeys(KeyStore("chekt-evidence-test"))
    key = keys.key()
    assert key.is_session_only
    assert keys.key().sha256 == key.sha256, "made once"
    assert EvidenceKeys(KeyStore("chekt-evidence-test")).key().sha256 != key.sha256
    assert "PRIVATE" not in repr(key)
    assert b"PUBLIC KEY" in key.public_pem


class _Safe(KeyringBackend):
    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.is_locked:
            raise KeyringLocked
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def backend() -> Iterator[_Safe]:
    before = keyring.get_keyring()
    safe = _Safe()
    keyring.set_keyring(safe)
    yield safe
    keyring.set_keyring(before)


def test_the_key_is_made_once_and_outlives_the_program(backend: _Safe) -> None:
    first = EvidenceKeys(KeyStore("chekt-evidence-test")).key()
    later = EvidenceKeys(KeyStore("chekt-evidence-test")).key()
    assert later.sha256 == first.sha256
    assert not later.is_session_only
    assert len(backend.kept) == 1


def test_a_locked_keyring_gives_a_key_of_this_session_and_loses_none(backend: _Safe) -> None:
    """Row: "Keyring absent, locked, changed, denies …"."""
    first = EvidenceKeys(KeyStore("chekt-evidence-test")).key()
    backend.is_locked = True
    meanwhile = EvidenceKeys(KeyStore("chekt-evidence-test")).key()
    assert meanwhile.is_session_only
    assert meanwhile.sha256 != first.sha256
    backend.is_locked = False
    assert EvidenceKeys(KeyStore("chekt-evidence-test")).key().sha256 == first.sha256
