"""Between the view of false alarms and the services: counts in a worker, leads to the schedule and to the clip."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from chekt_console.ui.falsealarms.false_alarm_dialog import SPANS, FalseAlarmDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.background.runner import Runner
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.device import Device
    from chekt_console.domain.event import Event
    from chekt_console.domain.false_alarms import Tally
    from chekt_console.domain.site import Site
    from chekt_console.services.device_service import DeviceService
    from chekt_console.services.false_alarm_service import FalseAlarmReport, FalseAlarmService
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.theme import Theme

_KEY = "false alarms"


class FalseAlarmController(QObject):
    perspective_requested = Signal(str)
    what_if_requested = Signal()  # for the selected site
    clip_check_requested = Signal(object, str)  # Site, name of the camera or ""

    def __init__(
        self,
        window: QWidget,
        theme: Theme,
        selection: Selection,
        runner: Runner,
        service: FalseAlarmService,
        devices: DeviceService,
        clock: Clock,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._theme = theme
        self._selection = selection
        self._runner = runner
        self._service = service
        self._devices = devices
        self._clock = clock
        self._sites: dict[str, Site] = {}
        self.dialog: FalseAlarmDialog | None = None

    def set_sites(self, sites: tuple[Site, ...]) -> None:
        self._sites = {site.site_id: site for site in sites}

    def open(self) -> None:
        if self.dialog is None:
            self.dialog = dialog = FalseAlarmDialog(self._theme, self._window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.days_requested.connect(self.read)
            dialog.schedule_requested.connect(self._on_schedule_requested)
            dialog.clips_requested.connect(self._on_clips_requested)
            dialog.check_requested.connect(self._on_check_requested)
            dialog.finished.connect(self._on_finished)
        self.dialog.show()
        self.dialog.activateWindow()
        self.read(SPANS[0])

    @property
    def is_counted(self) -> bool:
        """The view is open and shows rows."""
        return self.dialog is not None and self.dialog.current is not None

    def close(self) -> None:
        if self.dialog is not None:
            self.dialog.close()

    def read(self, days: int) -> None:
        timezones = {site_id: site.timezone for site_id, site in self._sites.items()}
        self._runner.submit(
            lambda _progress: self._service.read(days, timezones),
            done=self._on_read,
            failed=lambda error: self.dialog.show_message(error.sentence) if self.dialog else None,
            key=_KEY,
            is_local=True,
        )

    def _on_read(self, report: FalseAlarmReport) -> None:
        if self.dialog is None:
            return
        names = {site_id: site.name for site_id, site in self._sites.items()}
        now = self._clock.now_ms()
        since = "Only sites that were opened are counted so far."
        if report.known_from_ms is not None:
            known = datetime.fromtimestamp(report.known_from_ms / 1000, UTC).astimezone()
            since = f"All sites are counted since {known.day} {known:%b}."
        self.dialog.show_report(report, names, now, since)

    def _on_schedule_requested(self, tally: Tally | None) -> None:
        site = self._sites.get(tally.site_id) if tally is not None else None
        if site is not None:
            self._selection.select_site(site)
            self.close()
            self.perspective_requested.emit("schedule")
            self.what_if_requested.emit()

    def _on_check_requested(self, tally: Tally | None) -> None:
        site = self._sites.get(tally.site_id) if tally is not None else None
        if tally is not None and site is not None:
            self.close()
            self.clip_check_requested.emit(site, tally.where)

    def _on_clips_requested(self, tally: Tally | None) -> None:
        site = self._sites.get(tally.site_id) if tally is not None else None
        if tally is None or site is None:
            return

        def find(_progress: object) -> tuple[Event | None, Device | None]:
            devices: tuple[Device, ...] = ()
            if tally.device_key:
                devices = self._devices.cached(site.site_id).devices or self._devices.refresh(site).devices
            device = next((one for one in devices if tally.device_key and one.key == tally.device_key), None)
            return self._service.event(tally.newest_id), device

        self._runner.submit(find, done=lambda found: self._show(site, *found))

    def _show(self, site: Site, event: Event | None, device: Device | None) -> None:
        self._selection.select_site(site)
        self.close()
        self.perspective_requested.emit("review")
        if device is not None:
            self._selection.select_device(device)
        if event is not None:
            self._selection.select_event(event)

    def _on_finished(self) -> None:
        self.dialog = None
