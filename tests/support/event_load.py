"""Sends single events to a gateway as fast as it answers, over its death and return, from a process of its own.

`python -m tests.support.event_load FILE` with a JSON object on standard input (see Order) puts an Outcome into the file.
`acknowledged` pairs the event's number in the load with the gateway's number of it.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypedDict, cast

import uvloop

_PAUSE_S = 0.05
_MARK = b'"chekt_event_id":'


@dataclass(frozen=True)
class Order:
    """`depth`: requests under way on each connection."""

    port: int
    token: str
    location: str
    count: int
    connections: int = 64
    depth: int = 8
    first: int = 0


class Outcome(TypedDict):
    acknowledged: list[tuple[int, int]]
    seconds: float
    sent_again: int


def begin(order: Order, answer: Path) -> subprocess.Popen[bytes]:
    load = subprocess.Popen(
        [sys.executable, "-m", "tests.support.event_load", str(answer)], stdin=subprocess.PIPE
    )
    assert load.stdin is not None
    load.stdin.write(json.dumps(asdict(order)).encode())
    load.stdin.close()
    return load


def outcome_of(load: subprocess.Popen[bytes], answer: Path) -> Outcome:
    assert load.wait(100) == 0
    return cast("Outcome", json.loads(answer.read_text()))


def external_id(number: int) -> str:
    return f"load-{number}"


class _Load:
    def __init__(self, order: Order) -> None:
        self.order = order
        self.left = iter(range(order.first, order.first + order.count))
        self.again: deque[int] = deque()
        self.acknowledged: dict[int, int] = {}
        self.sent_again = 0
        head = (
            f"POST /partner/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {order.token}\r\n"
        )
        self._head = (
            head + "Content-Type: application/json\r\nContent-Length: {}\r\nIdempotency-Key: {}\r\n\r\n"
        )
        self._body = f'{{"version":"1.0","location_id":"{order.location}","event_type":"alarm","event_status":"active",'
        self._body += '"event_subtype":"intrusion","event_time":"2026-11-01T08:00:00Z","event_id":"'

    def following(self) -> int | None:
        if self.again:
            return self.again.popleft()
        return next(self.left, None)

    def request(self, number: int) -> bytes:
        name = external_id(number)
        body = f'{self._body}{name}"}}'
        return (self._head.format(len(body), name) + body).encode()

    async def run(self) -> None:
        order = self.order
        await asyncio.gather(*(self._talk() for _ in range(order.connections)))

    async def _talk(self) -> None:
        """One connection at a time, until every event has its answer."""
        loop = asyncio.get_running_loop()
        while len(self.acknowledged) < self.order.count:
            try:
                _, line = await loop.create_connection(lambda: _Line(self), "127.0.0.1", self.order.port)
            except OSError:
                await asyncio.sleep(_PAUSE_S)
                continue
            await line.ended
            await asyncio.sleep(_PAUSE_S)


class _Line(asyncio.Protocol):
    """What is under way on one connection is answered in the order it was sent."""

    def __init__(self, load: _Load) -> None:
        self._load = load
        self._under_way: deque[int] = deque()
        self._received = b""
        self._transport: asyncio.Transport | None = None
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send(self._load.order.depth)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        at, done = 0, 0
        while True:
            # An answer ends with the body that its Content-Length tells.
            blank = received.find(b"\r\n\r\n", at)
            if blank < 0:
                break
            told = received.find(b"content-length: ", at)
            end = blank + 4 + int(received[told + 16 : received.find(b"\r", told)])
            if len(received) < end:
                break
            if received[at + 9 : at + 11] != b"20":
                raise SystemExit(f"refused: {received[at:end]!r}")
            mark = received.find(_MARK, blank) + len(_MARK)
            number = int(received[mark : received.find(b",", mark)])
            self._load.acknowledged[self._under_way.popleft()] = number
            at, done = end, done + 1
        self._received = received[at:]
        if done:
            self._send(done)

    def connection_lost(self, error: Exception | None) -> None:
        self._load.again.extend(self._under_way)
        self._load.sent_again += len(self._under_way)
        self.ended.set_result(None)

    def _send(self, room: int) -> None:
        requests = []
        for _ in range(room):
            number = self._load.following()
            if number is None:
                break
            self._under_way.append(number)
            requests.append(self._load.request(number))
        assert self._transport is not None
        if requests:
            self._transport.write(b"".join(requests))
        elif not self._under_way:
            self._transport.close()


def main() -> None:
    load = _Load(Order(**json.load(sys.stdin)))
    started = time.perf_counter()
    uvloop.run(load.run())
    seconds = time.perf_counter() - started
    outcome = {
        "acknowledged": sorted(load.acknowledged.items()),
        "seconds": seconds,
        "sent_again": load.sent_again,
    }
    Path(sys.argv[1]).write_text(json.dumps(outcome))


if __name__ == "__main__":
    main()
