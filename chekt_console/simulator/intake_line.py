"""The short way in for single events: taken from the bytes of the connection, before routes and tasks cost more than they.

Same checks, limits, record and answers as by the long way. Whatever is unusual (arrays, faults, wrong tokens, other calls,
headers not listed here) goes the long way, and so does the rest of that connection.
"""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chekt_console.simulator.problem import Problem, problem_reply
from chekt_console.simulator.routes_partner_events import PATH, SCOPE, answer_of, arrival_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.simulator.event_intake import Arrival, Kept
    from chekt_console.simulator.gateway import Gateway
    from chekt_console.simulator.limits import Verdict
    from chekt_console.simulator.oauth_tokens import Caller

_FIRST_LINE = f"POST {PATH} HTTP/1.1\r\n".encode()
_END = b"\r\n\r\n"
_MAX_HEAD, _MAX_BODY = 10_000, 20_000
_NO_MATTER = frozenset({b"host", b"user-agent", b"accept", b"accept-encoding", b"content-type"})
_UNFINISHED, _NOT_HERE = 0, -1


class IntakeLine(HttpToolsProtocol):
    """One connection, in the place of uvicorn's own protocol, which it becomes when something unusual comes."""

    def __init__(self, gateway: Gateway, **given: Any) -> None:
        super().__init__(**given)
        self._gateway = gateway
        self._held = b""
        self._answers: list[bytes] = []
        self._under_way = 0
        self._is_leaving = self._is_plain = False

    def data_received(self, data: bytes) -> None:
        if self._is_plain:
            super().data_received(data)
            return
        held = self._held + data if self._held else data
        at = 0
        while at < len(held) and not self._is_leaving:
            taken = self._take(held, at)
            if taken == _UNFINISHED:
                break
            self._is_leaving = taken == _NOT_HERE
            at += max(0, taken)
        self._held = held[at:]
        if self._is_leaving and self._under_way:
            self.flow.pause_reading()
        self._go_on()

    def _take(self, held: bytes, at: int) -> int:
        """How many bytes from `at` on were a request that is now in work, or _UNFINISHED, or _NOT_HERE."""
        if not held.startswith(_FIRST_LINE, at):
            return _UNFINISHED if _FIRST_LINE.startswith(held[at:]) else _NOT_HERE
        blank = held.find(_END, at)
        if blank < 0:
            return _UNFINISHED if len(held) - at < _MAX_HEAD else _NOT_HERE
        length, bearer, key = -1, "", ""
        for line in held[at + len(_FIRST_LINE) : blank].split(b"\r\n"):
            name, _, value = line.partition(b":")
            name, value = name.lower(), value.strip()
            if name == b"content-length" and length < 0 and len(value) < 6 and value.isdigit():
                length = int(value)
            elif name == b"authorization" and not bearer:
                bearer = value.decode("latin-1")
            elif name == b"idempotency-key" and not key:
                key = value.decode("latin-1")
            elif name not in _NO_MATTER and (name, value.lower()) != (b"connection", b"keep-alive"):
                return _NOT_HERE
        begin, gateway = blank + len(_END), self._gateway
        end = begin + length
        if not 0 < length <= _MAX_BODY or gateway.faults.are_waiting or not bearer.startswith("Bearer "):
            return _NOT_HERE
        caller = gateway.access_tokens.read(gateway, bearer[7:])
        if caller is None or SCOPE not in caller.scopes:
            return _NOT_HERE
        if len(held) < end:
            return _UNFINISHED
        if held[begin] != ord("{"):
            return _NOT_HERE
        self._keep(caller, key, held[begin:end])
        return end - at

    def _keep(self, caller: Caller, key: str, raw: bytes) -> None:
        verdict = self._gateway.partner_limits.take(caller.client_id)
        entry = self._gateway.record.add("POST", PATH)
        place = len(self._answers)
        self._answers.append(b"")
        self._under_way += 1
        try:
            if verdict.retry_after_s:
                raise Problem(429, "RateLimitExceeded", "Too many requests; wait and try again")
            arrival = arrival_of(self._gateway, caller, key, raw)
        except Problem as problem:
            self._done(place, entry, verdict, None, problem)
        else:
            self._gateway.intake.begin(arrival, functools.partial(self._done, place, entry, verdict, arrival))

    def _done(
        self, place: int, entry: dict[str, object], verdict: Verdict, arrival: Arrival | None,
        outcome: Kept | Exception,
    ) -> None:  # fmt: skip
        headers: Iterable[tuple[str, str]] = verdict.headers().items()
        if isinstance(outcome, Exception) or arrival is None:
            problem = (
                outcome if isinstance(outcome, Problem) else Problem(500, "ServerError", "The server failed")
            )
            reply = problem_reply(problem, self._gateway.config.dialect)
            status, body = reply.status_code, bytes(reply.body)
            headers = [*headers, ("x-request-id", reply.headers["x-request-id"])]
        else:
            status, told, more = answer_of(self._gateway, arrival, outcome)
            body, headers = msgspec.json.encode(told), [*headers, *more.items()]
        entry["status"] = status
        words = "".join([f"{name.lower()}: {value}\r\n" for name, value in headers])
        date = b"".join([b"%b: %b\r\n" % pair for pair in self.server_state.default_headers])
        self._answers[place] = b"".join((
            _status_line(status), date, words.encode("latin-1"),
            b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body), body,
        ))  # fmt: skip
        self._under_way -= 1
        if not self._under_way:
            self._go_on()

    def _go_on(self) -> None:
        """Answers leave in the order of their requests, all together; then the connection may become a plain one."""
        if self._under_way or self.transport.is_closing():
            return
        if self._answers:
            self.transport.write(b"".join(self._answers))
            self._answers.clear()
        if self._is_leaving and not self._is_plain:
            self._is_plain = True
            self.flow.resume_reading()
            super().data_received(self._held)


@functools.cache
def _status_line(status: int) -> bytes:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
