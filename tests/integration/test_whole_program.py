"""The whole program against the real simulator: a small real job, and the same with the server dying in the middle."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.background.feed import Freshness
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import EventKind
from tests.support.console import RunningConsole
from tests.ui.schedule.week_hand import WeekHand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.ui.schedule.schedule_work import ScheduleWork

pytestmark = pytest.mark.slow


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data")
    yield running
    running.close()


def _asked(running: RunningConsole, path: str) -> dict[str, object]:
    """A plain request, by somebody who shares no code with the console."""
    address = running.address
    reply = httpx.get(f"{address.url}{path}", headers={"Authorization": f"Bearer {address.api_key}"})
    reply.raise_for_status()
    body: dict[str, object] = reply.json()
    return body


def _control(running: RunningConsole, path: str, body: dict[str, object]) -> None:
    address = running.address
    httpx.post(
        f"{address.url}/_simulator/{path}", json=body, headers={"X-Control-Token": address.control_token}
    ).raise_for_status()


def _drag_first_end_later(running: RunningConsole) -> ScheduleWork:
    """The end of Monday's period an hour later, by the mouse."""
    hand = WeekHand(running.schedule.schedule_pane.grid)
    work = running.schedule.schedule_controller.work
    assert work is not None
    end_row, end_min = divmod(work.current.periods[0].end_min % 10_080, 1440)
    hand.click(end_row, end_min / 60 - 1)
    hand.drag((end_row, end_min / 60 - 0.01), (end_row, end_min / 60 + 1))
    assert work.has_draft
    return work


def test_a_small_real_job(running: RunningConsole, qtbot: QtBot) -> None:
    running.wait_filled()
    session, window = running.session, running.console.window

    # One site out of sixty.
    qtbot.keyClicks(session.sites_pane.filter, "harb ware")
    running.wait(lambda: session.sites_pane.model.rowCount() == 1)
    session.sites_pane.list.setFocus()
    qtbot.keyClick(session.sites_pane.list, "\r")
    site = running.site()
    running.console.selection.select_site(site)
    running.wait(lambda: running.work.devices_pane.model.rowCount() > 0)
    assert site.name in window.windowTitle()

    # Tonight's arming, changed with the mouse, saved and read back.
    window.show_perspective("schedule")
    running.wait(lambda: (work := running.schedule.schedule_controller.work) and work.base)
    before = _asked(running, f"/ext/v1/sites/{site.site_id}/schedule")
    work = _drag_first_end_later(running)
    running.schedule.schedule_controller.save_now()
    running.wait(lambda: not work.is_saving and not work.has_draft)
    after = _asked(running, f"/ext/v1/sites/{site.site_id}/schedule")
    assert after != before
    assert "07:00" in str(after)

    # An alarm's video really plays: pictures that differ.
    window.show_perspective("review")
    review = running.review
    running.wait(lambda: len(running.timeline.timeline.timeline.content) > 0)
    events = session.events.cached(site.site_id).events
    alarm = next(
        event for event in events if event.kind is EventKind.ALARM and event.has_video and not event.decision
    )
    pictures: set[int] = set()
    review.player.frame_arrived.connect(lambda image: pictures.add(hash(bytes(image.constBits())[::997])))
    box = window.goto_box
    box.open()
    qtbot.keyClicks(box, alarm.event_id)
    running.wait(lambda: len(box.found()) == 1)
    qtbot.keyClick(box, "\r")
    selected = running.console.selection.selected_event
    assert selected is not None
    assert selected.event_id == alarm.event_id
    running.wait(lambda: review.clip.is_ready, 90_000)
    review.player.play()
    running.wait(lambda: len(pictures) >= 10, 30_000)

    # Arm, shown only when true, and true on the server.
    arming = running.work.arming_controller
    for mode in (ArmingMode.DISARMED, ArmingMode.NIGHT):
        arming.command(mode)
        running.wait(lambda mode=mode: mode.label in running.work.arming_control.text, 30_000)  # type: ignore[misc]
        state = _asked(running, f"/ext/v1/sites/{site.site_id}/arming")
        assert state["arming_mode"] == mode.value

    # Who leaves while a command is on its way is told all the same what became of it.
    arming.command(ArmingMode.AWAY)
    window.disconnect_requested.emit()
    told = [one.text for one in running.console.notices.notices() if one.kind.startswith("arming ")]
    assert len(told) == 1
    assert told[0].startswith("Simulator: ")
    assert site.name in told[0]


