"""Clips on disk: encoded once, by a child that ends with its server, within a size."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from chekt_console.simulator.clip_shelf import ClipShelf, EncodingFailed
from chekt_console.simulator.clip_spec import ClipSpec

SPEC = ClipSpec(
    "evt_1",
    "Main Street Pharmacy",
    "Counter",
    "person",
    1_770_000_000_000,
    1_770_000_000_500,
    1.0,
    "UTC",
    320,
    180,
)
PAGE = replace(SPEC, defect="not_a_video")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_many_askers_wait_for_one_encoding(tmp_path: Path) -> None:
    shelf = ClipShelf(tmp_path / "clips")
    paths = await asyncio.gather(*(shelf.path_for(SPEC) for _ in range(3)))
    written = paths[0].stat().st_mtime_ns
    assert set(paths) == {paths[0]}
    assert list((tmp_path / "clips").iterdir()) == [paths[0]]
    assert (await shelf.path_for(SPEC)) == paths[0]
    assert paths[0].stat().st_mtime_ns >= written
    assert paths[0].read_bytes()[4:8] == b"ftyp"


@pytest.mark.anyio
async def test_an_asker_that_leaves_does_not_end_the_encoding(tmp_path: Path) -> None:
    shelf = ClipShelf(tmp_path)
    leaver = asyncio.create_task(shelf.path_for(PAGE))
    stayer = asyncio.create_task(shelf.path_for(PAGE))
    await asyncio.sleep(0)
    leaver.cancel()
    assert (await stayer).exists()


@pytest.mark.anyio
async def test_the_oldest_clip_goes_when_space_is_short(tmp_path: Path) -> None:
    shelf = ClipShelf(tmp_path, max_bytes=400)
    first, second, third = [await shelf.path_for(replace(PAGE, event_id=f"evt_{n}")) for n in range(3)]
    assert not first.exists()
    assert second.exists()
    assert third.exists()


@pytest.mark.anyio
async def test_a_failed_encoding_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    shelf = ClipShelf(tmp_path)
    with pytest.raises(EncodingFailed, match="Nowhere"):
        await shelf.path_for(replace(SPEC, timezone="Nowhere/Town"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.anyio
async def test_closing_ends_what_is_being_encoded(tmp_path: Path) -> None:
    shelf = ClipShelf(tmp_path)
    asked = asyncio.create_task(shelf.path_for(replace(SPEC, duration_s=3600.0)))
    while not asked.done() and not list(tmp_path.glob("*.part.mp4")):
        await asyncio.sleep(0.02)
    await shelf.close()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert list(tmp_path.iterdir()) == []


def test_the_child_ends_with_its_server(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "chekt_console.simulator.clip_encoder", str(tmp_path / "long.mp4")],
        stdin=subprocess.PIPE,
    )
    child.communicate(replace(SPEC, duration_s=3600.0).to_json().encode() + b"\n", timeout=30)
    assert child.returncode == 3


def test_asking_needs_no_heavy_library() -> None:
    code = "import sys, chekt_console.simulator.clip_shelf; print([m for m in ('av', 'numpy', 'PIL') if m in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
