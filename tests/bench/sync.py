"""A fleet's worth of background reads within the request budget, and what a person's click waits meanwhile.

Scaled down so that five minutes are enough: the announced limit is 1,000 a minute with a burst of 100 a second, of which a bit
more than one window is used. Then 60 a minute with 5 a second, announced, and once more without a header that tells it; in both
more is asked for than a minute holds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from pathlib import Path

import httpx

from chekt_console.api.client import CHeKTClient
from chekt_console.api.priority import Priority, at_priority
from chekt_console.auth.api_key import ApiKeyAuth
from tests.support.simulator import RunningSimulator

_THREADS = 6
_SMALL_CALLS = 80
_SMALL_CLICK_EVERY_S = 5.0


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--calls", type=int, default=1_050)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with RunningSimulator(Path(folder, "told")) as simulator:
            taken_s, clicks = _run(simulator, options.calls, click_every_s=1.0)
            answers_429 = _refused(simulator)
        limits = ("--limit-per-minute", "60", "--burst-per-second", "5")
        small: dict[str, object] = {}
        for name, transport in (("told", None), ("untold", _Untold())):
            with RunningSimulator(Path(folder, f"small-{name}"), *limits) as simulator:
                small_s, small_clicks = _run(
                    simulator, _SMALL_CALLS, click_every_s=_SMALL_CLICK_EVERY_S, http_transport=transport
                )
                small_429 = _refused(simulator)
            small_minimum_s = budget_minimum_s(_SMALL_CALLS + len(small_clicks), 60, 5)
            small[f"small_{name}_taken_s"] = round(small_s, 2)
            small[f"small_{name}_budget_minimum_s"] = round(small_minimum_s, 2)
            small[f"small_{name}_answers_429"] = small_429
            small[f"small_{name}_click_p50_ms"] = round(statistics.median(small_clicks), 1)
            small[f"small_{name}_click_longest_ms"] = round(max(small_clicks), 1)
            small[f"small_{name}_clicks"] = len(small_clicks)
    minimum_s = budget_minimum_s(options.calls + len(clicks), 1_000, 100)
    figures = {
        "taken_s": round(taken_s, 2),
        "budget_minimum_s": round(minimum_s, 2),
        "taken_ratio": round(taken_s / minimum_s, 3),
        "answers_429": answers_429,
        "click_p50_ms": round(statistics.median(clicks), 1),
        "click_p99_ms": round(_percentile(clicks, 0.99), 1),
        **small,
    }
    print(
        f"{options.calls} background reads  {taken_s:8.1f} s   budget's own minimum {minimum_s:.1f} s (within 3 %)"
    )
    print(f"answers 429           {answers_429:8}     goal 0")
    print(f"a click meanwhile     {figures['click_p99_ms']:8} ms  p99 of {len(clicks)} (goal 150)")
    for name in ("told", "untold"):
        print(
            f"60 a minute, {name:<6}   {small[f'small_{name}_taken_s']:8} s   {_SMALL_CALLS} reads and"
            f" {small[f'small_{name}_clicks']} clicks, {small[f'small_{name}_answers_429']} refused,"
            f" a click {small[f'small_{name}_click_p50_ms']} ms, longest {small[f'small_{name}_click_longest_ms']} ms"
        )
    if options.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
