"""Between the clip's panes and the services: fetches the selected event's clip, plays it, keeps decisions."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from chekt_console.api.priority import Priority
from chekt_console.domain.decision import Verdict
from chekt_console.errors import ClipUnavailable
from chekt_console.ui.clip import event_words as words
from chekt_console.ui.clip import snapshot
from chekt_console.ui.clip.decision_controller import DecisionController
from chekt_console.ui.clip.fetch_ahead import FetchAhead
from chekt_console.ui.clip.surroundings import Surroundings, surroundings_of
from chekt_console.ui.shared.event_title import event_place, event_title
from chekt_console.ui.shared.slow_link import SlowLink

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from chekt_console.background.player import Player
    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.errors import ConsoleError
    from chekt_console.media.clip_facts import ClipFacts
    from chekt_console.services.clip_service import ClipService, LocalClip
    from chekt_console.services.event_service import EventService
    from chekt_console.store.local import KeptDecision
    from chekt_console.ui.clip.clip_pane import ClipPane
    from chekt_console.ui.clip.event_panel import EventPanel
    from chekt_console.ui.shared.review_order import ReviewOrder
    from chekt_console.ui.shared.selection import Selection

_CLIP_KEY = "clip"
_AROUND_KEY = "clip.around"
_SHOWN_EVERY_S = 0.05
_AGAIN_MS = 30_000
_DAY_MS = 86_400_000
_HISTORY_DAYS = 30


class _ShownProgress:
    """Hands how far it is to the pane too, not oftener than the eye needs; a new word always."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._text = ""
        self._next_s = 0.0

    def report(self, done: int, total: int, text: str = "") -> None:
        self._progress.report(done, total, text)
        now = time.monotonic()
        if text != self._text or now >= self._next_s:
            self._text, self._next_s = text, now + _SHOWN_EVERY_S
            self._progress.partial((done, total, text))

    def partial(self, value: object) -> None:
        self._progress.partial(value)

    def check(self) -> None:
        self._progress.check()


