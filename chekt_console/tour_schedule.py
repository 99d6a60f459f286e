"""What the tour shows of saving a schedule: the review before it, and the choice when somebody else saved first. Nothing is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import moved
from chekt_console.tour_view import View
from chekt_console.ui.schedule.merge_dialog import MergeDialog
from chekt_console.ui.schedule.schedule_dialogs import SaveDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.session import Session
    from chekt_console.session_work import SchedulePanes
    from chekt_console.ui.main_window import MainWindow

_EARLIER_MIN, _LATER_MIN = 120, 90


class ScheduleSights:
    def __init__(self, session: Callable[[], Session], window: MainWindow) -> None:
        self._session_of = session
        self._window = window
        self._merge: MergeDialog | None = None
        self._has_drawn = False

    def views(self) -> list[View]:
        """The schedule perspective is in front, with a site's week."""
        return [
            View("schedule-save", self._open_save, self._is_replayed, self._save_dialog, is_once=True),
            View("schedule-merge", self._open_merge, self._is_merge_shown, lambda: self._merge, is_once=True),
        ]

    def close(self) -> None:
        merge, self._merge = self._merge, None
        if merge is not None:
            merge.close()
        panes = self._panes()
        if panes is not None:
            dialog = self._save_dialog()
            if dialog is not None:
                dialog.reject()
            if self._has_drawn:
                panes.schedule_controller.undo()
        self._has_drawn = False

    def _panes(self) -> SchedulePanes | None:
        return self._session_of().schedule

    def _open_save(self) -> None:
        self.close()
        panes = self._panes()
        work = panes.schedule_controller.work if panes is not None else None
        if panes is None or work is None or work.base is None or work.has_draft:
            return
        panes.schedule_controller.edit_draft(_all_end(work.current, -_EARLIER_MIN), "Earlier")
        self._has_drawn = True
        panes.schedule_controller.save_now(confirm=True)

    def _save_dialog(self) -> SaveDialog | None:
        panes = self._panes()
        dialog = panes.schedule_controller.saver.dialog if panes is not None else None
        return dialog if isinstance(dialog, SaveDialog) else None

    def _is_replayed(self) -> bool:
        dialog = self._save_dialog()
        return dialog is not None and dialog.isVisible() and dialog.show_alarms.isEnabled()

    def _open_merge(self) -> None:
        """Made up: nobody else saves while a tour goes on."""
        self.close()
        panes = self._panes()
        work = panes.schedule_controller.work if panes is not None else None
        if panes is None or work is None or work.base is None:
            return
        base = work.base
        some = WeekSchedule(base.schedule.periods[:2], base.schedule.exceptions)
        rest = base.schedule.periods[2:]
        free = _free_hour(base.schedule)
        moved_mine = tuple(moved(p, -_EARLIER_MIN) for p in some.periods)
        moved_theirs = tuple(moved(p, -_LATER_MIN) for p in _all_end(some, 2 * _LATER_MIN).periods)
        mine = WeekSchedule((*moved_mine, *rest), base.schedule.exceptions)
        theirs = WeekSchedule((*moved_theirs, *rest, *free), base.schedule.exceptions)
        self._merge = MergeDialog(
            work.site,
            base,
            mine,
            replace(base, schedule=theirs),
            panes.schedule_pane.theme,
            panes.schedule_pane.style_words,
            self._window,
        )
        self._merge.open()

    def _is_merge_shown(self) -> bool:
        return self._merge is not None and self._merge.isVisible()


def _all_end(schedule: WeekSchedule, by_min: int) -> WeekSchedule:
    periods = tuple(
        replace(p, length_min=max(60, min(p.length_min + by_min, WEEK_MIN))) for p in schedule.periods
    )
    return WeekSchedule(periods, schedule.exceptions)


def _free_hour(schedule: WeekSchedule) -> tuple[ArmedPeriod, ...]:
    """Noon of Wednesday, where it is not armed."""
    noon = 2 * DAY_MIN + 720
    is_armed = any((noon - p.start_min) % WEEK_MIN < p.length_min + 120 for p in schedule.periods)
    return () if is_armed or not schedule.periods else (ArmedPeriod(noon, 60, schedule.periods[0].mode),)
