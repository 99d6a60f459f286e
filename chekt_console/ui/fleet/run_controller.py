"""The runs over many sites: the one that goes on, with pause, cancel and undo, and those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.bulk_run import BulkSite, RunState, SiteStep
from chekt_console.services.bulk_schedule_service import RunWish
from chekt_console.ui.fleet.fleet_words import clean, sites_words
from chekt_console.ui.fleet.run_page import state_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.bulk_run import BulkRun
    from chekt_console.domain.progress import Progress
    from chekt_console.errors import ConsoleError
    from chekt_console.services.bulk_schedule_service import BulkScheduleService
    from chekt_console.store.templates_store import TemplatesStore
    from chekt_console.ui.fleet.fleet_side import FleetSide

    Confirm = Callable[[str, str, str], bool]

_LANE = "bulk run"


class RunController(QObject):
    """Lives in the window's thread; one run at a time."""

    sites_written = Signal()  # schedules changed on the server and in the cache
    said = Signal(str, bool)  # a sentence; whether it is good news

    def __init__(
        self,
        side: FleetSide,
        runner: Runner,
        bulk: BulkScheduleService,
        store: TemplatesStore,
        confirm: Confirm,
    ) -> None:
        super().__init__(side)
        self._side = side
        self._runner = runner
        self._bulk = bulk
        self._store = store
        self._confirm = confirm
        self._run: BulkRun | None = None
        self._wish: RunWish | None = None  # of the job that goes on
        self._agreed: set[str] = set()  # runs the person agreed to since the program began
        self._done = self._total = 0
        self.is_production = False
        side.templates.run_requested.connect(self._on_show_run)
        page = side.run
        page.pause_requested.connect(self._on_pause)
        page.cancel_requested.connect(self._on_cancel)
        page.go_on_requested.connect(self._on_go_on)
        page.undo_requested.connect(self._on_undo)
        page.close_requested.connect(side.show_templates)
        page.run_chosen.connect(self._on_run_chosen)

    @property
    def is_running(self) -> bool:
        return self._wish is not None

    @property
    def run(self) -> BulkRun | None:
        """The run on the run's page, as the disk had it when it last ended or began."""
        return self._run

    def start(self) -> None:
        """A run that a crash or the person left open."""
        self._runner.submit(lambda _progress: self._bulk.last_run(), done=self._on_last_run, is_local=True)

    def stop(self) -> None:
        """The program ends: the site that is being written is ended, the rest waits on the disk."""
        if self._wish is not None:
            self._wish.stop_as = RunState.RUNNING

    def begin(self, run: BulkRun) -> None:
        """One that was agreed to just now."""
        self._agreed.add(run.run_id)
        self._go(run)

    def _go(self, run: BulkRun) -> None:
        def work(wish: RunWish, progress: Progress) -> BulkRun:
            return self._bulk.carry_on(run.run_id, wish, progress)

        waiting = run.count(SiteStep.WAITING, SiteStep.CHECKING, SiteStep.WRITING, SiteStep.UNCONFIRMED)
        self._begin(run, work, f"Writing “{clean(run.title)}”", waiting)

    def _begin(
        self, run: BulkRun, work: Callable[[RunWish, Progress], BulkRun], title: str, total: int
    ) -> None:
        wish = RunWish()
        self._run, self._wish = run, wish
        self._done, self._total = 0, total
        self._side.run.show_run(run, is_going=True)
        self._side.show_run()
        self._runner.submit(
            lambda progress: work(wish, progress),
            done=self._on_ended,
            failed=self._on_run_failed,
            partial=self._on_site,
            cancelled=lambda: self._stop_now(wish),  # from the list of jobs in the status bar
            lane=_LANE,
            title=title,
            priority=Priority.SCREEN,
            is_command=True,
        )

    def _on_site(self, site: object) -> None:
        if isinstance(site, BulkSite):
            self._done += 1
            self._side.run.show_site(site, self._done, self._total)

    def _on_ended(self, run: BulkRun) -> None:
        self._wish = None
        self._show_run(run)
        self.sites_written.emit()
        if run.state not in (RunState.CANARY, RunState.PAUSED):
            self._tell_end(run)

    def _tell_end(self, run: BulkRun) -> None:
        is_good = run.state in (RunState.DONE, RunState.UNDONE) and not run.count(SiteStep.REFUSED)
        self.said.emit(f"“{clean(run.title)}”: {state_words(run)}", is_good)

    def _on_run_failed(self, error: ConsoleError) -> None:
        """The disk refused: what is there is shown as it is on the disk."""
        self._wish = None
        self.said.emit(error.sentence, False)
        self._runner.submit(lambda _progress: self._bulk.last_run(), done=self._on_last_run, is_local=True)

    def _show_run(self, run: BulkRun) -> None:
        self._run = run
        self._side.run.show_run(run, is_going=self.is_running)
        self._runner.submit(
            lambda _progress: self._store.runs(),
            done=self._show_runs,
            key="fleet.runs",
            failed=self._on_failed,
            is_local=True,
        )

    def _show_runs(self, runs: tuple[BulkRun, ...]) -> None:
        """All that are kept, and a word about those that are open beside the one on the page."""
        self._side.run.show_runs(runs)
        run = self._run
        if run is None:
            return
        words = f"“{clean(run.title)}”: {state_words(run)}"
        others = [f"“{clean(one.title)}”" for one in runs if one.state.is_open and one.run_id != run.run_id]
        if others:
            words += f"\nNot finished: {', '.join(others)}"
        self._side.templates.show_run(words)

    def _on_run_chosen(self, run_id: str) -> None:
        def found(run: BulkRun | None) -> None:
            if run is not None and not self.is_running:
                self._show_run(run)

        self._runner.submit(
            lambda _progress: self._bulk.run(run_id),
            done=found,
            key="fleet.run",
            failed=self._on_failed,
            is_local=True,
        )

    def _on_last_run(self, run: BulkRun | None) -> None:
        if run is not None and not self.is_running:
            self._show_run(run)
            if run.state in (RunState.RUNNING, RunState.UNDOING):
                self.said.emit(
                    f"Writing “{clean(run.title)}” to many sites was cut off. Open Fleet (Ctrl+4) to go on or undo.",
                    False,
                )

    def _on_show_run(self) -> None:
        if self._run is not None:
            self._side.show_run()

    def _on_pause(self) -> None:
        if self._wish is not None:
            self._wish.pause()
            self._side.run.show_stopping("Pausing after this site…")

    def _on_cancel(self) -> None:
        if self._wish is not None:
            self._stop_now(self._wish)
        elif self._run is not None:
            run_id = self._run.run_id
            self._runner.submit(
                lambda _progress: self._bulk.cancel(run_id),
                done=self._show_run,
                failed=self._on_failed,
                is_command=True,
            )

    def _stop_now(self, wish: RunWish) -> None:
        if self._wish is wish:
            wish.cancel()
            self._side.run.show_stopping("Cancelling after this site…")

    def _on_go_on(self) -> None:
        run = self._run
        if run is None or self.is_running:
            return
        is_undoing = run.state is RunState.UNDOING
        if self.is_production and run.run_id not in self._agreed:
            count = (
                sum(site.step.may_be_ours for site in run.sites)
                if is_undoing
                else run.count(SiteStep.WAITING, SiteStep.CHECKING, SiteStep.WRITING, SiteStep.UNCONFIRMED)
            )
            title = "Go on undoing" if is_undoing else "Go on writing"
            if not self._confirm(
                f"{title} “{clean(run.title)}” at {sites_words(count)}?",
                f"It was begun on {run.begun_at.astimezone():%Y-%m-%d %H:%M} and takes effect in the production account"
                " at once. Sites that somebody changed since are left alone.",
                "Go on",
            ):
                return
            self._agreed.add(run.run_id)
        if is_undoing:
            self._undo(run)
        else:
            self._go(run)

    def _on_undo(self) -> None:
        run = self._run
        if run is None or self.is_running:
            return
        count = sum(site.step.may_be_ours for site in run.sites)
        where = "the production account" if self.is_production else "this account"
        if self._confirm(
            f"Undo “{clean(run.title)}” at {sites_words(count)}?",
            f"Each site of {where} gets back what it had before the run, where nobody changed it since.",
            "Undo",
        ):
            self._agreed.add(run.run_id)
            self._undo(run)

    def _undo(self, run: BulkRun) -> None:
        def work(wish: RunWish, progress: Progress) -> BulkRun:
            return self._bulk.undo(run.run_id, wish, progress)

        self._begin(
            run, work, f"Undoing “{clean(run.title)}”", sum(site.step.may_be_ours for site in run.sites)
        )

    def _on_failed(self, error: ConsoleError) -> None:
        self.said.emit(error.sentence, False)
