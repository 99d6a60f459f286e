"""Requests and deliveries as a person reads them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chekt_console.domain.request import IncomingRequest
    from chekt_console.services.request_service import RequestState

STATES = {
    "waiting": "Waits for your answer",
    "running": "Under way",
    "done": "Answered",
    "refused": "Refused",
    "shown": "For your information",
}
SHORT_STATES = STATES | {"waiting": "Waiting", "shown": "To know"}
POLICY_WORDS = {"ask": "Ask me", "always": "Always carry out", "never": "Never"}


def clock_words(instant_ms: int) -> str:
    """Time of this computer; with its date when it is not today."""
    moment = time.localtime(instant_ms / 1000)
    is_today = moment[:3] == time.localtime()[:3]
    return time.strftime("%H:%M:%S" if is_today else "%Y-%m-%d %H:%M", moment)


def who_words(request: IncomingRequest) -> str:
    return f"{request.who}, {request.center}" if request.center else request.who


def ask_words(request: IncomingRequest, site_name: str, what: str = "") -> str:
    """Who, what, which site, until when. `what` names the device where its name is known."""
    reason = f" Reason given: {request.reason}." if request.reason else ""
    return (
        f"{who_words(request)} asks: {what or request.what} at {site_name}."
        f" Asked at {clock_words(request.asked_ms)}, holds until {clock_words(request.expires_ms)}.{reason}"
    )


def report_words(report: str) -> str:
    if report == "sent":
        return "The monitoring center was told."
    if report.startswith("due"):
        return "The monitoring center is not told yet; it is tried again by itself."
    return f"The monitoring center could not be told ({report.removeprefix('failed: ')})" if report else ""


def detail_words(state: RequestState, site_name: str, what: str = "") -> str:
    parts = [ask_words(state.request, site_name, what), f"{STATES[state.state]}.", state.outcome]
    if state.request.is_arming:
        parts.append(report_words(state.report))
    return "\n\n".join(filter(None, parts))
