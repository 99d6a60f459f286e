"""Between the exceptions' tab and the draft: each change is one step of the draft; names of holidays are kept here."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt

from chekt_console.domain.schedule_exceptions import (
    skip_next,
    with_days,
    with_exception,
    without_days,
)
from chekt_console.domain.schedule_words import date_words
from chekt_console.domain.site_clock import wall_of, zone_of
from chekt_console.ui.schedule.exceptions_dialog import ExceptionDialog
from chekt_console.ui.schedule.exceptions_panel import ExceptionsPanel, days_of_run
from chekt_console.ui.shared.notices import Severity

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from chekt_console.background.runner import Runner
    from chekt_console.domain.schedule import ArmedPeriod
    from chekt_console.domain.schedule_exceptions import DayPeriods, ExceptionRun
    from chekt_console.errors import ConsoleError
    from chekt_console.ui.schedule.schedule_controller import ScheduleController
    from chekt_console.ui.schedule.schedule_pane import SchedulePane
    from chekt_console.ui.schedule.schedule_saver import NoticeBoard
    from chekt_console.ui.schedule.schedule_work import ScheduleWork

_NOTICE = "schedule.exceptions"


class Choices(Protocol):
    """Small things this computer remembers; store/local.py fits."""

    def choice(self, name: str) -> str: ...
    def put_choice(self, name: str, value: str) -> None: ...


class ExceptionsController(QObject):
    def __init__(
        self,
        pane: SchedulePane,
        controller: ScheduleController,
        runner: Runner,
        choices: Choices,
        notices: NoticeBoard,
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._runner = runner
        self._controller = controller
        self._choices = choices
        self._notices = notices
        self._work: ScheduleWork | None = None
        self._names: dict[date, str] = {}
        self._named_site = ""
        self.panel = ExceptionsPanel(pane.style_words)
        self.dialog: QDialog | None = None
        pane.below.add_tab(self.panel, "Exceptions")
        controller.work_shown.connect(self._on_work_shown)
        pane.day_began.connect(lambda: self._on_work_shown(self._work))
        self.panel.add_requested.connect(lambda: self._open(None))
        self.panel.edit_requested.connect(self._open)
        self.panel.remove_requested.connect(self._on_remove)
        self.panel.holidays_requested.connect(self._on_holidays)
        pane.grid.skip_requested.connect(self.skip)

    def skip(self, period: ArmedPeriod) -> None:
        """The next time this period would begin, it does not. It ends by itself."""
        work, today = self._work, self._today
        if work is None:
            return
        if today is None:
            self._notices.show(_NOTICE, "Set the site's time zone first: what is next depends on it.")
            return
        schedule, day = skip_next(work.current, period, today, self._now_min)
        self._controller.edit_draft(schedule, "Skip once")
        self._notices.show(
            _NOTICE,
            f"{period.mode.label} is left out on {date_words(day)} {day.year}; the week counts again after that.",
            severity=Severity.INFO,
        )

    @property
    def _today(self) -> date | None:
        """Of the site; None while its zone is not known: the band above the week asks for it."""
        zone = zone_of(self._work.site.timezone) if self._work is not None else None
        return wall_of(self._pane.now_ms, zone).date() if zone is not None else None

    @property
    def _now_min(self) -> int:
        """Minute of the site's day; before all of them when its zone is not known."""
        zone = zone_of(self._work.site.timezone) if self._work is not None else None
        if zone is None:
            return -1
        wall = wall_of(self._pane.now_ms, zone)
        return wall.hour * 60 + wall.minute

    def _on_work_shown(self, work: ScheduleWork | None) -> None:
        self._work = work
        if work is None or work.base is None:
            self.panel.show_schedule(None, {}, None, can_edit=False)
            return
        if self._named_site != work.site.site_id:
            self._named_site = site_id = work.site.site_id
            self._names = {}
            self._runner.submit(
                lambda _progress: self._choices.choice(f"holidays {site_id}"),
                done=partial(self._on_names_read, site_id),
                failed=lambda _error: None,  # a comfort: the days stand there without their names
                lane=f"holidays {site_id}",
                is_local=True,
            )
        self._pane.below.forecast.set_names(self._names)
        today = self._today
        can_edit = not work.is_saving and today is not None
        self.panel.show_schedule(work.current, self._names, today, can_edit=can_edit)

    def _open(self, run: ExceptionRun | None) -> None:
        today = self._today
        if self._work is None or today is None:
            return
        dialog = ExceptionDialog(self._pane.theme, self._pane.style_words, today, run, self._pane)
        site_id = self._work.site.site_id

        def take(first: date, last: date, periods: DayPeriods) -> None:
            work = self._work
            if work is None or work.site.site_id != site_id:
                return  # another site came on the screen meanwhile
            kept = without_days(work.current, days_of_run(run)) if run is not None else work.current
            self._controller.edit_draft(with_exception(kept, first, last, periods), "Exception")

        dialog.exception_accepted.connect(take)
        self._show(dialog)

    def _on_remove(self, days: tuple[date, ...]) -> None:
        if self._work is not None:
            self._controller.edit_draft(without_days(self._work.current, days), "Remove exceptions")

    def _on_holidays(self) -> None:
        work, today = self._work, self._today
        if work is None or today is None:
            return
        # Imported when first asked for: the calendars of 250 countries are no part of a start.
        from chekt_console.services.holiday_service import country_of_zone
        from chekt_console.ui.schedule.holiday_dialog import HolidayDialog

        country, region = country_of_zone(work.site.timezone)
        taken = [exception.day for exception in work.current.exceptions]
        dialog = HolidayDialog(country, region, today, taken, self._pane)
        dialog.holidays_accepted.connect(partial(self._on_holidays_accepted, work.site.site_id))
        self._show(dialog)

    def _on_holidays_accepted(self, site_id: str, names: dict[date, str], periods: DayPeriods) -> None:
        work = self._work
        if work is None or work.site.site_id != site_id:
            return
        self._names = {**self._names, **names}
        body = json.dumps({day.isoformat(): name for day, name in self._names.items()})
        self._runner.submit(
            lambda _progress: self._choices.put_choice(f"holidays {site_id}", body),
            done=lambda _: None,
            failed=self._on_keep_failed,
            lane=f"holidays {site_id}",
            is_command=True,
        )
        self._controller.edit_draft(with_days(work.current, dict.fromkeys(names, periods)), "Holidays")

    def _on_keep_failed(self, error: ConsoleError) -> None:
        self._notices.show(_NOTICE, f"The holidays' names are not kept. {error.sentence}")

    def _on_names_read(self, site_id: str, text: str) -> None:
        work = self._work
        if work is None or work.site.site_id != site_id:
            return
        try:
            names = {date.fromisoformat(day): str(name) for day, name in json.loads(text or "{}").items()}
        except (ValueError, AttributeError):
            return
        self._names = {**names, **self._names}  # with what was added meanwhile
        self._on_work_shown(work)

    def _show(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._on_finished)
        dialog.open()

    def _on_finished(self, _result: int) -> None:
        self.dialog = None
