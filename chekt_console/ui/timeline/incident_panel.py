"""Why an alarm was raised and what became of it: one line a link, each with its time or "not known"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from chekt_console.domain.incident_chain import NOT_KNOWN
from chekt_console.ui.shared.scrolled_column import settle
from chekt_console.ui.shared.steps_view import StepsView
from chekt_console.ui.timeline.timeline_ticks import local_time
from chekt_console.ui.timeline.timeline_words import (
    clean,
    clock_words,
    plain_tooltip,
    short_span,
    site_instant,
    utc_instant,
)

if TYPE_CHECKING:
    from datetime import tzinfo

    from chekt_console.domain.delivery_steps import DeliverySteps
    from chekt_console.domain.event import Event
    from chekt_console.domain.incident_chain import ChainLink
    from chekt_console.ui.shared.theme import Theme

TITLE = "Why this alarm"
_DAY_MS = 86_400_000


def incident_words(signals: tuple[Event, ...]) -> str:
    """How much belongs together: "4 signals within 12 s"."""
    if len(signals) < 2:
        return "A single signal; nothing else of the site was close in time."
    span_ms = signals[-1].instant_ms - signals[0].instant_ms
    within = f"within {short_span(span_ms)}" if span_ms else "at once"
    return f"{len(signals)} signals {within}, from {_sources(signals)}."


def _sources(signals: tuple[Event, ...]) -> str:
    names = list(dict.fromkeys(_kind_of(event) for event in signals))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _kind_of(event: Event) -> str:
    kind = event.device_key.partition(":")[0]
    if event.mode is not None:
        return "panel"
    return {"camera": "camera", "zone": "sensor", "panel": "panel", "bridge": "bridge"}.get(
        kind, "sensor" if event.zone_number is not None else "site"
    )


class IncidentPanel(QWidget):
    """Shows what it is given. A time is a button that selects the signal it belongs to."""

    event_chosen = Signal(str)  # event id
    together_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("incidentPanel")
        self.setAccessibleName(TITLE)
        self.summary = QLabel(self)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.summary.setObjectName("incidentSummary")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnMinimumWidth(0, 88)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.summary)
        column.addLayout(self._grid)
        self.steps_head = QLabel("Steps to the monitoring center", self)
        self.steps_head.setObjectName("incidentSummary")
        self.steps = StepsView(self)
        column.addWidget(self.steps_head)
        column.addWidget(self.steps)
        self.show_steps(None, "")
        self.together = QPushButton(self)
        self.together.setToolTip("All cameras of this incident side by side, on one clock")
        self.together.clicked.connect(lambda: self.together_requested.emit())
        self.together.hide()
        column.addWidget(self.together, 0, Qt.AlignmentFlag.AlignLeft)
        self._rows: list[tuple[QLabel, QLabel, QPushButton]] = []
        self._links: tuple[ChainLink, ...] = ()
        theme.changed.connect(self._style)
        self._style()

    @property
    def texts(self) -> list[str]:
        """Each line as it is read out."""
        return [
            f"{name.text()}: {words.text()}{f' ({time.text()})' if not time.isHidden() else ''}"
            for name, words, time in self._rows[: len(self._links)]
        ]

    def show_cameras(self, count: int) -> None:
        """How many cameras have a clip of this incident."""
        self.together.setText(f"Play the {count} cameras together")
        self.together.setVisible(count > 1)

    def show_steps(self, steps: DeliverySteps | None, timezone: str) -> None:
        """The five steps with their times and delays; None when the server does not tell of them."""
        self.steps.show_steps(steps, timezone)
        for part in (self.steps_head, self.steps):
            part.setVisible(steps is not None)

    def show_loading(self) -> None:
        """Keeps what is shown: it is replaced within a moment."""
        if not self._links:
            self.summary.setText("Looking for what belongs to this alarm…")

    def show_problem(self, sentence: str) -> None:
        self._links = ()
        self.show_steps(None, "")
        self.summary.setText(sentence)
        self._show_rows(None, 0)

    def show_chain(
        self, links: tuple[ChainLink, ...], signals: tuple[Event, ...], zone: tzinfo, alarm_ms: int
    ) -> None:
        self._links = links
        self.summary.setText(incident_words(signals))
        self._show_rows(zone, alarm_ms)
        settle()

    def _show_rows(self, zone: tzinfo | None, alarm_ms: int) -> None:
        while len(self._rows) < len(self._links):
            self._rows.append(self._new_row(len(self._rows)))
        for place, row in enumerate(self._rows):
            link = self._links[place] if place < len(self._links) else None
            for widget in row:
                widget.setVisible(link is not None)
            if link is None or zone is None:
                continue
            name, words, moment = row
            name.setText(link.name)
            words.setText(clean(link.words, 200))
            words.setEnabled(link.is_known)
            at = link.instant_ms
            moment.setVisible(at is not None)
            if at is None:
                if link.is_known and link.name in ("Delivery", "Verification"):
                    words.setText(f"{clean(link.words, 200)}, time {NOT_KNOWN}")
                continue
            is_far = abs(at - alarm_ms) > _DAY_MS / 2
            day = f"{local_time(at, zone):%a} {local_time(at, zone).day} " if is_far else ""
            moment.setText(f"{day}{clock_words(at, zone, has_seconds=not is_far)}")
            moment.setToolTip(plain_tooltip([site_instant(at, zone), utc_instant(at)]))
            moment.setAccessibleName(f"{link.name} at {site_instant(at, zone)}")
            moment.setEnabled(bool(link.event_id))

    def _new_row(self, place: int) -> tuple[QLabel, QLabel, QPushButton]:
        name, words = QLabel(self), QLabel(self)
        for label in (name, words):
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        name.setObjectName("incidentName")
        words.setObjectName("incidentWords")
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        moment = QPushButton(self)
        moment.setObjectName("incidentTime")
        moment.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        moment.setCursor(Qt.CursorShape.PointingHandCursor)
        moment.clicked.connect(lambda: self._on_time(place))
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(name)
        left.addWidget(moment)
        left.addStretch(1)
        self._grid.addLayout(left, place, 0)
        self._grid.addWidget(words, place, 1, Qt.AlignmentFlag.AlignTop)
        return name, words, moment

    def _on_time(self, place: int) -> None:
        if place < len(self._links) and self._links[place].event_id:
            self.event_chosen.emit(self._links[place].event_id)

    def _style(self) -> None:
        c = self._theme.colors
        self.setStyleSheet(
            f"#incidentSummary, #incidentName {{ color: {c.muted.name()}; }}"
            f"#incidentWords {{ color: {c.text.name()}; }}"
            f"#incidentWords:disabled {{ color: {c.faint.name()}; font-style: italic; }}"
            f"#incidentTime {{ color: {c.accent.name()}; background: transparent; padding: 0; border: 0;"
            " font-size: 12px; text-align: left; }"
            f"#incidentTime:disabled {{ color: {c.muted.name()}; }}"
            f"#incidentTime:focus {{ text-decoration: underline; }}"
        )
