"""The timeline pane: header, lanes, scroll bar, and a picture for every state."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollBar,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from chekt_console.ui.shared.event_filter import SharedEventFilter
from chekt_console.ui.timeline.event_list import EventList
from chekt_console.ui.timeline.filter_bar import CLEAR_KEY, FilterBar
from chekt_console.ui.timeline.filter_words import filter_sentence
from chekt_console.ui.timeline.goto_time_box import GotoTimeBox
from chekt_console.ui.timeline.lane_menu import add_groupings
from chekt_console.ui.timeline.minimap import Minimap
from chekt_console.ui.timeline.older_button import OlderButton
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_header import TimelineHeader
from chekt_console.ui.timeline.timeline_motion import system_now_ms
from chekt_console.ui.timeline.timeline_widget import TimelineWidget
from chekt_console.ui.timeline.timeline_words import clean, clock_words, site_instant, span_words, zone_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from chekt_console.domain.device import Device
    from chekt_console.domain.event import Event, EventKind
    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.theme import Theme

_SKELETON_AFTER_MS = 150
_PAN_SHARE = 0.5
KEYS = (
    ("G", "Go to a typed date and time"),
    ("L", "Show or hide the list of events"),
    ("Ctrl+Shift+F", "Filter the events"),
    (CLEAR_KEY, "Clear the filter"),
    ("N P", "Next and previous event of the same kind"),
    ("← →", "Move through time"),
    ("+ −", "Show less or more time"),
    ("0", "Show everything"),
    ("Z", "Zoom to the span that was selected with Shift and the mouse; Shift+Z back to everything"),
    ("Home End", "First event, now"),
    ("O", "At the left end: read older events, or stop that"),
    ("Alt+Up", "Move the selected lane up, Alt+Down down"),
    ("Esc", "Let go of the selected span"),
)
GAPS_MS = (15_000, 30_000, 60_000, 120_000, 300_000)
_ZOOM = 1.6


class TimelinePane(QWidget):
    """Follows the shared selection and writes to it; is given events by its controller."""

    retry_requested = Signal()
    list_switched = Signal(bool)
    event_of_any_site_chosen = Signal(object)  # Event
    gap_changed = Signal(int)

    def __init__(
        self,
        selection: Selection,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        event_filter: SharedEventFilter | None = None,
        now_ms: Callable[[], int] = system_now_ms,
    ) -> None:
        super().__init__(parent)
        self.event_filter = event_filter or SharedEventFilter(self)
        self.setObjectName("timelinePane")
        self._selection = selection
        self._theme = theme
        self._site: Site | None = None
        self._note = ""
        self._has_zone = True
        self._has_split = False
        self._is_filter_wanted = False
        self.header = TimelineHeader(theme, self)
        self.timeline = TimelineWidget(theme, self, now_ms=now_ms)
        self.minimap = Minimap(self.timeline.view, theme, self)
        self.filter_bar = FilterBar(self.event_filter, theme, self)
        self.filter_bar.hide()
        self.event_list = EventList(theme, self)
        self.event_list.hide()
        self.scroll_bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.scroll_bar.setAccessibleName("Lanes")
        self.message = QLabel(self)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        self.retry = QPushButton("Try again", self)
        self.retry.clicked.connect(lambda: self.retry_requested.emit())
        self._lay_out_parts()
        self.goto_time = GotoTimeBox(theme, self)
        self.older = OlderButton(self.timeline)
        self._connect_parts()
        self._skeleton_timer = QTimer(self, singleShot=True, interval=_SKELETON_AFTER_MS)
        self._skeleton_timer.timeout.connect(self._on_skeleton_due)
        self._style()
        self._on_filter_changed()
        self.show_no_site()

    def show_no_site(self) -> None:
        self._site = None
        self._show_message("Choose a site to see its events.")

    def show_loading(self, site: Site) -> None:
        """A new site without events yet: words only when loading takes long enough to notice."""
        self._site = site
        self._note = ""
        zone, self._has_zone = zone_named(site.timezone)
        self.timeline.show_content(TimelineContent(), zone)
        self.timeline.show_message("")
        self.pages.setCurrentIndex(0)
        self._skeleton_timer.start()
        self._update_summary()

    def show_events(self, content: TimelineContent, site: Site, note: str = "") -> None:
        """`note` says how fresh the events are: "" when complete and current."""
        self._skeleton_timer.stop()
        self._site = site
        self._note = note
        zone, self._has_zone = zone_named(site.timezone)
        self.timeline.view.site_names = {site.site_id: clean(site.name, 80)}
        self.timeline.show_content(content, zone)
        self.pages.setCurrentIndex(0)
        self.timeline.select_span(self._selection.span)
        selected = self._selection.selected_event
        if selected is not None and selected.site_id == site.site_id:
            self.timeline.select_event(selected)
            self.event_list.select_event(selected)
        self._on_view_changed()

    def show_overview(self, content: TimelineContent, note: str) -> None:
        """All sites, in the time of the selected one."""
        self._skeleton_timer.stop()
        self._note = note
        zone, self._has_zone = zone_named(self._selection.site.timezone if self._selection.site else "")
        self.timeline.show_content(content, zone)
        self.pages.setCurrentIndex(0)
        self.timeline.mark_event(self._selection.selected_event)
        self._on_view_changed()

    def show_note(self, note: str) -> None:
        self._note = note
        self._on_view_changed()

    def show_error(self, sentence: str) -> None:
        """Nothing to show, and why; offers to try again."""
        self._skeleton_timer.stop()
        self._show_message(sentence, can_retry=True)

    def add_events(self, events: tuple[Event, ...], known_to_ms: int) -> None:
        self.timeline.add_events(events, known_to_ms)

    def open_goto_time(self) -> None:
        """Nothing to go to without a site."""
        if self.pages.currentIndex() == 0:
            timeline = self.timeline
            near = timeline.now_ms if timeline.is_live else timeline.axis.middle_ms
            self.goto_time.open(timeline.zone, timeline.now_ms, near)

    def show_filter_bar(self, is_shown: bool) -> None:
        """A filter that hides events is never itself hidden."""
        self._is_filter_wanted = is_shown
        self._place_filter_bar()
        if is_shown:
            self.filter_bar.focus_input()

    def _place_filter_bar(self) -> None:
        self.filter_bar.setVisible(self._is_filter_wanted or not self.event_filter.value.is_empty)
        self.header.filter.setChecked(not self.filter_bar.isHidden())

    def show_list(self, is_shown: bool, *, has_focus: bool = True) -> None:
        """The same events as rows, beside the lanes."""
        if is_shown == self.event_list.isHidden():
            self.event_list.setVisible(is_shown)
            self.list_switched.emit(is_shown)
        self.header.list.setChecked(is_shown)
        if is_shown and not self._has_split:
            self._has_split = True
            self.halves.setSizes([self.width() // 2, self.width() // 2])
        if is_shown:
            self.event_list.show_view(self.timeline.view)
        if not has_focus:
            return
        if is_shown:
            self.event_list.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.timeline.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def as_of_words(self, instant_ms: float) -> str:
        return f"as of {clock_words(instant_ms, self.timeline.zone)}"

    def _lay_out_parts(self) -> None:
        lanes = QWidget(self)
        lanes.setMinimumWidth(200)
        row = QHBoxLayout(lanes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.timeline, 1)
        column.addWidget(self.minimap)
        row.addLayout(column, 1)
        row.addWidget(self.scroll_bar)
        words = QWidget(self)
        words.setObjectName("timelineMessage")
        words.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        told = QVBoxLayout(words)
        told.addStretch(1)
        told.addWidget(self.message)
        told.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignHCenter)
        told.addStretch(1)
        self.pages = QStackedWidget(self)
        self.halves = QSplitter(Qt.Orientation.Horizontal, self)
        self.halves.setChildrenCollapsible(False)
        self.halves.setHandleWidth(5)
        self.halves.addWidget(lanes)
        self.halves.addWidget(self.event_list)
        self.halves.setStretchFactor(0, 1)
        self.halves.setStretchFactor(1, 1)
        self.pages.addWidget(self.halves)
        self.pages.addWidget(words)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.filter_bar)
        whole.addWidget(self.pages, 1)

    def _connect_parts(self) -> None:
        timeline, header, selection = self.timeline, self.header, self._selection
        timeline.event_chosen.connect(self._on_event_chosen)
        timeline.span_chosen.connect(selection.select_span)
        timeline.view_changed.connect(self._on_view_changed)
        timeline.content_changed.connect(self._show_choices)
        timeline.filtered.connect(self._show_counts)
        timeline.live_changed.connect(header.show_live)
        header.range_requested.connect(timeline.show_range)
        header.pan_requested.connect(lambda way: timeline.pan(-way * timeline.axis.width_px * _PAN_SHARE))
        header.zoom_requested.connect(lambda way: timeline.zoom(_ZOOM**way))
        header.fit_requested.connect(timeline.fit)
        header.live_requested.connect(timeline.set_live)
        header.kinds_changed.connect(self._on_kinds_changed)
        header.filter_requested.connect(self.show_filter_bar)
        self.minimap.span_requested.connect(timeline.show_span)
        self.minimap.zoom_requested.connect(lambda way: timeline.zoom(_ZOOM**way))
        header.view_menu_shown.connect(self._on_view_menu)
        header.list_requested.connect(lambda is_shown: self.show_list(is_shown))
        QShortcut(QKeySequence("L"), self).activated.connect(
            lambda: self.show_list(self.event_list.isHidden())
        )
        self.event_list.event_chosen.connect(self._on_event_chosen)
        self.filter_bar.left.connect(self._on_filter_left)
        self.event_filter.changed.connect(self._on_filter_changed)
        QShortcut(QKeySequence("Ctrl+Shift+F"), self).activated.connect(lambda: self.show_filter_bar(True))
        QShortcut(QKeySequence(CLEAR_KEY), self).activated.connect(self.event_filter.clear)
        self.scroll_bar.valueChanged.connect(timeline.scroll_to)
        header.go_to_requested.connect(self.open_goto_time)
        QShortcut(QKeySequence("G"), self).activated.connect(self.open_goto_time)
        QShortcut(QKeySequence("O"), self).activated.connect(self.older.press)
        self.goto_time.instant_chosen.connect(timeline.go_to)
        self.goto_time.closed.connect(lambda: timeline.setFocus(Qt.FocusReason.OtherFocusReason))
        selection.event_changed.connect(self._on_event_changed)
        selection.device_changed.connect(self._on_device_changed)
        selection.span_changed.connect(timeline.select_span)
        self._theme.changed.connect(self._style)

    def _show_message(self, text: str, *, can_retry: bool = False) -> None:
        self.message.setText(text)
        self.retry.setVisible(can_retry)
        self.pages.setCurrentIndex(1)
        self.header.summary.show_text("")

    def _update_summary(self) -> None:
        if self.pages.currentIndex() == 1:
            return
        timeline = self.timeline
        parts = [span_words(timeline.axis.span_ms)]
        total = len(timeline.content)
        if timeline.content.known_to_ms:
            events = f"{total:,} event{'' if total == 1 else 's'}"
            shown = timeline.view.total()
            if timeline.view.is_counting:
                parts.append(f"counting {events}…")
            else:
                parts.append(f"{events} cached" if shown == total else f"{shown:,} of {events}")
        if timeline.content.is_truncated:
            parts.append("older ones not loaded")
        if self._note:
            parts.append(self._note)
        if not self._has_zone:
            parts.append("times are UTC: this site has no known time zone")
        self.header.summary.show_text(" · ".join(parts))

    def _empty_words(self) -> str:
        """Why the lanes show nothing, and where the last event is."""
        timeline = self.timeline
        site = clean(self._site.name, 60) if self._site and not timeline.content.is_overview else "any site"
        extent = timeline.content.columns.extent()
        if not timeline.content.known_to_ms or not timeline.isVisible():
            return ""
        if extent is None:
            return f"No events known at {site}."
        if timeline.count_in_view():
            return ""
        if timeline.view.is_counting:
            return "Filtering the events…"
        if not timeline.view.kinds:
            return "All kinds of events are hidden. Switch one on above."
        last = timeline.view.columns.preceding(timeline.view.kinds, int(timeline.axis.to_ms), 2**31 - 1)
        first = timeline.view.columns.following(timeline.view.kinds, int(timeline.axis.to_ms), -1)
        wanted = timeline.view.filter
        of_filter = "" if wanted.is_empty else " that pass the filter"
        if last is not None:
            return f"No events{of_filter} in this time. The last one before: {site_instant(last.instant_ms, timeline.zone)}."
        if first is not None:
            return f"No events{of_filter} in this time. The next one: {site_instant(first.instant_ms, timeline.zone)}."
        return f"No event passes the filter: {self._filter_words()}. {CLEAR_KEY} clears it."

    def _filter_words(self) -> str:
        samples = self.timeline.content.facets.samples
        names = {event.device_key: event.device_name for event in samples}
        return filter_sentence(self.event_filter.value, names)

    def _on_view_changed(self) -> None:
        timeline = self.timeline
        self._update_summary()
        self.header.show_span(timeline.axis.span_ms)
        self.event_list.show_view(timeline.view)
        self.minimap.refresh()
        if not self._skeleton_timer.isActive() and timeline.content.known_to_ms:
            timeline.show_message(self._empty_words())
        layout = timeline.layout_of_lanes
        self.scroll_bar.setVisible(layout.max_scroll_px > 0)
        self.scroll_bar.setRange(0, round(layout.max_scroll_px))
        self.scroll_bar.setPageStep(round(layout.room_px))
        self.scroll_bar.setSingleStep(round(layout.lane_px))
        if round(layout.scroll_px) != self.scroll_bar.value():
            self.scroll_bar.setValue(round(layout.scroll_px))

    def _on_view_menu(self, menu: QMenu) -> None:
        add_groupings(menu, self.timeline.view.arrangement, self.timeline.arrange)
        menu.addSeparator()
        gaps = menu.addMenu("Signals of one incident follow within")
        for gap_ms in GAPS_MS:
            action = QAction(span_words(gap_ms), gaps, checkable=True)
            action.setChecked(gap_ms == self.timeline.view.gap_ms)
            action.triggered.connect(lambda _on=False, gap_ms=gap_ms: self.use_gap(gap_ms))
            gaps.addAction(action)

    def use_gap(self, gap_ms: int) -> None:
        """How far apart signals of one incident may follow each other."""
        if gap_ms != self.timeline.view.gap_ms:
            self.timeline.use_gap(gap_ms)
            self.gap_changed.emit(gap_ms)

    def _on_kinds_changed(self, kinds: frozenset[EventKind]) -> None:
        self.event_filter.use(replace(self.event_filter.value, kinds=kinds))

    def _on_filter_changed(self) -> None:
        wanted = self.event_filter.value
        self.header.show_kinds(wanted.kinds)
        self.timeline.use_filter(wanted)
        self._place_filter_bar()
        self._show_counts()

    def _on_filter_left(self) -> None:
        self.show_filter_bar(False)
        self.timeline.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_counts(self) -> None:
        view = self.timeline.view
        self.filter_bar.show_count(None if view.is_counting else view.total(), len(view.content))

    def _show_choices(self) -> None:
        samples = self.timeline.content.facets.samples
        names = {event.device_key: event.device_name for event in samples if event.device_key}
        self.filter_bar.use_choices(Counter(event.subtype for event in samples), names)
        self._show_counts()

    def _on_skeleton_due(self) -> None:
        if self._site is not None:
            self.timeline.show_message(f"Loading events of {clean(self._site.name, 60)}…")

    def _on_event_chosen(self, event: Event) -> None:
        if self.timeline.content.is_overview:
            self.event_of_any_site_chosen.emit(event)
        else:
            self._selection.select_event(event)

    def _on_event_changed(self, event: Event | None) -> None:
        is_ours = (
            event is None
            or self.timeline.content.is_overview
            or (self._site is not None and event.site_id == self._site.site_id)
        )
        if is_ours:
            self.timeline.select_event(event)
            self.event_list.select_event(event)

    def _on_device_changed(self, device: Device | None) -> None:
        self.timeline.select_lane(device.key if device is not None else "")

    def _style(self) -> None:
        c = self._theme.colors
        self.setStyleSheet(
            f"#timelineMessage {{ background: {c.pane.name()}; }} #timelineMessage QLabel {{ color: {c.muted.name()}; }}"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.goto_time.place()
