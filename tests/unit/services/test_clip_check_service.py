"""A clip is measured once, whatever it is called, and the delay of its arrival joins the verdict."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from chekt_console.domain.clip_check import Mark, MeasuredClip
from chekt_console.domain.clip_survey import CheckedClip
from chekt_console.domain.delivery_steps import DeliverySteps
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import Unreachable
from chekt_console.services.clip_check_service import ClipCheckService
from chekt_console.services.clip_service import LocalClip

if TYPE_CHECKING:
    from pathlib import Path

ALARM = Event("e", "site", 1_000_000, EventKind.ALARM, has_video=True)
GOOD = MeasuredClip(
    "mp4", "h264", "High", 1280, 720, 15.0, 225, 225,
    is_black=False, is_frozen=False, is_blurred=False, timestamp_jumps=0,
)  # fmt: skip


class _Asked:
    def __init__(self, steps: DeliverySteps | None) -> None:
        self.steps = steps

    def delivery(self, _event_id: str) -> DeliverySteps | None:
        if self.steps is None:
            raise Unreachable("The server cannot be reached.")
        return self.steps


def _service(folder: Path, steps: DeliverySteps | None, answers: list[MeasuredClip]) -> ClipCheckService:
    client: Any = SimpleNamespace(events=_Asked(steps))
    return ClipCheckService(client, folder, lambda _path, _progress: answers.pop(0))


def test_measures_are_kept_by_what_is_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"the same")
    (tmp_path / "b.mp4").write_bytes(b"the same")
    steps = DeliverySteps("e", 1_000_000, attached_ms=1_095_000)
    one, other = (LocalClip("e", tmp_path / name, 995_000, 15.0, 5.0) for name in ("a.mp4", "b.mp4"))
    verdict = _service(tmp_path / "kept", steps, [GOOD]).check(one, ALARM, NoProgress())
    assert verdict.reasons == ("Arrived 95 s after the alarm — late",)
    again = _service(tmp_path / "kept", None, []).check(other, ALARM, NoProgress())
    assert again.reasons == ()


def test_an_alarm_whose_arrival_the_server_does_not_tell_says_so_and_is_no_worse(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"the same")
    clip = LocalClip("e", tmp_path / "a.mp4", 995_000, 15.0, 5.0)
    untold = "When it arrived is not known: the server did not tell"
    for steps in (None, DeliverySteps("e", 1_000_000)):
        verdict = _service(tmp_path / "kept", steps, [GOOD]).check(clip, ALARM, NoProgress())
        assert verdict.rules[-1].text == untold
        assert verdict.mark is Mark.GOOD
        assert CheckedClip(ALARM, verdict).reasons == (untold,)
    other = replace(ALARM, kind=EventKind.TROUBLE)  # nobody asks when the video of one arrived
    verdict = _service(tmp_path / "kept", None, [GOOD]).check(clip, other, NoProgress())
    assert untold not in [rule.text for rule in verdict.rules]


def test_a_check_that_was_given_up_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"slow")
    clip = LocalClip("e", tmp_path / "a.mp4", None, None, None)
    service = _service(tmp_path / "kept", None, [MeasuredClip(not_checked="it took too long"), GOOD])
    assert service.check(clip, ALARM, NoProgress()).reasons == ("Not checked: it took too long",)
    assert service.check(clip, ALARM, NoProgress()).reasons == ()


def test_a_kept_measure_that_was_damaged_is_taken_anew(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    service = _service(tmp_path / "kept", None, [GOOD, GOOD])
    service.measured(tmp_path / "a.mp4", NoProgress())
    for path in (tmp_path / "kept").iterdir():
        path.write_text("[1]")
    assert service.measured(tmp_path / "a.mp4", NoProgress()) == GOOD
