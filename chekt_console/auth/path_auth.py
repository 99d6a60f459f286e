"""Two credentials for one account: the API key opens /ext/v1, a token /partner/v1 (chekt-api.md 0.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Generator

PARTNER_PATH = "/partner/"


class PathAuth(httpx.Auth):
    def __init__(self, public: httpx.Auth, partner: httpx.Auth) -> None:
        self._public = public
        self._partner = partner

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        is_partner = request.url.path.startswith(PARTNER_PATH)
        yield from (self._partner if is_partner else self._public).auth_flow(request)

    def __repr__(self) -> str:
        return "PathAuth(***)"
