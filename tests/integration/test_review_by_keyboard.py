"""Twenty alarms of several sites reviewed by keys alone, in the whole program, with clips that really play."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from chekt_console.domain.decision import Cause
from chekt_console.store.local import LocalStore
from tests.support.console import RunningConsole
from tests.support.ending import running_child
from tests.support.shown import show_active

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from chekt_console.domain.event import Event

pytestmark = pytest.mark.slow

_ALARMS = 20
_WATCHED = 4  # whose clips are waited for
_MOST_TABS = 100


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data", size=(1280, 720))
    yield running
    running.close()


class Hand:
    """Presses keys on whatever has the focus, as a person does."""

    def __init__(self, running: RunningConsole, qtbot: QtBot) -> None:
        self._running = running
        self._qtbot = qtbot

    @property
    def current(self) -> Event:
        event = self._running.console.selection.selected_event
        assert event is not None
        return event

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget() or self._running.console.window
        self._qtbot.keyClick(focused, key, modifier)

    def tab_to(self, wanted: QWidget) -> None:
        """As many Tabs as it takes, and never more than there are places in a window."""
        for _ in range(_MOST_TABS):
            if QApplication.focusWidget() is wanted:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {wanted.accessibleName()}")

    def type(self, text: str) -> None:
        self._qtbot.keyClicks(QApplication.focusWidget(), text)

    def play_and_step(self) -> None:
        """A clip plays by itself: Space stops it and plays it on; A goes to the alarm's picture, the full stop shows
        the next one and the comma the one before it."""
        player, wait = self._running.review.player, self._running.wait
        alarm_s = self._running.review.clip.track.alarm_s
        assert alarm_s is not None
        wait(lambda: player.state == "playing")
        self.press(Qt.Key.Key_Space)
        assert player.state == "paused"
        self.press(Qt.Key.Key_Space)
        assert player.state == "playing"
        wait(lambda: player.position_s > 0.2)
        self.press(Qt.Key.Key_Space)
        assert player.state == "paused"
        self.press(Qt.Key.Key_A)
        wait(lambda: abs(player.position_s - alarm_s) < 0.1)
        at_s = player.position_s
        self.press(Qt.Key.Key_Period)
        wait(lambda: player.position_s > at_s)
        next_s = player.position_s
        assert next_s - at_s < 0.2
        self.press(Qt.Key.Key_Comma)
        wait(lambda: player.position_s < next_s)
        assert player.position_s == pytest.approx(at_s)
        assert player.state == "paused"

    def decide(self, key: Qt.Key, decision: str, cause: Cause | None = None) -> None:
        """What is shown is on disk: looked up the moment it is shown."""
        event_id = self.current.event_id
        box = self._running.review.event_panel.decision
        self.press(key)
        self._running.wait(lambda: box.buttons[decision].isChecked())
        self._running.wait(lambda: "saved" in box.said.text())
        if cause is not None:
            number = list(Cause).index(cause)
            self.press(Qt.Key(Qt.Key.Key_1 + number))
            self._running.wait(lambda: cause.value in box.said.text())
        kept = self._running.session.local.decision(event_id)
        assert kept is not None
        assert (kept.decision, kept.cause) == (decision, cause.value if cause else "")


def _raise_alarms(running: RunningConsole, count: int) -> None:
    """More than the simulator's world has to offer, at several sites."""
    address = running.address
    sites = running.session.sites.cached().sites[:count]
    for site in sites:
        httpx.post(
            f"{address.url}/_simulator/events",
            json={"site_id": site.site_id, "kind": "alarm"},
            headers={"X-Control-Token": address.control_token},
        ).raise_for_status()


def _in_the_queue(running: RunningConsole, hand: Hand, qtbot: QtBot) -> None:
    running.wait(lambda: running.session.queue is not None)
    queue = running.session.queue
    assert queue is not None
    window = running.console.window
    show_active(qtbot, window)  # keys go to the active window
    running.wait(lambda: queue.queue.read().from_ms is not None, 60_000)
    _raise_alarms(running, 8)
    running.wait(lambda: len(queue.pane.model.alarms) >= _ALARMS, 60_000)
    hand.press(Qt.Key.Key_Q)
    running.wait(lambda: running.console.selection.selected_event is not None)
    assert queue.pane.model.row_of(hand.current.event_id) == 0


