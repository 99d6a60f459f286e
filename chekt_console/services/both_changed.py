"""Two people at the same thing: what is raised before anything is sent, and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.errors import ConsoleError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class BothChanged(ConsoleError):
    """Somebody else changed the same fields since they were read; nothing was sent. `theirs` is what the server has."""

    def __init__(self, sentence: str, theirs: object) -> None:
        super().__init__(sentence)
        self.theirs = theirs


def both_words(names: Sequence[str], labels: Mapping[str, str]) -> str:
    return f"Somebody else changed {field_words(names, labels)} since you read it. Nothing was sent."


def field_words(names: Sequence[str], labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(name, name).lower() for name in names)
