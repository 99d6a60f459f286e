"""Where a person's files are opened and saved: the folder used last, at first their documents, never the program's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def documents_folder() -> Path:
    """The home folder where there are no documents: a fresh account has none before something makes it."""
    told = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(told) if told and Path(told).is_dir() else Path.home()


class _Used:
    """For as long as the program runs; Qt's own memory begins where the program was started."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    @property
    def folder(self) -> Path:
        if self._folder is None or not self._folder.is_dir():
            return documents_folder()
        return self._folder

    def keep(self, path: str) -> Path | None:
        if not path:
            return None
        self._folder = Path(path).parent
        return Path(path)


_used = _Used()


def ask_to_open(parent: QWidget | None, title: str, kinds: str) -> Path | None:
    """`kinds` as Qt writes them, like "Table (*.csv);;All files (*)". None when nothing was chosen."""
    path, _ = QFileDialog.getOpenFileName(parent, title, str(_used.folder), kinds)
    return _used.keep(path)


def ask_to_save(parent: QWidget | None, title: str, name: str, kinds: str) -> tuple[Path | None, str]:
    """With the kind that was chosen; `name` is proposed."""
    path, kind = QFileDialog.getSaveFileName(parent, title, str(_used.folder / name), kinds)
    return _used.keep(path), kind
