"""The check of a saved connection without a window: `chekt-console --check-connection NAME`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from chekt_console.auth.key_store import KeyStore
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import ConsoleError
from chekt_console.services.sign_in_service import SignInService
from chekt_console.settings import DataPaths
from chekt_console.store.connections_store import Connections, Environment

if TYPE_CHECKING:
    from pathlib import Path

KEYRING_SERVICE = "CHeKT Console"


def run_check(name: str, data_dir: Path | None) -> int:
    """0: good, 1: something failed, 2: there is nothing to check."""
    try:
        paths = DataPaths(data_dir)
        saved = Connections(paths.connections_file)
    except OSError as error:
        return _told(f"The data folder cannot be used: {error}.", 2)
    connection = saved.get(name)
    if connection is None:
        known = ", ".join(_checkable(saved)) or "none"
        return _told(f"There is no connection named {name}. Saved: {known}.", 2)
    if connection.environment is Environment.SIMULATOR:
        return _told("The simulator runs only inside the window: check it there, from the menu.", 2)
    try:
        service = SignInService(KeyStore(KEYRING_SERVICE), paths.connection_dir)
        report = service.check(connection, NoProgress())
    except ConsoleError as error:
        return _told(error.sentence, 1)
    sys.stdout.write(report.text() + "\n")
    return 0 if report.is_good else 1


def _checkable(saved: Connections) -> list[str]:
    return [one.name for one in saved.all() if one.environment is not Environment.SIMULATOR]


def _told(sentence: str, code: int) -> int:
    sys.stderr.write(sentence + "\n")
    return code