def test_twenty_alarms_by_keys_alone(running: RunningConsole, qtbot: QtBot) -> None:
    running.wait_filled()
    hand = Hand(running, qtbot)
    _in_the_queue(running, hand, qtbot)
    review = running.review
    pressed: dict[str, tuple[str, str]] = {}
    sites, played, prepared = set(), 0, 0
    for number in range(_ALARMS):
        event = hand.current
        assert event.event_id not in pressed
        sites.add(event.site_id)
        if event.has_video and played < _WATCHED:  # the simulator makes each clip when it is asked for
            running.wait(lambda: review.clip.is_ready, 60_000)
            played += 1
            if played == 1:
                hand.play_and_step()
        cause: Cause | None = None
        match number % 3:
            case 0:
                cause = list(Cause)[number % len(Cause)]
                hand.decide(Qt.Key.Key_F, "false", cause)
                pressed[event.event_id] = ("false", cause.value)
            case 1:
                hand.decide(Qt.Key.Key_R, "real")
                pressed[event.event_id] = ("real", "")
            case 2:
                hand.decide(Qt.Key.Key_U, "unsure")
                pressed[event.event_id] = ("unsure", "")
        if number == 7:  # a note: Tab leads into it, Enter saves it and goes on below
            hand.tab_to(review.event_panel.decision.note)
            hand.type("left by the gate")
        if number == 4:  # taken back, and decided otherwise
            hand.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
            running.wait(lambda event=event: running.session.local.decision(event.event_id) is None)  # type: ignore[misc]
            running.wait(lambda: not hand.current.decision)
            hand.decide(Qt.Key.Key_U, "unsure")
            pressed[event.event_id] = ("unsure", "")
        following = review.clip_controller._following()
        if event.has_video and following and following[0].has_video and played < _WATCHED:
            running.wait(lambda: review.player.prepared_path is not None, 60_000)
            prepared += 1
        hand.press(Qt.Key.Key_Return)
        running.wait(lambda event=event: hand.current.event_id != event.event_id)  # type: ignore[misc]
    assert len(sites) > 1
    assert played == _WATCHED
    assert prepared >= 2
    notes = [one.note for one in running.session.local.decisions().values() if one.note]
    assert notes == ["left by the gate"]
    on_disk = LocalStore(running.session.local._database.path)
    assert {key: (one.decision, one.cause) for key, one in on_disk.decisions().items()} == pressed
    on_disk.close()


def test_several_at_once_are_one_step(running: RunningConsole, qtbot: QtBot) -> None:
    running.wait_filled()
    hand = Hand(running, qtbot)
    _in_the_queue(running, hand, qtbot)
    queue = running.session.queue
    assert queue is not None
    before = len(queue.pane.model.alarms)
    for _ in range(3):
        hand.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert queue.pane.marked.text() == "4 marked"
    hand.press(Qt.Key.Key_U, Qt.KeyboardModifier.ShiftModifier)
    running.wait(lambda: len(running.session.local.decisions()) == 4)
    running.wait(lambda: len(queue.pane.model.alarms) == before - 4)
    hand.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    running.wait(lambda: not running.session.local.decisions())
    running.wait(lambda: len(queue.pane.model.alarms) == before)


_DECIDER = """
import os, sys
from pathlib import Path
from chekt_console.domain.clock import SystemClock
from chekt_console.domain.event import Event, EventKind
from chekt_console.services.event_service import EventService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore

folder = Path(sys.argv[1])
service = EventService(None, Cache(folder / "cache.sqlite"), LocalStore(folder / "local.sqlite"), SystemClock())
for number in range(1_000_000):
    event = Event(f"e{number}", "site", number, EventKind.ALARM)
    service.decide(event, "false", "note", "animal")
    os.write(1, f"{number}\\n".encode())  # shown
"""


def test_killed_after_a_shown_decision_nothing_is_lost(tmp_path: Path) -> None:
    """What was said to be saved is there after kill -9, at whatever moment it came, and can be taken back."""
    with running_child(
        [sys.executable, "-c", _DECIDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as decider:
        assert decider.stdout is not None
        shown = [int(decider.stdout.readline()) for _ in range(25)]
        os.kill(decider.pid, signal.SIGKILL)
        shown += [int(line) for line in decider.stdout.read().split("\n") if line]
    store = LocalStore(tmp_path / "local.sqlite")
    kept = store.decisions()
    assert {f"e{number}" for number in shown} <= set(kept)
    assert {(one.decision, one.cause, one.note) for one in kept.values()} == {("false", "animal", "note")}
    undone = store.steps.undo()
    assert undone is not None
    assert len(store.decisions()) == len(kept) - 1
    store.close()
