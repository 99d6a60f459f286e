"""Sends signed webhooks to a listener as fast as it answers, from a process of its own that signed them beforehand.

`python -m tests.support.delivery_load` reads an Order as a line of JSON from standard input, prints "ready", begins at the
next line, and prints an Outcome. What is answered 429 or cut off is sent again, as a sender does that loses nothing.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import IO, TypedDict, cast

from tests.support.webhooks import signed

_PAUSE_S = 0.02


@dataclass(frozen=True)
class Order:
    """`depth`: requests under way on each connection; `first`: number of the first event."""

    port: int
    secret: str
    site_id: str
    count: int
    connections: int = 64
    depth: int = 1
    first: int = 0


class Outcome(TypedDict):
    """`seconds` from the first byte that is sent to the last answer; `statuses` counts the answers by code."""

    seconds: float
    cpu_s: float
    statuses: dict[str, int]
    worst_answer_ms: float


class DeliveryLoad:
    """The process, from the window's side."""

    def __init__(self, order: Order) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.delivery_load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say(json.dumps(asdict(order)))
        assert self._output.readline() == "ready\n"

    def begin(self) -> None:
        self._say("go")

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def outcome(self) -> Outcome:
        return cast("Outcome", json.loads(self._output.read()))

    @property
    def _output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


def event_id(number: int) -> str:
    return f"burst-{number}"


def _request(order: Order, number: int) -> bytes:
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    data = {
        "site_id": order.site_id,
        "event_id": event_id(number),
        "event_time": moment,
        "event_subtype": "motion",
    }
    body = json.dumps({"id": f"b{number}", "type": "event.created", "data": data}).encode()
    headers = signed(order.secret, body, int(time.time())) | {"Host": "x", "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /webhooks HTTP/1.1\r\n{head}\r\n".encode() + body


class _Load:
    def __init__(self, order: Order) -> None:
        self.order = order
        numbers = range(order.first, order.first + order.count)
        self.left = deque(_request(order, number) for number in numbers)
        self.statuses: Counter[str] = Counter()
        self.worst_s = 0.0
        self.ended: asyncio.Future[None] | None = None

    async def run(self) -> None:
        self.ended = asyncio.get_running_loop().create_future()
        for _ in range(self.order.connections):
            await self.connect()
        await self.ended

    async def connect(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: _Line(self), "127.0.0.1", self.order.port)

    def answered(self, status: str) -> None:
        self.statuses[status] += 1
        if self.statuses["200"] == self.order.count and self.ended and not self.ended.done():
            self.ended.set_result(None)


class _Line(asyncio.Protocol):
    """What is under way on one connection is answered in the order it was sent."""

    def __init__(self, load: _Load) -> None:
        self._load = load
        self._under_way: deque[tuple[bytes, float]] = deque()
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send(self._load.order.depth)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        at, done = 0, 0
        while (blank := received.find(b"\r\n\r\n", at)) >= 0:
            told = received.lower().find(b"content-length: ", at)
            end = blank + 4 + int(received[told + 16 : received.find(b"\r", told)])
            if len(received) < end:
                break
            self._took(received[at + 9 : at + 12].decode())
            at, done = end, done + 1
        self._received = received[at:]
        self._send(done)

    def connection_lost(self, error: Exception | None) -> None:
        self._load.left.extend(request for request, _ in self._under_way)
        if self._load.ended and not self._load.ended.done():
            self._load.statuses["cut off"] += 1
            asyncio.get_running_loop().create_task(self._load.connect())

    def _took(self, status: str) -> None:
        request, sent_at = self._under_way.popleft()
        self._load.worst_s = max(self._load.worst_s, time.perf_counter() - sent_at)
        if status == "429":
            asyncio.get_running_loop().call_later(_PAUSE_S, self._again, request)
        self._load.answered(status)

    def _again(self, request: bytes) -> None:
        self._load.left.append(request)
        self._send(1)

    def _send(self, room: int) -> None:
        left, now = self._load.left, time.perf_counter()
        requests = [left.popleft() for _ in range(min(room, len(left)))]
        self._under_way.extend((one, now) for one in requests)
        if requests and self._transport is not None:
            self._transport.write(b"".join(requests))


def _loop_of() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


def main() -> None:
    load = _Load(Order(**json.loads(sys.stdin.readline())))
    print("ready", flush=True)
    sys.stdin.readline()
    began, cpu_s = time.perf_counter(), time.process_time()
    with asyncio.Runner(loop_factory=_loop_of) as runner:
        runner.run(load.run())
    outcome = Outcome(
        seconds=time.perf_counter() - began,
        cpu_s=time.process_time() - cpu_s,
        statuses=dict(load.statuses),
        worst_answer_ms=load.worst_s * 1000,
    )
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
