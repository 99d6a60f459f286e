"""Sends what a handler found in the dialect this gateway speaks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from chekt_console.simulator.clock import iso
from chekt_console.simulator.config import OBSERVED
from chekt_console.simulator.gateway import Gateway
from chekt_console.simulator.problem import json_reply
from chekt_console.simulator.wire_documented import envelope


def answer(
    gateway: Gateway,
    family: str,
    payload: object,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """`payload` in the observed shape."""
    if gateway.config.dialect != OBSERVED:
        payload = envelope(family, payload, iso(gateway.clock.now_ms()))
    return json_reply(payload, status, headers)


def list_answer(request: Request, gateway: Gateway, family: str, payload: object, says: object) -> Response:
    """Good for who asks again and again: with an ETag, and nothing but that when the asker has it already.

    `says`: what tells one answer from another. The tag is weak, for the documents' envelope holds the time of each answer.
    """
    digest = hashlib.sha256(msgspec.json.encode([gateway.config.dialect, says])).hexdigest()[:24]
    headers = {"ETag": f'W/"{digest}"'}
    if is_had(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return answer(gateway, family, payload, headers=headers)


def is_had(request: Request, etag: str) -> bool:
    """Whether If-None-Match names this answer; weak and strong tags are compared alike."""
    had = tags_in(request.headers.get("if-none-match", ""))
    return "*" in had or etag.removeprefix("W/") in had


def tags_in(header: str) -> list[str]:
    return [part.strip().removeprefix("W/") for part in header.split(",")]
