"""What the tests end themselves with: nothing that hangs holds them up, and it is said what it was."""

from __future__ import annotations

import sys
import threading

import pytest

from tests.support.ending import join, running_child

_HANGING = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(600)"]


def test_a_thread_that_goes_on_is_named() -> None:
    may_end = threading.Event()
    thread = threading.Thread(target=may_end.wait, name="the slow one", daemon=True)
    thread.start()
    try:
        with pytest.raises(AssertionError, match="the slow one"):
            join(thread, limit_s=0.05)
    finally:
        may_end.set()
        join(thread)


def test_a_process_that_does_not_end_behind_its_block_is_killed_and_said() -> None:
    with (
        pytest.raises(AssertionError, match="it was killed"),
        running_child(_HANGING, limit_s=0.05) as child,
    ):
        pass
    assert child.poll() is not None


def test_a_block_that_fails_ends_its_process_at_once_and_keeps_its_own_error() -> None:
    with pytest.raises(ValueError, match="mine"), running_child(_HANGING) as child:
        raise ValueError("mine")
    assert child.poll() is not None
