"""Between the devices pane and the service: cached at once, then refreshed, whenever the site changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.errors import ConsoleError

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.device_service import DeviceList, DeviceService
    from chekt_console.ui.devices.devices_pane import DevicesPane
    from chekt_console.ui.shared.selection import Selection


class DevicesController(QObject):
    devices_changed = Signal(object)  # tuple[Device, ...] of the selected site

    def __init__(
        self, pane: DevicesPane, selection: Selection, runner: Runner, devices: DeviceService
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._selection = selection
        self._runner = runner
        self._devices = devices
        self._site: Site | None = None
        selection.site_changed.connect(self._on_site_changed)
        pane.refresh_requested.connect(self.refresh)
        if selection.site is not None:
            self._on_site_changed(selection.site)

    def refresh(self) -> None:
        site = self._site
        if site is None:
            return

        def work(_progress: Progress) -> DeviceList:
            return self._devices.refresh(site)

        def failed(error: ConsoleError) -> None:
            if self._is_shown(site.site_id):
                self._pane.show_error(error.sentence)

        self._pane.show_refreshing(True)
        self._runner.submit(work, done=self._on_read, failed=failed, key="devices", title="Reading devices")

    def _on_site_changed(self, site: Site | None) -> None:
        is_same = site is not None and self._site is not None and site.site_id == self._site.site_id
        self._site = site
        if site is None:
            self._pane.show_no_site()
            self.devices_changed.emit(())
            return
        if is_same:
            self._pane.show_name(site)
            return
        self._pane.show_site(site)
        self._show_cached(site)
        self.refresh()

    def _show_cached(self, site: Site) -> None:
        try:
            cached = self._devices.cached(site.site_id)
        except ConsoleError as error:
            self._pane.show_error(error.sentence)
            return
        if cached.as_of is not None:
            self._pane.show_devices(cached.devices, cached.as_of, is_stale=True, problems=cached.problems)
        self.devices_changed.emit(cached.devices)

    def _on_read(self, listed: DeviceList) -> None:
        if not self._is_shown(listed.site_id):
            return
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
