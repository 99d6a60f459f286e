"""Keeps the templates beside the week true, and says where the week on the screen could go besides its own site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.services.template_overview import TemplateOverview
from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.shared.plain_text import clean

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.schedule_service import StoredSchedule
    from chekt_console.services.template_overview import TemplateOverviewService
    from chekt_console.ui.schedule.schedule_controller import ScheduleController
    from chekt_console.ui.schedule.schedule_saver import NoticeBoard
    from chekt_console.ui.schedule.schedule_work import ScheduleWork
    from chekt_console.ui.schedule.templates_section import TemplatesSection

_KEY = "schedule.templates"
_LONGEST = 60
_NOWHERE = "Tick sites in Fleet (Ctrl+4) to bring this week to them."


@dataclass(frozen=True)
class Reach:
    """A week, and the other sites it may be looked at for. `template_id` "" when they would follow none after it."""

    title: str
    template_id: str
    schedule: WeekSchedule
    sites: tuple[Site, ...]
    words: str


class TemplatesController(QObject):
    """Lives in the window's thread."""

    template_chosen = Signal(str)  # its id; "" for all of them
    preview_requested = Signal(object)  # Reach

    def __init__(
        self,
        section: TemplatesSection,
        controller: ScheduleController,
        runner: Runner,
        overviews: TemplateOverviewService,
        notices: NoticeBoard,
    ) -> None:
        super().__init__(section)
        self._section = section
        self._runner = runner
        self._overviews = overviews
        self._notices = notices
        self._overview = TemplateOverview()
        self._ticked: tuple[Site, ...] = ()
        self._work: ScheduleWork | None = None
        self._base: StoredSchedule | None = None
        controller.work_shown.connect(self._on_work_shown)
        section.template_chosen.connect(self.template_chosen)
        section.preview_requested.connect(self._on_preview_requested)
        self.look()

    def look(self) -> None:
        """A template, who follows it or what a site has may be another one now."""
        self._runner.submit(
            lambda _progress: self._overviews.overview(),
            done=self._on_overview,
            failed=self._on_failed,
            key=_KEY,
            is_local=True,
        )

    def show_ticked(self, sites: tuple[Site, ...]) -> None:
        """In Fleet."""
        self._ticked = sites
        self._show_reach()

    def _on_overview(self, overview: TemplateOverview) -> None:
        self._notices.clear(_KEY)
        self._overview = overview
        self._section.show_templates(overview.standings)
        self._show_reach()

    def _on_failed(self, error: ConsoleError) -> None:
        self._notices.show(
            _KEY, f"The templates could not be read. {error.sentence}", severity=Severity.WARNING
        )

    def _on_work_shown(self, work: ScheduleWork | None) -> None:
        self._work = work
        base = work.base if work is not None else None
        if base is not self._base:
            self._base = base
            if base is not None:
                self.look()  # what the server has now may have drifted, or be mended
        self._show_reach()

    def _on_preview_requested(self) -> None:
        reach = self._reach()
        if reach is not None and reach.sites:
            self.preview_requested.emit(reach)

    def _show_reach(self) -> None:
        reach = self._reach()
        self._section.show_reach(len(reach.sites) if reach else 0, reach.words if reach else "")

    def _reach(self) -> Reach | None:
        """Ticked sites first: they were chosen by hand. Else those that follow the same template."""
        work = self._work
        if work is None or work.base is None:
            return None
        site, week = work.site, work.current
        title = f"{'Draft' if work.has_draft else 'Schedule'} of {site.name}"
        ticked = _others(self._ticked, site)
        if ticked:
            return Reach(title, "", week, ticked, "Ticked in Fleet. They get the week shown here.")
        standing = self._overview.of_site.get(site.site_id)
        followers = _others(standing.sites, site) if standing is not None else ()
        if standing is None or not followers:
            return Reach(title, "", week, (), _NOWHERE)
        template = standing.template
        name = clean(template.name, _LONGEST)
        # Dates with hours of their own are each site's: the weeks are what is compared.
        if is_same(WeekSchedule(week.periods), WeekSchedule(template.schedule.periods)):
            return Reach(
                template.name, template.template_id, template.schedule, followers, f"They follow “{name}”."
            )
        words = f"They follow “{name}”. With the week shown here they would follow it no longer."
        return Reach(title, "", week, followers, words)


def _others(sites: tuple[Site, ...], site: Site) -> tuple[Site, ...]:
    return tuple(one for one in sites if one.site_id != site.site_id)
