"""How the listener speaks HTTP, over real sockets: order, ends, half-said things, too much, too slow."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from typing import TYPE_CHECKING

import pytest

from chekt_console.webhooks.connection import Connection, Crowd, Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    Answer: TypeAlias = Callable[[int, str], None]
    Talk: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class _Taker:
    """Takes whatever comes; what is called /late is answered by the test."""

    def __init__(self) -> None:
        self.taken: list[Request] = []
        self.late: list[Answer] = []
        self.refused: list[tuple[Request, int, str]] = []

    def take(self, request: Request, answer: Answer) -> None:
        self.taken.append(request)
        if request.url == b"/late":
            self.late.append(answer)
        else:
            answer(200, request.url.decode())

    def refuse(self, request: Request, status: int, words: str) -> None:
        self.refused.append((request, status, words))


class _Server:
    def __init__(self, most: int = 10, **room: int) -> None:
        self.taker = _Taker()
        self.crowd = Crowd(most, **room)
        self.open_ones = self.crowd.open_ones

    def talk(self, talk: Talk) -> None:
        async def run() -> None:
            loop = asyncio.get_running_loop()
            server = await loop.create_server(lambda: Connection(self.taker, self.crowd), "127.0.0.1", 0)
            try:
                self.port = server.sockets[0].getsockname()[1]
                reader, writer = await self.link()
                await talk(reader, writer)
                writer.close()
            finally:
                server.close()
                for one in tuple(self.open_ones):
                    one.expire()

        asyncio.run(asyncio.wait_for(run(), 30))

    async def link(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    def expire(self) -> None:
        (one,) = self.open_ones
        assert one.due_at > 0
        one.expire()


def _post(url: str, body: bytes = b"{}", *more: str, version: str = "1.1") -> bytes:
    lines = [f"POST {url} HTTP/{version}", "Host: x", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _heard(reader: asyncio.StreamReader) -> bytes:
    """One answer with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.split(b"content-length: ")[1].split(b"\r")[0])
    return head + await reader.readexactly(length)


