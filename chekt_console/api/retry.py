"""Whether a failed request may go again, and after how long: a pure function."""

from __future__ import annotations

from chekt_console.errors import ConsoleError, ServerBroken, TooManyRequests, Unreachable

WAITS_S = (1.0, 2.0, 4.0, 8.0, 16.0)
LONGEST_S = 300.0


def wait_s(error: ConsoleError, attempt: int, *, is_repeatable: bool) -> float | None:
    """Seconds to wait before attempt + 1 (attempt counts from 1), None to give up.

    `is_repeatable`: a read, or a write that carries an idempotency key. Any other command is sent once, even after a 429:
    the wish may be minutes old by the time its turn comes.
    """
    if not is_repeatable or attempt > len(WAITS_S):
        return None
    own = WAITS_S[attempt - 1]
    if isinstance(error, TooManyRequests):
        return min(max(own, error.retry_after_s or 0.0), LONGEST_S)
    if isinstance(error, ServerBroken):
        return None if error.status == 501 else min(max(own, error.retry_after_s or 0.0), LONGEST_S)
    return own if isinstance(error, Unreachable) else None
