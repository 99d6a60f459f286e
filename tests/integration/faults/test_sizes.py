"""faults.md: slow drip 1 byte/s; endless body; 1 GiB body; gzip bomb 1 000:1: cut by time and by size after decoding."""

from __future__ import annotations

import gzip
import json
import ssl
import time
import tracemalloc
import zlib
from functools import cache
from typing import TYPE_CHECKING

import pytest

from chekt_console.api.media_resource import Media
from chekt_console.api.sites_resource import Sites
from chekt_console.api.transport import Transport
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.auth.token_server import TokenServer
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import ClipUnavailable, ConsoleError, UnexpectedReply, Unreachable
from tests.integration.faults.bench import HurryClock
from tests.integration.faults.raw_server import RawServer
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from chekt_console.domain.clock import Clock

_MIB = 1024**2
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
_SPACES = b" " * 65536


def _endless() -> Iterator[bytes]:
    yield _HEAD + b"\r\n"
    while True:
        yield _SPACES


def _gibibyte() -> Iterator[bytes]:
    yield _HEAD + b"Content-Length: %d\r\n\r\n" % 1024**3
    for _ in range(1024**3 // len(_SPACES)):
        yield _SPACES


@cache
def _packed() -> bytes:
    pack = zlib.compressobj(1, wbits=31)
    return b"".join([pack.compress(b" " * _MIB) for _ in range(512)] + [pack.flush()])


def _bomb() -> Iterator[bytes]:
    packed = _packed()
    yield _HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed


def _bomb_of_another_kind() -> Iterator[bytes]:
    yield _HEAD + b"Content-Encoding: br\r\nContent-Length: 4\r\n\r\n1234"


def _transport(url: str, total_s: float = 90.0, clock: Clock | None = None) -> Transport:
    return Transport(
        url,
        ApiKeyAuth("key"),
        clock=clock or FakeClock(),
        user_agent="test",
        total_s=total_s,
        tries_s=total_s * 4 / 3,
    )


@pytest.fixture(params=[_endless, _gibibyte, _bomb, _bomb_of_another_kind], ids=lambda one: one.__name__)
def giant(request: pytest.FixtureRequest) -> Iterator[RawServer]:
    with RawServer(request.param) as server:
        yield server


def _read(transport: Transport, _: Path) -> object:
    return Sites(transport).list()


def _write(transport: Transport, _: Path) -> object:
    return transport.write("POST", "/x", "the command")


def _clip(transport: Transport, folder: Path) -> object:
    return Media(transport).download(
        f"{transport.base_url}/c", folder / "c", progress=NoProgress(), max_bytes=9 * _MIB
    )


def _picture(transport: Transport, _: Path) -> object:
    return Media(transport).snapshot("AA", 0, f"{transport.base_url}/m?access_token=t")


def _live(transport: Transport, _: Path) -> object:
    return next(Media(transport).stream(f"{transport.base_url}/m"))


@pytest.mark.slow
@pytest.mark.parametrize("ask", [_read, _write, _clip, _picture, _live])
def test_too_much_is_cut_in_time_with_little_memory(
    giant: RawServer, ask: Callable[[Transport, Path], object], tmp_path: Path
) -> None:
    transport = _transport(giant.url)
    started = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises((UnexpectedReply, ClipUnavailable)) as raised:
            ask(transport, tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        transport.close()
    assert raised.value.sentence.endswith(".")
    assert peak < 20 * _MIB
    assert time.monotonic() - started < 20
    assert len(giant.requests) == 1  # what is too big once is not asked for again
    assert not list(tmp_path.iterdir())


def test_a_drip_is_cut_by_the_whole_time_wherever_it_drips() -> None:
    """A byte now and then starts httpx's own time-out anew: in the head as in the body. Who waits for a server that drips
    for ever does not wait for six whole tries."""
    for head in (b"HTTP/1.1 200 OK\r\nX-Long: ", _HEAD + b"\r\n["):
        with RawServer(lambda head=head: _drip(head)) as server:  # type: ignore[misc]
            transport = _transport(server.url, 1.0, HurryClock())
            started = time.monotonic()
            with pytest.raises(Unreachable, match="did not answer in time") as raised:
                transport.write("POST", "/x", "the command", {})
            assert time.monotonic() - started < 5
            assert raised.value.may_have_acted
            assert len(server.requests) == 1
            with pytest.raises(Unreachable):
                transport.get("/x", "the sites")
            assert len(server.requests) <= 1 + 2  # the second for the third part of a try that is left
            transport.close()


def _drip(head: bytes) -> Iterator[bytes]:
    yield head
    for _ in range(40):
        time.sleep(0.1)
        yield b"a"


def test_ten_thousand_sites_in_one_packed_answer_still_fit() -> None:
    """A server without pages sends them at once."""
    row = {
        "site_name": "Harbor Point Self Storage, building 7",
        "address": "1400 Water Street, Tacoma, WA 98421",
    }
    row |= {
        "timezone": "America/Los_Angeles",
        "status": "active",
        "monitoring_station_id": "MS-0000001",
        "note": "x" * 200,
    }
    plain = json.dumps([{"site_id": number, **row} for number in range(10_000)]).encode()
    packed = gzip.compress(plain)
    head = _HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with RawServer(lambda: iter([head, packed])) as server:
        transport = _transport(server.url)
        assert len(Sites(transport).list().values) == 10_000
        transport.close()


def test_what_is_packed_wrongly_or_cut_off_is_rejected_whole() -> None:
    packed = gzip.compress(json.dumps([{"site_id": number} for number in range(500)]).encode())
    for body in (packed[: len(packed) // 2], b"no gzip"):
        head = _HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
        with RawServer(lambda head=head, body=body: iter([head, body])) as server:  # type: ignore[misc]
            transport = _transport(server.url)
            with pytest.raises(ConsoleError, match="cannot be read"):
                Sites(transport).list()
            transport.close()


@pytest.mark.parametrize("script", [_endless, _bomb], ids=lambda one: one.__name__)
def test_the_sign_in_server_is_trusted_no_further(script: Callable[[], Iterator[bytes]]) -> None:
    with RawServer(script) as server:
        sign_in = TokenServer(server.url, verify=ssl.create_default_context())
        tracemalloc.start()
        try:
            with pytest.raises(UnexpectedReply, match=r"too big|cannot be read"):
                sign_in.ask({"grant_type": "refresh_token"})
            assert tracemalloc.get_traced_memory()[1] < 20 * _MIB
        finally:
            tracemalloc.stop()
