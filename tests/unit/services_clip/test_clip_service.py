"""Fetching clips with a fake server."""

from __future__ import annotations

import os
import struct
import threading
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.event import ClipLink, Event, EventKind
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import Cancelled, ClipUnavailable, ConsoleError, DiskFailed, NotAllowed, Unreachable
from chekt_console.services.clip_service import ClipService

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.domain.progress import Progress

NOW_MS = 1_800_000_000_000


def box(name: bytes, size: int) -> bytes:
    return struct.pack(">I4s", size + 8, name) + b"\0" * size


WHOLE = box(b"ftyp", 16) + box(b"moov", 100) + box(b"mdat", 400)


class HeldClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now_ms(self) -> int:
        return NOW_MS + round(self.seconds * 1000)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class FakeServer:
    """Client and both of its parts in one. `bodies`: what each download gives, the last one again and again."""

    def __init__(
        self, *bodies: bytes | ConsoleError, ready_after: int = 0, lives_ms: int = 3_600_000
    ) -> None:
        self.bodies = list(bodies)
        self.ready_after = ready_after
        self.lives_ms = lives_ms
        self.asked = 0
        self.downloads: list[str] = []

    @property
    def events(self) -> FakeServer:
        return self

    @property
    def media(self) -> FakeServer:
        return self

    def clip_links(self, event_ids: tuple[str, ...]) -> dict[str, ClipLink]:
        self.asked += 1
        url = f"https://clips.invalid/{self.asked}" if self.asked > self.ready_after else ""
        link = ClipLink(event_ids[0], url, "", (), NOW_MS + self.lives_ms, NOW_MS - 65_000, 15.0)
        return {event_ids[0]: link}

    def download(self, url: str, part: Path, *, progress: Progress | None = None, max_bytes: int = 0) -> None:
        self.downloads.append(url)
        body = self.bodies[0] if len(self.bodies) == 1 else self.bodies.pop(0)
        if isinstance(body, ConsoleError):
            raise body
        part.write_bytes(body)


class Watching(NoProgress):
    def __init__(self, cancel_after: int = 10**9) -> None:
        self.texts: list[str] = []
        self.cancel_after = cancel_after

    def report(self, done: int, total: int, text: str = "") -> None:
        self.texts.append(text)
        if len(self.texts) > self.cancel_after:
            raise Cancelled


def an_event(event_id: str = "77", age_s: int = 60) -> Event:
    return Event(event_id, "site", NOW_MS - age_s * 1000, EventKind.ALARM, has_video=True)


def test_a_clip_is_fetched_once_and_then_found_on_disk(tmp_path: Path) -> None:
    server = FakeServer(WHOLE)
    service = ClipService(server, tmp_path / "clips", HeldClock())
    clip = service.fetch(an_event(), NoProgress())
    assert clip.path.read_bytes() == WHOLE
    assert (clip.duration_s, clip.alarm_offset_s) == (15.0, 5.0)
    assert ClipService(server, tmp_path / "clips", HeldClock()).fetch(an_event(), NoProgress()) == clip
    assert len(server.downloads) == 1
    service.forget(an_event())
    service.fetch(an_event(), NoProgress())
    assert len(server.downloads) == 2


def test_a_clip_that_changed_on_the_disk_is_fetched_again(tmp_path: Path) -> None:
    server = FakeServer(WHOLE)
    service = ClipService(server, tmp_path, HeldClock())
    clip = service.fetch(an_event(), NoProgress())
    clip.path.write_bytes(WHOLE[:-1] + b"x")
    assert service.fetch(an_event(), NoProgress()).path.read_bytes() == WHOLE
    assert len(server.downloads) == 2


def test_who_wants_a_clip_on_its_way_waits_for_it_and_sees_how_far_it_is(tmp_path: Path) -> None:
    server = FakeServer(WHOLE)
    has_begun, may_end, is_seen = threading.Event(), threading.Event(), threading.Event()

    def slowly(url: str, part: Path, *, progress: Progress, **_: object) -> None:
        server.downloads.append(url)
        progress.report(7, 70)
        has_begun.set()
        assert may_end.wait(20)
        part.write_bytes(WHOLE)

    class Seeing(NoProgress):
        def report(self, done: int, total: int, text: str = "") -> None:
            if (done, total) == (7, 70):
                is_seen.set()

    server.download = slowly  # type: ignore[method-assign, assignment]
    service = ClipService(server, tmp_path, HeldClock())
    ahead = threading.Thread(target=lambda: service.fetch(an_event(), NoProgress()))
    ahead.start()
    assert has_begun.wait(20)
    found: list[Path] = []
    person = threading.Thread(target=lambda: found.append(service.fetch(an_event(), Seeing()).path))
    person.start()
    assert is_seen.wait(20)
    with pytest.raises(Cancelled):
        service.fetch(an_event(), Watching(cancel_after=0))
    may_end.set()
    ahead.join(20)
    person.join(20)
    assert found[0].read_bytes() == WHOLE
    assert len(server.downloads) == 1


