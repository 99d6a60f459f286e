"""Judges requests: what is wrong is answered at once, what is right once it is on disk."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import httptools

from chekt_console.domain.delivery import delivery_id
from chekt_console.domain.delivery_headers import shown_headers
from chekt_console.domain.webhook_signature import SIGNING_HEADERS, check
from chekt_console.errors import DiskFailed
from chekt_console.store.inbox import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from chekt_console.store.inbox import Inbox
    from chekt_console.webhooks.connection import Request
    from chekt_console.webhooks.refusals import Refusals

    Answer: TypeAlias = Callable[[int, str], None]
    _Waiting: TypeAlias = tuple[Request, Arrival, Answer]

PATH = "/webhooks"
MOST_WAITING = (
    1000  # deliveries not yet on disk; more are asked to come again. Below what the server lets connect
)
_GROUP = 500
_LOST = "lost"
_RECORDED = {
    "new": (200, "taken"),
    "again": (200, "taken before"),
    "replay": (409, "A replay"),
    _LOST: (503, "It could not be written down"),
}
_SIGNING = {name.encode(): name for name in SIGNING_HEADERS}
_PATH = PATH.encode()


class Listener:
    """Counts by status code. `tell` is told of each answer; what was answered 200 is on disk by then."""

    def __init__(
        self, inbox: Inbox, secret: str, tell: Callable[[Counter[int]], None], refusals: Refusals
    ) -> None:
        self._inbox = inbox
        self._secret = secret
        self._tell = tell
        self._refusals = refusals
        self.counts: Counter[int] = Counter()
        self._waiting: deque[_Waiting] = deque()
        self._is_writing = False
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="inbox")

    def take(self, request: Request, answer: Answer) -> None:
        """`answer` is called once, now or later, in the loop's thread."""
        if request.url != _PATH and _path(request.url) != _PATH:
            self._say_no(request, answer, 404, "No such path")
            return
        if request.method != "POST":
            self._say_no(request, answer, 405, "Webhooks come by POST")
            return
        body, now_ns = request.body, time.time_ns()
        signing = [
            (_SIGNING[name], value.decode("latin-1")) for name, value in request.headers if name in _SIGNING
        ]
        verdict = check(signing, body, self._secret, now_ns / 1e9)
        if verdict.refusal:
            self._say_no(request, answer, 401, verdict.refusal)
            return
        if len(self._waiting) >= MOST_WAITING:
            self._say_no(request, answer, 429, "Too many at once")
            return
        headers = shown_headers(request.headers)
        arrival = Arrival(
            delivery_id(body), now_ns // 1_000_000, verdict.scheme, verdict.stamp, body, headers
        )
        self._waiting.append((request, arrival, answer))
        if not self._is_writing:
            self._is_writing = True
            asyncio.get_running_loop().call_soon(self._write_down)  # all of this turn share one commit

    def refuse(self, request: Request, status: int, words: str) -> None:
        """For who answers it himself."""
        self.counts[status] += 1
        self._refusals.add(request, status, words)
        self._tell(self.counts)

    def _say_no(self, request: Request, answer: Answer, status: int, words: str) -> None:
        self.refuse(request, status, words)
        answer(status, words)

    def _write_down(self) -> None:
        """A group. Here and now: handed to a thread, each of its statements would wait for its turn behind a flood. While
        another program holds the file it is waited for in a thread, so that what is wrong or too much is answered meanwhile.
        """
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _GROUP))]
        arrivals = [arrival for _, arrival, _ in group]
        try:
            self._tell_all(group, self._accepted(arrivals, is_patient=False))
        except DiskFailed:
            loop = asyncio.get_running_loop()
            waited = loop.run_in_executor(self._disk, partial(self._accepted, arrivals, is_patient=True))
            waited.add_done_callback(
                lambda done: self._tell_all(
                    group, [_LOST] * len(group) if done.exception() else done.result()
                )
            )

    def _tell_all(self, group: list[_Waiting], verdicts: list[str]) -> None:
        """Whatever became of a group, each of it is answered. Then the next one, until nothing waits."""
        for (request, _, answer), verdict in zip(group, verdicts, strict=True):
            status, words = _RECORDED[verdict]
            if status == 200:
                self.counts[status] += 1
                answer(status, words)
            else:
                self._say_no(request, answer, status, words)
        self._tell(self.counts)
        self._is_writing = bool(self._waiting)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._write_down)

    def _accepted(self, arrivals: list[Arrival], *, is_patient: bool) -> list[str]:
        """One verdict each. One that the file cannot take costs the others nothing."""
        try:
            return self._inbox.accept(arrivals, is_patient=is_patient)
        except (ValueError, OverflowError):
            if len(arrivals) == 1:
                return [_LOST]
            return [verdict for one in arrivals for verdict in self._accepted([one], is_patient=is_patient)]


def _path(url: bytes) -> bytes:
    try:
        return httptools.parse_url(url).path or b""
    except httptools.HttpParserError:
        return b""
