"""An event raised by hand is one event, whatever happens to the answer, the dialog or the program."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from chekt_console.api.priority import is_brief
from chekt_console.domain.outbox import EntryState, EventReport
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.site import Site
from chekt_console.errors import Cancelled, Refused, TooManyRequests, Unreachable
from chekt_console.services.outbound_service import OutboundEvent, OutboundService
from chekt_console.services.outbox_service import OutboxService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.store.outbox import OutboxStore
from chekt_console.ui.outbound.outbound_controller import OutboundController
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock
from tests.ui.schedule.schedule_world import FakeRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.background.runner import Runner
    from chekt_console.services.outbound_service import OutboundClient
    from chekt_console.ui.outbound.raise_dialog import RaiseDialog

HARBOR = Site("7", "Harbor")
OFFLINE = Unreachable("The gateway cannot be reached.")
LOST = Unreachable("The answer was lost.", may_have_acted=True)
BUSY = TooManyRequests("Too many requests.", status=429)


@dataclass
class Partner:
    """The account half of the gateway; what was sent goes to the same list."""

    server: FakeServer
    is_open: bool = False

    def site(self, _site_id: str) -> Any:
        return SimpleNamespace(external_site_id="loc-7")

    def send_event(self, body: dict[str, Any], idempotency_key: str) -> dict[str, Any]:
        self.server.fail("partner")
        self.server.sent.append(f"partner {body['event_subtype']} {idempotency_key}")
        self.server.fail("after partner")
        return {"chekt_event_id": "9", "upload": {"video_url": "https://gateway/uploads/9.mp4"}}

    def upload(self, url: str, content: bytes, _content_type: str) -> None:
        self.server.fail("upload")
        self.server.sent.append(f"upload {url} {content[-6:].decode()}")


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = FakeServer()
        self.account = Partner(self.server)
        self.clock = FakeClock()
        self.cache = Cache(folder / "cache.sqlite")
        self.local = LocalStore(folder / "local.sqlite")
        self.open()

    def open(self) -> None:
        events = SimpleNamespace(report=self.server.events.report, delivery=lambda _event_id: None)
        client = cast(
            "OutboundClient", SimpleNamespace(account=self.account, events=events, media=self.account)
        )
        self.service = OutboundService(client, is_production=False)
        self.store = OutboxStore(self.folder / "outbox.sqlite")
        schedules = ScheduleService(self.server, self.cache, self.local, self.clock)
        self.outbox = OutboxService(self.store, self.server, schedules, self.clock, raised=self.service)
        self.service.outbox = self.outbox
        self.outbox.recover()

    def close(self) -> None:
        for file in (self.store, self.cache, self.local):
            file.close()

    def restart(self) -> None:
        self.store.close()
        self.open()

    def send_waiting(self) -> None:
        self.clock.advance(1)
        for site_id in self.outbox.due_sites():
            self.outbox.send_next(site_id)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("is_partner", [False, True])
@pytest.mark.parametrize("error", [OFFLINE, LOST, BUSY])
def test_one_that_got_no_answer_goes_by_itself_with_its_key_over_a_restart(
    bench: Bench, error: Exception, is_partner: bool
) -> None:
    bench.account.is_open = is_partner
    way = "partner" if is_partner else "report"
    bench.server.failures[f"after {way}" if error is LOST else way] = [error]
    event = OutboundEvent("7", "alarm", "panic", 1, site_name="Harbor")
    raised = bench.service.raise_event(event, None, "key-1", NoProgress())
    assert raised.is_waiting
    assert "goes by itself" in raised.note
    bench.restart()
    bench.send_waiting()
    (entry,) = bench.outbox.entries()
    assert entry.state is EntryState.DONE
    assert entry.change.words == "Panic, raised at Harbor"
    assert set(bench.server.sent) == {f"{way} panic key-1"}


def test_the_end_of_the_program_while_one_is_sent_makes_no_second(bench: Bench) -> None:
    bench.server.failures["after report"] = [Cancelled()]
    with pytest.raises(Cancelled):
        bench.service.raise_event(OutboundEvent("7", "alarm", "fire", 1), None, "key-1", NoProgress())
    bench.restart()
    bench.send_waiting()
    assert bench.outbox.entries()[0].state is EntryState.DONE
    assert set(bench.server.sent) == {"report fire key-1"}


class Hand(Bench):
    """The dialog, with a hand over it."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__(folder)
        self.runner = FakeRunner()
        self.window = QWidget()
        qtbot.addWidget(self.window)
        ids = count(1)
        self.controller = OutboundController(
            cast("Runner", self.runner), self.service, self.clock, lambda: UUID(int=next(ids)), self.window
        )
        self.told: list[str] = []
        self.controller.told.connect(self.told.append)

    def raise_one(self) -> RaiseDialog:
        self.controller.open(HARBOR, ())
        dialog = self.controller.dialog
        assert dialog is not None
        dialog.send.click()
        return dialog


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path) -> Iterator[Hand]:
    made = Hand(qtbot, tmp_path)
    yield made
    made.controller.close()
    made.close()


def test_the_dialog_opened_again_raises_the_same_event_until_it_has_an_outcome(hand: Hand) -> None:
    hand.server.failures["after report"] = [LOST]
    dialog = hand.raise_one()
    assert "waits on this computer" in dialog.note.text()
    assert "no second event" in dialog.note.text()
    dialog.close()
    hand.clock.advance(30)
    again = hand.raise_one()
    assert again.send.text() == "Raise another"
    assert again.event_id
    assert len(set(hand.server.sent)) == 1
    assert [entry.state for entry in hand.outbox.entries()] == [EntryState.DONE]
    again.send.click()  # raise another
    assert len(set(hand.server.sent)) == 2


