"""Kill -9 of the client in the middle of its work and of the gateway while it acknowledges: what is lost, doubled or different.

Both are real: the client's store, outbox and sync in a process of its own for each life, against a gateway in another; and a
gateway under a load of single events, started again each time. Judged by the gateway's own file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.ingest import judged, killed
from tests.support.killed_client import ClientKills
from tests.support.simulator import RunningSimulator

_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a kill needs no disk, and disks are slow
_UNLIMITED = ("--limit-per-minute", "1000000000", "--burst-per-second", "1000000000")


def _client(folder: Path, kills: int, seed: int) -> dict[str, Any]:
    began = time.monotonic()
    with RunningSimulator(folder / "client world", *_UNLIMITED, sites=2) as simulator:
        tally = ClientKills(simulator, folder, seed=seed).run(kills)
    for line in tally.wrong:
        sys.stderr.write(f"{line}\n")
    return {
        "client_kills": tally.kills,
        "client_named_steps": len(tally.named),
        "client_lost": tally.lost,
        "client_doubled": tally.doubled,
        "client_differs": tally.differs,
        "client_seconds": round(time.monotonic() - began, 1),
    }


def _simulator(folder: Path, kills: int, seed: int) -> dict[str, Any]:
    began = time.monotonic()
    outcome, world = killed(folder / "simulator", kills, seed=seed)
    lost, doubled = judged(outcome, world)
    return {
        "simulator_kills": kills,
        "simulator_acknowledged": len(outcome["acknowledged"]),
        "simulator_sent_again": outcome["sent_again"],
        "simulator_lost": lost,
        "simulator_doubled": doubled,
        "simulator_seconds": round(time.monotonic() - began, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--client", type=int, default=300, metavar="KILLS")
    parser.add_argument("--simulator", type=int, default=300, metavar="KILLS")
    parser.add_argument("--seed", type=int, default=1, help="other instants")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=_MEMORY) as name:
        figures = _client(Path(name), options.client, options.seed) if options.client else {}
        if options.simulator:
            figures |= _simulator(Path(name), options.simulator, options.seed)
    for what in ("kills", "lost", "doubled"):
        figures[what] = sum(figures.get(f"{title}_{what}", 0) for title in ("client", "simulator"))
    figures["seconds"] = round(time.monotonic() - began, 1)
    if options.json:
        print(json.dumps(figures))
        return
    for title in ("client", "simulator"):
        if f"{title}_kills" in figures:
            words = {name.removeprefix(f"{title}_"): told for name, told in figures.items() if title in name}
            print(
                f"{title}: " + ", ".join(f"{told} {name.replace('_', ' ')}" for name, told in words.items())
            )
    print("goal: none lost, doubled or different")


if __name__ == "__main__":
    main()
