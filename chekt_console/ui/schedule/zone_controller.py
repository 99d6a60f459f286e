"""Asks for the time zone of the selected site when the server tells none, and keeps the answer on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.domain.site_clock import zone_of

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.site import Site
    from chekt_console.services.site_service import SiteService
    from chekt_console.ui.schedule.schedule_pane import SchedulePane
    from chekt_console.ui.shared.selection import Selection

_KEY = "schedule.zone"


class ZoneController(QObject):
    zone_set = Signal(object)  # Site, with its zone

    def __init__(self, pane: SchedulePane, selection: Selection, runner: Runner, sites: SiteService) -> None:
        super().__init__(pane)
        self._band = pane.zone
        self._selection = selection
        self._runner = runner
        self._sites = sites
        self._asked_for: tuple[str, str] | None = None  # site and zone the band stands for
        selection.site_changed.connect(self._on_site_changed)
        self._band.zone_chosen.connect(self._on_zone_chosen)
        self._on_site_changed(selection.site)

    def _on_site_changed(self, site: Site | None) -> None:
        """A refreshed value of the same site with the same zone leaves alone what is being typed."""
        about = (site.site_id, site.timezone) if site is not None else None
        if about == self._asked_for:
            return
        self._asked_for = about
        self._band.show_nothing()
        if site is None:
            return
        if zone_of(site.timezone) is None:
            self._band.show_asking()
            return
        self._runner.submit(
            lambda _progress: self._sites.zones_set_here(),
            done=lambda ids: self._on_set_here(site, ids),
            failed=lambda _error: None,  # a remark: the zone itself is known
            key=_KEY,
            is_local=True,
        )

    def _on_set_here(self, site: Site, ids: frozenset[str]) -> None:
        if site.site_id in ids and self._asked_for == (site.site_id, site.timezone):
            self._band.show_set_here(site.timezone)

    def _on_zone_chosen(self, zone: str) -> None:
        site = self._selection.site
        if site is None:
            return
        self._runner.submit(
            lambda _progress: self._kept(site.site_id, zone),
            done=lambda kept: self._on_kept(site.site_id, kept),
            failed=lambda error: self._on_failed(site.site_id, error.sentence),
            lane=f"zone {site.site_id}",
            is_command=True,
            is_local=True,
        )

    def _kept(self, site_id: str, zone: str) -> Site | None:
        """Runs in a worker."""
        self._sites.set_timezone(site_id, zone)
        return self._sites.find(site_id)

    def _on_kept(self, site_id: str, site: Site | None) -> None:
        """Everything that shows the site takes it with its zone."""
        now = self._selection.site
        if site is None:
            self._on_failed(site_id, "The time zone is kept, but the site is no longer in the list of sites.")
            return
        if now is not None and now.site_id == site.site_id:
            self._asked_for = None  # also when the same zone was chosen again
            if site == now:
                self._on_site_changed(site)
            self._selection.select_site(site)
        self.zone_set.emit(site)

    def _on_failed(self, site_id: str, sentence: str) -> None:
        now = self._selection.site
        if now is not None and now.site_id == site_id:
            self._band.show_failure(sentence)