def test_after_it_went_by_itself_the_same_wish_is_a_new_event(hand: Hand) -> None:
    hand.server.failures["report"] = [OFFLINE]
    hand.raise_one().close()
    hand.send_waiting()
    hand.controller.on_ended(hand.outbox.entries()[0].key)
    hand.raise_one()
    assert len(hand.outbox.entries()) == 2


def _raised_at(hand: Hand) -> list[str]:
    """`event_time` of each in the list of waiting changes."""
    return [
        json.loads(cast("EventReport", entry.change).body)["event_time"] for entry in hand.outbox.entries()
    ]


@pytest.mark.parametrize("is_refused", [True, False])
def test_one_that_came_to_nothing_is_raised_again_with_the_time_it_has_then(
    hand: Hand, is_refused: bool
) -> None:
    hand.server.failures["report"] = [
        Refused("The device is unknown.", status=400) if is_refused else OFFLINE
    ]
    dialog = hand.raise_one()
    if not is_refused:
        hand.outbox.discard(hand.outbox.entries()[0].number)
        dialog.send.click()
        assert "was discarded" in dialog.note.text()
    hand.clock.advance(3600)
    dialog.send.click()
    assert dialog.event_id
    first, second = (datetime.fromisoformat(at) for at in sorted(_raised_at(hand)))
    assert second - first == timedelta(hours=1)


def test_one_that_waits_stays_the_same_event_when_its_clip_is_gone(hand: Hand) -> None:
    hand.account.is_open = True
    hand.server.failures["partner"] = [OFFLINE]
    clip = hand.folder / "clip.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42moving")
    hand.controller.open(HARBOR, ())
    dialog = hand.controller.dialog
    assert dialog is not None
    dialog.set_clip(clip)
    dialog.send.click()
    assert "waits on this computer" in dialog.note.text()
    content = clip.read_bytes()
    clip.write_bytes(b"no film")
    dialog.send.click()
    assert "is no MP4 file" in dialog.note.text()
    clip.write_bytes(content)
    hand.clock.advance(3600)
    dialog.send.click()
    assert dialog.event_id
    assert len(hand.outbox.entries()) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [(LOST, "not confirmed"), (Refused("The device is unknown.", status=400), "The device is unknown.")],
)
def test_what_became_of_it_is_told_when_the_dialog_is_closed_already(
    hand: Hand, error: Exception, words: str
) -> None:
    hand.server.failures["report"] = [error]
    hand.runner.is_held = True
    hand.raise_one().close()
    hand.runner.let_go()
    (sentence,) = hand.told
    assert words in sentence


def test_a_clip_that_was_not_sent_is_sent_again_to_the_same_event(hand: Hand) -> None:
    hand.account.is_open = True
    hand.server.failures["upload"] = [OFFLINE, LOST]
    clip = hand.folder / "clip.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42moving")
    hand.controller.open(HARBOR, ())
    dialog = hand.controller.dialog
    assert dialog is not None
    assert dialog.clip_again.isHidden()
    dialog.set_clip(clip)
    dialog.send.click()
    assert "its clip was not sent" in dialog.note.text()
    assert not dialog.clip_again.isHidden()
    dialog.clip_again.click()
    assert "its clip was not sent" in dialog.note.text()
    dialog.clip_again.click()
    assert dialog.clip_again.isHidden()
    raised = [one for one in hand.server.sent if one.startswith("partner")]
    assert len(set(raised)) == 1  # one key throughout
    assert hand.server.sent[-1] == "upload https://gateway/uploads/9.mp4 moving"
    assert dialog.event_id == "9"
    dialog.send.click()  # raise another is another
    raised = [one for one in hand.server.sent if one.startswith("partner")]
    assert len(set(raised)) == 2
    hand.server.failures["upload"] = [OFFLINE]
    hand.runner.is_held = True
    dialog.send.click()
    dialog.close()
    hand.runner.let_go()
    assert "its clip was not sent" in hand.told[-1]


class _Sender:
    """Notes for how long it is tried; nobody answers the first time."""

    def __init__(self) -> None:
        self.brief: list[bool] = []

    def named(self, report: EventReport, _key: str) -> EventReport:
        return report

    def send(self, _report: EventReport, _key: str) -> dict[str, Any]:
        self.brief.append(is_brief())
        if len(self.brief) == 1:
            raise OFFLINE
        return {}


def test_a_person_waits_seconds_for_the_answer_and_the_outbox_goes_on_trying(bench: Bench) -> None:
    sender = _Sender()
    schedules = ScheduleService(bench.server, bench.cache, bench.local, bench.clock)
    bench.outbox = OutboxService(bench.store, bench.server, schedules, bench.clock, raised=sender)
    report = EventReport("7", "Fire, raised at Harbor", "{}", is_raised=True)
    entry, answer = bench.outbox.report_now(report, "key-1")
    assert (entry.state, answer) == (EntryState.WAITING, None)
    bench.send_waiting()
    assert sender.brief == [True, False]
    assert bench.outbox.entries()[0].state is EntryState.DONE


def test_enter_neither_raises_nor_asks_for_a_clip_and_showing_it_clears_the_way(
    hand: Hand, qtbot: QtBot
) -> None:
    """Raising reaches the monitoring center: the button is pressed for it."""
    hand.controller.open(HARBOR, ())
    dialog = hand.controller.dialog
    assert dialog is not None
    qtbot.keyClick(dialog.kind, Qt.Key.Key_Return)
    assert QApplication.activeModalWidget() is None
    assert hand.server.sent == []
    qtbot.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(hand.controller.event_requested) as asked:
        qtbot.mouseClick(dialog.show_event, Qt.MouseButton.LeftButton)
    assert asked.args == ["7", dialog.event_id]
    assert hand.controller.dialog is None
