"""Every place with everybody who may come there."""

from __future__ import annotations

import numpy as np
import pytest

from chekt_console.simulator.clip_spec import SCENES
from chekt_console.simulator.scene import Scene

ALARM_MS = 1_770_820_205_000
CAMERAS = (
    "Camera 1 · Loading dock", "Camera 2 · Gate north", "Row A", "Driveway", "Sales floor", "Racking aisle 4",
    "Office corridor", "Waiting room", "Roof",
)  # fmt: skip


@pytest.fixture(scope="module", params=CAMERAS)
def view(request: pytest.FixtureRequest) -> Scene:
    scene = Scene("Harbor Point Warehouse", request.param, "America/Los_Angeles", width=640, height=360)
    scene.prepare(2.0, is_lit=False)
    return scene


def _pixels_of_somebody(view: Scene, who: str, now_ms: int) -> int:
    empty = view.frame(now_ms).astype(np.int16)
    return int((np.abs(view.frame(now_ms, view.actors(who, ALARM_MS, now_ms)) - empty).max(axis=2) > 6).sum())


@pytest.mark.parametrize("who", SCENES)
def test_somebody_comes_into_sight_at_the_alarm_and_is_large_soon_after(view: Scene, who: str) -> None:
    assert _pixels_of_somebody(view, who, ALARM_MS - 3000) == 0
    assert _pixels_of_somebody(view, who, ALARM_MS) > 20
    assert max(_pixels_of_somebody(view, who, ALARM_MS + later) for later in (1500, 3000, 4500)) > 250


@pytest.mark.parametrize("hour", [2.0, 7.0, 12.0, 18.7])
def test_a_place_has_a_picture_at_every_hour(hour: float) -> None:
    scene = Scene("Bayview Storage", "Yard east", "UTC", width=320, height=180)
    scene.prepare(hour, is_lit=False)
    picture = scene.frame(ALARM_MS)
    assert 25 < picture.mean() < 200
    assert picture.std() > 8


def test_night_outdoors_has_no_colour_and_the_day_has() -> None:
    scene = Scene("Bayview Storage", "Yard east", "UTC", width=320, height=180)
    spread = []
    for hour in (2.0, 12.0):
        scene.prepare(hour, is_lit=False)
        picture = scene.frame(ALARM_MS + 600).astype(np.int16)[20:150]
        spread.append(float((picture.max(axis=2) - picture.min(axis=2)).mean()))
    assert spread[0] < 6 < spread[1]
