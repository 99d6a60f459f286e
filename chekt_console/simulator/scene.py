"""One simulated camera's view: the place it looks at, who moves there, and the finished frames."""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from chekt_console.simulator.scene_burn_in import BurnIn
from chekt_console.simulator.scene_indoors import corridor, entrance_hall, racking_aisle, shop_floor
from chekt_console.simulator.scene_lens import Floats
from chekt_console.simulator.scene_light import Light
from chekt_console.simulator.scene_outdoors import house_front, loading_dock, storage_row, yard
from chekt_console.simulator.scene_people import CLEANER, INTRUDER, STAFF, Clothes, Pose, animal, person
from chekt_console.simulator.scene_place import Place, Route
from chekt_console.simulator.scene_sprite import IN_FRONT_M, Actor, Beam, draw_actor, draw_beam
from chekt_console.simulator.scene_surface import Colour, Point
from chekt_console.simulator.scene_vehicle import scrubber, van

Picture = NDArray[np.uint8]

# A word of the camera's name to the place it looks at; the first match counts.
_PLACES: tuple[tuple[str, Callable[[random.Random], Place]], ...] = (
    ("back door", storage_row), ("alley", storage_row), ("row", storage_row),
    ("dock", loading_dock), ("bay", loading_dock),
    ("racking", racking_aisle), ("stock", racking_aisle), ("cabinet", racking_aisle),
    ("front door", house_front), ("driveway", house_front), ("garden", house_front),
    ("yard", yard), ("gate", yard), ("lot", yard), ("parking", yard), ("playground", yard),
    ("corridor", corridor), ("office", corridor), ("hall", corridor),
    ("sales", shop_floor), ("counter", shop_floor), ("till", shop_floor), ("library", shop_floor), ("shop", shop_floor),
    ("entrance", entrance_hall), ("waiting", entrance_hall), ("gym", entrance_hall), ("door", entrance_hall),
)  # fmt: skip
_ANY_PLACE = (loading_dock, corridor, yard, shop_floor, entrance_hall)
_SPEED_M_S = {"person": 1.45, "vehicle": 3.4, "animal": 2.1, "cleaner": 1.0, "staff": 1.3}
_SCRUBBER_M_S = 1.2
# How far somebody has come into the open at the alarm.
_SHOWN_M = {"person": 0.5, "vehicle": 0.6, "animal": 0.5, "cleaner": 0.5, "staff": 0.5}
# The part of a van that is seen first, before its middle.
_VAN_NOSE_M = 2.0
_STEP_M = 0.1
_PEEK_M = 0.6
_COATS: tuple[Colour, ...] = ((0.42, 0.2, 0.08), (0.16, 0.13, 0.11), (0.45, 0.38, 0.28))
_VANS: tuple[Colour, ...] = ((0.66, 0.67, 0.68), (0.5, 0.52, 0.55), (0.14, 0.2, 0.32), (0.55, 0.5, 0.36))
_GRAINS, _GRAINS_A_S = 5, 15
_DAY_GRAIN, _NIGHT_GRAIN = 1.5, 2.8
_BLINK_MS = 1100
_LONGEST_HIDDEN_M = 8.0


@dataclass(frozen=True)
class _Still:
    """Everything of a frame that does not move: copies of the backdrop that differ in sensor noise only."""

    light: Light
    ahead_m: Floats
    pictures: tuple[Picture, ...]
    grains: tuple[Floats, ...]


