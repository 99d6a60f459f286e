"""A real browser (Chromium without a window) driven over a pipe: types and clicks as a person does."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.support.ending import end

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
_LIMIT_S = 30
# It listens on 3 and answers on 4; both ends are moved out of the way first.
_BEGIN = (
    "import fcntl, os, sys; c, d = (fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3]);"
    "os.dup2(c, 3); os.dup2(d, 4); os.execv(sys.argv[3], sys.argv[3:])"
)


class Browser:
    """One page. Ends with its block."""

    def __init__(self, folder: Path) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        words = [
            PROGRAM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
            f"--user-data-dir={folder}", "about:blank",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BEGIN, str(theirs_in), str(theirs_out), *words],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._received = b""
        self._number = 0
        self._session = ""
        pages = self._ask("Target.getTargets")["targetInfos"]
        target = next(page["targetId"] for page in pages if page["type"] == "page")
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._process.kill()  # it may be the one that does not answer
        else:
            self._session = ""
            self._ask("Browser.close")
        os.close(self._in)
        os.close(self._out)
        end(self._process)

    def open(self, address: str) -> None:
        """Returns when the page is there, whole."""
        self._leave(lambda: self._ask("Page.navigate", url=address))

    def text(self) -> str:
        return str(self._value("document.body ? document.body.innerText : ''"))

    def title(self) -> str:
        return str(self._value("document.title"))

    def address(self) -> str:
        return str(self._value("location.href"))

    def wait_for(self, words: str) -> None:
        ends = time.monotonic() + _LIMIT_S
        while words not in self.text():
            assert time.monotonic() < ends, f"{words!r} never appeared: {self.text()[:300]!r}"

    def type(self, words: str) -> None:
        """Into the field that has the focus, key by key."""
        for letter in words:
            self._ask("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            self._ask("Input.dispatchKeyEvent", type="keyUp", key=letter)

    def press_tab(self) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)

    def wait_for_focus(self, element: str) -> None:
        """A page that is there gives the focus to its field a moment later; keys typed before that are lost."""
        ends = time.monotonic() + _LIMIT_S
        while self.focused() != element:
            assert time.monotonic() < ends, f"{element!r} never had the focus"

    def focused(self) -> str:
        return str(self._value("document.activeElement.id"))

    def click_to_leave(self, selector: str) -> None:
        """A click that leads to another page; returns when that one is there, whole."""
        self._leave(lambda: self.click(selector))

    def value(self, selector: str) -> str:
        return str(self._value(f"document.querySelector({json.dumps(selector)}).value"))

    def click(self, selector: str) -> None:
        box = self._value(
            f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def _leave(self, go: Callable[[], object]) -> None:
        # Words of the old page may be those of the new one, and keys typed while it changes are lost.
        self._value("window.isOld = true")
        go()
        ends = time.monotonic() + _LIMIT_S
        while self._value("window.isOld || document.readyState != 'complete'") is not False:
            assert time.monotonic() < ends, f"the page never changed: {self.text()[:300]!r}"

    def _value(self, script: str) -> Any:
        return self._ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value", "")

    def _ask(self, method: str, **words: Any) -> dict[str, Any]:
        self._number += 1
        order: dict[str, Any] = {"id": self._number, "method": method, "params": words}
        if self._session:
            order["sessionId"] = self._session
        os.write(self._out, json.dumps(order).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") == self._number:
                # A page that changes meanwhile has no place to run a script; the caller asks again.
                found: dict[str, Any] = message.get("result", {"result": {}})
                return found

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._received:
            assert select.select([self._in], [], [], _LIMIT_S)[0], "the browser does not answer"
            part = os.read(self._in, 65_536)
            assert part, "the browser has ended"
            self._received += part
        text, _, self._received = self._received.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message
