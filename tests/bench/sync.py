"""A fleet's worth of background reads within the request budget, and what a person's click waits meanwhile.

Scaled down in calls, not in time, so that two minutes are enough and every window is as long as it is: 1,000 a minute with a
burst of 100 a second, and 60 with 5 a second, announced and once more without a header that tells it. The three run side by
side, each against a gateway of its own, and in each more is asked for than a minute holds. What learning an untold limit costs
shows in an hour only, which is counted by a clock of its own: the same budget against the gateway's own count.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from chekt_console.api.client import CHeKTClient
from chekt_console.api.priority import Priority, at_priority
from chekt_console.api.send_log import SendLog
from chekt_console.auth.api_key import ApiKeyAuth
from tests.support.limit_minutes import LimitMinutes
from tests.support.simulator import RunningSimulator

_THREADS = 6
_SMALL_CALLS = 80
_SMALL_CLICK_EVERY_S = 5.0
_LATE_S = 1.5
_FLEET = 10_000


class _Untold(httpx.HTTPTransport):
    """Nothing of the limit reaches the client but the refusal itself."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        for name in [
            one for one in response.headers if one.startswith("x-ratelimit") or one == "retry-after"
        ]:
            del response.headers[name]
        return response


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _refused(simulator: RunningSimulator) -> int:
    return sum(request["status"] == 429 for request in simulator.requests())


def budget_minimum_s(calls: int, per_minute: int, per_second: int) -> float:
    """The earliest the last of so many calls may start under both windows, all else taking no time."""
    starts: list[float] = []
    for number in range(calls):
        at = starts[-1] if starts else 0.0
        if number >= per_second:
            at = max(at, starts[number - per_second] + 1.0)
        if number >= per_minute:
            at = max(at, starts[number - per_minute] + 60.0)
        starts.append(at)
    return starts[-1]


def _run(
    simulator: RunningSimulator,
    calls: int,
    *,
    click_every_s: float,
    http_transport: httpx.BaseTransport | None = None,
) -> tuple[float, list[float]]:
    """Seconds the background reads took, and each click's wait in ms."""
    client = CHeKTClient(simulator.url, ApiKeyAuth(simulator.api_key), http_transport=http_transport)
    sites = [site.site_id for site in client.sites.list().values]
    left = iter(range(calls))
    lock = threading.Lock()
    clicks: list[float] = []
    is_over = threading.Event()

    def work() -> None:
        with at_priority(Priority.BACKGROUND):
            while True:
                with lock:
                    number = next(left, None)
                if number is None:
                    return
                client.devices.bridges(sites[number % len(sites)])

    def click() -> None:
        number = 0
        while not is_over.wait(click_every_s):
            number += 1
            started = time.perf_counter()
            with at_priority(Priority.PERSON):
                client.devices.of_site(sites[number % len(sites)])
            clicks.append((time.perf_counter() - started) * 1000)

    started = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(_THREADS)]
    clicker = threading.Thread(target=click)
    for thread in (*threads, clicker):
        thread.start()
    for thread in threads:
        thread.join()
    taken_s = time.monotonic() - started
    is_over.set()
    clicker.join()
    client.close()
    return taken_s, clicks


def _round(
    folder: Path,
    calls: int,
    limits: tuple[int, int],
    *,
    click_every_s: float,
    transport: httpx.BaseTransport | None = None,
) -> dict[str, float]:
    per_minute, per_second = limits
    options = ("--limit-per-minute", str(per_minute), "--burst-per-second", str(per_second))
    with RunningSimulator(folder, *options) as simulator:
        taken_s, clicks = _run(simulator, calls, click_every_s=click_every_s, http_transport=transport)
        answers_429 = _refused(simulator)
    minimum_s = budget_minimum_s(calls + len(clicks), per_minute, per_second)
    return {
        "taken_s": round(taken_s, 2),
        "budget_minimum_s": round(minimum_s, 2),
        "taken_ratio": round(taken_s / minimum_s, 3),
        "answers_429": answers_429,
        "click_p50_ms": round(statistics.median(clicks), 1),
        "click_p99_ms": round(_percentile(clicks, 0.99), 1),
        "click_longest_ms": round(max(clicks), 1),
        "clicks": len(clicks),
    }


def _untold_hour() -> dict[str, float]:
    """The mean over where the server's minute may begin, and of refusals and clicks the worst."""
    found = []
    for begins_s in range(0, 60, 10):
        log = SendLog(is_stranger=True)
        minutes = LimitMinutes(log, per_minute=60, burst=5, begins_s=begins_s)
        minutes.run(60)
        accepted = len(minutes.background_s) + len(minutes.click_waits_s)
        late = sum(wait > _LATE_S for wait in minutes.click_waits_s) / len(minutes.click_waits_s)
        found.append((accepted / 3_600, len(minutes.refused_s), late))
    used, refused, late_share = zip(*found, strict=True)
    return {
        "hour_untold_used": round(statistics.mean(used), 3),
        "hour_untold_answers_429": max(refused),
        "hour_untold_clicks_late": round(max(late_share), 3),
    }


def _build_s(folder: Path) -> float:
    """Until a gateway of so many sites answers for the first time."""
    began = time.monotonic()
    with RunningSimulator(folder, sites=_FLEET):
        return round(time.monotonic() - began, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--calls", type=int, default=1_050)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(3) as pool:
        folder = Path(name)
        build_s = _build_s(folder / "fleet")
        large = pool.submit(_round, folder / "told", options.calls, (1_000, 100), click_every_s=1.0)
        small = {
            told: pool.submit(
                _round,
                folder / f"small-{told}",
                _SMALL_CALLS,
                (60, 5),
                click_every_s=_SMALL_CLICK_EVERY_S,
                transport=transport,
            )
            for told, transport in (("told", None), ("untold", _Untold()))
        }
        figures = {"build_s": build_s} | large.result()
        for told, one in small.items():
            figures |= {f"small_{told}_{key}": figure for key, figure in one.result().items()}
    figures |= _untold_hour()
    figures["seconds"] = round(time.monotonic() - began, 1)
    if options.json:
        print(json.dumps(figures))
        return
    print(f"a gateway of {_FLEET:,} sites is built in {build_s} s (goal 20)")
    for title, start, calls in (
        ("1,000 a minute", "", options.calls),
        ("60 a minute", "small_told_", _SMALL_CALLS),
        ("60, not told", "small_untold_", _SMALL_CALLS),
    ):
        one = {key.removeprefix(start): figure for key, figure in figures.items() if key.startswith(start)}
        print(
            f"{title:15} {calls:5} reads and {one['clicks']:2} clicks {one['taken_s']:7} s, budget's own minimum"
            f" {one['budget_minimum_s']} s ({one['taken_ratio']}; goal 1.03), {one['answers_429']} refused (goal 0),"
            f" a click {one['click_p50_ms']} ms, p99 {one['click_p99_ms']} (goal 150)"
        )
    print(
        f"an hour of 60, not told: {figures['hour_untold_used']:.1%} of it used, at most"
        f" {figures['hour_untold_answers_429']} of 3,600 refused, {figures['hour_untold_clicks_late']:.1%} of the clicks"
        f" waited more than {_LATE_S} s"
    )


if __name__ == "__main__":
    main()
