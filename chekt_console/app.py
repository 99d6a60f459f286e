"""Starts the program and ends it in order: data folder, one copy, log, window, event loop, exit code."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from chekt_console.background.single_instance import SingleInstance
from chekt_console.console import Console
from chekt_console.settings import DataPaths

_SIGNAL_CHECK_MS = 200


def run(
    *, data_dir: Path | None, connection: str, use_simulator: bool, tour_dir: Path | None, tour_looks: int
) -> int:
    """The whole life of the program; returns its exit code. A tour without a data folder leaves the person's alone."""
    if tour_dir is not None and data_dir is None:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="chekt-tour-") as folder:
            return _run(
                Path(folder),
                connection,
                use_simulator=use_simulator,
                tour_dir=tour_dir,
                tour_looks=tour_looks,
            )
    return _run(data_dir, connection, use_simulator=use_simulator, tour_dir=tour_dir, tour_looks=tour_looks)


def _run(
    data_dir: Path | None, connection: str, *, use_simulator: bool, tour_dir: Path | None, tour_looks: int
) -> int:
    app = QApplication(sys.argv[:1])
    app.setApplicationName("CHeKT Console")
    app.setDesktopFileName("chekt-console")
    try:
        paths = DataPaths(data_dir)
    except OSError as error:
        sys.stderr.write(f"The data folder cannot be used: {error}. Choose another with --data-dir.\n")
        return 1
    instance = SingleInstance(paths.root)
    if not instance.is_first:
        has_heard = instance.call_first()
        tail = " Its window was brought to the front." if has_heard else ""
        sys.stderr.write(f"CHeKT Console runs already with this data folder.{tail}\n")
        return 0 if has_heard else 1
    console = Console(app, paths)
    # Ctrl+C and a plain kill end the program in order; Python sees a signal only when it runs, hence the timer.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.quit())
    breath = QTimer(console)
    breath.timeout.connect(lambda: None)
    breath.start(_SIGNAL_CHECK_MS)
    console.start(connection, use_simulator=use_simulator)
    app.processEvents()  # the first paint, before anything else is imported
    from chekt_console.services.log_book import LogBook

    log: LogBook | None = None
    try:
        log = LogBook(paths.log_file)
        console.last_failures = log.failures
    except OSError as error:
        console.notices.show(
            "log", f"The log cannot be written: {error.strerror}. The console goes on without it."
        )
    from chekt_console.background.stall_watchdog import StallWatchdog

    instance.listen()
    instance.raise_requested.connect(console.come_to_front)
    watchdog = StallWatchdog(console)
    watchdog.start()
    if tour_dir is not None:
        from chekt_console.tour import Tour
        from chekt_console.tour_views import Sights

        sights = Sights(lambda: console.session, console.window, console.selection, console.show_connect)
        tour = Tour(console.window, sights, console.theme.use, tour_dir, tour_looks)
        tour.finished.connect(app.exit)
        tour.start()
    code = app.exec()
    watchdog.stop()
    console.close()
    instance.release()
    if log is not None:
        log.close()
    return code
