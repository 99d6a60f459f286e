"""The sites pane: header, filter field, state chips, list, and a picture for every state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from chekt_console.domain.arming import ArmingMode
from chekt_console.ui.sites.site_facts import CHIPS, SiteFacts, StateMask, clock_words, counted
from chekt_console.ui.sites.sites_header import SitesHeader
from chekt_console.ui.sites.sites_list import SitesList
from chekt_console.ui.sites.sites_message import SitesMessage
from chekt_console.ui.sites.sites_model import SitesModel
from chekt_console.ui.sites.state_chips import StateChips

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.theme import Theme
    from chekt_console.ui.sites.sites_index import SitesIndex

_LOADING_AFTER_MS = 150
_MENU_MODES = (ArmingMode.AWAY, ArmingMode.STAY, ArmingMode.NIGHT, ArmingMode.DISARMED)
_CHIP_WORDS = {chip: word for chip, word, _ in CHIPS}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SitesPane(QWidget):
    """Follows the shared selection and writes to it; is given whole new values by its controller."""

    refresh_requested = Signal()
    arming_requested = Signal(object, object)  # ArmingMode, Site whose menu it was: the whole of it
    settings_requested = Signal()  # of the selected site

    def __init__(
        self,
        selection: Selection,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sitesPane")
        self.setMinimumWidth(200)
        self._selection = selection
        self._theme = theme
        self._now = now
        self._as_of: datetime | None = None
        self._is_stale = True
        self._is_refreshing = False
        self._error = ""
        self._problems: tuple[str, ...] = ()
        self._chip = StateMask.ALL
        self.model = SitesModel(self, now=now)
        self.header = SitesHeader(self)
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Filter by name, account, address…")
        self.filter.setAccessibleName("Filter sites by name, account or address")
        self.filter.setToolTip("Filter sites (/ or Ctrl+F); every word must be found; Esc clears")
        self.filter.setClearButtonEnabled(True)
        self.chips = StateChips(theme, self)
        self.list = SitesList(theme, self)
        self.list.setModel(self.model)
        self.message = SitesMessage(self)
        self._pages = QStackedWidget(self)
        self._loading_timer = QTimer(self, singleShot=True, interval=_LOADING_AFTER_MS)
        self._loading_timer.timeout.connect(self._choose_page)
        self._lay_out_parts()
        self._connect_parts()
        self._choose_page()

    @property
    def has_rows(self) -> bool:
        return self.model.rowCount() > 0

    def show_sites(
        self,
        index: SitesIndex,
        facts: SiteFacts,
        as_of: datetime | None,
        *,
        is_stale: bool,
        problems: tuple[str, ...] = (),
    ) -> None:
        """A new list of sites; the selected site stays selected by its id, the place in the list stays too."""
        self._as_of = as_of
        self._is_stale = is_stale
        self._problems = problems
        if not is_stale:
            self._error = ""
        is_first = not self.model.sites
        was_in_view = self.list.is_in_view(self._selected_row())
        place = self.list.verticalScrollBar().value()
        self.model.show(index, facts)
        self._after_change(place, is_followed=is_first or was_in_view)

    def show_facts(self, facts: SiteFacts) -> None:
        """New armed states and counts of the sites that are shown."""
        was_in_view = self.list.is_in_view(self._selected_row())
        place = self.list.verticalScrollBar().value()
        self.model.show_facts(facts)
        self._after_change(place, is_followed=was_in_view)

    def show_refreshing(self, is_refreshing: bool) -> None:
        """While the server is asked; words appear only when it takes long enough to notice."""
        self._is_refreshing = is_refreshing
        if is_refreshing:
            self._loading_timer.start()
        else:
            self._loading_timer.stop()
            self._choose_page()

    def show_error(self, sentence: str) -> None:
        """The last read failed; what was known before stays on screen, marked with its age."""
        self._error = sentence
        self._is_stale = True
        self.show_refreshing(False)

    def focus_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def clear_filter(self) -> None:
        self.filter.clear()
        self.chips.select(StateMask.ALL)

    def menu_for(self, site: Site) -> QMenu:
        """What can be done with the selected site; the caller shows it."""
        menu = QMenu(self)
        for mode in _MENU_MODES:
            verb = "Disarm" if mode is ArmingMode.DISARMED else f"Arm {mode.value}"
            wish = menu.addAction(f"{verb}: {mode.meaning}")
            wish.triggered.connect(lambda _checked=False, mode=mode: self.arming_requested.emit(mode, site))
        menu.addSeparator()
        settings = menu.addAction("Site settings…")
        settings.triggered.connect(lambda: self.settings_requested.emit())
        menu.addSeparator()
        for words, text in (("Copy account number", site.account_number), ("Copy site id", site.site_id)):
            copy = menu.addAction(words)
            copy.setEnabled(bool(text))
            copy.triggered.connect(
                lambda _checked=False, text=text: QGuiApplication.clipboard().setText(text)
            )
        return menu

    def _lay_out_parts(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        box = QVBoxLayout()
        box.setContentsMargins(12, 9, 12, 9)
        box.setSpacing(8)
        box.addWidget(self.filter)
        box.addWidget(self.chips)
        column.addLayout(box)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self.message)
        column.addWidget(self._pages, 1)
        for before, after in ((self.filter, self.chips.chips[StateMask.ALL]),):
            QWidget.setTabOrder(before, after)

    def _connect_parts(self) -> None:
        self.filter.textChanged.connect(self._on_query_changed)
        self.filter.installEventFilter(self)
        self.chips.chip_selected.connect(self._on_chip_selected)
        self.list.row_selected.connect(self._on_row_selected)
        self.list.menu_requested.connect(self._on_menu_requested)
        self.header.refresh_requested.connect(self.refresh_requested)
        self.message.action_requested.connect(self._on_action_requested)
        self._selection.site_changed.connect(self._on_site_changed)
        self._theme.changed.connect(self.list.viewport().update)
        for keys in (QKeySequence("/"), QKeySequence("Ctrl+F")):
            QShortcut(keys, self).activated.connect(self.focus_filter)

    def _on_query_changed(self, text: str) -> None:
        self.model.set_query(text)
        self._after_filter()

    def _on_chip_selected(self, chip: StateMask) -> None:
        self._chip = chip
        self.model.set_chip(chip)
        self._after_filter()

    def _on_row_selected(self, row: int) -> None:
        self._selection.select_site(self.model.row(row).site)

    def _on_menu_requested(self, row: int, place: QPoint) -> None:
        menu = self.menu_for(self.model.row(row).site)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _on_site_changed(self, _site: Site | None) -> None:
        """Chosen here or elsewhere (go-to box): mark it and bring it into view."""
        self._mark_selected()
        self._bring_selected_into_view()

    def _on_action_requested(self) -> None:
        if self.model.sites:
            self.clear_filter()
            self.filter.setFocus()
        else:
            self.refresh_requested.emit()

    def _after_change(self, place: int, *, is_followed: bool) -> None:
        """The list stays where it was, unless the selected site was in view and has moved away."""
        self.chips.show_counts(self.model.count)
        self._mark_selected()
        self._choose_page()
        self.list.verticalScrollBar().setValue(place)
        if is_followed:
            self._bring_selected_into_view()

    def _after_filter(self) -> None:
        """The first answers are shown; without a filter the selected site is."""
        self.list.scrollToTop()
        self._mark_selected()
        self._choose_page()
        if not self.model.is_filtered:
            self._bring_selected_into_view()

    def _selected_row(self) -> int:
        site = self._selection.site
        return -1 if site is None else self.model.position_of(site.site_id)

    def _mark_selected(self) -> None:
        self.list.mark(self._selected_row())

    def _bring_selected_into_view(self) -> None:
        self.list.bring_into_view(self._selected_row())

    def _choose_page(self) -> None:
        total, shown = len(self.model.sites), self.model.rowCount()
        self.chips.setVisible(total > 0)
        self._show_header(total, shown)
        if shown:
            self._pages.setCurrentWidget(self.list)
            return
        if total:
            self.message.show_text(self._no_match_words(), "Clear filter")
        elif self._error:
            self.message.show_text(self._error, "Try again")
        elif self._is_refreshing:
            self.message.show_text("" if self._loading_timer.isActive() else "Reading the sites…")
        elif self._is_stale:
            self.message.show_text("The sites have not been read yet.", "Read them now")
        else:
            self.message.show_text("This account has no sites yet.", "Look again")
        self._pages.setCurrentWidget(self.message)

    def _no_match_words(self) -> str:
        query = self.filter.text().strip()
        among = "" if self._chip is StateMask.ALL else f" among “{_CHIP_WORDS[self._chip]}”"
        return (
            f"No site{among} matches “{query}”."
            if query
            else f"No site is in “{_CHIP_WORDS[self._chip]}” now."
        )

    def _show_header(self, total: int, shown: int) -> None:
        is_part = self.model.is_filtered and total
        words = f"{shown:,} of {total:,} sites" if is_part else f"{total:,} sites"
        self.header.show_count(words if total else "")
        as_of = clock_words(self._as_of, self._now())
        if self._is_refreshing and not self._loading_timer.isActive():
            self.header.show_note("updating…", f"As of {as_of}; reading again" if as_of else "")
        elif self._is_stale and as_of:
            tip = self._error or "From the last time they were read; not yet read again."
            self.header.show_note(
                f"as of {as_of}", f"{tip}\nBy the clock of this computer.", is_bad=bool(self._error)
            )
        elif self._is_stale and total:
            self.header.show_note("not all read", self._error, is_bad=bool(self._error))
        elif self._problems:
            words = f"{counted(len(self._problems), 'row')} not readable"
            self.header.show_note(words, "\n".join(self._problems[:20]), is_bad=True)
        else:
            self.header.show_note("", "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the filter field: Esc clears and then leaves, Down goes to the list, Enter takes the first."""
        if watched is self.filter and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key == Qt.Key.Key_Escape:
                if self.filter.text():
                    self.filter.clear()
                else:
                    self.list.setFocus()
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.has_rows:
                self.list.setFocus()
                if self._selected_row() < 0:
                    self.list.setCurrentIndex(self.model.index(0, 0))
                return True
        return super().eventFilter(watched, event)
