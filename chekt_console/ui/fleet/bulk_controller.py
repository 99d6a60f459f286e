"""Between the fleet's side and the services: templates, and what one schedule would change at many sites."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from chekt_console.api.priority import Priority
from chekt_console.domain.natural_order import natural
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_template import Drift, ScheduleTemplate
from chekt_console.services.bulk_preview import Verdict
from chekt_console.ui.fleet.fleet_words import clean, sites_words
from chekt_console.ui.fleet.run_controller import RunController
from chekt_console.ui.fleet.template_dialog import TemplateDialog
from chekt_console.ui.fleet.templates_page import TemplateEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
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


@dataclass(frozen=True)
class _Offer:
    """What is on the preview page. `template_id` "" for a schedule copied from a site."""

    title: str
    template_id: str
    schedule: WeekSchedule
    sites: tuple[Site, ...]
    preview: Preview | None = None
    keeps_exceptions: bool = True
    problems: tuple[str, ...] = ()

    @property
    def wanted(self) -> WeekSchedule:
        """A site's exceptions are its own: they are copied only where those of the others give way."""
        is_copy = self.keeps_exceptions and not self.template_id
        return replace(self.schedule, exceptions=()) if is_copy else self.schedule


class BulkController(QObject):
    """Lives in the window's thread."""

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
        self._choose = ""  # the template to be chosen when they are read
        self.runs = RunController(side, runner, bulk, store, confirm)
        self.runs.sites_written.connect(self.sites_written)
        self.runs.said.connect(self.said)
        self.per_minute: Callable[[], int] = lambda: 0
        self._connect()

    def start(self) -> None:
        """What was kept, and a run that a crash or the person left open."""
        self.read_templates()
        self.runs.start()

    def read_templates(self, choose: str = "") -> None:
        self._choose = choose or self._choose  # a reading that is overtaken takes no wish with it

        def done(templates: tuple[ScheduleTemplate, ...]) -> None:
            self._templates = templates
            wanted, self._choose = self._choose, ""
            self._show_templates(wanted)

        self._runner.submit(
            lambda _progress: self._store.templates(),
            done=done,
            key="fleet.templates",
            failed=self._on_failed,
            is_local=True,
        )

    # Templates

    def _connect(self) -> None:
        page = self._side.templates
        page.new_requested.connect(self._on_new)
        page.copy_requested.connect(self._on_copy)
        page.apply_requested.connect(self._on_apply)
        page.push_requested.connect(self._on_push)
        page.edit_requested.connect(self._on_edit)
        page.delete_requested.connect(self._on_delete)
        self._side.preview.apply_requested.connect(self._on_agreed)
        self._side.preview.back_requested.connect(self._on_back)
        self._side.preview.keep_changed.connect(self._on_keep_changed)
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
        # Dates are the site's own matter, until the person says that they are everybody's.
        self._ask_template("New template", made, has_exceptions=False)

    def _on_edit(self, template: ScheduleTemplate) -> None:
        self._ask_template("Edit template", template, has_exceptions=True)

    def _ask_template(self, title: str, template: ScheduleTemplate, *, has_exceptions: bool) -> None:
        taken = frozenset(one.name for one in self._templates if one.template_id != template.template_id)
        dialog = TemplateDialog(
            title,
            template.name,
            self._make_editor(template.schedule),
            taken,
            self._side.style_words,
            self._side,
            has_exceptions=has_exceptions,
        )
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
        return tuple(
            sorted((row.site for row in rows), key=lambda site: (natural(site.name), natural(site.site_id)))
        )

    # Preview

    def look_at(self, title: str, template_id: str, schedule: WeekSchedule, sites: tuple[Site, ...]) -> None:
        """A week from elsewhere; `template_id` "" when the sites would follow none after it."""
        self._look(_Offer(title, template_id, schedule, sites))

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
        if self.runs.is_running:
            self.said.emit("A run is under way. Pause or end it first.", False)
            self._side.show_run()
            return
        self._offer = offer
        self._side.preview.show_reading(_heading(offer), f"Looking at {sites_words(len(offer.sites))}…")
        self._side.show_preview()

        def work(progress: Progress) -> tuple[Preview, tuple[str, ...]]:
            problems = self._bulk.read_missing(offer.sites, progress)
            self._bulk.read_authorities(offer.sites, progress)
            return self._compare(offer), problems

        def failed(sentence: str) -> None:
            if self._offer is offer:
                self._side.preview.show_error(sentence)

        self._runner.submit(
            work,
            done=lambda found: self._on_compared(offer, *found),
            failed=lambda error: failed(error.sentence),
            cancelled=lambda: failed(
                "The reading was cancelled, so nothing was compared. Go back to try again."
            ),
            key="fleet.preview",
            title="Comparing schedules",
            priority=Priority.PERSON,
        )

    def _compare(self, offer: _Offer) -> Preview:
        return self._bulk.preview(
            offer.wanted,
            offer.sites,
            keeps_exceptions=offer.keeps_exceptions,
            style=self._side.style_words,
        )

    def _on_compared(self, offer: _Offer, preview: Preview, problems: tuple[str, ...]) -> None:
        if self._offer is not offer:
            return
        self._offer = replace(offer, preview=preview, problems=problems)
        self._side.preview.show_preview(
            _heading(offer),
            preview,
            problems,
            self.per_minute(),
            keeps_exceptions=offer.keeps_exceptions,
            can_follow=bool(offer.template_id),
        )

    def _on_keep_changed(self, keeps_exceptions: bool) -> None:
        """The same sites once more, from the disk."""
        if self._offer is None:
            return
        # What was agreed to is what is seen: nothing can be applied until the other one is shown.
        offer = replace(self._offer, keeps_exceptions=keeps_exceptions, preview=None)
        self._offer = offer
        self._side.preview.apply.setEnabled(False)

        def failed(error: ConsoleError) -> None:
            if self._offer is offer:
                self._side.preview.show_error(error.sentence)

        self._runner.submit(
            lambda _progress: self._compare(offer),
            done=lambda preview: self._on_compared(offer, preview, offer.problems),
            failed=failed,
            key="fleet.preview",
            is_local=True,
        )

    def _on_back(self) -> None:
        self._offer = None
        self._side.show_templates()

    def _on_agreed(self, is_canary: bool) -> None:
        offer = self._offer
        if offer is None or offer.preview is None or self.runs.is_running:
            return
        agreed = offer.preview
        count = len(agreed.of(Verdict.CHANGES))
        if (
            count
            and self.runs.is_production
            and not self._confirm(
                f"Change the schedule of {sites_words(count)}?",
                f"“{clean(offer.title)}” is written to the production account and takes effect there at once. "
                "What each site has now is kept first, so that it can be undone.",
                f"Apply to {sites_words(count)}",
            )
        ):
            return
        self._offer = None
        self._side.preview.apply.hide()
        self._runner.submit(
            lambda _progress: self._bulk.begin(offer.title, offer.template_id, agreed, is_canary=is_canary),
            done=self.runs.begin,
            failed=self._on_failed,
            is_command=True,
        )

    def _on_failed(self, error: ConsoleError) -> None:
        self.said.emit(error.sentence, False)


def _heading(offer: _Offer) -> str:
    return f"“{clean(offer.title)}” to {sites_words(len(offer.sites))}"
