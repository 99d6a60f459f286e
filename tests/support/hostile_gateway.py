"""A gateway that puts hostile text into every name and sentence it passes on, and a port that nobody may visit."""

from __future__ import annotations

import json
import socket
import threading
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx

from tests.support.front_handler import FrontHandler

if TYPE_CHECKING:
    from types import TracebackType

_NAMES = frozenset(
    (
        "site_name", "name", "address", "address_line_1", "description", "message", "text", "device_name", "zone_name",
        "user_name", "user", "dealer_name", "account_number", "event_name", "event_description", "first_name", "model",
        "partition_name", "title", "label", "category", "display_name", "company_name", "event_subtype",
    )
)  # fmt: skip


class HostileGateway:
    """Stands before a real one. `asked`: every address that was asked for. `visits`: connections to the bait port."""

    def __init__(self, target: str, *, length: int = 0) -> None:
        self.asked: list[str] = []
        self.visits = 0
        self._bait = socket.create_server(("127.0.0.1", 0))
        self._bait.settimeout(0.1)
        self.bait = f"http://127.0.0.1:{self._bait.getsockname()[1]}/x.png"
        self.mark = f'<img src="{self.bait}"><b>Dock</b>\x1b[31m '
        self._length = length
        self._upstream = httpx.Client(base_url=target, timeout=30)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._server.timeout = 0.1
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._is_open = True
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(0.05,)),
            threading.Thread(target=self._watch),
        ]

    def __enter__(self) -> HostileGateway:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False
        self._server.shutdown()
        for thread in self._threads:
            thread.join(10)
        self._server.server_close()
        self._upstream.close()
        self._bait.close()

    def _watch(self) -> None:
        while self._is_open:
            try:
                link, _ = self._bait.accept()
            except TimeoutError:
                continue
            self.visits += 1
            link.close()

    def _spoil(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self._spoil(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._spoil(one, key) for one in value]
        if isinstance(value, str) and key in _NAMES:
            return self.mark + value + "x" * (self._length if key == "site_name" else 0)
        return value

    def _handler(self) -> type[FrontHandler]:
        gateway = self

        class Handler(FrontHandler):
            def _pass_on(self) -> None:
                gateway.asked.append(self.path)
                body, headers = self.asked()
                headers["Authorization"] = self.headers.get("Authorization", "")
                reply = gateway._upstream.request(self.command, self.path, content=body, headers=headers)
                content, kind = reply.content, reply.headers.get("content-type", "")
                if "json" in kind:
                    content = json.dumps(gateway._spoil(reply.json())).encode()
                told = {"content-type": kind, "etag": reply.headers.get("etag", "")}
                self.answer(reply.status_code, told, content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on

        return Handler
