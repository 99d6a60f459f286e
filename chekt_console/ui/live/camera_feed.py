"""Feeds one tile with the frames of its camera from a job of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chekt_console.background.picture_decoder import CameraPicture, PictureDecoder
    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.live_service import LiveService
    from chekt_console.ui.live.live_tile import LiveTile


class _Newest:
    """The newest frame only, handed from the worker to the window: a slow window skips frames, never lags.

    The worker writes the frame before it looks at `is_told`, the window clears `is_told` before it takes the frame.
    """

    def __init__(self) -> None:
        self.frame = b""
        self.is_told = False

    def take(self) -> bytes:
        self.is_told = False
        return self.frame


class CameraFeed:
    """Lives in the window's thread; what comes after `stop` is dropped."""

    def __init__(
        self, runner: Runner, decoder: PictureDecoder, live: LiveService, site: Site, tile: LiveTile
    ) -> None:
        self._runner = runner
        self._decoder = decoder
        self._live = live
        self._site = site
        self._tile: LiveTile | None = tile
        self._job: Job | None = None
        tile.retry_requested.connect(self.start)

    def start(self) -> None:
        """From the beginning, also when it ran already."""
        tile = self._tile
        if tile is None:
            return
        self._cancel()
        tile.show_connecting()
        newest = _Newest()
        site, key = self._site, tile.device.key

        def work(progress: Progress) -> None:
            for frame in self._live.frames(site, key, progress):
                progress.check()
                newest.frame = frame
                if not newest.is_told:
                    newest.is_told = True
                    progress.partial(newest)

        def failed(error: ConsoleError) -> None:
            if self._tile is not None:
                self._tile.show_error(error.sentence)

        def ended(_nothing: None) -> None:
            if self._tile is not None:
                self._tile.show_error("The camera ended the picture.")

        def arrived(part: object) -> None:
            if isinstance(part, _Newest) and self._tile is not None:
                self._decoder.decode(self, part.take(), self._on_picture, self._tile.wanted_size)

        job = self._runner.submit(work, done=ended, failed=failed, partial=arrived)
        self._job = job

    def stop(self) -> None:
        if self._tile is not None:
            self._tile.stop()
        self._tile = None
        self._decoder.forget(self)
        self._cancel()

    def _on_picture(self, picture: CameraPicture | None) -> None:
        if self._tile is not None:
            self._tile.show_picture(picture)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
