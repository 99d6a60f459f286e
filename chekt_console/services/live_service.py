"""Live pictures of a camera: MJPEG, and single snapshots when the stream gives none."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from chekt_console.domain.progress import NoProgress
from chekt_console.errors import NotThere, ServerBroken, Unreachable, WorldFailed
from chekt_console.media.live_video import VideoAddress, is_video, pictures, safe_address

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from chekt_console.domain.device import Device
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.ports import Client

_SNAPSHOT_EVERY_S = 1.0
_SLOW_EVERY_S = 5.0
_SLICE_S = 0.1
# Until a stream is tried again: soon when it gave pictures, seldom when it was silent (quirk Q1), as each try costs ten
# seconds in which the picture stands still.
_BROKEN_AGAIN_S = 10.0
_SILENT_AGAIN_S = (60.0, 300.0, 900.0)
_RETRIES, _RETRY_S = 3, 0.7  # quirk Q7
_TOKEN_S = 50 * 60.0  # quirk Q5: it ends after 60 minutes


def live_sentence(error: ConsoleError) -> str:
    """Why there is no picture. A server that fails has said nothing of the camera, unless in words of its own."""
    if not isinstance(error, ServerBroken):
        return error.sentence
    if error.message:
        return f"The server gives no picture ({error.status}). It says: “{error.message.rstrip('.')}”."
    return f"The server failed ({error.status}), so nothing is known of the camera. Try again in a minute."


class _Turns:
    """When the stream of a camera is tried, and how often in a row nothing gave a picture."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._stream_at = 0.0
        self._silences = 0
        self._misses = 0
        self._read_at = 0.0

    def begin(self) -> None:
        """The camera is read with a fresh token."""
        self._read_at = self._now_s()

    @property
    def is_token_old(self) -> bool:
        return self._now_s() - self._read_at > _TOKEN_S

    @property
    def is_stream_due(self) -> bool:
        return self._now_s() >= self._stream_at

    def stream_ended(self, *, had_picture: bool) -> None:
        if self.is_token_old:
            return  # it goes on with a new one at once
        wait_s = _BROKEN_AGAIN_S
        if not had_picture:
            wait_s = _SILENT_AGAIN_S[min(self._silences, len(_SILENT_AGAIN_S) - 1)]
        self._silences = 0 if had_picture else self._silences + 1
        self._stream_at = self._now_s() + wait_s

    def picture(self) -> None:
        self._misses = 0

    def miss(self, failure: WorldFailed) -> None:
        """Raises it when it was tried often enough."""
        self._misses += 1
        if self._misses > _RETRIES:
            raise failure


class LiveService:
    def __init__(
        self,
        client: Client,
        is_slow: Callable[[], bool] = lambda: False,
        *,
        now_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`is_slow`: whether the link to the server is; asked in any thread."""
        self._client = client
        self._is_slow = is_slow
        self._now_s = now_s
        self._sleep = sleep

    def snapshot(self, site: Site, device_key: str) -> bytes:
        """One JPEG of this moment."""
        camera = self._camera(site, device_key)
        if is_video(camera.stream_url):
            with closing(self._video(camera, NoProgress())) as frames:
                return next(frames)
        if camera.channel is None:
            raise NotThere(f"{camera.name} of {site.name} gives no snapshots.", status=404)
        return self._client.media.snapshot(camera.mac, camera.channel, camera.stream_url)

    def frames(
        self, site: Site, device_key: str, progress: Progress, *, wants_video: bool = False
    ) -> Iterator[bytes | VideoAddress]:
        """JPEG frames until cancelled; with `wants_video` a camera that gives video is told by its address, which is all then. A stream that breaks or is silent gives way to snapshots, and is tried again later with
        a fresh token. On a slow link snapshots are all there is, where the camera gives them.

        Raises what the server said when nothing gives a picture several times in a row.
        """
        turns = _Turns(self._now_s)
        while True:
            try:
                camera = self._camera(site, device_key)
            except NotThere:
                raise
            except WorldFailed as error:
                turns.miss(error)
                self._wait(progress, _RETRY_S)
                continue
            turns.begin()
            if is_video(camera.stream_url) and self._is_live(camera):
                if wants_video:
                    yield safe_address(camera.stream_url)
                    return
                yield from self._video(camera, progress)
                self._wait(progress)
                continue
            has_picture = False
            failure: WorldFailed | None = None
            try:
                for frame in self._pictures(camera, turns, progress):
                    has_picture = True
                    turns.picture()
                    yield frame
            except WorldFailed as error:
                failure = error
            if not has_picture or failure is not None:
                turns.miss(failure or Unreachable(f"{camera.name} of {site.name} sends no picture."))
                self._wait(progress, _RETRY_S)
            elif camera.channel is None:
                self._wait(progress)  # its stream ended: most likely only the token ran out

    def _pictures(self, camera: Device, turns: _Turns, progress: Progress) -> Generator[bytes, None, None]:
        """Of the stream if its turn is, then snapshots until it is again or the token is old. Raises what ended the last of
        them."""
        has_snapshots = camera.channel is not None
        if self._is_live(camera) and (turns.is_stream_due or not has_snapshots):
            yield from self._streamed(camera, turns, progress)
        while has_snapshots and not turns.is_token_old:
            if turns.is_stream_due and self._is_live(camera):
                break
            yield self._client.media.snapshot(camera.mac, camera.channel or 0, camera.stream_url)
            self._wait(progress)

    def _streamed(self, camera: Device, turns: _Turns, progress: Progress) -> Generator[bytes, None, None]:
        """Until it breaks, the link is slow, or its token is old. Raises only when there are no snapshots to go on with."""
        had_picture = False
        try:
            for frame in self._client.media.stream(camera.stream_url):
                progress.check()
                had_picture = True
                yield frame
                if not self._is_live(camera) or turns.is_token_old:
                    break
        except WorldFailed:
            if camera.channel is None:
                raise
        finally:
            turns.stream_ended(had_picture=had_picture)
        progress.check()

    def _video(self, camera: Device, progress: Progress) -> Generator[bytes, None, None]:
        """Until it ends; it is begun anew then, with a fresh address."""
        has_picture = False
        for frame in pictures(camera.stream_url, progress):
            has_picture = True
            yield frame
        if not has_picture:
            raise Unreachable(f"{camera.name} sends no picture. Try again, or look at the camera itself.")

    def _is_live(self, camera: Device) -> bool:
        return camera.channel is None or not self._is_slow()

    def _camera(self, site: Site, device_key: str) -> Device:
        """With a fresh token: the list is read again."""
        for camera in self._client.devices.cameras(site.site_id, is_anew=True).values:
            if camera.key == device_key and camera.stream_url:
                return camera
        raise NotThere(f"The server gives no live picture for this camera of {site.name}.", status=404)

    def _wait(self, progress: Progress, seconds: float | None = None) -> None:
        """Until the next picture is due, if not told otherwise."""
        if seconds is None:
            seconds = _SLOW_EVERY_S if self._is_slow() else _SNAPSHOT_EVERY_S
        ends = self._now_s() + seconds
        while self._now_s() < ends:
            progress.check()
            self._sleep(_SLICE_S)
