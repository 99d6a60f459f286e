"""Qt list of the sites that pass text and state filter, worst first; takes whole new values."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from chekt_console.domain.site_clock import zone_of
from chekt_console.ui.shared.plain_text import one_line
from chekt_console.ui.sites.site_facts import CHIPS, SiteFacts, SiteRow, StateMask, caution_of, clock_words
from chekt_console.ui.sites.sites_index import SitesIndex, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from chekt_console.domain.site import Site

SITE_ROLE = Qt.ItemDataRole.UserRole + 1  # Site
ROW_ROLE = Qt.ItemDataRole.UserRole + 2  # SiteRow, everything the delegate paints
MODE_ROLE = Qt.ItemDataRole.UserRole + 3  # ArmingMode | None
ALARMS_ROLE = Qt.ItemDataRole.UserRole + 4  # int
TROUBLES_ROLE = Qt.ItemDataRole.UserRole + 5  # int

_MAX_FOUND = 16
_NO_PARENT = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SitesModel(QAbstractListModel):
    """Filtering is a scan over ready-made texts, narrowed while typing on; rows are made when they come into view."""

    def __init__(self, parent: QObject | None = None, *, now: Callable[[], datetime] = _utc_now) -> None:
        super().__init__(parent)
        self._now = now
        self._index = SitesIndex.of(())
        self._facts = SiteFacts()
        self._masks: list[int] = []
        self._order: list[int] = []  # rows of the index, worst first
        self._visible: list[int] = []  # those that pass the filter, in that order
        self._words: tuple[str, ...] = ()
        self._chip = StateMask.ALL
        self._counts: dict[StateMask, int] = dict.fromkeys(StateMask, 0)
        self._found: dict[tuple[StateMask, tuple[str, ...]], list[int]] = {}  # of the present order
        self._rows: dict[int, SiteRow] = {}

    @property
    def sites(self) -> tuple[Site, ...]:
        """All sites, filtered or not, in order of name."""
        return self._index.sites

    @property
    def facts(self) -> SiteFacts:
        return self._facts

    @property
    def is_filtered(self) -> bool:
        return bool(self._words) or self._chip is not StateMask.ALL

    def count(self, chip: StateMask) -> int:
        """Sites of a chip, whatever the text filter."""
        return self._counts[chip]

    def show(self, index: SitesIndex, facts: SiteFacts) -> None:
        """A whole new value; the filter stays."""
        self.beginResetModel()
        self._index = index
        self._take_facts(facts)
        self._visible = self._filtered(self._order)
        self.endResetModel()

    def show_facts(self, facts: SiteFacts) -> None:
        """New states of the same sites: rows stay where they are when their order is the same."""
        before = self._visible
        masks = self._masks
        self._take_facts(facts)
        after = before if self._masks == masks else self._filtered(self._order)
        if after == before:
            if before:
                self.dataChanged.emit(self.index(0), self.index(len(before) - 1))
            return
        self._visible = before
        self._replace_visible(after)

    def set_query(self, text: str) -> None:
        words = words_of(text)
        if words == self._words:
            return
        is_narrower = all(any(old in new for new in words) for old in self._words)
        self._words = words
        self._find(self._visible if is_narrower else None)

    def set_chip(self, chip: StateMask) -> None:
        if chip != self._chip:
            self._chip = chip
            self._find(None)

    def _find(self, among: list[int] | None) -> None:
        """Show what passes the filter; `among`: rows known to hold all of it. Deleting finds the earlier answers."""
        key = (self._chip, self._words)
        rows = self._found.get(key)
        if rows is None:
            rows = self._filtered(self._order) if among is None else self._index.matching(self._words, among)
            if len(self._found) >= _MAX_FOUND:
                self._found.pop(next(iter(self._found)))
            self._found[key] = rows
        self._replace_visible(rows)

    def position_of(self, site_id: str) -> int:
        """Row in the list as it is shown, -1 when filtered out or unknown."""
        row = self._index.row_by_id.get(site_id, -1)
        try:
            return self._visible.index(row)
        except ValueError:
            return -1

    def site(self, site_id: str) -> Site | None:
        row = self._index.row_by_id.get(site_id)
        return None if row is None else self._index.sites[row]

    def row(self, position: int) -> SiteRow:
        """What the given row shows."""
        number = self._visible[position]
        row = self._rows.get(number)
        if row is None:
            row = self._rows[number] = self._make_row(self._index.sites[number])
        return row

    def _take_facts(self, facts: SiteFacts) -> None:
        self._facts = facts
        self._rows = {}
        self._found = {}
        mask = facts.mask
        self._masks = masks = [mask(site.site_id) for site in self._index.sites]
        alarmed, troubled, quiet = [], [], []
        for number, bits in enumerate(masks):
            if bits & 2:
                alarmed.append(number)
            elif bits & 4:
                troubled.append(number)
            else:
                quiet.append(number)
        self._order = alarmed + troubled + quiet
        tally: dict[int, int] = {}
        for bits in masks:
            tally[bits] = tally.get(bits, 0) + 1
        self._counts = {
            chip: sum(number for bits, number in tally.items() if bits & chip.value) for chip, _, _ in CHIPS
        }

    def _filtered(self, rows: list[int]) -> list[int]:
        if self._chip is not StateMask.ALL:
            masks, bit = self._masks, self._chip.value
            rows = [row for row in rows if masks[row] & bit]
        return self._index.matching(self._words, rows)

    def _replace_visible(self, rows: list[int]) -> None:
        if rows != self._visible:
            self.beginResetModel()
            self._visible = rows
            self.endResetModel()

    def _make_row(self, site: Site) -> SiteRow:
        arming = self._facts.arming.get(site.site_id)
        name = one_line(site.name) or site.site_id
        account = one_line(site.account_number or site.account_reference_id)
        detail = " · ".join(part for part in (account, one_line(site.address)) if part)
        return SiteRow(
            site=site,
            name=name,
            detail=detail,
            mode=arming.state.mode if arming else None,
            is_armed=arming.state.is_armed if arming else None,
            state_text=one_line(arming.state.text) if arming else "Unknown",
            as_of_text=clock_words(arming.as_of, self._now(), zone_of(site.timezone)) if arming else "",
            alarms=self._facts.alarms.get(site.site_id, 0),
            troubles=self._facts.troubles.get(site.site_id, 0),
            caution=caution_of(site),
        )

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._visible)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == ROW_ROLE:
            return self.row(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.row(index.row()).name
        if role == SITE_ROLE:
            return self.row(index.row()).site
        if role == MODE_ROLE:
            return self.row(index.row()).mode
        if role == ALARMS_ROLE:
            return self.row(index.row()).alarms
        if role == TROUBLES_ROLE:
            return self.row(index.row()).troubles
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.row(index.row()).spoken()
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tooltip(self.row(index.row()))
        return None

    def roleNames(self) -> dict[int, Any]:
        names: dict[int, Any] = dict(super().roleNames())
        for role, name in (
            (SITE_ROLE, b"site"),
            (ROW_ROLE, b"row"),
            (MODE_ROLE, b"mode"),
            (ALARMS_ROLE, b"alarms"),
            (TROUBLES_ROLE, b"troubles"),
        ):
            names[role] = name
        return names


def _tooltip(row: SiteRow) -> str:
    """Rich text made by us, so that names that look like markup stay text."""
    site = row.site
    lines = [f"<b>{escape(row.name)}</b>"]
    lines += [escape(line) for line in (row.detail, one_line(site.dealer_name)) if line]
    state = f"Armed state: {row.state_text}" + (f", as of {row.as_of_text}" if row.as_of_text else "")
    if row.as_of_text and zone_of(site.timezone) is not None:
        state += ", site time"
    lines.append(escape(state))
    if row.alarms:
        lines.append(f"Undecided alarms of the last 24 hours: {row.alarms:,}")
    if row.troubles:
        lines.append(f"Troubles not restored: {row.troubles:,}")
    lines.append(escape(f"Site time: {site.timezone}" if site.timezone else "Time zone not known"))
    if row.caution:
        lines.append(f"▲ {row.caution}: its alarms reach nobody")
    return "<br>".join(lines)
