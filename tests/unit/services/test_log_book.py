"""What the log and the text for support hold, and what they never do."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from chekt_console.api.transport import Transport
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.auth.secret import Secret
from chekt_console.errors import Refused
from chekt_console.services.log_book import LogBook, support_text
from tests.support.fake_clock import FakeClock

_log = logging.getLogger("chekt_console.test")
_CANARIES = {
    "api key": "chekt_live_Canary1Canary1Canary1",
    "token": "eyJhbGciOiJSUzI1NiJ9.eyJDYW5hcnkyIjoxfQ.Canary2Canary2",
    "pem": "-----BEGIN PRIVATE KEY-----\nCanary3Canary3\n-----END PRIVATE KEY-----",
    "refresh": "refresh_token=Canary4Canary4",
    "code": '"code_verifier": "Canary5Canary5"',
    "header": "Authorization: Bearer Canary6Canary6",
    "signed": "https://clips.example/1.mp4?X-Amz-Signature=Canary7Canary7",
    "address": "https://dealer:Canary8Canary8@gateway.example/",
}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[LogBook]:
    root = logging.getLogger()
    level = root.level
    made = LogBook(tmp_path / "console.log")
    yield made
    made.close()
    root.setLevel(level)


def test_each_line_is_json_and_nothing_secret_is_in_it(book: LogBook, tmp_path: Path) -> None:
    for name, canary in _CANARIES.items():
        _log.info("seeded %s: %s", name, canary, extra={"is_failure": True})
    _log.info("by type: %s %r", Secret("Canary9Canary9"), {"key": Secret("Canary9Canary9")})
    text = (tmp_path / "console.log").read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert len(lines) == len(_CANARIES) + 1
    assert {"at", "level", "from", "thread", "text"} <= lines[0].keys()
    told = support_text(
        "facts", "production, api_key", book.failures.lines, now=datetime(2026, 3, 1, tzinfo=UTC)
    )
    assert len(book.failures.lines) == len(_CANARIES)
    for seeded in (text, told):
        assert "Canary" not in seeded


def test_the_log_stays_small(book: LogBook, tmp_path: Path) -> None:
    for number in range(70):
        _log.info("%d %s", number, "x" * 100_000)
    sizes = [path.stat().st_size for path in tmp_path.glob("console.log*")]
    assert len(sizes) == 3
    assert max(sizes) <= 2_000_000


def test_an_error_tells_the_request_id_and_the_trace_id_that_was_sent() -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["x-partner-trace-id"])
        return httpx.Response(400, json={"error": {"code": "Bad", "message": "No", "request_id": "req-17"}})

    transport = Transport(
        "https://gateway.example", ApiKeyAuth("chekt_test_1"), clock=FakeClock(), user_agent="test",
        http_transport=httpx.MockTransport(answer),
    )  # fmt: skip
    with pytest.raises(Refused) as caught:
        transport.get("/ext/v1/sites", "the sites")
    transport.close()
    assert caught.value.request_id == "req-17"
    assert f"trace {sent[0]}" in caught.value.detail
    assert "req-17" in caught.value.detail
