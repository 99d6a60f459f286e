"""What the folder of a connection that is not open holds: its sites, and what was made here and not sent."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.store.outbox import OutboxStore

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.domain.site import Site


@dataclass(frozen=True, slots=True)
class KeptData:
    """`problem`: sentences about files that proved damaged when they were looked into, and were set aside."""

    sites: tuple[Site, ...] = ()
    waiting: int = 0
    drafts: int = 0
    problem: str = ""


def kept_data(folder: Path) -> KeptData:
    """Opens what is there and closes it again; makes no file. Raises DiskFailed."""
    sites: tuple[Site, ...] = ()
    waiting = drafts = 0
    problems: list[str] = []
    cache_file, local_file, outbox_file = (
        folder / name for name in ("cache.sqlite", "local.sqlite", "outbox.sqlite")
    )
    if cache_file.exists():
        with closing(Cache(cache_file)) as cache:
            sites, _ = cache.sites()
            problems.append(cache.was_rebuilt)
    if local_file.exists():
        with closing(LocalStore(local_file)) as local:
            drafts = len(local.draft_sites())
            problems.append(local.was_rebuilt)
    if outbox_file.exists():
        with closing(OutboxStore(outbox_file)) as outbox:
            waiting = sum(entry.state.is_open for entry in outbox.entries())
            problems.append(outbox.was_rebuilt)
    return KeptData(sites, waiting, drafts, " ".join(filter(None, problems)))
