"""The five steps of one alarm as a column: what happened, when in site time, and how long it took."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from chekt_console.domain.delivery_steps import MEANINGS, STEPS, delay_words
from chekt_console.domain.site_clock import zone_of
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.delivery_steps import DeliverySteps

_DONE, _OPEN = "●", "○"


class StepsView(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        self._rows: dict[str, tuple[QLabel, QLabel, QLabel, QLabel]] = {}
        for row, step in enumerate(STEPS):
            labels = tuple(QLabel(self) for _ in range(4))
            for column, label in enumerate(labels):
                label.setTextFormat(Qt.TextFormat.PlainText)
                grid.addWidget(label, row, column)
            mark, name, at, delay = labels
            name.setText(step.capitalize())
            name.setToolTip(MEANINGS[step])
            set_role(at, "muted")
            set_role(delay, "muted")
            self._rows[step] = (mark, name, at, delay)
        self.show_steps(None, "")

    @property
    def texts(self) -> list[str]:
        """Each step as it is read out."""
        return [name.accessibleName() for _, name, _, _ in self._rows.values()]

    def show_steps(self, steps: DeliverySteps | None, timezone: str) -> None:
        """None: nothing happened yet. In UTC where the site's time zone is not known."""
        zone = zone_of(timezone) or UTC
        for step, (mark, name, at, delay) in self._rows.items():
            instant_ms = steps.at(step) if steps is not None else None
            mark.setText(_DONE if instant_ms is not None else _OPEN)
            set_role(name, "strong" if instant_ms is not None else "muted")
            delay.setText(delay_words(steps.delay_ms(step)) if steps is not None else "")
            if instant_ms is None:
                is_left_out = steps is not None and steps.is_left_out(step)
                at.setText("no clip" if is_left_out else "not yet")
                at.setToolTip("")
            else:
                moment = datetime.fromtimestamp(instant_ms / 1000, UTC)
                at.setText(f"{moment.astimezone(zone):%H:%M:%S}")
                at.setToolTip(f"{moment:%Y-%m-%d %H:%M:%S} UTC")
            name.setAccessibleName(f"{step}: {at.text()} {delay.text()}".strip())
        reviewed = self._rows["reviewed"][1]
        decided = f" ({steps.decision})" if steps is not None and steps.decision and steps.is_complete else ""
        reviewed.setText(f"Reviewed{decided}")
