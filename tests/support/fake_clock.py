"""A clock that only moves when told, or when somebody sleeps on it."""

from __future__ import annotations


class FakeClock:
    def __init__(self, now_ms: int = 1_770_000_000_000) -> None:
        self.start_ms = now_ms
        self.elapsed_s = 0.0
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return self.start_ms + round(self.elapsed_s * 1000)

    def monotonic(self) -> float:
        return self.elapsed_s

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed_s += seconds

    def advance(self, seconds: float) -> None:
        self.elapsed_s += seconds
