"""Finds the files of `resources/`, in a clone and in a bundled program alike."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def resources() -> Path:
    """The folder of resources; a bundle unpacks it where `sys._MEIPASS` says."""
    bundle = getattr(sys, "_MEIPASS", None)
    root = Path(bundle) if bundle else Path(__file__).resolve().parent.parent
    return root / "resources"


def resource(name: str) -> Path:
    """The file `name` of the resources; whether it exists is the caller's to see."""
    return resources() / name