def test_a_clip_that_is_not_ready_is_waited_for_and_says_so(tmp_path: Path) -> None:
    clock, progress = HeldClock(), Watching()
    service = ClipService(FakeServer(WHOLE, ready_after=3), tmp_path, clock)
    assert service.fetch(an_event(), progress).path.exists()
    assert clock.seconds == pytest.approx(1 + 2 + 4)
    assert "Not ready yet; asking again in 4 s" in progress.texts


def test_waiting_ends_with_a_sentence_or_when_cancelled(tmp_path: Path) -> None:
    never = FakeServer(WHOLE, ready_after=10**6)
    with pytest.raises(ClipUnavailable, match="not ready yet") as caught:
        ClipService(never, tmp_path, HeldClock()).fetch(an_event(), NoProgress())
    assert caught.value.is_not_ready_yet
    with pytest.raises(Cancelled):
        ClipService(never, tmp_path, HeldClock()).fetch(an_event(), Watching(cancel_after=5))
    clock = HeldClock()
    with pytest.raises(ClipUnavailable, match="has no video of this event") as old:
        ClipService(never, tmp_path, clock).fetch(an_event(age_s=86_400), NoProgress())
    assert not old.value.is_not_ready_yet
    assert clock.seconds == 0


def test_an_expired_address_is_renewed_once(tmp_path: Path) -> None:
    refused = NotAllowed("no", status=403)
    server = FakeServer(refused, WHOLE)
    ClipService(server, tmp_path, HeldClock()).fetch(an_event(), NoProgress())
    assert server.downloads == ["https://clips.invalid/1", "https://clips.invalid/2"]
    told_in_words = ClipUnavailable("The link has expired.")
    told_in_words.__cause__ = refused
    worded = FakeServer(told_in_words, WHOLE)
    ClipService(worded, tmp_path, HeldClock()).fetch(an_event("80"), NoProgress())
    assert len(worded.downloads) == 2
    too_big = FakeServer(ClipUnavailable("The clip is too big (900 MB)."))
    with pytest.raises(ClipUnavailable, match="too big"):
        ClipService(too_big, tmp_path, HeldClock()).fetch(an_event("81"), NoProgress())
    assert len(too_big.downloads) == 1
    early = FakeServer(WHOLE, lives_ms=1000)
    ClipService(early, tmp_path, HeldClock()).fetch(an_event("78"), NoProgress())
    assert early.downloads == ["https://clips.invalid/2"]
    with pytest.raises(ClipUnavailable, match="a new one too"):
        ClipService(FakeServer(refused), tmp_path, HeldClock()).fetch(an_event("79"), NoProgress())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty file"),
        (b"<html>sign in</html>", "page of text"),
        (b'{"error": 1}', "page of text"),
        (b"#EXTM3U\nhttp://elsewhere", "not an MP4"),
        (WHOLE[:-10], "cut off"),
        (box(b"ftyp", 16) + box(b"mdat", 50), "cut off"),
    ],
)
def test_what_is_no_whole_video_is_told_and_not_kept(tmp_path: Path, body: bytes, words: str) -> None:
    with pytest.raises(ClipUnavailable, match=words):
        ClipService(FakeServer(body), tmp_path, HeldClock()).fetch(an_event(), NoProgress())
    assert not list(tmp_path.iterdir())


def test_an_interrupted_download_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        ClipService(FakeServer(Unreachable("gone")), tmp_path, HeldClock()).fetch(an_event(), NoProgress())
    assert not list(tmp_path.iterdir())


def test_a_disk_that_refuses_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("a file where the folder should be")
    with pytest.raises(DiskFailed, match="could not be stored"):
        ClipService(FakeServer(WHOLE), tmp_path / "clips", HeldClock()).fetch(an_event(), NoProgress())


def test_the_least_recently_used_clips_make_room(tmp_path: Path) -> None:
    service = ClipService(FakeServer(WHOLE), tmp_path, HeldClock(), max_cache_bytes=2 * len(WHOLE))
    first, second = (service.fetch(an_event(name), NoProgress()).path for name in ("1", "2"))
    os.utime(first, (1000, 1000))
    os.utime(second, (500, 500))
    third = service.fetch(an_event("3"), NoProgress()).path
    assert {path for path in tmp_path.iterdir() if path.suffix == ".mp4"} == {first, third}
