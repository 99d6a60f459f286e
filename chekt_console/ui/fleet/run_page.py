"""A run over many sites: how far it is, what became of each site, and pause, cancel, go on and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.bulk_run import RunState, SiteStep
from chekt_console.domain.schedule_words import PLAIN, WordStyle
from chekt_console.ui.fleet.fleet_words import clean, sites_words, wall_words
from chekt_console.ui.fleet.side_parts import head, label
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.bulk_run import BulkRun, BulkSite
    from chekt_console.ui.shared.theme import Theme

STEP_WORDS = {
    SiteStep.WAITING: "waiting",
    SiteStep.WRITING: "being written",
    SiteStep.WRITTEN: "written and read back",
    SiteStep.CHECKING: "to be read anew",
    SiteStep.SAME: "matched already",
    SiteStep.CHANGED: "changed by somebody else",
    SiteStep.FAILED: "not written",
    SiteStep.UNCONFIRMED: "not confirmed",
    SiteStep.UNDOING: "not undone yet",
    SiteStep.UNDONE: "undone",
    SiteStep.LEFT: "left as it is",
    SiteStep.REFUSED: "could not be undone",
}
_IN_LIST = {
    RunState.RUNNING: "cut off",
    RunState.CANARY: "asks",
    RunState.PAUSED: "paused",
    RunState.STOPPED: "stopped",
    RunState.CANCELLED: "cancelled",
    RunState.DONE: "done",
    RunState.UNDOING: "undo not finished",
    RunState.UNDONE: "undone",
}
_FIRST = (
    SiteStep.FAILED,
    SiteStep.CHANGED,
    SiteStep.UNCONFIRMED,
    SiteStep.REFUSED,
    SiteStep.LEFT,
    SiteStep.UNDOING,
    SiteStep.WRITING,
)


class RunPage(QWidget):
    pause_requested = Signal()
    cancel_requested = Signal()
    go_on_requested = Signal()
    undo_requested = Signal()
    close_requested = Signal()
    site_requested = Signal(str)  # site id: show it in the table
    run_chosen = Signal(str)  # run id, by the person

    def __init__(self, theme: Theme, style: WordStyle = PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._style = style
        self._run: BulkRun | None = None
        self._items: dict[str, QListWidgetItem] = {}
        self._sites: dict[str, BulkSite] = {}
        self.choice = QComboBox(self)
        self.choice.setAccessibleName("Runs, newest first")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(12)
        self.choice.activated.connect(lambda row: self.run_chosen.emit(self.choice.itemData(row)))
        self.title = label("", "strong")
        self.state = label("")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName("Progress of the run")
        self.list = QListWidget(self)
        self.list.setAccessibleName("Outcome of each site")
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(3)
        self.list.itemActivated.connect(
            lambda item: self.site_requested.emit(item.data(Qt.ItemDataRole.UserRole))
        )
        self.pause = QPushButton("Pause", self)
        self.cancel = QPushButton("Cancel", self)
        self.go_on = QPushButton("Go on", self)
        set_role(self.go_on, "primary")
        self.undo = QPushButton("Undo…", self)
        self.undo.setToolTip("Put back what each site had before, where nobody changed it since")
        self.close_button = QPushButton("Back to the templates", self)
        for button, signal in (
            (self.pause, self.pause_requested),
            (self.cancel, self.cancel_requested),
            (self.go_on, self.go_on_requested),
            (self.undo, self.undo_requested),
            (self.close_button, self.close_requested),
        ):
            button.clicked.connect(lambda _=False, told=signal: told.emit())
        self._lay_out()
        theme.changed.connect(self._on_theme)

    def show_runs(self, runs: tuple[BulkRun, ...]) -> None:
        """Those that are kept, newest first, to be looked at and undone."""
        self.choice.clear()
        for run in runs:
            begun = wall_words(run.begun_at.astimezone(), self._style)
            self.choice.addItem(f"{clean(run.title)} · {_IN_LIST[run.state]} · {begun}", run.run_id)
        self._choose()

    def show_run(self, run: BulkRun, *, is_going: bool) -> None:
        self._run = run
        self._choose()
        self.choice.setEnabled(not is_going)
        self.title.setText(f"“{clean(run.title)}” to {sites_words(len(run.sites))}")
        self.list.clear()
        self._items = {}
        self._sites = {site.site_id: site for site in run.sites}
        ranked = sorted(run.sites, key=lambda site: _FIRST.index(site.step) if site.step in _FIRST else 99)
        for site in ranked:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, site.site_id)
            self._items[site.site_id] = item
            self._fill(item, site)
            self.list.addItem(item)
        self._show_state(run, is_going=is_going)

    def show_site(self, site: BulkSite, done: int, total: int) -> None:
        """One site ended while the run goes on."""
        item = self._items.get(site.site_id)
        if item is not None:
            self._sites[site.site_id] = site
            self._fill(item, site)
            self.list.scrollToItem(item)
        self._show_progress(done, total)

    def show_stopping(self, words: str) -> None:
        """Asked to stop: the site that is being written is ended first."""
        self.state.setText(words)
        self.pause.setEnabled(False)
        self.cancel.setEnabled(False)

    def _choose(self) -> None:
        if self._run is not None:
            self.choice.setCurrentIndex(self.choice.findData(self._run.run_id))
        self.choice.setVisible(self.choice.count() > 1)

    def _on_theme(self) -> None:
        for site_id, item in self._items.items():
            self._fill(item, self._sites[site_id])

    def _fill(self, item: QListWidgetItem, site: BulkSite) -> None:
        words = site.sentence or STEP_WORDS[site.step]
        item.setText(f"{clean(site.name)}: {words}")
        item.setToolTip(clean(words).replace("<", "‹"))
        colors = self._theme.colors
        ink = (
            colors.alarm
            if site.step.is_error
            else colors.trouble
            if site.step in (SiteStep.LEFT, SiteStep.UNDOING, SiteStep.REFUSED)
            else colors.muted
            if site.step in (SiteStep.WAITING, SiteStep.CHECKING, SiteStep.SAME)
            else colors.text
        )
        item.setForeground(QBrush(ink))

    def _show_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        if self.pause.isEnabled():
            self.state.setText(f"{done:,} of {total:,} done.")

    def _show_state(self, run: BulkRun, *, is_going: bool) -> None:
        open_steps = (SiteStep.WAITING, SiteStep.CHECKING, SiteStep.WRITING, SiteStep.UNDOING)
        total = len(run.sites)
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(total - run.count(*open_steps))
        self.state.setText(state_words(run, is_going=is_going))
        self.pause.setEnabled(is_going)
        self.pause.setVisible(is_going)
        self.cancel.setEnabled(True)
        is_undoing = run.state is RunState.UNDOING
        self.cancel.setVisible(is_going or run.state.is_open)
        self.cancel.setText("Give up the undo" if is_undoing and not is_going else "Cancel")
        self.cancel.setToolTip(
            "Put back no further site; what the run wrote stays there"
            if is_undoing
            else "Write no further site; what was written stays and can be undone"
        )
        self.go_on.setVisible(run.state.is_open and not is_going)
        rest = run.count(SiteStep.WAITING)
        words = (
            "Go on undoing"
            if is_undoing
            else f"Write the other {rest:,}"
            if run.state is RunState.CANARY
            else "Go on with one site"
            if run.is_canary and not run.count(SiteStep.WRITTEN)
            else "Go on"
        )
        self.go_on.setText(words)
        self.undo.setVisible(run.can_undo and not is_going and not is_undoing)
        self.close_button.setEnabled(True)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head("Run over many sites", self))
        upper = QVBoxLayout()
        upper.setContentsMargins(12, 10, 12, 10)
        upper.setSpacing(8)
        upper.addWidget(self.choice)
        upper.addWidget(self.title)
        upper.addWidget(self.bar)
        upper.addWidget(self.state)
        grid = QGridLayout()
        grid.setSpacing(8)
        grid.addWidget(self.go_on, 0, 0, 1, 2)
        grid.addWidget(self.pause, 1, 0)
        grid.addWidget(self.cancel, 1, 1)
        grid.addWidget(self.undo, 1, 0)  # never at the same time as pause
        upper.addLayout(grid)
        layout.addLayout(upper)
        layout.addWidget(head("Outcome of each site", self))
        layout.addWidget(self.list, 1)
        lower = QVBoxLayout()
        lower.setContentsMargins(12, 10, 12, 12)
        lower.addWidget(self.close_button)
        layout.addLayout(lower)


def state_words(run: BulkRun, *, is_going: bool = False) -> str:
    counts = [f"{run.count(step):,} {STEP_WORDS[step]}" for step in SiteStep if run.count(step)]
    told = ", ".join(counts) + "."
    if is_going:
        return f"Under way: {told}"
    if run.state is RunState.CANARY:
        return f"One site is written and read back. Look at it, then go on. {told}"
    first = {
        RunState.RUNNING: "It was cut off in the middle; going on reads back first what was under way.",
        RunState.PAUSED: "Paused.",
        RunState.STOPPED: "Stopped.",
        RunState.CANCELLED: "Cancelled.",
        RunState.DONE: "Done.",
        RunState.UNDOING: "Not everything is undone.",
        RunState.UNDONE: "Not everything could be undone." if run.count(SiteStep.REFUSED) else "Undone.",
    }[run.state]
    return " ".join(part for part in (first, told, run.sentence) if part)
