"""The five steps of an alarm stand in "Why this alarm", each with how long it took, while the chain below is read anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from chekt_console.domain.delivery_steps import DeliverySteps
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.incident_chain import ChainLink
from chekt_console.domain.site import Site
from chekt_console.services.incident_service import ExplainedIncident
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.incident_controller import IncidentController
from chekt_console.ui.timeline.incident_panel import IncidentPanel
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

AT = 1_770_000_000_000
SITE = Site("1", "Harbor", timezone="America/New_York")
ALARM = Event("a", "1", AT, EventKind.ALARM)
OTHER = Event("b", "1", AT, EventKind.ALARM)


class _Incidents:
    def __init__(self) -> None:
        self.told: dict[str, DeliverySteps] = {}

    def steps(self, alarm: Event) -> DeliverySteps | None:
        return self.told.get(alarm.event_id)

    def explain(
        self, alarm: Event, _site: Site | None, _gap_ms: int, steps: DeliverySteps | None = None
    ) -> ExplainedIncident:
        return ExplainedIncident(alarm, (alarm,), (ChainLink("Armed", "not known"),), steps)


def test_each_step_is_shown_with_its_delay_and_stays_while_it_is_read_anew(qtbot: QtBot) -> None:
    selection, panel, parent = Selection(), IncidentPanel(Theme()), QObject()
    qtbot.addWidget(panel)
    panel.show()
    runner: Any = SyncRunner()
    incidents: Any = _Incidents()
    incidents.told["a"] = DeliverySteps("a", AT, AT + 800, AT + 9_300, AT + 20_300, None, "Sentinel")
    controller = IncidentController(panel, selection, runner, incidents, parent)
    selection.select_site(SITE)
    selection.select_event(ALARM)
    assert panel.steps.isVisible()
    assert panel.steps.texts == [
        "occurred: 21:40:00",
        "captured: 21:40:00 +0.8 s",
        "attached: 21:40:09 +8.5 s",
        "delivered: 21:40:20 +11 s",
        "reviewed: not yet",
    ]
    runner.is_held = True  # news of the site: the disk is read first, then the server
    incidents.told["a"] = DeliverySteps(
        "a", AT, AT + 800, AT + 9_300, AT + 20_300, AT + 80_300, decision="false"
    )
    controller.on_events((OTHER,))
    runner.run_next()
    assert panel.steps.isVisible()
    runner.run_all()
    assert panel.steps.texts[-1] == "reviewed: 21:41:20 +1 min"
    runner.is_held = False
    selection.select_event(OTHER)  # of which the server tells nothing
    assert not panel.steps.isVisible()
    assert not panel.steps_head.isVisible()
