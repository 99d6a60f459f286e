"""From another filter to everything that follows it, painted, with the list beside the lanes; and how long the window was
held meanwhile. Worked out in a worker, beside the same in the window's thread."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from chekt_console.background.runner import Runner
from chekt_console.domain.event import EventKind
from chekt_console.domain.event_filter import EventFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.event_columns import EventColumns
    from chekt_console.ui.timeline.timeline_pane import TimelinePane

_ALARMS = frozenset({EventKind.ALARM})
_WANTED = (
    EventFilter(is_decided=False),
    EventFilter(is_decided=False, text="person"),
    EventFilter(text="person"),
    EventFilter(subtypes=frozenset({"vehicle", "motion"})),
    EventFilter(device_keys=frozenset({"camera:1"})),
    EventFilter(device_keys=frozenset({"camera:1", "camera:2"}), has_clip=True),
    EventFilter(has_clip=False, kinds=_ALARMS),
    EventFilter(has_clip=False),
    EventFilter(),
    EventFilter(text="camera 1", is_decided=True, has_clip=True),
)
_ROUNDS = 3


@dataclass
class Taken:
    """Milliseconds a filter: until all of it was painted, and the longest the window's thread took nothing else."""

    taken: list[float] = field(default_factory=list)
    blocked: list[float] = field(default_factory=list)


def filter_figures(pane: TimelinePane) -> tuple[Taken, Taken]:
    """In a worker, and in the window's thread."""
    pane.show_list(True)
    pane.timeline.fit()
    runner = Runner()

    def beside(work: Callable[[], EventColumns], done: Callable[[EventColumns], None]) -> None:
        runner.submit(lambda _progress: work(), done=done, key="filter", is_local=True)

    found = []
    for elsewhere in (beside, None):
        pane.timeline.filtering.elsewhere = elsewhere
        found.append(_run(pane))
        pane.event_filter.clear()
    runner.stop()
    pane.show_list(False)
    return found[0], found[1]


def _run(pane: TimelinePane) -> Taken:
    result = Taken()
    beats: list[float] = []
    pulse = QTimer(
        interval=1, timerType=Qt.TimerType.PreciseTimer
    )  # leaves the processor to the worker between
    pulse.timeout.connect(lambda: beats.append(time.perf_counter()))
    for wanted in _WANTED * _ROUNDS:
        QApplication.processEvents()
        pulse.start()
        began = time.perf_counter()
        beats[:] = [began]
        pane.event_filter.use(wanted)
        while pane.timeline.view.is_counting or pane.event_list.model.total != pane.timeline.view.total():
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        pane.timeline.repaint()
        pane.minimap.repaint()
        beats.append(time.perf_counter())
        result.taken.append((beats[-1] - began) * 1000)
        result.blocked.append(max(after - before for before, after in pairwise(beats)) * 1000)
        pulse.stop()
    return result
