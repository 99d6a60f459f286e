"""Keys in the system's keyring; where there is none, in memory for this session only. Never in a file of ours."""

from __future__ import annotations

import logging
import secrets
import threading
from typing import TYPE_CHECKING, Any

from chekt_console.auth.secret import Secret
from chekt_console.errors import KeyringUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

_log = logging.getLogger(__name__)

# Back ends that would write plain text, or nothing at all.
_UNSAFE = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")
_PATIENCE_S = 25.0  # long enough to type a password into the keyring's own window

# Windows keeps 2,560 bytes of UTF-16 in one entry, and a partner's key is longer: such a value goes into several entries,
# and the one of its name tells which.
_ENTRY_CHARS = 1000
_SPLIT = "in parts:"

_NONE = "This computer has no safe keyring."
_CLOSED = "This computer's keyring is locked or refused access: unlock it and try again."
_SILENT = "This computer's keyring does not answer: look for its window, then try again."


class _Silent(Exception):
    """No answer in time; the call may still be waiting for the person."""


class KeyStore:
    """May block for as long as the keyring asks the person, half a minute at most: call it in a worker."""

    def __init__(self, service: str, *, patience_s: float = _PATIENCE_S) -> None:
        self._service = service
        self._patience_s = patience_s
        self._memory: dict[str, Secret] = {}
        self._keyring: ModuleType | None = None
        self._was_sought = False
        self._lock = threading.Lock()
        self._stuck: threading.Thread | None = None
        self._problem = ""

    @property
    def is_session_only(self) -> bool:
        """True when a key is kept in memory only, or would be, because the keyring cannot be used."""
        return self._found() is None or bool(self._memory)

    @property
    def problem(self) -> str:
        """Why the keyring could not be used, for the person; "" while it can."""
        return self._problem

    def is_available(self) -> bool:
        return self._found() is not None

    def read(self, name: str) -> Secret | None:
        """None when nothing is there. Raises KeyringUnavailable when the keyring cannot be asked."""
        if name in self._memory:  # newer than what the keyring refused to take
            return self._memory[name]
        keyring = self._found()
        if keyring is None:
            if self._was_sought:
                return None  # no safe keyring: it was never given anything
            raise KeyringUnavailable(self._problem)
        value = self._ask(lambda: _joined(keyring, self._service, name))
        return Secret(value) if isinstance(value, str) and value else None

    def write(self, name: str, key: str) -> None:
        """Kept for this session in any case; `problem` tells when the keyring did not take it."""
        keyring = self._found()
        self._memory[name] = Secret(key)
        if keyring is None:
            return
        try:
            self._ask(lambda: _put(keyring, self._service, name, key))
        except KeyringUnavailable:
            return
        self._memory.pop(name, None)

    def write_for_session(self, name: str, key: str) -> None:
        """In memory only: what the keyring may hold under this name is left as it is."""
        self._memory[name] = Secret(key)

    def delete(self, name: str) -> None:
        """Raises KeyringUnavailable when it may still be in the keyring."""
        keyring = self._found()
        if keyring is not None:
            self._ask(lambda: _delete(keyring, self._service, name))
        elif not self._was_sought:
            raise KeyringUnavailable(self._problem)
        self._memory.pop(name, None)

    def _found(self) -> ModuleType | None:
        with self._lock:
            if not self._was_sought:
                # Behind the first paint: the import and the search for a back end cost a tenth of a second.
                import keyring
                import keyring.errors

                try:
                    backend = self._within(keyring.get_keyring)
                except _Silent:
                    self._problem = _SILENT
                    return None
                if _is_safe(backend):
                    self._keyring = keyring
                else:
                    self._problem = _NONE
                self._was_sought = True
            return self._keyring

    def _ask(self, call: Callable[[], Any]) -> Any:
        """What the keyring answers. Raises KeyringUnavailable, and `problem` says the same."""
        try:
            answer = self._within(call)
        except _Silent:
            _log.info("the keyring does not answer")
            self._problem = _SILENT
        except Exception as error:  # noqa: BLE001 - back ends raise whatever their system raises
            # The words of a back end may hold the key; only the kind of error goes to the log.
            _log.info("the keyring cannot be used: %s", type(error).__name__)
            self._problem = _CLOSED
        else:
            self._problem = ""
            return answer
        raise KeyringUnavailable(self._problem)

    def _within(self, call: Callable[[], Any]) -> Any:
        # A thread outside background/: nothing else gets away from a library call that never returns.
        if self._stuck is not None and self._stuck.is_alive():
            raise _Silent
        answers: list[Any] = []
        errors: list[Exception] = []

        def run() -> None:
            try:
                answers.append(call())
            except Exception as error:  # noqa: BLE001 - raised again where it was asked for
                errors.append(error)

        thread = threading.Thread(target=run, name="keyring", daemon=True)
        thread.start()
        thread.join(self._patience_s)
        if thread.is_alive():
            self._stuck = thread
            raise _Silent
        if errors:
            raise errors[0]
        return answers[0]


def _put(keyring: ModuleType, service: str, name: str, key: str) -> None:
    """The parts first and the entry that names them last: broken off in between, the value before it is still whole."""
    before = keyring.get_password(service, name)
    if len(key) <= _ENTRY_CHARS:
        keyring.set_password(service, name, key)
    else:
        mark = secrets.token_hex(4)
        parts = [key[start : start + _ENTRY_CHARS] for start in range(0, len(key), _ENTRY_CHARS)]
        for number, part in enumerate(parts):
            keyring.set_password(service, f"{name} {mark}-{number}", part)
        keyring.set_password(service, name, f"{_SPLIT}{mark}:{len(parts)}")
    _delete_parts(keyring, service, _parts(name, before))


def _joined(keyring: ModuleType, service: str, name: str) -> str | None:
    """None when it is not there, or not the whole of it."""
    value: str | None = keyring.get_password(service, name)
    names = _parts(name, value)
    if not names:
        return value
    parts = [keyring.get_password(service, one) for one in names]
    return "".join(parts) if all(parts) else None


def _delete(keyring: ModuleType, service: str, name: str) -> None:
    names = _parts(name, keyring.get_password(service, name))
    _delete_parts(keyring, service, [name, *names])


def _delete_parts(keyring: ModuleType, service: str, names: Iterable[str]) -> None:
    for name in names:
        try:
            keyring.delete_password(service, name)
        except keyring.errors.PasswordDeleteError:
            # It was not there; but on macOS a keychain that refuses says the same.
            if keyring.get_password(service, name) is not None:
                raise


def _parts(name: str, value: str | None) -> list[str]:
    """The entries that hold the value; none when it is held whole."""
    if value is None or not value.startswith(_SPLIT):
        return []
    mark, _, count = value.removeprefix(_SPLIT).partition(":")
    return [f"{name} {mark}-{number}" for number in range(int(count))] if count.isdecimal() else []


def _is_safe(backend: object) -> bool:
    """A chain is as safe as its weakest member, for it writes to whichever takes the key."""
    members = getattr(backend, "backends", None)
    if members is not None:
        found = list(members)
        return bool(found) and all(_is_safe(one) for one in found)
    return not type(backend).__module__.startswith(_UNSAFE) and getattr(backend, "priority", 0) > 0
