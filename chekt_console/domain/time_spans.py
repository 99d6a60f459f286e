"""Stretches of time, half-open in UTC milliseconds: joined where they touch, and what lies between them; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Span = tuple[float, float]


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, without the empty ones, and no two of them touch."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def gaps(spans: Iterable[Span], from_ms: float, to_ms: float) -> list[Span]:
    """What of from_ms to to_ms lies in none of them; `spans` as `joined` gives them."""
    found: list[Span] = []
    at = from_ms
    for start, end in spans:
        if start >= to_ms:
            break
        if start > at:
            found.append((at, start))
        at = max(at, end)
    if at < to_ms:
        found.append((at, to_ms))
    return found
