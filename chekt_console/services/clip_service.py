"""Video of an event: link, download into the cache, what is known about the file."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.api.part_file import drop
from chekt_console.errors import (
    ClipUnavailable,
    DiskFailed,
    NotAllowed,
    NotSignedIn,
    NotThere,
    Refused,
    ServerSaid,
)
from chekt_console.media.clip_cache import MAX_BYTES, CachedClip, ClipCache
from chekt_console.media.mp4_check import FileKind, check_mp4
from chekt_console.services.clip_downloads import Downloads
from chekt_console.services.clip_links import EXPIRY_MARGIN_MS, ClipLinks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.event import ClipLink, Event
    from chekt_console.domain.progress import Progress
    from chekt_console.errors import ConsoleError
    from chekt_console.services.ports import Client

MAX_CLIP_BYTES = 512 * 1024**2
_WAITS_S = (1, 2, 4, 8, 16, 30)
_FRESH_MS = 15 * 60 * 1000  # a bridge that is still sending; older alarms are not waited for
_SLICE_S = 0.25

_BROKEN = {
    FileKind.EMPTY: "The server sent an empty file instead of the clip. Try again in a minute.",
    FileKind.CUT_OFF: "The clip arrived cut off and cannot be shown. Fetch it again.",
    FileKind.PAGE: "The server sent a page of text instead of the clip. Try again; if it stays so, tell CHeKT support.",
    FileKind.OTHER: "What the server sent is not an MP4 video. Try again; if it stays so, tell CHeKT support.",
}


@dataclass(frozen=True, slots=True)
class LocalClip:
    """A whole clip on this computer. `alarm_offset_s`: the alarm's instant from the first frame, None when not known."""

    event_id: str
    path: Path
    start_ms: int | None
    duration_s: float | None
    alarm_offset_s: float | None


class ClipService:
    def __init__(
        self, client: Client, cache_dir: Path, clock: Clock, max_cache_bytes: int = MAX_BYTES
    ) -> None:
        self._client = client
        self._clock = clock
        self._cache = ClipCache(cache_dir, max_cache_bytes)
        self._downloads = Downloads()
        self._links = ClipLinks(client, clock)

    def fetch(
        self, event: Event, progress: Progress, *, can_wait: bool = True, beside: Sequence[Event] = ()
    ) -> LocalClip:
        """Cached file at once, else link + download (bounded in size and time, checked to be a video).

        can_wait: of a fresh event ask again for a minute when the server has no clip yet.
        beside: fetched next, so that the links to as many of them as the server tells at once come along with this one.
        Raises errors.ClipUnavailable (is_not_ready_yet when the server has none yet of a fresh event).
        """
        try:
            with self._downloads.turn(event.event_id, progress) as mine:
                cached = self._cache.find(event.event_id)
                if cached is None:
                    cached = self._fetched(event, mine, can_wait=can_wait, beside=beside)
        except OSError as error:
            raise DiskFailed(
                "The clip could not be stored on this computer. Make room on the disk, then try again.",
                detail=str(error),
            ) from error
        return _local(event, cached)

    def stored(self, event: Event) -> LocalClip | None:
        """What is on this computer already."""
        try:
            cached = self._cache.find(event.event_id)
        except OSError:
            return None
        return _local(event, cached) if cached is not None else None

    def forget(self, event: Event) -> None:
        """The stored file turned out to be unplayable: the next fetch downloads it again."""
        with contextlib.suppress(OSError):
            self._cache.forget(event.event_id)

    def _fetched(
        self, event: Event, progress: Progress, *, can_wait: bool, beside: Sequence[Event]
    ) -> CachedClip:
        link = self._ready_link(event, progress, can_wait=can_wait, beside=beside)
        part = self._cache.part(event.event_id)
        self._download(event, link, part, progress)
        kind = check_mp4(part) if part.exists() else FileKind.EMPTY
        if kind is not FileKind.WHOLE_MP4:
            drop(part)
            raise ClipUnavailable(_BROKEN[kind], detail=f"{kind.value}: {link.event_id}")
        return self._cache.keep(event.event_id, part, link.start_ms, link.duration_s)

    def _download(self, event: Event, link: ClipLink, part: Path, progress: Progress) -> None:
        """An address that has expired is asked for anew, once."""
        progress.report(0, 0, "Waiting for the server")
        if link.expires_at_ms - EXPIRY_MARGIN_MS <= self._clock.now_ms():
            link = self._links.anew(event) or link
        try:
            self._client.media.download(link.mp4_url, part, progress=progress, max_bytes=MAX_CLIP_BYTES)
        except (ServerSaid, ClipUnavailable) as error:
            if not _is_refused_link(error):
                raise
            fresh = self._links.anew(event)
            if fresh is None:
                raise ClipUnavailable(
                    "The server no longer has the video of this event.", detail=error.detail
                ) from error
            try:
                self._client.media.download(fresh.mp4_url, part, progress=progress, max_bytes=MAX_CLIP_BYTES)
            except (ServerSaid, ClipUnavailable) as again:
                if not _is_refused_link(again):
                    raise
                raise ClipUnavailable(
                    "The server refuses the address of this clip, a new one too. Try again in a minute.",
                    detail=again.detail,
                ) from again

    def _ready_link(
        self, event: Event, progress: Progress, *, can_wait: bool, beside: Sequence[Event]
    ) -> ClipLink:
        progress.report(0, 0, "Asking for the clip")
        link = self._links.first(event, beside)
        if link is not None:
            return link
        is_fresh = self._clock.now_ms() - event.instant_ms < _FRESH_MS
        for wait_s in _WAITS_S if is_fresh and can_wait else ():
            self._wait(wait_s, progress)
            link = self._links.anew(event)
            if link is not None:
                return link
        if is_fresh:
            raise ClipUnavailable(
                "The clip is not ready yet: the site is still sending it.",
                is_not_ready_yet=True,
            )
        raise ClipUnavailable(
            "The server has no video of this event. It was never sent, or is kept no longer."
        )

    def _wait(self, seconds: float, progress: Progress) -> None:
        end = self._clock.monotonic() + seconds
        while (left := end - self._clock.monotonic()) > 0:
            progress.report(0, 0, f"Not ready yet; asking again in {max(1, round(left))} s")
            self._clock.sleep(min(_SLICE_S, left))


def _local(event: Event, cached: CachedClip) -> LocalClip:
    offset = None if cached.start_ms is None else (event.instant_ms - cached.start_ms) / 1000
    return LocalClip(event.event_id, cached.path, cached.start_ms, cached.duration_s, offset)


def _is_refused_link(error: ConsoleError) -> bool:
    """The address itself was turned down; the client may say so in words and keep the status as the cause."""
    refused = (NotAllowed, NotSignedIn, NotThere, Refused)
    return isinstance(error, refused) or isinstance(error.__cause__, refused)
