"""Sees when the window's thread itself reads or writes a database of a connection: a busy disk, or much in it, would hold the window."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from chekt_console.store.database import Database

if TYPE_CHECKING:
    from types import FrameType

_WINDOW = ("/ui/", "/background/", "/session", "/console.py")
_TESTS = Path(__file__).parents[1].as_posix()
_FILES = ("cache.sqlite", "inbox.sqlite", "local.sqlite")
_MAY = (
    # Sites and armed states as they were known last, before the first picture of a connection: it shall not be empty.
    "sites_controller.py:start",
    # A connection's settings, and the requests that wait: a few rows, as their file is opened. From then on memory answers.
    "inbox.py:__init__",
    "local.py:__init__",
    # One site's devices, when a monitoring center asks for one of them by its number.
    "session_live.py:_device_name",
)


class WindowReads:
    """From `watch` to `end`. What a test itself asks a service for is not the window's."""

    def __init__(self) -> None:
        self.found: set[str] = set()  # what was called, innermost first

    def watch(self) -> None:
        Database.on_use = self._look

    def end(self) -> None:
        Database.on_use = None

    def _look(self, name: str) -> None:
        if name not in _FILES or threading.current_thread() is not threading.main_thread():
            return
        frame: FrameType | None = sys._getframe(2)
        way: list[str] = []
        is_window = False
        while frame is not None:
            file = Path(frame.f_code.co_filename).as_posix()
            if file.startswith(_TESTS):
                break
            if "/chekt_console/" in file:
                way.append(f"{Path(file).name}:{frame.f_code.co_name}")
                is_window = is_window or any(part in file for part in _WINDOW)
            frame = frame.f_back
        if is_window and not set(_MAY).intersection(way):
            self.found.add(" < ".join(way))
