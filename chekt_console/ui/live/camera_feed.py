"""Feeds one tile with the pictures of its camera: stills and MJPEG from a job, video from a player of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from chekt_console.media.live_source import LiveEnd
from chekt_console.media.live_video import VideoAddress
from chekt_console.services.live_reconnect import LiveReconnect, sentence_of
from chekt_console.services.live_service import live_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.live_player import LivePlayer
    from chekt_console.background.picture_decoder import CameraPicture, PictureDecoder
    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.live_service import LiveService
    from chekt_console.ui.live.live_tile import LiveTile

_WALL_FPS = 10.0  # beside others it is enough to see what goes on


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
    """Lives in the window's thread; what comes after `stop` is dropped. Video that ends is begun anew with a fresh address, after
    longer and longer waits; where libVLC cannot play it, it comes as pictures without sound."""

    def __init__(
        self,
        runner: Runner,
        decoder: PictureDecoder,
        live: LiveService,
        site: Site,
        tile: LiveTile,
        make_player: Callable[[], LivePlayer],
    ) -> None:
        self._runner = runner
        self._decoder = decoder
        self._live = live
        self._site = site
        self._tile: LiveTile | None = tile
        self._make_player = make_player
        self._player: LivePlayer | None = None
        self._is_video = False
        self._has_player = True  # until it is known that libVLC cannot play this one
        self._reconnect = LiveReconnect()
        self._job: Job | None = None
        self._again = QTimer(tile)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._begin)
        tile.retry_requested.connect(self.start)
        tile.mute_changed.connect(self._on_mute_changed)

    def start(self) -> None:
        """From the beginning, also when it ran already."""
        if self._tile is None:
            return
        self._reconnect = LiveReconnect()
        self._has_player = True
        self._tile.show_connecting()
        self._begin()

    def begin_video_anew(self) -> None:
        """As the link is now: stills may have to do."""
        if self._player is not None:
            self._close_player()
            self.start()

    def let_go(self) -> None:
        """Before `stop`, where several are stopped together."""
        if self._player is not None:
            self._player.let_go()

    def stop(self) -> None:
        if self._tile is not None:
            self._tile.stop()
        self._tile = None
        self._decoder.forget(self)
        self._cancel()
        self._close_player()

    def _begin(self) -> None:
        tile = self._tile
        if tile is None:
            return
        self._cancel()
        newest = _Newest()
        site, key, wants_video = self._site, tile.device.key, self._has_player

        def work(progress: Progress) -> VideoAddress | None:
            for frame in self._live.frames(site, key, progress, wants_video=wants_video):
                progress.check()
                if isinstance(frame, VideoAddress):
                    return frame
                newest.frame = frame
                if not newest.is_told:
                    newest.is_told = True
                    progress.partial(newest)
            return None

        def arrived(part: object) -> None:
            if isinstance(part, _Newest) and self._tile is not None:
                self._decoder.decode(self, part.take(), self._on_picture, self._tile.wanted_size)

        self._job = self._runner.submit(work, done=self._on_done, failed=self._on_failed, partial=arrived)

    def _on_done(self, address: VideoAddress | None) -> None:
        tile = self._tile
        if tile is None:
            return
        if address is None:
            tile.show_error(sentence_of(LiveEnd.ENDED))
            return
        self._is_video = True
        if self._player is None:
            self._player = player = self._make_player()
            player.picture_arrived.connect(self._on_video_picture)
            player.sound_found.connect(tile.show_sound)
            player.replaced.connect(self._on_replaced)
            player.ended.connect(self._on_ended)
            player.lost.connect(self._on_lost)
        self._player.set_muted(tile.is_muted)
        self._player.open(address.url, tile.wanted_size, _WALL_FPS if tile.is_compact else 0.0)

    def _on_failed(self, error: ConsoleError) -> None:
        tile = self._tile
        if tile is None:
            return
        again_s = (
            self._reconnect.again_s(LiveEnd.UNREACHABLE) if self._is_video and self._has_player else None
        )
        if again_s is None:
            tile.show_error(live_sentence(error))
        else:
            self._wait(live_sentence(error), again_s)

    def _on_ended(self, end: LiveEnd) -> None:
        tile = self._tile
        if tile is None:
            return
        if end is LiveEnd.UNREADABLE and not tile.picture.has_image:
            self._on_lost("libVLC cannot play what this camera sends.")
            return
        again_s = self._reconnect.again_s(end)
        if again_s is None:
            tile.show_error(sentence_of(end))
        else:
            self._wait(sentence_of(end), again_s)

    def _wait(self, sentence: str, again_s: float) -> None:
        if self._tile is not None:
            self._tile.show_waiting(sentence, again_s)
        self._again.start(round(again_s * 1000))

    def _on_replaced(self, why: str) -> None:
        if self._tile is not None:
            self._tile.note(f"player restarted: {why}")

    def _on_lost(self, sentence: str) -> None:
        """As pictures from here on, which need no libVLC."""
        self._has_player = False
        self._close_player()
        if self._tile is not None:
            self._tile.show_no_sound(sentence)
            self._begin()

    def _on_mute_changed(self, is_muted: bool) -> None:
        if self._player is not None:
            self._player.set_muted(is_muted)

    def _on_picture(self, picture: CameraPicture | None) -> None:
        if self._tile is not None:
            self._tile.show_picture(picture)

    def _on_video_picture(self, picture: CameraPicture) -> None:
        self._reconnect.picture()
        self._on_picture(picture)

    def _close_player(self) -> None:
        player, self._player = self._player, None
        if player is not None:
            player.close()
            player.deleteLater()

    def _cancel(self) -> None:
        self._again.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None
