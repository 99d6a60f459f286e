"""Whose doing something was, as this computer tells it."""

from __future__ import annotations

import getpass
import platform


def account_name() -> str:
    """Who is signed in to the operating system, and where."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = "unknown account"
    return f"{name} at {platform.node() or 'this computer'}"
