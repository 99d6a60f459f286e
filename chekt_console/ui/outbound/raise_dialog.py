"""Raises an alarm, trouble or arming event for a site by hand, with a clip, and watches it reach the monitoring center."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
)

from chekt_console.domain.device import DeviceKind
from chekt_console.services.outbound_service import SUBTYPES
from chekt_console.ui.shared.file_places import ask_to_open
from chekt_console.ui.shared.steps_view import StepsView
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.delivery_steps import DeliverySteps
    from chekt_console.domain.device import Device
    from chekt_console.domain.site import Site

_LOOK_MS = 1500
_LOOK_FOR = 200  # times: five minutes


class RaiseDialog(QDialog):
    raise_requested = Signal()
    clip_again_requested = Signal()
    steps_requested = Signal(str)  # event id
    event_requested = Signal(str)  # event id, to be shown in Review

    def __init__(
        self, site: Site, devices: Iterable[Device], *, can_attach: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.site = site
        self.clip: Path | None = None
        self.event_id = ""
        self._looked = 0
        self._is_clip_due = False
        self.setModal(False)
        self.setMinimumWidth(480)
        self.setWindowTitle("Raise an event")
        head = QLabel(f"Raise an event at {site.name}", self)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        set_role(head, "heading")
        why = QLabel(
            "It goes to the monitoring center like one of the site's own. Not possible in production.", self
        )
        why.setWordWrap(True)
        set_role(why, "muted")
        self.kind = QComboBox(self)
        for kind in SUBTYPES:
            self.kind.addItem(kind.capitalize(), kind)
        self.subtype = QComboBox(self)
        self.device = QComboBox(self)
        self.device.addItem("The site as a whole", "")
        for device in devices:
            if device.kind is DeviceKind.CAMERA or (not can_attach and device.kind is DeviceKind.ZONE):
                self.device.addItem(device.name, device.device_id)
        self.device.setCurrentIndex(min(1, self.device.count() - 1))
        self.clip_label = QLabel("No clip", self)
        self.clip_label.setTextFormat(Qt.TextFormat.PlainText)
        self.choose = QPushButton("Choose an MP4…", self)
        self.choose.setEnabled(can_attach)
        self.choose.setToolTip(
            "Sent with the event" if can_attach else "An API key cannot attach clips; a dealer account can"
        )
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._on_choose)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow("Kind", self.kind)
        form.addRow("What", self.subtype)
        form.addRow("Where", self.device)
        clip = QHBoxLayout()
        clip.addWidget(self.clip_label, 1)
        clip.addWidget(self.choose)
        form.addRow("Clip", clip)
        self.steps = StepsView(self)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self.show_event = QPushButton("Show it in Review", self)
        self.show_event.setAutoDefault(False)
        self.show_event.clicked.connect(self._on_show_event)
        self.show_event.setEnabled(False)
        self.clip_again = QPushButton("Send the clip again", self)
        self.clip_again.setAutoDefault(False)
        self.clip_again.clicked.connect(self._on_clip_again)
        self.clip_again.hide()
        self.close_button = QPushButton("Close", self)
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        self.send = QPushButton("Raise", self)
        # It reaches the monitoring center: pressed, never by an Enter too many.
        self.send.setAutoDefault(False)
        set_role(self.send, "danger")
        self.send.clicked.connect(self._on_send)
        row = QHBoxLayout()
        row.addWidget(self.show_event)
        row.addWidget(self.clip_again)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.send)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        for widget in (head, why):
            column.addWidget(widget)
        column.addLayout(form)
        column.addWidget(self.steps)
        column.addWidget(self.note)
        column.addLayout(row)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._on_look)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self._on_kind()

    @property
    def wish(self) -> tuple[str, str, str]:
        """Kind, subtype, device id."""
        return (
            str(self.kind.currentData()),
            str(self.subtype.currentData() or ""),
            str(self.device.currentData()),
        )

    def set_clip(self, path: Path | None) -> None:
        self.clip = path
        self.clip_label.setText(path.name if path else "No clip")

    def show_raised(self, event_id: str, note: str, *, is_clip_due: bool = False) -> None:
        self.event_id = event_id
        self._is_clip_due = is_clip_due
        self.clip_again.setVisible(is_clip_due)
        self.show_note(
            note or "The server has taken it. Waiting for the monitoring center…", is_bad=bool(note)
        )
        self._looked = 0
        self.send.setEnabled(True)
        self.send.setText("Raise another")
        self.show_event.setEnabled(bool(event_id))
        if event_id:
            self._timer.start()
            self._on_look()

    def show_steps(self, steps: DeliverySteps | None) -> None:
        self.steps.show_steps(steps, self.site.timezone)
        if self._is_clip_due:  # that it is missing stays said
            return
        if steps is None:
            self._timer.stop()
            self.show_note("This connection does not tell how an event reaches the monitoring center.")
        elif steps.is_complete:
            self._timer.stop()
            self.show_note(f"Reviewed by {steps.center or 'the monitoring center'}.")
        elif steps.delivered_ms is not None:
            self.show_note(
                f"With {steps.center or 'the monitoring center'}; an operator has not decided yet."
            )

    def show_waiting(self, note: str) -> None:
        self.send.setEnabled(True)
        self.show_note(f"{note} Raising the same again makes no second event.", is_bad=True)

    def show_error(self, sentence: str) -> None:
        self.send.setEnabled(True)
        self.clip_again.setVisible(self._is_clip_due)
        self.show_note(
            f"{sentence} Raising it again with the same choice makes no second event.", is_bad=True
        )

    def show_note(self, text: str, *, is_bad: bool = False) -> None:
        self.note.setText(text)
        set_role(self.note, "error" if is_bad else "muted")

    def _on_kind(self) -> None:
        kind = str(self.kind.currentData())
        self.subtype.clear()
        for subtype in SUBTYPES[kind]:
            self.subtype.addItem(subtype.replace("_", " ").capitalize(), subtype)

    def _on_choose(self) -> None:
        path = ask_to_open(self, "Clip of the event", "Video (*.mp4);;All files (*)")
        if path is not None:
            self.set_clip(path)

    def _on_show_event(self) -> None:
        """The dialog would stand before what it shows; it stays as long as it has something left to send."""
        self.event_requested.emit(self.event_id)
        if not self._is_clip_due:
            self.accept()

    def _on_clip_again(self) -> None:
        self.send.setEnabled(False)
        self.clip_again.hide()
        self.show_note("Sending the clip…")
        self.clip_again_requested.emit()

    def _on_send(self) -> None:
        self._timer.stop()
        self._is_clip_due = False
        self.clip_again.hide()
        self.event_id = ""
        self.send.setEnabled(False)
        self.show_event.setEnabled(False)
        self.steps.show_steps(None, "")
        self.show_note("Raising…")
        self.raise_requested.emit()

    def _on_look(self) -> None:
        self._looked += 1
        if self._looked > _LOOK_FOR:
            self._timer.stop()
            self.show_note("Five minutes have passed; the event is in Review.")
            return
        self.steps_requested.emit(self.event_id)
