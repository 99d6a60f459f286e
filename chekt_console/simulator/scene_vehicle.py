"""A van, or indoors a self-driving floor scrubber, that goes through a simulated picture with its lights on."""

from __future__ import annotations

import math
from itertools import pairwise

from chekt_console.simulator.scene_people import Pose
from chekt_console.simulator.scene_sprite import Actor, Beam, Panel
from chekt_console.simulator.scene_surface import Colour, Point

_GLASS: Colour = (0.07, 0.09, 0.11)
_RUBBER: Colour = (0.035, 0.035, 0.04)
_STRIPE: Colour = (0.7, 0.25, 0.08)
# Side view of the van, front to the right: (ahead, up) from the rear bumper over the roof, in metres.
_OUTLINE = (
    (-2.3, 0.38), (-2.35, 1.95), (-2.2, 2.1), (0.75, 2.1), (1.0, 2.0), (1.6, 1.25), (2.3, 1.05), (2.4, 0.8), (2.4, 0.38),
)  # fmt: skip
_WINDSCREEN = ((1.0, 2.0), (1.6, 1.25))
_SIDE_WINDOW = ((0.05, 1.3), (0.05, 1.92), (0.78, 1.92), (1.32, 1.3))
_SIDE_STRIPE = ((-2.28, 0.95), (-2.28, 1.08), (2.2, 0.98), (2.2, 0.86))
_DOOR_LINE = ((-0.06, 0.45), (-0.06, 1.95), (-0.03, 1.95), (-0.03, 0.45))
_HALF_M = 0.92
_EYE_M = 3.5


class _Body:
    def __init__(self, pose: Pose) -> None:
        self.pose = pose

    def at(self, ahead: float, right: float, up: float) -> Point:
        return self.pose.put(ahead, right, up)

    def side(self, outline: tuple[tuple[float, float], ...], right: float) -> tuple[Point, ...]:
        return tuple(self.at(ahead, right, up) for ahead, up in outline)

    def across(
        self, low: tuple[float, float], high: tuple[float, float], half: float = _HALF_M
    ) -> tuple[Point, ...]:
        ends = ((low, -half), (low, half), (high, half), (high, -half))
        return tuple(self.at(ahead, right, up) for (ahead, up), right in ends)

    def plate(self, ahead: float, right: float, half: float, low: float, high: float) -> tuple[Point, ...]:
        ends = ((right - half, low), (right - half, high), (right + half, high), (right + half, low))
        return tuple(self.at(ahead, across, up) for across, up in ends)

    def wheel(
        self, centre: float, right: float, radius: float, corners: int, turned: float = 0.0
    ) -> tuple[Point, ...]:
        turns = [turned + n * 2 * math.pi / corners for n in range(corners)]
        outline = tuple((centre + radius * math.cos(turn), 0.36 + radius * math.sin(turn)) for turn in turns)
        return self.side(outline, right)

    def faces_eye(self, point: Point, ahead: float, right: float, up: float) -> bool:
        """Whether a surface there, with this outward direction in body terms, can be seen."""
        sin, cos = math.sin(self.pose.heading), math.cos(self.pose.heading)
        out_x, out_z = ahead * sin + right * cos, ahead * cos - right * sin
        return -point[0] * out_x + (_EYE_M - point[1]) * up - point[2] * out_z > 0


def van(pose: Pose, paint: Colour) -> Actor:
    body = _Body(pose)
    parts: list[Panel] = []
    # What looks away is left out and the rest does not overlap, so the parts need no sorting.
    for low, high in pairwise(_OUTLINE):
        rise_ahead, rise_up = high[0] - low[0], high[1] - low[1]
        length = math.hypot(rise_ahead, rise_up)
        out_ahead, out_up = -rise_up / length, rise_ahead / length
        if not body.faces_eye(body.at(low[0], 0, low[1]), out_ahead, 0, out_up):
            continue
        parts.append(Panel(body.across(low, high), paint, 0.72 + 0.33 * max(0.0, out_up)))
        if (low, high) == _WINDSCREEN:
            parts.append(Panel(body.across((1.05, 1.94), (1.55, 1.31), _HALF_M * 0.9), _GLASS))
    parts += _front_and_rear(body)
    for right in (-_HALF_M, _HALF_M):
        if body.faces_eye(body.at(0, right, 1), 0, right, 0):
            parts += _side(body, right * 1.002, paint)
    beams = []
    toward = -math.cos(pose.heading)
    for right in (-0.66, 0.66):
        if toward > -0.35:
            strength = 0.35 + 0.75 * max(0.0, toward)
            beams.append(Beam(body.at(2.45, right, 0.82), 0.45, (1.0, 0.97, 0.88), strength))
        else:
            beams.append(Beam(body.at(-2.4, right, 0.82), 0.22, (1.0, 0.15, 0.1), 0.7))
    return Actor((pose.x, pose.z), tuple(parts), pose.ring(2.75, 1.15), tuple(beams), is_in_order=True)


