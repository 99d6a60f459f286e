"""A simulated gateway in a process of its own, for tests that want a real server."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol

import httpx

_END_S = 20.0


class Running(Protocol):
    """What is used of a process."""

    @property
    def stdin(self) -> IO[bytes] | None: ...
    @property
    def stdout(self) -> IO[bytes] | None: ...
    def kill(self) -> None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class RunningSimulator:
    """Ends with its block. No live events unless asked for, so that a test sees only what it caused.

    `restart` keeps data folder and port, as the console does. `module`: what is run, for a gateway changed by a test.
    """

    module = "chekt_console.simulator"

    def __init__(self, data_dir: Path, *options: str, sites: int = 60, live_every_s: float = 0) -> None:
        self.data_dir = data_dir
        self._options = ["--sites", str(sites), "--live-every", str(live_every_s), *options]
        self._process: Running | None = None
        self._log = data_dir / "simulator-test.log"
        self.url = ""
        self.api_key = ""
        self.dealer_id = ""
        self.control_token = ""
        self.dealer_user = ""
        self.dealer_password = ""
        self.pid = 0

    def __enter__(self) -> RunningSimulator:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, *, port: int = 0) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        arguments = ["--die-with-parent", "--data-dir", str(self.data_dir), "--port", str(port)]
        with self._log.open("ab") as log:
            self._process = self._begun([*arguments, *self._options], log)
        self.wait_ready()

    def wait_ready(self) -> None:
        """Until it says so: at its start, and each time it began anew by itself."""
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the simulator did not start: {self.log()}"
        said = json.loads(line)
        self.url, self.api_key, self.dealer_id = said["url"], said["api_key"], said["dealer_id"]
        self.control_token, self.pid = said["control_token"], said["pid"]
        self.dealer_user, self.dealer_password = said.get("dealer_user", ""), said.get("dealer_password", "")

    def kill(self) -> None:
        """At once, as by a power cut."""
        assert self._process is not None
        self._process.kill()
        self._wait()

    def stop(self) -> None:
        """As when its parent is gone: standard input closes."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._wait()

    def restart(self) -> None:
        port = int(self.url.rsplit(":", 1)[1])
        if self._process is not None:
            self.kill()
        self.start(port=port)

    @property
    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {self.api_key}"}, timeout=30
        )

    def control(self, path: str, body: dict[str, Any] | None = None, *, method: str = "POST") -> Any:
        """`path` like "faults" or "events"."""
        reply = httpx.request(
            method,
            f"{self.url}/_simulator/{path}",
            headers={"X-Control-Token": self.control_token},
            json=body,
            timeout=30,
        )
        reply.raise_for_status()
        return reply.json()

    def requests(self) -> list[dict[str, Any]]:
        """What was asked of it: method, path, query, status (None: never answered)."""
        found: list[dict[str, Any]] = self.control("record", method="GET")["requests"]
        return found

    def _begun(self, arguments: list[str], log: IO[bytes]) -> Running:
        command = [sys.executable, "-m", self.module, *arguments]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, bufsize=0)

    def _wait(self) -> None:
        process, self._process = self._process, None
        assert process is not None
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_END_S)
            raise AssertionError(f"the simulator did not end within {_END_S:.0f} s: {self.log()}") from None
        finally:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def until(is_true: Callable[[], bool], *, limit_s: float = 5) -> bool:
    """Asks until it is so, in steps that the gateway's limits allow; False when it never was."""
    ends = time.monotonic() + limit_s
    pause = threading.Event()
    while not is_true():
        if time.monotonic() > ends:
            return False
        pause.wait(0.02)
    return True
