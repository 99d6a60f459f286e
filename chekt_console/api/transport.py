"""The only place that sends: budget, retries, size and time bounds, one error tree, one flight for equal reads."""

from __future__ import annotations

import json
import logging
import math
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from chekt_console.api import failures
from chekt_console.api.addresses import gateway_address, is_loopback, safe_host, tell_of_proxy
from chekt_console.api.bounded import ACCEPT_ENCODING, decoded, keep_deadlines, within
from chekt_console.api.budgets import Budgets, PaidAuth, Turn
from chekt_console.api.flights import Flights
from chekt_console.api.priority import check_wanted, current_priority, is_anew, is_brief, is_kept, kept
from chekt_console.api.reply_words import reply_words, request_words
from chekt_console.api.retry import wait_s
from chekt_console.api.trust import trust
from chekt_console.errors import (
    Cancelled,
    ConsoleError,
    Endpoint,
    ServerBroken,
    TooManyRequests,
    UnexpectedReply,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chekt_console.api.limiter import Wish
    from chekt_console.domain.clock import Clock

_log = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(20.0, connect=10.0, pool=60.0)
_STREAM_TIMEOUT = httpx.Timeout(10.0, pool=60.0)  # quirk Q1: a stream may connect and never send
_UPLOAD_TIMEOUT = httpx.Timeout(60.0, connect=10.0, pool=60.0)
_LONGEST_ERROR = 20_000
_TOTAL_S = 90.0
_TRIES_S = 120.0
_BRIEF_TRIES_S = 5.0  # asking and waiting together
_OPEN_S = 30.0  # a live picture may go on for hours, but not take so long to begin
_UPLOAD_S = 600.0
_MAX_BYTES = 12_000_000  # a page of 1,000 sites has 1 MB, and a server without pages sends 10,000 at once
_SLICE_S = 0.2
_PROXY_SAYS_TOO = (401, 403, 407)  # on a page, where the server's own refusal is JSON


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply with a good status (2xx, or 304 to a conditional read)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    endpoint: str

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise UnexpectedReply(
                "The server's answer cannot be read. Try again; if it stays so, tell CHeKT support.",
                endpoint=self.endpoint,
                detail=f"not JSON: {type(error).__name__}: {error}",
            ) from error


class Transport:
    """Thread-safe; one per connection. `http_transport` stands in for the network in tests."""

    def __init__(
        self,
        base_url: str,
        credential: httpx.Auth,
        *,
        clock: Clock,
        user_agent: str,
        http_transport: httpx.BaseTransport | None = None,
        budgets: Budgets | None = None,
        ca_file: str = "",
        dealer_id: str = "",
        total_s: float = _TOTAL_S,
        tries_s: float = _TRIES_S,
    ) -> None:
        """`total_s`: how long one answer may take from the first byte asked to the last one read, whatever the drip.
        `dealer_id`: whose account the credential opens, as in CHeKTClient.
        `tries_s`: how long all tries of one read may take, the waits between them not counted."""
        self._total_s = total_s
        self._tries_s = tries_s
        self.base_url = gateway_address(base_url)
        self.dealer_id = dealer_id
        self.host = urlsplit(self.base_url).netloc
        self.budgets = budgets or Budgets(self.base_url)
        self._clock = clock
        self._credential = credential
        self._client = httpx.Client(
            base_url=self.base_url,
            transport=http_transport,
            # Also where the API is on this computer: the clips it names may lie elsewhere.
            verify=trust(ca_file),
            timeout=_TIMEOUT,
            limits=httpx.Limits(max_connections=24, max_keepalive_connections=8),
            headers={"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING},
            trust_env=not is_loopback(self.base_url),
        )
        tell_of_proxy(self.base_url)
        self._wires = keep_deadlines(self._client)
        self._flights = Flights[Reply]()
        self._is_closed = False
        self._is_interrupted = False
        self._resumes = 0

    def get(self, path: str, what: str, *, query: Mapping[str, str] | None = None, etag: str = "") -> Reply:
        """A read: repeated by itself, and asked once when several want it at the same time; see `anew` for the other."""
        url = str(httpx.URL(path, params=query or {}))

        def ask(wish: Wish | None) -> Reply:
            headers = _if_none(etag)
            return self._send("GET", path, what, query=query, headers=headers, is_repeatable=True, wish=wish)

        return self._shared(path, ("GET", url, etag), ask)

    def search(self, path: str, what: str, body: object) -> Reply:
        """A POST that only reads, so it is repeated and shared like `get`."""

        def ask(wish: Wish | None) -> Reply:
            return self._send("POST", path, what, body=body, is_repeatable=True, wish=wish)

        return self._shared(path, ("POST", path, json.dumps(body, sort_keys=True)), ask)

    def _shared(self, path: str, key: tuple[str, ...], ask: Callable[[Wish | None], Reply]) -> Reply:
        if is_anew():
            return ask(None)
        flight, is_mine = self._flights.joined(key)
        if is_mine:
            return self._flights.fly(flight, ask)
        limiter = self.budgets.of(path)
        if limiter is not None:
            limiter.hurry(flight.wish, current_priority())
        try:
            return flight.result(self._check_wanted)
        except Cancelled:
            # The one who asked gave up, or closing ended a read that a command of this thread needs.
            self._check_wanted()
            return self._shared(path, key, ask)

    def write(
        self,
        method: str,
        path: str,
        what: str,
        body: object = None,
        *,
        etag: str = "",
        idempotency_key: str = "",
    ) -> Reply:
        """Sent once, unless it carries an idempotency key. No answer: Unreachable with `may_have_acted`."""
        headers = {}
        if etag:
            headers["If-Match"] = etag
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        try:
            with kept():
                return self._send(
                    method,
                    path,
                    what,
                    body=body,
                    headers=headers,
                    is_repeatable=bool(idempotency_key),
                    is_command=True,
                )
        finally:
            self._flights.wrote()

    def upload(self, url: str, what: str, content: bytes, content_type: str) -> None:
        """To an address the server gave; without our key, as in `streaming`. Sent again after a break: a PUT of the same
        bytes to the same place."""
        attempt = 0
        while True:
            attempt += 1
            self._check_open()
            host = safe_host(url, what)
            turn = Turn(self.budgets.of(url), current_priority())
            turn.take()
            try:
                with (
                    within(_UPLOAD_S),
                    self._client.stream(
                        "PUT",
                        url,
                        content=content,
                        headers={"Content-Type": content_type},
                        timeout=_UPLOAD_TIMEOUT,
                    ) as response,
                ):
                    self._learn(response, turn)
                    told = self._content(response, what)[:_LONGEST_ERROR]
                if response.status_code < 300:
                    if not told.lstrip().startswith(b"<?xml"):  # as some stores of files answer
                        _refuse_page(told, what, f"PUT {host}")
                    return
                error: ConsoleError = failures.said(response, told, what)
            except httpx.TransportError as broken:
                if self._is_over:
                    raise Cancelled from broken
                error = failures.broken_connection(broken, host, is_command=True)
            except RuntimeError as broken:
                if self._is_closed:
                    raise Cancelled from broken
                raise
            if isinstance(error, TooManyRequests):
                turn.refused(error.retry_after_s)
            pause_s = wait_s(error, attempt, is_repeatable=True)
            if pause_s is None:
                raise error
            self.pause(pause_s)

    @contextmanager
    def streaming(
        self, url: str, what: str, *, headers: Mapping[str, str] | None = None
    ) -> Iterator[httpx.Response]:
        """An open reply of any address the server gave (presigned clip, live picture). Our key goes to nobody but our server,
        and not along with an address that carries a token of its own."""
        self._check_open()
        host = safe_host(url, what)
        turn = Turn(self.budgets.of(url), current_priority())
        turn.take()
        try:
            with ExitStack() as opened:
                with within(_OPEN_S):
                    response = opened.enter_context(
                        self._client.stream("GET", url, headers=dict(headers or {}), timeout=_STREAM_TIMEOUT)
                    )
                    self._learn(response, turn)
                    if response.status_code >= 300:
                        error = failures.said(response, self._content(response, what), what)
                        if isinstance(error, TooManyRequests):
                            turn.refused(error.retry_after_s)
                        raise error
                yield response
        except httpx.TransportError as broken:
            if self._is_over:
                raise Cancelled from broken
            raise failures.broken_connection(broken, host, is_command=False) from broken
        except httpx.DecodingError as broken:
            raise UnexpectedReply(
                f"{_start(what)} cannot be read.", endpoint=what, detail=str(broken)
            ) from broken
        except RuntimeError as broken:
            if self._is_closed:
                raise Cancelled from broken
            raise

    def _check_wanted(self) -> None:
        self._check_open()
        check_wanted()

    def resume(self) -> None:
        """The network is back or another: reads under way begin anew, for their connections may be dead without a word, and
        what had no answer is tried again at once. Commands go on."""
        self._resumes += 1
        self._wires.drop()

    def interrupt(self) -> None:
        """First half of closing: reads end at once, what belongs to a command goes on."""
        self._is_interrupted = True
        self.budgets.interrupt()
        self._wires.interrupt()

    def close(self) -> None:
        self._is_closed = self._is_interrupted = True
        self.budgets.close()
        self._wires.cut()
        self._client.close()

    @property
    def _is_over(self) -> bool:
        """For the request of this thread."""
        return self._is_closed or (self._is_interrupted and not is_kept())

    def _send(
        self,
        method: str,
        path: str,
        what: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        is_repeatable: bool,
        is_command: bool = False,
        wish: Wish | None = None,
    ) -> Reply:
        turn = Turn(self.budgets.of(path), wish or current_priority())
        attempt, asked_s, waited_s, may_have_acted = 0, 0.0, 0.0, False
        while True:
            attempt += 1
            self._check_open()
            turn.take()
            resumes = self._resumes
            began_s = self._clock.monotonic()
            # A command is never cut short by the tries before it: what it did would not be known.
            left_s = self._total_s if is_command else min(self._total_s, self._tries_s - asked_s)
            try:
                return self._once(
                    method, path, what, query, body, headers, turn, left_s, is_command=is_command
                )
            except ConsoleError as error:
                asked_s += self._clock.monotonic() - began_s
                if isinstance(error, TooManyRequests):
                    turn.refused(error.retry_after_s)
                is_again = is_repeatable and (isinstance(error, TooManyRequests) or not is_anew())
                is_again = is_again and (is_command or asked_s < self._tries_s)
                pause_s = wait_s(error, attempt, is_repeatable=is_again)
                if pause_s is not None and is_brief() and asked_s + waited_s + pause_s > _BRIEF_TRIES_S:
                    pause_s = None
                if pause_s is None or self._is_closed:
                    if may_have_acted and isinstance(error, Unreachable | TooManyRequests):
                        raise failures.unknown_outcome(error) from error
                    raise
                is_lost = isinstance(error, ServerBroken) or (
                    isinstance(error, Unreachable) and error.may_have_acted
                )
                may_have_acted |= is_command and is_lost
                _log.info("%s %s failed (%s), again in %.0f s", method, path, error.detail, pause_s)
                is_unanswered = isinstance(error, Unreachable)
            waited_s += pause_s
            self.pause(pause_s, resumes if is_unanswered else None)

    def _once(
        self,
        method: str,
        path: str,
        what: str,
        query: Mapping[str, str] | None,
        body: object,
        headers: Mapping[str, str] | None,
        turn: Turn,
        left_s: float,
        *,
        is_command: bool,
    ) -> Reply:
        trace_id = str(uuid4())
        try:
            return self._asked(
                method, path, what, query, body, headers, turn, trace_id, left_s, is_command=is_command
            )
        except ConsoleError as error:
            error.detail = f"{error.detail} trace {trace_id}".strip()
            raise

    def _asked(
        self,
        method: str,
        path: str,
        what: str,
        query: Mapping[str, str] | None,
        body: object,
        headers: Mapping[str, str] | None,
        turn: Turn,
        trace_id: str,
        left_s: float,
        *,
        is_command: bool,
    ) -> Reply:
        trace = {"x-partner-trace-id": trace_id}
        try:
            with (
                within(left_s),
                self._client.stream(
                    method,
                    path,
                    params=query,
                    json=body,
                    headers={**(headers or {}), **trace},
                    auth=PaidAuth(self._credential, turn),
                ) as response,
            ):
                content = self._content(response, what)
        except httpx.TransportError as error:
            if self._is_over and not is_command:
                raise Cancelled from error
            # A command may have acted, also when it is closing that ends the wait.
            raise failures.broken_connection(error, self.host, is_command=is_command) from error
        except httpx.DecodingError as error:
            raise UnexpectedReply(
                f"The answer about {what} cannot be read.",
                endpoint=f"{method} {path}",
                detail=f"{error} {request_words(response.headers)}",
            ) from error
        except RuntimeError as error:
            if self._is_closed:  # httpx says so of a client closed by another thread
                raise Cancelled from error
            raise
        self._learn(response, turn)
        status, told = response.status_code, response.headers
        endpoint = Endpoint(f"{method} {path}", lambda: reply_words(status, told, trace_id, content))
        if status < 300 or status in _PROXY_SAYS_TOO:
            _refuse_page(content, what, endpoint)
        if status >= 300 and status != 304:
            raise failures.said(response, content, what)
        return Reply(status, told, content, endpoint)

    def _content(self, response: httpx.Response, what: str) -> bytes:
        """Bounded in size after decoding; in time by `within`."""
        body = bytearray()
        for part in decoded(response, what):
            body += part
            if len(body) > _MAX_BYTES:
                raise UnexpectedReply(
                    f"The answer about {what} is too big.",
                    endpoint=f"{response.request.method} {response.request.url.path}",
                    detail=f"over {_MAX_BYTES} bytes {request_words(response.headers)}",
                )
        return bytes(body)

    def _learn(self, response: httpx.Response, turn: Turn) -> None:
        headers = response.headers
        reset = _number(headers.get("x-ratelimit-reset"))
        reset_in_s = None
        if reset is not None:
            # By the server's own clock where it tells: this computer's may be wrong.
            now_s = failures.date_s(headers) or self._clock.now_ms() / 1000
            reset_in_s = reset - now_s if reset > 1e6 else reset
        turn.learn(
            _whole(headers.get("x-ratelimit-limit")), _whole(headers.get("x-ratelimit-remaining")), reset_in_s
        )
        if response.status_code != 429:
            turn.accepted()

    def pause(self, seconds: float, resumes: int | None = None) -> None:
        """Waits; Cancelled when the client is closed meanwhile, or nobody wants the answer any longer. `resumes`: how often
        `resume` was called before what is waited for; one more ends the wait, None: nothing does."""
        left = seconds
        while left > 0 and resumes in (None, self._resumes):
            self._check_open()
            check_wanted()
            step = min(left, _SLICE_S)
            self._clock.sleep(step)
            left -= step

    def _check_open(self) -> None:
        if self._is_over:
            raise Cancelled


def _if_none(etag: str) -> dict[str, str]:
    return {"If-None-Match": etag} if etag else {}


def _start(what: str) -> str:
    return what[:1].upper() + what[1:]


def _refuse_page(content: bytes, what: str, endpoint: str) -> None:
    """Raises UnexpectedReply for a web page: who sent it is not the server, so nothing was done, whatever its status."""
    if content.lstrip().startswith(b"<"):
        raise UnexpectedReply(
            f"A web page came in place of the answer about {what}. The network may want a sign-in of its own:"
            " open any page in the browser, then try again.",
            endpoint=endpoint,
            detail="a web page",
        )


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) else None


def _whole(text: str | None) -> int | None:
    number = _number(text)
    return None if number is None else int(number)