class Scene:
    """The same names and seed give the same place on every machine."""

    def __init__(
        self, site_name: str, camera_name: str, timezone: str, *, seed: int | str = 0, width: int, height: int
    ) -> None:
        self._dice_seed = zlib.crc32(f"{site_name}/{camera_name}/{seed}".encode())
        dice = random.Random(self._dice_seed)
        self._place = _place_for(camera_name, dice)
        self._lens = self._place.lens(width, height)
        self._zone = ZoneInfo(timezone)
        self._burn_in = BurnIn(width, height, site_name, camera_name, timezone)
        self._paint, self._coat = dice.choice(_VANS), dice.choice(_COATS)
        self._still: _Still | None = None
        self._still_key: tuple[float, bool] | None = None
        self._first_seen: dict[tuple[str, tuple[float, bool] | None], float] = {}

    def local_hour(self, now_ms: int) -> float:
        local = datetime.fromtimestamp(now_ms / 1000, self._zone)
        return local.hour + local.minute / 60

    def prepare(self, hour: float, *, is_lit: bool) -> None:
        """Draws the backdrop for this light, unless it is the last one drawn; takes a second or two."""
        if self._still_key != (hour, is_lit):
            self._still, self._still_key = self._draw_still(hour, is_lit=is_lit), (hour, is_lit)

    def actors(self, scene: str, since_ms: int, now_ms: int, *, goes_back: bool = False) -> Sequence[Actor]:
        """Who came into sight at `since_ms`; nobody before. Who goes back leaves the way he came."""
        route = self._place.routes["person" if scene == "staff" else scene]
        if goes_back:
            route = (*route, *route[-2::-1])
        is_scrubber = scene == "vehicle" and self._place.is_indoor
        speed = _SCRUBBER_M_S if is_scrubber else _SPEED_M_S[scene]
        first_seen_m = self._first_seen_m(scene, route)
        gone_m = first_seen_m + _SHOWN_M[scene] + (now_ms - since_ms) / 1000 * speed
        # Before that, a hand or a mop would show beside what hides the body.
        if gone_m <= max(0.0, first_seen_m - _PEEK_M):
            return ()
        pose = _along(route, gone_m)
        if goes_back and not pose.is_moving:
            return ()
        if scene == "vehicle":
            return (scrubber(pose, now_ms) if is_scrubber else van(pose, self._paint),)
        if scene == "animal":
            assert self._still is not None
            return (animal(pose, self._coat, now_ms, eyes_shine=self._still.light.is_infrared),)
        return (person(pose, _clothes(scene), now_ms),)

    def frame(self, now_ms: int, actors: Sequence[Actor] = (), *, is_alarm: bool = False) -> Picture:
        """One RGB picture (h, w, 3); `prepare` comes first."""
        assert self._still is not None
        still, number = self._still, round(now_ms * _GRAINS_A_S / 1000) % _GRAINS
        frame = still.pictures[number].copy()
        for actor in sorted(actors, key=lambda one: -one.at[1]):
            draw_actor(frame, actor, self._lens, still.light, still.ahead_m, still.grains[number])
        if now_ms % _BLINK_MS < _BLINK_MS // 2:
            blinker = Beam(self._place.blinker, 0.06, (1.0, 0.15, 0.1))
            draw_beam(frame, blinker, self._lens, still.light, still.ahead_m)
        self._burn_in.write(frame, now_ms)
        if is_alarm:
            self._burn_in.mark_alarm(frame)
        return frame

    def _first_seen_m(self, scene: str, route: Route) -> float:
        """How far along a route its walker comes into the picture, or out from behind something."""
        if (scene, self._still_key) not in self._first_seen:
            nose_m = _VAN_NOSE_M if scene == "vehicle" and not self._place.is_indoor else 0.0
            gone_m = 0.0
            while gone_m < _LONGEST_HIDDEN_M and not self._is_seen(_along(route, gone_m).put(nose_m, 0, 0.9)):
                gone_m += _STEP_M
            self._first_seen[scene, self._still_key] = gone_m
        return self._first_seen[scene, self._still_key]

    def _is_seen(self, point: Point) -> bool:
        assert self._still is not None
        x, y, ahead = self._lens.project(point)
        if ahead < 0.3 or not (0 <= x < self._lens.width and 0 <= y < self._lens.height):
            return False
        return bool(self._still.ahead_m[int(y), int(x)] > ahead - IN_FRONT_M)

    def _draw_still(self, hour: float, *, is_lit: bool) -> _Still:
        light = self._place.light(hour, is_lit=is_lit)
        backdrop = self._place.backdrop(self._lens, light, hour)
        clean = backdrop.picture(light).astype(np.float32)
        dice = np.random.default_rng(self._dice_seed)
        strength = _NIGHT_GRAIN if light.is_infrared else _DAY_GRAIN
        grains = tuple(
            strength * dice.standard_normal(clean.shape[:2], dtype=np.float32) for _ in range(_GRAINS)
        )
        pictures = tuple(np.clip(clean + grain[..., None], 0, 255).astype(np.uint8) for grain in grains)
        return _Still(light, backdrop.ahead_m, pictures, grains)


def _place_for(camera_name: str, dice: random.Random) -> Place:
    name = camera_name.lower()
    build = next((build for word, build in _PLACES if word in name), None)
    return (build or dice.choice(_ANY_PLACE))(dice)


def _clothes(scene: str) -> Clothes:
    return {"cleaner": CLEANER, "staff": STAFF}.get(scene, INTRUDER)


def _along(route: Route, gone_m: float) -> Pose:
    """Where one is after so many metres; at the end one stands still and keeps the last heading."""
    left_m = gone_m
    heading = 0.0
    for (x0, z0), (x1, z1) in pairwise(route):
        length = math.hypot(x1 - x0, z1 - z0)
        toward = math.atan2(x1 - x0, z1 - z0)
        heading = toward if left_m == gone_m else _turned(heading, toward, left_m)
        if left_m <= length:
            share = left_m / length
            return Pose(x0 + share * (x1 - x0), z0 + share * (z1 - z0), heading, gone_m, is_moving=True)
        left_m -= length
        heading = toward
    x, z = route[-1]
    return Pose(x, z, heading, gone_m - left_m, is_moving=False)


def _turned(before: float, after: float, since_m: float) -> float:
    """A turn takes most of a metre."""
    turn = (after - before + math.pi) % (2 * math.pi) - math.pi
    return before + turn * min(1.0, since_m / 0.8)
