"""Signatures of webhooks: both published schemes, made and checked in constant time."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BODY_HEADER = "x-webhook-signature"
TIMED_HEADER = "x-chekt-signature"
TIME_HEADER = "x-chekt-timestamp"
SIGNING_HEADERS = (BODY_HEADER, TIMED_HEADER, TIME_HEADER)
TOLERANCE_S = 300
SHORTEST_SECRET = 16  # characters; a shorter one could be guessed
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusal` is "" when the signature is right. `stamp` is the signed time in seconds, 0 when the scheme signs none."""

    refusal: str
    scheme: str = ""
    stamp: int = 0


def body_signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()


def timed_signature(secret: str, timestamp: str, body: bytes) -> str:
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.digest(secret.encode(), signed, "sha256").hex()


def check(headers: Iterable[tuple[str, str]], body: bytes, secret: str, now_s: float) -> Verdict:
    """The timed scheme counts when any of its headers is there: leaving its time out must not weaken it to the other."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.casefold(), []).append(value.strip())
    if not any(name in found for name in SIGNING_HEADERS):
        return Verdict("It is not signed")
    if any(len(found.get(name, ())) > 1 for name in SIGNING_HEADERS):
        return Verdict("A signature header is there twice")
    if TIMED_HEADER in found or TIME_HEADER in found:
        return _check_timed(found, body, secret, now_s)
    if not _is_same(found[BODY_HEADER][0], body_signature(secret, body)):
        return Verdict("The signature is wrong")
    return Verdict("", "body")


def _check_timed(found: dict[str, list[str]], body: bytes, secret: str, now_s: float) -> Verdict:
    if TIMED_HEADER not in found or TIME_HEADER not in found:
        return Verdict("The signature or its time is missing")
    timestamp = found[TIME_HEADER][0]
    if not _TIMESTAMP.fullmatch(timestamp):
        return Verdict("The time of the signature cannot be read")
    if not _is_same(found[TIMED_HEADER][0], timed_signature(secret, timestamp, body)):
        return Verdict("The signature is wrong")
    if abs(now_s - int(timestamp)) > TOLERANCE_S:
        return Verdict("The signature is older than five minutes, or from the future")
    return Verdict("", "timed", int(timestamp))


def _is_same(given: str, wanted: str) -> bool:
    """With or without its prefix: the form of the timed header is published nowhere."""
    plain = given if given.startswith("sha256=") else f"sha256={given}"
    return hmac.compare_digest(plain.encode("utf-8", "replace"), wanted.encode())
