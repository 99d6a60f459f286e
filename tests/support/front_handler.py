"""What stands before a real gateway has in common: what it passes on, how it answers, and that it lets nobody wait for ever."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

_PASSED_ON = ("content-type", "if-none-match", "if-match", "idempotency-key", "range")


class FrontHandler(BaseHTTPRequestHandler):
    timeout = 10  # seconds of silence: closing waits for each connection

    def asked(self) -> tuple[bytes, dict[str, str]]:
        """Body, and the headers that are passed on as they are."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return body, {name: value for name, value in self.headers.items() if name.casefold() in _PASSED_ON}

    def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
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
