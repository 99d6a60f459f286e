"""Between the queue's pane and the services: reads, orders and filters it, walks through it, decides many at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.event import EventKind
from chekt_console.domain.natural_order import natural
from chekt_console.domain.review_queue import newest_key, weighed, worst_key
from chekt_console.ui.queue import queue_words as words
from chekt_console.ui.shared.event_title import event_title

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.decision import Verdict
    from chekt_console.domain.event import Event
    from chekt_console.domain.event_filter import EventFilter
    from chekt_console.domain.review_queue import QueuedAlarm
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.event_service import EventService
    from chekt_console.services.queue_service import QueueRead, QueueService
    from chekt_console.ui.queue.queue_pane import QueuePane
    from chekt_console.ui.shared.event_filter import SharedEventFilter
    from chekt_console.ui.shared.selection import Selection

_READ_KEY = "queue.read"
_BACK_KEY = "queue.back"
_TOGETHER_MS = 150
_FILTER_MS = 60
_KEYS = {"worst": worst_key, "newest": newest_key}


class QueueController(QObject):
    """Follows the selection; a ReviewOrder for the clip while its tab is in front."""

    count_changed = Signal(int)
    order_changed = Signal()  # what follows the selected alarm may be another now
    event_decided = Signal(object)  # Event as saved
    events_decided = Signal(object)  # the same of several: tuple[Event, ...]
    review_requested = Signal()  # the person chose an alarm: show it

    def __init__(
        self,
        pane: QueuePane,
        selection: Selection,
        runner: Runner,
        queue: QueueService,
        events: EventService,
        event_filter: SharedEventFilter,
        clock: Clock,
        decider: Runner | None = None,
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._selection = selection
        self._runner = runner
        self._decider = decider or runner
        self._queue = queue
        self._events = events
        self._event_filter = event_filter
        self._clock = clock
        self._sites: dict[str, Site] = {}
        self._names: dict[str, str] = {}
        self._all: dict[str, QueuedAlarm] = {}
        self._decided_since: set[str] = set()  # on disk, but a reading that runs may not know it yet
        self._searched: dict[str, str] = {}  # what the words of the filter are looked for in
        self._from_ms: int | None = None
        self._is_read = False
        self._is_cut = False
        self._is_reading_back = False
        self._failure = ""
        self._stale = ""
        self._words: tuple[str, ...] = ()
        self._site_filter = ""
        self._order = "worst"
        self._anchor: tuple[int, int, str] | None = None  # where the selected alarm stands, or stood
        self.is_in_front = False
        self._read_timer = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._read_timer.timeout.connect(self.read)
        self._filter_timer = QTimer(self, singleShot=True, interval=_FILTER_MS)
        self._filter_timer.timeout.connect(self._show)
        pane.filter_changed.connect(self._on_filter_changed)
        pane.site_filter_changed.connect(self._on_site_filter_changed)
        pane.order_changed.connect(self.use_order)
        pane.verdict_requested.connect(self._on_verdict_requested)
        pane.action_requested.connect(self._on_message_action)
        pane.list.row_chosen.connect(self._on_row_chosen)
        selection.event_changed.connect(self._on_event_changed)
        event_filter.changed.connect(lambda _value: self._filter_timer.start())

    # What the clip asks for.

    @property
    def has_alarms(self) -> bool:
        return self.is_in_front and bool(self._pane.model.alarms)

    def following(self, event: Event) -> tuple[Event, ...]:
        alarms = self._pane.model.alarms
        row = self._place(event)
        rest = [*alarms[row:], *alarms[:row]]  # after the last the first again: it is still undecided
        return tuple(one.event for one in rest[:4] if one.event.event_id != event.event_id)

    def preceding(self, event: Event) -> Event | None:
        alarms = self._pane.model.alarms
        row = self._pane.model.row_of(event.event_id)
        row = row if row >= 0 else self._place(event)
        return alarms[row - 1].event if row > 0 else None

    def go_to(self, event: Event) -> None:
        site = self._sites.get(event.site_id)
        if site is not None:
            self._selection.select_site(site)
        self._selection.select_event(event)

    # What the session tells.

    def start(self) -> None:
        self._pane.show_order(self._order)
        self._pane.show_loading()
        self.read()

    def set_sites(self, sites: tuple[Site, ...]) -> None:
        self._sites = {site.site_id: site for site in sites}
        self._names = {site.site_id: words.clean(site.name) for site in sites}
        self._searched.clear()
        self._pane.model.set_sites(self._sites)
        self._show()

    def use_order(self, order: str) -> None:
        if order in _KEYS and order != self._order:
            self._order = order
            self._pane.show_order(order)
            self._anchor_to(self._selection.selected_event)
            self._show()

    def read(self) -> None:
        self._decided_since.clear()
        self._runner.submit(
            lambda _progress: self._queue.read(),
            done=self._take,
            failed=self._on_failed,
            key=_READ_KEY,
            is_local=True,
        )

    def read_back(self) -> None:
        """The history of all sites, as far as it is missing."""
        self._is_reading_back = True
        self._failure = ""
        self._show()
        self._runner.submit(
            lambda progress: self._queue.read_back(progress),
            done=self._on_read_back,
            failed=self._on_failed,
            partial=self._on_partial,
            key=_BACK_KEY,
            title="Alarms of all sites",
            priority=Priority.BACKGROUND,
        )

    def show_stale(self, last_good_s: float | None) -> None:
        """Offline since that clock time; None when new alarms arrive."""
        stale = words.stale_words(last_good_s) if last_good_s is not None else ""
        if stale != self._stale:
            self._stale = stale
            self._show_state(len(self._pane.model.alarms))

    def on_events(self, events: tuple[Event, ...]) -> None:
        """Live events of any site: an alarm joins at once, everything else is read again a moment later."""
        for event in events:
            if event.decision:
                self._drop(event)
            elif event.kind is EventKind.ALARM:
                known = self._all.get(event.event_id)
                mode = known.mode if known is not None else None
                self._all[event.event_id] = weighed(event, mode, self._clock.now_ms())
        if any(event.kind in (EventKind.ALARM, EventKind.ARMING) for event in events):
            self._show()
            self._read_timer.start()

    def on_decided(self, event: Event) -> None:
        self._anchor_to(event)
        if event.decision:
            self._drop(event)
            self._show()
        self._read_timer.start()

    def open_first(self) -> None:
        """Begin where the list begins, when nothing of it is selected."""
        event = self._selection.selected_event
        alarms = self._pane.model.alarms
        if alarms and (event is None or self._pane.model.row_of(event.event_id) < 0):
            self.go_to(alarms[0].event)
        self._pane.list.setFocus()

    def _drop(self, event: Event) -> None:
        self._all.pop(event.event_id, None)
        self._decided_since.add(event.event_id)

    def _take(self, read: QueueRead) -> None:
        self._is_read = True
        self._from_ms = read.from_ms
        self._is_cut = read.is_cut
        self._searched.clear()
        self._all = {
            one.event.event_id: one for one in read.alarms if one.event.event_id not in self._decided_since
        }
        self._show()

    def _on_partial(self, read: object) -> None:
        self._take(read)  # type: ignore[arg-type]

    def _on_read_back(self, read: QueueRead) -> None:
        self._is_reading_back = False
        self._take(read)

    def _on_failed(self, error: ConsoleError) -> None:
        self._is_reading_back = False
        self._failure = error.sentence
        self._show()

    def _show(self) -> None:
        """Order, filter, rows, counts and the words about them."""
        pane = self._pane
        pane.model.now_ms = self._clock.now_ms()
        shared = None if self._shared_filter.is_empty else self._shared_filter
        passing = (one for one in self._all.values() if self._passes(one, shared))
        shown = sorted(passing, key=_KEYS[self._order])
        pane.list.take(shown)
        counts = Counter(one.event.site_id for one in self._all.values())
        named = sorted(
            ((self._name(site_id), site_id) for site_id in counts),
            key=lambda one: (natural(one[0]), natural(one[1])),
        )
        if self._site_filter and self._site_filter not in counts:
            named.append((self._name(self._site_filter), self._site_filter))
        pane.show_sites([(site_id, name, counts[site_id]) for name, site_id in named], self._site_filter)
        self._mark()
        self._show_state(len(shown))
        self.count_changed.emit(len(self._all))
        self.order_changed.emit()

    def _show_state(self, count: int) -> None:
        pane = self._pane
        note = ""
        if self._failure:
            note = f"Not up to date: {self._failure}"
        elif self._stale:
            note = self._stale
        elif self._is_reading_back:
            note = "Reading older alarms of all sites…"
        elif self._from_ms is not None:
            note = f"All sites, {words.since_words(self._from_ms)}"
        if self._is_cut:
            note = f"The newest {len(self._all):,}; older ones follow as these are decided. {note}"
        hidden = len(self._all) - count
        if hidden:
            note = f"{hidden:,} hidden by the filter. {note}".strip()
        pane.show_note(note, is_bad=bool(self._failure or self._stale))
        if count:
            pane.show_rows()
        elif not self._is_read:
            pane.show_loading()
        elif self._failure and not self._all:
            pane.show_message(self._failure, "Try again")
        elif self._all:
            pane.show_message("No alarm to review fits the filter.", "Show all")
        elif self._stale:
            pane.show_message("Nothing undecided as far as this computer knows.")
        else:
            pane.show_message("Nothing undecided. New alarms appear here by themselves.")

    def _passes(self, alarm: QueuedAlarm, shared: EventFilter | None) -> bool:
        event = alarm.event
        if self._site_filter and event.site_id != self._site_filter:
            return False
        if shared is not None and not shared.matches(event):
            return False
        if not self._words:
            return True
        whole = self._searched.get(event.event_id)
        if whole is None:
            told = (self._name(event.site_id), event_title(event), event.text, alarm.reason)
            whole = self._searched[event.event_id] = "\n".join(told).casefold()
        return all(word in whole for word in self._words)

    @property
    def _shared_filter(self) -> EventFilter:
        """What the timeline is filtered by, as far as it makes sense for undecided alarms of all sites."""
        return replace(self._event_filter.value, device_keys=frozenset(), is_decided=None).without_kinds()

    def _on_message_action(self) -> None:
        if self._all:
            self._event_filter.clear()
            self._pane.filter.clear()
            self._on_site_filter_changed("")
        else:
            self.read_back()

    def _name(self, site_id: str) -> str:
        return self._names.get(site_id, site_id)

    def _place(self, event: Event) -> int:
        """The row of what comes after this alarm."""
        row = self._pane.model.row_of(event.event_id)
        if row >= 0:
            return row + 1
        if self._anchor is None or self._anchor[2] != event.event_id:
            return 0
        return bisect_right(self._pane.model.alarms, self._anchor, key=_KEYS[self._order])

    def _anchor_to(self, event: Event | None) -> None:
        known = self._all.get(event.event_id) if event is not None else None
        if known is not None:
            self._anchor = _KEYS[self._order](known)

    def _mark(self) -> None:
        event = self._selection.selected_event
        row = self._pane.model.row_of(event.event_id) if event is not None else -1
        if row >= 0 or len(self._pane.list.marked_rows) < 2:
            self._pane.list.mark(row)

    def _on_event_changed(self, event: Event | None) -> None:
        self._anchor_to(event)
        self._mark()

    def _on_row_chosen(self, row: int) -> None:
        self.go_to(self._pane.model.alarms[row].event)
        self.review_requested.emit()

    def _on_filter_changed(self, text: str) -> None:
        self._words = tuple(text.casefold().split())
        self._filter_timer.start()

    def _on_site_filter_changed(self, site_id: str) -> None:
        self._site_filter = site_id
        self._show()

    def _on_verdict_requested(self, verdict: Verdict) -> None:
        alarms = self._pane.model.alarms
        chosen = tuple(alarms[row].event for row in self._pane.list.marked_rows)
        if not chosen:
            return
        self._pane.show_said("Saving…")
        self._decider.submit(
            lambda _progress: self._events.decide_all(chosen, verdict),
            done=lambda saved: self._on_many_decided(saved, verdict),
            failed=lambda error: self._pane.show_said(f"Not saved: {error.sentence}", is_bad=True),
            lane="decisions",
            priority=Priority.PERSON,
            is_command=True,
        )

    def _on_many_decided(self, saved: tuple[Event, ...], verdict: Verdict) -> None:
        for event in saved:
            self._drop(event)
        self._pane.list.mark(-1)
        self._show()
        self._pane.show_said(f"{len(saved):,} × {verdict.words}, saved on this computer.", can_undo=True)
        self.events_decided.emit(saved)
        self._read_timer.start()
