"""Live pictures of a camera: MJPEG, and single snapshots when the stream gives none."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from chekt_console.domain.progress import NoProgress
from chekt_console.errors import NotThere, Unreachable, WorldFailed
from chekt_console.media.live_video import is_video, pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from chekt_console.domain.device import Device
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.ports import Client

_SNAPSHOT_EVERY_S = 1.0
_SNAPSHOTS_BEFORE_STREAM = 10
_SLOW_EVERY_S = 5.0
_SLICE_S = 0.1


class LiveService:
    def __init__(self, client: Client, is_slow: Callable[[], bool] = lambda: False) -> None:
        """`is_slow`: whether the link to the server is; asked in any thread."""
        self._client = client
        self._is_slow = is_slow

    def snapshot(self, site: Site, device_key: str) -> bytes:
        """One JPEG of this moment."""
        camera = self._camera(site, device_key)
        if is_video(camera.stream_url):
            with closing(self._video(camera, NoProgress())) as frames:
                return next(frames)
        if camera.channel is None:
            raise NotThere(f"{camera.name} of {site.name} gives no snapshots.", status=404)
        return self._client.media.snapshot(camera.mac, camera.channel, camera.stream_url)

    def frames(self, site: Site, device_key: str, progress: Progress) -> Iterator[bytes]:
        """JPEG frames until cancelled. A stream that breaks gives way to snapshots, then is tried anew with a fresh token.
        On a slow link snapshots are all there is, where the camera gives them.

        Raises what the server said when neither gives a picture.
        """
        while True:
            camera = self._camera(site, device_key)
            if is_video(camera.stream_url):
                yield from self._video(camera, progress)
                self._wait(progress)
                continue
            has_picture = False
            failure: WorldFailed | None = None
            has_snapshots = camera.channel is not None
            try:
                for frame in self._client.media.stream(camera.stream_url) if self._is_live(camera) else ():
                    progress.check()
                    has_picture = True
                    yield frame
                    if not self._is_live(camera):
                        break
            except WorldFailed as error:
                failure = error
            progress.check()
            try:
                for _ in range(_SNAPSHOTS_BEFORE_STREAM if has_snapshots else 0):
                    frame = self._client.media.snapshot(camera.mac, camera.channel or 0, camera.stream_url)
                    has_picture = True
                    yield frame
                    self._wait(progress)
            except WorldFailed as error:
                failure = error
            if not has_picture:
                raise failure or Unreachable(f"{camera.name} of {site.name} sends no picture.")
            # Seen a moment ago, so most likely only its token ran out.
            self._wait(progress)

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

    def _wait(self, progress: Progress) -> None:
        ends = time.monotonic() + (_SLOW_EVERY_S if self._is_slow() else _SNAPSHOT_EVERY_S)
        while time.monotonic() < ends:
            progress.check()
            time.sleep(_SLICE_S)
