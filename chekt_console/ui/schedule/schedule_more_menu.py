"""What else can be done with a schedule: copied in words, to another site, to a file, on paper, and read from a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from chekt_console.domain.schedule_calendar import TableProblem, from_table, to_table
from chekt_console.domain.schedule_words import describe
from chekt_console.domain.site_clock import zone_of
from chekt_console.errors import ConsoleError
from chekt_console.ui.schedule.schedule_files import FILTERS, read_schedule, write_schedule
from chekt_console.ui.schedule.week_print import page_layout, paint_page, save_pdf
from chekt_console.ui.shared.file_places import ask_to_open, ask_to_save
from chekt_console.ui.shared.key_caps import key_text
from chekt_console.ui.shared.notices import Severity

if TYPE_CHECKING:
    from chekt_console.domain.site import Site
    from chekt_console.ui.schedule.schedule_controller import ScheduleController
    from chekt_console.ui.schedule.schedule_pane import SchedulePane
    from chekt_console.ui.schedule.schedule_saver import NoticeBoard
    from chekt_console.ui.schedule.schedule_work import ScheduleWork

_NOTICE = "schedule.more"
_CSV, _FROM = "text/csv", "application/x-chekt-site"


class ScheduleMoreMenu(QObject):
    def __init__(self, pane: SchedulePane, controller: ScheduleController, notices: NoticeBoard) -> None:
        super().__init__(pane)
        self._pane = pane
        self._controller = controller
        self._notices = notices
        menu = QMenu(pane)
        self.copy_words = self._action(menu, "Copy in words", self._on_copy_words, "Ctrl+Shift+W")
        menu.addSeparator()
        self.copy_week = self._action(menu, "Copy the week", self._on_copy_week, "Ctrl+Alt+C")
        self.paste_week = self._action(menu, "Paste the week", self._on_paste_week, "Ctrl+Alt+V")
        menu.addSeparator()
        self.load = self._action(menu, "Import…", self._on_load)
        self.store = self._action(menu, "Export…", self._on_store)
        menu.addSeparator()
        self.pdf = self._action(menu, "Save as PDF…", self._on_pdf)
        self.paper = self._action(menu, "Print…", self._on_print)
        self.menu = menu
        pane.header.more.setMenu(menu)
        menu.aboutToShow.connect(self._show_actions)
        controller.work_shown.connect(lambda _: self._show_actions())
        self._show_actions()

    def import_file(self, path: Path) -> None:
        """As one step that can be undone; nothing is saved by it."""
        work = self._controller.work
        if work is None or work.base is None:
            return
        try:
            schedule, problems = read_schedule(path, work.site.timezone, self._site_now(work.site).date())
        except ConsoleError as error:
            self._say(error.sentence, Severity.ERROR)
            return
        self._controller.edit_draft(schedule, f"Import {path.name}")
        left = f" {' '.join(problems[:3])}" if problems else ""
        self._say(
            f"{path.name} is now the draft of {work.site.name}; nothing is saved yet.{left}", Severity.INFO
        )

    def export_file(self, path: Path) -> None:
        work = self._controller.work
        if work is None:
            return
        try:
            note = write_schedule(path, work.current, work.site, self._site_now(work.site).date())
        except ConsoleError as error:
            self._say(error.sentence, Severity.ERROR)
            return
        self._say(f"Written to {path.name}. {note}".strip(), Severity.WARNING if note else Severity.GOOD)

    def pdf_file(self, path: Path) -> None:
        work = self._controller.work
        if work is None:
            return
        try:
            save_pdf(path, work.site, work.current, self._pane.style_words, self._site_now(work.site))
        except ConsoleError as error:
            self._say(error.sentence, Severity.ERROR)
            return
        self._say(f"Saved as {path.name}.", Severity.GOOD)

    def _action(self, menu: QMenu, words: str, slot: object, keys: str = "") -> QAction:
        action = QAction(words, menu)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setToolTip(key_text(keys))
            self._pane.addAction(action)
        action.triggered.connect(slot)
        menu.addAction(action)
        return action

    def _show_actions(self) -> None:
        work = self._controller.work
        has_week = work is not None and work.base is not None
        for action in (self.copy_words, self.copy_week, self.store, self.pdf, self.paper):
            action.setEnabled(has_week)
        can_edit = has_week and work is not None and not work.is_saving
        self.load.setEnabled(can_edit)
        self.paste_week.setEnabled(can_edit)

    def _on_copy_words(self) -> None:
        work = self._work()
        if work is not None:
            lines = [work.site.name, *describe(work.current, self._pane.style_words)]
            QGuiApplication.clipboard().setText("\n".join(lines))
            self._say(f"The schedule of {work.site.name} was copied in words.", Severity.GOOD)

    def _on_copy_week(self) -> None:
        work = self._work()
        if work is not None:
            mime = QMimeData()
            table = to_table(work.current)
            mime.setData(_CSV, table.encode())
            mime.setData(_FROM, work.site.name.encode())
            mime.setText("\n".join(describe(work.current, self._pane.style_words)))
            QGuiApplication.clipboard().setMimeData(mime)
            self._say(
                f"The week of {work.site.name} was copied. Choose another site and paste it.", Severity.GOOD
            )

    def _on_paste_week(self) -> None:
        work, mime = self._work(), QGuiApplication.clipboard().mimeData()
        if work is None or work.is_saving:
            return
        text = (
            bytes(mime.data(_CSV).data()).decode("utf-8", "replace") if mime.hasFormat(_CSV) else mime.text()
        )
        try:
            schedule = from_table(text)
        except TableProblem:
            self._say(
                "There is no week to paste. Copy one first, at another site or in a table.", Severity.WARNING
            )
            return
        source = bytes(mime.data(_FROM).data()).decode("utf-8", "replace") or "the clipboard"
        self._controller.edit_draft(schedule, f"Paste the week of {source}")

    def _on_load(self) -> None:
        kinds = f"Schedules (*.json *.ics *.csv);;{';;'.join(FILTERS.values())}"
        path = ask_to_open(self._pane, "Import a schedule", kinds)
        if path is not None:
            self.import_file(path)

    def _on_store(self) -> None:
        work = self._work()
        if work is None:
            return
        name = f"{_plain(work.site.name)}-schedule"
        path, chosen = ask_to_save(self._pane, "Export the schedule", name, ";;".join(FILTERS.values()))
        if path is not None:
            kind = next((ending for ending, words in FILTERS.items() if words == chosen), "json")
            has_ending = path.suffix.casefold().lstrip(".") in FILTERS
            self.export_file(path if has_ending else Path(f"{path}.{kind}"))

    def _on_pdf(self) -> None:
        work = self._work()
        if work is None:
            return
        name = f"{_plain(work.site.name)}-schedule.pdf"
        path, _ = ask_to_save(self._pane, "Save as PDF", name, "PDF (*.pdf)")
        if path is not None:
            self.pdf_file(path if path.suffix.casefold() == ".pdf" else Path(f"{path}.pdf"))

    def _on_print(self) -> None:
        # Imported when first asked for: printing is no part of a start.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        work = self._work()
        if work is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(page_layout())
        printer.setDocName(f"Arming schedule of {work.site.name}")
        dialog = QPrintDialog(printer, self._pane)
        try:
            if dialog.exec() and not paint_page(
                printer, work.site, work.current, self._pane.style_words, self._site_now(work.site)
            ):
                self._say("The printer did not take the page.", Severity.ERROR)
        finally:
            dialog.deleteLater()

    def _work(self) -> ScheduleWork | None:
        work = self._controller.work
        return work if work is not None and work.base is not None else None

    def _site_now(self, site: Site) -> datetime:
        return datetime.fromtimestamp(self._pane.now_ms / 1000, zone_of(site.timezone))

    def _say(self, text: str, severity: Severity) -> None:
        self._notices.show(_NOTICE, text, severity=severity)


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name).strip("-")[:60] or "site"
