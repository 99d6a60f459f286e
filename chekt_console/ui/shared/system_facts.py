"""What a report says about the program and the computer it runs on; nothing about the person."""

from __future__ import annotations

import platform
import sys

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication


def program_version() -> str:
    # Imported when asked for: it drags the mail parser in, some 30 ms of every start.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("chekt-console")
    except PackageNotFoundError:
        return "from source"


def system_facts() -> str:
    """A few lines of text."""
    return "\n".join(
        (
            f"CHeKT Console {program_version()}",
            f"Python {platform.python_version()} ({platform.machine()}), PySide6 {pyside_version}, Qt {qVersion()}",
            f"{platform.system()} {platform.release()} ({sys.platform}), display {QGuiApplication.platformName()}",
        )
    )
