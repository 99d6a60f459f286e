"""What the log says of an answer that was no good: enough to find it on the server, and nobody's data."""

from __future__ import annotations

import gzip
import json

import httpx
import pytest

from chekt_console.api.reply_words import body_shape
from chekt_console.errors import UnexpectedReply
from tests.unit.api.test_client import Network

_SITE = {"id": 7, "name": "Harbor", "is_activated": "perhaps"}


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"<html><body>Bad gateway of " + b"t" * 40 + b"</body></html>", "begins <html><body>Bad gateway"),
        (b'{"data": [{"id": 7, "name": "Harbor", "address": "1 Ma', 'begins {"data": [{"id": 7, "name": "…"'),
        (json.dumps("Harbor").encode(), "text"),
        (json.dumps([_SITE, _SITE]).encode(), "2 × [{id: number, name: text, is_activated: text}]"),
    ],
    ids=["HTML", "truncated", "another kind", "wrong type"],
)
def test_an_answer_that_cannot_be_used_is_named_with_its_ids_and_its_form(content: bytes, form: str) -> None:
    network = Network(httpx.Response(200, content=content, headers={"X-Request-Id": "r-7"}))
    with pytest.raises(UnexpectedReply) as caught:
        network.client.sites.list()
    detail = caught.value.detail
    trace_id = network.requests[0].headers["x-partner-trace-id"]
    assert "GET /ext/v1/sites" in detail
    assert "status 200 request r-7" in detail
    assert f"trace {trace_id}" in detail
    assert f"{len(content)} bytes, {form}" in detail
    assert "Harbor" not in detail
    assert "1 Ma" not in detail


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(
            200,
            stream=httpx.ByteStream(b"no gzip"),
            headers={"Content-Encoding": "gzip", "X-Request-Id": "r-7"},
        ),
        httpx.Response(
            200,
            stream=httpx.ByteStream(gzip.compress(b" " * 13_000_000)),
            headers={"Content-Encoding": "gzip", "X-Request-Id": "r-7"},
        ),
    ],
    ids=["not gzip", "too big"],
)
def test_so_is_one_that_could_not_even_be_read(response: httpx.Response) -> None:
    network = Network(response)
    with pytest.raises(UnexpectedReply) as caught:
        network.client.sites.list()
    trace_id = network.requests[0].headers["x-partner-trace-id"]
    assert "GET /ext/v1/sites" in caught.value.detail
    assert "request r-7" in caught.value.detail
    assert f"trace {trace_id}" in caught.value.detail


def test_the_form_is_short_however_deep_or_wide_the_answer_is() -> None:
    assert len(body_shape(json.dumps({f"field {n}": [[[[n]]]] for n in range(999)}).encode())) <= 400
    assert len(body_shape(b"[" * 100_000)) <= 400
    assert body_shape(b"") == "0 bytes, begins "
