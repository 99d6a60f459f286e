"""A download goes on where the last one ended, in a later run of the program too, and never mixes two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.api.media_resource import Media
from chekt_console.api.part_file import mark_of
from chekt_console.api.transport import Transport
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import ClipUnavailable, Unreachable
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD, NEW = b"0123456789" * 1000, b"abcdefghij" * 900
_BREAKS_AT = 4000


class _Shelf:
    """One file with a version; while `is_broken` every answer ends after some bytes."""

    def __init__(self, body: bytes = OLD, etag: str = '"1"') -> None:
        self.body, self.etag = body, etag
        self.is_broken = True
        self.asked: list[tuple[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        wished, version = request.headers.get("Range", ""), request.headers.get("If-Range", "")
        self.asked.append((wished, version))
        start = int(wished[6:-1]) if wished and version == self.etag else 0
        if start > len(self.body):
            return httpx.Response(416)
        body, is_broken = self.body[start:], self.is_broken

        def parts() -> Iterator[bytes]:
            if is_broken:
                yield body[:_BREAKS_AT] if not start else b""
                raise httpx.ReadError("broke")
            yield body

        headers = {"Content-Length": str(len(body)), "ETag": self.etag}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(self.body) - 1}/{len(self.body)}"
        return httpx.Response(206 if start else 200, content=parts(), headers=headers)


def _download(shelf: _Shelf, part: Path) -> None:
    """With a client of its own, as after a new start of the program."""
    transport = Transport(
        "http://127.0.0.1:1",
        httpx.Auth(),
        clock=FakeClock(),
        user_agent="test",
        http_transport=httpx.MockTransport(shelf),
    )
    Media(transport).download("http://127.0.0.1/c", part, progress=NoProgress())


def _broken_off(shelf: _Shelf, part: Path) -> None:
    with pytest.raises(Unreachable):
        _download(shelf, part)
    assert part.stat().st_size == _BREAKS_AT
    shelf.is_broken = False
    shelf.asked.clear()


def test_a_later_try_fetches_only_the_rest(tmp_path: Path) -> None:
    shelf, part = _Shelf(), tmp_path / "c.part"
    _broken_off(shelf, part)
    _download(shelf, part)
    assert shelf.asked == [(f"bytes={_BREAKS_AT}-", '"1"')]
    assert part.read_bytes() == OLD


def test_another_version_on_the_server_is_fetched_from_its_start(tmp_path: Path) -> None:
    shelf, part = _Shelf(), tmp_path / "c.part"
    _broken_off(shelf, part)
    shelf.body, shelf.etag = NEW, '"2"'
    _download(shelf, part)
    assert part.read_bytes() == NEW


@pytest.mark.parametrize("mark", [None, b"", b"[]", b"{", b'{"etag": ""}'])
def test_without_its_mark_nothing_of_an_earlier_try_is_used(tmp_path: Path, mark: bytes | None) -> None:
    shelf, part = _Shelf(), tmp_path / "c.part"
    _broken_off(shelf, part)
    mark_of(part).unlink() if mark is None else mark_of(part).write_bytes(mark)
    _download(shelf, part)
    assert shelf.asked == [("", "")]
    assert part.read_bytes() == OLD


def test_a_server_without_lasting_versions_is_asked_for_all_of_it(tmp_path: Path) -> None:
    shelf, part = _Shelf(etag='W/"1"'), tmp_path / "c.part"
    _broken_off(shelf, part)
    _download(shelf, part)
    assert shelf.asked == [("", "")]
    assert part.read_bytes() == OLD


def test_what_is_longer_than_the_servers_file_is_given_up(tmp_path: Path) -> None:
    shelf, part = _Shelf(), tmp_path / "c.part"
    _broken_off(shelf, part)
    part.write_bytes(OLD * 2)
    _download(shelf, part)
    assert part.read_bytes() == OLD


def test_a_page_instead_of_the_rest_leaves_nothing(tmp_path: Path) -> None:
    shelf, part = _Shelf(), tmp_path / "c.part"
    _broken_off(shelf, part)
    shelf_page = httpx.MockTransport(lambda _: httpx.Response(200, html="<html>sign in"))
    transport = Transport(
        "http://127.0.0.1:1", httpx.Auth(), clock=FakeClock(), user_agent="test", http_transport=shelf_page
    )
    with pytest.raises(ClipUnavailable, match="web page"):
        Media(transport).download("http://127.0.0.1/c", part, progress=NoProgress())
    assert not list(tmp_path.iterdir())
