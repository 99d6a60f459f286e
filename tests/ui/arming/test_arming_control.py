"""What a person sees when arming: asked in production, sent once, shown only when it was read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import shiboken6

from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming
from chekt_console.domain.site import Site
from chekt_console.errors import ConsoleError, Unreachable
from chekt_console.services.arming_service import ArmingOutcome, SiteArming
from chekt_console.ui.arming.arming_control import ArmingControl
from chekt_console.ui.arming.arming_controller import ArmingController
from chekt_console.ui.arming.arming_words import as_of_words
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import LIGHT, Theme
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_NOW = datetime(2026, 2, 11, 21, 4, tzinfo=UTC)
_CLOCK = f"as of {_NOW.astimezone():%H:%M}"
_SITE = Site("s1", "Harbor Point")
_OTHER = Site("s2", "Main Street")
_AWAY, _STAY, _OFF = ArmingMode.AWAY, ArmingMode.STAY, ArmingMode.DISARMED


def _state(mode: ArmingMode) -> ArmingState:
    return ArmingState(mode is not _OFF, mode, mode.label)


def _arming(mode: ArmingMode, *, minutes: int = 0, site: Site = _SITE, parts: Any = ()) -> SiteArming:
    return SiteArming(site.site_id, _state(mode), parts, _NOW + timedelta(minutes=minutes))


class FakeArming:
    def __init__(self) -> None:
        self.state: SiteArming | ConsoleError = _arming(_OFF)
        self.outcome: ArmingOutcome | ConsoleError = ArmingOutcome(
            True, _arming(_AWAY, minutes=1), "Harbor Point: armed away."
        )
        self.sent: list[tuple[str, ArmingMode, tuple[str, ...]]] = []
        self.on_step: Any = lambda: None

    def cached(self) -> dict[str, SiteArming]:
        return {}

    def read(self, _site: Site) -> SiteArming:
        if isinstance(self.state, ConsoleError):
            raise self.state
        return self.state

    def command(self, site: Site, mode: ArmingMode, ids: tuple[str, ...], progress: Any) -> ArmingOutcome:
        self.sent.append((site.site_id, mode, ids))
        progress.report(0, 0, "Sending")
        progress.report(0, 0, "Sent, reading back")
        self.on_step()
        if isinstance(self.outcome, ConsoleError):
            raise self.outcome
        return self.outcome


class World:
    def __init__(self, qtbot: QtBot) -> None:
        self.selection, self.runner, self.service = Selection(), SyncRunner(is_held=True), FakeArming()
        self.theme = Theme()
        self.control = ArmingControl(self.theme)
        qtbot.addWidget(self.control)
        self.answer, self.questions = True, list[tuple[str, str, str, str]]()
        self.controller = ArmingController(
            self.control,
            self.selection,
            self.runner,
            self.service,
            self._confirm,
            now=lambda: _NOW,  # type: ignore[arg-type]
        )
        self.notices: list[tuple[str, str]] = []
        self.changes: list[SiteArming] = []
        self.controller.notice_requested.connect(lambda kind, text: self.notices.append((kind, text)))
        self.controller.command_confirmed.connect(lambda kind, text: self.notices.append((kind, text)))
        self.controller.arming_changed.connect(self.changes.append)

    def _confirm(self, title: str, text: str, action: str, typed: str) -> bool:
        self.questions.append((title, text, action, typed))
        return self.answer

    def select(self, site: Site = _SITE) -> None:
        self.selection.select_site(site)
        self.runner.run_all()


@pytest.fixture
def world(qtbot: QtBot) -> World:
    return World(qtbot)


def test_state_is_read_when_a_site_is_chosen(world: World) -> None:
    assert world.control.text == ""
    assert not world.control.arm.isEnabled()
    world.selection.select_site(_SITE)
    assert world.control.text == "Harbor Point: Unknown (not read yet)"
    world.runner.run_all()
    assert world.control.text == f"Harbor Point: Disarmed ({_CLOCK})"
    assert world.control.arm.isEnabled()
    assert world.changes == [_arming(_OFF)]


def test_new_state_shows_only_after_it_was_read_back(world: World) -> None:
    world.select()
    steps: list[str] = []
    world.service.on_step = lambda: steps.append(world.control.text)
    world.control.arm_menu.actions()[0].trigger()
    assert world.control.text == "Harbor Point: Arm away (sending)"
    job = world.runner.waiting[0]
    assert (job.is_command, job.lane, job.title) == (True, "site:s1", "Arm away: Harbor Point")
    world.runner.run_all()
    assert steps == ["Harbor Point: Arm away (sent, reading back)"]
    assert world.service.sent == [("s1", _AWAY, ())]
    assert world.control.text.startswith("Harbor Point: Away (as of")
    assert world.notices == [("arming s1", "Harbor Point: armed away.")]
    assert world.changes[-1].state.mode is _AWAY


def test_not_confirmed_is_said_and_ends_when_the_state_is_read(world: World, qtbot: QtBot) -> None:
    world.select()
    world.service.outcome = ArmingOutcome(
        None, _arming(_OFF, minutes=1), "Sent, not confirmed: still Disarmed."
    )
    world.controller.command(_AWAY)
    world.runner.run_all()
    assert world.control.text == "Harbor Point: Arm away (sent, not confirmed)"
    assert "Disarmed" in world.control.state.toolTip()
    assert world.control.again.isVisibleTo(world.control)
    world.service.state = _arming(_AWAY, minutes=2)
    world.control.again.click()
    world.runner.run_all()
    assert world.control.text.startswith("Harbor Point: Away")


def test_an_answer_asked_for_before_the_outcome_ends_no_doubt(world: World) -> None:
    """A slow reading of another pane, begun before the command, comes after it."""
    world.select()
    world.service.outcome = ArmingOutcome(None, _arming(_OFF), "Sent, not confirmed.", asked=7)
    world.controller.command(_AWAY)
    world.runner.run_all()
    world.controller.on_arming(replace(_arming(_OFF, minutes=2), asked=6))
    assert world.control.text == "Harbor Point: Arm away (sent, not confirmed)"
    world.controller.on_arming(replace(_arming(_AWAY, minutes=2), asked=8))
    assert world.control.text.startswith("Harbor Point: Away")


def test_a_state_is_news_after_the_clock_was_set_back(world: World) -> None:
    world.service.state = replace(_arming(_OFF), asked=1)
    world.select()
    world.controller.on_arming(replace(_arming(_AWAY, minutes=-600), asked=2))
    assert world.control.text.startswith("Harbor Point: Away")


def test_a_menu_that_stayed_open_commands_no_other_site(world: World) -> None:
    """A decision was saved meanwhile and the queue went on to the next alarm, of another site."""
    world.select()
    world.control.arm_menu.aboutToShow.emit()
    world.select(_OTHER)
    world.control.arm_menu.actions()[0].trigger()
    world.controller.command_at(_OFF, _SITE)
    world.runner.run_all()
    assert world.service.sent == []
    assert world.notices[-1][1].startswith("Disarm was not sent: Harbor Point is no longer the chosen site.")


def test_refused_command_keeps_the_old_state_and_says_why(world: World) -> None:
    world.select()
    world.service.outcome = ArmingOutcome(False, _arming(_OFF), "Refused: arm away. Zone 2 is open.")
    world.controller.command(_AWAY)
    world.runner.run_all()
    assert world.control.text == f"Harbor Point: Disarmed ({_CLOCK})"
    assert world.notices[-1][1] == "Refused: arm away. Zone 2 is open."


def test_lost_answer_counts_as_not_confirmed(world: World) -> None:
    world.select()
    world.service.outcome = Unreachable("No answer.", may_have_acted=True)
    world.controller.command(_AWAY)
    world.runner.run_all()
    assert world.control.text == "Harbor Point: Arm away (sent, not confirmed)"


def test_second_command_is_refused_with_a_reason_other_sites_are_free(world: World) -> None:
    world.select()
    world.controller.command(_AWAY)
    world.controller.command(_OFF)
    assert len(world.runner.waiting) == 1
    assert "“Arm away” for Harbor Point is still running" in world.notices[-1][1]
    assert not world.control.disarm.isEnabled()
    world.selection.select_site(_OTHER)
    assert world.control.text == "Main Street: Unknown (not read yet)"
    world.runner.run_all()
    assert world.notices[-1] == ("arming s1", "Harbor Point: armed away.")
    assert world.control.text.startswith("Main Street: ")


def test_production_asks_first_naming_site_and_scope(world: World) -> None:
    parts = (
        PartitionArming("1", "Office", _state(_OFF)),
        PartitionArming("2", "Vault & Safe", _state(_AWAY)),
    )
    world.service.state = SiteArming("s1", ArmingState(True, None, "Partially armed"), parts, _NOW)
    world.select()
    assert world.control.text == f"Harbor Point: Partially armed ({_CLOCK})"
    world.controller.is_production = True
    world.answer = False
    world.control.disarm_menu.actions()[-1].trigger()
    assert world.service.sent == []
    title, text, action, typed = world.questions[0]
    assert (title, action, typed) == ("Disarm: Harbor Point?", "Disarm", "Harbor Point")
    assert "Partition Vault & Safe of Harbor Point will be disarmed" in text
    world.answer = True
    world.control.disarm_menu.actions()[-1].trigger()
    world.runner.run_all()
    assert world.service.sent == [("s1", _OFF, ("2",))]


def test_a_site_without_a_name_that_can_be_typed_is_typed_by_its_id(world: World) -> None:
    """With nothing to type a click would have been enough."""
    world.controller.is_production = True
    world.select(Site("s9", "\u200b"))
    world.controller.command(_AWAY)
    assert [typed for *_rest, typed in world.questions] == ["s9"]


def test_nothing_is_sent_when_the_connection_was_closed_while_the_person_typed(qtbot: QtBot) -> None:
    """The sign-in ended meanwhile: the console has gone back to the connect page under the question."""
    selection, runner, control = Selection(), SyncRunner(is_held=True), ArmingControl(Theme())

    def confirm(*_words: str) -> bool:
        shiboken6.delete(control)
        return True

    runners: Any = runner
    arming: Any = FakeArming()
    controller = ArmingController(control, selection, runners, arming, confirm)
    controller.is_production = True
    selection.select_site(_SITE)
    controller.command(_AWAY)
    assert not [job for job in runner.submitted if job.is_command]


def test_production_without_a_way_to_ask_sends_nothing(qtbot: QtBot) -> None:
    selection, service, control = Selection(), FakeArming(), ArmingControl(Theme())
    qtbot.addWidget(control)
    controller = ArmingController(control, selection, SyncRunner(), service)  # type: ignore[arg-type]
    controller.is_production = True
    selection.select_site(_SITE)
    with qtbot.waitSignal(controller.notice_requested):
        controller.command(_STAY)
    assert service.sent == []


def test_failed_read_leaves_the_age_and_tells_in_the_tooltip(world: World) -> None:
    world.service.state = Unreachable("No answer from <b>Harbor Point</b>.")
    world.select()
    assert world.control.text == "Harbor Point: Unknown (could not be read)"
    assert "&lt;b&gt;Harbor" in world.control.state.toolTip()
    world.controller.on_arming(_arming(_STAY))
    assert world.control.text == f"Harbor Point: Stay ({_CLOCK})"
    world.controller.on_arming(_arming(_OFF, minutes=-5))
    assert world.control.text == f"Harbor Point: Stay ({_CLOCK})"


def test_every_state_paints_in_both_themes_and_narrow(world: World) -> None:
    world.select()
    for width in (160, 300, 500):
        world.control.resize(width, 32)
        for colors in (LIGHT,):
            world.theme.use(colors)
            assert not world.control.grab().isNull()


def test_times_are_the_sites_own() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    assert as_of_words(_NOW, _NOW, zone) == "as of 13:04"
    assert as_of_words(_NOW - timedelta(hours=14), _NOW, zone) == "as of 10 Feb 23:04"
