"""One address with the accounts of several gateways behind it: the key that comes along decides which one answers."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from types import TracebackType

    from tests.support.simulator import RunningSimulator

_KEPT = ("content-type", "if-none-match", "if-match", "idempotency-key", "range")


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

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        front = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10  # seconds of silence: closing waits for each connection

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                key = self.headers.get("Authorization", "").removeprefix("Bearer ")
                if key not in front.keys:
                    self._answer(401, "application/json", "", b'{"error": "Unauthorized"}')
                    return
                if self.command != "GET" and not self.path.endswith("/search"):
                    front.writes.append((key, self.command, self.path))
                simulator, dealer = front.keys[key]
                headers = {name: value for name, value in self.headers.items() if name.casefold() in _KEPT}
                headers["Authorization"] = f"Bearer {simulator.api_key}"
                reply = front._upstream.request(
                    self.command, f"{simulator.url}{self.path}", content=body, headers=headers
                )
                content, kind = reply.content, reply.headers.get("content-type", "")
                if dealer and "json" in kind:
                    content = json.dumps(_renamed(reply.json(), dealer)).encode()
                self._answer(reply.status_code, kind, reply.headers.get("etag", ""), content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on

            def _answer(self, status: int, kind: str, etag: str, content: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                if etag:
                    self.send_header("ETag", etag)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(content)

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    return  # the console went away

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def _renamed(value: Any, dealer: str) -> Any:
    if isinstance(value, dict):
        return {
            name: dealer if name == "dealer_name" else _renamed(one, dealer) for name, one in value.items()
        }
    return [_renamed(one, dealer) for one in value] if isinstance(value, list) else value
