"""A disk that remembers: runs the program's own stores in a process whose SQLite tells each write and sync of it.

`python -m tests.support.power_loss FOLDER LOG` keeps drafts, decisions, waiting changes, deliveries and ledger entries, and pickles
what the disk saw. A shim around SQLite's own file system, put in place by ctypes, so that the program needs no change for it.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import sqlite3
import sys
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_FILE_IO = 12  # function pointers of sqlite3_io_methods up to xDeviceCharacteristics
_SHARED_IO = 6  # those of versions 2 and 3


class Step(NamedTuple):
    """`what`: "write", "truncate", "delete", "sync", or "kept" with the words in `name`."""

    what: str
    name: str
    offset: int = 0
    data: bytes = b""


class _Methods(Structure):
    _fields_ = (("version", c_int), ("calls", c_void_p * (_FILE_IO + _SHARED_IO)))


class _System(Structure):
    """sqlite3_vfs; what follows xDelete is copied as it is."""

    _fields_ = (
        ("version", c_int),
        ("size_of_file", c_int),
        ("longest_path", c_int),
        ("following", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("rest", c_void_p * 14),
    )


# Names as plain addresses: SQLite keeps them, and reads what lies beside them.
_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
_XWRITE, _XTRUNCATE, _XSYNC = 2, 3, 4


def library() -> str:
    """Of the SQLite this Python uses; "" when it is built in."""
    maps = Path("/proc/self/maps").read_text() if sys.platform.startswith("linux") else ""
    return next((line.split()[-1] for line in maps.splitlines() if "libsqlite3.so" in line), "")


class RecordingDisk:
    """From `install` on every SQLite file of this process tells what is done to it."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.refuse: Callable[[str], int] = lambda _: (
            0
        )  # SQLite's error code for a "write" or "sync"; 0 lets it pass
        self._names: dict[int, str] = {}  # by the address of an open file
        self._methods: dict[int, _Methods] = {}  # ours, by the address of SQLite's own
        self._kept: list[Any] = []  # callbacks live as long as SQLite may call them

    def install(self) -> None:
        sqlite = ctypes.CDLL(library())
        sqlite.sqlite3_vfs_find.restype = POINTER(_System)
        real = sqlite.sqlite3_vfs_find(None).contents
        mine = _System.from_buffer_copy(real)
        mine.name = b"recording"
        real_open, real_delete = _OPEN(real.open), _DELETE(real.delete)

        def opened(system: int, name: int | None, file: int, flags: int, told: int) -> int:
            code = real_open(system, name, file, flags, told)
            pointer = c_void_p.from_address(file)
            if code == 0 and name and pointer.value:
                self._names[file] = _name(name)
                pointer.value = ctypes.addressof(self._ours(pointer.value))
            return int(code)

        def deleted(system: int, name: int, is_synced: int) -> int:
            self.steps.append(Step("delete", _name(name)))
            return int(real_delete(system, name, is_synced))

        mine.open = self._pointer(_OPEN(opened))
        mine.delete = self._pointer(_DELETE(deleted))
        self._kept += [mine, real_open, real_delete]
        assert sqlite.sqlite3_vfs_register(ctypes.byref(mine), 1) == 0

    def _ours(self, address: int) -> _Methods:
        found = self._methods.get(address)
        if found is not None:
            return found
        real = _Methods.from_address(address)
        mine = _Methods.from_buffer_copy(real)
        real_write, real_truncate = _WRITE(real.calls[_XWRITE]), _TRUNCATE(real.calls[_XTRUNCATE])
        real_sync = _SYNC(real.calls[_XSYNC])

        def write(file: int, data: int, length: int, offset: int) -> int:
            if code := self.refuse("write"):
                return code
            self.steps.append(Step("write", self._names[file], offset, ctypes.string_at(data, length)))
            return int(real_write(file, data, length, offset))

        def truncate(file: int, size: int) -> int:
            self.steps.append(Step("truncate", self._names[file], size))
            return int(real_truncate(file, size))

        def sync(file: int, flags: int) -> int:
            if code := self.refuse("sync"):
                return code
            code = int(real_sync(file, flags))
            self.steps.append(Step("sync", self._names[file]))
            return code

        mine.calls[_XWRITE] = self._pointer(_WRITE(write))
        mine.calls[_XTRUNCATE] = self._pointer(_TRUNCATE(truncate))
        mine.calls[_XSYNC] = self._pointer(_SYNC(sync))
        self._methods[address] = mine
        self._kept += [real_write, real_truncate, real_sync]
        return mine

    def _pointer(self, callback: Any) -> int | None:
        self._kept.append(callback)
        return ctypes.cast(callback, c_void_p).value


def _name(address: int) -> str:
    return Path(os.fsdecode(ctypes.string_at(address))).name


def main() -> None:
    from tests.support.power_loss_work import work  # behind the shim: nothing is opened before it

    folder, log = map(Path, sys.argv[1:])
    disk = RecordingDisk()
    disk.install()
    work(folder, lambda words: disk.steps.append(Step("kept", words)))
    log.write_bytes(pickle.dumps([tuple(step) for step in disk.steps]))
    sys.stdout.write(f"{sqlite3.sqlite_version}\n")
    sys.stdout.flush()
    os._exit(0)  # nobody closes a file when the power goes


if __name__ == "__main__":
    main()
