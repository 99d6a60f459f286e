"""All sites of an account are read, however many; also from a server that knows nothing of pages."""

from __future__ import annotations

import httpx
import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from tests.support.fake_clock import FakeClock


def _site(number: int) -> dict[str, object]:
    return {
        "site_id": number, "external_site_id": f"ext-{number}", "name": f"Site {number}", "timezone": "UTC",
        "is_activated": 1,
    }  # fmt: skip


def _answer(request: httpx.Request, count: int, kind: str) -> httpx.Response:
    offset = request.url.params.get("offset")
    if offset is not None and kind == "refuses":
        return httpx.Response(400, json={"error": {"message": "Unknown parameter offset"}})
    start = int(offset or 0) if kind == "pages" else 0
    most = 1_000 if kind == "pages" else count
    return httpx.Response(200, json=[_site(number) for number in range(count)][start : start + most])


@pytest.mark.parametrize(
    ("count", "kind", "reads"),
    [
        (0, "pages", 1),
        (3, "pages", 1),
        (1_100, "pages", 3),
        (2_003, "pages", 3),
        (1_000, "pages", 2),
        (1_000, "ignores", 2),
        (1_000, "refuses", 2),
    ],
)
def test_all_are_read(count: int, kind: str, reads: int) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return _answer(request, count, kind)

    client = CHeKTClient(
        "https://gateway.test",
        ApiKeyAuth("k"),
        clock=FakeClock(),
        http_transport=httpx.MockTransport(answer),
        dealer_id="7",
    )
    try:
        sites = client.account.sites().values
    finally:
        client.close()
    assert [site.external_site_id for site in sites] == [f"ext-{number}" for number in range(count)]
    assert len(asked) == reads
