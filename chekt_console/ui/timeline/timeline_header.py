"""The line above the timeline: what is shown, how fresh it is, and the buttons that move through time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from chekt_console.domain.event import EventKind
from chekt_console.ui.shared.elided_label import ElidedLabel
from chekt_console.ui.timeline.kind_chip import KindChip
from chekt_console.ui.timeline.timeline_geometry import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from chekt_console.ui.shared.theme import Theme

RANGES = (
    ("1 h", 1 * HOUR_MS),
    ("12 h", 12 * HOUR_MS),
    ("24 h", 24 * HOUR_MS),
    ("7 d", 7 * DAY_MS),
    ("30 d", 30 * DAY_MS),
)
_WORDS_FROM_PX = 1400
_RANGES_FROM_PX = 1240
_RARE_FROM_PX = 1000  # narrower, going to a time and fitting all are in the view menu
_MOVERS_FROM_PX = 800


class TimelineHeader(QWidget):
    """Wishes leave as signals; narrow windows get chips without words and a menu for what is rare."""

    range_requested = Signal(int)  # ms
    pan_requested = Signal(int)  # -1 earlier, 1 later
    zoom_requested = Signal(int)  # 1 closer, -1 wider
    fit_requested = Signal()
    live_requested = Signal(bool)
    go_to_requested = Signal()
    list_requested = Signal(bool)
    view_menu_shown = Signal(object)  # QMenu, for others to add to
    filter_requested = Signal(bool)  # show or hide the line that narrows
    kinds_changed = Signal(object)  # frozenset[EventKind]

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("timelineHeader")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(34)
        title = QLabel("Timeline", self)
        title.setObjectName("timelineTitle")
        self.summary = ElidedLabel(self)
        self.summary.setObjectName("timelineSummary")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(4)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.addWidget(title)
        row.addSpacing(6)
        row.addWidget(self.summary, 1)
        self.chips = [KindChip(kind, theme, self) for kind in sorted(EventKind, reverse=True)]
        for chip in self.chips:
            chip.toggled.connect(self._on_chip_toggled)
            row.addWidget(chip)
        self.filter = self._button(
            "Filter", "Filter", "Narrow the events by words and conditions (Ctrl+Shift+F)"
        )
        self.filter.setCheckable(True)
        self.filter.clicked.connect(self.filter_requested)
        row.addWidget(self.filter)
        self.list = self._button(
            "List", "List of events", "Show the same events as rows beside the lanes (L)"
        )
        self.list.setCheckable(True)
        self.list.clicked.connect(self.list_requested)
        row.addWidget(self.list)
        row.addSpacing(8)
        self._range_buttons: list[QToolButton] = []
        self._range_actions = QActionGroup(self)
        for label, span in RANGES:
            action = QAction(label, self._range_actions, checkable=True)
            action.setData(span)
            action.setToolTip(f"Show {label}")
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setAccessibleName(f"Show {label}")
            self._range_buttons.append(button)
            row.addWidget(button)
        self._range_actions.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        self._range_actions.triggered.connect(self._on_range_triggered)
        self.view_button = self._button(
            "View", "View", "How much time, where to, which lanes, what is one incident"
        )
        self.view_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.view_menu = QMenu(self.view_button)
        self.view_menu.aboutToShow.connect(self._on_view_menu)
        self.view_button.setMenu(self.view_menu)
        row.addWidget(self.view_button)
        self._movers: list[QToolButton] = []
        row.addSpacing(8)
        for text, name, tip, signal, value in (
            ("←", "Earlier", "Earlier (Left)", self.pan_requested, -1),
            ("→", "Later", "Later (Right)", self.pan_requested, 1),
            ("−", "Zoom out", "Show more time (−, or wheel down)", self.zoom_requested, -1),
            ("+", "Zoom in", "Show less time (+, or wheel up)", self.zoom_requested, 1),
        ):
            button = self._button(text, name, tip)
            button.clicked.connect(lambda _checked=False, signal=signal, value=value: signal.emit(value))
            row.addWidget(button)
            self._movers.append(button)
        go_to = self._button("Go to", "Go to time", "Type a date and time to go to (G)")
        go_to.clicked.connect(lambda: self.go_to_requested.emit())
        row.addWidget(go_to)
        self._rare = [go_to]
        fit = self._button("Fit", "Fit", "Show everything from the first event to now (0)")
        fit.clicked.connect(lambda: self.fit_requested.emit())
        row.addWidget(fit)
        self._rare.append(fit)
        self.live = self._button(
            "Live ●", "Follow live", "Follow the present: new events move in at the right edge"
        )
        self.live.setObjectName("timelineLive")
        self.live.setCheckable(True)
        self.live.setChecked(True)
        self.live.clicked.connect(self.live_requested)
        row.addWidget(self.live)
        theme.changed.connect(self._style)
        self._style()

    def show_live(self, is_live: bool) -> None:
        self.live.setChecked(is_live)
        self.live.setText("Live ●" if is_live else "Live ○")

    def show_kinds(self, kinds: frozenset[EventKind]) -> None:
        for chip in self.chips:
            chip.blockSignals(True)
            chip.setChecked(chip.kind in kinds)
            chip.blockSignals(False)
            chip.update()

    def show_span(self, span_ms: float) -> None:
        """Mark the range that is in view, if it is one of the offered."""
        for action in self._range_actions.actions():
            action.setChecked(abs(action.data() - span_ms) < span_ms * 0.01)

    def _button(self, text: str, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        return button

    def _on_view_menu(self) -> None:
        """Ranges, going to a time and fitting all are here too: narrow windows have no buttons for them."""
        self.view_menu.clear()
        self.view_menu.addActions(self._range_actions.actions())
        self.view_menu.addAction("Everything (0)", self.fit_requested.emit)
        self.view_menu.addSeparator()
        self.view_menu.addAction("Go to time… (G)", self.go_to_requested.emit)
        self.view_menu.addSeparator()
        self.view_menu_shown.emit(self.view_menu)

    def _on_chip_toggled(self) -> None:
        self.kinds_changed.emit(frozenset(chip.kind for chip in self.chips if chip.isChecked()))

    def _on_range_triggered(self, action: QAction) -> None:
        self.range_requested.emit(action.data())

    def _style(self) -> None:
        c = self._theme.colors
        self.setStyleSheet(
            f"#timelineHeader {{ background: {c.header.name()}; border-bottom: 1px solid {c.line.name()}; }}"
            f"#timelineTitle {{ color: {c.muted.name()}; font-weight: 600; }}"
            f"#timelineSummary {{ color: {c.faint.name()}; }}"
            f"QToolButton {{ color: {c.muted.name()}; background: transparent; border: 1px solid transparent;"
            " border-radius: 5px; padding: 2px 5px; min-height: 18px; }"
            f"QToolButton:hover {{ color: {c.text.name()}; background: {c.raised.name()}; }}"
            f"QToolButton:focus {{ border-color: {c.accent.name()}; }}"
            f"QToolButton:checked {{ color: {c.text.name()}; background: {c.selected.name()}; }}"
            "QToolButton::menu-indicator { image: none; }"
        )

    def minimumSizeHint(self) -> QSize:
        """What is left when everything that may give way has done so."""
        return QSize(520, 34)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for chip in self.chips:
            chip.set_compact(self.width() < _WORDS_FROM_PX)
        has_room = self.width() >= _RANGES_FROM_PX
        for button in self._range_buttons:
            button.setVisible(has_room)
        for button in self._rare:
            button.setVisible(self.width() >= _RARE_FROM_PX)
        for button in self._movers:
            button.setVisible(self.width() >= _MOVERS_FROM_PX)
