"""Small settings of one connection: in force at once, written behind in a worker, because another program may hold the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner

_LANE = "kept choices"


class KeptChoices:
    """Window's thread. `read(name, default)` and `write(name, value)` are the file's."""

    def __init__(
        self, runner: Runner, read: Callable[[str, str], str], write: Callable[[str, str], None]
    ) -> None:
        self._runner = runner
        self._read = read
        self._write = write
        self._chosen: dict[str, str] = {}

    def get(self, name: str, default: str) -> str:
        return self._chosen[name] if name in self._chosen else self._read(name, default)

    def keep(self, name: str, value: str) -> None:
        """One that cannot be written holds until the program ends, and is told like every failure of a job."""
        self._chosen[name] = value
        self._runner.submit(
            lambda _: self._write(name, value), done=lambda _: None, lane=_LANE, is_command=True
        )
