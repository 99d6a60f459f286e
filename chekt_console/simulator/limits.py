"""Request limits: so many a minute in fixed windows, and a bucket that allows short bursts."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Verdict:
    """`retry_after_s` is 0 when the request may pass."""

    limit: int
    remaining: int
    reset_s: int
    retry_after_s: int

    def headers(self) -> dict[str, str]:
        found = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset_s),
        }
        if self.retry_after_s:
            found["Retry-After"] = str(self.retry_after_s)
        return found


@dataclass
class _Account:
    window: int
    used: int
    tokens: float
    filled_s: float


class Limits:
    """Counts by caller. Time is handed in so that it can be tested without waiting."""

    def __init__(self, per_minute: int, burst: int, now_s: Callable[[], float] = time.time) -> None:
        self.per_minute, self.burst = per_minute, burst
        self._now_s = now_s
        self._accounts: dict[str, _Account] = {}

    def take(self, caller: str) -> Verdict:
        now_s = self._now_s()
        window = int(now_s // 60)
        account = self._accounts.get(caller)
        if account is None:
            if len(self._accounts) > 1000:
                self._accounts.clear()
            account = self._accounts[caller] = _Account(window, 0, self.burst, now_s)
        if account.window != window:
            account.window, account.used = window, 0
        account.tokens = min(self.burst, account.tokens + max(0.0, now_s - account.filled_s) * self.burst)
        account.filled_s = now_s
        reset_s = (window + 1) * 60
        wait_s = 0
        if account.used >= self.per_minute:
            wait_s = max(1, math.ceil(reset_s - now_s))
        elif account.tokens < 1:
            wait_s = max(1, math.ceil((1 - account.tokens) / self.burst))
        else:
            account.used += 1
            account.tokens -= 1
        return Verdict(self.per_minute, max(0, self.per_minute - account.used), reset_s, wait_s)
