"""Single events a second that a partner may send in, each answered after its commit, and what kill -9 does to them.

Three runs on fresh gateways, each with the load in a process of its own: a steady one, the same with one commit a request,
and one during which the gateway is killed and started again; the load sends what was not answered again, with the same key.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from chekt_console.simulator import __main__ as gateway_program
from chekt_console.simulator import app as gateway_app
from chekt_console.simulator.event_intake import EventIntake
from tests.support.event_load import Order, Outcome, begin, external_id, outcome_of
from tests.support.simulator import RunningSimulator
from tests.support.warm_simulator import WarmSimulator

_LOCATION = "CS-50000"  # the first site's account reference
_UNLIMITED = ("--partner-per-minute", "1000000000", "--partner-burst", "1000000000")
_A_LOAD = 20_000
_LATEST_KILL_S = 0.05


class EachByItself(EventIntake):
    def _write(self) -> None:
        for one in self._waiting:
            self._waiting = [one]
            super()._write()


class OneCommitEach(RunningSimulator):
    module = "tests.bench.ingest"


def order(simulator: RunningSimulator, count: int, **more: int) -> Order:
    token = simulator.control("token")["access_token"]
    return Order(int(simulator.url.rsplit(":", 1)[1]), token, _LOCATION, count, **more)


def opened(folder: Path, kind: type[RunningSimulator] = RunningSimulator) -> RunningSimulator:
    return kind(folder, *_UNLIMITED, sites=1)


def steady(folder: Path, kind: type[RunningSimulator], count: int) -> tuple[Outcome, Path]:
    with opened(folder, kind) as simulator:
        answer = folder / "answer.json"
        outcome = outcome_of(begin(order(simulator, count), answer), answer)
    return outcome, next(folder.glob("world-*.sqlite"))


def killed(folder: Path, kills: int, *, seed: int = 1) -> tuple[Outcome, Path]:
    """Each kill comes at a random instant after the gateway has begun to keep events again, so that it is acknowledging.
    One load follows the other until there were so many kills."""
    chance, pause = random.Random(seed), threading.Event()
    total = Outcome(acknowledged=[], seconds=0.0, sent_again=0)
    done = 0
    with opened(folder, WarmSimulator) as simulator:
        world = next(folder.glob("world-*.sqlite"))
        while done < kills:
            load = begin(order(simulator, _A_LOAD, first=len(total["acknowledged"])), folder / "answer.json")
            while done < kills and _is_keeping(world, load):
                pause.wait(chance.uniform(0, _LATEST_KILL_S))
                if load.poll() is None:
                    simulator.restart()
                    done += 1
            outcome = outcome_of(load, folder / "answer.json")
            total["acknowledged"] += outcome["acknowledged"]
            total["seconds"] += outcome["seconds"]
            total["sent_again"] += outcome["sent_again"]
        simulator.kill()
    return total, world


def _is_keeping(world: Path, load: subprocess.Popen[bytes]) -> bool:
    """Waits until another event is on disk; False when the load has ended."""
    pause, newest = threading.Event(), _newest(world)
    while load.poll() is None:
        if _newest(world) > newest:
            return True
        pause.wait(0.002)
    return False


def _newest(world: Path) -> int:
    with closing(sqlite3.connect(world)) as connection:
        return int(connection.execute("SELECT max(event_id) FROM event").fetchone()[0])


def judged(outcome: Outcome, world: Path) -> tuple[int, int]:
    """Lost and doubled, by what is in the gateway's own file."""
    with closing(sqlite3.connect(world)) as connection:
        kept = connection.execute(
            "SELECT external_event_id, event_id, (SELECT count(*) FROM event WHERE event.event_id = partner_event.event_id)"
            " FROM partner_event"
        ).fetchall()
        total = connection.execute(
            "SELECT count(*) FROM event WHERE subtype = 'intrusion' AND text = 'Intrusion'"
        )
        events = int(total.fetchone()[0])
    numbers = {name: number for name, number, copies in kept if copies == 1}
    lost = sum(numbers.get(external_id(sent)) != number for sent, number in outcome["acknowledged"])
    return lost, events - len({number for _, number in outcome["acknowledged"]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        group, world = steady(folder / "group", RunningSimulator, options.events)
        verdicts = [judged(group, world)]
        single, world = steady(folder / "single", OneCommitEach, options.events // 10)
        verdicts.append(judged(single, world))
        over, world = killed(folder / "killed", options.kills)
        verdicts.append(judged(over, world))
    figures: dict[str, Any] = {
        "events_per_s_durable": round(len(group["acknowledged"]) / group["seconds"]),
        "events_per_s_commit_each": round(len(single["acknowledged"]) / single["seconds"]),
        "events": sum(len(outcome["acknowledged"]) for outcome in (group, single, over)),
        "lost": sum(lost for lost, _ in verdicts),
        "doubled": sum(doubled for _, doubled in verdicts),
        "kills": options.kills,
        "sent_again": over["sent_again"],
    }
    if options.json:
        print(json.dumps(figures))
        return
    print(f"answered after their group's commit   {figures['events_per_s_durable']:8} a second (goal 10 000)")
    print(f"one commit for each                   {figures['events_per_s_commit_each']:8} a second")
    print(
        f"over {options.kills} kills {figures['events']:,} events, {figures['sent_again']} sent again, "
        f"lost {figures['lost']}, doubled {figures['doubled']} (goal 0)"
    )


if __name__ == "__main__":
    if "--die-with-parent" in sys.argv:
        # The baseline: this module stands in for the gateway's program.
        gateway_app.EventIntake = EachByItself  # type: ignore[misc]
        sys.exit(gateway_program.main())
    main()
