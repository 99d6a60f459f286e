"""The Fleet perspective: all sites side by side, templates, and one schedule to many sites. Imported behind the first paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from chekt_console.services.bulk_schedule_service import BulkScheduleService
from chekt_console.services.device_service import DeviceService
from chekt_console.services.fleet_service import FleetService
from chekt_console.store.connections_store import Environment
from chekt_console.ui.fleet.bulk_controller import BulkController
from chekt_console.ui.fleet.fleet_controller import FleetController
from chekt_console.ui.fleet.fleet_pane import FleetPane
from chekt_console.ui.fleet.fleet_side import FleetSide
from chekt_console.ui.schedule.drawn_week import DrawnWeek
from chekt_console.ui.schedule.schedule_pane import locale_style
from chekt_console.ui.shared.confirm import confirm
from chekt_console.ui.shared.file_places import ask_to_save
from chekt_console.ui.shared.notices import Severity

if TYPE_CHECKING:
    from chekt_console.domain.site import Site
    from chekt_console.session_parts import Ground
    from chekt_console.session_work import SchedulePanes
    from chekt_console.ui.schedule.templates_controller import Reach

FLEET = "fleet"
KEYS = (
    ("Space", "Tick the chosen rows, again to untick"),
    ("Enter", "Open the site's schedule"),
    ("Ctrl+F", "Filter the fleet"),
)


class FleetParts(QObject):
    """Built in the window's thread, after the schedule editor."""

    def __init__(self, ground: Ground, schedule: SchedulePanes, parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        shell = ground.shell
        self.bulk = BulkScheduleService(
            ground.client,
            schedule.schedules,
            ground.cache,
            ground.local,
            ground.clock,
            schedule.authorities,
        )
        self.fleet = FleetService(
            ground.cache,
            ground.local,
            ground.events,
            DeviceService(ground.client, ground.cache),
            ground.clock,
        )
        style = locale_style()
        self.pane = FleetPane(shell.theme, style)
        self.side = FleetSide(shell.theme, style)
        self.controller = FleetController(
            self.pane,
            shell.selection,
            ground.runner,
            self.fleet,
            self.bulk,
            ground.local,
            self._choose_file,
            shell.slow_link,
        )
        self.bulk_controller = BulkController(
            self.pane,
            self.side,
            shell.selection,
            ground.runner,
            self.bulk,
            ground.local.templates,
            lambda week: DrawnWeek(week, shell.theme, style),
            self._confirm,
        )
        self.runs = self.bulk_controller.runs
        self.runs.is_production = ground.connection.environment is Environment.PRODUCTION
        self.bulk_controller.per_minute = lambda: ground.client.requests_a_minute
        self._wire(schedule)
        shell.window.add_help("Fleet", KEYS)
        self.bulk_controller.start()
        # The places are filled first: the perspective may be the one remembered from the last time.
        QTimer.singleShot(0, self, self._on_perspective)

    def set_sites(self, sites: tuple[Site, ...]) -> None:
        self.controller.set_sites(tuple(sites))

    def close(self) -> None:
        self.runs.stop()

    def _wire(self, schedule: SchedulePanes) -> None:
        window, controller, bulk = self._ground.shell.window, self.controller, self.bulk_controller
        window.perspective_changed.connect(self._on_perspective)
        controller.opened.connect(lambda: window.show_perspective("schedule"))
        controller.rows_shown.connect(bulk.show_rows)
        controller.said.connect(self._on_said)
        bulk.said.connect(self._on_said)
        bulk.templates_changed.connect(controller.mark_dirty)
        bulk.sites_written.connect(controller.mark_dirty)
        bulk.sites_written.connect(schedule.refresh)
        self.side.run.site_requested.connect(controller.show_site)
        templates, model = schedule.templates, self.pane.model
        bulk.templates_changed.connect(templates.look)
        bulk.sites_written.connect(templates.look)
        model.ticks_changed.connect(lambda: templates.show_ticked(model.ticked()))
        templates.template_chosen.connect(self._on_template_chosen)
        templates.preview_requested.connect(self._on_preview_requested)

    def _on_template_chosen(self, template_id: str) -> None:
        self._ground.shell.window.show_perspective(FLEET)
        self.side.show_templates()
        self.bulk_controller.read_templates(template_id)

    def _on_preview_requested(self, reach: Reach) -> None:
        self._ground.shell.window.show_perspective(FLEET)
        self.bulk_controller.look_at(reach.title, reach.template_id, reach.schedule, reach.sites)

    def _on_perspective(self) -> None:
        self.controller.set_in_front(self._ground.shell.window.current_perspective == FLEET)

    def _on_said(self, sentence: str, is_good: bool) -> None:
        severity = Severity.GOOD if is_good else Severity.WARNING
        self._ground.shell.notices.show("fleet", sentence, severity=severity)

    def _confirm(self, title: str, text: str, action: str) -> bool:
        shell = self._ground.shell
        return confirm(shell.window, shell.theme, title, text, action)

    def _choose_file(self) -> str:
        path, _ = ask_to_save(self.pane, "Export the fleet", "fleet.csv", "Table (*.csv)")
        return str(path or "")
