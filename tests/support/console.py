"""The whole program in the test's process: real window, real simulator, waits instead of sleeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from chekt_console.console import Console
from chekt_console.settings import DataPaths
from tests.support.window_reads import WindowReads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.background.simulator_process import SimulatorAddress
    from chekt_console.domain.site import Site
    from chekt_console.session import Session
    from chekt_console.session_review import ClipPanes, TimelinePanes
    from chekt_console.session_work import SchedulePanes, WorkPanes

FIRST_CHOICE = "Harbor Point Warehouse"
START_MS = 60_000


class RunningConsole:
    """Opens the console on the simulator; `close` ends it as a person would."""

    def __init__(self, qtbot: QtBot, data_dir: Path, size: tuple[int, int] = (1366, 768)) -> None:
        self._qtbot = qtbot
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.console = Console(app, DataPaths(data_dir))
        self.console.window.resize(*size)
        self.console.start("", use_simulator=True)
        self.wait(lambda: self.console.session is not None)
        self._reads = WindowReads()
        self._reads.watch()

    @property
    def session(self) -> Session:
        session = self.console.session
        assert session is not None
        return session

    @property
    def work(self) -> WorkPanes:
        work = self.session.work
        assert work is not None
        return work

    @property
    def schedule(self) -> SchedulePanes:
        schedule = self.session.schedule
        assert schedule is not None
        return schedule

    @property
    def timeline(self) -> TimelinePanes:
        timeline = self.session.timeline
        assert timeline is not None
        return timeline

    @property
    def review(self) -> ClipPanes:
        review = self.session.review
        assert review is not None
        return review

    @property
    def address(self) -> SimulatorAddress:
        simulator = self.console.simulator
        assert simulator is not None
        assert simulator.address is not None
        return simulator.address

    def wait(self, what: Callable[[], object], timeout_ms: int = 30_000) -> None:
        self._qtbot.waitUntil(lambda: bool(what()), timeout=timeout_ms)

    def wait_filled(self) -> None:
        """Sites came from the server and every pane exists."""
        self.wait(lambda: self.session.evidence is not None, START_MS)  # the last one to be built
        self.wait(lambda: self.session.sites.cached().as_of is not None, START_MS)

    def site(self, name: str = FIRST_CHOICE) -> Site:
        return next(site for site in self.session.sites.cached().sites if site.name == name)

    def control(self, path: str, body: dict[str, Any] | None = None, *, method: str = "POST") -> Any:
        """A control call of the simulator; `path` like "faults" or "events"."""
        reply = httpx.request(
            method,
            f"{self.address.url}/_simulator/{path}",
            json=body,
            headers={"X-Control-Token": self.address.control_token},
            timeout=30,
        )
        reply.raise_for_status()
        return reply.json()

    def asked(self, method: str, path: str) -> list[int | None]:
        """Statuses of what the simulator was asked, by its own record; None was never answered."""
        requests = self.control("record", method="GET")["requests"]
        return [one["status"] for one in requests if one["method"] == method and one["path"] == path]

    def close(self) -> None:
        self._reads.end()
        window = self.console.window
        window.close()
        self.console.close()
        # Taken apart here and now: a window that lingers would take part in the next test's focus and shortcuts.
        window.deleteLater()
        self.console.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        assert not self._reads.found, f"the window's thread used a file itself: {self._reads.found}"
