"""The verdict beside the clip on screen, and what another choice does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chekt_console.domain.clip_check import MeasuredClip, Verdict, check_clip
from chekt_console.ui.clip.clip_check_controller import ClipCheckController
from tests.ui.clip.clip_world import FACTS, ClipWorld, event, make_world

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

FIRST, SECOND = event("a1"), event("a2", -60, has_video=False)
FROZEN = MeasuredClip(
    "mp4", "h264", "High", 1280, 720, 15.0, 225, 225, 5.0,
    is_black=False, is_frozen=True, is_blurred=False, timestamp_jumps=0,
)  # fmt: skip


class _Checks:
    def check(self, _clip: Any, _event: Any, progress: Any) -> Verdict:
        progress.partial(check_clip(FROZEN))
        return check_clip(FROZEN)


@pytest.fixture
def world(qtbot: QtBot) -> ClipWorld:
    made = make_world(FIRST, SECOND)
    checks: Any = _Checks()
    controller = ClipCheckController(made.panel, made.runner, checks, made.controller)
    made.controller.clip_changed.connect(controller.on_clip_changed)
    qtbot.addWidget(made.pane)
    qtbot.addWidget(made.panel)
    return made


def test_what_the_file_tells_stands_until_every_picture_was_looked_at(world: ClipWorld) -> None:
    world.selection.select_event(FIRST)
    world.runner.run("clip")
    world.player.opened.emit(FACTS)
    assert world.panel.rules.texts == [
        "✓ MP4, H.264 High",
        "✓ 15.0 s (5–30 s) · 1280 × 720 (≥ 720p)",
        "✓ 5.0 s before alarm · 10.0 s after alarm",
        "– Looking at every picture…",
    ]
    world.runner.run("clip.check")
    assert world.panel.rules.texts[3:] == [
        "✓ Decodes to the end",
        "! The picture does not move: camera or recorder frozen",
        "✓ Even time",
    ]
    world.player.opened.emit(FACTS)  # the player's helper was replaced
    assert len(world.panel.rules.texts) == 6


def test_another_choice_ends_the_check_and_takes_the_verdict_away(world: ClipWorld) -> None:
    world.selection.select_event(FIRST)
    world.runner.run("clip")
    check = world.runner.jobs[-1]
    assert check.key == "clip.check"
    world.selection.select_event(SECOND)
    assert check.is_cancelled
    world.runner.run()
    assert world.panel.rules.texts == []
