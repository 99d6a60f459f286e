"""One thing the tour shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class View:
    """`prepare` brings it up, `is_filled` tells when it can be photographed, `dialog` is what to photograph when it is
    not the window; `is_once`: the size of the window makes no difference to it."""

    name: str
    prepare: Callable[[], None]
    is_filled: Callable[[], bool]
    dialog: Callable[[], QWidget | None] = lambda: None
    is_once: bool = False
