"""The clip of a raised event goes with it, whenever that is, once the server has the event; over the end of the program."""

from __future__ import annotations

import errno
import json
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from chekt_console.domain.outbox import EntryState
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import (
    Cancelled,
    NotSignedIn,
    Refused,
    ServerBroken,
    TooManyRequests,
    Unreachable,
)
from chekt_console.services.outbound_service import NotRaised, OutboundEvent, OutboundService
from chekt_console.services.outbox_service import OutboxService
from chekt_console.services.raised_clip_service import RaisedClipService, clip_words
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.store.outbox import OutboxStore
from chekt_console.store.raised_clips import MOST_CLIPS, ClipState, KeptClip, RaisedClips
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chekt_console.services.outbound_service import OutboundClient, Raised

OFFLINE = Unreachable("The gateway cannot be reached.")
BUSY = TooManyRequests("Too many requests.", status=429)
NO = Refused("No clips are taken.", status=415)
FILM = b"\0\0\0\x18ftypmp42moving"
DAY_S = 86_400


class _Gateway:
    """A partner's half of it: knows an event by its key, and takes a clip to the event's place."""

    def __init__(self) -> None:
        self.is_open = True
        self.events: list[str] = []
        self.clips: dict[str, bytes] = {}
        self.failures: dict[str, list[Exception]] = {}
        self.has_place = True

    def site(self, _site_id: str) -> Any:
        return SimpleNamespace(external_site_id="loc-7")

    def _fail(self, what: str) -> None:
        if self.failures.get(what):
            raise self.failures[what].pop(0)

    def send_event(self, body: dict[str, Any], idempotency_key: str) -> dict[str, Any]:
        self._fail("event")
        if idempotency_key not in self.events:
            self.events.append(idempotency_key)
        self._fail("after event")
        place = {"upload": {"video_url": f"https://gateway/{idempotency_key}"}} if self.has_place else {}
        return {"chekt_event_id": "9"} | place

    def upload(self, url: str, content: bytes, _content_type: str) -> None:
        self._fail("clip")
        self.clips[url] = content
        self._fail("after clip")


class _Program:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.gateway = _Gateway()
        self.film = folder / "yard.mp4"
        self.film.write_bytes(FILM)
        self.cache, self.local = Cache(folder / "cache.sqlite"), LocalStore(folder / "local.sqlite")
        self.start()

    def start(self) -> None:
        """As after a kill: nothing but the disk is left."""
        gateway = self.gateway
        events = SimpleNamespace(delivery=lambda _event_id: None)
        client = cast("OutboundClient", SimpleNamespace(account=gateway, events=events, media=gateway))
        server = FakeServer()
        self.outbound = OutboundService(client, is_production=False)
        self.store = OutboxStore(self.folder / "outbox.sqlite")
        schedules = ScheduleService(server, self.cache, self.local, self.clock)
        self.outbox = OutboxService(self.store, server, schedules, self.clock, raised=self.outbound)
        self.clips = RaisedClipService(
            RaisedClips(self.folder / "raised-clips"), self.outbox, self.outbound, self.clock
        )
        self.outbound.outbox, self.outbound.clips = self.outbox, self.clips
        self.outbox.recover()

    def kill(self) -> None:
        self.store.close()
        self.start()

    def close(self) -> None:
        for file in (self.store, self.cache, self.local):
            file.close()

    def raise_one(self, key: str = "key-1", subtype: str = "panic") -> Raised:
        event = OutboundEvent("7", "alarm", subtype, self.clock.now_ms(), site_name="Harbor")
        return self.outbound.raise_event(event, self.film, key, NoProgress())

    def go_on(self, seconds: float = 1) -> tuple[KeptClip, ...]:
        """What waits is sent; the clips that came to an end."""
        self.clock.advance(seconds)
        for site_id in self.outbox.due_sites():
            self.outbox.send_next(site_id)
        return self.clips.send_due(NoProgress())

    @property
    def files(self) -> list[str]:
        return sorted(path.suffix for path in (self.folder / "raised-clips").glob("*"))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[_Program]:
    made = _Program(tmp_path)
    yield made
    made.close()


AT_GATEWAY = {"https://gateway/key-1": FILM}


