"""Which of the server's request budgets a request pays into: the public API's, the partner API's, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from chekt_console.api.limiter import Limiter, Wish
from chekt_console.domain.request_budget import RequestBudget

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from chekt_console.api.priority import Priority

_PARTNER = "/partner/"
_PUBLIC = ("/ext/", "/api/")


class Budgets:
    """A limiter for each count that the server keeps. Sign-in pages, clips and other hosts are in none of them."""

    def __init__(self, base_url: str, make: Callable[[], Limiter] = Limiter) -> None:
        self._base = httpx.URL(base_url)
        self.public = make()
        self.partner = make()

    def of(self, address: str) -> Limiter | None:
        """`address`: a path of the API, or any address that the server gave."""
        url = httpx.URL(address)
        if not url.is_absolute_url:
            return self.partner if url.path.startswith(_PARTNER) else self.public
        if (url.scheme, url.host, url.port) != (self._base.scheme, self._base.host, self._base.port):
            return None
        path = url.path.removeprefix(self._base.path.rstrip("/"))
        if path.startswith(_PARTNER):
            return self.partner
        return self.public if path.startswith(_PUBLIC) else None

    def figures(self) -> tuple[RequestBudget, ...]:
        """Those that were used or told of."""
        every = (
            RequestBudget("Sites and alarms", self.public.used, self.public.limit),
            RequestBudget("Dealer account", self.partner.used, self.partner.limit),
        )
        return tuple(one for one in every if one.used or one.limit)

    def interrupt(self) -> None:
        for limiter in (self.public, self.partner):
            limiter.interrupt()

    def close(self) -> None:
        for limiter in (self.public, self.partner):
            limiter.close()


class Turn:
    """The place of one request in its budget; without a budget it may always go."""

    def __init__(self, limiter: Limiter | None, wish: Wish | Priority) -> None:
        self._limiter = limiter
        self._wish = wish
        self._sent_at = 0.0

    def take(self) -> None:
        """Waits; once for each time the request is sent."""
        if self._limiter is not None:
            self._sent_at = self._limiter.acquire(self._wish)

    def learn(self, limit: int | None, remaining: int | None, reset_in_s: float | None) -> None:
        if self._limiter is not None:
            self._limiter.learn(limit, remaining, reset_in_s)

    def accepted(self) -> None:
        if self._limiter is not None:
            self._limiter.accepted(self._sent_at)

    def refused(self, retry_after_s: float | None) -> None:
        if self._limiter is not None:
            self._limiter.refused(retry_after_s, self._sent_at)


class PaidAuth(httpx.Auth):
    """What a credential sends again, with a fresh token after a 401, takes a turn of its own: the server counts it too."""

    def __init__(self, credential: httpx.Auth, turn: Turn) -> None:
        self._credential = credential
        self._turn = turn

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        flow = self._credential.auth_flow(request)
        following = next(flow)
        while True:
            response = yield following
            try:
                following = flow.send(response)
            except StopIteration:
                return
            self._turn.take()
