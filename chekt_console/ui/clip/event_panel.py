"""The side panel of Review: what the event is, whether its clip keeps the rules, the decision, and what was nearby."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.clip_check import Mark, MeasuredClip, Rule, Verdict, check_clip, compact
from chekt_console.domain.event import Event, EventKind
from chekt_console.ui.clip import event_words as words
from chekt_console.ui.clip.decision_box import DecisionBox
from chekt_console.ui.clip.fact_rows import FactRows, RuleRows, plain_label
from chekt_console.ui.clip.sheets import set_sheet
from chekt_console.ui.clip.surroundings import Surroundings
from chekt_console.ui.shared.elided_label import ElidedLabel
from chekt_console.ui.shared.event_title import event_place, event_title
from chekt_console.ui.shared.scrolled_column import ScrolledColumn, settle
from chekt_console.ui.shared.style import HEADER_HEIGHT, set_role

if TYPE_CHECKING:
    from datetime import tzinfo

    from chekt_console.media.clip_facts import ClipFacts
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.theme import Theme

_ROWS = ("Armed", "Device", "Message", "Status", "By")
_ROW_PX = 22


class EventPanel(QWidget):
    """Shows what it is told; wishes leave as signals."""

    decision_requested = Signal(object)  # Verdict
    note_left = Signal(object, object)  # Event that is left, Verdict with a note that is not saved
    event_chosen = Signal(object)  # Event
    next_requested = Signal()
    previous_requested = Signal()
    undo_requested = Signal()

    def __init__(self, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._theme = theme
        self._event: Event | None = None
        self._around = Surroundings()
        self._listed: object = None
        self._has_verdict = False
        self.setObjectName("eventPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Event")
        self._build()
        self.decision.decision_requested.connect(self.decision_requested)
        self.decision.next_requested.connect(self.next_requested)
        self.decision.previous_requested.connect(self.previous_requested)
        self.decision.undo_requested.connect(self.undo_requested)
        self.nearby.itemClicked.connect(self._on_item)
        self.nearby.itemActivated.connect(self._on_item)
        theme.changed.connect(self._style)
        selection.site_changed.connect(self._show_empty)
        self._show_empty()
        self.show_event(None)

    def add_section(self, title: str, body: QWidget) -> QLabel:
        """A part that another pane fills, above what was nearby; shown and hidden by its giver with the returned head."""
        head = self._head(title, self._inner)
        body.setParent(self._inner)
        place = self._inside.indexOf(self.nearby_head) - 1
        self._inside.insertWidget(place, body)
        self._inside.insertWidget(place, head)
        self._inside.insertSpacing(place, 6)
        return head

    def add_to_header(self, widget: QWidget) -> None:
        """At its right end; shown and hidden by its giver."""
        self._header_row.addWidget(widget)

    def show_event(self, event: Event | None) -> None:
        """Another event, or a newer value of the same one."""
        is_other = (event.event_id if event else "") != (self._event.event_id if self._event else "")
        if is_other and self._event is not None:
            unsaved = self.decision.unsaved_note()
            if unsaved is not None:
                self.note_left.emit(self._event, unsaved)
                self.decision.show_decision("", is_other_event=True)
        self._event = event
        if is_other:
            self._around = Surroundings()
            self.show_facts(None, None)
        self.empty.setVisible(event is None)
        self.content.setVisible(event is not None)
        self._show_header()
        self._style()
        if event is None:
            return
        zone = words.site_zone(self._selection.site)
        self.title.setText(event_title(event))
        utc = words.utc_time(event.instant_ms)
        self.time.setText(f"{words.long_time(event.instant_ms, zone)} · {utc[11:]}")
        self.time.setToolTip(f"In UTC: {utc}")
        self.rows.show_value("Device", event_place(event), words.plain_tip(event.device_id))
        said = words.clean(event.text)
        self.rows.show_value("Message", "" if said and said in event_title(event) else said)
        self.rows.show_value("Status", words.status_words(event.status))
        self.rows.show_value("By", words.clean(event.user, 60))
        is_alarm = event.kind is EventKind.ALARM
        self.decision_head.setVisible(is_alarm)
        self.decision.setVisible(is_alarm)
        self.decision.show_decision(event.decision, is_other_event=is_other)
        self._show_around()

    def _show_empty(self) -> None:
        first = (
            "an event on the timeline"
            if self._selection.site is not None
            else "a site, then one of its events,"
        )
        self.empty.setText(f"Choose {first} to see here what it is.")

    def show_facts(self, facts: ClipFacts | None, alarm_s: float | None) -> None:
        """What the open clip is; None while there is none. The measured verdict takes its place."""
        if facts is None:
            self._has_verdict = False
            self._show_rules(())
        elif not self._has_verdict:
            told = MeasuredClip(
                # Only the MP4 reader opens clips.
                "mp4", facts.codec, facts.profile, facts.width, facts.height, facts.duration_s,
                alarm_offset_s=alarm_s,
            )  # fmt: skip
            waiting = Rule("check", Mark.UNKNOWN, "Looking at every picture…")
            self._show_rules((*compact(check_clip(told)), waiting))

    def show_verdict(self, verdict: Verdict) -> None:
        """Every rule, measured."""
        self._has_verdict = True
        self._show_rules(compact(verdict))

    def _show_rules(self, rules: tuple[Rule, ...]) -> None:
        self.rules.show_results(rules)
        self.rules_head.setVisible(bool(rules))
        self.rules.setVisible(bool(rules))
        settle()

    def show_surroundings(self, around: Surroundings) -> None:
        self._around = around
        self._show_header()
        self._show_around()

    def _show_header(self) -> None:
        event = self._event
        self.kind.setText(event.kind.label if event else "Event")
        self.event_id.show_text(words.clean(event.event_id, 60) if event else "")
        place = self._around.place_in_review(event) if event else None
        self.place.setText(f"{place[0]} of {place[1]} to review" if place else "")

    def _show_around(self) -> None:
        event, around = self._event, self._around
        if event is None:
            return
        zone = words.site_zone(self._selection.site)
        text, tip = words.armed_row(around.armed, zone)
        self.rows.show_value("Armed", text, tip, around.armed.mode)
        listed = (around.nearby, event.event_id, zone)
        if listed != self._listed:
            self._listed = listed
            self._fill_nearby(event, zone)
        settle()

    def _fill_nearby(self, event: Event, zone: tzinfo) -> None:
        around = self._around
        self.nearby.clear()
        for found in around.nearby:
            item = QListWidgetItem(
                f"{words.clock_time(found.instant_ms, zone)}  {event_title(found)}", self.nearby
            )
            item.setData(Qt.ItemDataRole.UserRole, found)
            tip = words.plain_tip(
                found.kind.label,
                words.clean(found.text),
                words.long_time(found.instant_ms, zone),
                words.utc_time(found.instant_ms),
            )
            item.setToolTip(tip)
            if found.event_id == event.event_id:
                self.nearby.setCurrentItem(item)
        is_known = bool(around.nearby)
        self.nearby_head.setVisible(is_known)
        self.nearby.setVisible(is_known)
        self.nearby.setFixedHeight(_ROW_PX * max(1, len(around.nearby)) + 4)

    def _on_item(self, item: QListWidgetItem) -> None:
        found = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(found, Event) and (self._event is None or found.event_id != self._event.event_id):
            self.event_chosen.emit(found)

    def _build(self) -> None:
        header = QWidget(self)
        header.setFixedHeight(HEADER_HEIGHT)
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(header, "header")
        self.kind = QLabel(header)
        self.kind.setObjectName("eventKind")
        self.event_id = ElidedLabel(header)
        self.event_id.setObjectName("eventFaint")
        self.place = QLabel(header)
        self.place.setObjectName("eventFaint")
        self.place.setToolTip("Among the alarms of this site without a decision")
        self._header_row = row = QHBoxLayout(header)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.kind)
        row.addWidget(self.event_id, 1)
        row.addWidget(self.place)
        self.empty = plain_label(self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setObjectName("eventEmpty")
        self.content = QScrollArea(self)
        self.content.setWidgetResizable(True)
        self.content.setFrameShape(QFrame.Shape.NoFrame)
        self.content.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.content.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = ScrolledColumn(self.content)
        inner.setObjectName("eventInner")
        self.content.setWidget(inner)
        self.title = plain_label(inner)
        self.title.setObjectName("eventTitle")
        self.time = plain_label(inner)
        self.time.setObjectName("eventTime")
        self.rows = FactRows(_ROWS, self._theme, inner)
        self.rules_head = self._head("Clip check", inner)
        self.rules = RuleRows(self._theme, inner)
        self.decision_head = self._head("Decision", inner)
        self.decision = DecisionBox(self._theme, inner)
        self.nearby_head = self._head("Nearby (±5 min)", inner)
        self.nearby = QListWidget(inner)
        self.nearby.setAccessibleName("Events of this site within five minutes")
        self.nearby.setUniformItemSizes(True)
        self.nearby.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.nearby.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nearby.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = inner
        self._inside = inside = QVBoxLayout(inner)
        inside.setContentsMargins(12, 14, 12, 12)
        inside.setSpacing(8)
        inside.addWidget(self.title)
        inside.addWidget(self.time)
        inside.addSpacing(8)
        inside.addWidget(self.rows)
        for head, body in (
            (self.rules_head, self.rules),
            (self.decision_head, self.decision),
            (self.nearby_head, self.nearby),
        ):
            inside.addSpacing(6)
            inside.addWidget(head)
            inside.addWidget(body)
        inside.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.empty, 1)
        column.addWidget(self.content, 1)

    def _head(self, text: str, parent: QWidget) -> QLabel:
        head = QLabel(text, parent)
        head.setObjectName("eventHead")
        head.setIndent(0)
        return head

    def _style(self) -> None:
        c = self._theme.colors
        kind = self._event.kind if self._event is not None else EventKind.ACTIVITY
        ink = {EventKind.ALARM: c.alarm, EventKind.TROUBLE: c.trouble, EventKind.ARMING: c.arming}.get(
            kind, c.muted
        )
        set_sheet(
            self,
            f"#eventPanel, #eventInner {{ background: {c.pane.name()}; }}"
            f"#eventKind {{ color: {ink.name()}; font-weight: 600; }}"
            f"#eventFaint {{ color: {c.faint.name()}; }}"
            f"#eventEmpty {{ color: {c.muted.name()}; padding: 24px; }}"
            "#eventTitle { font-size: 16px; font-weight: 600; }"
            f"#eventTime {{ color: {c.muted.name()}; }}"
            f"#eventHead {{ color: {c.muted.name()}; font-weight: 600; padding: 0 0 6px 0; border: 0;"
            f" border-bottom: 1px solid {c.line.name()}; }}"
            f"QListWidget {{ color: {c.muted.name()}; font-size: 12px; }}"
            f"QListWidget::item {{ height: {_ROW_PX}px; padding: 0 4px; border-radius: 4px; }}"
            f"QListWidget::item:hover {{ background: {c.raised.name()}; }}"
            f"QListWidget::item:selected {{ background: {c.selected.name()}; color: {c.text.name()}; }}",
        )
