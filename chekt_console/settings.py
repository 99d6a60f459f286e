"""Where the program keeps its files, and the few settings it remembers: typed, written whole, never fatal."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)

_APP = "chekt-console"
THEMES = ("system", "dark", "light")


class DataPaths:
    """Every file of the program, under one root that exists once this is built."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or _default_root()).absolute()
        self.root.mkdir(parents=True, exist_ok=True)
        self.settings_file = self.root / "settings.json"
        self.connections_file = self.root / "connections.json"
        self.log_file = self.root / "console.log"
        self.simulator_dir = self.root / "simulator"
        self.connections_dir = self.root / "connections"

    def connection_dir(self, connection_id: str) -> Path:
        """The folder of one connection, made; data of two connections never meets, whatever they are called."""
        folder = self.connections_dir / file_name(connection_id)
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _default_root() -> Path:
    import platformdirs  # only where no folder was given: part of every start otherwise

    return platformdirs.user_data_path(_APP, appauthor=False)


def file_name(name: str) -> str:
    """`name` as a file name that no other name gets, on file systems that ignore case or accents too."""
    import hashlib  # OpenSSL is loaded behind the first paint

    readable = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40]
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{readable or 'connection'}-{mark}"


class Settings:
    """Settings of the window. Each change is written at once; a value of the wrong kind counts as not set."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values = self._read()

    @property
    def theme(self) -> str:
        """ "system", "dark" or "light"."""
        value = self._values.get("theme")
        return value if isinstance(value, str) and value in THEMES else "system"

    @theme.setter
    def theme(self, value: str) -> None:
        if value not in THEMES:
            raise ValueError(value)
        self._set("theme", value)

    @property
    def is_24h_clock(self) -> bool | None:
        """None: as the system's locale writes it."""
        value = self._values.get("is_24h_clock")
        return value if isinstance(value, bool) else None

    @is_24h_clock.setter
    def is_24h_clock(self, value: bool | None) -> None:
        self._set("is_24h_clock", value)

    @property
    def is_slow_link(self) -> bool:
        return self._values.get("is_slow_link") is True

    @is_slow_link.setter
    def is_slow_link(self, value: bool) -> None:
        self._set("is_slow_link", value)

    @property
    def is_live_muted(self) -> bool:
        """Whether a live picture alone in its window is opened without its sound."""
        return self._values.get("is_live_muted") is True

    @is_live_muted.setter
    def is_live_muted(self, value: bool) -> None:
        self._set("is_live_muted", value)

    @property
    def heard_on_wall(self) -> str:
        """The camera whose sound is on among others, as "site/device", or ""."""
        return self._text("heard_on_wall")

    @heard_on_wall.setter
    def heard_on_wall(self, value: str) -> None:
        self._set("heard_on_wall", value)

    @property
    def untold(self) -> tuple[str, ...]:
        """Sentences about commands whose outcome nobody saw, because the program ended."""
        value = self._values.get("untold")
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()

    @untold.setter
    def untold(self, value: tuple[str, ...]) -> None:
        if value or self.untold:
            self._set("untold", list(value))

    @property
    def last_perspective(self) -> str:
        return self._text("last_perspective")

    @last_perspective.setter
    def last_perspective(self, value: str) -> None:
        self._set("last_perspective", value)

    @property
    def last_connection(self) -> str:
        return self._text("last_connection")

    @last_connection.setter
    def last_connection(self, value: str) -> None:
        self._set("last_connection", value)

    @property
    def window_geometry(self) -> bytes:
        """What QWidget.saveGeometry gave; empty when never saved."""
        return _bytes(self._values.get("window_geometry"))

    @window_geometry.setter
    def window_geometry(self, value: bytes) -> None:
        self._set("window_geometry", _text(value))

    def last_site(self, connection_id: str) -> str:
        """Id of the site last looked at over this connection, or ""."""
        value = self._group("last_site").get(connection_id)
        return value if isinstance(value, str) else ""

    def set_last_site(self, connection_id: str, site_id: str) -> None:
        self._set_in("last_site", connection_id, site_id)

    def layout(self, perspective: str) -> bytes:
        """The remembered layout of a perspective; empty when never saved."""
        return _bytes(self._group("layout").get(perspective))

    def set_layout(self, perspective: str, state: bytes) -> None:
        self._set_in("layout", perspective, _text(state))

    def _text(self, key: str) -> str:
        value = self._values.get(key)
        return value if isinstance(value, str) else ""

    def _group(self, key: str) -> dict[str, Any]:
        value = self._values.get(key)
        return value if isinstance(value, dict) else {}

    def _set_in(self, group: str, key: str, value: object) -> None:
        self._set(group, {**self._group(group), key: value})

    def _set(self, key: str, value: object) -> None:
        if self._values.get(key) == value:
            return
        self._values[key] = value
        self._write()

    def _read(self) -> dict[str, Any]:
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            _log.error("Settings cannot be read, starting with none: %s", error)
            return {}
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, dict):
            return values
        aside = self._path.with_suffix(".broken")
        try:
            self._path.replace(aside)
        except OSError as error:
            _log.error("Broken settings cannot be set aside: %s", error)
        else:
            _log.error("Settings were broken; kept as %s, starting with none", aside.name)
        return {}

    def _write(self) -> None:
        """Whole or not at all. A disk that refuses costs the memory of the layout, not the work."""
        scratch = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # No fsync: it can hold the window for tenths of a second, and a torn file is only set aside.
            scratch.write_text(json.dumps(self._values, indent=1, sort_keys=True), encoding="utf-8")
            scratch.replace(self._path)
        except OSError as error:
            _log.error("Settings cannot be saved: %s", error)


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        return b""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
