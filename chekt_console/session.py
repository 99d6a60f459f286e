"""One open connection: its client, files, services, panes and controllers, built and closed in order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from chekt_console.api.priority import Priority
from chekt_console.background.feed import Feed, Freshness
from chekt_console.background.network_watch import NetworkWatch
from chekt_console.background.runner import Runner
from chekt_console.background.sleep_watch import SleepWatch
from chekt_console.domain.clock import SystemClock
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.event_service import EventService
from chekt_console.services.site_service import SiteService
from chekt_console.session_client import DeferredClient, build_client, is_loopback
from chekt_console.session_pace import freshness_words, pace_of
from chekt_console.session_parts import Ground
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.shared.side_tabs import SideTabs
from chekt_console.ui.sites.sites_controller import SitesController
from chekt_console.ui.sites.sites_pane import SitesPane

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.api.client import CHeKTClient
    from chekt_console.domain.event import Event
    from chekt_console.domain.request_budget import LearnedLimits
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.arming_service import SiteArming
    from chekt_console.session_account import AccountParts
    from chekt_console.session_client import Address
    from chekt_console.session_evidence import EvidenceParts
    from chekt_console.session_fleet import FleetParts
    from chekt_console.session_goto import GotoEvents
    from chekt_console.session_live import LiveParts
    from chekt_console.session_outbox import OutboxParts
    from chekt_console.session_panes import Panes
    from chekt_console.session_parts import Shell
    from chekt_console.session_queue import QueueParts
    from chekt_console.session_review import ClipPanes, TimelinePanes
    from chekt_console.session_work import SchedulePanes, WorkPanes
    from chekt_console.store.connections_store import Connection

_BREATH_MS = 5  # long enough for what waits to be painted


class LatePlace(QWidget):
    """Keeps the place of a pane that is built behind the first paint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def fill(self, pane: QWidget) -> None:
        self._column.addWidget(pane)


