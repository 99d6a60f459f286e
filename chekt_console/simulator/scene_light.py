"""Light of a simulated place: daylight by the local hour, lamps, and the camera's own infrared at night."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from chekt_console.simulator.scene_lens import Floats
from chekt_console.simulator.scene_surface import Colour, Point

_SUNRISE_H, _SUNSET_H, _DUSK_H = 6.5, 18.8, 0.9
_INFRARED_REACH_M = 12.0
# Clothes and fur throw infrared back more than most walls do.
_INFRARED_ON_BODIES = 1.35


@dataclass(frozen=True)
class Lamp:
    at: Point
    colour: Colour
    power: float
    reach_m: float


@dataclass(frozen=True)
class Light:
    """`is_infrared`: the picture has no colour, and most of the light comes from the camera."""

    ambient: Colour
    lamps: tuple[Lamp, ...] = ()
    sun: Colour | None = None
    is_infrared: bool = False
    sun_from: Point = field(default=(-0.5, 0.75, -0.43))

    def on(self, points: Floats, normal: Floats, eye: Floats) -> Floats:
        """Light (..., 3) that reaches points (..., 3) of a surface with this normal."""
        total = np.empty(points.shape, np.float32)
        total[:] = np.array(self.ambient, np.float32) * (0.82 + 0.18 * float(normal[1]))
        if self.sun is not None:
            lit = max(0.0, float(np.dot(normal, np.array(self.sun_from, np.float32))))
            total += np.array(self.sun, np.float32) * lit
        for lamp in self.lamps:
            total += _from_lamp(lamp, points, normal)[..., None] * np.array(lamp.colour, np.float32)
        if self.is_infrared:
            total += _from_lamp(
                Lamp((0, float(eye[1]), 0), (1, 1, 1), 1.55, _INFRARED_REACH_M), points, normal
            )[..., None]
        return total

    def at(self, x: float, z: float, eye: Floats) -> Colour:
        """Light on somebody who stands there."""
        point = np.array([[x, 1.2, z]], np.float32)
        toward = np.array([0, 0.35, -0.94], np.float32)
        red, green, blue = self.on(point, toward, eye)[0]
        share = _INFRARED_ON_BODIES if self.is_infrared else 1.0
        return share * float(red), share * float(green), share * float(blue)

    def film(self, light: Floats) -> Floats:
        """Light to 0..255, with the soft shoulder of a camera; without colour under infrared."""
        if self.is_infrared:
            grey = light @ np.array([0.35, 0.45, 0.2], np.float32)
            light = grey[..., None] * np.array([0.96, 1.0, 1.03], np.float32)
        return np.asarray(255 * (1 - np.exp(-1.75 * np.maximum(light, 0))) ** 0.8, np.float32)


def _from_lamp(lamp: Lamp, points: Floats, normal: Floats) -> Floats:
    away = np.array(lamp.at, np.float32) - points
    squared = np.einsum("...k,...k->...", away, away)
    facing = np.abs(away @ normal) / np.sqrt(squared + 1e-4)
    return np.asarray(
        lamp.power * (0.18 + 0.82 * facing) / (1 + squared / lamp.reach_m**2) ** 1.5, np.float32
    )


def daylight_share(hour: float) -> float:
    """0 at night, 1 by day, in between for most of an hour around sunrise and sunset."""
    morning = (hour - _SUNRISE_H) / _DUSK_H
    evening = (_SUNSET_H - hour) / _DUSK_H
    return max(0.0, min(1.0, min(morning, evening) + 0.5))


def outdoors(hour: float, lamps: tuple[Lamp, ...]) -> Light:
    day = daylight_share(hour)
    if day < 0.25:
        return Light((0.085, 0.09, 0.1), lamps, is_infrared=True)
    low = 1 - math.sin(math.pi * min(1.0, max(0.0, (hour - _SUNRISE_H) / (_SUNSET_H - _SUNRISE_H))))
    sun = (1.2 * day, (1.1 - 0.15 * low) * day, (0.95 - 0.38 * low) * day)
    return Light((0.46 * day + 0.04, 0.50 * day + 0.04, 0.57 * day + 0.05), lamps if day < 0.6 else (), sun)


def indoors(hour: float, lamps: tuple[Lamp, ...], *, is_lit: bool) -> Light:
    if is_lit:
        return Light((0.30, 0.30, 0.29), tuple(_dimmed(lamp, 1.35) for lamp in lamps))
    day = daylight_share(hour)
    if day > 0.25:
        return Light((0.30 * day, 0.32 * day, 0.35 * day), tuple(_dimmed(lamp, 0.35) for lamp in lamps))
    return Light((0.035, 0.037, 0.04), tuple(_dimmed(lamp, 0.10) for lamp in lamps), is_infrared=True)


def _dimmed(lamp: Lamp, share: float) -> Lamp:
    return Lamp(lamp.at, lamp.colour, lamp.power * share, lamp.reach_m)
