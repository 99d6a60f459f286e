"""Requests and deliveries as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.site_clock import wall_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from chekt_console.domain.delivery import RefusedDelivery
    from chekt_console.domain.request import CommandPolicy, IncomingRequest
    from chekt_console.services.request_service import RequestState

STATES = {
    "waiting": "Waits for your answer",
    "running": "Under way",
    "done": "Answered",
    "refused": "Refused",
    "shown": "For your information",
}
SHORT_STATES = STATES | {"waiting": "Waiting", "shown": "No answer needed"}
_BECAME = {
    "new": "not read yet",
    "request": "put to you as a request",
    "not repeated": "came before, not put to you again",
    "device": "noted at the device; its site is read again when it is looked at",
}
_WHAT_TO_DO = {
    400: "The sender must speak plain HTTP to this port: https ends at the relay.",
    401: "Sender and this program must have the same signing secret (menu Live, Signing secret), and clocks that agree.",
    404: "The sender must deliver to the path /webhooks.",
    405: "The sender must deliver by POST.",
    408: "The sender or the network between was too slow; a sender tries again.",
    409: "It came before, and what it told was taken then.",
    413: "A delivery is at most 1 MiB; ask the sender for smaller ones.",
    429: "More came at once than the disk could take; a sender tries again.",
    431: "A relay adds too much to it.",
    503: "The disk or this program could not take it; a sender tries again.",
}
POLICY_WORDS = {"ask": "Ask me", "never": "Never", "always": "Always carry out"}
ALWAYS_TITLE = "Carry out every arming command without asking?"
ALWAYS_WORDS = (
    "Whenever the monitoring center sends an arming command, this console arms or disarms the real site at once, also while"
    " nobody is at this computer. Each outcome is read back and told. This holds until you take it back."
)


def clock_words(instant_ms: int, zone: tzinfo | None = None) -> str:
    """By the clock of that zone, which is named, or else of this computer; with its date when it is not today."""
    wall = wall_of(instant_ms, UTC).astimezone(zone)
    is_today = wall.date() == datetime.now(UTC).astimezone(zone).date()
    words = f"{wall:%H:%M:%S}" if is_today else f"{wall:%Y-%m-%d %H:%M}"
    return f"{words} {wall:%Z}" if zone is not None else words


def policy_words(policy: CommandPolicy) -> str:
    """What is to be known of it for as long as it is in force; "" where a person is asked."""
    if policy.word != "always":
        return ""
    words = "Arming commands of the monitoring center are carried out without asking anybody."
    if not policy.typed:
        return words
    wall = wall_of(policy.confirmed_ms, UTC).astimezone()
    return f"{words} Confirmed for “{policy.typed}” by {policy.confirmed_by} on {wall:%Y-%m-%d %H:%M}."


def scheme_words(scheme: str) -> str:
    """What the signature of a delivery covers."""
    return {"timed": "Body and time", "body": "Body only"}.get(scheme, scheme)


def became_words(status: str) -> str:
    """What became of a delivery."""
    told = status.removeprefix("done: ")
    plain = _BECAME.get(told, told)
    return plain[:1].upper() + plain[1:]


def refused_words(one: RefusedDelivery) -> str:
    return f"Refused ({one.status}): {one.reason}"


def why_refused(one: RefusedDelivery) -> str:
    """The reason, and what helps."""
    return f"{one.reason}. {_WHAT_TO_DO.get(one.status, '')} Nothing of it was used.".replace("  ", " ")


def who_words(request: IncomingRequest) -> str:
    return f"{request.who}, {request.center}" if request.center else request.who


def ask_words(request: IncomingRequest, site_name: str, what: str = "", zone: tzinfo | None = None) -> str:
    """Who, what, which site, until when. `what` names the device where its name is known; `zone` is the site's."""
    reason = f" Reason given: {request.reason}." if request.reason else ""
    return (
        f"{who_words(request)} asks: {what or request.what} at {site_name}."
        f" Asked at {clock_words(request.asked_ms, zone)}, holds until {clock_words(request.expires_ms, zone)}.{reason}"
    )


def report_words(report: str) -> str:
    if report == "sent":
        return "The monitoring center was told."
    if report.startswith("due"):
        return "The monitoring center is not told yet; it is tried again by itself."
    return f"The monitoring center could not be told ({report.removeprefix('failed: ')})" if report else ""


def detail_words(state: RequestState, site_name: str, what: str = "", zone: tzinfo | None = None) -> str:
    parts = [ask_words(state.request, site_name, what, zone), f"{STATES[state.state]}.", state.outcome]
    if state.request.is_arming:
        parts.append(report_words(state.report))
    return "\n\n".join(filter(None, parts))
