"""Plays one clip at a time through two helper processes: libVLC for motion and sound, PyAV for exact still frames."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from chekt_console.background.helper_link import HelperLink
from chekt_console.background.player_words import (
    BAD_FILE,
    DEATHS_ALLOWED,
    ENDS_HELPERS,
    NO_HELPER,
    install_advice,
)
from chekt_console.background.prepared_clip import PreparedClip
from chekt_console.media.clip_facts import ClipFacts

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)
_PROGRAM = ("chekt_console.media.player_process", "--engine")
_DEATH_SPAN_S = 60.0


def _clip_facts(fact: dict[str, Any]) -> ClipFacts:
    return ClipFacts(**{name: fact[name] for name in ClipFacts.__dataclass_fields__})


class Player(QObject):
    """Every call returns at once; pictures and facts come as signals in the window's thread.

    States: "closed", "opening", "paused", "playing", "ended", "failed". A helper that dies or gives no picture for
    3 s is replaced and goes on where it was; `engine_changed` says so. When libVLC is missing or has died three times
    in a minute, PyAV plays silently. When PyAV dies twice over opening a clip, or three times in a minute, the clip has
    failed; `has_bad_file` tells whether the file is to blame.
    """

    frame_arrived = Signal(object)  # QImage
    opened = Signal(object)  # ClipFacts
    strip_arrived = Signal(object)  # QImage: filmstrip.CELLS small pictures of the whole clip side by side
    position_changed = Signal(float)  # seconds from the first frame, of the picture just shown
    state_changed = Signal(str)
    failed = Signal(str)  # sentence
    engine_changed = Signal(str)  # what plays, and what to install when sound is missing
    helper_replaced = Signal(str)  # why; the clip goes on where it was

    def __init__(
        self, work_dir: Path, parent: QObject | None = None, *, libvlc_path: str = "", is_silent: bool = False
    ) -> None:
        """`is_silent`: exact frames only, without libVLC; one helper instead of two."""
        super().__init__(parent)
        self._exact = HelperLink((*_PROGRAM, "av"), work_dir, parent=self)
        self._motion = HelperLink((*_PROGRAM, "vlc"), work_dir, libvlc_path, parent=self)
        # Has the next clip open; starts when first wanted.
        self._ahead = HelperLink((*_PROGRAM, "av"), work_dir, parent=self)
        for link in (self._exact, self._ahead):
            link.fact_arrived.connect(partial(self._on_av_fact, link))
            link.died.connect(partial(self._on_av_died, link))
        self._motion.fact_arrived.connect(self._on_motion_fact)
        self._motion.died.connect(self._on_motion_died)
        self._deaths: dict[HelperLink, list[float]] = {self._exact: [], self._ahead: [], self._motion: []}
        self._has_motion = not is_silent
        self._engine = ""
        self._path: Path | None = None
        self._clip = 0
        self._last_clip = 0  # numbers name a clip for good, whichever helper has it
        self._prepared: PreparedClip | None = None
        self._facts: ClipFacts | None = None
        self._state = "closed"
        self._position_s = 0.0
        self._speed = 1.0
        self._is_muted = False
        self._wants_play = False
        self._shows_motion = False  # whose pictures count
        self._opening_deaths = 0
        self._has_shown = False  # a picture of the engine that plays
        self._has_bad_file = False

    @property
    def has_bad_file(self) -> bool:
        """Of a clip that failed: fetching it again may help."""
        return self._has_bad_file

    @property
    def state(self) -> str:
        return self._state

    @property
    def position_s(self) -> float:
        return self._position_s

    @property
    def engine(self) -> str:
        return self._engine

    @property
    def helper_pids(self) -> tuple[int, int]:
        """Of the still-frame helper and the motion helper, 0 when not running."""
        return self._exact.pid, self._motion.pid

    def warm(self) -> None:
        """Starts the helpers ahead of the first clip."""
        self._exact.start()
        if self._has_motion:
            self._motion.start()

    def prepare(self, path: Path) -> None:
        """Opens the next clip beside the current one: when it is asked for, its first frame is there already."""
        if path == self._path or (self._prepared is not None and self._prepared.path == path):
            return
        self._last_clip += 1
        self._prepared = PreparedClip(path, self._last_clip)
        self._ahead.tell("open", path=str(path), clip=self._last_clip, promises_frame=True)

    @property
    def prepared_path(self) -> Path | None:
        """The clip whose first frame is decoded and waits."""
        prepared = self._prepared
        return prepared.path if prepared is not None and prepared.is_whole else None

    def open(self, path: Path) -> None:
        """Shows the first frame, paused."""
        prepared, self._prepared = self._prepared, None
        if prepared is not None and prepared.path == path and prepared.is_whole:
            self._take_over(prepared)
            return
        self._last_clip += 1
        self._clip = self._last_clip
        self._path = path
        self._facts = None
        self._position_s = 0.0
        self._wants_play = False
        self._shows_motion = False
        self._opening_deaths = 0
        self._has_shown = False
        self._set_state("opening")
        self._exact.tell("open", path=str(path), clip=self._clip, promises_frame=True)
        self._motion.expect_nothing()
        if self._has_motion:
            self._motion.tell("close")

    def play(self) -> None:
        if self._state in ("closed", "failed", "playing"):
            return
        if self._facts is None:
            self._wants_play = True
            return
        if self._state == "ended" or self._position_s >= self._facts.duration_s - 1.5 * self._facts.frame_s:
            self._position_s = 0.0
        self._start_playing()

    def play_from(self, seconds: float) -> None:
        """From there on, though the picture of a seek may still be on its way; at the end of the clip it stays there."""
        if self._facts is None or self._state == "playing":
            return
        if seconds < self._facts.duration_s - 1.5 * self._facts.frame_s:
            self._position_s = max(0.0, seconds)
            self.play()

    def pause(self) -> None:
        self._wants_play = False
        if self._state != "playing":
            return
        (self._motion if self._shows_motion else self._exact).tell("pause")
        self._motion.expect_nothing()
        self._exact.expect_nothing()
        if self._shows_motion:
            self._shows_motion = False
            # libVLC tells a frame's time to some milliseconds: a bit later is the same frame, a bit earlier is not.
            at_s = self._position_s + (0.4 * self._facts.frame_s if self._facts is not None else 0.0)
            self._exact.tell("seek", seconds=at_s, promises_frame=True)
        self._set_state("paused")

    def seek(self, seconds: float) -> None:
        if self._facts is None:
            return
        seconds = min(max(0.0, seconds), self._facts.duration_s)
        if self._state == "playing":
            self._position_s = seconds
            link = self._motion if self._shows_motion else self._exact
            link.tell("seek", seconds=seconds, promises_frame=True)
            return
        self._exact.tell("seek", seconds=seconds, promises_frame=True)
        if self._state == "ended":
            self._set_state("paused")

    def step(self, frames: int) -> None:
        """One frame forward (1) or back (-1); pauses first."""
        if self._facts is None:
            return
        self.pause()
        if self._state == "ended":
            self._set_state("paused")
        self._exact.tell("step", frames=frames, promises_frame=True)

    def set_speed(self, speed: float) -> None:
        self._speed = speed
        self._set_patience()
        self._exact.tell("speed", speed=speed)
        if self._has_motion:
            self._motion.tell("speed", speed=speed)

    def set_muted(self, is_muted: bool) -> None:
        self._is_muted = is_muted
        if self._has_motion:
            self._motion.tell("mute", is_muted=is_muted)

    def clear(self) -> None:
        """No clip any more; the helpers stay warm for the next one."""
        if self._path is None:
            return
        self._last_clip += 1
        self._clip = self._last_clip
        self._path = None
        self._facts = None
        self._wants_play = False
        self._exact.expect_nothing()
        self._motion.expect_nothing()
        self._exact.tell("close")
        if self._has_motion:
            self._motion.tell("close")
        self._set_state("closed")

    def close(self) -> None:
        """Ends the helpers and removes their files."""
        self._path = None
        self._facts = None
        self._shows_motion = False
        self._prepared = None
        for link in (self._exact, self._ahead, self._motion):
            link.stop()

    def _take_over(self, prepared: PreparedClip) -> None:
        """The helper that has the clip open becomes the one that shows; the other waits for the next clip."""
        assert prepared.facts is not None
        self._exact.expect_nothing()
        self._exact.tell("close")
        self._exact, self._ahead = self._ahead, self._exact
        self._path, self._clip = prepared.path, prepared.clip
        self._facts = None
        self._wants_play = self._shows_motion = self._has_shown = False
        self._opening_deaths = 0
        self._motion.expect_nothing()
        self._set_state("opening")
        self._on_opened(prepared.facts)
        if prepared.image is not None and self._clip == prepared.clip:
            self._show_image(prepared.image, prepared.time_s)

    def _set_patience(self) -> None:
        frame_s = self._facts.frame_s / self._speed if self._facts is not None else 0.0
        self._exact.set_patience(frame_s)
        self._motion.set_patience(frame_s)

    def _start_playing(self) -> None:
        self._shows_motion = self._has_motion
        if self._shows_motion:
            self._motion.tell("play", at_s=self._position_s, promises_frame=True)
        else:
            self._exact.tell("seek", seconds=self._position_s)
            self._exact.tell("play", promises_frame=True)
        self._set_state("playing")

    def _on_av_fact(self, link: HelperLink, fact: dict[str, Any]) -> None:
        if link is self._exact:
            self._on_exact_fact(fact)
        else:
            self._on_ahead_fact(fact)

    def _on_ahead_fact(self, fact: dict[str, Any]) -> None:
        prepared = self._prepared
        if prepared is None or fact.get("clip") != prepared.clip:
            return
        if fact["fact"] == "opened":
            prepared.facts = _clip_facts(fact)
        elif fact["fact"] == "frame":
            prepared.image = self._copied(self._ahead, int(fact["sequence"]), prepared.clip)
            prepared.time_s = float(fact["time_s"])
        elif fact["fact"] == "failed":
            self._prepared = None  # asked for in earnest, it will say so

    def _on_opened(self, facts: ClipFacts) -> None:
        self._facts = facts
        self._set_patience()
        self._exact.tell("speed", speed=self._speed)
        self.opened.emit(facts)
        if self._state == "opening":
            if self._has_motion:  # libVLC is given only what PyAV found to be a video of sane size
                self._motion.tell("open", path=str(self._path), clip=self._clip)
            self._set_state("paused")
        if self._wants_play:
            self._wants_play = False
            self._start_playing()

    def _on_exact_fact(self, fact: dict[str, Any]) -> None:
        kind = fact["fact"]
        if kind == "engine" and not self._has_motion:
            self._say_engine(f"PyAV, silent. {install_advice()}")
        if fact.get("clip") != self._clip or self._path is None:
            return
        if kind == "opened":
            self._on_opened(_clip_facts(fact))
        elif kind == "frame":
            self._on_frame(self._exact, fact)
        elif kind == "ended" and not self._shows_motion:
            self._set_state("ended")
        elif kind == "strip":
            image = self._copied(self._exact, int(fact["sequence"]), self._clip)
            if image is not None:
                self.strip_arrived.emit(image)
        elif kind == "failed":
            self._fail(str(fact.get("detail", "")))

    def _on_motion_fact(self, fact: dict[str, Any]) -> None:
        kind = fact["fact"]
        if kind == "engine":
            self._say_engine(f"libVLC {fact.get('version', '')}")
        elif kind == "no_engine":
            _log.info("libVLC cannot be used: %s", fact.get("detail"))
            self._lose_motion(f"PyAV, silent. {install_advice()}")
        if fact.get("clip") != self._clip or not self._shows_motion:
            return
        if kind == "frame":
            self._on_frame(self._motion, fact)
        elif kind == "ended":
            self._shows_motion = False
            if self._facts is not None:
                self._exact.tell("seek", seconds=self._facts.duration_s, promises_frame=True)
            self._set_state("ended")
        elif kind == "failed":
            _log.info("libVLC cannot play this clip: %s", fact.get("detail"))
            self._shows_motion = False
            self._exact.tell("seek", seconds=self._position_s)
            self._exact.tell("play", promises_frame=True)

    def _on_frame(self, link: HelperLink, fact: dict[str, Any]) -> None:
        """Pictures come from the engine that plays, and only they say where the clip is. Until its first one the still of
        the other stands in: of a clip of one frame a day libVLC paints none."""
        is_from_playing = link is (self._motion if self._shows_motion else self._exact)
        if self._has_shown and not is_from_playing:
            return
        image = self._copied(link, int(fact["sequence"]), self._clip)
        if image is None:
            return
        if not is_from_playing:
            self.frame_arrived.emit(image)
            self.position_changed.emit(self._position_s)
            return
        if self._state == "playing":
            link.expect_frame()
        self._show_image(image, float(fact["time_s"]))

    def _show_image(self, image: QImage, time_s: float) -> None:
        if not self._has_shown:  # the strip waits for it, else a clip would begin to play later
            self._has_shown = True
            self._exact.tell("strip")
        duration_s = self._facts.duration_s if self._facts is not None else 0.0
        self._position_s = min(time_s, duration_s)
        self.frame_arrived.emit(image)
        self.position_changed.emit(self._position_s)

    @staticmethod
    def _copied(link: HelperLink, sequence: int, clip: int) -> QImage | None:
        """Out of the shared slot, before the helper reuses it."""
        frame = link.look(sequence)
        if frame is None or frame.clip != clip:
            return None
        image = QImage(
            frame.pixels, frame.width, frame.height, frame.stride, QImage.Format.Format_RGB32
        ).copy()
        frame.pixels.release()
        return image if link.is_whole(sequence) else None

    def _on_av_died(self, link: HelperLink, why: str) -> None:
        if link is self._exact:
            self._on_exact_died(why)
        else:  # the clip is opened in the usual way when its turn comes
            _log.info("The helper for the next clip ended: %s", why)
            self._prepared = None

    def _on_exact_died(self, why: str) -> None:
        _log.info("The still-frame helper ended: %s", why)
        if self._state == "opening":
            self._opening_deaths += 1
        ends_helpers = self._opening_deaths > 1
        if self._died_too_often(self._exact) or ends_helpers:
            self._opening_deaths = 0
            self._deaths[self._exact].clear()
            if self._path is not None:
                self._fail(why, ENDS_HELPERS if ends_helpers else NO_HELPER, is_bad_file=ends_helpers)
            return
        self._exact.start()
        if self._path is None:
            return
        self.engine_changed.emit(f"{self._engine} Restarted ({why}); went on where it was.".strip())
        self.helper_replaced.emit(why)
        was_playing = self._state == "playing" and not self._shows_motion
        at_s = self._position_s
        self._exact.tell("open", path=str(self._path), clip=self._clip, promises_frame=True)
        self._exact.tell("speed", speed=self._speed)
        if at_s > 0:
            self._exact.tell("seek", seconds=at_s, promises_frame=True)
        if was_playing:
            self._exact.tell("play", promises_frame=True)

    def _on_motion_died(self, why: str) -> None:
        if not self._has_motion:
            return
        _log.info("The libVLC helper ended: %s", why)
        if self._died_too_often(self._motion):
            self._lose_motion(f"PyAV, silent: libVLC stopped {DEATHS_ALLOWED} times within a minute.")
            return
        self._motion.start()
        if self._path is None:
            return
        self._say_engine(f"libVLC was restarted ({why}) and goes on where it was.")
        self._motion.tell("open", path=str(self._path), clip=self._clip)
        self._motion.tell("speed", speed=self._speed)
        self._motion.tell("mute", is_muted=self._is_muted)
        if self._state == "playing" and self._shows_motion:
            self._motion.tell("play", at_s=self._position_s, promises_frame=True)

    def _lose_motion(self, words: str) -> None:
        self._has_motion = False
        self._say_engine(words)
        if self._shows_motion:
            self._shows_motion = False
            self._exact.tell("seek", seconds=self._position_s)
            self._exact.tell("play", promises_frame=True)

    def _died_too_often(self, link: HelperLink) -> bool:
        now = time.monotonic()
        self._deaths[link] = [t for t in self._deaths[link] if now - t < _DEATH_SPAN_S] + [now]
        return len(self._deaths[link]) >= DEATHS_ALLOWED

    def _fail(self, detail: str, sentence: str = BAD_FILE, *, is_bad_file: bool = True) -> None:
        _log.info("A clip cannot be shown: %s", detail)
        self._has_bad_file = is_bad_file
        self._exact.expect_nothing()
        self._motion.expect_nothing()
        self._facts = None
        self._shows_motion = False
        if self._has_motion:
            self._motion.tell("close")
        self._set_state("failed")
        self.failed.emit(sentence)

    def _say_engine(self, words: str) -> None:
        if words != self._engine:
            self._engine = words
            self.engine_changed.emit(words)

    def _set_state(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
