"""Keys live in a safe keyring or in memory, never in plain text; the keyring is a stand-in back end here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from chekt_console.auth.key_store import KeyStore
from chekt_console.auth.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Safe(KeyringBackend):
    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.is_locked:
            raise KeyringLocked("locked")
        self.kept[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
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
