"""Everything secret that went over the wire, read off where the HTTP library sends and receives."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest

_FORM = ("code", "code_verifier", "refresh_token", "client_assertion", "token", "password")
_JSON = ("access_token", "refresh_token", "id_token", "secret")
_QUERY = ("code", "signature", "access_token")
_NAMED = re.compile(rb'"(' + "|".join(_JSON).encode() + rb')"\s*:\s*"([^"]+)"')
_IN_ADDRESS = re.compile(rb"[?&](" + "|".join(_QUERY).encode() + rb')=([^"&\s\\]+)')


class WireTap:
    """While its block lasts. `secrets`: by what they are called on the wire."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.secrets: dict[str, set[str]] = defaultdict(set)
        real, tap = httpx.HTTPTransport.handle_request, self

        def handle(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            tap._sent(request)
            response = real(transport, request)
            location = response.headers.get("location", "")
            tap._note_query(location)
            if response.headers.get("content-type", "").startswith("application/json"):
                assert isinstance(response.stream, httpx.SyncByteStream)
                response.stream = _Heard(response.stream, tap)
            return response

        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)

    def heard(self, body: bytes) -> None:
        for pattern in (_NAMED, _IN_ADDRESS):
            for name, value in pattern.findall(body):
                self.secrets[name.decode()].add(unquote(value.decode()))

    def _sent(self, request: httpx.Request) -> None:
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer":
            self.secrets["bearer"].add(credential)
        self._note_query(str(request.url))
        kind = request.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            for name, value in parse_qsl(request.content.decode()):
                if name in _FORM:
                    self.secrets[name].add(value)
        elif kind.startswith("application/json"):
            self.heard(json.dumps(json.loads(request.content or b"null")).encode())

    def _note_query(self, address: str) -> None:
        for name, value in parse_qsl(urlsplit(address).query):
            if name in _QUERY:
                self.secrets[name].add(value)


class _Heard(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, tap: WireTap) -> None:
        self._stream = stream
        self._tap = tap
        self._body = b""

    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            self._body += part
            yield part
        self._tap.heard(self._body)

    def close(self) -> None:
        self._stream.close()