def test_many_on_one_connection_are_answered_in_their_order_whichever_is_ready_first() -> None:
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_post("/late") + _post("/a") + _post("/b"))
        while len(server.taker.taken) < 3:
            await asyncio.sleep(0)
        (answer,) = server.taker.late
        answer(503, "later")
        heard = [await _heard(reader) for _ in range(3)]
        assert [one.split(b'"message": ')[1] for one in heard] == [b'"later"}', b'"/a"}', b'"/b"}']
        assert heard[0].startswith(b"HTTP/1.1 503 ")

    server.talk(talk)


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_request_in_pieces_is_the_request(size: int) -> None:
    server = _Server()
    body = bytes(range(256)) * 20
    raw = _post("/pieces", body, "X-Long: " + "y" * 300)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for start in range(0, len(raw), size):
            writer.write(raw[start : start + size])
            await asyncio.sleep(0)
        assert (await _heard(reader)).startswith(b"HTTP/1.1 200 ")
        writer.write(
            b"POST /parts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        assert (await _heard(reader)).startswith(b"HTTP/1.1 200 ")

    server.talk(talk)
    whole, parts = server.taker.taken
    assert (whole.method, whole.url, whole.body) == ("POST", b"/pieces", body)
    assert whole.headers[-1] == (b"x-long", b"y" * 300)
    assert (parts.body, parts.size) == (b"abcde", 5)


@pytest.mark.parametrize(
    "raw",
    [
        _post("/last", b"{}", "Connection: close"),
        _post("/last", version="1.0"),
        _post("/last", b"{}", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: x"),
    ],
)
def test_who_says_it_is_the_last_gets_its_answer_and_the_end(raw: bytes) -> None:
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")

    server.talk(talk)
    assert len(server.taker.taken) == 1


def test_who_stops_speaking_still_gets_the_answer_that_is_due() -> None:
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_post("/late"))
        writer.write_eof()
        while not server.taker.late:
            await asyncio.sleep(0)
        server.taker.late[0](200, "taken")
        assert b"taken" in await reader.read()

    server.talk(talk)


def test_who_asks_first_is_told_to_go_on() -> None:
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, _, body = _post("/asks", b"{}", "Expect: 100-continue").partition(b"\r\n\r\n")
        writer.write(head + b"\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(body)
        assert (await _heard(reader)).startswith(b"HTTP/1.1 200 ")

    server.talk(talk)


def test_head_is_answered_without_a_body() -> None:
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" + _post("/b"))
        assert b"content-length" in await reader.readuntil(b"\r\n\r\n")
        assert b'"/b"' in await _heard(reader)

    server.talk(talk)


@pytest.mark.parametrize(
    ("raw", "status", "kept"),
    [
        (b"\x16\x03\x01\x02\x00 hello over TLS\r\n\r\n", 400, b"\x16\x03\x01"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400, b"POST"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 700_000, 431, b""),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n{", 413, b""),
    ],
)
def test_what_is_no_request_is_told_so_and_the_rest_is_not_heard(
    raw: bytes, status: int, kept: bytes
) -> None:
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw + _post("/after"))
        assert (await reader.read()).startswith(b"HTTP/1.1 %d " % status)

    server.talk(talk)
    assert not server.taker.taken
    ((request, told, words),) = server.taker.refused
    assert told == status
    assert words
    assert request.body.startswith(kept)


def test_too_slow_a_body_is_told_and_anything_else_cut_off() -> None:
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{")
        while not any(one._is_in_body for one in server.open_ones):
            await asyncio.sleep(0)
        server.expire()
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        assert server.taker.refused[0][0].body == b"{"
        server.expire()  # and it does not wait for ever for the other end
        while server.open_ones:
            await asyncio.sleep(0)
        reader, writer = await server.link()
        writer.write(b"POST /slow HTTP/1.1\r\nHost")
        while not server.open_ones:
            await asyncio.sleep(0)
        server.expire()
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        while server.open_ones:
            await asyncio.sleep(0)

    server.talk(talk)
    assert len(server.taker.refused) == 1


def test_one_connection_too_many_is_told_so() -> None:
    server = _Server(most=1)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_post("/a"))
        await _heard(reader)
        other, its_writer = await server.link()
        assert (await other.read()).startswith(b"HTTP/1.1 503 ")
        its_writer.close()
        writer.write(_post("/b"))
        assert b'"/b"' in await _heard(reader)

    server.talk(talk)


def test_while_ours_is_the_turn_nobody_is_cut_off() -> None:
    """An answer that waits for the disk has no deadline of the sender's."""
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_post("/late"))
        while not server.taker.late:
            await asyncio.sleep(0)
        assert [one.due_at for one in server.open_ones] == [0]
        server.taker.late[0](200, "taken")
        await _heard(reader)
        assert [one.due_at > 0 for one in server.open_ones] == [True]

    server.talk(talk)


_CHUNKED = b"POST /parts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"


@pytest.mark.parametrize("part", [b"X-A: " + b"a" * 1000 + b"\r\n", b"a" * 1000], ids=["fields", "one field"])
def test_what_follows_a_body_in_parts_has_an_end_too(part: bytes) -> None:
    """Trailers are headers that come late; nobody holds gigabytes of them."""
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_CHUNKED + b"0\r\nX-B: ")
        with contextlib.suppress(ConnectionError):
            for _ in range(2000):
                writer.write(part)
                await writer.drain()
        assert (await reader.read()).startswith(b"HTTP/1.1 431 ")

    server.talk(talk)
    assert not server.taker.taken
    assert [told for _, told, _ in server.taker.refused] == [431]


def test_a_signature_behind_the_body_is_none() -> None:
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_CHUNKED + b"0\r\nX-Webhook-Signature: sha256=1\r\n\r\n")
        assert (await _heard(reader)).startswith(b"HTTP/1.1 200 ")

    server.talk(talk)
    (request,) = server.taker.taken
    assert [name for name, _ in request.headers] == [b"host", b"transfer-encoding"]


def test_all_of_them_together_hold_no_more_than_there_is_room_for() -> None:
    server = _Server(most_held=3000)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_post("/late", b"a" * 2000))
        while not server.taker.late:
            await asyncio.sleep(0)
        other, its_writer = await server.link()
        its_writer.write(_post("/other", b"b" * 2000))
        assert (await other.read()).startswith(b"HTTP/1.1 429 ")
        assert server.crowd.held == 2000  # the first waits for its answer
        its_writer.close()
        server.taker.late[0](200, "taken")
        await _heard(reader)
        assert server.crowd.held == 0
        writer.write(_post("/again", b"b" * 2000))
        assert (await _heard(reader)).startswith(b"HTTP/1.1 200 ")

    server.talk(talk)
    assert server.crowd.held == 0
    assert [request.url for request in server.taker.taken] == [b"/late", b"/again"]


def test_who_goes_away_in_the_middle_or_before_the_answer_leaves_its_room() -> None:
    server = _Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(
            _post("/late", b"a" * 2000) + b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{"
        )
        while server.crowd.held < 2001:
            await asyncio.sleep(0)
        link = writer.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # no half end: a reset
        writer.transport.abort()
        while server.open_ones:
            await asyncio.sleep(0)
        assert server.crowd.held == 0
        server.taker.late[0](200, "taken")
        assert server.crowd.held == 0

    server.talk(talk)
