"""Writes a site's schedule: asked once, sent once, shown as saved only when it was read back equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.outbox import ScheduleChange
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.errors import DiskFailed, NotConfirmed, Unreachable
from chekt_console.ui.schedule.merge_dialog import MergeDialog
from chekt_console.ui.schedule.schedule_dialogs import SaveDialog
from chekt_console.ui.shared.notices import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog

    from chekt_console.background.runner import Runner
    from chekt_console.domain.outbox import OutboxEntry
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.errors import ConsoleError
    from chekt_console.services.schedule_service import SaveOutcome, ScheduleService, StoredSchedule
    from chekt_console.ui.schedule.schedule_pane import SchedulePane
    from chekt_console.ui.schedule.schedule_work import ScheduleWork
    from chekt_console.ui.shared.theme import Theme


class NoticeBoard(Protocol):
    """What the editor needs of the notices."""

    def show(
        self,
        kind: str,
        text: str,
        *,
        severity: Severity = Severity.INFO,
        action: str = "",
        on_action: Callable[[], None] | None = None,
    ) -> None: ...

    def clear(self, kind: str) -> None: ...


class Queue(Protocol):
    """Where a change waits that cannot be sent now; chekt_console/background/outbox_sender.py fits."""

    def add(
        self,
        change: ScheduleChange,
        *,
        is_unknown: bool = False,
        done: Callable[[OutboxEntry], None],
        failed: Callable[[ConsoleError], None],
    ) -> None: ...

    def open_schedule(self, site_id: str) -> OutboxEntry | None: ...


class ScheduleSaver(QObject):
    theirs_taken = Signal(str)  # site id: what was drawn there is given up
    review_opened = Signal(object, object)  # SaveDialog, ScheduleWork
    list_requested = Signal()  # what waits to be sent
    work_changed = Signal(object)  # ScheduleWork: where it stands, or what is on the screen, is different now

    def __init__(
        self,
        pane: SchedulePane,
        theme: Theme,
        runner: Runner,
        schedules: ScheduleService,
        notices: NoticeBoard,
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._theme = theme
        self._runner = runner
        self._schedules = schedules
        self._notices = notices
        self.dialog: QDialog | None = None  # the one that is open
        self.queue: Queue | None = None

    def save(self, work: ScheduleWork, *, confirm: bool) -> None:
        """With `confirm`, or when this connection cannot hold all of it, the person is asked first."""
        if work.base is None or work.is_local or work.is_saving or self.dialog is not None:
            return
        if not (work.has_draft or work.is_unconfirmed):
            return
        if work.theirs is not None:
            self.ask_whose(work)
        elif confirm or to_key_concepts(work.current).losses:
            self._ask(work)
        else:
            self._send(work)

    def take_theirs(self, work: ScheduleWork) -> None:
        """What was drawn can be had back by undo."""
        theirs = work.theirs
        if theirs is None:
            return
        work.base, work.theirs = theirs, None
        work.edit(theirs.schedule, "Take theirs")
        self.theirs_taken.emit(work.site.site_id)
        self._clear_notices(work)
        self.work_changed.emit(work)

    def save_merged(self, work: ScheduleWork, merged: WeekSchedule, theirs: StoredSchedule) -> None:
        """One step that undo takes back. Written with the ETag it was merged with, so that a third change is refused again."""
        work.edit(merged, "Merge")
        work.base, work.theirs = theirs, None
        self._clear_notices(work)
        self.work_changed.emit(work)
        if work.has_draft:
            self.save(work, confirm=False)
        else:
            self.theirs_taken.emit(work.site.site_id)

    def ask_whose(self, work: ScheduleWork) -> None:
        if work.theirs is None or work.base is None or self.dialog is not None:
            return
        theirs = work.theirs
        dialog = MergeDialog(
            work.site, work.base, work.current, theirs, self._theme, self._pane.style_words, self._pane
        )
        dialog.theirs_chosen.connect(lambda: self.take_theirs(work))
        dialog.merged_chosen.connect(lambda merged: self.save_merged(work, merged, theirs))
        self._open(dialog)

    def say_what_became(self, work: ScheduleWork) -> None:
        """A later reading tells of what was not confirmed before."""
        name = work.site.name
        if not work.has_draft:
            self._say(work, f"The schedule of {name} is saved: the server has it.", Severity.GOOD)
            return
        text = f"The schedule of {name} was not saved: the server still has the old one. Your draft is kept."
        self._say(work, text, Severity.ERROR, "Try again", lambda: self._try_again(work))

    def _ask(self, work: ScheduleWork) -> None:
        assert work.base is not None
        dialog = SaveDialog(
            work.site,
            work.base.schedule,
            work.current,
            self._theme,
            self._pane.style_words,
            self._pane,
            work.base.problems,
        )
        self._open(dialog)
        dialog.accepted.connect(lambda: self._send(work))  # when the dialog is forgotten: another may follow
        self.review_opened.emit(dialog, work)

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.accepted.connect(self._forget_dialog)
        dialog.rejected.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _send(self, work: ScheduleWork) -> None:
        base = work.base
        if base is None or work.is_saving:
            return
        storable = to_key_concepts(work.current)
        if storable.losses:
            work.edit(from_key_concepts(storable.body).schedule, "Nearest storable")
        if self.queue is not None and self.queue.open_schedule(work.site.site_id) is not None:
            self._wait_for_turn(work, work.current)  # not past the change that waits already
            return
        schedule = work.current
        work.is_saving, work.is_unconfirmed, work.is_draft_pending = True, False, False
        work.saves += 1
        self._clear_notices(work)
        self.work_changed.emit(work)
        self._runner.submit(
            lambda progress: self._schedules.save(work.site, schedule, base, progress),
            done=lambda outcome: self._on_outcome(work, schedule, outcome),
            failed=lambda error: self._on_failed(work, error),
            lane=work.site.site_id,
            title=f"Saving the schedule of {work.site.name}",
            priority=Priority.PERSON,
            is_command=True,
        )

    def _on_outcome(self, work: ScheduleWork, sent: WeekSchedule, outcome: SaveOutcome) -> None:
        work.is_saving = False
        work.saves += 1
        if outcome.is_confirmed:
            work.base, work.theirs = outcome.stored, None
            work.is_fresh, work.has_failed = True, False
            self._say(work, outcome.sentence, Severity.GOOD)
        elif outcome.theirs is not None:
            work.theirs = outcome.theirs
            self._say(work, outcome.sentence, Severity.ERROR, "Compare", lambda: self.ask_whose(work))
            if self._pane.isVisible():
                self.ask_whose(work)
        else:
            is_unknown = outcome.is_confirmed is None
            if is_unknown:
                work.base = outcome.stored
                work.is_unconfirmed = True
                work.is_fresh, work.has_failed = False, True
            if outcome.waits_because and self.queue is not None:
                self._wait_for_turn(work, sent, outcome.waits_because, is_unknown=is_unknown)
            else:
                severity = Severity.WARNING if is_unknown else Severity.ERROR
                self._say(work, outcome.sentence, severity, "Try again", lambda: self._try_again(work))
        self.work_changed.emit(work)

    def _wait_for_turn(
        self, work: ScheduleWork, schedule: WeekSchedule, why: str = "", *, is_unknown: bool = False
    ) -> None:
        """Shown as waiting once it is on disk, and not before."""
        base = work.base
        if base is None or self.queue is None or work.is_saving:
            return
        site = work.site
        change = ScheduleChange(site.site_id, site.name, base.schedule, base.etag, schedule)
        work.is_saving = True  # until it is on disk: a second save now would go past it

        def kept(_: OutboxEntry) -> None:
            work.is_saving, work.is_unconfirmed = False, False
            work.waiting = change.mine
            text = f"{why} The schedule of {site.name} waits on this computer and is sent when the server answers."
            if is_unknown:
                text = f"{why} It waits on this computer; the server is read before it goes again."
            severity = Severity.WARNING if is_unknown else Severity.INFO
            self._say(work, text.strip(), severity, "Show", self.list_requested.emit)
            self.work_changed.emit(work)

        def failed(error: ConsoleError) -> None:
            work.is_saving = False
            self._say(
                work, f"{why} The change does not wait: {error.sentence}".strip(), Severity.ERROR, "Try again",
                lambda: self._wait_for_turn(work, schedule, why, is_unknown=is_unknown),
            )  # fmt: skip
            self.work_changed.emit(work)

        self.queue.add(change, is_unknown=is_unknown, done=kept, failed=failed)

    def _on_failed(self, work: ScheduleWork, error: ConsoleError) -> None:
        work.is_saving = False
        work.saves += 1
        work.is_unconfirmed = isinstance(error, NotConfirmed) or (
            isinstance(error, Unreachable) and error.may_have_acted
        )
        what = "is not confirmed as saved" if work.is_unconfirmed else "was not saved"
        kept = "your draft is kept"
        if isinstance(error, DiskFailed):  # it is kept before anything is sent, so nothing was
            work.is_draft_pending = True
            kept = "your draft is only in memory"
        text = f"The schedule of {work.site.name} {what}; {kept}. {error.sentence}"
        severity = Severity.WARNING if work.is_unconfirmed else Severity.ERROR
        self._say(work, text, severity, "Try again", lambda: self._try_again(work))
        self.work_changed.emit(work)

    def _try_again(self, work: ScheduleWork) -> None:
        self.save(work, confirm=False)

    def _say(
        self,
        work: ScheduleWork,
        text: str,
        severity: Severity,
        action: str = "",
        on_action: Callable[[], None] | None = None,
    ) -> None:
        self._notices.show(
            _kind(work.site.site_id), text, severity=severity, action=action, on_action=on_action
        )

    def clear_notice(self, site_id: str) -> None:
        """What was said of a save, which has another end by now."""
        self._notices.clear(_kind(site_id))

    def _clear_notices(self, work: ScheduleWork) -> None:
        self.clear_notice(work.site.site_id)
        self._notices.clear(changed_kind(work))


def changed_kind(work: ScheduleWork) -> str:
    """The notice that somebody else changed what a draft is made from."""
    return f"schedule.changed.{work.site.site_id}"


def _kind(site_id: str) -> str:
    return f"schedule.save.{site_id}"