class ClipController(QObject):
    """Follows the selection; lives in the window's thread."""

    event_decided = Signal(object)  # Event as saved, for panes that show decisions
    clip_changed = Signal(
        object, object
    )  # Event and its LocalClip that was opened; None, None when it was left

    def __init__(
        self,
        pane: ClipPane,
        panel: EventPanel,
        selection: Selection,
        runner: Runner,
        clips: ClipService,
        events: EventService,
        player: Player,
        decider: Runner | None = None,
        slow_link: SlowLink | None = None,
    ) -> None:
        """`decider` keeps decisions; its own, so that they never wait behind downloads."""
        super().__init__(pane)
        self._pane = pane
        self._panel = panel
        self._selection = selection
        self._runner = runner
        self.decisions = DecisionController(panel, selection, decider or runner, events, self)
        self.decisions.event_decided.connect(self.event_decided)
        self.decisions.next_requested.connect(self._on_next_requested)
        self.decisions.event_requested.connect(self._go_to)
        self._clips = clips
        self._events = events
        self._player = player
        self._event: Event | None = None
        self._clip: LocalClip | None = None
        self._job: Job | None = None
        self._fetch_text = ""
        self._plays_after_scrub = False
        self._is_broken = False  # the stored file cannot be played: fetch it anew
        self._around = Surroundings()
        self._engine = ""
        self._ahead = FetchAhead(runner, clips, player)
        self._slow_link = slow_link or SlowLink(self)
        self._slow_link.changed.connect(self._on_slow_link_changed)
        self._order: ReviewOrder | None = None
        self.again = QTimer(
            self, singleShot=True, interval=_AGAIN_MS
        )  # runs while a clip is on its way to the server
        self.again.timeout.connect(self._ask_again)
        self.snapshot_folder = Path(snapshot.pictures_folder()) / "CHeKT Console"
        selection.event_changed.connect(self._on_event_changed)
        pane.retry_requested.connect(self._fetch)
        pane.cancel_requested.connect(self._on_cancel_requested)
        pane.load_requested.connect(self._fetch)
        pane.play_requested.connect(self._on_play_requested)
        pane.step_requested.connect(player.step)
        pane.seek_requested.connect(player.seek)
        pane.track.scrub_started.connect(self._on_scrub_started)
        pane.track.scrub_ended.connect(self._on_scrub_ended)
        pane.speed_requested.connect(self._on_speed_requested)
        pane.mute_requested.connect(player.set_muted)
        pane.snapshot_requested.connect(self._on_snapshot_requested)
        pane.snapshot_folder_requested.connect(self._on_folder_requested)
        panel.event_chosen.connect(selection.select_event)
        panel.next_requested.connect(self._on_next_requested)
        panel.previous_requested.connect(self._on_previous_requested)
        player.opened.connect(self._on_opened)
        player.frame_arrived.connect(self._on_frame_arrived)
        player.strip_arrived.connect(pane.track.show_strip)
        player.position_changed.connect(self._on_position_changed)
        player.state_changed.connect(self._on_state_changed)
        player.failed.connect(self._on_player_failed)
        player.engine_changed.connect(self._on_engine_changed)
        self._on_event_changed(selection.selected_event)

    def follow(self, order: ReviewOrder) -> None:
        """From now on "next" is the next of this order, while it has any."""
        self._order = order

    def on_order_changed(self) -> None:
        self._show_next()
        if self._pane.is_ready:
            self._fetch_next()

    def on_events(self, events: tuple[Event, ...]) -> None:
        """Live events of any site: the selected one may have got its video, or neighbours."""
        current = self._event
        if current is None:
            return
        for found in events:
            if found.event_id == current.event_id and found.site_id == current.site_id and found != current:
                self._selection.select_event(found)
        if any(found.site_id == current.site_id for found in events):
            self._look_around()

    def _on_event_changed(self, event: Event | None) -> None:
        before, self._event = self._event, event
        self._panel.show_event(event)
        if event is None:
            self._let_go()
            self._around = Surroundings()
            self._pane.show_nothing()
            return
        is_same = before is not None and before.event_id == event.event_id and before.site_id == event.site_id
        self._look_around()
        if is_same and before is not None and before.has_video == event.has_video:
            return
        self._is_broken = False
        if event.has_video and self._slow_link.is_on:
            self._look_for_stored(event)
        elif event.has_video:
            self._fetch()
        else:
            self._let_go()
            self._pane.show_without_video(event)

    def _let_go(self) -> None:
        self.again.stop()
        self._plays_after_scrub = False
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._clip = None
        self._player.clear()
        self.clip_changed.emit(None, None)

    def _ask_again(self) -> None:
        self._fetch(can_wait=False)

    def _fetch(self, *, can_wait: bool = True) -> None:
        event = self._event
        if event is None or not event.has_video:
            return
        self._let_go()
        is_anew, self._is_broken = self._is_broken, False
        self._fetch_text = ""
        self._pane.show_fetching(event)

        def work(progress: Progress) -> LocalClip:
            if is_anew:
                self._clips.forget(event)
            return self._clips.fetch(event, _ShownProgress(progress), can_wait=can_wait)

        self._job = self._runner.submit(
            work,
            done=lambda clip: self._on_fetched(event, clip),
            failed=lambda error: self._on_fetch_failed(event, error),
            partial=lambda value: self._on_progress(event, value),
            key=_CLIP_KEY,
            title=f"Clip of {event_title(event)}",
            priority=Priority.PERSON,
        )

    def _look_for_stored(self, event: Event) -> None:
        """On a slow link what is on this computer is shown, and the rest waits to be asked for."""
        self._let_go()
        self._pane.show_fetching(event)

        def on_found(clip: LocalClip | None) -> None:
            if clip is not None:
                self._on_fetched(event, clip)
            elif self._is_current(event):
                self._pane.show_waiting(event)

        self._job = self._runner.submit(
            lambda _progress: self._clips.stored(event),
            done=on_found,
            failed=lambda error: self._on_fetch_failed(event, error),
            key=_CLIP_KEY,
            is_local=True,
        )

    def _on_slow_link_changed(self, is_on: bool) -> None:
        if is_on:
            self._ahead.stop()
        elif self._pane.is_waiting:
            self._fetch()
        else:
            self._fetch_next()

    def _on_progress(self, event: Event, value: object) -> None:
        if isinstance(value, tuple) and self._is_current(event) and self._clip is None:
            done, total, text = value
            # The download reports bytes without a word: the last word still holds.
            self._fetch_text = text or self._fetch_text
            self._pane.show_fetching(event, self._fetch_text, done, total)

    def _on_fetched(self, event: Event, clip: LocalClip) -> None:
        if not self._is_current(event):
            return
        self._job = None
        self._clip = clip
        self._player.open(clip.path)
        self._player.play()
        self.clip_changed.emit(event, clip)

    def _on_fetch_failed(self, event: Event, error: ConsoleError) -> None:
        if not self._is_current(event):
            return
        self._job = None
        if isinstance(error, ClipUnavailable) and error.is_not_ready_yet:
            self._pane.show_not_ready(event, f"{error.sentence} It is asked for again every half minute.")
            self.again.start()
        else:
            self._pane.show_error(event, error.sentence)

    def _on_cancel_requested(self) -> None:
        if self._event is not None:
            self._let_go()
            self._pane.show_cancelled(self._event)

    def _on_opened(self, facts: ClipFacts) -> None:
        event, clip = self._event, self._clip
        if event is None or clip is None:
            return
        if not self._pane.is_ready:  # else the helper was replaced and goes on
            self._pane.show_clip(event, facts.duration_s, clip.start_ms)
        self._panel.show_facts(facts, self._pane.track.alarm_s)
        why_not = "" if facts.has_sound else "This clip has no sound"
        if self._engine and not self._engine.startswith("libVLC"):
            why_not = self._engine
        self._pane.bar.show_sound(has_sound=not why_not, why_not=why_not)
        self._fetch_next()

    def _on_frame_arrived(self, image: QImage) -> None:
        if self._clip is not None:
            self._pane.show_image(image)

    def _on_position_changed(self, seconds: float) -> None:
        self._pane.show_position(seconds)
        part = self._pane.track.range_s
        if part is not None and self._player.state == "playing" and seconds >= part[1]:
            # Not from within the player's own signal.
            QTimer.singleShot(0, self._player, partial(self._player.seek, part[0]))

    def _on_state_changed(self, state: str) -> None:
        self._pane.show_state(state)
        part = self._pane.track.range_s
        if state == "ended" and self._clip is not None and (part or self._pane.bar.repeat.isChecked()):
            # Not from within the player's own signal.
            if part is not None:
                QTimer.singleShot(0, self._player, partial(self._player.seek, part[0]))
            QTimer.singleShot(0, self._player, self._player.play)

    def _on_player_failed(self, sentence: str) -> None:
        if self._event is not None and self._clip is not None:
            self._is_broken = self._player.has_bad_file
            self._clip = None
            self._pane.show_error(self._event, sentence)

    def _on_engine_changed(self, text: str) -> None:
        self._engine = text
        self._pane.show_engine(text)

    def _on_play_requested(self) -> None:
        if self._player.state == "playing":
            self._player.pause()
        else:
            self._player.play()

    def _on_scrub_started(self) -> None:
        """The picture stands under the hand, and a clip that played goes on from where it lets go."""
        self._plays_after_scrub = self._player.state == "playing"
        self._player.pause()

    def _on_scrub_ended(self, seconds: float) -> None:
        if self._plays_after_scrub:
            self._plays_after_scrub = False
            self._player.play_from(seconds)

    def _on_speed_requested(self, speed: float) -> None:
        self._player.set_speed(speed)
        self._pane.bar.show_speed(speed)

    def _following(self) -> tuple[Event, ...]:
        """What "next" leads to, and what comes after that."""
        event = self._event
        if event is None:
            return ()
        if self._order is not None and self._order.has_alarms:
            return self._order.following(event)
        following = self._around.next_to_review(event)
        return (following,) if following is not None else ()

    def _show_next(self) -> None:
        if self._event is not None:
            self._panel.decision.show_next(has_next=bool(self._following()))

    def _fetch_next(self) -> None:
        if self._clip is not None and not self._slow_link.is_on:
            self._ahead.fetch(self._following())

    def _look_around(self) -> None:
        event = self._event
        if event is None:
            return
        age_days = max(0, round(time.time() * 1000) - event.instant_ms) // _DAY_MS + 1
        days = max(_HISTORY_DAYS, age_days)

        def work(_progress: Progress) -> tuple[Surroundings, KeptDecision | None, str]:
            known = self._events.cached(event.site_id, days)
            around = surroundings_of(event, known.events, known.partition_names)
            kept = self._events.decision(event.event_id)
            return around, kept, self._events.kept_note(event.event_id)

        self._runner.submit(
            work,
            done=lambda found: self._on_surroundings(event, *found),
            failed=lambda _error: (
                None
            ),  # the cache is a comfort here; the timeline says what is wrong with it
            key=_AROUND_KEY,
            is_local=True,
        )

    def _on_surroundings(
        self, event: Event, around: Surroundings, kept: KeptDecision | None, note: str
    ) -> None:
        if self._is_current(event):
            self._around = around
            self._panel.show_surroundings(around)
            self._show_next()
            if kept is not None and kept.decision and kept.decision == event.decision:
                saved_at = kept.decided_at.astimezone().strftime("%Y-%m-%d %H:%M")
                verdict = Verdict(kept.decision, kept.note, kept.cause)
                self._panel.decision.show_kept(f"{verdict.words}, saved {saved_at}.", verdict)
            elif note:
                self._panel.decision.show_note(note)
            if self._pane.is_ready:
                self._fetch_next()

    def _on_next_requested(self) -> None:
        following = self._following()
        if following:
            self._go_to(following[0])

    def _on_previous_requested(self) -> None:
        event = self._event
        if event is None:
            return
        if self._order is not None and self._order.has_alarms:
            before = self._order.preceding(event)
        else:
            before = self._around.previous_to_review(event)
        if before is not None:
            self._go_to(before)

    def _go_to(self, event: Event) -> None:
        if self._order is not None:
            self._order.go_to(event)
        else:
            self._selection.select_event(event)

    def _on_snapshot_requested(self) -> None:
        image, event = self._pane.picture.image, self._event
        if image is None or event is None:
            return
        site = self._selection.site
        heading, caption = self._pane.caption()
        site_name = words.clean(site.name) if site else ""
        instant_ms = self._pane.instant_ms()
        at_ms = round(instant_ms if instant_ms is not None else event.instant_ms)
        lines = [
            " · ".join(part for part in (site_name, heading) if part),
            f"{caption}   {words.utc_time(at_ms)}",
        ]
        picture = snapshot.captioned(image, lines, self._pane.font())
        stamp = words.frame_time(at_ms, words.site_zone(site)).replace(":", "")
        stem = snapshot.file_stem(site_name, event_place(event), stamp)
        folder = self.snapshot_folder
        self._runner.submit(
            lambda _progress: snapshot.save(picture, folder, stem),
            done=lambda path: self._pane.show_saved(f"Snapshot saved: {path.name} in {path.parent}"),
            failed=lambda error: self._pane.show_saved(error.sentence),
            priority=Priority.PERSON,
            is_command=True,
        )

    def _on_folder_requested(self) -> None:
        start = self.snapshot_folder if self.snapshot_folder.is_dir() else self.snapshot_folder.parent
        chosen = QFileDialog.getExistingDirectory(self._pane, "Folder for snapshots", str(start))
        if chosen:
            self.snapshot_folder = Path(chosen)
            self._on_snapshot_requested()

    def _is_current(self, event: Event) -> bool:
        current = self._event
        return current is not None and current.event_id == event.event_id and current.site_id == event.site_id
