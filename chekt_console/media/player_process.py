"""Helper process that decodes video: `python -m chekt_console.media.player_process --engine av|vlc|live --ring FILE`.

Commands come as JSON lines on stdin, facts leave as JSON lines on stdout, pictures go into the frame ring. It ends
when stdin closes. libVLC and PyAV bring their own builds of the same decoders, so one process loads only one of them.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from chekt_console.media.frame_ring import FrameRing

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.media.av_engine import AvEngine
    from chekt_console.media.vlc_engine import VlcEngine
    from chekt_console.media.vlc_live import VlcLive

Engine = TypeVar("Engine")

_TICK_S = 0.5
_LONGEST_WAIT_S = 3600.0  # the next picture may be years away, which no wait of the system's can be told


class _Facts:
    """Writes facts from any thread; every one names the clip it is about."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self.clip = 0

    def say(self, fact: str, **values: Any) -> None:
        line = json.dumps({"fact": fact, "clip": self.clip, **values})
        with self._lock, contextlib.suppress(OSError):
            self._stream.write(line + "\n")
            self._stream.flush()


def _own_stdout() -> TextIO:
    """The facts' stream; whatever a native library prints goes to stderr instead of between the facts."""
    facts = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return facts


def _read_commands(commands: queue.Queue[dict[str, Any]]) -> None:
    for line in sys.stdin:
        with contextlib.suppress(ValueError):
            commands.put(json.loads(line))
    os._exit(0)  # the console is gone; a library that hangs must not keep us


def _without_overtaken(waiting: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of seeks in a row only the last one matters: so a drag along the track keeps up with the hand."""
    return [
        command
        for command, following in itertools.zip_longest(waiting, waiting[1:])
        if not (command.get("command") == "seek" and following and following.get("command") == "seek")
    ]


def _next_commands(commands: queue.Queue[dict[str, Any]], wait_s: float) -> list[dict[str, Any]]:
    waiting: list[dict[str, Any]] = []
    with contextlib.suppress(queue.Empty):
        waiting.append(commands.get(timeout=wait_s) if wait_s > 0 else commands.get_nowait())
        while True:
            waiting.append(commands.get_nowait())
    return _without_overtaken(waiting)


def _run_av(ring: FrameRing, facts: _Facts, commands: queue.Queue[dict[str, Any]]) -> None:
    import av  # only this engine may load it: see the module's first sentence

    from chekt_console.media.av_engine import AvEngine, BrokenClip

    av.logging.set_level(None)
    engine = AvEngine(ring, facts.say)
    facts.say("engine", name="PyAV", version=av.__version__)
    wait_s = _LONGEST_WAIT_S
    while True:
        for command in _next_commands(commands, min(wait_s, _LONGEST_WAIT_S)):
            try:
                _tell_av(engine, facts, command)
            except (BrokenClip, av.error.FFmpegError) as error:
                engine.close()
                facts.say("failed", detail=str(error))
        try:
            wait_s = engine.tick()
        except (BrokenClip, av.error.FFmpegError) as error:
            engine.close()
            facts.say("failed", detail=str(error))
            wait_s = _LONGEST_WAIT_S


def _tell_av(engine: AvEngine, facts: _Facts, command: dict[str, Any]) -> None:
    match command:
        case {"command": "open", "path": str(path), "clip": int(clip)}:
            facts.clip = clip
            engine.open(path, clip)
        case {"command": "play"}:
            engine.play()
        case {"command": "pause"}:
            engine.pause()
        case {"command": "seek", "seconds": float(seconds) | int(seconds)}:
            engine.seek(seconds)
        case {"command": "step", "frames": int(frames)}:
            engine.step(frames)
            facts.say("stepped")  # at the clip's ends there is no other picture to show
        case {"command": "strip"}:
            engine.make_strip()
        case {"command": "speed", "speed": float(speed) | int(speed)}:
            engine.set_speed(speed)
        case {"command": "close"}:
            engine.close()


# Loading libVLC: missing, too old or of another word size shows in one of these ways.
_NO_VLC = (ImportError, OSError, NotImplementedError, NameError, AttributeError, ValueError, SystemExit)


def _with_libvlc(make: Callable[[], Engine], facts: _Facts) -> Engine | None:
    """The engine, or None once it is said why there is none."""
    try:
        engine = make()
        from chekt_console.media import vlc_screen
    except _NO_VLC as error:
        facts.say("no_engine", detail=str(error))
        return None
    facts.say("engine", name="libVLC", version=vlc_screen.version())
    return engine


def _run_vlc(ring: FrameRing, facts: _Facts, commands: queue.Queue[dict[str, Any]]) -> None:
    def made() -> VlcEngine:
        from chekt_console.media.vlc_engine import VlcEngine

        return VlcEngine(ring, facts.say)

    engine = _with_libvlc(made, facts)
    while engine is not None:
        for command in _next_commands(commands, _LONGEST_WAIT_S):
            _tell_vlc(engine, facts, command)


def _run_live(ring: FrameRing, facts: _Facts, commands: queue.Queue[dict[str, Any]]) -> None:
    def made() -> VlcLive:
        from chekt_console.media.vlc_live import VlcLive

        return VlcLive(ring, facts.say)

    engine = _with_libvlc(made, facts)
    while engine is not None:
        for command in _next_commands(commands, _TICK_S):
            _tell_live(engine, command)
        engine.tick()


def _tell_live(engine: VlcLive, command: dict[str, Any]) -> None:
    match command:
        case {"command": "open", "url": str(url), "clip": int(number), "is_muted": bool(is_muted)}:
            box = int(command["width"]), int(command["height"])
            engine.open(url, number, box, float(command["most_fps"]), is_muted=is_muted)
        case {"command": "mute", "is_muted": bool(is_muted)}:
            engine.set_muted(is_muted)


def _tell_vlc(engine: VlcEngine, facts: _Facts, command: dict[str, Any]) -> None:
    match command:
        case {"command": "open", "path": str(path), "clip": int(clip)}:
            facts.clip = clip
            engine.open(path, clip)
        case {"command": "play", "at_s": float(at_s) | int(at_s)}:
            engine.play(at_s)
        case {"command": "pause"}:
            engine.pause()
        case {"command": "seek", "seconds": float(seconds) | int(seconds)}:
            engine.seek(seconds)
        case {"command": "speed", "speed": float(speed) | int(speed)}:
            engine.set_speed(speed)
        case {"command": "mute", "is_muted": bool(is_muted)}:
            engine.set_muted(is_muted)
        case {"command": "close"}:
            engine.close()


_RUNS = {"av": _run_av, "vlc": _run_vlc, "live": _run_live}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Decodes video for the console.")
    parser.add_argument("--engine", choices=tuple(_RUNS), required=True)
    parser.add_argument("--ring", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    facts = _Facts(_own_stdout())
    ring = FrameRing(chosen.ring)
    commands: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_read_commands, args=(commands,), daemon=True).start()
    _RUNS[chosen.engine](ring, facts, commands)


if __name__ == "__main__":
    main()