def test_the_clip_of_an_event_that_waits_follows_it_over_a_kill_and_without_its_file(
    program: _Program,
) -> None:
    program.gateway.failures["event"] = [OFFLINE, OFFLINE]
    raised = program.raise_one()
    assert raised.is_waiting
    assert "Its clip is kept with it and follows." in raised.note
    program.film.unlink()
    program.kill()
    assert program.go_on() == ()  # still offline
    assert "goes by itself when the event is there" in clip_words(program.clips.all()[0])
    program.kill()
    (sent,) = program.go_on(60)
    assert clip_words(sent) == "Its clip was sent."
    assert program.gateway.events == ["key-1"]
    assert program.gateway.clips == AT_GATEWAY
    assert program.files == [".json"]
    assert program.go_on(60) == ()


@pytest.mark.parametrize("where", ["after event", "clip", "after clip"])
def test_killed_anywhere_while_it_is_sent_it_is_sent_once_more_and_exists_once(
    program: _Program, where: str
) -> None:
    program.gateway.failures[where] = [Cancelled()]
    with pytest.raises(Cancelled):
        program.raise_one()
    program.kill()
    (sent,) = program.go_on()
    assert sent.state is ClipState.SENT
    assert program.gateway.events == ["key-1"]
    assert program.gateway.clips == AT_GATEWAY


def test_sent_at_once_it_is_kept_no_longer(program: _Program) -> None:
    assert program.raise_one().note == ""
    assert program.files == [".json"]
    assert program.gateway.clips == AT_GATEWAY
    assert program.go_on() == ()


@pytest.mark.parametrize(
    "error", [OFFLINE, BUSY, ServerBroken("Broken.", status=503), NotSignedIn("No.", status=401)]
)
def test_a_clip_that_could_not_be_sent_goes_again_by_itself(program: _Program, error: Exception) -> None:
    program.gateway.failures["clip"] = [error] * 5
    raised = program.raise_one()
    assert raised.is_clip_due
    assert "goes by itself" in raised.note
    for _ in range(4):
        assert program.go_on(60) == ()
    assert program.clips.all()[0].tries == 4
    due_ms = program.clips.next_due_ms()
    assert due_ms is not None
    assert due_ms > program.clock.now_ms()
    assert program.go_on(1) == ()  # not before its time
    program.clips.hurry()
    (sent,) = program.go_on(0)
    assert sent.state is ClipState.SENT
    assert program.gateway.clips == AT_GATEWAY


def test_a_clip_that_is_refused_again_and_again_is_told_as_not_sent(program: _Program) -> None:
    program.gateway.failures["clip"] = [NO] * 4
    program.raise_one()
    assert program.go_on(60) == program.go_on(60) == ()
    (failed,) = program.go_on(60)
    assert "not tried any more: No clips are taken." in clip_words(failed)
    assert program.files == [".json"]
    program.kill()
    assert [clip.state for clip in program.clips.all()] == [ClipState.FAILED]


def test_a_day_later_the_event_is_not_raised_again_for_its_clip(program: _Program) -> None:
    program.gateway.failures["clip"] = [OFFLINE] * 9
    program.raise_one()
    program.gateway.events.clear()  # the server has forgotten the key
    (failed,) = program.go_on(DAY_S)
    assert "more than a day ago" in clip_words(failed)
    assert program.gateway.events == []


def test_without_a_place_for_it_the_clip_is_given_up_and_told(program: _Program) -> None:
    program.gateway.failures["event"] = [OFFLINE]
    program.gateway.has_place = False
    program.raise_one()
    (failed,) = program.go_on()
    assert "no place" in clip_words(failed)
    assert "no place" in program.raise_one("key-2").note
    assert program.files == [".json"]


def test_what_the_person_gives_up_takes_its_clip_along(program: _Program) -> None:
    program.gateway.failures["event"] = [OFFLINE]
    program.raise_one()
    program.outbox.discard(program.outbox.entries()[0].number)
    assert program.go_on() == ()
    assert program.files == []


def test_a_refused_one_goes_when_it_is_raised_anew_and_nothing_else_does(program: _Program) -> None:
    program.gateway.failures["event"] = [NO, NO, NO]
    for key, subtype in (("key-1", "panic"), ("key-2", "fire"), ("key-3", "panic")):
        program.clock.advance(60)
        with pytest.raises(NotRaised):
            program.raise_one(key, subtype)
    states = {entry.key: entry.state for entry in program.outbox.entries()}
    assert states == {
        "key-1": EntryState.DISCARDED,
        "key-2": EntryState.REFUSED,
        "key-3": EntryState.REFUSED,
    }
    assert program.outbox.entries()[0].sentence == "It was refused, and raised anew since."
    program.go_on()
    assert [clip.key for clip in program.clips.all()] == ["key-2", "key-3"]
    # Sent after all from the list, its clip goes with it.
    program.outbox.send_now(program.outbox.entries()[1].number)
    assert [clip.key for clip in program.go_on()] == ["key-2"]


