"""One address with the accounts of several gateways behind it: the key that comes along decides which one answers."""

from __future__ import annotations

import json
import threading
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx

from tests.support.front_handler import FrontHandler

if TYPE_CHECKING:
    from types import TracebackType

    from tests.support.simulator import RunningSimulator


class TwoAccounts:
    """`keys`: which key opens which gateway, and the dealer's name that it gives ("" for its own).

    `writes`: what was to be changed, as (key, method, path).
    """

    def __init__(self, keys: dict[str, tuple[RunningSimulator, str]]) -> None:
        self.keys = keys
        self.writes: list[tuple[str, str, str]] = []
        self._upstream = httpx.Client(timeout=30)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> TwoAccounts:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()
        self._upstream.close()

    def _handler(self) -> type[FrontHandler]:
        front = self

        class Handler(FrontHandler):
            def _pass_on(self) -> None:
                body, headers = self.asked()
                key = self.headers.get("Authorization", "").removeprefix("Bearer ")
                if key not in front.keys:
                    self.answer(401, {"Content-Type": "application/json"}, b'{"error": "Unauthorized"}')
                    return
                if self.command != "GET" and not self.path.endswith("/search"):
                    front.writes.append((key, self.command, self.path))
                simulator, dealer = front.keys[key]
                headers["Authorization"] = f"Bearer {simulator.api_key}"
                reply = front._upstream.request(
                    self.command, f"{simulator.url}{self.path}", content=body, headers=headers
                )
                content, kind = reply.content, reply.headers.get("content-type", "")
                if dealer and "json" in kind:
                    content = json.dumps(_renamed(reply.json(), dealer)).encode()
                told = {"Content-Type": kind, "ETag": reply.headers.get("etag", "")}
                self.answer(reply.status_code, told, content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on

        return Handler


def _renamed(value: Any, dealer: str) -> Any:
    if isinstance(value, dict):
        return {
            name: dealer if name == "dealer_name" else _renamed(one, dealer) for name, one in value.items()
        }
    return [_renamed(one, dealer) for one in value] if isinstance(value, list) else value
