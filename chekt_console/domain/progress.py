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


class OnlyWhetherWanted:
    """For one of many parts: how far that part is tells nobody anything."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def report(self, _done: int, _total: int, _text: str = "") -> None:
        self._progress.check()

    def partial(self, _value: object) -> None:
        self._progress.check()

    def check(self) -> None:
        self._progress.check()
