"""Keys in the system's keyring; where there is none, in memory for this session only. Never in a file of ours."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from chekt_console.auth.secret import Secret

if TYPE_CHECKING:
    from types import ModuleType

_log = logging.getLogger(__name__)

# Back ends that would write plain text, or nothing at all.
_UNSAFE = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")


class KeyStore:
    """May block for as long as the keyring asks the person: call it in a worker."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._memory: dict[str, Secret] = {}
        self._keyring: ModuleType | None = None
        self._was_sought = False
        self._lock = threading.Lock()

    @property
    def is_session_only(self) -> bool:
        """True when keys are kept in memory only, because this computer has no safe keyring."""
        return self._found() is None

    def is_available(self) -> bool:
        return self._found() is not None

    def read(self, name: str) -> Secret | None:
        keyring = self._found()
        if keyring is not None:
            try:
                value = keyring.get_password(self._service, name)
            except keyring.errors.KeyringError as error:
                self._lose(error)
            else:
                if value:
                    return Secret(value)
        return self._memory.get(name)

    def write(self, name: str, key: str) -> None:
        keyring = self._found()
        if keyring is not None:
            try:
                keyring.set_password(self._service, name, key)
            except keyring.errors.KeyringError as error:
                self._lose(error)
            else:
                self._memory.pop(name, None)
                return
        self._memory[name] = Secret(key)

    def delete(self, name: str) -> None:
        self._memory.pop(name, None)
        keyring = self._found()
        if keyring is not None:
            try:
                keyring.delete_password(self._service, name)
            except keyring.errors.PasswordDeleteError:
                pass  # it was not there
            except keyring.errors.KeyringError as error:
                self._lose(error)

    def _found(self) -> ModuleType | None:
        with self._lock:
            if not self._was_sought:
                # Behind the first paint: the import and the search for a back end cost a tenth of a second.
                import keyring
                import keyring.errors

                if _is_safe(keyring.get_keyring()):
                    self._keyring = keyring
                self._was_sought = True
            return self._keyring

    def _lose(self, error: Exception) -> None:
        """Locked, denied or gone: this session goes on in memory."""
        _log.info("the keyring cannot be used: %s", type(error).__name__)
        self._keyring = None


def _is_safe(backend: object) -> bool:
    """A chain is as safe as its weakest member, for it writes to whichever takes the key."""
    members = getattr(backend, "backends", None)
    if members is not None:
        found = list(members)
        return bool(found) and all(_is_safe(one) for one in found)
    return not type(backend).__module__.startswith(_UNSAFE) and getattr(backend, "priority", 0) > 0
