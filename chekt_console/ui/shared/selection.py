"""The one shared selection: site, device, event, time span. Panes meet here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from chekt_console.domain.device import Device
    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site


class Selection(QObject):
    """Setting a value that is already set emits nothing. A new site clears device, event and span."""

    site_changed = Signal(object)  # Site | None
    device_changed = Signal(object)  # Device | None
    event_changed = Signal(object)  # Event | None
    span_changed = Signal(object)  # (from_ms, to_ms) UTC | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._site: Site | None = None
        self._device: Device | None = None
        self._event: Event | None = None
        self._span: tuple[int, int] | None = None

    @property
    def site(self) -> Site | None:
        return self._site

    @property
    def device(self) -> Device | None:
        return self._device

    @property
    def selected_event(self) -> Event | None:
        return self._event

    @property
    def span(self) -> tuple[int, int] | None:
        return self._span

    def select_site(self, site: Site | None) -> None:
        """A refreshed value of the same site replaces it without clearing the rest."""
        if site == self._site:
            return
        is_other = (site.site_id if site else None) != (self._site.site_id if self._site else None)
        self._site = site
        if is_other:
            self.select_device(None)
            self.select_event(None)
            self.select_span(None)
        self.site_changed.emit(site)

    def select_device(self, device: Device | None) -> None:
        if device != self._device:
            self._device = device
            self.device_changed.emit(device)

    def select_event(self, event: Event | None) -> None:
        if event != self._event:
            self._event = event
            self.event_changed.emit(event)

    def select_span(self, span: tuple[int, int] | None) -> None:
        if span != self._span:
            self._span = span
            self.span_changed.emit(span)