def scrubber(pose: Pose, now_ms: int) -> Actor:
    """A machine 1.4 m long that should not run at night either."""
    body = _Body(pose)
    tank = _box(body, (-0.7, 0.7), 0.38, (0.14, 0.72), (0.75, 0.4, 0.08))
    column = _box(body, (-0.68, -0.4), 0.3, (0.72, 1.25), (0.2, 0.21, 0.23))
    skirt = _box(body, (-0.66, 0.74), 0.4, (0.02, 0.14), _RUBBER)
    beams = [Beam(body.at(-0.54, 0, 1.32), 0.09, (1.0, 0.6, 0.1), 1.0)] if now_ms % 800 < 400 else []
    if body.faces_eye(body.at(0.7, 0, 0.5), 1, 0, 0):
        tank += [
            Panel(body.plate(0.71, right, 0.07, 0.4, 0.5), (1.0, 1.0, 0.95), glow=1.4)
            for right in (-0.25, 0.25)
        ]
        beams += [Beam(body.at(0.72, right, 0.45), 0.12, (1.0, 0.97, 0.9), 0.7) for right in (-0.25, 0.25)]
    return Actor(
        (pose.x, pose.z), (*skirt, *tank, *column), pose.ring(0.85, 0.5), tuple(beams), is_in_order=True
    )


def _box(
    body: _Body, ahead: tuple[float, float], half: float, up: tuple[float, float], paint: Colour
) -> list[Panel]:
    (rear, front), (low, high) = ahead, up
    parts = []
    for end, way in ((rear, -1.0), (front, 1.0)):
        if body.faces_eye(body.at(end, 0, high), way, 0, 0):
            parts.append(Panel(body.plate(end, 0, half, low, high), paint, 0.85))
    for right, way in ((-half, -1.0), (half, 1.0)):
        if body.faces_eye(body.at(0, right, high), 0, way, 0):
            outline = ((rear, low), (rear, high), (front, high), (front, low))
            parts.append(Panel(body.side(outline, right), paint, 0.7))
    parts.append(Panel(body.across((rear, high), (front, high), half), paint, 1.05))
    return parts


def _front_and_rear(body: _Body) -> list[Panel]:
    parts = []
    if body.faces_eye(body.at(2.4, 0, 0.6), 1, 0, 0):
        parts.append(Panel(body.plate(2.405, 0, 0.55, 0.66, 0.86), (0.06, 0.06, 0.07)))
        parts.append(Panel(body.plate(2.41, 0, _HALF_M, 0.38, 0.5), (0.1, 0.1, 0.11)))
        parts.append(Panel(body.plate(2.415, 0, 0.26, 0.5, 0.62), (0.8, 0.8, 0.75)))
        parts += [
            Panel(body.plate(2.41, right, 0.17, 0.7, 0.9), (1.0, 1.0, 0.95), glow=1.6)
            for right in (-0.68, 0.68)
        ]
    if body.faces_eye(body.at(-2.35, 0, 1), -1, 0, 0):
        parts.append(Panel(body.plate(-2.36, -0.42, 0.36, 1.15, 1.75), _GLASS))
        parts.append(Panel(body.plate(-2.36, 0.42, 0.36, 1.15, 1.75), _GLASS))
        parts.append(Panel(body.plate(-2.36, 0, 0.02, 0.45, 1.9), (0.1, 0.1, 0.1)))
        parts += [
            Panel(body.plate(-2.36, right, 0.1, 0.75, 1.05), (0.9, 0.08, 0.06), glow=1.0)
            for right in (-0.8, 0.8)
        ]
    return parts


def _side(body: _Body, right: float, paint: Colour) -> list[Panel]:
    parts = [
        Panel(body.side(_OUTLINE, right), paint, 0.8),
        Panel(body.side(_SIDE_STRIPE, right), _STRIPE),
        Panel(body.side(_DOOR_LINE, right), (0.1, 0.1, 0.1)),
        Panel(body.side(_SIDE_WINDOW, right), _GLASS),
    ]
    for centre in (-1.45, 1.5):
        turned = body.pose.gone_m / 0.36
        parts.append(Panel(body.wheel(centre, right, 0.42, 18), (0.02, 0.02, 0.02)))
        parts.append(Panel(body.wheel(centre, right * 1.01, 0.36, 18), _RUBBER))
        parts.append(Panel(body.wheel(centre, right * 1.02, 0.2, 5, turned), (0.45, 0.46, 0.48)))
    return parts
