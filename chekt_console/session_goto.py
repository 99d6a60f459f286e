"""Gives the go-to box the alarms and troubles of all sites and goes to the one chosen. Imported behind the first paint."""

from __future__ import annotations

from datetime import UTC
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from chekt_console.api.priority import Priority
from chekt_console.domain.site_clock import wall_of, zone_of
from chekt_console.ui.shared.event_title import event_title
from chekt_console.ui.shared.goto_index import GotoEntry
from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.shared.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site
    from chekt_console.session_parts import Ground

_MOST = 1_000  # the newest; older ones are found in the timeline


class GotoEvents(QObject):
    """Read from the disk each time the box opens."""

    def __init__(self, ground: Ground, find_site: Callable[[str], Site | None], parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        self._find_site = find_site
        self._box = ground.shell.window.goto_box
        self._box.opened.connect(self._on_opened)
        self._box.event_chosen.connect(self.show)

    def show(self, event: Event) -> None:
        """In Review, whatever is in front."""
        shell = self._ground.shell
        site = self._find_site(event.site_id)
        if site is None:
            shell.notices.show(
                "goto", "The site of this event is no longer in the list of sites.", severity=Severity.WARNING
            )
            return
        shell.selection.select_site(site)
        shell.window.show_perspective("review")
        shell.selection.select_event(event)

    def _on_opened(self) -> None:
        self._ground.runner.submit(
            lambda _: self._entries(),
            done=self._box.set_events,
            priority=Priority.PERSON,
            key="go to events",
            is_local=True,
        )

    def _entries(self) -> tuple[GotoEntry, ...]:
        site_of = cache(self._find_site)
        return tuple(
            entry_of(event, site_of(event.site_id)) for event in self._ground.events.newest_incidents(_MOST)
        )


def entry_of(event: Event, site: Site | None) -> GotoEntry:
    """Found by what happened, where, the day and the event's number."""
    wall = wall_of(event.instant_ms, (zone_of(site.timezone) if site is not None else None) or UTC)
    when = f"{wall:%a} {wall.day} {wall:%b}, {wall:%H:%M:%S} {wall:%Z}"
    name = one_line(site.name) if site is not None else ""
    detail = " · ".join(part for part in (name, when, event.event_id) if part)
    return GotoEntry(event_title(event), detail, event=event)
