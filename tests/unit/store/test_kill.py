"""The cache after kill -9 while pages of events are written: whole pages only, and nothing of what was told is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from chekt_console.store.cache import Cache
from tests.support.ending import running_child

if TYPE_CHECKING:
    from pathlib import Path

_WRITER = """
import sys
from pathlib import Path
from chekt_console.domain.event import Event, EventKind
from chekt_console.store.cache import Cache, KnownSpan
cache = Cache(Path(sys.argv[1]))
for page in range(1, 10_000):
    cache.put_events([Event(f"{page}-{n}", "1", page * 1000 + n, EventKind.ALARM) for n in range(50)])
    cache.put_known_span("1", KnownSpan(1000, page * 1000, None))
    print(page, flush=True)
"""


@pytest.mark.parametrize("pages_before", [1, 7, 20])
def test_whole_pages_survive_a_kill(tmp_path: Path, pages_before: int) -> None:
    path = tmp_path / "cache.sqlite"
    with running_child([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(pages_before)]
        os.kill(child.pid, signal.SIGKILL)
        told += child.stdout.readlines()
    last = int(told[-1])
    cache = Cache(path)
    assert cache.was_rebuilt == ""
    events = cache.events("1", 0)
    span = cache.known_span("1")
    assert span is not None
    assert len(events) in (last * 50, (last + 1) * 50)
    # The span never claims more than is there.
    assert last * 1000 <= span.to_ms <= len(events) // 50 * 1000
    cache.close()
