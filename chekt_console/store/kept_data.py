"""What the folder of a connection that is not open holds: its sites, what was made here, and copies that can be deleted.

Only what can be read again from the server is ever deleted: never a draft, a change that waits, a decision or the evidence.
"""

from __future__ import annotations

import secrets
import shutil
import stat
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.errors import DiskFailed
from chekt_console.store.cache import Cache
from chekt_console.store.ledger import Ledger
from chekt_console.store.local import LocalStore
from chekt_console.store.outbox import OutboxStore

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.domain.site import Site

# Sites, devices, events, also such as proved damaged, clips, what was measured of them, pictures of a player that died; and
# what was left of deleting them.
_COPIES = ("cache.sqlite", "cache.sqlite-*", "cache.sqlite.*", "clips", "clip-checks", "player", ".deleted-*")


@dataclass(frozen=True, slots=True)
class KeptData:
    """`waiting` to be sent, `drafts` of schedules, `notes` of alarms that are not decided, `records` of the evidence ledger;
    `copies_bytes` can be read again. `problem`: sentences about files that proved damaged when they were looked into, and were
    set aside."""

    sites: tuple[Site, ...] = ()
    waiting: int = 0
    drafts: int = 0
    notes: int = 0
    decisions: int = 0
    records: int = 0
    copies_bytes: int = 0
    problem: str = ""


def kept_data(folder: Path) -> KeptData:
    """Opens what is there and closes it again; makes no file. Raises DiskFailed."""
    sites: tuple[Site, ...] = ()
    waiting = drafts = notes = decisions = records = 0
    problems: list[str] = []
    cache_file, local_file, outbox_file, ledger_file = (
        folder / name for name in ("cache.sqlite", "local.sqlite", "outbox.sqlite", "ledger.sqlite3")
    )
    if cache_file.exists():
        with closing(Cache(cache_file)) as cache:
            sites = cache.sites()[0] or cache.site_reading.sites()
            problems.append(cache.was_rebuilt)
    if local_file.exists():
        with closing(LocalStore(local_file)) as local:
            drafts, notes, decisions = len(local.draft_sites()), local.note_count(), len(local.decisions())
            problems.append(local.was_rebuilt)
    if outbox_file.exists():
        with closing(OutboxStore(outbox_file)) as outbox:
            waiting = sum(entry.state.is_open for entry in outbox.entries())
            problems.append(outbox.was_rebuilt)
    if ledger_file.exists():
        with closing(Ledger(ledger_file)) as ledger:
            records = len(ledger.entries())
            problems.append(ledger.was_rebuilt)
    problem = " ".join(filter(None, problems))
    copies_bytes = sum(map(_size, _copies(folder)))
    return KeptData(sites, waiting, drafts, notes, decisions, records, copies_bytes, problem)


def delete_copies(folder: Path, root: Path) -> None:
    """Deletes what can be read again, and follows no link out of `folder`, which has to lie right in `root`.

    Each is taken out of the way first: a helper that still ends keeps what it has open, or nothing of that is deleted.
    Raises DiskFailed, also when something is left.
    """
    if folder.is_symlink() or folder.resolve().parent != root.resolve():
        raise DiskFailed(f"{folder} is not a folder of this program, so nothing in it was deleted.")
    aside = folder / f".deleted-{secrets.token_hex(4)}"
    try:
        copies = _copies(folder)
        aside.mkdir()
        # A database after its newest changes: another one would take them for its own.
        for path in reversed(copies):
            path.rename(aside / path.name)
    except OSError as error:
        raise DiskFailed(
            f"Its copies could not all be deleted: {error.strerror}. They are in {folder}.", detail=str(error)
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    if aside.exists():
        raise DiskFailed(f"Its copies could not all be deleted. They are in {aside}.")


def _copies(folder: Path) -> list[Path]:
    return sorted({path for pattern in _COPIES for path in folder.glob(pattern)})


def _size(path: Path) -> int:
    """Bytes below it; what goes away meanwhile counts nothing, what a link leads to neither."""
    total = 0
    for one in (path, *(path.rglob("*") if path.is_dir() and not path.is_symlink() else ())):
        try:
            about = one.lstat()
        except OSError:
            continue
        total += about.st_size if stat.S_ISREG(about.st_mode) else 0
    return total