class Session(QObject):
    """Everything that belongs to one connection. The list of sites first, so that cached sites are on screen early; the
    other panes are imported in a worker and follow, the heavy ones last."""

    went_wrong = Signal(str)  # traceback of an error that is ours
    filled = Signal()  # every pane exists
    reopening_needed = Signal()  # the cache proved damaged: closed and opened again it is rebuilt

    def __init__(self, connection: Connection, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.connection = connection
        self._shell = shell
        folder = shell.paths.connection_dir(connection.connection_id)
        clock = SystemClock()
        self.cache = Cache(folder / "cache.sqlite")
        self.local = LocalStore(folder / "local.sqlite")
        self.client = DeferredClient(
            partial(build_client, ca_file=connection.ca_file, learned=self.cache.learned_limits)
        )
        client = cast("CHeKTClient", self.client)
        self.runner = Runner(self)
        self.sites = SiteService(client, self.cache, self.local)
        self.arming = ArmingService(client, self.cache, clock)
        self.events = EventService(client, self.cache, self.local, clock)
        self._ground = Ground(
            connection,
            shell,
            folder,
            clock,
            client,
            self.cache,
            self.local,
            self.runner,
            self.arming,
            self.events,
        )
        self.feed = Feed(self.runner, self.events, self)
        self.sleep_watch = SleepWatch(clock, self)
        self.sleep_watch.resumed.connect(self._on_resumed)
        self.network_watch = NetworkWatch(self)
        self.network_watch.changed.connect(self._on_network_changed)
        self.work: WorkPanes | None = None
        self.schedule: SchedulePanes | None = None
        self.timeline: TimelinePanes | None = None
        self.review: ClipPanes | None = None
        self.queue: QueueParts | None = None
        self.live: LiveParts | None = None
        self.account: AccountParts | None = None
        self.outbox: OutboxParts | None = None
        self.evidence: EvidenceParts | None = None
        self.fleet: FleetParts | None = None
        self.goto: GotoEvents | None = None
        self._webhook_place: tuple[bool, bool] | None = None
        self._address: Address | None = None
        self._is_open = True
        self._kept_limits: LearnedLimits | None = None
        self._budget_timer = QTimer(self)
        self._budget_timer.setInterval(500)
        self._budget_timer.timeout.connect(self._on_beat)
        self._build_places()
        self._wire()
        for kind, rebuilt in (("cache", self.cache.was_rebuilt), ("local", self.local.was_rebuilt)):
            if rebuilt:
                shell.notices.show(kind, rebuilt, severity=Severity.WARNING)

    def start(self) -> None:
        """Show what the disk knows, then build the other panes, then talk to the server as soon as it is open."""
        self.sites_controller.start()
        self.runner.submit(_import_panes, done=self._build_panes, priority=Priority.PERSON)

    def open(self, address: Address) -> None:
        """The address is known: everything that waits for the server may go."""
        self.client.open(address)
        self._webhook_place = (bool(address.dealer_id), is_loopback(address.base_url))
        self._address = address
        if self.live is not None:
            self.live.can_register(*self._webhook_place)
        if self.account is not None:
            self.account.can_play(address.base_url, address.control_token)
        self.feed.start()
        self.sleep_watch.start()
        self._budget_timer.start()

    def retry(self) -> None:
        """After an interruption: refresh what is on screen."""
        self.sites_controller.refresh()
        if self.work is not None:
            self.work.refresh()
        if self.schedule is not None:
            self.schedule.refresh()
        if self.timeline is not None:
            self.timeline.timeline_controller.refresh()
        if self.queue is not None:
            self.queue.controller.read_back()
        if self.outbox is not None:
            self.outbox.queue.hurry()
            self.outbox.clips.queue.hurry()
        if self.live is not None:
            self.live.feed.registrar.hurry()
        self.feed.poll_soon()

    def unconfirmed(self) -> tuple[tuple[str, str], ...]:
        """Arming commands that were sent and not confirmed, as kind and sentence of a notice."""
        return self.work.arming_controller.unconfirmed() if self.work is not None else ()

    def close(self) -> bool:
        """In order: no new work, wait for what was sent, close the client, then the files. False when work was left."""
        self._is_open = False
        self._budget_timer.stop()
        self.feed.stop()
        self.sleep_watch.stop()
        self.network_watch.stop()
        for part in (
            self.fleet,
            self.outbox,
            self.evidence,
            self.queue,
            self.account,
            self.live,
            self.work,
            self.schedule,
            self.review,
        ):
            if part is not None:
                part.close()
        self.client.give_up()
        self.client.interrupt()
        is_clean = self.runner.stop()
        self.client.close()
        # What was stuck in a retry or waited for its turn ends with the client.
        is_clean = is_clean or self.runner.stop(2.0)
        if self.work is not None:
            is_clean = self.work.end() and is_clean
        self.cache.close()
        self.local.close()
        if self.live is not None:
            self.live.close_files()
        if self.outbox is not None:
            self.outbox.close_files()
        if self.evidence is not None:
            self.evidence.close_files()
        for pane in (
            self.sites_pane,
            self.side,
            *self._places,
            *(self.work.widgets if self.work is not None else ()),
        ):
            pane.deleteLater()
        return is_clean

    def _build_places(self) -> None:
        shell = self._shell
        self.sites_pane = SitesPane(shell.selection, shell.theme)
        self.sites_controller = SitesController(
            self.sites_pane, shell.selection, self.runner, self.sites, self.arming, self.events
        )
        self._places = tuple(LatePlace() for _ in range(9))
        devices, clip, event, timeline, schedule, period, queue, fleet, fleet_side = self._places
        window = shell.window
        self.side = SideTabs(shell.theme)
        self.side.add("sites", "Sites", self.sites_pane)
        self.side.add("queue", "To review", queue, "Q")
        window.set_left(self.side, devices)
        window.add_perspective("review", "Review", "Ctrl+1", clip, event, timeline)
        window.add_perspective("schedule", "Schedule", "Ctrl+2", schedule, period, None)
        window.add_perspective("fleet", "Fleet", "Ctrl+4", fleet, fleet_side, has_left=False)

    def _wire(self) -> None:
        self.runner.crashed.connect(self.went_wrong)
        self.runner.job_failed.connect(self._on_job_failed)
        self.runner.jobs_changed.connect(self._on_jobs_changed)
        self.sites_controller.sites_changed.connect(self._shell.window.goto_box.set_sites)
        self.sites_controller.failed.connect(self._on_sites_failed)
        self.feed.events_arrived.connect(self._on_events)
        self.feed.freshness_changed.connect(self._on_freshness)
        self.feed.recovered.connect(self._on_recovered)
        self.feed.conflict_found.connect(self._on_conflict_found)

    def _build_panes(self, panes: Panes) -> None:
        """Each part in a turn of the event loop of its own, so that the window is never away for long."""
        steps: list[Callable[[Panes], None]] = [
            self._build_work,
            self._build_schedule,
            self._build_outbox,
            self._build_fleet,
            self._build_timeline,
            self._build_clip,
            self._build_queue,
        ]
        steps += [self._build_live, self._build_account, self._build_evidence, self._finish]

        def take_next() -> None:
            if self._is_open:
                steps.pop(0)(panes)
                if steps:
                    QTimer.singleShot(_BREATH_MS, self, take_next)

        take_next()

    def _build_work(self, panes: Panes) -> None:
        self.work = work = panes.work(self._ground, self)
        self._places[0].fill(work.devices_pane)
        self._shell.window.add_toolbar_widget(work.arming_control)
        work.arming_changed.connect(self._on_arming_changed)
        self.sites_controller.arming_changed.connect(work.arming_controller.on_arming)
        self.sites_pane.arming_requested.connect(work.arming_controller.command_at)

    def _build_schedule(self, panes: Panes) -> None:
        self.schedule = schedule = panes.schedule(self._ground, self)
        self._places[4].fill(schedule.schedule_pane)
        self._places[5].fill(schedule.period_panel)
        schedule.zone.zone_set.connect(self._on_zone_set)

    def _build_fleet(self, panes: Panes) -> None:
        assert self.schedule is not None
        self.fleet = fleet = panes.fleet(self._ground, self.schedule, self)
        self._places[7].fill(fleet.pane)
        self._places[8].fill(fleet.side)
        fleet.set_sites(self.sites.cached().sites)
        self.sites_controller.sites_changed.connect(fleet.set_sites)

    def _build_outbox(self, panes: Panes) -> None:
        assert self.schedule is not None
        self.outbox = panes.outbox(self._ground, self.schedule, self)
        self.outbox.start()

    def _build_timeline(self, panes: Panes) -> None:
        self.timeline = timeline = panes.timeline(self._ground, self)
        self._places[3].fill(timeline.timeline)
        if self.work is not None:  # which cameras are dormant is told by the history
            timeline.timeline_controller.history_read.connect(self.work.devices_controller.look_again)

    def _build_clip(self, panes: Panes) -> None:
        self.review = review = panes.clip(self._ground, self)
        self._places[1].fill(review.clip)
        self._places[2].fill(review.event_panel)
        review.event_decided.connect(self._on_decided)
        if self.timeline is not None:
            review.follow(self.timeline)

    def _build_queue(self, panes: Panes) -> None:
        assert self.review is not None
        self.queue = queue = panes.queue(self._ground, self.review, self.side, self)
        self._places[6].fill(queue.pane)
        queue.set_sites(self.sites.cached().sites)
        self.sites_controller.sites_changed.connect(queue.set_sites)
        queue.events_decided.connect(self._on_decided_many)
        if self.schedule is not None:
            queue.false_alarms.what_if_requested.connect(self.schedule.understanding.show_what_if)
        self.goto = panes.goto(self._ground, self._find_site, self)

    def _build_live(self, panes: Panes) -> None:
        assert self.work is not None
        self.live = live = panes.live(self._ground, self.work, self._find_site, self)
        live.events_arrived.connect(self.feed.add)
        live.arming_changed.connect(self._on_arming_changed)
        live.arming_hinted.connect(self.sites_controller.on_arming_hints)
        live.arming_changed.connect(self.work.arming_controller.on_arming)
        live.devices_told.connect(self.sites_controller.refresh_counts)
        if self.fleet is not None:
            live.devices_told.connect(self.fleet.controller.mark_dirty)
        live.live_changed.connect(self.feed.set_live)
        live.poll_wanted.connect(self.feed.poll_soon)
        self.feed.missed_by_webhooks.connect(live.feed.doubt)
        if self.outbox is not None:
            live.requests.outbox = self.outbox.outbox
            live.feed.report_tried.connect(self.outbox.queue.look_soon)
            self.outbox.report_ended.connect(live.feed.report)
        if self._webhook_place is not None:
            live.can_register(*self._webhook_place)
        live.start()

    def _build_account(self, panes: Panes) -> None:
        self.account = account = panes.account(self._ground, self)
        account.site_changed.connect(self._on_site_record_changed)
        account.devices_changed.connect(self._on_devices_changed)
        account.poll_wanted.connect(self.feed.poll_soon)
        if self.outbox is not None:
            account.outbound_service.outbox = self.outbox.outbox
            account.outbound_service.clips = self.outbox.clips.service
            account.outbound.tried.connect(self.outbox.queue.look_soon)
            account.outbound.tried.connect(self.outbox.clips.queue.look_soon)
            self.outbox.raised_ended.connect(account.outbound.on_ended)
            self.outbox.sent.connect(self.feed.poll_soon)
            account.controller.queue = self.outbox.queue
            account.controller.list_requested.connect(self.outbox.show_list)
            self.outbox.records_changed.connect(account.controller.show_waiting)
            self.outbox.records_moved.connect(account.controller.on_sent)
        if self.schedule is not None:
            account.site_changed.connect(self.schedule.charge.look_again)
            self.schedule.schedule_pane.charge.settings_requested.connect(account.edit_arming)
        if self.schedule is not None and self.work is not None:
            self.work.devices_controller.devices_changed.connect(self.schedule.charge.ask)
        if self.live is not None:
            account.center_asked.connect(self.live.on_center_asked)
        if self.review is not None:
            account.clip_check_requested.connect(self.review.survey_controller.open)
        self.sites_pane.settings_requested.connect(account.edit)
        if self._address is not None:
            account.can_play(self._address.base_url, self._address.control_token)

    def _build_evidence(self, panes: Panes) -> None:
        assert self.review is not None
        self.evidence = panes.evidence(self._ground, self.review, lambda: self.sites.cached().sites, self)
        if self.queue is not None:
            self.evidence.controller.marked = self.queue.marked

    def _find_site(self, site_id: str) -> Site | None:
        return self.sites.find(site_id)

    def _finish(self, _: Panes) -> None:
        assert self.review is not None
        self.review.player.warm()
        self.network_watch.start()
        self.runner.submit(lambda _: self.cache.is_whole(), done=lambda _: None, priority=Priority.BACKGROUND)
        self.filled.emit()

    def _on_events(self, events: tuple[Event, ...]) -> None:
        self.sites_controller.on_events(events)
        if self.work is not None:
            self.work.devices_controller.on_events(events)
        if self.timeline is not None:
            self.timeline.timeline_controller.on_events(events)
        if self.review is not None:
            self.review.clip_controller.on_events(events)
            self.review.incident_controller.on_events(events)
        if self.queue is not None:
            self.queue.controller.on_events(events)
        if self.live is not None:
            self.live.desktop.on_events(events)
        if self.fleet is not None:
            self.fleet.controller.mark_dirty()

    def _on_decided(self, event: Event) -> None:
        self._on_decided_many((event,))
        if self.queue is not None:
            self.queue.controller.on_decided(event)

    def _on_decided_many(self, events: tuple[Event, ...]) -> None:
        if self.evidence is not None:
            self.evidence.record_decisions(events)
        self.sites_controller.on_events(events)
        if self.timeline is not None:
            self.timeline.timeline_controller.on_events(events)

    def _on_arming_changed(self, arming: SiteArming) -> None:
        self.sites_controller.on_arming(arming)
        if self.fleet is not None:
            self.fleet.controller.mark_dirty()
        self.feed.poll_soon()

    def _on_site_record_changed(self, _site_id: str) -> None:
        self.sites_controller.refresh()

    def _on_zone_set(self, _site: Site) -> None:
        self.sites_controller.show_kept()

    def _on_devices_changed(self, site_id: str) -> None:
        selected = self._shell.selection.site
        if self.work is not None and selected is not None and selected.site_id == site_id:
            self.work.devices_controller.refresh()

    def _on_freshness(self, freshness: Freshness, last_good_s: float) -> None:
        self._shell.window.status.set_freshness(
            freshness_words(freshness, last_good_s, self.feed.since), freshness.value
        )
        if self.queue is not None:
            self.queue.controller.show_stale(last_good_s if freshness is Freshness.STALE else None)

    def _on_resumed(self, _missing_s: float) -> None:
        """The computer slept: connections are gone, what is shown is old, and what is read now is of the past."""
        if self.live is not None:
            self.live.desktop.forget_before(self._ground.clock.now_ms())
        self._on_network_changed()

    def _on_network_changed(self) -> None:
        """What happened in the meantime is told as ever: nobody slept."""
        self.client.resume()
        self.retry()

    def _on_recovered(self) -> None:
        self._shell.notices.clear("job")
        self._shell.notices.clear("sites")
        self.retry()

    def _on_sites_failed(self, sentence: str) -> None:
        self._shell.notices.show(
            "sites", sentence, severity=Severity.WARNING, action="Try again", on_action=self.retry
        )

    def _on_conflict_found(self, words: str) -> None:
        self._shell.notices.show("event conflict", words, severity=Severity.WARNING)

    def _on_job_failed(self, error: ConsoleError) -> None:
        self._shell.notices.show("job", error.sentence, severity=Severity.WARNING)

    def _on_jobs_changed(self) -> None:
        self._shell.window.status.set_jobs(self.runner.jobs())

    def _on_beat(self) -> None:
        if self.cache.is_damaged:
            self._budget_timer.stop()
            self.reopening_needed.emit()
            return
        client = self.client.built
        per_minute = 0
        if client is not None:
            per_minute = client.requests_a_minute
            self._shell.window.status.set_budgets(client.budgets)
            self._keep_limits(client.learned_limits)
        self.feed.set_pace(pace_of(self._shell, self._ground.clock.now_ms()), per_minute)

    def _keep_limits(self, learned: LearnedLimits | None) -> None:
        if learned is not None and learned != self._kept_limits:
            self._kept_limits = learned
            self.runner.submit(
                lambda _: self.cache.put_learned_limits(learned),
                done=lambda _: None,
                failed=lambda _: None,  # the next change is written again
                key="limits",
                is_local=True,
                priority=Priority.BACKGROUND,
            )


def _import_panes(_progress: object) -> Panes:
    """Runs in a worker: the window goes on painting meanwhile."""
    from chekt_console.domain.site_form import zone_names
    from chekt_console.session_panes import Panes

    zone_names()  # looks through the system's files once
    return Panes()
