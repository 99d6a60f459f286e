"""Ends threads and processes that a test began, within a time: a test that fails must not hold up all that come after it."""

from __future__ import annotations

import contextlib
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

LIMIT_S = 30.0  # for what ends in a moment on a machine that is not busy


def join(*threads: threading.Thread, limit_s: float = LIMIT_S) -> None:
    """Fails with the names of those that go on."""
    ends_at = time.monotonic() + limit_s
    for thread in threads:
        thread.join(max(0.0, ends_at - time.monotonic()))
    names = [thread.name for thread in threads if thread.is_alive()]
    assert not names, f"after {limit_s:.0f} s these threads still run: {names}"


@contextmanager
def running_child(
    command: Sequence[str], *, limit_s: float = LIMIT_S, **options: Any
) -> Iterator[subprocess.Popen[Any]]:
    """A process for a block, with the options of Popen. Behind the block its pipes close and it has that long to end, else
    it is killed and the test fails; when the block itself fails it is killed at once."""
    process = subprocess.Popen(command, **options)
    try:
        yield process
    except BaseException:
        process.kill()
        raise
    finally:
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was written to it and nobody reads
                    pipe.close()
        end(process, limit_s=limit_s)


def end(process: subprocess.Popen[Any], *, limit_s: float = LIMIT_S) -> None:
    """Waits for it. Fails when it had to be killed."""
    try:
        process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(limit_s)
        raise AssertionError(
            f"it was killed, as it did not end within {limit_s:.0f} s: {process.args}"
        ) from None
