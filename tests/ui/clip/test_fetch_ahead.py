"""The clips that come next are on the disk before they are asked for, also when one of them cannot be had at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from chekt_console.errors import ClipUnavailable
from chekt_console.services.clip_service import LocalClip
from chekt_console.ui.clip.fetch_ahead import FetchAhead
from tests.ui.clip.clip_world import FakePlayer, event
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.event import Event

FIRST, SECOND, THIRD = event("a1"), event("a2"), event("a3")


class _Clips:
    def __init__(self, *missing: str) -> None:
        self.missing = set(missing)
        self.asked: list[str] = []
        self.along: list[tuple[str, ...]] = []

    def fetch(self, wanted: Event, _progress: Any, *, can_wait: bool, beside: Sequence[Event]) -> LocalClip:
        assert not can_wait
        self.along.append(tuple(one.event_id for one in beside))
        self.asked.append(wanted.event_id)
        if wanted.event_id in self.missing:
            raise ClipUnavailable("Not ready yet.", is_not_ready_yet=True)
        return LocalClip(wanted.event_id, Path(f"{wanted.event_id}.mp4"), 0, 15.0, 5.0)


class _Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def _ahead(clips: _Clips, player: FakePlayer, time_: _Time) -> FetchAhead:
    return FetchAhead(SyncRunner(), clips, player, time_)  # type: ignore[arg-type]


def test_a_clip_that_is_not_there_yet_is_asked_for_again_and_holds_up_no_other(qapp: object) -> None:
    clips, player, time_ = _Clips("a1"), FakePlayer(), _Time()
    ahead = _ahead(clips, player, time_)
    for _ in range(3):  # an event arrives, and another: the server is not asked each time
        ahead.fetch((FIRST, SECOND, THIRD))
    assert clips.asked == ["a1", "a2"]
    assert clips.along == [("a2",), ()]  # the server tells both links at once
    assert player.prepared == []
    clips.missing.clear()
    time_.now += 31
    ahead.fetch((FIRST, SECOND, THIRD))
    assert clips.asked == ["a1", "a2", "a1", "a2"]
    assert player.prepared == ["a1.mp4"]
    time_.now += 31
    ahead.fetch((FIRST, SECOND, THIRD))
    assert len(clips.asked) == 4  # both are there


def test_another_next_is_asked_for_at_once(qapp: object) -> None:
    clips, player = _Clips("a1", "a2"), FakePlayer()
    ahead = _ahead(clips, player, _Time())
    ahead.fetch((FIRST, SECOND))
    ahead.fetch((SECOND, THIRD))
    assert clips.asked == ["a1", "a2", "a2", "a3"]
    ahead.stop()
    ahead.fetch((SECOND, THIRD))
    assert clips.asked[4:] == ["a2", "a3"]
