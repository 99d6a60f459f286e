"""Opens live windows, walls and pages of stills, and ends their jobs when they close."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from chekt_console.background.live_player import LivePlayer
from chekt_console.background.picture_decoder import PictureDecoder
from chekt_console.domain.device import DeviceKind
from chekt_console.services.live_service import live_sentence
from chekt_console.ui.live.camera_feed import CameraFeed
from chekt_console.ui.live.live_wall import LiveWall
from chekt_console.ui.live.live_window import LiveWindow
from chekt_console.ui.live.snapshot_sheet import SnapshotSheet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from chekt_console.background.picture_decoder import CameraPicture
    from chekt_console.background.runner import Runner
    from chekt_console.domain.device import Device
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.live_service import LiveService
    from chekt_console.settings import Settings
    from chekt_console.ui.live.live_tile import LiveTile
    from chekt_console.ui.shared.theme import Theme

# Each live picture keeps one of the runner's threads busy for as long as it is open.
MAX_WINDOWS = 3
THREADS = MAX_WINDOWS + 9


class LiveController(QObject):
    """`runner` serves nothing else: pictures never keep other work waiting."""

    notice_requested = Signal(str, str)  # kind, text

    def __init__(
        self,
        runner: Runner,
        live: LiveService,
        theme: Theme,
        parent_widget: QWidget | None,
        work_dir: Path,
        settings: Settings,
    ) -> None:
        super().__init__(parent_widget)
        self._settings = settings
        self._make_player = partial(LivePlayer, work_dir, self)
        self._heard: LiveTile | None = None  # one camera at a time
        self._runner = runner
        self._decoder = PictureDecoder(work_dir, self)
        self._live = live
        self._theme = theme
        self._parent_widget = parent_widget
        self._windows: dict[tuple[str, str], LiveWindow] = {}
        self._feeds: dict[tuple[str, str], CameraFeed] = {}
        self.wall: LiveWall | None = None
        self.sheet: SnapshotSheet | None = None

    @property
    def windows(self) -> tuple[LiveWindow, ...]:
        return tuple(self._windows.values())

    def open(self, site: Site, device: Device) -> LiveWindow | None:
        """Show the live picture of a camera; a window that is open already comes to the front. None, with a notice, when no
        more may be open."""
        place = (site.site_id, device.key)
        window = self._windows.get(place)
        if window is not None:
            window.raise_()
            window.activateWindow()
            return window
        if len(self._windows) >= MAX_WINDOWS:
            self.notice_requested.emit(
                "live", f"{MAX_WINDOWS} live pictures are open. Close one to see {device.name}."
            )
            return None
        window = LiveWindow(device, site.name, self._theme, self._parent_widget)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.closed.connect(partial(self._on_closed, place))
        self._windows[place] = window
        self._feeds[place] = feed = self._feed_of(site, window)
        window.mute_requested.connect(partial(self._on_window_mute, window))
        if not self._settings.is_live_muted:
            self._hear(window)
        window.show()
        feed.start()
        return window

    def open_wall(self, site: Site, devices: Iterable[Device]) -> None:
        """All cameras of a site; the wall of another site gives way."""
        cameras = _cameras(devices)
        if not cameras:
            self.notice_requested.emit("live", f"No camera is known at {site.name}.")
            return
        self.close_wall()

        def feed_of(tile: LiveTile) -> CameraFeed:
            place = f"{site.site_id}/{tile.device.key}"
            tile.mute_requested.connect(partial(self._on_wall_mute, tile, place))
            is_other_heard = self._heard is not None and not self._heard.is_muted
            if self._settings.heard_on_wall == place and not is_other_heard:
                self._hear(tile)
            return self._feed_of(site, tile)

        wall = self.wall = LiveWall(site, cameras, feed_of, self._theme, self._parent_widget)
        wall.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wall.closed.connect(self._on_wall_closed)
        wall.camera_requested.connect(partial(self.open, site))
        wall.snapshots_requested.connect(partial(self.open_sheet, site, cameras))
        wall.show()

    def open_sheet(self, site: Site, devices: Iterable[Device]) -> None:
        """One still of each camera, asked for a few at a time."""
        cameras = _cameras(devices)
        if not cameras:
            self.notice_requested.emit("live", f"No camera is known at {site.name}.")
            return
        if self.sheet is not None:
            self.sheet.close()
        sheet = self.sheet = SnapshotSheet(site, cameras, self._theme, self._parent_widget)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.closed.connect(self._on_sheet_closed)
        sheet.taken_again.connect(partial(self._take, sheet))
        sheet.show()
        self._take(sheet)

    def on_link_changed(self) -> None:
        """It became slow, or is no longer: video is asked for anew, MJPEG follows by itself."""
        for feed in (*self._feeds.values(), *(self.wall.feeds if self.wall is not None else ())):
            feed.begin_video_anew()

    def close_wall(self) -> None:
        if self.wall is not None:
            self.wall.close()

    def close_all(self) -> None:
        for window in self.windows:
            window.close()
        self.close_wall()
        if self.sheet is not None:
            self.sheet.close()

    def _feed_of(self, site: Site, tile: LiveTile) -> CameraFeed:
        return CameraFeed(self._runner, self._decoder, self._live, site, tile, self._make_player)

    def _on_window_mute(self, window: LiveTile, is_muted: bool) -> None:
        self._settings.is_live_muted = is_muted
        self._hear(None if is_muted else window)

    def _on_wall_mute(self, tile: LiveTile, place: str, is_muted: bool) -> None:
        self._settings.heard_on_wall = "" if is_muted else place
        self._hear(None if is_muted else tile)

    def _hear(self, tile: LiveTile | None) -> None:
        """That one and no other."""
        before, self._heard = self._heard, tile
        if before is not None and before is not tile and not before.is_muted:
            before.set_muted(True)
        if tile is not None:
            tile.set_muted(False)

    def _take(self, sheet: SnapshotSheet) -> None:
        sheet.start()
        for place, still in enumerate(sheet.stills):
            self._runner.submit(
                partial(self._snapshot, sheet.site, still.camera.key),
                done=partial(self._on_still, sheet, place),
                failed=partial(self._on_no_still, sheet, place),
                lane=f"still {place % 3}",  # quirk Q7: a few at a time
            )

    def _snapshot(self, site: Site, key: str, _progress: object) -> tuple[bytes, datetime]:
        return self._live.snapshot(site, key), datetime.now(UTC)

    def _on_still(self, sheet: SnapshotSheet, place: int, found: tuple[bytes, datetime]) -> None:
        data, at = found

        def decoded(picture: CameraPicture | None) -> None:
            if self.sheet is sheet:
                sheet.show_still(place, picture.image if picture is not None else None, at)

        if self.sheet is sheet:
            self._decoder.decode(sheet.stills[place], data, decoded)

    def _on_no_still(self, sheet: SnapshotSheet, place: int, error: ConsoleError) -> None:
        if self.sheet is sheet:
            sheet.show_error(place, live_sentence(error))

    def _on_closed(self, place: tuple[str, str]) -> None:
        self._windows.pop(place, None)
        feed = self._feeds.pop(place, None)
        if feed is not None:
            feed.stop()
        self._rest()

    def _on_wall_closed(self) -> None:
        self.wall = None
        self._rest()

    def _on_sheet_closed(self) -> None:
        self.sheet = None
        self._rest()

    def _rest(self) -> None:
        """No helper while there is nothing to decode."""
        if not self._windows and self.wall is None and self.sheet is None:
            self._decoder.close()


def _cameras(devices: Iterable[Device]) -> tuple[Device, ...]:
    """By name, as the tree lists them; one said to be offline too (quirk Q2)."""
    return tuple(
        sorted(
            (one for one in devices if one.kind is DeviceKind.CAMERA),
            key=lambda one: (one.name, one.device_id),
        )
    )
