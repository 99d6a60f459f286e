"""Opens live windows, feeds each from a job of its own, and ends the job when the window closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from chekt_console.ui.live.live_window import LiveWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.device import Device
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.live_service import LiveService
    from chekt_console.ui.shared.theme import Theme

# Each live picture keeps one of the runner's few threads busy for as long as it is open.
MAX_WINDOWS = 3


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


class LiveController(QObject):
    notice_requested = Signal(str, str)  # kind, text

    def __init__(
        self, runner: Runner, live: LiveService, theme: Theme, parent_widget: QWidget | None
    ) -> None:
        super().__init__(parent_widget)
        self._runner = runner
        self._live = live
        self._theme = theme
        self._parent_widget = parent_widget
        self._windows: dict[tuple[str, str], LiveWindow] = {}
        self._jobs: dict[tuple[str, str], Job] = {}

    @property
    def windows(self) -> tuple[LiveWindow, ...]:
        return tuple(self._windows.values())

    def open(self, site: Site, device: Device) -> None:
        """Show the live picture of a camera; a window that is open already comes to the front."""
        place = (site.site_id, device.key)
        window = self._windows.get(place)
        if window is not None:
            window.raise_()
            window.activateWindow()
            return
        if len(self._windows) >= MAX_WINDOWS:
            self.notice_requested.emit(
                "live", f"{MAX_WINDOWS} live pictures are open. Close one to see {device.name}."
            )
            return
        window = LiveWindow(device, site.name, self._theme, self._parent_widget)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.retry_requested.connect(lambda: self._start(site, device))
        window.closed.connect(lambda: self._on_closed(place))
        self._windows[place] = window
        window.show()
        self._start(site, device)

    def close_all(self) -> None:
        for window in self.windows:
            window.close()

    def _start(self, site: Site, device: Device) -> None:
        place = (site.site_id, device.key)
        self._cancel(place)
        window = self._windows[place]
        window.show_connecting()
        newest = _Newest()

        def work(progress: Progress) -> None:
            for frame in self._live.frames(site, device.key, progress):
                progress.check()
                newest.frame = frame
                if not newest.is_told:
                    newest.is_told = True
                    progress.partial(newest)

        def failed(error: ConsoleError) -> None:
            if self._windows.get(place) is window:
                window.show_error(error.sentence)

        def ended(_nothing: None) -> None:
            if self._windows.get(place) is window:
                window.show_error("The camera ended the picture.")

        def arrived(part: object) -> None:
            if isinstance(part, _Newest) and self._windows.get(place) is window:
                window.show_frame(part.take())

        job = self._runner.submit(
            work, done=ended, failed=failed, partial=arrived, key=f"live {site.site_id} {device.key}"
        )
        if place in self._windows:
            self._jobs[place] = job

    def _on_closed(self, place: tuple[str, str]) -> None:
        self._windows.pop(place, None)
        self._cancel(place)

    def _cancel(self, place: tuple[str, str]) -> None:
        job = self._jobs.pop(place, None)
        if job is not None:
            job.cancel()