def test_too_many_clips_are_not_kept_and_that_is_told(program: _Program) -> None:
    program.gateway.failures["event"] = [OFFLINE] * (MOST_CLIPS + 1)
    for number in range(MOST_CLIPS):
        assert "is kept with it" in program.raise_one(f"key-{number}").note
    assert "does not go with it" in program.raise_one("one more").note
    assert program.files.count(".mp4") == MOST_CLIPS


def test_where_the_clip_cannot_be_kept_the_alarm_is_raised_all_the_same(program: _Program) -> None:
    (program.folder / "raised-clips").write_text("a file where the folder should be")
    assert program.raise_one().event_id == "9"
    assert program.gateway.clips == AT_GATEWAY
    program.gateway.failures["event"] = [OFFLINE]
    raised = program.raise_one("key-2")
    assert raised.is_waiting
    assert "no room to keep it" in raised.note


def test_files_that_are_no_clip_of_ours_or_are_cut_off_are_cleared_and_one_that_is_gone_is_told(
    program: _Program,
) -> None:
    program.gateway.failures["event"] = [OFFLINE, OFFLINE]
    program.raise_one()
    folder = program.folder / "raised-clips"
    for name, content in (
        ("half.mp4", FILM),
        ("x.mp4.part", b"x"),
        ("odd.json", b"[]"),
        ("no.json", b"\xff"),
    ):
        (folder / name).write_bytes(content)
    program.kill()
    assert program.files == [".json", ".json", ".json", ".mp4"]
    assert len(program.clips.all()) == 1
    next(folder.glob("*.mp4")).unlink()
    program.go_on()
    (failed,) = program.go_on(60)
    assert "was removed from the data folder" in clip_words(failed)


def test_one_refusal_after_a_time_without_a_server_is_not_the_last_try(program: _Program) -> None:
    """A link may have ended meanwhile; only refusals count as refusals."""
    program.gateway.failures["clip"] = [OFFLINE, OFFLINE, OFFLINE, NO]
    program.raise_one()
    for _ in range(3):
        assert program.go_on(60) == ()
    assert program.gateway.failures["clip"] == []
    (sent,) = program.go_on(60)
    assert sent.state is ClipState.SENT


def test_what_ended_meanwhile_is_not_made_to_wait_again(program: _Program) -> None:
    program.gateway.failures["clip"] = [OFFLINE]
    program.raise_one()
    store = RaisedClips(program.folder / "raised-clips")
    (before,) = store.all()
    program.clips.was_sent("key-1")
    store.put(before)  # by one who had looked before
    assert [clip.state for clip in store.all()] == [ClipState.SENT]
    store.drop("key-1")
    store.put(before)
    assert store.all() == ()


@pytest.mark.parametrize("good", [0, 1])
def test_a_disk_that_is_full_keeps_no_half_of_a_clip(
    program: _Program, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    left = [None] * good
    real = os.fsync

    def refuse(file: int) -> None:
        if not left:
            raise OSError(errno.ENOSPC, "No space left on device")
        left.pop()
        real(file)

    program.gateway.failures["event"] = [OFFLINE]
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", refuse)
        assert "no room to keep it" in program.raise_one().note
    assert program.files == []


def test_a_clip_that_is_kept_stays_when_the_disk_is_full_the_next_time(
    program: _Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    program.gateway.failures["event"] = [OFFLINE, OFFLINE]
    program.raise_one()
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", refuse)
        program.raise_one()
    assert program.files == [".json", ".mp4"]
    (sent,) = program.go_on(60)
    assert sent.state is ClipState.SENT


def test_a_card_of_a_newer_program_is_read(program: _Program) -> None:
    program.gateway.failures["event"] = [OFFLINE]
    program.raise_one()
    (card,) = (program.folder / "raised-clips").glob("*.json")
    card.write_text(json.dumps(json.loads(card.read_text()) | {"colour": "red"}))
    program.kill()
    (sent,) = program.go_on()
    assert sent.state is ClipState.SENT
