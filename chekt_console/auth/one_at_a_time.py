"""One copy of the program at a time, by a lock on a file: for what a server takes only once."""

from __future__ import annotations

import errno
import logging
import sys
import threading
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from chekt_console.errors import Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_log = logging.getLogger(__name__)

_PATIENCE_S = 30.0
_STEP_S = 0.05
_BUSY = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)


@contextmanager
def one_at_a_time(path: Path, *, patience_s: float = _PATIENCE_S) -> Iterator[None]:
    """Waits for another copy, or another thread, that is inside; a copy that died is none. Raises Unreachable when it takes
    too long. Where the disk gives no lock there is none."""
    try:
        file = path.open("a+b")
    except OSError as error:
        _log.info("no lock for renewing: %s", error)
        yield
        return
    with file:  # closing gives the lock back
        ends = time.monotonic() + patience_s
        pause = threading.Event()
        while not _take(file):
            if time.monotonic() > ends:
                raise Unreachable("Another copy of this program is signing in. Try again in a minute.")
            pause.wait(_STEP_S)
        yield


def _take(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        _log.info("no lock for renewing: %s", error)  # a disk that knows none
    return True
