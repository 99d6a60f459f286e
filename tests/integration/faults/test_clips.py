"""Clips that are late or are no clips, through the whole program: what Review says, and that the clip is had in the end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtWidgets import QLabel

from tests.support.console import RunningConsole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.domain.event import Event

pytestmark = pytest.mark.slow

LINKS = "/ext/v1/events-video-urls"


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data")
    running.wait_filled()
    running.console.selection.select_site(running.site())
    running.console.window.show_perspective("review")
    yield running
    running.close()


def _raised(running: RunningConsole) -> Event:
    """An alarm of now, as it arrived."""
    wanted = str(running.control("events", {"site_id": running.site().site_id})["event_id"])
    running.wait(lambda: running.session.cache.event(wanted))
    found = running.session.cache.event(wanted)
    assert found is not None
    return found


def _sent_wrong(running: RunningConsole, alarm: Event, defect: str) -> str:
    """The next fetch of its clip gets one with this defect, those after it a good one. The path they ask for."""
    key = {"Authorization": f"Bearer {running.address.api_key}"}
    three = {"event_ids": [int(alarm.event_id)] * 3}  # of so many none is encoded ahead
    reply = httpx.post(f"{running.address.url}{LINKS}", json=three, headers=key)
    link, path = reply.json()["events"][0]["mp4"], f"/media/clips/{alarm.event_id}.mp4"
    fault = {"name": "clip_defect", "defect": defect, "path": path}
    running.control("faults", fault)
    # Encoded here and now, so that on no slow machine the console gives up waiting for it.
    assert httpx.get(link, timeout=200).status_code == 200
    running.control("faults", fault)
    running.control("record", method="DELETE")
    return path


@dataclass(frozen=True)
class Broken:
    """`row`: the promise in faults.md or gateway.md; what is in the file, and what a person reads."""

    row: str
    defect: str
    told: str


BROKEN = [
    Broken("gateway.md 4: truncated MP4", "truncated", "The clip arrived cut off and cannot be shown. Fetch it again."),
    Broken("faults.md: clip: not a video (a page of HTML)", "not_a_video", "The server sent a page of text instead of the clip."),
    Broken("faults.md: clip: 0 bytes", "empty", "The server sent an empty file instead of the clip."),
]  # fmt: skip


def test_what_is_no_whole_clip_is_told_not_kept_and_fetched_anew(running: RunningConsole) -> None:
    message, review = running.review.clip.message, running.review
    for broken in BROKEN:
        alarm = _raised(running)
        path = _sent_wrong(running, alarm, broken.defect)
        running.console.selection.select_event(alarm)
        running.wait(lambda: message.heading.text() == "No clip", 90_000)
        assert message.sentence.text().startswith(broken.told), broken.row
        assert review.clips.stored(alarm) is None, broken.row
        assert running.asked("GET", path) == [200], broken.row
        message.retry.click()
        running.wait(lambda: review.clip.is_ready, 90_000)
        assert not message.isVisible(), broken.row
        assert len(running.asked("GET", path)) >= 2, broken.row
        assert review.clips.stored(alarm) is not None, broken.row


def test_a_clip_in_another_codec_is_played_and_the_broken_rule_is_named(running: RunningConsole) -> None:
    """gateway.md 4: wrong codec."""
    alarm = _raised(running)
    path = _sent_wrong(running, alarm, "wrong_codec")
    running.console.selection.select_event(alarm)
    running.wait(lambda: running.review.clip.is_ready, 90_000)
    labels = running.review.event_panel.findChildren(QLabel)
    running.wait(lambda: any("MP4 with H.264 expected" in label.text() for label in labels), 60_000)
    assert running.asked("GET", path) == [200]


def test_a_clip_that_is_not_ready_is_waited_for_said_so_and_comes_by_itself(running: RunningConsole) -> None:
    """gateway.md 4: clip not ready for n seconds."""
    alarm = _raised(running)
    running.control("faults", {"name": "clip_not_ready", "seconds": 3600, "event_id": int(alarm.event_id)})
    running.control("record", method="DELETE")
    message = running.review.clip.message
    running.console.selection.select_event(alarm)

    def waits_s() -> int:
        found = re.fullmatch(r"Not ready yet; asking again in (\d+) s", message.sentence.text())
        return int(found[1]) if found else 0

    # It asks after 0, 1, 3 and 7 seconds, less and less often, and says so.
    running.wait(lambda: waits_s() >= 4, 60_000)
    assert 3 <= len(running.asked("POST", LINKS)) <= 5
    assert not running.asked("GET", f"/media/clips/{alarm.event_id}.mp4")
    running.control("faults", method="DELETE")
    running.wait(lambda: running.review.clip.is_ready, 90_000)
    assert 4 <= len(running.asked("POST", LINKS)) <= 6  # the last ones may be of the next clips
