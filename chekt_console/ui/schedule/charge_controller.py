"""Asks who is in charge of the selected site's arming and says so above its week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from chekt_console.domain.schedule_charge import Charge

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.site import Site
    from chekt_console.services.authority_service import AuthorityService
    from chekt_console.ui.schedule.schedule_pane import SchedulePane
    from chekt_console.ui.shared.selection import Selection

_KEY = "schedule.charge"


class ChargeController(QObject):
    def __init__(
        self, pane: SchedulePane, selection: Selection, runner: Runner, authorities: AuthorityService
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._selection = selection
        self._runner = runner
        self._authorities = authorities
        selection.site_changed.connect(self._ask)
        self._ask(selection.site)

    def look_again(self, site_id: str) -> None:
        """Something of the site was changed."""
        self._authorities.forget(site_id)
        if self._selection.site is not None and self._selection.site.site_id == site_id:
            self.ask()

    def ask(self) -> None:
        """Once more: more may be known by now."""
        self._ask(self._selection.site)

    def _ask(self, site: Site | None) -> None:
        if site is None:
            return
        self._runner.submit(
            lambda _progress: self._authorities.charge(site),
            done=lambda charge: self._on_charge(site, charge),
            failed=lambda error: self._on_charge(
                site, Charge(True, f"Who arms this site could not be read. {error.sentence}")
            ),
            key=_KEY,
        )

    def _on_charge(self, site: Site, charge: Charge) -> None:
        now = self._selection.site
        if now is not None and now.site_id == site.site_id:
            self._pane.charge.show_charge(charge)
