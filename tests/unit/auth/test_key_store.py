"""Keys live in a safe keyring or in memory, never in plain text; the keyring is a stand-in back end here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from chekt_console.auth.key_store import KeyStore
from chekt_console.auth.secret import Secret
from chekt_console.errors import KeyringUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Safe(KeyringBackend):
    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False
        self.most_bytes = 10**9
        self.fails_at = 0
        self.writes = 0

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.is_locked:
            raise KeyringLocked("locked")
        self.writes += 1
        if len(password.encode("utf-16-le")) > self.most_bytes or self.writes == self.fails_at:
            raise OSError(1783, "CredWrite", "The stub received bad data.")
        self.kept[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.is_locked:
            raise PasswordDeleteError("can't delete")  # as macOS says it
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("none")


class _Plain(_Safe):
    pass


_Plain.__module__ = "keyrings.alt.file"


class _Chain(_Safe):
    def __init__(self, *members: KeyringBackend) -> None:
        super().__init__()
        self.backends = members


@pytest.fixture
def _keyring_put_back() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def _store(backend: KeyringBackend) -> KeyStore:
    keyring.set_keyring(backend)
    return KeyStore("CHeKT Console test")


@pytest.mark.usefixtures("_keyring_put_back")
def test_a_key_is_kept_in_the_keyring_and_outlives_the_session() -> None:
    backend = _Safe()
    _store(backend).write("Mine", "abc")
    later = _store(backend)
    assert later.is_available()
    assert later.read("Mine") == Secret("abc")
    assert "abc" not in repr(later.read("Mine"))
    later.delete("Mine")
    later.delete("Mine")
    assert later.read("Mine") is None
    assert backend.kept == {}


@pytest.mark.usefixtures("_keyring_put_back")
@pytest.mark.parametrize("backend", [_Plain(), _Chain(_Safe(), _Plain()), _Chain()])
def test_plain_text_is_refused_and_the_session_told(backend: _Safe) -> None:
    store = _store(backend)
    store.write("Mine", "abc")
    assert store.is_session_only
    assert store.read("Mine") == Secret("abc")
    assert backend.kept == {}
    assert KeyStore("CHeKT Console test").read("Mine") is None


@pytest.mark.usefixtures("_keyring_put_back")
def test_a_keyring_that_is_locked_costs_only_the_memory_of_it() -> None:
    backend = _Safe()
    store = _store(backend)
    backend.is_locked = True
    store.write("Mine", "abc")
    assert store.is_session_only
    assert store.read("Mine") == Secret("abc")


_LONG = "".join(chr(33 + number % 90) for number in range(1704))  # as long as the PEM of a 2048-bit key


@pytest.mark.usefixtures("_keyring_put_back")
def test_a_partner_key_fits_where_an_entry_holds_2560_bytes() -> None:
    backend = _Safe()
    backend.most_bytes = 2560
    store = _store(backend)
    store.write("Mine", _LONG)
    assert not store.is_session_only
    assert _store(backend).read("Mine") == Secret(_LONG)
    store.write("Mine", _LONG[::-1])
    assert _store(backend).read("Mine") == Secret(_LONG[::-1])
    store.write("Mine", "short")
    assert list(backend.kept.values()) == ["short"], "nothing of the longer ones is left behind"
    store.write("Mine", _LONG)
    store.delete("Mine")
    assert backend.kept == {}


@pytest.mark.usefixtures("_keyring_put_back")
def test_a_long_value_saved_whole_by_an_earlier_version_is_read() -> None:
    backend = _Safe()
    backend.kept[("CHeKT Console test", "Mine")] = _LONG
    assert _store(backend).read("Mine") == Secret(_LONG)


@pytest.mark.usefixtures("_keyring_put_back")
def test_a_write_that_breaks_off_leaves_the_value_before_it() -> None:
    backend = _Safe()
    _store(backend).write("Mine", _LONG)
    for step in (1, 2, 3):
        backend.fails_at = backend.writes + step
        _store(backend).write("Mine", _LONG[::-1])
        assert _store(backend).read("Mine") == Secret(_LONG)


@pytest.mark.usefixtures("_keyring_put_back")
def test_a_failed_write_leaves_the_other_keys_readable() -> None:
    backend = _Safe()
    store = _store(backend)
    store.write("Other", "abc")
    backend.fails_at = backend.writes + 1
    store.write("Mine", "def")
    assert "locked or refused" in store.problem
    assert store.read("Mine") == Secret("def")
    assert store.read("Other") == Secret("abc")


@pytest.mark.usefixtures("_keyring_put_back")
def test_locked_is_not_the_same_as_gone() -> None:
    backend = _Safe()
    store = _store(backend)
    store.write("Mine", "abc")
    backend.is_locked = True
    for ask in (store.read, store.delete):
        with pytest.raises(KeyringUnavailable, match="unlock it and try again"):
            ask("Mine")
    backend.is_locked = False
    assert store.read("Mine") == Secret("abc")
    assert store.read("Other") is None