def test_a_live_alarm_arrives_by_itself(running: RunningConsole) -> None:
    running.wait_filled()
    site = running.site()
    running.console.selection.select_site(site)
    running.wait(lambda: running.session.feed.freshness is Freshness.POLLING)
    running.wait(lambda: len(running.timeline.timeline.timeline.content) > 0)
    open_before = running.session.events.open_alarms().get(site.site_id, 0)
    _control(running, "events", {"site_id": site.site_id, "kind": "alarm", "text": "Intrusion — test"})
    content = running.timeline.timeline.timeline
    running.wait(lambda: any(event.text == "Intrusion — test" for event in content.content.events))
    assert running.session.events.open_alarms()[site.site_id] == open_before + 1


def test_the_simulator_dies_while_a_schedule_is_saved(running: RunningConsole) -> None:
    running.wait_filled()
    session, notices = running.session, running.console.notices
    site = running.site()
    running.console.selection.select_site(site)
    running.console.window.show_perspective("schedule")
    running.wait(lambda: (work := running.schedule.schedule_controller.work) and work.base)
    work = _drag_first_end_later(running)
    wanted = work.current

    path = f"/ext/v1/sites/{site.site_id}/schedule"
    _control(running, "faults", {"name": "latency", "path": path, "method": "PUT", "ms": 60_000})
    pid = running.address.pid
    running.schedule.schedule_controller.save_now()
    running.wait(lambda: work.is_saving)
    running.wait(lambda: any(job.text == "Sending" for job in session.runner.jobs()))
    os.kill(pid, signal.SIGKILL)

    # Said what is not confirmed or not saved; the draft is on disk all the time.
    running.wait(lambda: any(one.kind == "simulator" for one in notices.notices()))
    draft = running.schedule.schedules.draft(site.site_id)
    assert draft is not None
    assert draft.schedule == wanted
    running.wait(lambda: running.address.pid != pid, 60_000)
    running.wait(lambda: not work.is_saving, 60_000)
    if work.has_draft or work.is_unconfirmed:
        assert any("schedule" in one.kind or site.name in one.text for one in notices.notices())
        running.wait(lambda: session.feed.freshness is Freshness.POLLING, 60_000)
        running.schedule.schedule_controller.save_now()
        running.wait(lambda: not work.is_saving and not work.has_draft, 60_000)
    stored = running.schedule.schedules.read(site)
    assert stored.schedule == wanted
    assert running.schedule.schedules.draft(site.site_id) is None


def test_the_last_known_world_is_there_at_once_on_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    first = RunningConsole(qtbot, tmp_path / "data")
    first.wait_filled()
    first.console.selection.select_site(first.site())
    first.wait(lambda: first.work.devices.cached(first.site().site_id).devices)
    first.close()
    second = RunningConsole(qtbot, tmp_path / "data")
    # Before any worker had a turn: straight from the disk, marked stale.
    assert second.session.sites_pane.model.rowCount() == 60
    selected = second.console.selection.site
    assert selected is not None
    assert selected.name == second.site().name
    second.wait_filled()
    second.close()


def test_a_cache_damaged_in_use_is_opened_anew_by_itself(running: RunningConsole) -> None:
    """What is set aside then is tested with the store; here the program must be whole again without a restart."""
    running.wait_filled()
    before = running.session
    before.cache._database._mark_damaged()
    running.wait(lambda: running.console.session not in (None, before), 30_000)
    running.wait_filled()
    assert running.session.sites_pane.model.rowCount() == 60
    running.wait(lambda: running.session.feed.freshness is Freshness.POLLING)
