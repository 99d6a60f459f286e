"""The outbox: written down first, sent in order, merged or asked about, and honest about what is not known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.delivery import ARMING_COMMAND, Meaning, Understood
from chekt_console.domain.outbox import EntryState, EventReport, ScheduleChange
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.site import Site
from chekt_console.errors import Cancelled, Refused, ServerBroken, TooManyRequests, Unreachable
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.outbox_service import OutboxService
from chekt_console.services.request_service import RequestService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.inbox import Inbox
from chekt_console.store.local import LocalStore
from chekt_console.store.outbox import OutboxStore
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock


def _week(*days: int, start_h: int = 18) -> WeekSchedule:
    return WeekSchedule(tuple(ArmedPeriod(day * 1440 + start_h * 60, 120, ArmingMode.AWAY) for day in days))


EMPTY, MONDAY, TUESDAY = WeekSchedule(), _week(0), _week(1)
OFFLINE = Unreachable("The gateway cannot be reached.")
LOST = Unreachable("The connection broke.", may_have_acted=True)


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = FakeServer()
        self.clock = FakeClock()
        self.local = LocalStore(folder / "local.sqlite")
        self.cache = Cache(folder / "cache.sqlite")
        self.open()

    def open(self) -> None:
        self.store = OutboxStore(self.folder / "outbox.sqlite")
        self.schedules = ScheduleService(self.server, self.cache, self.local, self.clock)
        self.outbox = OutboxService(self.store, self.server, self.schedules, self.clock)
        self.outbox.recover()

    def change(self, mine: WeekSchedule, base: WeekSchedule = EMPTY, etag: str = "v1") -> ScheduleChange:
        return ScheduleChange("7", "Harbor", base, etag, mine)

    def report(self, text: str) -> EventReport:
        return EventReport("7", text[:40], json.dumps({"site_id": "7", "event_subtype": text}))

    def server_has(self) -> WeekSchedule:
        return from_key_concepts(self.server.body).schedule

    def somebody_saves(self, schedule: WeekSchedule) -> None:
        self.server.body = dict(to_key_concepts(schedule).body)
        self.server.version += 1

    def state(self) -> EntryState:
        return self.outbox.entries()[-1].state


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.store.close()
    made.local.close()
    made.cache.close()


def test_a_change_made_offline_waits_on_disk_and_goes_when_it_can(bench: Bench) -> None:
    bench.server.failures["write"] = [OFFLINE]
    bench.outbox.add(bench.change(MONDAY))
    assert bench.outbox.send_next("7") is not None
    assert bench.state() is EntryState.WAITING
    assert bench.outbox.due_sites() == ()  # not before its second
    bench.store.close()
    bench.open()
    bench.clock.advance(1)
    assert bench.outbox.due_sites() == ("7",)
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.DONE
    assert bench.server_has() == MONDAY
    assert [one for one in bench.server.sent if one.startswith("PUT")] == ["PUT v1", "PUT v1"]


@pytest.mark.parametrize("asked_s", [None, 10**8])
def test_neither_a_clock_set_back_nor_a_wild_wait_holds_a_change_for_long(
    bench: Bench, asked_s: float | None
) -> None:
    """Until then the site is armed as before."""
    bench.server.failures["write"] = [
        OFFLINE if asked_s is None else TooManyRequests("Wait.", status=429, retry_after_s=asked_s)
    ]
    bench.outbox.add(bench.change(MONDAY))
    bench.outbox.send_next("7")
    assert bench.outbox.due_sites() == ()
    if asked_s is None:
        bench.clock.start_ms -= 24 * 3_600_000
    else:
        bench.clock.advance(301)
    assert bench.outbox.due_sites() == ("7",)
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.DONE


def test_a_lost_answer_is_read_back_and_not_sent_again(bench: Bench) -> None:
    bench.server.failures["after write"] = [LOST]
    bench.outbox.add(bench.change(MONDAY))
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.NOT_CONFIRMED
    bench.clock.advance(1)
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.DONE
    assert bench.server.sent.count("PUT v1") == 1


def test_the_end_of_the_program_while_it_sends_is_read_back_at_the_next_start(bench: Bench) -> None:
    bench.server.failures["after write"] = [Cancelled()]
    bench.outbox.add(bench.change(MONDAY))
    with pytest.raises(Cancelled):
        bench.outbox.send_next("7")
    assert bench.state() is EntryState.SENDING
    bench.store.close()
    bench.open()
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.DONE
    assert bench.server.sent.count("PUT v1") == 1


def test_changes_of_different_hours_are_merged(bench: Bench) -> None:
    bench.outbox.add(bench.change(MONDAY))
    bench.somebody_saves(TUESDAY)
    ended = bench.outbox.send_next("7")
    assert ended is not None
    assert ended.state is EntryState.DONE
    assert "somebody else" in ended.sentence
    assert bench.server_has() == _week(0, 1)


@pytest.mark.parametrize("takes_mine", [True, False])
def test_the_same_hours_changed_by_both_are_asked_about(bench: Bench, takes_mine: bool) -> None:
    base = _week(0, 1)
    bench.somebody_saves(base)
    bench.outbox.add(bench.change(_night(0), base, "v2"))
    bench.somebody_saves(_stay(0))
    entry = bench.outbox.send_next("7")
    assert entry is not None
    assert entry.state is EntryState.CONFLICT
    assert entry.theirs is not None
    assert bench.outbox.due_sites() == ()  # nothing goes by itself before somebody chose
    assert bench.server_has() == _stay(0)
    if takes_mine:
        bench.outbox.take_merged(entry.number, _night(0), entry.theirs)
        bench.outbox.send_next("7")
        assert bench.server_has() == _night(0)
    else:
        assert bench.outbox.discard(entry.number) is not None
        assert bench.outbox.send_next("7") is None
        assert bench.server_has() == _stay(0)


def _night(day: int) -> WeekSchedule:
    return WeekSchedule((ArmedPeriod(day * 1440 + 1080, 120, ArmingMode.NIGHT),))


def _stay(day: int) -> WeekSchedule:
    return WeekSchedule((ArmedPeriod(day * 1440 + 1080, 120, ArmingMode.STAY),))


def test_a_change_on_top_of_a_lost_answer_is_never_overwritten(bench: Bench) -> None:
    bench.server.failures["after write"] = [LOST]
    bench.outbox.add(bench.change(MONDAY))
    bench.outbox.send_next("7")
    bench.somebody_saves(EMPTY)  # took ours back
    bench.clock.advance(1)
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.CONFLICT
    assert bench.server_has() == EMPTY


def test_a_newer_wish_takes_the_place_of_one_that_waits(bench: Bench) -> None:
    first = bench.outbox.add(bench.change(MONDAY))
    second = bench.outbox.add(bench.change(TUESDAY))
    assert second.number == first.number
    bench.outbox.send_next("7")
    assert bench.server_has() == TUESDAY
    assert bench.server.version == 2


def test_a_newer_wish_waits_behind_one_that_may_have_arrived(bench: Bench) -> None:
    bench.server.failures["after write"] = [LOST]
    bench.outbox.add(bench.change(MONDAY))
    bench.outbox.send_next("7")
    bench.outbox.add(bench.change(_week(0, 1), MONDAY))
    bench.clock.advance(1)
    bench.outbox.send_next("7")
    bench.outbox.send_next("7")
    assert [entry.state for entry in bench.outbox.entries()] == [EntryState.DONE, EntryState.DONE]
    assert bench.server_has() == _week(0, 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [(_week(0, 1), _week(0)), (_night(0), _stay(0)), (_week(0, 1), EMPTY)],
    ids=["a day withdrawn", "another mode", "all withdrawn"],
)
@pytest.mark.parametrize("is_open_again", [False, True])
def test_what_is_taken_back_behind_a_change_that_arrived_is_taken_back(
    bench: Bench, first: WeekSchedule, second: WeekSchedule, is_open_again: bool
) -> None:
    """The window hands over what it started from, which is older than the change that is under way."""
    bench.server.failures["after write"] = [LOST]
    bench.outbox.add(bench.change(first))
    bench.outbox.send_next("7")
    bench.outbox.add(bench.change(second))
    bench.clock.advance(1)
    bench.outbox.send_next("7")
    if is_open_again:
        bench.store.close()
        bench.open()
    ended = bench.outbox.send_next("7")
    assert ended is not None
    assert (ended.state, ended.sentence) == (EntryState.DONE, "Saved and read back.")
    assert bench.server_has() == second


@pytest.mark.parametrize("is_done", [False, True])
def test_a_third_change_that_takes_the_place_of_the_second_takes_back_too(
    bench: Bench, is_done: bool
) -> None:
    """`is_done`: the first one arrived before the third was drawn, and the window does not know yet."""
    bench.server.failures["after write"] = [LOST]
    bench.outbox.add(bench.change(_week(0, 1)))
    bench.outbox.send_next("7")
    second = bench.outbox.add(bench.change(_week(0, 1, 2)))
    bench.clock.advance(1)
    if is_done:
        bench.outbox.send_next("7")
    third = bench.outbox.add(bench.change(_week(0)))
    assert third.number == second.number
    bench.outbox.send_next("7")
    bench.outbox.send_next("7")
    assert bench.outbox.entries()[-1].sentence == "Saved and read back."
    assert bench.server_has() == _week(0)


def test_what_somebody_else_saved_between_two_changes_stays(bench: Bench) -> None:
    """The first was merged with it; the second was drawn without having seen it."""
    bench.somebody_saves(_week(5))
    bench.server.failures["after write"] = [LOST]
    bench.outbox.add(bench.change(_week(0, 1), EMPTY, "v1"))
    bench.outbox.send_next("7")
    bench.outbox.add(bench.change(_week(0), EMPTY, "v1"))
    bench.clock.advance(1)
    bench.outbox.send_next("7")
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.DONE
    assert bench.server_has() == _week(0, 5)


def test_behind_one_that_was_refused_the_whole_wish_goes(bench: Bench) -> None:
    bench.server.failures["after write"] = [LOST]
    bench.outbox.add(bench.change(MONDAY))
    bench.outbox.send_next("7")
    bench.server.body, bench.server.version = {"schedule": {}}, 1  # it never got there
    bench.outbox.add(bench.change(_week(0, 1)))
    bench.server.failures["write"] = [Refused("Not now.", status=400)]
    bench.clock.advance(1)
    bench.outbox.send_next("7")
    bench.outbox.send_next("7")
    assert [one.state for one in bench.outbox.entries()] == [EntryState.REFUSED, EntryState.DONE]
    assert bench.server_has() == _week(0, 1)


def test_a_draft_drawn_since_becomes_a_change_to_what_arrived(bench: Bench) -> None:
    schedules = bench.schedules
    base = schedules.read(Site(site_id="7", name="Harbor"))
    schedules.keep_draft("7", _week(0), base)
    bench.outbox.add(bench.change(_week(0, 1)))
    bench.outbox.send_next("7")
    draft = schedules.draft("7")
    assert draft is not None
    assert (draft.schedule, draft.base.schedule) == (_week(0), _week(0, 1))


def test_a_report_keeps_its_key_and_body_and_a_known_key_adds_nothing(bench: Bench) -> None:
    body = json.dumps({"site_id": "7", "event_subtype": "command_done"})
    report = EventReport("7", "Answer to the monitoring center", body)
    bench.server.failures["report"] = [
        ServerBroken("It broke.", status=500),
        TooManyRequests("Wait.", status=429, retry_after_s=40),
    ]
    bench.outbox.add(report, key="answer-1")
    bench.outbox.add(report, key="answer-1")
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.NOT_CONFIRMED
    bench.clock.advance(1)
    bench.outbox.send_next("7")
    bench.clock.advance(39)
    assert bench.outbox.due_sites() == ()  # as long as the server asked for
    bench.clock.advance(1)
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.DONE
    assert bench.server.sent == ["report command_done answer-1"]


def test_a_report_whose_key_the_server_forgot_is_not_sent_again_by_itself(bench: Bench) -> None:
    report = EventReport("7", "Answer", json.dumps({"site_id": "7", "event_subtype": "x"}))
    bench.server.failures["report"] = [LOST]
    entry = bench.outbox.add(report)
    bench.outbox.send_next("7")
    bench.clock.advance(86_400)
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.NOT_CONFIRMED
    assert bench.outbox.due_sites() == ()
    assert bench.server.sent == []
    bench.outbox.send_now(entry.number)
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.DONE


def test_a_refusal_ends_with_the_servers_reason_and_lets_the_next_go(bench: Bench) -> None:
    bench.server.failures["write"] = [Refused("The server refused it: times are HH:MM.", status=400)]
    bench.outbox.add(bench.change(MONDAY))
    ended = bench.outbox.send_next("7")
    assert ended is not None
    assert ended.state is EntryState.REFUSED
    assert "HH:MM" in ended.sentence
    bench.outbox.add(bench.change(TUESDAY))
    bench.outbox.send_next("7")
    assert bench.server_has() == TUESDAY


def test_sites_do_not_wait_for_each_other(bench: Bench) -> None:
    bench.server.failures["report"] = [OFFLINE]
    for site in ("1", "2"):
        bench.outbox.add(EventReport(site, "Answer", json.dumps({"site_id": site, "event_subtype": site})))
    for site in bench.outbox.due_sites():
        bench.outbox.send_next(site)
    assert [entry.state for entry in bench.outbox.entries()] == [EntryState.WAITING, EntryState.DONE]
    bench.outbox.hurry()
    assert bench.outbox.due_sites() == ("1",)


def _answer(number: int) -> EventReport:
    body = json.dumps({"site_id": "7", "event_subtype": f"answer {number}"})
    return EventReport("7", f"Answer {number}", body)


def test_a_schedule_that_waits_for_a_person_holds_up_no_answer(bench: Bench) -> None:
    base = _week(0, 1)
    bench.somebody_saves(base)
    bench.outbox.add(bench.change(_night(0), base, "v2"))
    bench.somebody_saves(_stay(0))
    bench.outbox.send_next("7")
    bench.outbox.add(_answer(1), key="k")
    assert bench.outbox.due_sites() == ("7",)
    bench.outbox.send_next("7")
    assert [one.state for one in bench.outbox.entries()] == [EntryState.CONFLICT, EntryState.DONE]
    assert bench.server.sent[-1] == "report answer 1 k"


def test_both_kinds_of_a_site_go_and_each_in_order(bench: Bench) -> None:
    bench.server.failures["report"] = [OFFLINE]
    bench.outbox.add(_answer(1), key="k1")
    bench.outbox.add(_answer(2), key="k2")
    bench.outbox.add(bench.change(MONDAY))
    assert bench.outbox.due_sites() == ("7",)
    bench.outbox.send_next("7")  # the first answer, in vain
    bench.outbox.send_next("7")
    assert bench.server_has() == MONDAY
    assert bench.outbox.due_sites() == ()  # the second answer waits for the first
    bench.clock.advance(1)
    while bench.outbox.due_sites():
        bench.outbox.send_next("7")
    assert [one for one in bench.server.sent if one.startswith("report")] == [
        "report answer 1 k1", "report answer 2 k2",
    ]  # fmt: skip


def test_an_answer_nobody_knows_of_any_more_holds_up_no_other(bench: Bench) -> None:
    bench.server.failures["report"] = [LOST]
    bench.outbox.add(_answer(1), key="k1")
    bench.outbox.send_next("7")
    bench.clock.advance(3 * 86_400)
    bench.outbox.add(_answer(2), key="k2")
    while bench.outbox.due_sites():
        bench.outbox.send_next("7")
    assert [one.state for one in bench.outbox.entries()] == [EntryState.NOT_CONFIRMED, EntryState.DONE]


def test_an_answer_to_the_monitoring_center_goes_through_the_outbox_with_one_body(bench: Bench) -> None:
    inbox = Inbox(bench.folder / "inbox.sqlite")
    arming = ArmingService(bench.server, bench.cache, bench.clock)
    requests = RequestService(inbox, bench.server, arming, bench.clock, is_production=False)
    requests.outbox = bench.outbox
    requests.set_policy("never")
    data = {"command_id": "c1", "site_id": "7", "action": "arm", "mode": "away"}
    told = Understood(ARMING_COMMAND, Meaning.REQUEST, data, created_ms=bench.clock.now_ms())
    requests.accept(told, "d1", bench.clock.now_ms())
    bench.server.failures["report"] = [LOST]
    assert requests.report_due() == 0  # written down
    bench.outbox.send_next("7")
    body = bench.outbox.entries()[0].change
    bench.clock.advance(60)
    assert requests.report_due() == 0
    bench.outbox.send_next("7")
    assert requests.report_due() == 1
    assert requests.states()[0].report == "sent"
    assert [entry.change for entry in bench.outbox.entries()] == [body]
    assert len([one for one in bench.server.sent if one.startswith("report")]) == 1
    inbox.close()


def test_a_refused_change_that_is_sent_late_is_not_undone_by_one_drawn_since(bench: Bench) -> None:
    """The second was drawn on what the server had, not on top of the refused one: both are wished for."""
    bench.server.failures["write"] = [Refused("Not now.", status=422)]
    refused = bench.outbox.add(bench.change(MONDAY))
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.REFUSED
    bench.outbox.add(bench.change(TUESDAY))
    again = bench.outbox.send_now(refused.number)
    assert again is not None
    for _ in range(2):
        bench.outbox.send_next("7")
    assert [entry.state for entry in bench.outbox.entries()] == [EntryState.DONE, EntryState.DONE]
    assert {period.start_min for period in bench.server_has().periods} == {
        period.start_min for period in (*MONDAY.periods, *TUESDAY.periods)
    }
