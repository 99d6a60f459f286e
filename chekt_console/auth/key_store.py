"""Keys in the system's keyring; where there is none, in memory for this session only. Never in a file of ours."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from chekt_console.auth.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_log = logging.getLogger(__name__)

# Back ends that would write plain text, or nothing at all.
_UNSAFE = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")
_PATIENCE_S = 25.0  # long enough to type a password into the keyring's own window

_NONE = "This computer has no safe keyring."
_CLOSED = "This computer's keyring is locked or refused access: unlock it and start the console again."
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
        if name in self._memory:  # newer than what the keyring refused to take
            return self._memory[name]
        keyring = self._found()
        value = None if keyring is None else self._ask(lambda: keyring.get_password(self._service, name))
        return Secret(value) if isinstance(value, str) and value else None

    def write(self, name: str, key: str) -> None:
        keyring = self._found()
        self._memory[name] = Secret(key)
        if keyring is not None:
            self._ask(lambda: keyring.set_password(self._service, name, key))
            if not self._problem:
                self._memory.pop(name, None)

    def delete(self, name: str) -> None:
        self._memory.pop(name, None)
        keyring = self._found()
        if keyring is not None:
            self._ask(lambda: keyring.delete_password(self._service, name))

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
        """What the keyring answers; None when it failed, and `problem` says how."""
        try:
            answer = self._within(call)
        except _Silent:
            _log.info("the keyring does not answer")
            self._problem = _SILENT
            return None
        except Exception as error:  # noqa: BLE001 - back ends raise whatever their system raises
            # By name: the module with its errors is imported late.
            if type(error).__name__ == "PasswordDeleteError":
                return None  # it was not there
            # The words of a back end may hold the key; only the kind of error goes to the log.
            _log.info("the keyring cannot be used: %s", type(error).__name__)
            self._keyring, self._problem = None, _CLOSED
            return None
        self._problem = ""
        return answer

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


def _is_safe(backend: object) -> bool:
    """A chain is as safe as its weakest member, for it writes to whichever takes the key."""
    members = getattr(backend, "backends", None)
    if members is not None:
        found = list(members)
        return bool(found) and all(_is_safe(one) for one in found)
    return not type(backend).__module__.startswith(_UNSAFE) and getattr(backend, "priority", 0) > 0
