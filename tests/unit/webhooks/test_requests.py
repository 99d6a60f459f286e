"""Requests and deliveries through the services: once, in time, by policy, and reported."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chekt_console.api.priority import check_wanted
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.delivery import Meaning, delivery_id, understand
from chekt_console.domain.device import Capabilities, Device, DeviceKind
from chekt_console.domain.request import CommandPolicy, policy_of_text
from chekt_console.errors import DiskFailed, Unreachable
from chekt_console.services.request_service import NO_SOUND
from chekt_console.services.system_account import account_name
from tests.support.webhook_world import CONNECTION, SITE, Nobody, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def _command(name: str = "cmd_1", **words: Any) -> dict[str, Any]:
    data = {
        "command_id": name,
        "site_id": 1784,
        "action": "arm",
        "mode": "night",
        "requested_by": "Dana",
        **words,
    }
    return {"id": f"evt_{name}", "type": "arming.command", "data": data}


def _alarm(event_id: int, **words: Any) -> dict[str, Any]:
    data = {
        "site_id": 1784,
        "event_id": event_id,
        "event_time": "2026-02-02T02:40:00Z",
        "device_name": "Dock",
        **words,
    }
    return {"event_id": event_id, "event_type": "alarm_event", "status": "new", "payload": {"data": data}}


def test_a_command_is_carried_out_once_and_reported_once(world: World) -> None:
    (state,) = world.deliver(_command()).requests
    assert state.state == "waiting"
    world.server.failures["report"] = [Unreachable("away")]
    outcome = world.requests.carry_out(state.request, SITE, Nobody())
    assert outcome is not None
    assert outcome.is_confirmed
    assert world.requests.carry_out(state.request, SITE, Nobody()) is None
    assert [one for one in world.server.sent if one.startswith("night")] == ["night 1784"]
    assert world.requests.report_due() == 0  # not reached: kept for the next time
    assert world.requests.report_due() == 1
    assert world.requests.report_due() == 0
    (said,) = [one for one in world.server.sent if one.startswith("report")]
    assert "command_done" in said


def test_late_unclear_and_unwanted_commands_are_refused_with_words(world: World) -> None:
    late = world.deliver(_command("cmd_late", expires_at="2020-01-01T00:00:00Z"))
    unclear = world.deliver(_command("cmd_what", action="bake"))
    world.requests.set_policy("never")
    unwanted = world.deliver(_command("cmd_never"))
    for taken, word in ((late, "expired"), (unclear, "arm or disarm"), (unwanted, "Never")):
        (state,) = taken.requests
        assert state.state == "refused"
        assert word in state.outcome
    assert world.requests.report_due() == 3
    assert not [one for one in world.server.sent if not one.startswith("report")]


def test_a_command_that_waits_too_long_is_refused_when_answered(world: World) -> None:
    (state,) = world.deliver(_command()).requests
    world.clock.advance(24 * 3600)
    assert world.requests.carry_out(state.request, SITE, Nobody()) is None
    assert world.requests.states()[0].state == "refused"
    assert not world.server.sent


def test_a_command_that_expires_while_it_waits_for_its_turn_is_not_sent(world: World) -> None:
    """The server had asked for a break of five minutes: the command came to its turn long after its end."""
    (state,) = world.deliver(_command()).requests

    def wait_for_turn() -> None:
        world.clock.advance(24 * 3600)
        check_wanted()

    world.server.on_command = wait_for_turn
    outcome = world.requests.carry_out(state.request, SITE, Nobody())
    assert outcome is not None
    assert outcome.is_confirmed is False
    assert "It expired before its turn came" in outcome.sentence
    assert not world.server.sent


def test_a_disk_that_is_full_hides_no_outcome_of_a_command(world: World) -> None:
    (state,) = world.deliver(_command()).requests
    world.server.on_command = lambda: world.inbox._database._writer.execute("PRAGMA query_only=1")
    outcome = world.requests.carry_out(state.request, SITE, Nobody())
    assert outcome is not None
    assert outcome.is_confirmed is True


def test_a_command_sent_again_under_another_delivery_is_said_and_not_repeated(world: World) -> None:
    world.deliver(_command())
    for number, words in enumerate(({}, {"requested_by": "Luis"})):
        again = world.deliver({**_command(**words), "id": f"evt_other_{number}"})
        assert not again.requests
        assert "not repeated" in again.sentences[0]


def test_a_delivery_that_is_read_again_is_not_told_as_a_command_sent_again(world: World) -> None:
    world.deliver(_command())
    (kept,) = world.webhooks.newest()
    world.webhooks.replay(kept.number)
    again = world.webhooks.take()
    assert not again.requests
    assert not again.sentences


def test_what_was_under_way_when_the_program_ended_is_not_repeated(world: World) -> None:
    (state,) = world.deliver(_command()).requests
    assert world.inbox.move_request(state.request.request_id, "waiting", "running")
    world.restart()
    world.requests.recover()
    assert "not repeated" in world.requests.states()[0].outcome
    assert world.requests.carry_out(state.request, SITE, Nobody()) is None


def test_a_command_that_waits_is_not_lost_behind_many_others(world: World) -> None:
    world.deliver(_command())
    world.clock.advance(1)
    views = [
        {
            "id": f"v{number}",
            "type": "camera.view_request",
            "data": {"site_id": 1784, "request_id": f"r{number}"},
        }
        for number in range(120)
    ]
    for state in world.deliver(*views).requests:
        world.requests.refuse(state.request.request_id, "No.")
    assert [one.request.request_id for one in world.requests.states() if one.state == "waiting"] == ["cmd_1"]
    assert len(world.requests.states()) == 101
    world.clock.advance(24 * 3600)
    assert {one.state for one in world.requests.states()} == {"refused"}
    assert world.requests.report_due() == 1


def test_a_command_that_comes_after_a_newer_one_is_left_to_a_person(world: World) -> None:
    """Deliveries come in another order than they were sent; the site would stay as nobody wants it any more."""
    newer, older = world.deliver(
        _command("cmd_2", action="disarm", mode="", requested_at="2026-02-02T02:40:20Z"),
        _command("cmd_1", requested_at="2026-02-02T02:40:10Z"),
    ).requests
    assert not world.requests.is_overtaken(newer.request)
    assert world.requests.is_overtaken(older.request)


def test_a_request_is_told_when_the_events_beside_it_cannot_be_stored(world: World) -> None:
    """Somebody waits for its answer; it was on the disk already, so the next reading took it for known and said nothing."""
    world.cache._database._writer.execute("PRAGMA query_only=1")
    taken = world.deliver(_command(), _alarm(7))
    assert [one.state for one in taken.requests] == ["waiting"]
    assert taken.failure
    world.cache._database._writer.execute("PRAGMA query_only=0")
    again = world.webhooks.take()
    assert not again.requests
    assert [one.event_id for one in again.events] == ["7"]


def test_production_is_never_armed_without_a_person(tmp_path: Path) -> None:
    """A plain "always" was kept while the connection was none of production; the other is of a connection renamed since."""
    world = World(tmp_path, is_production=True)
    for kept in (
        "always",
        CommandPolicy("always", 1, "Ana", "Another Company").to_text(),
        '{"word": "always"}',
    ):
        world.inbox.set_policy("arming.command", kept)
        assert world.requests.policy == CommandPolicy()
    for typed in ("", "northgate"):
        with pytest.raises(ValueError, match="not confirmed"):
            world.requests.set_policy("always", typed)
    world.close()


def test_a_confirmed_always_of_production_is_kept_with_who_and_when(tmp_path: Path) -> None:
    world = World(tmp_path, is_production=True)
    world.requests.set_policy("always", CONNECTION)
    confirmed = CommandPolicy("always", world.clock.now_ms(), account_name(), CONNECTION)
    assert world.requests.policy == confirmed
    world.close()
    again = World(tmp_path, is_production=True)
    assert again.requests.policy == confirmed
    again.requests.set_policy("ask")
    assert again.requests.policy == CommandPolicy("ask")
    again.close()


def test_always_is_taken_back_also_when_the_disk_refuses(world: World) -> None:
    world.requests.set_policy("always")
    world.inbox._database._writer.execute("PRAGMA query_only=1")
    with pytest.raises(DiskFailed):
        world.requests.set_policy("never")
    assert world.requests.policy == CommandPolicy("ask")


@pytest.mark.parametrize(
    "text", ["", "sometimes", "{", "{}", '{"word": 3}', '{"other": 1}', '{"word": "sometimes"}']
)
def test_a_policy_that_cannot_be_read_asks(text: str) -> None:
    assert policy_of_text(text) == CommandPolicy("ask")


def _talk(name: str, device_id: str = "") -> dict[str, Any]:
    data = {"site_id": 1784, "request_id": name, "device_id": device_id}
    return {"id": f"evt_{name}", "type": "audio.request", "data": data}


def test_a_talk_is_the_persons_to_answer_where_the_device_has_sound(world: World) -> None:
    world.requests.find_devices = lambda _site_id: (
        Device("1784", "1", DeviceKind.CAMERA, "Dock", capabilities=Capabilities(two_way_audio=True)),
        Device("1784", "2", DeviceKind.CAMERA, "Yard"),
        Device("1784", "3", DeviceKind.AUDIO, "Horn"),
    )
    taken = world.deliver(_talk("a", "1"), _talk("b", "2"), _talk("c", "3"), _talk("d"), _talk("e", "1"))
    assert [(one.state, one.outcome) for one in taken.requests[:4]] == [
        ("waiting", f"Dock has two-way audio. {NO_SOUND}"),
        ("refused", "Yard has no two-way audio. Nothing was done."),
        ("waiting", f"Horn has two-way audio. {NO_SOUND}"),
        ("waiting", f"Whether there is two-way audio is not known. {NO_SOUND}"),
    ]
    world.requests.accept_talk("a")
    world.requests.accept_talk("b")  # answered already
    world.requests.refuse("c", "No.")
    world.clock.advance(24 * 3600)
    world.requests.accept_talk("e")
    states = {one.request.request_id: (one.state, one.outcome) for one in world.requests.states()}
    assert states["a"] == ("done", f"Accepted by the person here. {NO_SOUND}")
    assert states["b"][0] == states["c"][0] == "refused"
    assert states["e"] == ("refused", "It expired before anybody answered it. Nothing was done.")
    assert not world.server.sent  # what became of a talk is told to nobody


def test_a_look_that_a_crash_cut_off_keeps_when_it_began(world: World) -> None:
    view = {
        "id": "v",
        "type": "camera.view_request",
        "data": {"site_id": 1784, "request_id": "r", "camera_id": 1},
    }
    world.deliver(view)
    world.requests.note_view_opened("r", "Dock opened 2026-02-02 02:40:00")
    assert world.requests.states()[0].outcome == "Dock opened 2026-02-02 02:40:00, still open."
    world.restart()
    world.requests.recover()
    (state,) = world.requests.states()
    assert state.state == "done"
    assert state.outcome == (
        "Dock opened 2026-02-02 02:40:00. The program ended while it was open, so when it was closed is not known."
    )


def test_events_exist_once_whatever_the_order(world: World) -> None:
    verified = {"id": "v1", "type": "verification.complete", "data": {"event_id": 7, "site_id": 1784,
                "verdict": "false_alarm", "verified_by": "Priya"}}  # fmt: skip
    video = {**_alarm(7, has_video=True), "event_type": "event_video"}
    taken = world.deliver(verified, video, _alarm(7), _alarm(8), _alarm(7))
    assert sorted(one.event_id for one in taken.events) == ["7", "8"]
    event = world.events.find("7")
    assert event is not None
    assert event.decision == "false"
    assert event.has_video
    assert event.device_name == "Dock"
    decision = world.events.decision("7")
    assert decision is not None
    assert "Priya" in decision.note
    assert not world.webhooks.take().kinds
    assert world.events.deliver([replace(event, decision="")]) == ()


def _verified(name: str, verdict: str, hour: int) -> dict[str, Any]:
    data = {"event_id": 7, "site_id": 1784, "verdict": verdict}
    at = f"2026-02-02T{hour:02}:00:00Z"
    return {"id": name, "type": "verification.complete", "created_at": at, "data": data}


def _decision(world: World) -> str:
    event = world.events.find("7")
    assert event is not None
    return event.decision


def test_the_center_may_correct_itself_and_late_deliveries_correct_nothing(world: World) -> None:
    world.deliver(_alarm(7), _verified("v1", "false_alarm", 3))
    world.deliver(_verified("v3", "real", 5))
    world.deliver(_verified("v2", "unsure", 4))
    assert _decision(world) == "real"


def test_a_persons_decision_stays_and_one_taken_back_gives_way_to_a_later_one(world: World) -> None:
    world.deliver(_alarm(7))
    event = world.events.find("7")
    assert event is not None
    world.events.decide(event, "false", "the cat")
    (sentence,) = world.deliver(_verified("v1", "real", 23)).sentences
    assert sentence.startswith(
        "The monitoring center says of the alarm of Dock: real alarm. On this computer"
    )
    assert _decision(world) == "false"
    world.events.decide(event, "", "")
    world.deliver(_verified("v0", "real", 0))
    assert _decision(world) == ""
    world.deliver({**_verified("v2", "real", 0), "created_at": "2026-03-01T00:00:00Z"})
    assert _decision(world) == "real"


def test_what_is_not_known_is_kept_and_counted(world: World) -> None:
    taken = world.deliver({"id": "x", "type": "site.renamed", "data": {}}, {"no": "type"})
    assert not taken.events
    assert world.webhooks.unread_count() == 2
    assert len(world.webhooks.newest()) == 2


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"data": 3}', b'{"type": {}}'])
def test_hostile_bodies_are_unknown_and_no_more(body: bytes) -> None:
    assert understand(body).meaning is Meaning.UNKNOWN
    assert delivery_id(body)


def test_the_modes_of_a_command(world: World) -> None:
    cases = {
        ("disarm", ""): "disarmed",
        ("arm", ""): "away",
        ("arm", "armed_stay"): "stay",
        ("", "disarmed"): "disarmed",
    }
    for number, ((action, mode), wanted) in enumerate(cases.items()):
        (state,) = world.deliver(_command(f"cmd_{number}", action=action, mode=mode)).requests
        assert ArmingMode(state.request.mode).value == wanted
