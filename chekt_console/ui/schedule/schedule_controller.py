"""Between the schedule editor and the service: reads, drafts on disk, undo and redo, saving."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.domain.outbox import ScheduleChange
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import copy_day, is_same
from chekt_console.errors import ConsoleError, NotThere
from chekt_console.services.schedule_service import StoredSchedule
from chekt_console.ui.schedule.schedule_pane import NO_ENDPOINT
from chekt_console.ui.schedule.schedule_saver import ScheduleSaver, changed_kind
from chekt_console.ui.schedule.schedule_state_words import Standing, as_of_words, standing_words
from chekt_console.ui.schedule.schedule_work import ScheduleWork
from chekt_console.ui.shared.notices import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chekt_console.background.runner import Runner
    from chekt_console.domain.site import Site
    from chekt_console.services.schedule_service import Draft, ScheduleService
    from chekt_console.ui.schedule.period_panel import PeriodPanel
    from chekt_console.ui.schedule.schedule_pane import SchedulePane
    from chekt_console.ui.schedule.schedule_saver import NoticeBoard
    from chekt_console.ui.shared.selection import Selection

_log = logging.getLogger(__name__)

_KEEP_AFTER_MS = 300
_DRAFT = "schedule.draft"
_READ = "schedule.read"
_KEEP = "schedule.keep"
SAVING_NOTE = "saving"  # what the service writes on a draft while it sends it


class ScheduleController(QObject):
    """Lives in the window's thread. Every site that was worked on keeps its steps until the program ends."""

    work_shown = Signal(object)  # ScheduleWork on the screen after each change of it, None for none

    def __init__(
        self,
        pane: SchedulePane,
        panel: PeriodPanel,
        selection: Selection,
        runner: Runner,
        schedules: ScheduleService,
        notices: NoticeBoard,
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._panel = panel
        self._selection = selection
        self._runner = runner
        self._schedules = schedules
        self._notices = notices
        self._works: dict[str, ScheduleWork] = {}
        self._work: ScheduleWork | None = None
        self.saver = ScheduleSaver(pane, pane.theme, runner, schedules, notices)
        self.saver.work_changed.connect(self._on_work_changed)
        self._keep_timer = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._keep_timer.timeout.connect(self._keep_drafts)
        panel.set_style_words(pane.style_words)
        self._connect_parts()
        self._show_nothing()

    @property
    def work(self) -> ScheduleWork | None:
        """Of the site on the screen."""
        return self._work

    def start(self) -> None:
        """Show the site that is selected already."""
        self._on_site_changed(self._selection.site)

    def refresh(self) -> None:
        """Read what the server has now; a draft stays."""
        work = self._work
        if work is None or work.is_saving:
            return
        saves = work.saves
        self._runner.submit(
            lambda _progress: self._schedules.read(work.site),
            done=lambda stored: self._on_read(work, stored, saves),
            failed=lambda error: self._on_read_failed(work, error),
            key=_READ,
        )

    def save_now(self, confirm: bool = False) -> None:
        """Write the draft on the screen; with `confirm` the person sees the change first."""
        if self._work is not None:
            self.saver.save(self._work, confirm=confirm)

    def edit_draft(self, schedule: WeekSchedule, what: str) -> None:
        """A whole new value for the site on the screen, as one step."""
        self._edit(schedule, what)

    def draw_locally(self) -> None:
        """A week that this connection cannot store, to be checked, printed and exported."""
        work = self._work
        if work is not None and work.base is None:
            work.take_stored(StoredSchedule(work.site.site_id, WeekSchedule(), "", None), is_fresh=False)
            work.is_local = True
            self._show(work)

    def undo(self) -> None:
        work = self._work
        if work is not None and not work.is_saving and work.undo():
            self._after_edit(work)
            self._pane.grid.tell(f"Undone: {work.redo_steps[-1][1]}")

    def redo(self) -> None:
        work = self._work
        if work is not None and not work.is_saving and work.redo():
            self._after_edit(work)
            self._pane.grid.tell(f"Done again: {work.undo_steps[-1][1]}")

    def discard_draft(self) -> None:
        """Back to what the server has; one step that can be undone."""
        self._notices.clear(_DRAFT)
        if self._work is not None and self._work.base is not None:
            self._edit(self._work.base.schedule, "Revert")

    def keep_draft_now(self) -> None:
        """At the program's end: what was drawn in the last moment is on disk before this returns."""
        self._keep_timer.stop()
        for work in self._works.values():
            if (work.is_draft_pending or work.is_saving) and work.base is not None:
                work.is_draft_pending = False
                try:
                    if (
                        work.is_saving
                    ):  # perhaps it never leaves the queue; the next start looks whether it did
                        self._schedules.keep_draft(work.site.site_id, work.current, work.base, SAVING_NOTE)
                    else:
                        self._write_draft(work.site.site_id, work.current, work.base)
                except ConsoleError as error:
                    _log.warning("draft of %s: %s (%s)", work.site.site_id, error.sentence, error.detail)

    def show_waiting(self, waiting: Mapping[str, WeekSchedule]) -> None:
        """By site id: what the outbox holds."""
        for site_id, work in self._works.items():
            before, work.waiting = work.waiting, waiting.get(site_id)
            if work is self._work and work.waiting != before:
                self._show(work)

    def on_sent(self, site_id: str, wish: WeekSchedule, mine: WeekSchedule) -> None:
        """The outbox brought what was drawn to the server, merged perhaps with somebody else's change."""
        self.saver.clear_notice(site_id)
        if site_id in self._works:
            self._runner.submit(
                lambda _progress: self._schedules.cached(site_id),
                done=lambda stored: self._take_sent(site_id, wish, mine, stored),
                is_local=True,
            )

    def _take_sent(
        self, site_id: str, wish: WeekSchedule, mine: WeekSchedule, stored: StoredSchedule | None
    ) -> None:
        work = self._works.get(site_id)
        if work is None:
            return
        if stored is not None and is_same(stored.schedule, mine):
            work.waiting = None
            work.take_sent(wish, stored)
            self._on_work_changed(work)
        if work is self._work:
            self.refresh()

    def take_theirs(self, site_id: str, theirs: StoredSchedule) -> None:
        """The person gave up what waited, for what somebody else saved."""
        work = self._works.get(site_id)
        if work is not None and work.has_draft:
            work.theirs = theirs
            self.saver.take_theirs(work)
        else:
            self._runner.submit(
                lambda _progress: self._schedules.discard_draft(site_id),
                done=_nothing,
                lane=site_id,
                is_command=True,
            )

    # The site on the screen

    def _on_site_changed(self, site: Site | None) -> None:
        self._keep_drafts()
        if site is None:
            self._show_nothing()
            return
        known = self._works.get(site.site_id)
        if known is not None and known is self._work:
            known.site = site
            self._show(known)
            return
        self._notices.clear(_DRAFT)
        self._notices.clear(_READ)
        self._pane.grid.select(None)
        if known is not None:
            known.site = site
            known.is_fresh = False
            self._work = known
            if known.base is None:
                self._pane.show_loading(site)
            self._show(known)
            self.refresh()
            return
        self._work = None
        self._panel.show_schedule(None)
        self._pane.show_standing(standing_words(Standing.READING))
        self._pane.show_loading(site)
        self._runner.submit(
            lambda _progress: (self._schedules.cached(site.site_id), self._schedules.draft(site.site_id)),
            done=lambda found: self._on_cached(site, *found),
            failed=lambda error: self._on_cached(site, None, None, error),
            key=_READ,
            is_local=True,
        )

    def _on_cached(
        self,
        site: Site,
        stored: StoredSchedule | None,
        draft: Draft | None,
        error: ConsoleError | None = None,
    ) -> None:
        if not self._is_selected(site):
            return
        work = self._works.setdefault(site.site_id, ScheduleWork(site))
        self._work = work
        if stored is not None:
            work.take_stored(stored, is_fresh=False)
        if draft is not None:
            work.restore(draft.schedule, draft.base)
            self._say_restored(work, draft)
        if error is not None:
            self._notices.show(_DRAFT, error.sentence, severity=Severity.WARNING)
        if work.base is not None:
            self._show(work)
        self.refresh()

    def _say_restored(self, work: ScheduleWork, draft: Draft) -> None:
        """One whose saving was cut off is not called unsaved: the reading that follows tells."""
        when = as_of_words(draft.changed_at, work.site.timezone, self._pane.now_ms, self._pane.style_words)
        work.is_unconfirmed = draft.note == SAVING_NOTE or draft.note.startswith("Not confirmed")
        end = "it is not known whether it was saved" if work.is_unconfirmed else "it is not saved"
        waiting = self.saver.queue.open_schedule(work.site.site_id) if self.saver.queue else None
        if waiting is not None and isinstance(waiting.change, ScheduleChange):
            work.waiting = waiting.change.wish
            end = "it waits to be sent"
        why = "" if draft.note == SAVING_NOTE else draft.note
        text = f"Your draft for {work.site.name} from {when} is back; {end}. {why}".strip()
        self._notices.show(_DRAFT, text, action="Discard it", on_action=self.discard_draft)

    def _on_read(self, work: ScheduleWork, stored: StoredSchedule, saves: int) -> None:
        if work.saves != saves:
            return
        was_unconfirmed = work.is_unconfirmed
        work.take_stored(stored, is_fresh=True)
        if was_unconfirmed and not work.is_unconfirmed:
            self.saver.say_what_became(work)
        if work.is_draft_pending:
            self._keep_timer.start()
        if work is not self._work:
            return
        self._notices.clear(_READ)
        if not work.has_draft:
            self._notices.clear(_DRAFT)
        if work.theirs is None:
            self._notices.clear(changed_kind(work))
        else:
            self._notices.show(
                changed_kind(work),
                f"The schedule of {work.site.name} was changed by somebody else while you have a draft.",
                severity=Severity.WARNING,
                action="Compare",
                on_action=lambda: self.saver.ask_whose(work),
            )
        self._show(work)

    def _on_read_failed(self, work: ScheduleWork, error: ConsoleError) -> None:
        work.has_failed = True
        work.is_fresh = False
        if work is not self._work:
            return
        if isinstance(error, NotThere) and (work.has_draft or work.is_local):
            work.is_local = True
            self._show(work)
        elif isinstance(error, NotThere):
            self._show_message(work)
            self._pane.show_no_endpoint(work.site)
        elif work.base is None:
            self._show_message(work)
            self._pane.show_error(work.site, error.sentence)
        else:
            self._notices.show(
                _READ,
                f"The schedule of {work.site.name} could not be read again. {error.sentence}",
                severity=Severity.WARNING,
                action="Try again",
                on_action=self.refresh,
            )
            self._show(work)

    # Edits

    def _on_edited(self, schedule: WeekSchedule, what: str) -> None:
        self._edit(schedule, what)

    def _edit(self, schedule: WeekSchedule, what: str) -> None:
        work = self._work
        if work is not None and work.base is not None and not work.is_saving:
            work.edit(schedule, what)
            self._after_edit(work)

    def _after_edit(self, work: ScheduleWork) -> None:
        self._show(work)
        self._keep_timer.start()

    def _on_period_edited(self, old: ArmedPeriod, new: ArmedPeriod) -> None:
        self._pane.grid.change(old, new, "Change the numbers")

    def _on_copy_day(self, source: int, days: tuple[int, ...]) -> None:
        if self._work is not None:
            self._edit(copy_day(self._work.current, source, days), "Copy a day")

    def _on_clear(self) -> None:
        if self._work is not None:
            self._edit(WeekSchedule((), self._work.current.exceptions), "Clear")

    def _on_work_changed(self, work: ScheduleWork) -> None:
        if work.is_draft_pending:
            self._keep_timer.start()
        if work is self._work:
            self._show(work)

    # Drafts

    def _keep_drafts(self) -> None:
        self._keep_timer.stop()
        for work in self._works.values():
            if work.is_draft_pending and work.base is not None and not work.is_saving:
                work.is_draft_pending = False
                self._runner.submit(
                    partial(self._write_draft, work.site.site_id, work.current, work.base),
                    done=_nothing,
                    failed=partial(self._on_keep_failed, work),
                    key=f"{_KEEP}.{work.site.site_id}",
                    lane=work.site.site_id,
                    is_command=True,
                )

    def _write_draft(
        self, site_id: str, schedule: WeekSchedule, base: StoredSchedule, _progress: object = None
    ) -> None:
        if is_same(schedule, base.schedule):
            self._schedules.discard_draft(site_id)
        else:
            self._schedules.keep_draft(site_id, schedule, base)

    def _on_keep_failed(self, work: ScheduleWork, error: ConsoleError) -> None:
        work.is_draft_pending = True
        text = f"The draft for {work.site.name} is only in memory. {error.sentence}"
        self._notices.show(_KEEP, text, severity=Severity.ERROR)

    # Showing

    def _show(self, work: ScheduleWork) -> None:
        base = work.base
        if base is None:
            return
        standing = work.standing
        is_stale = standing in (Standing.READING, Standing.STALE)
        note = NO_ENDPOINT if work.is_local else "\n".join(base.problems)
        self._pane.show_week(
            work.site, work.current, is_stale=is_stale, is_stored=not work.is_local, note=note
        )
        as_of = as_of_words(base.as_of, work.site.timezone, self._pane.now_ms, self._pane.style_words)
        changes = work.difference(self._pane.style_words).changes if work.has_draft else 0
        self._pane.show_standing(standing_words(standing, as_of=as_of, changes=changes))
        can_edit = not work.is_saving
        self._pane.grid.set_editable(can_edit)
        self._pane.header.set_tools(
            can_edit=can_edit,
            can_undo=bool(work.undo_steps),
            can_redo=bool(work.redo_steps),
            can_save=can_edit and not work.is_local and (work.has_draft or work.is_unconfirmed),
            undo=work.undo_steps[-1][1] if work.undo_steps else "",
            redo=work.redo_steps[-1][1] if work.redo_steps else "",
        )
        self._panel.set_editable(can_edit)
        self._panel.show_schedule(work.current, is_stored=not work.is_local)
        self._panel.show_period(self._pane.grid.selected)
        if work.theirs is not None:
            self._panel.show_server_line("Changed on the server since your draft began", is_good=False)
        elif work.is_fresh and work.has_draft:
            self._panel.show_server_line(f"Server copy unchanged since {as_of}" if as_of else "")
        else:
            self._panel.show_server_line("")
        self.work_shown.emit(work)

    def _show_nothing(self) -> None:
        self._work = None
        self.work_shown.emit(None)
        self._pane.grid.set_editable(False)
        self._panel.show_schedule(None)
        self._panel.show_period(None)
        self._pane.show_no_site()

    def _show_message(self, work: ScheduleWork) -> None:
        """There is no week to show."""
        self._pane.grid.set_editable(False)
        self._panel.show_schedule(None)
        self._panel.show_period(None)
        self._pane.show_standing("")

    def _is_selected(self, site: Site) -> bool:
        selected = self._selection.site
        return selected is not None and selected.site_id == site.site_id

    def _connect_parts(self) -> None:
        grid, header, panel = self._pane.grid, self._pane.header, self._panel
        self._selection.site_changed.connect(self._on_site_changed)
        self._pane.retry_requested.connect(self.refresh)
        self._pane.draw_requested.connect(self.draw_locally)
        grid.schedule_edited.connect(self._on_edited)
        grid.period_selected.connect(panel.show_period)
        grid.group_chosen.connect(panel.show_group)
        grid.edit_requested.connect(panel.focus_numbers)
        for source in (grid, header):
            source.undo_requested.connect(self.undo)
            source.redo_requested.connect(self.redo)
        header.copy_day_requested.connect(self._on_copy_day)
        header.clear_requested.connect(self._on_clear)
        header.revert_requested.connect(self.discard_draft)
        header.save_requested.connect(lambda: self.save_now(confirm=True))
        panel.period_edited.connect(self._on_period_edited)
        panel.copy_requested.connect(grid.copy_to_days)
        panel.delete_requested.connect(grid.delete_selected)
        panel.place_chosen.connect(grid.select_place)


def _nothing(_result: None) -> None:
    """A kept draft is what the person expects; nothing to say."""
