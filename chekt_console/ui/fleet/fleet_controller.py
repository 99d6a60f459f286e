"""Between the fleet's table and the services: rows from the disk, schedules read where somebody looks, export."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.fleet_csv import to_csv
from chekt_console.errors import DiskFailed
from chekt_console.ui.fleet.fleet_columns import COLUMNS, FIRST_HIDDEN, SITE

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.bulk_schedule_service import BulkScheduleService
    from chekt_console.services.fleet_service import FleetRow, FleetService
    from chekt_console.store.local import LocalStore
    from chekt_console.ui.fleet.fleet_pane import FleetPane
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.slow_link import SlowLink

_COLUMNS = "fleet.columns"
_GATHER_MS = 800
_MINUTE_MS = 60_000
_OLD = timedelta(minutes=15)


def _now() -> datetime:
    return datetime.now(UTC)


class FleetController(QObject):
    """Lives in the window's thread. Works only while the Fleet is in front; when it comes to the front it reads all rows anew."""

    rows_shown = Signal()
    opened = Signal()  # a site was opened: its schedule is wanted
    said = Signal(str, bool)  # a sentence; whether it is good news

    def __init__(
        self,
        pane: FleetPane,
        selection: Selection,
        runner: Runner,
        fleet: FleetService,
        bulk: BulkScheduleService,
        local: LocalStore,
        choose_file: Callable[[], str],
        slow_link: SlowLink,
        *,
        now: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(pane)
        self._now = now
        self._pane = pane
        self._selection = selection
        self._runner = runner
        self._fleet = fleet
        self._bulk = bulk
        self._local = local
        self._choose_file = choose_file
        self._sites: tuple[Site, ...] = ()
        self._slow_link = slow_link
        self._is_in_front = False
        # Read while scrolling, by site and the newest trouble: a failure is not repeated at each scroll.
        self._tried: set[tuple[str, int]] = set()
        self._timer = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._timer.timeout.connect(self._read_rows)
        self._clock = QTimer(self, interval=_MINUTE_MS)
        self._clock.timeout.connect(self.mark_dirty)
        pane.table.site_selected.connect(selection.select_site)
        selection.site_changed.connect(self._follow)
        pane.table.site_opened.connect(self._on_opened)
        pane.table.came_into_view.connect(self._on_view)
        pane.export_requested.connect(self._on_export)
        pane.read_requested.connect(self._on_read_all)
        pane.columns_changed.connect(self._on_columns)
        kept = local.choice(_COLUMNS)
        pane.hide_columns(kept.split(",") if kept else FIRST_HIDDEN)

    def set_sites(self, sites: tuple[Site, ...]) -> None:
        self._sites = tuple(sites)
        if not sites:
            self._pane.show_message("This account has no sites.")
        self.mark_dirty()

    def set_in_front(self, is_in_front: bool) -> None:
        self._is_in_front = is_in_front
        if is_in_front:
            self._clock.start()
            self._read_rows()
            self._follow()
            self._pane.table.setFocus()
        else:
            self._clock.stop()

    def mark_dirty(self) -> None:
        """Something a row shows has changed on the disk; coming to the front reads all of it anyway."""
        if self._is_in_front and not self._timer.isActive():
            self._timer.start()

    def show_site(self, site_id: str) -> None:
        """Bring its row into view."""
        found = self._pane.model.find(site_id)
        if found is not None:
            self._selection.select_site(found.site)
            self._follow()

    def _follow(self) -> None:
        """The row of the selected site is the current one."""
        site, table = self._selection.site, self._pane.table
        row = self._pane.model.row_of(site.site_id) if site is not None else -1
        if row >= 0 and row != table.currentIndex().row():
            table.setCurrentIndex(self._pane.model.index(row, SITE))
            table.scrollTo(table.currentIndex())

    def _read_rows(self) -> None:
        sites = self._sites
        self._runner.submit(
            lambda _progress: self._fleet.rows(sites),
            done=self._on_rows,
            failed=self._on_failed,
            key="fleet.rows",
            is_local=True,
        )

    def _on_rows(self, rows: tuple[FleetRow, ...]) -> None:
        self._pane.show_rows(rows)
        self._follow()
        self.rows_shown.emit()

    def _on_failed(self, error: ConsoleError) -> None:
        self._pane.show_message(error.sentence)
        self.said.emit(error.sentence, False)

    def _on_opened(self, site: Site) -> None:
        self._selection.select_site(site)
        self.opened.emit()

    def _on_view(self, sites: tuple[Site, ...]) -> None:
        """Schedules and devices of the rows somebody looks at, when they were never read or told a trouble since."""
        wanted = tuple(
            site for site in sites if self._is_unread(site) and self._try_of(site) not in self._tried
        )
        if wanted and self._is_in_front and not self._slow_link.is_on:
            self._read(wanted, "", "fleet.view")

    def _on_read_all(self) -> None:
        """What was never read, and what was read a while ago: nobody tells of every change."""
        old = self._now() - _OLD
        wanted = tuple(site for site in self._sites if self._is_unread(site) or self._is_older(site, old))
        if not wanted:
            self.said.emit(
                "The schedules and devices of every site were read within the last quarter of an hour.", True
            )
            return
        self._read(wanted, "Reading schedules and devices", "fleet.read", old)

    def _is_unread(self, site: Site) -> bool:
        row = self._pane.model.find(site.site_id)
        return row is None or row.schedule is None or row.online is None or row.trouble_ms > 0

    def _try_of(self, site: Site) -> tuple[str, int]:
        row = self._pane.model.find(site.site_id)
        return site.site_id, row.trouble_ms if row is not None else 0

    def _is_older(self, site: Site, old: datetime) -> bool:
        row = self._pane.model.find(site.site_id)
        read = (row.schedule_as_of, row.devices_as_of) if row is not None else ()
        return any(as_of is None or as_of < old for as_of in read)

    def _read(self, sites: tuple[Site, ...], title: str, key: str, old: datetime | None = None) -> None:
        tries = [self._try_of(site) for site in sites]

        def work(progress: Progress) -> tuple[str, ...]:
            schedules = self._bulk.read_missing(sites, progress, older_than=old)
            return schedules + self._fleet.read_devices(sites, progress, older_than=old)

        def failed(error: ConsoleError) -> None:
            self._tried.update(tries)
            self.said.emit(error.sentence, False)

        def done(problems: tuple[str, ...]) -> None:
            self._tried.update(tries)
            self._on_read(problems)

        self._runner.submit(
            work,
            done=done,
            failed=failed,
            partial=lambda _: self.mark_dirty(),
            key=key,
            title=title,
            priority=Priority.BACKGROUND,
        )

    def _on_read(self, problems: tuple[str, ...]) -> None:
        self.mark_dirty()
        if problems:
            more = f" And {len(problems) - 1} more." if len(problems) > 1 else ""
            self.said.emit(problems[0] + more, False)

    def _on_columns(self, hidden: frozenset[str]) -> None:
        # A comma alone: nothing is hidden, which is a choice too.
        words = ",".join(sorted(hidden)) or ","
        self._runner.submit(
            lambda _progress: self._local.put_choice(_COLUMNS, words),
            done=lambda _: None,
            lane="choices",
            is_command=True,
        )

    def _on_export(self) -> None:
        path = self._choose_file()
        if not path:
            return
        table = self._pane.table
        columns = [
            column
            for number, column in enumerate(COLUMNS)
            if column.heading and not table.isColumnHidden(number)
        ]
        rows = self._pane.model.shown

        def work(_progress: Progress) -> int:
            headings = ["Site id", "Account number", *(column.heading for column in columns)]
            lines = (
                [row.site.site_id, row.site.account_number, *(column.text(row) for column in columns)]
                for row in rows
            )
            try:
                Path(path).write_bytes(to_csv(headings, lines))
            except OSError as error:
                raise DiskFailed(f"The table was not saved: {error.strerror}.", detail=str(error)) from error
            return len(rows)

        self._runner.submit(
            work,
            done=lambda count: self.said.emit(f"{count:,} sites saved in {Path(path).name}.", True),
            failed=lambda error: self.said.emit(error.sentence, False),
            title="Exporting the fleet",
            is_local=True,
        )
