"""Writes an export beside its place and moves it there whole: what is not finished never looks finished."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from typing import TYPE_CHECKING

from chekt_console.domain.evidence_manifest import UNFINISHED_SUFFIX, FileEntry
from chekt_console.errors import DiskFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from chekt_console.domain.progress import Progress

_BLOCK = 1024 * 1024
_MOST_NAMES = 1000


class EvidenceWriter:
    """One export. Use as a context: left by an exception, nothing of it stays. Raises DiskFailed.

    Until `finish` has moved it, the folder's name says that it is incomplete, so that a verifier says the same even when
    the program is killed at the last step.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.files: list[FileEntry] = []
        self._chosen = folder
        self._name = name
        self._is_finished = False
        self.path = folder / f".{name}.{secrets.token_hex(4)}{UNFINISHED_SUFFIX}"

    def __enter__(self) -> EvidenceWriter:
        with self._told():
            target = self._chosen / self._name
            if target.is_symlink():
                raise DiskFailed(
                    f"Nothing was exported: {target.name} is a link to another place. Remove it or choose another folder."
                )
            self.path.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_finished:
            shutil.rmtree(self.path, ignore_errors=True)

    def write(self, path: str, data: bytes) -> FileEntry:
        return self._put(path, iter((data,)))

    def copy(self, source: Path, path: str, progress: Progress) -> FileEntry:
        """Byte for byte; raises errors.Cancelled between blocks."""

        def blocks() -> Iterator[bytes]:
            with source.open("rb") as stream:
                while block := stream.read(_BLOCK):
                    progress.check()
                    yield block

        return self._put(path, blocks())

    def finish(self) -> Path:
        """The export takes its name; a number is added when the name is taken."""
        with self._told():
            _sync_folders(self.path)
            for number in range(1, _MOST_NAMES):
                target = self._chosen / (self._name if number == 1 else f"{self._name}_{number}")
                if os.path.lexists(target):
                    continue
                try:
                    os.rename(self.path, target)
                except OSError as error:  # taken since it was looked at
                    if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                        continue
                    raise
                self._is_finished = True
                _sync(self._chosen)
                return target
        raise DiskFailed("Nothing was exported: the folder holds too many exports of this name.")

    def _put(self, path: str, blocks: Iterator[bytes]) -> FileEntry:
        target = self.path / path
        size, digest = 0, hashlib.sha256()
        with self._told():
            if target.parent != self.path:
                target.parent.mkdir(exist_ok=True)
            with target.open("xb") as stream:
                for block in blocks:
                    stream.write(block)
                    digest.update(block)
                    size += len(block)
                stream.flush()
                os.fsync(stream.fileno())
        entry = FileEntry(path, size, digest.hexdigest())
        self.files.append(entry)
        return entry

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise DiskFailed(_sentence(error, self._chosen), detail=str(error)) from error


def _sentence(error: OSError, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why = "the disk is full. Free some space or choose another folder"
    elif error.errno == errno.EFBIG:
        why = "the disk takes no file this big. Choose another folder"
    elif not folder.is_dir():
        why = "the folder is gone. Was a drive removed? Choose another folder"
    elif error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        why = "this folder cannot be written to. Choose another folder"
    else:
        why = f"the disk refused: {error.strerror}"
    return f"Nothing was exported: {why}."


def _sync_folders(path: Path) -> None:
    for root, _folders, _files in os.walk(path):
        _sync(root)


def _sync(folder: str | os.PathLike[str]) -> None:
    """Windows opens no folders: there a rename is as durable as the system makes it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
