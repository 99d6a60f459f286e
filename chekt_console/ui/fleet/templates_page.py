"""The templates: a list with how many sites follow each and how many drifted, and what can be done with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.schedule_words import PLAIN, WordStyle, describe
from chekt_console.ui.fleet.fleet_words import clean, sites_words
from chekt_console.ui.fleet.side_parts import head, label
from chekt_console.ui.fleet.week_bar import WeekBar
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.schedule_template import ScheduleTemplate
    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.theme import Theme

_PUSH = "Look at the sites that follow this template and bring them back to it"
_NO_TEMPLATE = "Choose a template first"
_NO_TICKS = "Tick sites in the table first (Space)"


@dataclass(frozen=True)
class TemplateEntry:
    """`sites` follow it; of `drifted` the schedule is another one now; `behind` have it as it was before an edit."""

    template: ScheduleTemplate
    sites: int
    drifted: int
    behind: int

    def words(self) -> str:
        if not self.sites:
            return "not applied to any site yet"
        parts = [sites_words(self.sites)]
        if self.drifted:
            parts.append(f"{self.drifted:,} drifted")
        if self.behind:
            parts.append(f"{self.behind:,} with an earlier version")
        return ", ".join(parts)


class TemplatesPage(QWidget):
    new_requested = Signal()
    copy_requested = Signal()
    apply_requested = Signal(object)  # ScheduleTemplate, to the ticked sites
    push_requested = Signal(object)  # ScheduleTemplate, to the sites that follow it
    edit_requested = Signal(object)  # ScheduleTemplate
    delete_requested = Signal(object)  # ScheduleTemplate
    run_requested = Signal()

    def __init__(self, theme: Theme, style: WordStyle = PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._style = style
        self._entries: dict[str, TemplateEntry] = {}
        self._site: Site | None = None
        self._has_schedule = False
        self._ticked = 0
        self._week: WeekBar | None = None
        self.list = QListWidget(self)
        self.list.setAccessibleName("Templates")
        self.list.setMinimumHeight(90)
        self.list.setSpacing(3)
        self.empty = label(
            "No templates yet. Choose a site whose schedule is right and keep it as one.", "muted"
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.words = label("", "small")
        self.apply = QPushButton("Apply to ticked sites…", self)
        set_role(self.apply, "primary")
        self.push = QPushButton("Push again…", self)
        self.edit = QPushButton("Edit…", self)
        self.edit.setToolTip("Name and week; sites that follow it are shown next, before anything is written")
        self.delete = QPushButton("Delete…", self)
        self.new = QPushButton("New template…", self)
        self.copy = QPushButton("Copy to ticked sites…", self)
        self.site_words = label("", "small")
        self.run = QPushButton("Show the runs", self)
        self.run_words = label("", "small")
        self._lay_out()
        self._connect()
        self.show_run("")
        self._show_buttons()

    @property
    def current(self) -> ScheduleTemplate | None:
        item = self.list.currentItem()
        entry = self._entries.get(item.data(Qt.ItemDataRole.UserRole)) if item is not None else None
        return entry.template if entry else None

    def show_templates(self, entries: tuple[TemplateEntry, ...], choose: str = "") -> None:
        chosen = choose or (self.current.template_id if self.current else "")
        self._entries = {entry.template.template_id: entry for entry in entries}
        self.list.blockSignals(True)
        self.list.clear()
        for entry in entries:
            item = QListWidgetItem(f"{clean(entry.template.name)}\n{entry.words()}")
            item.setData(Qt.ItemDataRole.UserRole, entry.template.template_id)
            self.list.addItem(item)
            if entry.template.template_id == chosen or self.list.currentItem() is None:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._show_current()

    def show_site(self, site: Site | None, *, has_schedule: bool) -> None:
        self._site, self._has_schedule = site, has_schedule
        self._show_buttons()

    def show_ticked(self, count: int) -> None:
        self._ticked = count
        self._show_buttons()

    def show_run(self, words: str) -> None:
        """About the run looked at last and others that are open; "" when there never was one."""
        self.run_words.setText(words)
        self.run_words.setVisible(bool(words))
        self.run.setVisible(bool(words))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head("Templates", self))
        inner = QVBoxLayout()
        inner.setContentsMargins(12, 10, 12, 10)
        inner.setSpacing(8)
        inner.addWidget(self.empty)
        inner.addWidget(self.list, 1)
        self._week_place = QVBoxLayout()
        inner.addLayout(self._week_place)
        inner.addWidget(self.words)
        inner.addWidget(self.apply)
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, button in enumerate((self.edit, self.push, self.delete)):
            grid.addWidget(button, 0, number)
        inner.addLayout(grid)
        layout.addLayout(inner, 1)
        layout.addWidget(head("From one site", self))
        lower = QVBoxLayout()
        lower.setContentsMargins(12, 10, 12, 10)
        lower.setSpacing(8)
        lower.addWidget(self.site_words)
        lower.addWidget(self.new)
        lower.addWidget(self.copy)
        lower.addSpacing(6)
        lower.addWidget(self.run_words)
        lower.addWidget(self.run)
        layout.addLayout(lower)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._show_current)
        self.list.itemActivated.connect(lambda _: self._ask(self.edit_requested))
        self.new.clicked.connect(lambda: self.new_requested.emit())
        self.copy.clicked.connect(lambda: self.copy_requested.emit())
        self.run.clicked.connect(lambda: self.run_requested.emit())
        self.apply.clicked.connect(lambda: self._ask(self.apply_requested))
        self.push.clicked.connect(lambda: self._ask(self.push_requested))
        self.edit.clicked.connect(lambda: self._ask(self.edit_requested))
        self.delete.clicked.connect(lambda: self._ask(self.delete_requested))

    def _ask(self, signal: object) -> None:
        if self.current is not None:
            signal.emit(self.current)  # type: ignore[attr-defined]

    def _show_current(self) -> None:
        if self._week is not None:
            self._week_place.removeWidget(self._week)
            self._week.hide()
            self._week.deleteLater()
            self._week = None
        template = self.current
        if template is not None:
            self._week = WeekBar(template.schedule, self._theme, self._style, self)
            self._week_place.addWidget(self._week)
        self.words.setText(
            "\n".join(describe(template.schedule, self._style)) or "never armed" if template else ""
        )
        self.empty.setVisible(not self._entries)
        self.list.setVisible(bool(self._entries))
        self._show_buttons()

    def _show_buttons(self) -> None:
        template = self.current
        entry = self._entries.get(template.template_id) if template else None
        ticked = f"{self._ticked:,} ticked site" + ("" if self._ticked == 1 else "s")
        self.apply.setText(f"Apply to {ticked}…" if self._ticked else "Apply to ticked sites…")
        self.apply.setEnabled(template is not None and self._ticked > 0)
        self.apply.setToolTip("" if self._ticked else _NO_TICKS)
        for button in (self.edit, self.delete):
            button.setEnabled(template is not None)
        self.delete.setToolTip(
            "Remove this template; its sites keep their schedules" if template else _NO_TEMPLATE
        )
        has_sites = entry is not None and entry.sites > 0
        self.push.setEnabled(has_sites)
        self.push.setToolTip(
            _PUSH if has_sites else "No site follows this template yet" if entry else _NO_TEMPLATE
        )
        site = self._site
        if site is None:
            self.site_words.setText("Choose a site in the table.")
        elif not self._has_schedule:
            self.site_words.setText(f"{clean(site.name)}: its schedule has not been read yet.")
        else:
            self.site_words.setText(f"The schedule of {clean(site.name)}, as it was read last.")
        self.new.setEnabled(site is not None and self._has_schedule)
        self.copy.setEnabled(site is not None and self._has_schedule and self._ticked > 0)
        missing = self._why_no_schedule()
        self.new.setToolTip(missing)
        self.copy.setToolTip(missing or ("" if self._ticked else _NO_TICKS))
        self.copy.setText(f"Copy to {ticked}…" if self._ticked else "Copy to ticked sites…")

    def _why_no_schedule(self) -> str:
        """What is missing to take the schedule of a site; "" when nothing is."""
        if self._site is None:
            return "Choose a site in the table first"
        if not self._has_schedule:
            return "The schedule of the chosen site has not been read yet"
        return ""
