"""Clips on disk, each encoded once, in a child process, when somebody first asks for it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path

from chekt_console.simulator.clip_spec import ClipSpec

_ENCODERS = 2
_MAX_BYTES = 500_000_000
_LIMIT_S = 300.0  # many times what a clip takes on a slow and busy computer
_END_S = 2.0


class EncodingFailed(Exception):
    """The child ended without a clip; the text is what it said last."""


class ClipShelf:
    """Used from one event loop. A reader that has a file open keeps it when the shelf removes it for space."""

    def __init__(self, folder: Path, *, max_bytes: int = _MAX_BYTES, encoders: int = _ENCODERS) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._free_encoders = asyncio.Semaphore(encoders)
        self._encoding: dict[str, asyncio.Task[Path]] = {}

    async def path_for(self, spec: ClipSpec) -> Path:
        """The finished file; waits for the encoding when there is none yet. Raises EncodingFailed."""
        name = spec.digest()
        path = self._folder / f"{name}.mp4"
        if name not in self._encoding:
            if path.exists():
                os.utime(path)
                return path
            task = asyncio.create_task(self._encode(spec, path))
            task.add_done_callback(lambda _: self._encoding.pop(name, None))
            self._encoding[name] = task
        # One asker that goes away must not end the encoding the others wait for.
        return await asyncio.shield(self._encoding[name])

    def has(self, spec: ClipSpec) -> bool:
        """Whether the file is there at once."""
        return (self._folder / f"{spec.digest()}.mp4").exists()

    async def close(self) -> None:
        """Ends what is still being encoded."""
        tasks = list(self._encoding.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _encode(self, spec: ClipSpec, path: Path) -> Path:
        async with self._free_encoders:
            self._folder.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{path.stem}.{os.getpid()}.part.mp4")
            try:
                await _run_encoder(spec, part)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            self._remove_old(keep=path)
        return path

    def _remove_old(self, keep: Path) -> None:
        clips = [(path.stat(), path) for path in self._folder.glob("*.mp4")]
        total = sum(stat.st_size for stat, _ in clips)
        for stat, path in sorted(clips, key=lambda clip: clip[0].st_mtime_ns):
            if total <= self._max_bytes:
                return
            if path != keep and not path.name.endswith(".part.mp4"):
                path.unlink(missing_ok=True)
                total -= stat.st_size


async def _run_encoder(spec: ClipSpec, out: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "chekt_console.simulator.clip_encoder",
        str(out),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stderr is not None
    try:
        # The pipe stays open while the child works: when it closes, the child knows its server is gone.
        child.stdin.write(spec.to_json().encode() + b"\n")
        said = await asyncio.wait_for(child.stderr.read(), _LIMIT_S)
        code = await asyncio.wait_for(child.wait(), _LIMIT_S)
    except TimeoutError:
        raise EncodingFailed(f"the encoder took more than {_LIMIT_S:.0f} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(child.wait(), _END_S)
        child.stdin.close()
    if code != 0 or not out.exists():
        last = said.decode(errors="replace").strip().splitlines()[-1:]
        raise EncodingFailed(last[0] if last else f"the encoder ended with code {code}")
