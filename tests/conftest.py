"""Guards only: what fails any test, whatever it tests; and the patience that none fails for a busy computer."""

from __future__ import annotations

import faulthandler
import gc
import logging
import os
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # no real keyring

# The same examples at every run, so that a change is judged by itself; HYPOTHESIS_PROFILE=explore looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore")
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# Qt objects are taken apart in the main thread only; see chekt_console/background/garbage.py.
gc.disable()

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_MOST_SECONDS_OF_TEARDOWN = 150
_MOST_SECONDS_OF_ENDING = 60
_STDERR = pytest.StashKey[int]()


class _FailuresAtOnce:
    """Prints each failure when it happens: a run that is ended from outside never reaches its summary."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and terminal is not None:
            terminal.ensure_newline()
            terminal.write_line(f"FAILED in {report.when} after {report.duration:.0f} s: {report.nodeid}")
            terminal.write_line(report.longreprtext)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_STDERR] = os.dup(2)
    config.pluginmanager.register(_FailuresAtOnce(config))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The end of the process waits for threads that a test left behind, and nothing else ends that. A process of many
    that has done its part waits for the others and is ended with them."""
    if not hasattr(config, "workerinput"):
        faulthandler.dump_traceback_later(_MOST_SECONDS_OF_ENDING, exit=True, file=config.stash[_STDERR])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Ends the process of a teardown that hangs: both timeouts of pytest are off once a test has failed."""
    faulthandler.dump_traceback_later(_MOST_SECONDS_OF_TEARDOWN, exit=True, file=item.config.stash[_STDERR])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session", autouse=True)
def _a_screen_or_none() -> None:
    """pytest-xvfb has started one for each process tests run in, where there is Xvfb."""
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    from tests.support.patient_bot import PatientBot

    return PatientBot(request)


@pytest.fixture(autouse=True)
def _garbage_in_the_main_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    gc.disable()
    yield
    if "qapp" in request.fixturenames or gc.get_count()[0] > 50_000:
        gc.collect()


@pytest.fixture(autouse=True)
def _home_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    home: Path = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(this: socket.socket, address: Any) -> None:
        if this.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}")
        real(this, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    for thread in left:
        thread.join(2)
    names = [thread.name for thread in left if thread.is_alive()]
    assert not names, f"threads left running: {names}"


@pytest.fixture(autouse=True)
def _no_unexpected_warning_in_the_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Expected ones are named: @pytest.mark.logs("part of the message")."""
    yield
    expected = [text for mark in request.node.iter_markers("logs") for text in mark.args]
    unexpected = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.WARNING
        and record.name.startswith("chekt_console")
        and not any(text in record.getMessage() for text in expected)
    ]
    assert not unexpected, f"logged without being expected: {unexpected}"
