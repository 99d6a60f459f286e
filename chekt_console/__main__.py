"""Arguments of the command line, then the program."""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
from pathlib import Path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chekt-console",
        description="Desktop console for CHeKT sites: devices, arming schedules, alarm clips.",
    )
    parser.add_argument("--simulator", action="store_true", help="start with the built-in simulator")
    parser.add_argument("--connection", metavar="NAME", default="", help="start with this saved connection")
    parser.add_argument("--data-dir", metavar="DIR", type=Path, help="keep settings, cache and drafts in DIR")
    parser.add_argument(
        "--tour", metavar="DIR", type=Path, help="drive every perspective, save pictures in DIR, end"
    )
    parser.add_argument(
        "--tour-looks", type=int, choices=(2, 4), default=4,
        help="4 (default): dark and light, each at both sizes; 2: dark large and light small",
    )  # fmt: skip
    parser.add_argument(
        "--check-connection",
        metavar="NAME",
        help="read what this saved connection offers, tell it, end; 0: good, 1: not",
    )
    return parser


def _has_display() -> bool:
    """Ask before Qt does: Qt ends the program with an abort when the display cannot be opened."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM", "xcb").split(":")[0] not in (
        "xcb",
        "",
    ):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    is_good = bool(xcb.xcb_connection_has_error(connection) == 0)
    xcb.xcb_disconnect(connection)
    return is_good


def _leave_no_core_dump() -> None:
    """What is in memory, keys too, goes into no file when the program crashes; its helpers inherit it."""
    if sys.platform != "win32":
        import resource  # of POSIX systems only

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    options = _parser().parse_args()
    _leave_no_core_dump()
    if options.check_connection is not None:
        # Alone: it needs no window, and the window does not need it.
        from chekt_console.check import run_check

        return run_check(options.check_connection, options.data_dir)
    if not _has_display():
        print(
            "CHeKT Console needs a display, and none can be reached: start it from a desktop session.",
            file=sys.stderr,
        )
        return 2
    # Behind the argument check, so that --help and a missing display answer at once.
    from chekt_console.app import run

    return run(
        data_dir=options.data_dir,
        connection=options.connection,
        use_simulator=options.simulator or options.tour is not None,
        tour_dir=options.tour,
        tour_looks=options.tour_looks,
    )


if __name__ == "__main__":
    raise SystemExit(main())
