"""What a clip's spec promises about the file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chekt_console.simulator.clip_spec import DEFECTS, ClipSpec

SPEC = ClipSpec("evt_1", "Harbor Point", "Dock", "person", 1_770_000_000_000, 1_770_000_005_000, 15.0, "UTC")


def test_spec_survives_the_pipe_and_keeps_its_digest() -> None:
    again = ClipSpec.from_json(SPEC.to_json())
    assert again == SPEC
    assert again.digest() == SPEC.digest()


def test_every_difference_gives_another_file() -> None:
    specs = [
        SPEC,
        replace(SPEC, alarm_ms=SPEC.alarm_ms + 1),
        *(replace(SPEC, defect=name) for name in DEFECTS),
    ]
    assert len({spec.digest() for spec in specs}) == len(specs)


@pytest.mark.parametrize("defect", ["short", "no_pre_roll"])
def test_the_alarm_stays_inside_a_clip_that_lost_its_start(defect: str) -> None:
    spec = replace(SPEC, defect=defect).as_recorded()
    assert spec.start_ms <= spec.alarm_ms < spec.start_ms + spec.duration_s * 1000
    assert spec.as_recorded() == spec


def test_a_low_resolution_clip_is_smaller_than_720p() -> None:
    spec = replace(SPEC, defect="low_resolution").as_recorded()
    assert (spec.width, spec.height) == (640, 360)
