"""Statuses, error bodies and broken connections as the one error tree, in words for an installer."""

from __future__ import annotations

import email.utils
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from chekt_console.api.retry import LONGEST_S
from chekt_console.errors import (
    ChangedMeanwhile,
    ConsoleError,
    NotAllowed,
    NotSignedIn,
    NotThere,
    Refused,
    ServerBroken,
    ServerSaid,
    TooManyRequests,
    Unreachable,
)

_LONGEST = 300
_NOTHING = "Nothing was sent."
_UNKNOWN = "Whether it was carried out is not known."


def broken_connection(error: httpx.TransportError, host: str, *, is_command: bool) -> Unreachable:
    """`may_have_acted` only when the request may have reached the server."""
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError | httpx.PoolTimeout):
        text = str(error).casefold()
        if "certificate" in text or "ssl" in text or "tls" in text:
            sentence = f"The identity of {host} could not be confirmed (TLS). {_NOTHING}"
        elif "name or service" in text or "getaddrinfo" in text or "resolution" in text:
            sentence = f"{host} was not found. Check the network or the address. {_NOTHING}"
        else:
            sentence = f"{host} cannot be reached. Check the network. {_NOTHING}"
        return Unreachable(sentence, detail=detail)
    if isinstance(error, httpx.UnsupportedProtocol):
        return Unreachable(f"{host} is not an address that can be asked.", detail=detail)
    tail = f" {_UNKNOWN}" if is_command else ""
    if isinstance(error, httpx.TimeoutException):
        return Unreachable(f"{host} did not answer in time.{tail}", detail=detail, may_have_acted=is_command)
    return Unreachable(
        f"The connection to {host} broke before the answer came.{tail}",
        detail=detail,
        may_have_acted=is_command,
    )


def unknown_outcome(last: ConsoleError) -> Unreachable:
    """Of a write whose last try did nothing, but an earlier one may have."""
    if isinstance(last, Unreachable) and last.may_have_acted:
        return last
    sentence = f"{last.sentence.removesuffix(_NOTHING).rstrip()} {_UNKNOWN}"
    return Unreachable(sentence, detail=last.detail, may_have_acted=True)


def said(response: httpx.Response, body: bytes, what: str) -> ServerSaid:
    """The error of a reply with status 300 or above; `what` was asked for ("the sites")."""
    code, message, fields, request_id = _read(body)
    request_id = request_id or response.headers.get("x-request-id", "")
    status = response.status_code
    retry_after_s = retry_after(response.headers)
    told = f" The server says: {message}" if message else ""
    if told and not told.endswith((".", "!", "?", "…")):
        told += "."
    kind, sentence = _kind(status, what)
    if kind is TooManyRequests and retry_after_s is not None:
        sentence = f"The server asks for fewer requests. Wait {_wait_words(retry_after_s)} and try again."
    return kind(
        sentence + told,
        status=status,
        code=code,
        request_id=request_id,
        fields=fields,
        retry_after_s=retry_after_s,
        message=message,
        detail=f"{response.request.method} {response.request.url.path} -> {status} {code} request {request_id}",
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from a number or a date; None when absent or nonsense."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        pass
    else:
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        when = email.utils.parsedate_to_datetime(text)
        now = email.utils.parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
        return max(0.0, (when - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def date_s(headers: Mapping[str, str]) -> float | None:
    """The server's clock as seconds since 1970, when the reply tells it."""
    try:
        return email.utils.parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _kind(status: int, what: str) -> tuple[type[ServerSaid], str]:
    if status == 401:
        return NotSignedIn, "The key is not accepted: it is wrong, expired or was revoked. Connect again."
    if status == 403:
        return NotAllowed, f"This key may not use {what}."
    if status in (404, 405, 410):
        return NotThere, f"The server does not have {what}."
    if status == 412:
        return ChangedMeanwhile, f"Somebody else changed {what} since it was read."
    if status == 429:
        return TooManyRequests, "The server asks for fewer requests. Wait a minute and try again."
    if status >= 500:
        return ServerBroken, f"The server failed ({status}) at {what}."
    if status >= 400:
        return Refused, f"The server refused {what}."
    return ServerSaid, f"The server sends {what} elsewhere ({status}), which is not followed."


def _read(body: bytes) -> tuple[str, str, dict[str, str], str]:
    """Code, message, field errors and request id of both error bodies; text that is not JSON is no message."""
    try:
        payload: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "", "", {}, ""
    if not isinstance(payload, dict):
        return "", "", {}, ""
    error = payload.get("error")
    if isinstance(error, dict):
        message = _text(error.get("message")) or _text(error.get("detail"))
        fields = {error["field"]: message} if isinstance(error.get("field"), str) else {}
        return _text(error.get("code")), message, fields, _text(error.get("request_id"))
    message = _text(payload.get("message"))
    details = payload.get("details")
    fields = {}
    if isinstance(details, dict) and isinstance(details.get("field"), str):
        needed = " It is required." if details.get("required") else ""
        fields = {details["field"]: message + needed}
    return _text(error), message, fields, _text(payload.get("request_id"))


def _wait_words(seconds: float) -> str:
    """As long as this program itself waits: a server that says years is asked again after five minutes."""
    whole = math.ceil(min(max(seconds, 1.0), LONGEST_S))
    if whole <= 90:
        return "a second" if whole == 1 else f"{whole} seconds"
    return f"{math.ceil(whole / 60)} minutes"


def _text(value: object) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    text = "".join(c for c in str(value) if c.isprintable())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
