"""Fills the timeline: cached events of the chosen site at once, then what the server knows, then live ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.ui.timeline.building_progress import BuildingProgress
from chekt_console.ui.timeline.day_packer import DayPacker
from chekt_console.ui.timeline.lane_arrangement import Grouping
from chekt_console.ui.timeline.older_controller import HISTORY_DAYS, OlderController
from chekt_console.ui.timeline.overview_older import OverviewOlder
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_geometry import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.event import Event
    from chekt_console.domain.event_columns import EventColumns
    from chekt_console.domain.event_filter import EventFilter
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.event_service import EventService
    from chekt_console.services.overview_service import OverviewService
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.timeline.lane_arrangement import LaneArrangement
    from chekt_console.ui.timeline.timeline_pane import TimelinePane

_CACHED_KEY = "timeline.cached"
_REFRESH_KEY = "timeline.refresh"
_OVERVIEW_KEY = "timeline.overview"
_FILTER_KEY = "timeline.filter"
_REREAD_MS = 3_000


class TimelineController(QObject):
    """Lives in the window's thread; every read goes through the runner."""

    history_read = Signal()  # the events of the shown site were read from the server and kept

    def __init__(
        self,
        pane: TimelinePane,
        selection: Selection,
        runner: Runner,
        events: EventService,
        overview: OverviewService,
    ) -> None:
        super().__init__(pane)
        self._overview = overview
        self._is_overview = False
        self._sites: dict[str, Site] = {}
        self._reread = QTimer(self, singleShot=True, interval=_REREAD_MS)
        self._reread.timeout.connect(self._read_overview)
        self._pane = pane
        self._selection = selection
        self._runner = runner
        self._events = events
        self._site: Site | None = None
        self._is_refreshing = False
        self._is_up_to_date = False
        # Live events that came while a list was being read: they may be missing from it.
        self._came_meanwhile: list[Event] = []
        self._packer = DayPacker(runner, overview, HISTORY_DAYS, self)
        self._packer.events_changed()  # what came before this run
        self._older = OlderController(pane, runner, events, self)
        self._older.content_read.connect(self._on_older)
        self._older.part_read.connect(lambda site, content: self._show(site, content, ""))
        self._overview_older = OverviewOlder(pane, runner, overview, self)
        self._overview_older.days_changed.connect(self._read_overview)
        selection.site_changed.connect(self._on_site_changed)
        selection.event_changed.connect(self._on_event_changed)
        pane.retry_requested.connect(self.refresh)
        pane.event_of_any_site_chosen.connect(self._on_event_chosen)
        pane.timeline.arrangement_changed.connect(self._on_arranged)
        pane.timeline.filtering.elsewhere = self._filter

    def start(self) -> None:
        """Show the site that is selected already."""
        self._on_site_changed(self._selection.site)

    def refresh(self) -> None:
        """Read what the server knows of the chosen site."""
        site = self._site
        if self._is_overview:
            self._read_overview()
            return
        if site is None:
            return
        if self._pane.timeline.content.known_to_ms == 0:
            self._pane.show_loading(site)
        self._is_refreshing = True
        days, wanted = self._older.days, self._pane.event_filter.value
        self._runner.submit(
            lambda progress: TimelineContent.of(
                self._events.refresh(site, days, BuildingProgress(progress, wanted)), wanted
            ),
            done=lambda content: self._on_refreshed(site, content),
            failed=lambda error: self._on_refresh_failed(site, error),
            partial=lambda value: self._on_partial(site, value),
            key=_REFRESH_KEY,
            title=f"Events of {site.name}",
        )

    def on_events(self, events: tuple[Event, ...]) -> None:
        """What a poll brought, of all sites; call it with none too, so that the known time moves on."""
        site = self._site
        if events:
            self._packer.events_changed()
        if self._is_overview:
            timeline = self._pane.timeline
            if events and not self._reread.isActive():
                self._reread.start()
            elif not events and timeline.content.feed_to_ms:
                timeline.know_until(timeline.now_ms)
            return
        if site is None:
            return
        ours = tuple(event for event in events if event.site_id == site.site_id)
        if self._is_refreshing or self._older.is_reading or not self._pane.timeline.content.known_to_ms:
            self._came_meanwhile += ours
        if self._pane.timeline.content.known_to_ms:
            # A poll closes the gap to now only where the history before it was read.
            self._pane.add_events(ours, self._pane.timeline.now_ms if self._is_up_to_date else 0)

    def _on_site_changed(self, site: Site | None) -> None:
        before = self._site
        self._site = site
        if self._is_overview:
            return
        if site is None:
            self._is_refreshing = False
            self._older.use_site(None)
            self._pane.show_no_site()
            return
        if before is not None and before.site_id == site.site_id:
            return
        self._came_meanwhile.clear()
        self._is_up_to_date = False
        self._older.use_site(site)
        self._pane.show_loading(site)
        self._is_refreshing = True
        wanted = self._pane.event_filter.value
        self._runner.submit(
            lambda _progress: TimelineContent.of(self._events.cached(site.site_id, HISTORY_DAYS), wanted),
            done=lambda content: self._on_cached(site, content),
            failed=lambda _error: self._on_no_cache(site),
            key=_CACHED_KEY,
            is_local=True,
        )

    def _filter(self, work: Callable[[], EventColumns], done: Callable[[EventColumns], None]) -> None:
        """Of very many events: beside the window; a newer one drops it."""
        self._runner.submit(
            lambda _progress: work(), done=done, key=_FILTER_KEY, priority=Priority.PERSON, is_local=True
        )

    def _is_current(self, site: Site) -> bool:
        is_same = self._site is not None and self._site.site_id == site.site_id
        return is_same and not self._is_overview

    def _on_arranged(self, arrangement: LaneArrangement) -> None:
        """Lanes by site show all of them; any other way the chosen one."""
        is_overview = arrangement.grouping is Grouping.SITE
        if is_overview == self._is_overview:
            return
        self._is_overview = is_overview
        if is_overview:
            self._older.use_site(None)
            self._overview_older.use(True)
            self._pane.show_note("reading all sites…")
            self._read_overview()
        else:
            self._overview_older.use(False)
            site, self._site = self._site, None
            self._on_site_changed(site)

    def _read_overview(self) -> None:
        days, wanted = self._overview_older.days, self._pane.event_filter.value
        self._runner.submit(
            lambda _progress: self._built_overview(days, wanted),
            done=lambda found: self._on_overview(*found),
            failed=lambda error: self._on_overview_failed(error),
            key=_OVERVIEW_KEY,
            is_local=True,
        )

    def _built_overview(self, days: int, wanted: EventFilter) -> tuple[tuple[Site, ...], TimelineContent]:
        overview = self._overview.read(days)
        return overview.sites, TimelineContent.of_overview(overview, wanted)

    def _on_overview(self, sites: tuple[Site, ...], content: TimelineContent) -> None:
        if not self._is_overview:
            return
        before = self._pane.timeline.content
        self._sites = {site.site_id: site for site in sites}
        words = "no site read yet" if not content.lanes else f"{len(content.lanes)} sites as last read here"
        problem = self._overview_older.problem
        self._pane.show_overview(content, f"{words} · {problem}" if problem else words)
        if before.is_overview and content.known_from_ms < before.known_from_ms - DAY_MS:
            self._pane.timeline.fit()  # what was asked for, and how far it is

    def _on_overview_failed(self, error: ConsoleError) -> None:
        if self._is_overview:
            self._pane.show_error(f"The events of all sites could not be read. {error.sentence}")

    def _on_event_chosen(self, event: Event) -> None:
        """Among all sites an event brings its site along."""
        site = self._selection.site
        if site is None or site.site_id != event.site_id:
            known = self._sites.get(event.site_id)
            if known is None:
                return
            self._selection.select_site(known)
        self._selection.select_event(event)

    def _show(self, site: Site, content: TimelineContent, note: str) -> None:
        content.add(self._came_meanwhile)
        self._pane.show_events(content, site, note)

    def _as_of(self, content: TimelineContent) -> str:
        return self._pane.as_of_words(content.as_of.timestamp() * 1000) if content.as_of else ""

    def _on_cached(self, site: Site, content: TimelineContent) -> None:
        if not self._is_current(site):
            return
        if len(content):
            as_of = self._as_of(content)
            self._show(site, content, f"{as_of} · refreshing…" if as_of else "refreshing…")
        self.refresh()

    def _on_no_cache(self, site: Site) -> None:
        """A cache that cannot be read is no reason not to ask the server."""
        if self._is_current(site):
            self.refresh()

    def _on_partial(self, site: Site, value: object) -> None:
        if not self._is_current(site) or not isinstance(value, TimelineContent):
            return
        if len(value) >= len(self._pane.timeline.content):
            self._show(site, value, "loading…")

    def _on_refreshed(self, site: Site, content: TimelineContent) -> None:
        if not self._is_current(site):
            return
        self._packer.events_changed()
        self._is_refreshing = False
        self._is_up_to_date = True
        self._show(site, content, "")
        self._came_meanwhile.clear()
        self.history_read.emit()
        self._older.be_ready()

    def _on_older(self, site: Site, content: TimelineContent) -> None:
        if self._is_current(site):
            self._show(site, content, "")
            if not self._is_refreshing:
                self._came_meanwhile.clear()

    def _on_refresh_failed(self, site: Site, error: ConsoleError) -> None:
        if not self._is_current(site):
            return
        self._is_refreshing = False
        self._is_up_to_date = False
        content = self._pane.timeline.content
        if content.known_to_ms:
            as_of = self._as_of(content)
            self._pane.show_note(f"{as_of or 'not current'} · could not refresh: {error.sentence}")
            self._older.be_ready()  # what the disk has of older days needs no server
        else:
            self._pane.show_error(f"The events of {site.name} could not be read. {error.sentence}")

    def _on_event_changed(self, event: Event | None) -> None:
        """A decided event comes back as a new value of the same id: show it as decided."""
        content = self._pane.timeline.content
        if self._is_overview:
            return  # what was decided comes as an event
        if event is not None and self._site is not None and event.site_id == self._site.site_id:
            row = content.row_of(event.event_id)
            if row is None or content.events[row] != event:
                self._pane.add_events((event,), 0)
