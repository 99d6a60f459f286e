"""How long work tells of itself and learns that it is no longer wanted."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Given to long work. Every call raises errors.Cancelled once the work is no longer wanted."""

    def report(self, done: int, total: int, text: str = "") -> None:
        """`total` 0 means unknown."""

    def partial(self, value: object) -> None:
        """Hand over a part of the result that can be shown already."""

    def check(self) -> None:
        """Only look whether to go on."""


class NoProgress:
    """For callers that do not watch (tests, command line)."""

    def report(self, done: int, total: int, text: str = "") -> None:
        pass

    def partial(self, value: object) -> None:
        pass

    def check(self) -> None:
        pass
