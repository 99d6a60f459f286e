"""When a camera's video that ended is begun anew, and when that would only lock its account."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from chekt_console.media.live_source import LiveEnd

if TYPE_CHECKING:
    from collections.abc import Callable

_AGAIN_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_STEADY_S = 10.0  # pictures for so long: what went wrong before is over
_RECORDING_S = 3.0  # what ends sooner is none
_REFUSALS = (LiveEnd.REFUSED, LiveEnd.FORBIDDEN)
_SENTENCES = {
    LiveEnd.ENDED: "The camera ended the picture.",
    LiveEnd.REFUSED: "The camera does not accept the sign-in (401). Its address or password may have changed.",
    LiveEnd.FORBIDDEN: "This account may not see the camera's live picture (403).",
    LiveEnd.MISSING: "There is no live picture at the camera's address (404).",
    LiveEnd.UNREACHABLE: "The camera's live picture cannot be reached.",
    LiveEnd.SILENT: "The camera sends no picture.",
    LiveEnd.UNREADABLE: "What the camera sends is no video this console can read.",
    LiveEnd.LATE: "The picture fell behind the camera.",
}


def sentence_of(end: LiveEnd) -> str:
    return _SENTENCES[end]


class LiveReconnect:
    """Of one camera; asked in one thread."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._fails = 0
        self._refusals = 0
        self._first_at: float | None = None

    def picture(self) -> None:
        if self._first_at is None:
            self._first_at = self._monotonic()
        self._refusals = 0

    def again_s(self, end: LiveEnd) -> float | None:
        """Seconds until it is tried again with a fresh address; None: not by itself. A refusal may be an old token, once."""
        first_at, self._first_at = self._first_at, None
        if end in _REFUSALS:
            self._refusals += 1
            return _AGAIN_S[0] if self._refusals == 1 else None
        shown_s = 0.0 if first_at is None else self._monotonic() - first_at
        if shown_s >= _STEADY_S:
            self._fails = 0
            if end is LiveEnd.LATE:
                return 0.0
        if end is LiveEnd.ENDED and shown_s >= _RECORDING_S:
            return _AGAIN_S[0]  # a recording sent as a stream ends and begins
        wait_s = _AGAIN_S[min(self._fails, len(_AGAIN_S) - 1)]
        self._fails += 1
        return wait_s
