"""Between the devices pane and the service: cached at once, then refreshed when the site changes, at troubles, and slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.event import EventKind
from chekt_console.errors import ConsoleError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chekt_console.background.runner import Runner
    from chekt_console.domain.device_warnings import DeviceWarning
    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.device_service import DeviceList, DeviceService
    from chekt_console.ui.devices.devices_pane import DevicesPane
    from chekt_console.ui.shared.selection import Selection

_AGAIN_MS = 120_000  # five small reads: well within the smallest known budget
_TROUBLE_MS = 500  # troubles come several at a time: one read for all of them


class DevicesController(QObject):
    devices_changed = Signal(object)  # tuple[Device, ...] of the selected site

    def __init__(
        self,
        pane: DevicesPane,
        selection: Selection,
        runner: Runner,
        devices: DeviceService,
        *,
        again_ms: int = _AGAIN_MS,
        trouble_ms: int = _TROUBLE_MS,
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._selection = selection
        self._runner = runner
        self._devices = devices
        self._site: Site | None = None
        self._listed: DeviceList | None = None  # as the server told it last
        # A server without webhooks tells nothing by itself.
        self._again = QTimer(self, singleShot=True, interval=again_ms)
        self._again.timeout.connect(self._read)
        self._trouble = QTimer(self, singleShot=True, interval=trouble_ms)
        self._trouble.timeout.connect(self._read)
        selection.site_changed.connect(self._on_site_changed)
        pane.refresh_requested.connect(self.refresh)
        if selection.site is not None:
            self._on_site_changed(selection.site)

    def refresh(self) -> None:
        if self._site is not None:
            self._pane.show_refreshing(True)
            self._read()

    def on_told(self) -> None:
        """A webhook told of a device of the shown site: that is on the disk and shown at once, then the server is asked."""
        site, listed = self._site, self._listed
        if site is None:
            return

        def show(cached: DeviceList) -> None:
            if self._is_shown(cached.site_id) and self._listed is listed and cached.as_of is not None:
                warnings = listed.warnings if listed is not None else None
                self._pane.show_devices(cached.devices, cached.as_of, is_stale=True, warnings=warnings)
                self._follow_selected()
                self.devices_changed.emit(cached.devices)

        self._runner.submit(
            lambda _: self._devices.cached(site.site_id),
            done=show,
            failed=lambda error: self._on_no_cache(site, error),
            key="devices.cached",
            priority=Priority.PERSON,
            is_local=True,
        )
        self.refresh()

    def on_events(self, events: tuple[Event, ...]) -> None:
        """A trouble of the shown site is most likely a device that went or came back; any other event wakes a quiet one."""
        here = [event for event in events if self._is_shown(event.site_id)]
        if any(event.kind is EventKind.TROUBLE for event in here):
            self._trouble.start()
        elif any(event.device_id for event in here):
            self.look_again()

    def look_again(self) -> None:
        """What is pointed out, anew from what is known by now; the server is not asked."""
        site, listed = self._site, self._listed
        if site is None or listed is None:
            return

        def look(warnings: Mapping[str, tuple[DeviceWarning, ...]]) -> None:
            if self._listed is listed:
                self._pane.show_warnings(warnings)

        self._runner.submit(
            lambda _: self._devices.warnings(site, listed.devices),
            done=look,
            key="device warnings",
            is_local=True,
        )

    def _read(self) -> None:
        site = self._site
        if site is None:
            return
        self._trouble.stop()
        self._again.start()

        def work(_progress: Progress) -> DeviceList:
            return self._devices.refresh(site)

        def failed(error: ConsoleError) -> None:
            if self._is_shown(site.site_id):
                self._pane.show_error(error.sentence)

        self._runner.submit(work, done=self._on_read, failed=failed, key="devices", title="Reading devices")

    def _on_site_changed(self, site: Site | None) -> None:
        is_same = site is not None and self._site is not None and site.site_id == self._site.site_id
        self._site = site
        if site is None:
            self._listed = None
            self._again.stop()
            self._trouble.stop()
            self._pane.show_no_site()
            self.devices_changed.emit(())
            return
        if is_same:
            self._pane.show_name(site)
            return
        self._listed = None
        self._pane.show_site(site)
        self._runner.submit(
            lambda _progress: self._devices.cached(site.site_id),
            done=self._on_cached,
            failed=lambda error: self._on_no_cache(site, error),
            key="devices.cached",
            priority=Priority.PERSON,
            is_local=True,
        )
        self.refresh()

    def _on_no_cache(self, site: Site, error: ConsoleError) -> None:
        if self._is_shown(site.site_id) and self._listed is None:
            self._pane.show_error(error.sentence)
            self.devices_changed.emit(())

    def _on_cached(self, cached: DeviceList) -> None:
        """Unless the server was quicker than the disk."""
        if not self._is_shown(cached.site_id) or self._listed is not None:
            return
        if cached.as_of is not None:
            self._pane.show_devices(cached.devices, cached.as_of, is_stale=True, problems=cached.problems)
        self.devices_changed.emit(cached.devices)

    def _on_read(self, listed: DeviceList) -> None:
        if not self._is_shown(listed.site_id):
            return
        self._listed = listed
        self._pane.show_refreshing(False)
        self._pane.show_devices(
            listed.devices, listed.as_of, is_stale=False, problems=listed.problems, warnings=listed.warnings
        )
        self._follow_selected()
        self.devices_changed.emit(listed.devices)

    def _follow_selected(self) -> None:
        """The selected device keeps its key and takes its new value; one that is gone is let go."""
        selected = self._selection.device
        if selected is not None:
            self._selection.select_device(self._pane.model.device(selected.key))

    def _is_shown(self, site_id: str) -> bool:
        return self._site is not None and self._site.site_id == site_id
