"""Settings survive restarts, broken files and full disks; data folders never meet."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chekt_console.settings import DataPaths, Settings, file_name

if TYPE_CHECKING:
    from pathlib import Path


def test_every_setting_comes_back_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "deep" / "settings.json")
    settings.theme = "light"
    settings.is_24h_clock = False
    settings.last_perspective = "schedule"
    settings.last_connection = "Northgate"
    settings.window_geometry = b"\x00\xffgeometry"
    settings.set_last_site("Northgate", "12")
    settings.set_last_site("Sandbox", "7")
    settings.set_layout("review", b"\x01\x02")

    again = Settings(tmp_path / "deep" / "settings.json")

    assert (again.theme, again.is_24h_clock, again.last_perspective) == ("light", False, "schedule")
    assert (again.last_connection, again.window_geometry) == ("Northgate", b"\x00\xffgeometry")
    assert (again.last_site("Northgate"), again.last_site("Sandbox")) == ("12", "7")
    assert (again.layout("review"), again.layout("schedule")) == (b"\x01\x02", b"")
    assert [entry.name for entry in (tmp_path / "deep").iterdir()] == ["settings.json"]


@pytest.mark.logs("Settings")
@pytest.mark.logs("kept as")
@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_broken_file_is_set_aside(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    with caplog.at_level(logging.ERROR):
        settings = Settings(tmp_path / "settings.json")
    assert settings.theme == "system"
    assert (tmp_path / "settings.broken").read_bytes() == content
    assert "kept as settings.broken" in caplog.text


def test_values_of_the_wrong_kind_count_as_not_set(tmp_path: Path) -> None:
    values = {
        "theme": "purple", "is_24h_clock": 3, "last_perspective": None, "window_geometry": "%%",
        "layout": [], "last_site": {"a": 5},
    }  # fmt: skip
    (tmp_path / "settings.json").write_text(json.dumps(values))
    settings = Settings(tmp_path / "settings.json")
    assert (settings.theme, settings.is_24h_clock, settings.last_perspective) == ("system", None, "")
    assert (settings.window_geometry, settings.layout("review"), settings.last_site("a")) == (b"", b"", "")
    settings.set_layout("review", b"x")
    assert settings.layout("review") == b"x"


@pytest.mark.logs("Settings")
@pytest.mark.logs("cannot be read", "cannot be saved")
def test_a_disk_that_refuses_costs_only_the_memory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.ERROR):
        settings = Settings(tmp_path / "file" / "settings.json")
        settings.theme = "dark"
    assert settings.theme == "dark"
    assert "cannot be saved" in caplog.text


def test_an_unknown_theme_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        Settings(tmp_path / "settings.json").theme = "purple"


def test_connection_folders_stay_inside_and_apart(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "data")
    names = ("Northgate", "northgate", "North/gate", "../../etc", "", "é", "e", "CON", "a" * 300, "日本")
    folders = {paths.connection_dir(name) for name in names}
    assert len({str(folder).casefold() for folder in folders}) == len(names)
    assert all(folder.is_dir() and folder.parent == paths.root / "connections" for folder in folders)
    assert paths.connection_dir("Northgate") in folders


@given(st.text(), st.text())
def test_different_names_are_different_files(one: str, other: str) -> None:
    assert (file_name(one).casefold() == file_name(other).casefold()) == (one == other)
