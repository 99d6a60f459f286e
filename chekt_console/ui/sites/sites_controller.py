"""Between the sites pane and the services: cached at once, then refreshed, then armed states trickling in."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.event import EventKind
from chekt_console.errors import ConsoleError
from chekt_console.services.arming_service import SiteArming
from chekt_console.services.site_service import SiteList
from chekt_console.ui.sites.site_facts import SiteFacts
from chekt_console.ui.sites.sites_index import SitesIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.arming_service import ArmingService
    from chekt_console.services.event_service import EventService
    from chekt_console.services.site_service import SiteService
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.sites.sites_pane import SitesPane

_GATHER_MS = 150
_KNOWN_WELL = timedelta(hours=12)
_SHARE = 10  # showing states takes at most a tenth of the window's time, however many sites there are


@dataclass(frozen=True, slots=True)
class _Counts:
    alarms: dict[str, int]
    troubles: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Read:
    """One answer from the worker, ready to be shown."""

    listed: SiteList
    index: SitesIndex
    counts: _Counts


@dataclass(frozen=True, slots=True)
class _Begun:
    """What has come of a list that was never read before."""

    index: SitesIndex


class SitesController(QObject):
    sites_shown = Signal()  # once: rows have been painted
    sites_changed = Signal(object)  # tuple[Site, ...], in order of name
    arming_changed = Signal(object)  # SiteArming read for the list
    failed = Signal(str)  # sentence

    def __init__(
        self,
        pane: SitesPane,
        selection: Selection,
        runner: Runner,
        sites: SiteService,
        arming: ArmingService,
        events: EventService,
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._selection = selection
        self._runner = runner
        self._sites = sites
        self._arming = arming
        self._events = events
        self._facts = SiteFacts()
        self._is_whole = False  # every armed state is to be read
        self._has_whole = False  # the list is all that was there when it was read
        self._arrived: dict[str, SiteArming] = {}
        self._unread: set[str] = set()
        self._owed: set[str] = set()  # an event told of a change, and no state read since has arrived
        self._show_timer = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._show_timer.timeout.connect(self._show_arrived)
        self._read_timer = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._read_timer.timeout.connect(self._read_unread)
        pane.refresh_requested.connect(self.refresh_all)
        pane.list.rows_painted.connect(self.sites_shown)

    def start(self) -> None:
        """What the disk knows is shown before this returns; then the server is asked."""
        try:
            listed = self._sites.cached()
            self._facts = SiteFacts(
                self._arming.cached(), self._events.open_alarms(), self._events.open_troubles()
            )
        except ConsoleError as error:
            self.failed.emit(error.sentence)
        else:
            if listed.sites:
                self._has_whole = True
                index = SitesIndex.of(listed.sites)
                self._pane.show_sites(
                    index, self._facts, listed.as_of, is_stale=True, problems=listed.problems
                )
                self.sites_changed.emit(index.sites)
        self.refresh()

    def show_kept(self) -> None:
        """Something of a site was set on this computer: the list as the disk has it, then the server's."""
        self._runner.submit(
            self._read_kept, done=self._on_kept, failed=self._on_minor, key="sites kept", is_local=True
        )

    def refresh_all(self) -> None:
        """The person asked: every armed state is read again."""
        self._is_whole = True
        self.refresh()

    def refresh(self) -> None:
        """The list anew; of the armed states only those that are not known well enough (see `_to_read`)."""
        self._pane.show_refreshing(True)
        is_first = not self._has_whole
        self._runner.submit(
            lambda progress: self._read(progress, is_first=is_first),
            done=self._on_read,
            failed=self._on_failed,
            partial=self._on_begun,
            key="sites",
            title="Reading the sites",
        )

    def refresh_counts(self) -> None:
        """Open alarms and troubles changed on the disk: an event came or was decided."""
        self._runner.submit(self._read_counts, done=self._on_counts, failed=self._on_minor, key="site counts")

    def on_events(self, events: tuple[Event, ...]) -> None:
        """New events: counts follow, and the armed state is read again where somebody armed or disarmed."""
        if any(event.kind in (EventKind.ALARM, EventKind.TROUBLE) for event in events):
            self.refresh_counts()
        self.on_arming_hints(event.site_id for event in events if event.kind is EventKind.ARMING)

    def on_arming_hints(self, site_ids: Iterable[str]) -> None:
        """Somebody may have armed or disarmed there."""
        hinted = set(site_ids)
        if hinted:
            self._unread |= hinted
            self._owed |= hinted
            self._read_timer.start()

    def on_arming(self, site_arming: SiteArming) -> None:
        """A state that was read elsewhere, for instance after a command."""
        self._arrived[site_arming.site_id] = site_arming
        self._show_arrived()

    def _read(self, progress: Progress, *, is_first: bool) -> _Read:
        def seen(sites: tuple[Site, ...]) -> None:
            if is_first:
                progress.partial(_Begun(SitesIndex.of(sites)))

        listed = self._sites.refresh(progress, seen)
        return _Read(listed, SitesIndex.of(listed.sites), self._read_counts(progress))

    def _read_counts(self, _progress: Progress) -> _Counts:
        return _Counts(self._events.open_alarms(), self._events.open_troubles())

    def _read_kept(self, progress: Progress) -> _Read:
        listed = self._sites.cached()
        return _Read(listed, SitesIndex.of(listed.sites), self._read_counts(progress))

    def _on_kept(self, read: _Read) -> None:
        if not self._has_whole:  # the disk has none of those that are shown as they come
            self.refresh()
            return
        self._pane.show_sites(
            read.index, self._facts, read.listed.as_of, is_stale=True, problems=read.listed.problems
        )
        self._follow_selected()
        self.sites_changed.emit(read.index.sites)
        self.refresh()

    def _on_begun(self, part: object) -> None:
        """Rows as they come, where there were none; a list that is shown already waits for the whole new one."""
        if isinstance(part, _Begun) and not self._has_whole:
            self._pane.show_sites(part.index, self._facts, None, is_stale=True)

    def _on_read(self, read: _Read) -> None:
        self._has_whole = True
        self._facts = replace(self._facts, alarms=read.counts.alarms, troubles=read.counts.troubles)
        self._pane.show_refreshing(False)
        self._pane.show_sites(
            read.index, self._facts, read.listed.as_of, is_stale=False, problems=read.listed.problems
        )
        self._follow_selected()
        self.sites_changed.emit(read.index.sites)
        is_whole, self._is_whole = self._is_whole, False
        sites = read.index.sites if is_whole else self._to_read(read.index.sites)
        self._read_arming(sites, "site arming", "Reading armed states")

    def _to_read(self, sites: tuple[Site, ...]) -> tuple[Site, ...]:
        """What arms or disarms says so in an event, and the feed goes on where it left off, over the end of the program
        too: a state is asked for again only when it was never read, or so long ago that an event may have been missed."""
        now = datetime.now(UTC)
        known = self._facts.arming
        return tuple(
            site
            for site in sites
            if site.site_id in self._owed
            or (state := known.get(site.site_id)) is None
            or state.as_of is None
            or not now - _KNOWN_WELL <= state.as_of <= now  # ahead of now: the clock was wrong then, or is
        )

    def _follow_selected(self) -> None:
        """The selected site keeps its id and takes its new value; a site that is gone is let go."""
        selected = self._selection.site
        if selected is not None:
            self._selection.select_site(self._pane.model.site(selected.site_id))

    def _on_failed(self, error: ConsoleError) -> None:
        self._pane.show_error(error.sentence)
        self.failed.emit(error.sentence)

    def _on_minor(self, error: ConsoleError) -> None:
        """The list itself is right; only what stands beside the names is older than it could be."""
        self.failed.emit(error.sentence)

    def _on_counts(self, counts: _Counts) -> None:
        self._facts = replace(self._facts, alarms=counts.alarms, troubles=counts.troubles)
        self._pane.show_facts(self._facts)

    def _read_unread(self) -> None:
        known = [self._pane.model.site(site_id) for site_id in sorted(self._unread)]
        self._unread.clear()
        self._read_arming(tuple(site for site in known if site is not None), "", "")

    def _read_arming(self, sites: tuple[Site, ...], key: str, title: str) -> None:
        if not sites:
            return

        def work(progress: Progress) -> dict[str, SiteArming]:
            return self._arming.read_all(sites, progress)

        self._runner.submit(
            work,
            done=self._on_arming_read,
            failed=self._on_minor,
            partial=self._on_arming_part,
            key=key,
            title=title,
            priority=Priority.BACKGROUND,
        )

    def _on_arming_part(self, part: object) -> None:
        if isinstance(part, SiteArming):
            self._arrived[part.site_id] = part
            self._owed.discard(part.site_id)
            if not self._show_timer.isActive():
                self._show_timer.start()

    def _on_arming_read(self, arming: dict[str, SiteArming]) -> None:
        for site_id, state in arming.items():
            self._arrived.setdefault(site_id, state)
            self._owed.discard(site_id)
        self._show_arrived()

    def _show_arrived(self) -> None:
        """Many states, one repaint; an answer older than what is shown is not news."""
        self._show_timer.stop()
        known = self._facts.arming
        news = {
            site_id: state
            for site_id, state in self._arrived.items()
            if site_id not in known or not state.is_older_than(known[site_id])
        }
        self._arrived = {}
        if not news:
            return
        changed = [state for site_id, state in news.items() if known.get(site_id) != state]
        began = time.perf_counter()
        self._facts = replace(self._facts, arming={**known, **news})
        self._pane.show_facts(self._facts)
        took_ms = (time.perf_counter() - began) * 1000
        self._show_timer.setInterval(max(_GATHER_MS, int(took_ms * _SHARE)))
        for state in changed:
            self.arming_changed.emit(state)
