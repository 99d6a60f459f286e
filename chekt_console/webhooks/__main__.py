"""Runs the listener: `python -m chekt_console.webhooks`. Its secret comes as the first line of standard input."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from chekt_console.store.inbox import Inbox
from chekt_console.webhooks.listener import PATH, Listener
from chekt_console.webhooks.protocol import CutOffProtocol

if TYPE_CHECKING:
    from collections import Counter

_HEADER_LIMIT_S = 5
_MAX_CONNECTIONS = 2000
_TELL_EVERY_S = 0.02


class _Teller:
    """Facts for the console, a line each; the first at once, those of a burst together."""

    def __init__(self) -> None:
        self._told_at = 0.0
        self._is_due = False
        self._counts: dict[str, int] = {}

    def __call__(self, counts: Counter[int]) -> None:
        self._counts = {str(status): number for status, number in counts.items()}
        if self._is_due:
            return
        wait_s = self._told_at + _TELL_EVERY_S - time.monotonic()
        if wait_s <= 0:
            self._say()
        else:
            self._is_due = True
            asyncio.get_running_loop().call_later(wait_s, self._say)

    def _say(self) -> None:
        self._is_due = False
        self._told_at = time.monotonic()
        say({"fact": "arrived", "counts": self._counts})


def say(fact: dict[str, Any]) -> None:
    os.write(1, json.dumps(fact).encode() + b"\n")


def main() -> int:
    inbox_file, port = Path(sys.argv[1]), int(sys.argv[2])
    secret = sys.stdin.readline().strip()
    if not secret:
        return 1
    threading.Thread(target=_wait_for_parent, name="webhook-parent", daemon=True).start()
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))  # loopback only, whatever is asked for
    except OSError as error:
        say({"fact": "failed", "why": f"Port {port} cannot be used: {error.strerror}."})
        return 1
    port = listener.getsockname()[1]
    app = Listener(Inbox(inbox_file), secret, _Teller())
    config = uvicorn.Config(
        app,
        http=CutOffProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_HEADER_LIMIT_S,
        limit_concurrency=_MAX_CONNECTIONS,
        backlog=2048,
    )
    server = _Server(config, {"fact": "ready", "port": port, "url": f"http://127.0.0.1:{port}{PATH}"})
    server.run(sockets=[listener])
    return 0


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: dict[str, Any]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        say(self._ready)


def _wait_for_parent() -> None:
    """The console holds the other end; however it dies, the pipe closes. What was answered is on disk already."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
