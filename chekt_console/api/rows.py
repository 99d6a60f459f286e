"""A list from the server: what could be read, and one sentence for each row that could not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    values: tuple[T, ...]
    problems: tuple[str, ...] = ()
