"""A pane, a panel and a controller over fakes that answer when the test says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.site import Site
from chekt_console.errors import Cancelled, ConsoleError
from chekt_console.media.clip_facts import ClipFacts
from chekt_console.services.clip_service import LocalClip
from chekt_console.services.event_service import EventList
from chekt_console.store.local import KeptDecision
from chekt_console.ui.clip.clip_controller import ClipController
from chekt_console.ui.clip.clip_pane import ClipPane
from chekt_console.ui.clip.event_panel import EventPanel
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.slow_link import SlowLink
from chekt_console.ui.shared.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable

T_MS = 1_770_820_200_000  # 2026-02-11 06:30:00 in Los Angeles
SITE = Site("site", "Harbor Point Warehouse", timezone="America/Los_Angeles")
FACTS = ClipFacts("h264", "High", 1280, 720, 25.0, 15.0, has_sound=True)


def event(event_id: str = "a1", at_s: float = 0.0, **values: Any) -> Event:
    given: dict[str, Any] = {
        "kind": EventKind.ALARM,
        "subtype": "intrusion",
        "device_name": "Loading dock",
        "has_video": True,
    }
    return Event(event_id, "site", T_MS + round(at_s * 1000), **{**given, **values})


ARMED = event(
    "arm", -45_000, kind=EventKind.ARMING, mode=ArmingMode.AWAY, user="schedule", subtype="", has_video=False
)


class HeldJob:
    def __init__(self, work: Callable[[Any], Any], options: dict[str, Any]) -> None:
        self.work = work
        self.options = options
        self.is_cancelled = False

    @property
    def key(self) -> str:
        return str(self.options.get("key", ""))

    def cancel(self) -> None:
        self.is_cancelled = True

    def report(self, done: int, total: int, text: str = "") -> None:
        if self.is_cancelled:
            raise Cancelled

    def partial(self, value: object) -> None:
        self.options["partial"](value)

    def check(self) -> None:
        self.report(0, 0)

    def run(self) -> None:
        if self.is_cancelled:
            return
        try:
            result = self.work(self)
        except Cancelled:
            return
        except ConsoleError as error:
            self.options["failed"](error)
        else:
            self.options["done"](result)


class HeldRunner:
    """Runs nothing until told to; drops what a newer job of the same key made unwanted."""

    def __init__(self) -> None:
        self.jobs: list[HeldJob] = []

    def submit(self, work: Callable[[Any], Any], **options: Any) -> HeldJob:
        job = HeldJob(work, options)
        for older in self.jobs:
            if job.key and older.key == job.key:
                older.cancel()
        self.jobs.append(job)
        return job

    def run(self, key: str | None = None) -> None:
        """All that waits, or all of one key."""
        ready = [job for job in self.jobs if key is None or job.key == key]
        self.jobs = [job for job in self.jobs if job not in ready]
        for job in ready:
            job.run()


class FakePlayer(QObject):
    frame_arrived = Signal(object)
    strip_arrived = Signal(object)
    opened = Signal(object)
    position_changed = Signal(float)
    state_changed = Signal(str)
    failed = Signal(str)
    engine_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Any, ...]] = []
        self.prepared: list[str] = []
        self.state = "closed"
        self.has_bad_file = True

    def open(self, path: Path) -> None:
        self.calls.append(("open", path.name))

    def prepare(self, path: Path) -> None:
        self.prepared.append(path.name)

    def clear(self) -> None:
        self.calls.append(("clear",))

    def play(self) -> None:
        self.calls.append(("play",))

    def pause(self) -> None:
        self.calls.append(("pause",))

    def seek(self, seconds: float) -> None:
        self.calls.append(("seek", seconds))

    def step(self, frames: int) -> None:
        self.calls.append(("step", frames))

    def set_speed(self, speed: float) -> None:
        self.calls.append(("speed", speed))

    def set_muted(self, is_muted: bool) -> None:
        self.calls.append(("mute", is_muted))


class FakeClips:
    def __init__(self) -> None:
        self.error: ConsoleError | None = None
        self.reports: list[tuple[int, int, str]] = []
        self.fetched: list[str] = []
        self.forgotten: list[str] = []
        self.path: Path | None = None

    def fetch(self, wanted: Event, progress: Any, **_: Any) -> LocalClip:
        for report in self.reports:
            progress.report(*report)
        if self.error is not None:
            raise self.error
        self.fetched.append(wanted.event_id)
        start_ms = wanted.instant_ms - 5000
        return LocalClip(wanted.event_id, self.path or Path(f"{wanted.event_id}.mp4"), start_ms, 15.0, 5.0)

    def stored(self, wanted: Event) -> LocalClip | None:
        return self.fetch(wanted, None) if wanted.event_id in self.fetched else None

    def forget(self, wanted: Event) -> None:
        self.forgotten.append(wanted.event_id)


class FakeEvents:
    def __init__(self, *events: Event) -> None:
        self.events = {found.event_id: found for found in events}
        self.error: ConsoleError | None = None
        self.notes: list[str] = []
        self.kept: dict[str, KeptDecision] = {}
        self.drafts: dict[str, str] = {}

    def cached(self, site_id: str, days: int = 30) -> EventList:
        return EventList(site_id, tuple(self.events.values()), 0, T_MS, None)

    def decide(self, decided: Event, decision: str, note: str, cause: str = "") -> Event:
        if self.error is not None:
            raise self.error
        self.notes.append(note)
        self.drafts.pop(decided.event_id, None)
        at = datetime(2026, 2, 11, 15, 0, tzinfo=UTC)
        self.kept[decided.event_id] = KeptDecision(decided.event_id, decision, note, at, cause)
        self.events[decided.event_id] = replace(decided, decision=decision)
        return self.events[decided.event_id]

    def decision(self, event_id: str) -> KeptDecision | None:
        return self.kept.get(event_id)

    def keep_note(self, noted: Event, note: str) -> None:
        if self.error is not None:
            raise self.error
        self.drafts[noted.event_id] = note

    def kept_note(self, event_id: str) -> str:
        return self.drafts.get(event_id, "")


@dataclass
class ClipWorld:
    pane: ClipPane
    panel: EventPanel
    controller: ClipController
    slow_link: SlowLink
    selection: Selection
    theme: Theme
    runner: Any
    clips: FakeClips
    events: FakeEvents
    player: Any

    def open(self, chosen: Event) -> None:
        """Select and let everything answer."""
        self.selection.select_event(chosen)
        self.runner.run()
        self.player.opened.emit(FACTS)
        self.runner.run()


def make_world(*events: Event, player: Any = None, runner: Any = None) -> ClipWorld:
    selection, theme = Selection(), Theme()
    pane, panel = ClipPane(selection, theme), EventPanel(selection, theme)
    runner, clips, known = runner or HeldRunner(), FakeClips(), FakeEvents(*events)
    player = player or FakePlayer()
    slow_link = SlowLink()
    controller = ClipController(pane, panel, selection, runner, clips, known, player, slow_link=slow_link)
    selection.select_site(SITE)
    return ClipWorld(pane, panel, controller, slow_link, selection, theme, runner, clips, known, player)
