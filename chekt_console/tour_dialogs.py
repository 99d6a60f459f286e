"""What the tour shows beside the perspectives: the schedule's tabs, and the dialogs that change nothing by being opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.api.simulator_control import ASKS
from chekt_console.tour_schedule import ScheduleSights
from chekt_console.tour_view import View
from chekt_console.ui.shared.help_sheet import HelpSheet
from chekt_console.ui.shared.notice_strip import NoticeStrip

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
        self._asked = False
        self._schedule = ScheduleSights(session, window)

    def tabs(self) -> list[View]:
        """Below the week; the schedule perspective is in front."""
        return [
            View(f"schedule-{name}", self._bring_tab(number), lambda: True)
            for number, name in enumerate(_TABS, start=1)
        ] + self._schedule.views()

    def dialogs(self) -> list[View]:
        return [
            self._of("site-settings", self._open_site, self._site_dialog, self._is_site_read),
            self._of("raise-event", self._open_raise, self._raise_dialog),
            self._of("delivery-times", self._open_delays, self._delays_dialog),
            self._of("clip-check", self._open_clip_check, self._clip_check, self._are_clips_checked),
            self._of("live-wall", self._open_wall, self._wall, self._is_wall_live),
            self._of("stills", self._open_stills, self._stills, self._are_stills_there),
            self._of("outbox", self._open_outbox, self._outbox),
            self._of("keys", self._open_keys, self._keys),
        ]

    def together(self) -> View:
        """The cameras of the alarm that is on the screen."""
        return self._of("together", self._open_together, self._together, self._do_cameras_play)

    def two_way(self, refused: View) -> list[View]:
        """The monitoring center asks, an event is raised and followed; last, because alarms and notices stay behind."""
        return [
            self._of("requests", self._open_requests, self._requests, self._were_requests_heard),
            self._of("webhooks", self._open_webhooks, self._webhooks, self._are_webhooks_listed),
            refused,
            self._of("raised-event", self._open_raised, self._raise_dialog, self._is_delivered),
        ]

    def close(self) -> None:
        """The keeper of what was opened drops it by itself."""
        self._schedule.close()
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

    def _open_together(self) -> None:
        review = self._session_of().review
        if review is not None:
            review.incident_panel.together.click()

    def _together(self) -> QWidget | None:
        review = self._session_of().review
        return review.together.window if review is not None else None

    def _do_cameras_play(self) -> bool:
        """Each shows a picture: the clock has come to where all of them have one."""
        review = self._session_of().review
        window = review.together.window if review is not None else None
        return window is not None and all(not tile.says for tile in window.tiles)

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

    def end_two_way(self) -> None:
        """Refuses what was asked and dismisses what was said, for the pictures that follow."""
        live = self._session_of().live
        if live is None or not live.feed.is_on:
            return
        for state in live.requests.states():
            if state.state == "waiting":
                live.controller.refuse(state.request.request_id)
        live.set_listening(is_on=False)
        for strip in self._window.findChildren(NoticeStrip):
            # Those that found no room come up as others go.
            while kinds := [one.notice.kind for one in strip.lines() if not one.notice.is_lasting]:
                strip.dismiss(kinds[0])

    def _is_wall_live(self) -> bool:
        """Every camera has given pictures for a moment, so that each says how many, or has said why it gives none."""
        work = self._session_of().work
        wall = work.live_controller.wall if work is not None else None
        return wall is not None and all(
            (tile.picture.has_image or not tile.retry.isHidden()) and "Connecting" not in tile.status.text()
            for tile in wall.tiles
        )

    def _open_requests(self) -> None:
        live = self._session_of().live
        if live is not None:
            self._asked = False
            live.set_listening(is_on=True)
            live.controller.show_dialog()

    def _requests(self) -> QWidget | None:
        live = self._session_of().live
        return live.controller.dialog if live is not None else None

    def _were_requests_heard(self) -> bool:
        """Asks one of each as soon as somebody listens; filled once they stand in the list."""
        live, account = self._session_of().live, self._session_of().account
        if live is None or account is None or not live.feed.is_live:
            return False
        if not self._asked:
            self._asked = True
            for kind in ASKS:
                account.let_center_ask(kind)
        return {state.request.kind for state in live.requests.states()} >= set(ASKS)

    def _open_webhooks(self) -> None:
        live = self._session_of().live
        if live is not None:
            live.show_inspector()

    def _webhooks(self) -> QWidget | None:
        live = self._session_of().live
        return live.inspector if live is not None else None

    def _are_webhooks_listed(self) -> bool:
        live = self._session_of().live
        return live is not None and live.inspector is not None and live.inspector.list.topLevelItemCount() > 0

    def _open_raised(self) -> None:
        self._open_raise()
        account = self._session_of().account
        if account is not None and account.outbound.dialog is not None:
            account.outbound.dialog.send.click()

    def _is_delivered(self) -> bool:
        """With the monitoring center; an operator takes longer than a tour waits."""
        account = self._session_of().account
        dialog = account.outbound.dialog if account is not None else None
        return dialog is not None and "an operator has not decided" in dialog.note.text()

    def _open_keys(self) -> None:
        self._window.window_menu.keys_requested.emit()

    def _keys(self) -> QWidget | None:
        sheets = self._window.findChildren(HelpSheet)
        return sheets[-1] if sheets else None
