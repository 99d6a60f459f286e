"""How far an alarm has come at the monitoring center, as its status tells: waiting, acknowledged, dispatched, over; pure."""

from __future__ import annotations

STEPS = {
    "alarm.acknowledged": "acknowledged",
    "alarm.dispatched": "dispatched",
    "alarm.cleared": "cleared",
    "alarm.resolved": "resolved",
}  # what each webhook makes of an alarm's status
_RANKS = {
    "acknowledged": 1, "dispatched": 2, "cleared": 3, "restored": 3, "verified": 3, "resolved": 4, "closed": 5,
}  # fmt: skip
_OVER = 3


def rank_of(status: str) -> int:
    """0 for what tells of no step."""
    words = status.casefold()
    return max((rank for word, rank in _RANKS.items() if word in words), default=0)


def further(known: str, told: str) -> str:
    """Of two statuses the one that is further on: what comes late takes nothing back."""
    return told if not known or rank_of(told) > rank_of(known) else known


def is_over(status: str) -> bool:
    return rank_of(status) >= _OVER
