"""Where files are opened and saved: never where the program lies, and where one was last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

from chekt_console.ui.shared.file_places import ask_to_open, ask_to_save, documents_folder

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def test_a_home_without_documents_is_used_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "Documents"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(told))
    assert documents_folder() == Path.home()
    told.mkdir()
    assert documents_folder() == told


def test_files_are_asked_for_where_one_was_last(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    stick = tmp_path / "stick"
    stick.mkdir()
    answers = [str(stick / "devices.csv"), "", str(stick / "fleet.csv")]

    def answer(_parent: object, _title: str, place: str, _kinds: str) -> tuple[str, str]:
        asked.append(place)
        return answers[len(asked) - 1], "Table (*.csv)"

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    assert ask_to_open(None, "Import", "Table (*.csv)") == stick / "devices.csv"
    assert ask_to_open(None, "Import", "Table (*.csv)") is None
    assert asked[1] == str(stick)
    chosen, kind = ask_to_save(None, "Export", "fleet.csv", "Table (*.csv)")
    assert (chosen, kind) == (stick / "fleet.csv", "Table (*.csv)")
    assert asked[2] == str(stick / "fleet.csv")
    assert not asked[0].startswith(str(Path(__file__).parents[3]))  # the program's own folder
    for name in stick.iterdir():
        name.unlink()
    stick.rmdir()
    answers.append("")
    ask_to_open(None, "Import", "Table (*.csv)")
    assert asked[3] == str(documents_folder())  # a stick that was pulled out
