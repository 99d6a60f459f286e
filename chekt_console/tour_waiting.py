"""What the tour shows of a bad day: changes that wait, what both changed, deliveries that were refused, whose account it is.
What a tour cannot bring about is made up; nothing of it is kept or sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
from PySide6.QtWidgets import QMessageBox

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.outbox import EntryState, EventReport, OutboxEntry, ScheduleChange
from chekt_console.domain.record_change import RecordChange, RecordKind, RowEdit
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.tour_view import View
from chekt_console.ui.account.record_queue import waiting_words
from chekt_console.ui.connect.connect_pane import ConnectPane
from chekt_console.ui.outbox.choice_dialog import ChoiceDialog
from chekt_console.ui.outbox.outbox_dialog import OutboxDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.site import Site
    from chekt_console.session import Session
    from chekt_console.ui.account.site_dialog import SiteDialog
    from chekt_console.ui.main_window import MainWindow
    from chekt_console.ui.shared.selection import Selection

_WITH_SOUND = "Silver Lake Clinic"
_NOT_READ = (
    "api.chekt.com cannot be reached. This is as it was read on 2026-11-28 at 16:40; what you change waits until the server"
    " answers."
)


class WaitingSights:
    """Each closes what the one before it opened."""

    def __init__(self, session: Callable[[], Session], window: MainWindow, selection: Selection) -> None:
        self._session_of = session
        self._window = window
        self._selection = selection
        self._shown: QWidget | None = None
        self._is_refused = False

    def dialogs(self) -> list[View]:
        """A site is selected."""
        return [
            View("site-waiting", self._open_site, self._is_site_read, self._site_dialog, is_once=True),
            View("outbox-filled", self._open_outbox, self._is_shown, lambda: self._shown, is_once=True),
            View("choice", self._open_choice, self._is_shown, lambda: self._shown, is_once=True),
        ]

    def refused(self) -> View:
        """The console listens, and its inspector is open."""
        return View("webhooks-refused", self._send_wrong, self._is_one_refused, self._inspector, is_once=True)

    def sound(self) -> View:
        """Of a site whose first camera sends some."""
        return View("live-sound", self._open_wall, self._can_be_heard, self._wall, is_once=True)

    def whose(self) -> View:
        """The connect page is in front."""
        return View("connect-whose", self._ask_whose, self._is_shown, lambda: self._shown, is_once=True)

    def close(self) -> None:
        shown, self._shown = self._shown, None
        if shown is not None:
            shown.close()

    def _site(self) -> Site:
        site = self._selection.site
        if site is None:
            raise RuntimeError("the tour shows what waits of a site")
        return site

    def _is_shown(self) -> bool:
        return self._shown is not None and self._shown.isVisible()

    def _site_dialog(self) -> SiteDialog | None:
        account = self._session_of().account
        return account.controller.dialog if account is not None else None

    def _open_site(self) -> None:
        self.close()
        account = self._session_of().account
        if account is not None:
            account.edit()
            self._shown = account.controller.dialog

    def _is_site_read(self) -> bool:
        dialog = self._site_dialog()
        if dialog is None or not dialog.details.wanted.site_id:
            return False
        dialog.show_note(_NOT_READ, is_bad=True)
        dialog.show_waiting(waiting_words((_details(self._site()),)))
        return True

    def _open_outbox(self) -> None:
        self.close()
        dialog = self._shown = OutboxDialog(self._window)
        dialog.set_entries(_entries(self._site()), 50 * 60_000)
        dialog.show()

    def _open_choice(self) -> None:
        self.close()
        change = _details(self._site())
        theirs = {"address1": "1480 Harbor Way, Gate 2", "timezone": "America/Denver"}
        there = {edit.row_id: {**(edit.base or {}), **theirs} for edit in change.edits}
        dialog = self._shown = ChoiceDialog(change.words, change.clashes(there), self._window)
        dialog.open()

    def _inspector(self) -> QWidget | None:
        live = self._session_of().live
        return live.inspector if live is not None else None

    def _send_wrong(self) -> None:
        """To the console's own listener, signed with another secret: it is refused like anybody's."""
        session = self._session_of()
        live, self._is_refused = session.live, False
        if live is None:
            return
        url = live.feed.process.url
        headers = {"X-CHeKT-Signature": "sha256=" + "0" * 64, "User-Agent": "somebody/1.0"}
        body = '{"event": "arming.command", "data": {"site_id": "2401", "mode": "disarmed"}}'

        def send(_: object) -> int:
            return httpx.post(url, content=body, headers=headers, timeout=10).status_code

        def sent(_: int) -> None:
            self._is_refused = True
            live.show_inspector()
            if live.inspector is not None:
                live.inspector.shown.setCurrentText("Refused")

        session.runner.submit(send, done=sent, failed=lambda _: None)

    def _is_one_refused(self) -> bool:
        live = self._session_of().live
        inspector = live.inspector if live is not None else None
        return self._is_refused and inspector is not None and inspector.list.topLevelItemCount() > 0

    def _open_wall(self) -> None:
        self.close()
        session = self._session_of()
        site = next((one for one in session.sites.cached().sites if one.name == _WITH_SOUND), None)
        if site is not None:
            self._selection.select_site(site)

    def _wall(self) -> QWidget | None:
        work = self._session_of().work
        return work.live_controller.wall if work is not None else None

    def _can_be_heard(self) -> bool:
        """The devices come first, then the wall, then a camera whose sound was found."""
        work = self._session_of().work
        if work is None:
            return False
        wall = work.live_controller.wall
        if wall is None or not wall.isVisible():
            if work.devices_pane.model.rowCount():
                work.devices_pane.wall_requested.emit()
                self._shown = work.live_controller.wall
            return False
        return any(tile.sound.isVisible() and tile.picture.has_image for tile in wall.tiles)

    def _ask_whose(self) -> None:
        pane = self._window.findChild(ConnectPane)
        if pane is None:
            return
        why = "The account has another name than before."
        pane.ask_whose("Northgate Security", "Northgate Security 2", why, lambda _: None)
        self._shown = pane.findChildren(QMessageBox)[-1]


def _details(site: Site) -> RecordChange:
    base = {"name": site.name, "address1": site.address, "timezone": site.timezone}
    wanted = {**base, "address1": "1480 Harbor Way, Dock 7", "timezone": "America/Phoenix"}
    return RecordChange(
        RecordKind.SITE, site.site_id, site.name, (RowEdit(site.site_id, site.name, base, wanted),)
    )


def _entries(site: Site) -> tuple[OutboxEntry, ...]:
    """One in each state."""
    night = WeekSchedule((ArmedPeriod(1080, 720, ArmingMode.AWAY),))
    week = ScheduleChange(site.site_id, site.name, WeekSchedule(), "v1", night)
    raised = EventReport(site.site_id, f"Intrusion, raised at {site.name}", "{}", is_raised=True)
    waits = OutboxEntry(1, "1", week, 48 * 60_000, tries=3)
    return (
        waits,
        replace(waits, number=2, change=_details(site), made_ms=40 * 60_000, state=EntryState.CONFLICT,
                sentence="Not sent: somebody else changed the same meanwhile. Compare the two and choose."),
        replace(waits, number=3, change=raised, made_ms=30 * 60_000, state=EntryState.NOT_CONFIRMED),
        replace(waits, number=4, change=_details(site), made_ms=20 * 60_000, state=EntryState.REFUSED,
                sentence="The server refused it: the account number is taken."),
        replace(waits, number=5, change=raised, made_ms=10 * 60_000, state=EntryState.DONE),
        replace(waits, number=6, change=week, made_ms=0, state=EntryState.DISCARDED),
    )  # fmt: skip
