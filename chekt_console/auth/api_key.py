"""The API key of a dealer account as a bearer credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from chekt_console.auth.secret import Secret
from chekt_console.errors import NotSignedIn

if TYPE_CHECKING:
    from collections.abc import Generator

_TEST, _LIVE = "chekt_test_", "chekt_live_"


class ApiKeyAuth(httpx.Auth):
    def __init__(self, key: str | Secret) -> None:
        self._key = key if isinstance(key, Secret) else Secret(key)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        key = self._key.reveal()
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise NotSignedIn(
                "This key cannot be one of CHeKT's: it holds blanks, line breaks or unusual characters, or nothing."
                " Copy it again from the dealer portal. Nothing was sent.",
                status=401,
            )
        request.headers["Authorization"] = f"Bearer {key}"
        yield request

    def __repr__(self) -> str:
        return "ApiKeyAuth(***)"


def why_not_here(key: str, *, is_production: bool) -> str:
    """A sentence when the key's own prefix says that it belongs to the other environment, else ""."""
    if is_production and key.startswith(_TEST):
        return "This is a test key (chekt_test_…). It does not belong to production."
    if not is_production and key.startswith(_LIVE):
        return "This is a live key (chekt_live_…). It belongs to production and is not used here."
    return ""
