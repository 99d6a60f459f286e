"""One decoding helper as a child process: its commands, its facts, and the watch for a stuck one."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from chekt_console.media.frame_ring import FrameRing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chekt_console.media.frame_ring import RingFrame

_NO_FRAME_MS = 3000
_MOST_PATIENCE_MS = 86_400_000  # a file may tell of a frame that stays for years, a timer knows no such span
_MOST_SAID = 256 * 1024  # bytes a second, and in one line: a hundred seconds of facts
_FORGOTTEN_S = 86_400
_numbers = itertools.count(1)


def _remove_forgotten(folder: Path) -> None:
    """Frame files of consoles that died: older than a day, so never those of one that runs beside this one."""
    for path in folder.glob("frames-*.ring"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _FORGOTTEN_S:
                path.unlink()


class HelperLink(QObject):
    """Starts its child on the first command. A child that promised a picture and gives none is ended, like one that died,
    and one that says more than any helper has to say."""

    fact_arrived = Signal(object)  # dict[str, Any], key "fact" names it
    died = Signal(str)  # why; `start` makes a new child

    def __init__(
        self,
        program: Sequence[str],
        work_dir: Path,
        libvlc_path: str = "",
        parent: QObject | None = None,
        *,
        patience_ms: int = _NO_FRAME_MS,
    ) -> None:
        """`program`: the helper's module and its arguments; the file of its frame ring follows as `--ring FILE`."""
        super().__init__(parent)
        self._program = tuple(program)
        self._work_dir = work_dir
        self._libvlc_path = libvlc_path
        self._ring: FrameRing | None = None
        self._process: QProcess | None = None
        self._why = ""
        self._is_stopped = False
        self._answers = 0
        self._unread = 0  # bytes of a line that is not complete
        self._said = 0  # bytes in the second that began at `_said_from`
        self._said_from = 0.0
        self._is_flooding = False
        self._watch = QTimer(self)
        self._watch.setSingleShot(True)
        self._watch.setInterval(patience_ms)
        self._watch.timeout.connect(self._on_stuck)

    @property
    def pid(self) -> int:
        return self._process.processId() if self._process is not None else 0

    def start(self) -> None:
        if self._process is not None or self._is_stopped:
            return
        if self._ring is None:
            self._work_dir.mkdir(parents=True, exist_ok=True)
            _remove_forgotten(self._work_dir)
            name = f"frames-{os.getpid()}-{next(_numbers)}.ring"
            self._ring = FrameRing(self._work_dir / name, create=True)
        self._why = ""
        self._unread, self._is_flooding = 0, False
        process = QProcess(self)
        process.setStandardErrorFile(QProcess.nullDevice())
        if self._libvlc_path:
            environment = QProcessEnvironment.systemEnvironment()
            environment.insert("PYTHON_VLC_LIB_PATH", self._libvlc_path)
            process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        process.start(sys.executable, ["-m", *self._program, "--ring", str(self._ring.path)])

    def tell(
        self, command: str, payload: bytes = b"", *, promises_frame: bool = False, **values: Any
    ) -> None:
        """`payload`: goes out behind the line."""
        self.start()
        if self._process is not None:
            line = json.dumps({"command": command, **values}).encode() + b"\n"
            self._process.write(line + payload)
        if promises_frame and not self._watch.isActive():  # one asked again and again is no less stuck
            self._watch.start()

    def expect_nothing(self) -> None:
        self._watch.stop()

    def expect_frame(self) -> None:
        self._watch.start()

    def set_patience(self, frame_s: float) -> None:
        """How long one frame stays when all is well: a slow clip played slowly is not stuck."""
        self._watch.setInterval(min(max(_NO_FRAME_MS, round(frame_s * 3000)), _MOST_PATIENCE_MS))

    def look(self, sequence: int) -> RingFrame | None:
        return self._ring.look(sequence) if self._ring is not None else None

    def is_whole(self, sequence: int) -> bool:
        return self._ring is not None and self._ring.is_whole(sequence)

    def replace(self, why: str) -> None:
        """Ends the child as one that is stuck is ended."""
        if self._process is not None:
            self._why = why
            self._process.kill()

    def let_go(self) -> None:
        """It may end already; `stop` follows, and then has less to wait for."""
        if self._process is not None:
            self._process.closeWriteChannel()

    def stop(self) -> None:
        """Ends the child for good and removes the frame file; waits a moment, for the end of the program."""
        self._is_stopped = True
        self._watch.stop()
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._on_finished)
            process.errorOccurred.disconnect(self._on_error)
            process.readyReadStandardOutput.disconnect(self._on_output)
            process.closeWriteChannel()
            if not process.waitForFinished(300):
                process.kill()
                process.waitForFinished(1000)
            process.deleteLater()
        if self._ring is not None:
            self._ring.close(remove=True)
            self._ring = None

    def _on_output(self) -> None:
        if self._ends_flood():
            return
        facts = []
        while self._process is not None and self._process.canReadLine():
            try:
                fact = json.loads(bytes(self._process.readLine().data()))
            except ValueError:
                continue
            if isinstance(fact, dict) and "fact" in fact:
                facts.append(fact)
        if self._process is not None:
            self._unread = self._process.bytesAvailable()
        for fact, following in itertools.zip_longest(facts, facts[1:]):
            is_frame = fact["fact"] == "frame"
            if is_frame and following is not None and following["fact"] == "frame":
                continue  # the window was busy: only the newest picture is worth a copy
            if is_frame or fact["fact"] in ("stepped", "ended", "failed", "no_engine", "alive"):
                self._answers += 1
                self._watch.stop()
            self.fact_arrived.emit(fact)

    def _ends_flood(self) -> bool:
        """A helper that says too much is ended and no longer listened to, before it fills the memory."""
        process = self._process
        if process is None:
            return True
        waiting, now = process.bytesAvailable(), time.monotonic()
        if now - self._said_from > 1.0:
            self._said, self._said_from = 0, now
        self._said += waiting - self._unread
        self._unread = waiting
        if max(self._said, waiting) > _MOST_SAID and not self._is_flooding:
            self._is_flooding = True
            self._why = "it sent without end"
            process.kill()
        if self._is_flooding:
            process.readAllStandardOutput()
            self._unread = 0
        return self._is_flooding

    def _on_stuck(self) -> None:
        process, answers = self._process, self._answers
        if process is None:
            return
        process.waitForReadyRead(0)
        if self._answers == answers:  # else the window was held up, and the answer lay there
            self.replace(f"no picture for {self._watch.interval() // 1000} s")

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._on_finished()

    def _on_finished(self) -> None:
        self._watch.stop()
        process, self._process = self._process, None
        if process is not None:
            why = self._why or f"{process.errorString()} (exit {process.exitCode()})"
            process.deleteLater()
            self.died.emit(why)
