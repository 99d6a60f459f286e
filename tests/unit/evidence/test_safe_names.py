"""Rows of faults.md: "Names like `../../x`, `CON`, `a:b`, 300 characters, right-to-left marks, NUL" stay inside the
chosen folder under a name that is safe on each system."""

from __future__ import annotations

import random
import unicodedata
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.safe_names import evidence_name, export_name, safe_part

if TYPE_CHECKING:
    from pathlib import Path

_PIECES = (
    "../", "..\\", "/", "\\", "CON", "nul", "com1", "LPT¹", "aux.txt", "a:b", "a:stream", "|", "?", "*", "<", ">", '"',
    "\0", "\n", "\r", "\t", "\x1b[31m", "\u202e", "\u200f", "\u2066", "\u200b", "\ufeff", "\u2028", "\x7f", ".", "..",
    " ", "~", "$HOME", "%PATH%", "`id`", "=cmd()", "+1", "-rf", "@x", "é", "e\u0301", "ﷺ", "日本", "שלום", "😀", "\ud800",
    "\U000e0001", "x" * 300, "é" * 300, "\u0301" * 300, "Cam 1", "_", "\u3000",
)  # fmt: skip


def hostile_names(count: int) -> list[str]:
    chance = random.Random(5)
    made = ["".join(chance.choices(_PIECES, k=chance.randint(1, 5))) for _ in range(count - len(_PIECES))]
    return [*_PIECES, *made]


@pytest.mark.parametrize("bounds", [(0, 250), (250, 500)])
def test_500_hostile_names_are_safe_on_every_system(bounds: tuple[int, int], tmp_path: Path) -> None:
    for text in hostile_names(500)[bounds[0] : bounds[1]]:
        name = evidence_name(text, text, 1_795_000_000_000, 1_795_000_020_000)
        folder = export_name(text, 1_795_000_000_000)
        for made in (name, folder, safe_part(text)):
            assert made
            assert not set(made) & set('<>:"/\\|?*'), text
            assert all(unicodedata.category(char)[0] != "C" for char in made), text
            assert made.strip(" .") == made, "Windows drops what trails"
            assert made.split(".")[0].casefold() not in ("con", "nul", "prn", "aux", "com1", "lpt¹"), text
            assert made[0] not in "-=+@~", text
            assert len(made.encode()) < 240
            assert len(made) < 110
            assert unicodedata.normalize("NFC", made) == made
        path = tmp_path / folder / f"{name}_alarm.png"
        assert path.resolve().is_relative_to(tmp_path)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
        assert path.name in [one.name for one in path.parent.iterdir()]


def test_names_carry_site_camera_start_and_end() -> None:
    assert (
        evidence_name("Harbor: Point", "Cam/1", 1_795_000_000_000, 1_795_000_020_000)
        == "Harbor- Point_Cam-1_20261118T110640+0000_20261118T110700+0000"
    )
    assert evidence_name("\u202e", "", 0, 10**30).startswith(
        "site_no camera_19700101T000000+0000_time-unknown"
    )
