"""The saved connections: names and addresses, never keys. One JSON file, written whole."""

from __future__ import annotations

import json
import logging
import os
import secrets
import time
from dataclasses import asdict, dataclass
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chekt_console.errors import DiskFailed

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)


class Environment(Enum):
    SIMULATOR = "simulator"
    SANDBOX = "sandbox"
    PRODUCTION = "production"


class Kind(Enum):
    """How a connection proves who it is."""

    API_KEY = "api_key"
    DEALER = "dealer"
    PARTNER = "partner"


_PRODUCTION = "chekt.com"


def is_production(base_url: str) -> bool:
    """By the host that would be asked, which for a name in other letters is not the one that is read."""
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:
        return False
    if not host.isascii():
        import httpx  # only for such a name: too slow for the first paint

        try:
            host = httpx.URL(base_url).raw_host.decode("ascii")
        except httpx.InvalidURL:
            return False
    host = host.rstrip(".")
    return host == _PRODUCTION or host.endswith(f".{_PRODUCTION}")


_ADDED = (
    "client_id", "key_id", "auth_url", "audience", "ca_file", "dealer_id", "connection_id", "external_dealer_id",
    "company_name",
)  # fmt: skip


def new_id() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Connection:
    """Where one account is reached. `base_url` is "" for the simulator, whose port is known when it runs."""

    name: str
    environment: Environment
    base_url: str
    kind: Kind = Kind.API_KEY
    client_id: str = ""
    key_id: str = ""
    auth_url: str = ""
    audience: str = ""
    ca_file: str = ""
    dealer_id: str = ""  # whose account a sign-in opens
    connection_id: str = ""  # names its folder and its entry of the keyring, whatever it is called
    external_dealer_id: str = ""
    company_name: str = ""
    ports: tuple[int, ...] = ()  # that the sign-in page may answer to; none: any free one

    def __post_init__(self) -> None:
        """One that was saved before there were ids goes on under its name.

        What is guarded is told by the address: whatever was chosen for it, CHeKT's own domain is production."""
        if not self.connection_id:
            object.__setattr__(self, "connection_id", self.name)
        if is_production(self.base_url):
            object.__setattr__(self, "environment", Environment.PRODUCTION)


class Connections:
    """In the order they were added. A file that cannot be read is set aside, and the list starts empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connections: dict[str, Connection] = {}
        self._last_used = ""
        self._read()

    @property
    def last_used(self) -> str:
        return self._last_used

    @last_used.setter
    def last_used(self, name: str) -> None:
        if name != self._last_used:
            self._last_used = name
            self._write()

    def all(self) -> tuple[Connection, ...]:
        return tuple(self._connections.values())

    def get(self, name: str) -> Connection | None:
        return self._connections.get(name)

    def put(self, connection: Connection) -> None:
        if self._connections.get(connection.name) != connection:
            self._connections[connection.name] = connection
            self._write()

    def remove(self, name: str) -> None:
        if self._connections.pop(name, None) is not None:
            self._last_used = "" if self._last_used == name else self._last_used
            self._write()

    def _read(self) -> None:
        try:
            body = json.loads(self._path.read_text("utf-8"))
            for entry in body["connections"]:
                name = str(entry["name"])
                self._connections[name] = Connection(
                    name,
                    Environment(entry["environment"]),
                    str(entry["base_url"]),
                    Kind(entry.get("kind", Kind.API_KEY.value)),
                    ports=tuple(int(port) for port in entry.get("ports", ())),
                    **{field: str(entry.get(field, "")) for field in _ADDED},
                )
            self._last_used = str(body["last_used"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.error("the saved connections cannot be read: %s", error)
            self._connections.clear()
            aside = self._path.with_name(f"{self._path.name}.corrupt-{time.strftime('%Y%m%d-%H%M%S')}")
            try:
                os.replace(self._path, aside)
            except OSError as problem:
                _log.error("they cannot be set aside either: %s", problem)

    def _write(self) -> None:
        body = {
            "last_used": self._last_used,
            "connections": [
                {**asdict(one), "environment": one.environment.value, "kind": one.kind.value}
                for one in self._connections.values()
            ],
        }
        part = self._path.with_name(self._path.name + ".part")
        try:
            with part.open("w", encoding="utf-8") as file:
                json.dump(body, file, indent=2, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self._path)
        except OSError as error:
            raise DiskFailed(
                f"The connection could not be saved: {error.strerror}.", detail=str(error)
            ) from error
