"""What the tour shows beside the perspectives: the schedule's tabs, and the dialogs that change nothing by being opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.tour_view import View
from chekt_console.ui.shared.help_sheet import HelpSheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from chekt_console.session import Session
    from chekt_console.ui.clip.clip_survey_dialog import ClipSurveyDialog
    from chekt_console.ui.main_window import MainWindow

_TABS = ("what-if", "reality", "suggest", "exceptions")


class DialogSights:
    """Each closes what the one before it opened."""

    def __init__(self, session: Callable[[], Session], window: MainWindow) -> None:
        self._session_of = session
        self._window = window
        self._shown: QWidget | None = None

    def tabs(self) -> list[View]:
        """Below the week; the schedule perspective is in front."""
        return [
            View(f"schedule-{name}", self._bring_tab(number), lambda: True)
            for number, name in enumerate(_TABS, start=1)
        ]

    def dialogs(self) -> list[View]:
        return [
            self._of("site-settings", self._open_site, self._site_dialog, self._is_site_read),
            self._of("raise-event", self._open_raise, self._raise_dialog),
            self._of("delivery-times", self._open_delays, self._delays_dialog),
            self._of("clip-check", self._open_clip_check, self._clip_check, self._are_clips_checked),
            self._of("live-wall", self._open_wall, self._wall),
            self._of("stills", self._open_stills, self._stills, self._are_stills_there),
            self._of("outbox", self._open_outbox, self._outbox),
            self._of("requests", self._open_requests, self._requests),
            self._of("webhooks", self._open_webhooks, self._webhooks),
            self._of("keys", self._open_keys, self._keys),
        ]

    def close(self) -> None:
        """The keeper of what was opened drops it by itself."""
        shown, self._shown = self._shown, None
        if shown is not None:
            shown.close()

    def _of(
        self,
        name: str,
        open_it: Callable[[], None],
        find: Callable[[], QWidget | None],
        is_filled: Callable[[], bool] = lambda: True,
    ) -> View:
        def prepare() -> None:
            self.close()
            open_it()
            self._shown = find()

        def is_there() -> bool:
            widget = find()
            return widget is not None and widget.isVisible() and is_filled()

        return View(name, prepare, is_there, find, is_once=True)

    def _bring_tab(self, number: int) -> Callable[[], None]:
        def bring() -> None:
            schedule = self._session_of().schedule
            if schedule is not None:
                schedule.schedule_pane.below.tabs.setCurrentIndex(number)

        return bring

    def _open_site(self) -> None:
        account = self._session_of().account
        if account is not None:
            account.edit()

    def _site_dialog(self) -> QWidget | None:
        account = self._session_of().account
        return account.controller.dialog if account is not None else None

    def _is_site_read(self) -> bool:
        account = self._session_of().account
        dialog = account.controller.dialog if account is not None else None
        return dialog is not None and bool(dialog.details.wanted.site_id)

    def _open_raise(self) -> None:
        account = self._session_of().account
        if account is not None:
            account.raise_event()

    def _raise_dialog(self) -> QWidget | None:
        account = self._session_of().account
        return account.outbound.dialog if account is not None else None

    def _open_delays(self) -> None:
        account = self._session_of().account
        if account is not None:
            account.show_delays()

    def _delays_dialog(self) -> QWidget | None:
        account = self._session_of().account
        return account.outbound.delays if account is not None else None

    def _open_clip_check(self) -> None:
        account = self._session_of().account
        if account is not None:
            account.clip_check_action.trigger()
        dialog = self._survey()
        if dialog is not None:
            dialog.check_requested.emit(1)

    def _survey(self) -> ClipSurveyDialog | None:
        review = self._session_of().review
        return review.survey_controller.dialog if review is not None else None

    def _clip_check(self) -> QWidget | None:
        return self._survey()

    def _are_clips_checked(self) -> bool:
        dialog = self._survey()
        return dialog is not None and bool(dialog.cameras) and dialog.csv.isEnabled()

    def _open_wall(self) -> None:
        work = self._session_of().work
        if work is not None:
            work.devices_pane.wall_requested.emit()

    def _wall(self) -> QWidget | None:
        work = self._session_of().work
        return work.live_controller.wall if work is not None else None

    def _open_stills(self) -> None:
        work = self._session_of().work
        if work is not None:
            work.devices_pane.snapshots_requested.emit()

    def _stills(self) -> QWidget | None:
        work = self._session_of().work
        return work.live_controller.sheet if work is not None else None

    def _are_stills_there(self) -> bool:
        work = self._session_of().work
        sheet = work.live_controller.sheet if work is not None else None
        return sheet is not None and sheet.again.isEnabled()

    def _open_outbox(self) -> None:
        outbox = self._session_of().outbox
        if outbox is not None:
            outbox.show_list()

    def _outbox(self) -> QWidget | None:
        outbox = self._session_of().outbox
        return outbox.dialog if outbox is not None else None

    def _open_requests(self) -> None:
        live = self._session_of().live
        if live is not None:
            live.controller.show_dialog()

    def _requests(self) -> QWidget | None:
        live = self._session_of().live
        return live.controller.dialog if live is not None else None

    def _open_webhooks(self) -> None:
        live = self._session_of().live
        if live is not None:
            live.show_inspector()

    def _webhooks(self) -> QWidget | None:
        live = self._session_of().live
        return live.inspector if live is not None else None

    def _open_keys(self) -> None:
        self._window.window_menu.keys_requested.emit()

    def _keys(self) -> QWidget | None:
        sheets = self._window.findChildren(HelpSheet)
        return sheets[-1] if sheets else None
