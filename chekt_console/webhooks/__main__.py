"""Runs the listener: `python -m chekt_console.webhooks`. Its secret comes as the first line of standard input."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from chekt_console.store.inbox import Inbox
from chekt_console.webhooks.connection import Connection, Crowd
from chekt_console.webhooks.listener import PATH, Listener
from chekt_console.webhooks.refusals import Refusals

_MAX_CONNECTIONS = 2000
_BACKLOG = 2048
_SWEEP_S = 0.25
_TELL_EVERY_S = 0.02
_THREAD_TURN_S = (
    0.0005  # a thread that has something for the disk waits no longer for its turn, a flood or not
)
_OWN_FILES = 100
_NICENESS = 2  # behind the window, so that a flood costs it no frame


class _Teller:
    """Facts for the console, a line each; the first at once, those of a burst together."""

    def __init__(self) -> None:
        self._told_at = 0.0
        self._is_due = False
        self._counts: Counter[int] = Counter()

    def __call__(self, counts: Counter[int]) -> None:
        self._counts = counts
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
        say({"fact": "arrived", "counts": {str(status): number for status, number in self._counts.items()}})


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
    sys.setswitchinterval(_THREAD_TURN_S)
    _allow_files(_MAX_CONNECTIONS + _OWN_FILES)
    if sys.platform != "win32":
        os.nice(_NICENESS)
    with asyncio.Runner(loop_factory=_loop_of) as runner:
        runner.run(_serve(listener, Inbox(inbox_file), secret))
    return 0


def _allow_files(wanted: int) -> None:
    """Each connection is one, and the usual limit is below what is listened to at once."""
    if sys.platform == "win32":
        return
    import resource  # there is none on Windows

    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if least != resource.RLIM_INFINITY and least < wanted:
        wanted = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


async def _serve(listener: socket.socket, inbox: Inbox, secret: str) -> None:
    """Until the process ends."""
    teller, refusals = _Teller(), Refusals(inbox)
    taker = Listener(inbox, secret, teller, refusals)
    refusals.on_kept = lambda: teller(taker.counts)
    crowd = Crowd(_MAX_CONNECTIONS)
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: Connection(taker, crowd), sock=listener, backlog=_BACKLOG)
    port = listener.getsockname()[1]
    say({"fact": "ready", "port": port, "url": f"http://127.0.0.1:{port}{PATH}"})
    while True:
        await asyncio.sleep(_SWEEP_S)
        now = loop.time()
        for one in tuple(crowd.open_ones):
            if one.due_at and now > one.due_at:
                one.expire()


def _loop_of() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # there is none on Windows

    return uvloop.new_event_loop()


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
