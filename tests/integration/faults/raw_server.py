"""A server below HTTP: writes the bytes a test gives it, as slowly or as long as the test wants."""

from __future__ import annotations

import re
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class RawServer:
    """`script` yields what goes out to each request; it is ended when the other side goes away or the test is over."""

    def __init__(self, script: Callable[[], Iterator[bytes]]) -> None:
        self._script = script
        self._ended = threading.Event()
        self.requests: list[bytes] = []
        self.sent = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self) -> RawServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(5)
        self._socket.close()

    def pause(self, seconds: float) -> None:
        """For a script: as long, or until the test is over."""
        self._ended.wait(seconds)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                link, _ = self._socket.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._serve, args=(link,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, link: socket.socket) -> None:
        with link:
            link.settimeout(5)
            try:
                request = b""
                # The whole of it: what is left unread turns the end of the connection into a reset, which loses the answer.
                while not _is_whole(request):
                    part = link.recv(65536)
                    if not part:
                        return
                    request += part
                self.requests.append(request)
                for part in self._script():
                    if self._ended.is_set():
                        return
                    link.sendall(part)
                    self.sent += len(part)
            except OSError:
                return


def _is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)
