"""Plays the clips of several cameras in step: one clock of its own leads, every player follows it."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.common_clock import CommonClock, LaidClip, laid
from chekt_console.ui.clip import event_words as words
from chekt_console.ui.clip.together_window import TogetherWindow
from chekt_console.ui.shared.event_title import event_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from chekt_console.background.player import Player
    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.media.clip_facts import ClipFacts
    from chekt_console.services.clip_service import ClipService, LocalClip
    from chekt_console.ui.shared.theme import Theme

_TICK_MS = 40
_DRIFT_S = 0.15  # more than this behind or ahead of the clock, and a player is put right
_KEPT_WARM_MS = 60_000
_SETTLE_S = 0.5  # a player that was put right gets this long


class _Camera:
    """One tile and what plays in it."""

    def __init__(self, event: Event, player: Player) -> None:
        self.event = event
        self.player = player
        self.job: Job | None = None
        self.clip: LocalClip | None = None
        self.laid: LaidClip | None = None
        self.frame_s = 0.04
        self.put_right_at = 0.0
        self.has_failed = False


class TogetherController(QObject):
    """One window at a time; lives in the window's thread."""

    viewed = Signal(object)  # Event whose clip is on the screen

    def __init__(
        self,
        runner: Runner,
        clips: ClipService,
        make_player: Callable[[QObject], Player],
        theme: Theme,
        over: QWidget | None,
        parent: QObject,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._clips = clips
        self._make_player = make_player
        self._theme = theme
        self._over = over
        self._monotonic = monotonic
        self.window: TogetherWindow | None = None
        self._cameras: list[_Camera] = []
        self._clock = CommonClock(())
        self._site: Site | None = None
        self._at_s = 0.0
        self._speed = 1.0
        self._is_playing = False
        self._has_begun = False
        self._plays_after_scrub = False
        self._players: list[Player] = []  # one a tile; kept warm for a minute, for the next incident
        self._idle = QTimer(self, singleShot=True, interval=_KEPT_WARM_MS)
        self._idle.timeout.connect(self._on_idle)
        self._ticked = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def is_playing(self) -> bool:
        return self._is_playing

    @property
    def at_s(self) -> float:
        return self._at_s

    def open(self, site: Site | None, events: tuple[Event, ...]) -> None:
        """The first one is the alarm whose instant is marked."""
        self.close()
        if not events:
            return
        self._idle.stop()
        self._site = site
        name = words.clean(site.name) if site is not None else ""
        heading = " · ".join(part for part in (name, event_title(events[0])) if part)
        window = self.window = TogetherWindow(events, heading, self._theme, self._over)
        window.play_requested.connect(self._on_play_requested)
        window.step_requested.connect(self.step)
        window.seek_requested.connect(self.seek)
        window.track.scrub_started.connect(self._on_scrub_started)
        window.track.scrub_ended.connect(self._on_scrub_ended)
        window.speed_requested.connect(self._on_speed_requested)
        window.closed.connect(self.close)
        window.show_clock(0.0, None)
        for place, event in enumerate(events):
            camera = _Camera(event, self._player(place))
            self._cameras.append(camera)
            camera.player.set_speed(1.0)
            camera.job = self._runner.submit(
                lambda progress, event=event: self._clips.fetch(event, progress),  # type: ignore[misc]
                done=partial(self._on_fetched, place),
                failed=partial(self._on_fetch_failed, place),
                key=f"clip.together.{place}",
                title=f"Clip of {event_title(event)}",
                priority=Priority.PERSON,
            )
        window.show()

    def close(self) -> None:
        self._timer.stop()
        self._is_playing = False
        cameras, self._cameras = self._cameras, []
        window, self.window = self.window, None
        for camera in cameras:
            if camera.job is not None:
                camera.job.cancel()
            camera.player.clear()
        self._clock, self._at_s, self._speed, self._has_begun = CommonClock(()), 0.0, 1.0, False
        if window is not None:
            window.close()
            window.deleteLater()
            self._idle.start(_KEPT_WARM_MS)

    def end(self) -> None:
        """With the session: the helpers end too."""
        self.close()
        self._idle.stop()
        while self._players:
            self._end_player()

    def _on_idle(self) -> None:
        """One at a time: the end of a helper is waited for."""
        if self._players:
            self._end_player()
            self._idle.start(_TICK_MS)

    def _end_player(self) -> None:
        player = self._players.pop()
        player.close()
        player.deleteLater()

    def play(self) -> None:
        if not self._clock.clips:
            return
        if self._at_s >= self._clock.duration_s - 0.05:
            self._at_s = 0.0
        self._is_playing = True
        self._ticked = self._monotonic()
        for camera in self._cameras:
            camera.put_right_at = 0.0
        self._timer.start()
        self._show_state()
        self._follow()

    def pause(self) -> None:
        """On one picture of each that was taken at the same instant."""
        self._is_playing = False
        self._timer.stop()
        for camera in self._cameras:
            camera.player.pause()
        self._show_state()
        self._place_all()

    def seek(self, seconds: float) -> None:
        self._at_s = min(max(0.0, seconds), self._clock.duration_s)
        self._place_all()

    def step(self, frames: int) -> None:
        """By the shortest frame of them all, so that none is left out."""
        if self._is_playing:
            self.pause()
        frame_s = min((camera.frame_s for camera in self._cameras if camera.laid is not None), default=0.04)
        # Just inside a frame: its first instant may be a rounding away from the one before.
        self.seek((round(self._at_s / frame_s) + frames) * frame_s)

    def tick(self) -> None:
        now = self._monotonic()
        self._at_s += (now - self._ticked) * self._speed
        self._ticked = now
        if self._at_s >= self._clock.duration_s:
            self._at_s = max(0.0, self._clock.duration_s - 0.001)
            self.pause()
            return
        at_ms = self._clock.start_ms + self._at_s * 1000
        if all(clip.position_s(at_ms) is None for clip in self._clock.clips):  # nobody saw this: go on
            later = min(clip.start_ms for clip in self._clock.clips if clip.start_ms > at_ms)
            self._at_s = (later - self._clock.start_ms) / 1000
        self._follow()

    def _follow(self) -> None:
        """Starts whose time has come, stops whose time is over, puts right who went astray."""
        now = self._monotonic()
        for camera in self._cameras:
            wanted = self._wanted_s(camera)
            player = camera.player
            if wanted is None:
                if player.state == "playing":
                    player.pause()
                continue
            is_astray = abs(player.position_s - wanted) > _DRIFT_S * max(1.0, self._speed)
            if player.state == "playing" and not (is_astray and now - camera.put_right_at > _SETTLE_S):
                continue
            camera.put_right_at = now
            player.seek(wanted)
            if player.state != "playing":
                player.play()
        self._show_place()

    def _place_all(self) -> None:
        now = self._monotonic()
        self._ticked = now
        for camera in self._cameras:
            wanted = self._wanted_s(camera)
            if wanted is not None:
                camera.player.seek(wanted + 0.001)
                camera.put_right_at = now
        self._show_place()

    def _wanted_s(self, camera: _Camera) -> float | None:
        if camera.laid is None:
            return None
        return camera.laid.position_s(self._clock.start_ms + self._at_s * 1000)

    def _show_place(self) -> None:
        if self.window is None:
            return
        at_ms = self._clock.start_ms + self._at_s * 1000
        offset = words.offset_words((at_ms - self._cameras[0].event.instant_ms) / 1000)
        instant = f"{words.frame_time(at_ms, words.site_zone(self._site))}   {offset}"
        self.window.show_position(self._at_s, instant if self._clock.clips else "")
        for tile, camera in zip(self.window.tiles, self._cameras, strict=True):
            if camera.laid is not None:
                tile.show_place(self._wanted_s(camera), is_over=at_ms >= camera.laid.start_ms)

    def _show_state(self) -> None:
        if self.window is not None:
            self.window.bar.show_playing(is_playing=self._is_playing)

    def _player(self, place: int) -> Player:
        if place == len(self._players):
            player = self._make_player(self)
            player.opened.connect(partial(self._on_opened, place))
            player.frame_arrived.connect(partial(self._on_frame, place))
            player.failed.connect(partial(self._on_failed, place))
            player.helper_replaced.connect(partial(self._on_helper_replaced, place))
            self._players.append(player)
        return self._players[place]

    def _on_play_requested(self) -> None:
        if self._is_playing:
            self.pause()
        else:
            self.play()

    def _on_scrub_started(self) -> None:
        self._plays_after_scrub = self._is_playing
        self.pause()

    def _on_scrub_ended(self, seconds: float) -> None:
        if self._plays_after_scrub:
            self.seek(seconds)
            self.play()

    def _on_speed_requested(self, speed: float) -> None:
        self._speed = speed
        for camera in self._cameras:
            camera.player.set_speed(speed)
        if self.window is not None:
            self.window.bar.show_speed(speed)

    def _on_fetched(self, place: int, clip: LocalClip) -> None:
        if place < len(self._cameras) and clip.event_id == self._cameras[place].event.event_id:
            self._cameras[place].clip = clip
            self._cameras[place].player.open(clip.path)

    def _on_fetch_failed(self, place: int, error: ConsoleError) -> None:
        self._on_failed(place, error.sentence)

    def _on_failed(self, place: int, sentence: str) -> None:
        if self.window is None or place >= len(self._cameras):
            return
        camera = self._cameras[place]
        camera.has_failed, camera.laid = True, None
        self.window.tiles[place].say(sentence)
        self._lay()

    def _on_helper_replaced(self, place: int, why: str) -> None:
        if self.window is not None and place < len(self._cameras):
            name = self.window.tiles[place].name
            self.window.show_said(f"{name}: its player was restarted ({why}) and goes on where it was.")

    def _on_opened(self, place: int, facts: ClipFacts) -> None:
        if place >= len(self._cameras):
            return
        camera = self._cameras[place]
        if camera.clip is None or camera.laid is not None:  # a helper was replaced and goes on
            return
        camera.frame_s = facts.frame_s
        camera.laid = laid(camera.event, camera.clip.start_ms, facts.duration_s)
        self.viewed.emit(camera.event)
        self._lay()

    def _lay(self) -> None:
        """A clip more or less: the clock begins where the earliest does, and the instant shown stays."""
        if self.window is None:
            return
        before_ms = self._clock.start_ms + self._at_s * 1000
        had = bool(self._clock.clips)
        self._clock = CommonClock(tuple(one.laid for one in self._cameras if one.laid is not None))
        if had and self._clock.clips and self._at_s > 0:
            self._at_s = min(max(0.0, (before_ms - self._clock.start_ms) / 1000), self._clock.duration_s)
        alarm_s = (self._cameras[0].event.instant_ms - self._clock.start_ms) / 1000
        self.window.show_clock(self._clock.duration_s, alarm_s if self._clock.clips else None)
        for tile, camera in zip(self.window.tiles, self._cameras, strict=True):
            if camera.laid is not None:
                tile.show_offset(self._clock.offset_words(camera.laid))
        if self._is_playing:
            self._follow()
        else:
            self._place_all()
        is_settled = all(one.laid is not None or one.has_failed for one in self._cameras)
        if is_settled and not self._has_begun:
            self._has_begun = True
            self.play()

    def _on_frame(self, place: int, image: QImage) -> None:
        if self.window is not None and place < len(self._cameras):
            self.window.tiles[place].show_image(image)
