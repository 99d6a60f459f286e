"""Sends what a handler found in the dialect this gateway speaks."""

from __future__ import annotations

from collections.abc import Mapping

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
