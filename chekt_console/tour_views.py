"""What the tour shows: each view brings one thing up and knows when it is really there."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from chekt_console.domain.event import EventKind
from chekt_console.domain.event_filter import EventFilter
from chekt_console.tour_dialogs import DialogSights
from chekt_console.tour_view import View
from chekt_console.tour_waiting import WaitingSights
from chekt_console.ui.timeline.lane_arrangement import Grouping

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site
    from chekt_console.session import Session
    from chekt_console.session_review import ClipPanes
    from chekt_console.ui.evidence.export_dialog import ExportDialog
    from chekt_console.ui.main_window import MainWindow
    from chekt_console.ui.shared.selection import Selection

FIRST_CHOICE = "Harbor Point Warehouse"
_HOUR_MS = 3_600_000


class Sights:
    """Finds what is worth a picture in whatever world the session has."""

    def __init__(
        self,
        session: Callable[[], Session | None],
        window: MainWindow,
        selection: Selection,
        show_connect: Callable[[], None],
    ) -> None:
        self._session_of = session
        self._show_connect = show_connect
        self._window = window
        self._selection = selection
        self._beside = DialogSights(lambda: self._session, window)
        self._waiting = WaitingSights(lambda: self._session, window, selection)
        self._scratch = TemporaryDirectory(prefix="chekt-tour-", ignore_cleanup_errors=True)

    def views(self) -> list[View]:
        return [
            View("review", self._bring_review, self._is_review_filled),
            View("review-alarm", self._bring_alarm, self._is_clip_playing),
            self._beside.together(),
            View("review-list", self._bring_list, self._is_list_filled),
            View("timeline-older", self._bring_oldest, self._is_older_offered),
            View("timeline-all-older", self._bring_oldest_of_all, self._is_older_offered),
            View("evidence", self._bring_export, self._is_export_ready, lambda: self._export_dialog),
            View("evidence-done", self._bring_exported, self._is_exported, lambda: self._export_dialog),
            View("evidence-verified", self._bring_verified, self._is_verified, self._verify_dialog),
            View("queue", self._bring_queue, self._is_queue_filled),
            View(
                "false-alarms", self._bring_false_alarms, self._are_false_alarms_counted, self._false_alarms
            ),
            View("schedule", self._bring_schedule, self._is_schedule_filled),
            *self._beside.tabs(),
            *self._beside.dialogs(),
            *self._waiting.dialogs(),
            View("fleet", self._bring_fleet, self._is_fleet_filled),
            View("fleet-preview", self._bring_fleet_preview, self._is_fleet_compared),
            View("sites-filtered", self._filter_sites, self._is_filter_done),
            View("go-to", self._open_goto, lambda: bool(self._window.goto_box.found())),
            *self._beside.two_way(self._waiting.refused()),
            self._waiting.sound(),
            View("no-site", self._let_go_of_site, lambda: self._selection.site is None),
            View("schedule-no-site", self._bring_schedule, lambda: True),
            View("connect", self._bring_connect, lambda: True),
            self._waiting.whose(),
        ]

    def is_ready(self) -> bool:
        """Sites are there and every pane exists."""
        session = self._session_of()
        return session is not None and session.review is not None and self._site() is not None

    @property
    def _session(self) -> Session:
        session = self._session_of()
        if session is None:
            raise RuntimeError("the tour needs an open session")
        return session

    @property
    def _review(self) -> ClipPanes | None:
        return self._session.review

    def _site(self) -> Site | None:
        sites = self._session.sites.cached().sites
        return next((site for site in sites if site.name == FIRST_CHOICE), sites[0] if sites else None)

    def _alarm(self, site: Site) -> Event | None:
        """The newest alarm with video that is old enough for its clip to be whole."""
        events = self._session.events.cached(site.site_id, days=7).events
        with_video = [event for event in events if event.kind is EventKind.ALARM and event.has_video]
        return next(
            (event for event in with_video if not event.decision), with_video[0] if with_video else None
        )

    def _bring_review(self) -> None:
        self._waiting.close()
        self._window.goto_box.close_popup()
        self._session.sites_pane.clear_filter()
        self._window.show_perspective("review")
        self._selection.select_event(None)
        if self._session.timeline is not None:
            self._session.timeline.timeline.event_filter.clear()
            self._session.timeline.timeline.show_list(is_shown=False)

    def _is_review_filled(self) -> bool:
        site = self._site()
        work, timeline = self._session.work, self._session.timeline
        if site is None or work is None or timeline is None:
            return False
        self._selection.select_site(site)
        return bool(work.devices_pane.model.rowCount() and len(timeline.timeline.timeline.content))

    def _bring_alarm(self) -> None:
        site, timeline = self._site(), self._session.timeline
        if site is None or timeline is None:
            return
        self._selection.select_event(self._alarm(site))
        timeline.timeline.timeline.show_range(12 * _HOUR_MS)

    def _is_clip_playing(self) -> bool:
        clip = self._review.clip if self._review is not None else None
        return clip is not None and clip.is_ready and clip.picture.image is not None

    def _bring_list(self) -> None:
        """Undecided alarms and what belongs to them, beside the lanes."""
        timeline = self._session.timeline
        if timeline is not None:
            timeline.timeline.show_list(is_shown=True)
            timeline.timeline.event_filter.use(EventFilter(is_decided=False, text="dock"))

    def _is_list_filled(self) -> bool:
        timeline = self._session.timeline
        return timeline is not None and timeline.timeline.event_list.model.event_count > 0

    def _bring_oldest(self) -> None:
        """Where the known time of the site begins."""
        self._bring_review()
        timeline = self._session.timeline
        if timeline is not None:
            timeline.timeline.timeline.set_live(False)
            timeline.timeline.timeline.go_to_start()

    def _bring_oldest_of_all(self) -> None:
        """The same of every site."""
        self._lanes_by(Grouping.SITE)

    def _lanes_by(self, grouping: Grouping) -> None:
        timeline = self._session.timeline
        if timeline is not None:
            lanes = timeline.timeline.timeline
            lanes.arrange(lanes.view.arrangement.by(grouping))

    def _is_older_offered(self) -> bool:
        timeline = self._session.timeline
        if timeline is None:
            return False
        lanes = timeline.timeline.timeline
        if lanes.content.is_overview is (lanes.view.arrangement.grouping is Grouping.SITE):
            lanes.go_to_start()
        return timeline.timeline.older.isVisible()

    @property
    def _export_dialog(self) -> ExportDialog | None:
        evidence = self._session.evidence
        return evidence.controller.dialog if evidence is not None else None

    def _bring_export(self) -> None:
        """Of the playing alarm, into a folder of the tour's own."""
        self._lanes_by(Grouping.DEVICE)
        site, evidence = self._site(), self._session.evidence
        if site is None or evidence is None:
            return
        self._selection.select_event(self._alarm(site))
        evidence.controller.folder = Path(self._scratch.name)
        evidence.controller.open()

    def _is_export_ready(self) -> bool:
        return self._export_dialog is not None and self._export_dialog.isVisible()

    def _bring_exported(self) -> None:
        if self._export_dialog is not None:
            self._export_dialog.export.click()

    def _is_exported(self) -> bool:
        return self._export_dialog is not None and self._export_dialog.pages.currentIndex() == 2

    def _bring_verified(self) -> None:
        if self._export_dialog is not None:
            self._export_dialog.verify.click()

    def _verify_dialog(self) -> QWidget | None:
        evidence = self._session.evidence
        return evidence.verify_controller.dialog if evidence is not None else None

    def _is_verified(self) -> bool:
        evidence = self._session.evidence
        dialog = evidence.verify_controller.dialog if evidence is not None else None
        return dialog is not None and dialog.state.text().startswith("✓")

    def _close_evidence(self) -> None:
        for dialog in (self._verify_dialog(), self._export_dialog):
            if dialog is not None:
                dialog.close()

    def _bring_queue(self) -> None:
        if self._session.timeline is not None:
            self._session.timeline.timeline.event_filter.clear()
        self._window.show_perspective("review")
        self._session.side.show_pane("queue")

    def _is_queue_filled(self) -> bool:
        queue = self._session.queue
        return queue is not None and bool(queue.pane.model.alarms) and self._is_clip_playing()

    def _bring_false_alarms(self) -> None:
        if self._session.queue is not None:
            self._session.queue.false_alarms.open()

    def _false_alarms(self) -> QWidget | None:
        queue = self._session.queue
        return queue.false_alarms.dialog if queue is not None else None

    def _are_false_alarms_counted(self) -> bool:
        queue = self._session.queue
        return queue is not None and queue.false_alarms.is_counted

    def _bring_schedule(self) -> None:
        if self._session.queue is not None:
            self._session.queue.false_alarms.close()
        self._session.side.show_pane("sites")
        self._close_evidence()
        self._window.show_perspective("schedule")
        if self._session.schedule is not None:
            self._session.schedule.schedule_pane.below.tabs.setCurrentIndex(0)

    def _is_schedule_filled(self) -> bool:
        panes = self._session.schedule
        work = panes.schedule_controller.work if panes is not None else None
        return work is not None and work.base is not None

    def _bring_fleet(self) -> None:
        self._beside.close()
        self._waiting.close()
        fleet = self._session.fleet
        if fleet is not None:
            fleet.side.show_templates()
            fleet.pane.model.set_ticked([row.site.site_id for row in fleet.pane.model.rows()], False)
        self._window.show_perspective("fleet")

    def _is_fleet_filled(self) -> bool:
        fleet = self._session.fleet
        if fleet is None:
            return False
        in_view = {
            site.site_id for site in fleet.pane.table.sites_in_view()
        }  # only what is looked at is read
        seen = [row for row in fleet.pane.model.shown if row.site.site_id in in_view]
        return bool(seen) and all(row.schedule is not None and row.online is not None for row in seen)

    def _bring_fleet_preview(self) -> None:
        """The schedule of the selected site, looked at for a few others; nothing is written."""
        fleet = self._session.fleet
        if fleet is not None:
            ids = [row.site.site_id for row in fleet.pane.model.shown[1:9]]
            fleet.pane.model.set_ticked(ids, True)
            fleet.side.templates.copy.click()

    def _is_fleet_compared(self) -> bool:
        fleet = self._session.fleet
        return fleet is not None and fleet.side.preview.apply.isVisible()

    def _filter_sites(self) -> None:
        self._window.show_perspective("review")
        self._session.sites_pane.filter.setText("school")

    def _is_filter_done(self) -> bool:
        return self._session.sites_pane.has_rows

    def _open_goto(self) -> None:
        self._session.sites_pane.clear_filter()
        self._window.goto_box.setText("har")
        self._window.goto_box.open()

    def _let_go_of_site(self) -> None:
        self._beside.close()
        self._waiting.close()
        self._beside.end_two_way()
        self._window.goto_box.close_popup()
        self._window.goto_box.clear()
        self._window.show_perspective("review")
        self._selection.select_site(None)

    def _bring_connect(self) -> None:
        self._window.goto_box.close_popup()
        self._window.goto_box.clear()
        self._show_connect()
