"""Between the fleet's side and the services: templates, preview, and the run with pause, cancel and undo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from chekt_console.api.priority import Priority
from chekt_console.domain.bulk_run import BulkSite, RunState, SiteStep
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_template import Drift, ScheduleTemplate
from chekt_console.services.bulk_preview import Verdict
from chekt_console.services.bulk_schedule_service import RunWish
from chekt_console.ui.fleet.fleet_columns import clean
from chekt_console.ui.fleet.run_page import state_words
from chekt_console.ui.fleet.template_dialog import TemplateDialog
from chekt_console.ui.fleet.templates_page import TemplateEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.bulk_run import BulkRun
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.bulk_preview import Preview
    from chekt_console.services.bulk_schedule_service import BulkScheduleService
    from chekt_console.store.templates_store import TemplatesStore
    from chekt_console.ui.fleet.fleet_pane import FleetPane
    from chekt_console.ui.fleet.fleet_side import FleetSide
    from chekt_console.ui.fleet.template_dialog import WeekEditor
    from chekt_console.ui.shared.selection import Selection

    Confirm = Callable[[str, str, str], bool]
    MakeEditor = Callable[[WeekSchedule], WeekEditor]

_LANE = "bulk run"


@dataclass(frozen=True)
class _Offer:
    """What is on the preview page. `template_id` "" for a schedule copied from a site."""

    title: str
    template_id: str
    schedule: WeekSchedule
    sites: tuple[Site, ...]
    preview: Preview | None = None


class BulkController(QObject):
    """Lives in the window's thread; one run at a time."""

    sites_written = Signal()  # schedules changed on the server and in the cache
    templates_changed = Signal()
    said = Signal(str, bool)  # a sentence; whether it is good news

    def __init__(
        self,
        pane: FleetPane,
        side: FleetSide,
        selection: Selection,
        runner: Runner,
        bulk: BulkScheduleService,
        store: TemplatesStore,
        make_editor: MakeEditor,
        confirm: Confirm,
    ) -> None:
        super().__init__(side)
        self._pane = pane
        self._side = side
        self._selection = selection
        self._runner = runner
        self._bulk = bulk
        self._store = store
        self._make_editor = make_editor
        self._confirm = confirm
        self._offer: _Offer | None = None
        self._templates: tuple[ScheduleTemplate, ...] = ()
        self._run: BulkRun | None = None
        self._wish: RunWish | None = None  # of the job that goes on
        self._agreed: set[str] = set()  # runs the person agreed to since the program began
        self._done = self._total = 0
        self.is_production = False
        self.per_minute: Callable[[], int] = lambda: 0
        self._connect()

    @property
    def is_running(self) -> bool:
        return self._wish is not None

    @property
    def run(self) -> BulkRun | None:
        """The run on the run's page, as the disk had it when it last ended or began."""
        return self._run

    def start(self) -> None:
        """What was kept, and a run that a crash or the person left open."""
        self.read_templates()
        self._runner.submit(lambda _progress: self._bulk.last_run(), done=self._on_last_run, is_local=True)

    def stop(self) -> None:
        """The program ends: the site that is being written is ended, the rest waits on the disk."""
        if self._wish is not None:
            self._wish.stop_as = RunState.RUNNING

    def read_templates(self, choose: str = "") -> None:
        def done(templates: tuple[ScheduleTemplate, ...]) -> None:
            self._templates = templates
            self._show_templates(choose)

        self._runner.submit(
            lambda _progress: self._store.templates(),
            done=done,
            key="fleet.templates",
            failed=self._on_failed,
            is_local=True,
        )

    # Templates

    def _connect(self) -> None:
        page, run = self._side.templates, self._side.run
        page.new_requested.connect(self._on_new)
        page.copy_requested.connect(self._on_copy)
        page.apply_requested.connect(self._on_apply)
        page.push_requested.connect(self._on_push)
        page.edit_requested.connect(self._on_edit)
        page.delete_requested.connect(self._on_delete)
        page.run_requested.connect(self._on_show_run)
        self._side.preview.apply_requested.connect(self._on_agreed)
        self._side.preview.back_requested.connect(self._on_back)
        run.pause_requested.connect(self._on_pause)
        run.cancel_requested.connect(self._on_cancel)
        run.go_on_requested.connect(self._on_go_on)
        run.undo_requested.connect(self._on_undo)
        run.close_requested.connect(self._side.show_templates)
        self._pane.model.ticks_changed.connect(self._show_ticked)
        self._selection.site_changed.connect(self._show_site)

    def _show_templates(self, choose: str) -> None:
        """How many sites follow each, as the table knows it."""
        looks: dict[str, list[tuple[str, ...]]] = {}
        for row in self._pane.model.rows():
            if row.template_id:
                looks.setdefault(row.template_id, []).append(row.looks)
        entries = []
        for template in self._templates:
            mine = looks.get(template.template_id, [])
            drifted = sum(Drift.SITE.value in one for one in mine)
            behind = sum(Drift.TEMPLATE.value in one for one in mine)
            entries.append(TemplateEntry(template, len(mine), drifted, behind))
        self._side.templates.show_templates(tuple(entries), choose)

    def show_rows(self) -> None:
        """The table was read anew: who drifted, and what the chosen site has."""
        self.read_templates()
        self._show_site()

    def _schedule_of(self, site_id: str) -> WeekSchedule | None:
        row = self._pane.model.find(site_id)
        return row.schedule if row is not None else None

    def _show_site(self) -> None:
        site = self._selection.site
        has_schedule = site is not None and self._schedule_of(site.site_id) is not None
        self._side.templates.show_site(site, has_schedule=has_schedule)

    def _show_ticked(self) -> None:
        self._side.templates.show_ticked(len(self._pane.model.ticked()))

    def _on_new(self) -> None:
        site = self._selection.site
        schedule = self._schedule_of(site.site_id) if site is not None else None
        if site is None or schedule is None:
            return
        made = ScheduleTemplate(str(uuid4()), "", schedule, datetime.now(UTC))
        self._ask_template("New template", made)

    def _on_edit(self, template: ScheduleTemplate) -> None:
        self._ask_template("Edit template", template)

    def _ask_template(self, title: str, template: ScheduleTemplate) -> None:
        taken = frozenset(one.name for one in self._templates if one.template_id != template.template_id)
        dialog = TemplateDialog(title, template.name, self._make_editor(template.schedule), taken, self._side)
        try:
            if dialog.exec() != QDialog.DialogCode.Accepted:
                return
            edited = replace(
                template, name=dialog.name, schedule=dialog.schedule, changed_at=datetime.now(UTC)
            )
        finally:
            dialog.deleteLater()
        is_other = not is_same(edited.schedule, template.schedule)

        def kept(_: None) -> None:
            self.read_templates(edited.template_id)
            self.templates_changed.emit()
            if is_other and self._followers(edited):
                self._on_push(edited)

        self._runner.submit(
            lambda _progress: self._store.put_template(edited),
            done=kept,
            failed=self._on_failed,
            is_command=True,
        )

    def _on_delete(self, template: ScheduleTemplate) -> None:
        count = len(self._followers(template))
        text = "Sites keep the schedules they have."
        if count:
            text += f" {count:,} followed it; whether they drift is not told any more."
        if not self._confirm(f"Delete the template “{clean(template.name)}”?", text, "Delete"):
            return

        def gone(_: None) -> None:
            self.read_templates()
            self.templates_changed.emit()

        self._runner.submit(
            lambda _progress: self._store.drop_template(template.template_id),
            done=gone,
            failed=self._on_failed,
            is_command=True,
        )

    def _followers(self, template: ScheduleTemplate) -> tuple[Site, ...]:
        rows = (row for row in self._pane.model.rows() if row.template_id == template.template_id)
        return tuple(sorted((row.site for row in rows), key=lambda site: site.name.casefold()))

    # Preview

    def _on_apply(self, template: ScheduleTemplate) -> None:
        self._look(_Offer(template.name, template.template_id, template.schedule, self._pane.model.ticked()))

    def _on_push(self, template: ScheduleTemplate) -> None:
        self._look(_Offer(template.name, template.template_id, template.schedule, self._followers(template)))

    def _on_copy(self) -> None:
        site = self._selection.site
        schedule = self._schedule_of(site.site_id) if site is not None else None
        if site is not None and schedule is not None:
            sites = tuple(one for one in self._pane.model.ticked() if one.site_id != site.site_id)
            self._look(_Offer(f"Schedule of {site.name}", "", schedule, sites))

    def _look(self, offer: _Offer) -> None:
        """Read what was never read, then compare; nothing is written."""
        if self.is_running:
            self.said.emit("A run is under way. Pause or end it first.", False)
            self._on_show_run()
            return
        self._offer = offer
        count = f"{len(offer.sites):,} site" + ("" if len(offer.sites) == 1 else "s")
        self._side.preview.show_reading(_heading(offer), f"Looking at {count}…")
        self._side.show_preview()

        def work(progress: Progress) -> tuple[Preview, tuple[str, ...]]:
            problems = self._bulk.read_missing(offer.sites, progress)
            self._bulk.read_authorities(offer.sites, progress)
            return self._bulk.preview(offer.schedule, offer.sites), problems

        def done(found: tuple[Preview, tuple[str, ...]]) -> None:
            if self._offer is offer:
                preview, problems = found
                self._offer = replace(offer, preview=preview)
                self._side.preview.show_preview(
                    _heading(offer),
                    preview,
                    problems,
                    self.per_minute(),
                    can_follow=bool(offer.template_id),
                )

        self._runner.submit(
            work,
            done=done,
            failed=lambda error: self._side.preview.show_error(error.sentence),
            key="fleet.preview",
            title="Comparing schedules",
            priority=Priority.PERSON,
        )

    def _on_back(self) -> None:
        self._offer = None
        self._side.show_templates()

    def _on_agreed(self, is_canary: bool) -> None:
        offer = self._offer
        if offer is None or offer.preview is None or self.is_running:
            return
        agreed = offer.preview
        count = len(agreed.of(Verdict.CHANGES))
        if (
            count
            and self.is_production
            and not self._confirm(
                f"Change the schedule of {count:,} site{'' if count == 1 else 's'}?",
                f"“{clean(offer.title)}” is written to the production account and takes effect there at once. "
                "What each site has now is kept first, so that it can be undone.",
                f"Apply to {count:,} site{'' if count == 1 else 's'}",
            )
        ):
            return
        self._offer = None
        self._side.preview.apply.hide()
        self._runner.submit(
            lambda _progress: self._bulk.begin(offer.title, offer.template_id, agreed),
            done=lambda run: self._on_begun(run, is_canary=is_canary),
            failed=self._on_failed,
            is_command=True,
        )

    # Runs

    def _on_begun(self, run: BulkRun, *, is_canary: bool) -> None:
        self._agreed.add(run.run_id)
        self._go(run, is_canary=is_canary)

    def _go(self, run: BulkRun, *, is_canary: bool = False) -> None:
        def work(wish: RunWish, progress: Progress) -> BulkRun:
            return self._bulk.carry_on(run.run_id, wish, progress, is_canary=is_canary)

        waiting = run.count(SiteStep.WAITING, SiteStep.WRITING, SiteStep.UNCONFIRMED)
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
        self.said.emit(
            f"“{clean(run.title)}”: {state_words(run)}", run.state in (RunState.DONE, RunState.UNDONE)
        )

    def _on_run_failed(self, error: ConsoleError) -> None:
        """The disk refused: what is there is shown as it is on the disk."""
        self._wish = None
        self.said.emit(error.sentence, False)
        self._runner.submit(lambda _progress: self._bulk.last_run(), done=self._on_last_run, is_local=True)

    def _show_run(self, run: BulkRun) -> None:
        self._run = run
        self._side.run.show_run(run, is_going=self.is_running)
        words = f"“{clean(run.title)}”: {state_words(run)}"
        self._side.templates.show_run(words)

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
            self._wish.cancel()
            self._side.run.show_stopping("Cancelling after this site…")
        elif self._run is not None:
            run_id = self._run.run_id
            self._runner.submit(
                lambda _progress: self._bulk.cancel(run_id),
                done=self._show_run,
                failed=self._on_failed,
                is_command=True,
            )

    def _on_go_on(self) -> None:
        run = self._run
        if run is None or self.is_running:
            return
        is_undoing = run.state is RunState.UNDOING
        if self.is_production and run.run_id not in self._agreed:
            count = (
                sum(site.step.may_be_ours for site in run.sites)
                if is_undoing
                else run.count(SiteStep.WAITING, SiteStep.WRITING, SiteStep.UNCONFIRMED)
            )
            title = "Go on undoing" if is_undoing else "Go on writing"
            if not self._confirm(
                f"{title} “{clean(run.title)}” at {count:,} site{'' if count == 1 else 's'}?",
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
            f"Undo “{clean(run.title)}” at {count:,} site{'' if count == 1 else 's'}?",
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


def _heading(offer: _Offer) -> str:
    count = len(offer.sites)
    return f"“{clean(offer.title)}” to {count:,} site{'' if count == 1 else 's'}"
