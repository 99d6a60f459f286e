"""Moving things of a simulated picture: rounded limbs and flat panels, drawn small and laid over the backdrop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from chekt_console.simulator.scene_lens import Floats, Lens
from chekt_console.simulator.scene_light import Light
from chekt_console.simulator.scene_surface import Colour, Point

Picture = NDArray[np.uint8]
_SMOOTH = 2
# Somebody hides what is less than this nearer to the lens, such as the floor at his feet.
IN_FRONT_M = 0.45
_Paint = tuple[int, ...]
_EDGE_PX = 6


@dataclass(frozen=True)
class Limb:
    """A rounded stick between two points of the room; `glow` is light of its own."""

    start: Point
    end: Point
    start_m: float
    end_m: float
    colour: Colour
    glow: float = 0.0


@dataclass(frozen=True)
class Panel:
    """A flat shape of the room; `shade` stands for how it faces the light."""

    corners: tuple[Point, ...]
    colour: Colour
    shade: float = 1.0
    glow: float = 0.0


@dataclass(frozen=True)
class Beam:
    """A bright spot with a halo, such as a headlight; the halo grows with `size_m`."""

    at: Point
    size_m: float
    colour: Colour
    strength: float = 1.0


@dataclass(frozen=True)
class Actor:
    """One moving thing at one instant. `at` is where it stands (x, z); parts are drawn far to near, or as listed."""

    at: tuple[float, float]
    parts: tuple[Limb | Panel, ...]
    shadow: tuple[Point, ...]
    beams: tuple[Beam, ...] = ()
    is_in_order: bool = False


def draw_actor(
    frame: Picture, actor: Actor, lens: Lens, light: Light, ahead_m: Floats, grain: Floats
) -> None:
    """Into the frame, behind what stands nearer; `grain` (h, w) is the sensor noise of this frame."""
    shapes = [shape for part in actor.parts if (shape := _flatten(part, lens)) is not None]
    if shapes:
        far_first = shapes if actor.is_in_order else sorted(shapes, key=lambda shape: -shape.ahead)
        _draw_shapes(frame, actor, far_first, lens, light, ahead_m, grain)
    for beam in actor.beams:
        draw_beam(frame, beam, lens, light, ahead_m)


def draw_beam(frame: Picture, beam: Beam, lens: Lens, light: Light, ahead_m: Floats) -> None:
    """A lamp that shines into the lens; white under infrared."""
    x, y, ahead = lens.project(beam.at)
    if ahead < 0.3:
        return
    reach = max(3, round(lens.focal_px * beam.size_m / ahead * 3))
    left, right = max(0, round(x) - reach), min(lens.width, round(x) + reach + 1)
    top, bottom = max(0, round(y) - reach), min(lens.height, round(y) + reach + 1)
    column, row = min(max(round(x), 0), lens.width - 1), min(max(round(y), 0), lens.height - 1)
    if left >= right or top >= bottom or ahead_m[row, column] < ahead - IN_FRONT_M:
        return
    across, down = np.meshgrid(np.arange(left, right) - x, np.arange(top, bottom) - y)
    away = np.hypot(across, down) / reach
    spot = np.exp(-((away * 5) ** 2)) + 0.35 * np.clip(1 - away, 0, 1) ** 2
    area = frame[top:bottom, left:right]
    colour = (max(beam.colour),) * 3 if light.is_infrared else beam.colour
    lit = area + spot[..., None] * (255 * beam.strength) * np.array(colour)
    area[:] = np.minimum(lit, 255)


@dataclass(frozen=True)
class _Shape:
    """Outlines in pixels: the whole, and for limbs the part that catches more light."""

    outline: list[tuple[float, float]]
    bright: list[tuple[float, float]]
    ahead: float
    colour: Colour
    glow: float


def _flatten(part: Limb | Panel, lens: Lens) -> _Shape | None:
    if isinstance(part, Panel):
        corners = np.array(part.corners, np.float32)
        outline = lens.outline(corners)
        if len(outline) < 3:
            return None
        ahead = float(lens.seen(corners)[:, 2].mean())
        red, green, blue = part.colour
        colour = (red * part.shade, green * part.shade, blue * part.shade)
        return _Shape([(float(x), float(y)) for x, y in outline], [], ahead, colour, part.glow)
    x0, y0, ahead0 = lens.project(part.start)
    x1, y1, ahead1 = lens.project(part.end)
    if min(ahead0, ahead1) < 0.3:
        return None
    wide0, wide1 = lens.focal_px * part.start_m / ahead0, lens.focal_px * part.end_m / ahead1
    shift = 0.22
    return _Shape(
        _rounded(x0, y0, wide0, x1, y1, wide1),
        _rounded(
            x0 - shift * wide0,
            y0 - shift * wide0,
            wide0 * 0.6,
            x1 - shift * wide1,
            y1 - shift * wide1,
            wide1 * 0.6,
        ),
        (ahead0 + ahead1) / 2,
        part.colour,
        part.glow,
    )


def _rounded(
    x0: float, y0: float, wide0: float, x1: float, y1: float, wide1: float
) -> list[tuple[float, float]]:
    angle = math.atan2(y1 - y0, x1 - x0)
    steps = 7
    ends = []
    for x, y, wide, start in ((x1, y1, wide1, -math.pi / 2), (x0, y0, wide0, math.pi / 2)):
        for n in range(steps + 1):
            turn = angle + start + math.pi * n / steps
            ends.append((x + wide * math.cos(turn), y + wide * math.sin(turn)))
    return ends


def _draw_shapes(
    frame: Picture,
    actor: Actor,
    shapes: Sequence[_Shape],
    lens: Lens,
    light: Light,
    ahead_m: Floats,
    grain: Floats,
) -> None:
    shadow = [(float(x), float(y)) for x, y in lens.outline(np.array(actor.shadow, np.float32))]
    points = [point for shape in shapes for point in shape.outline] + shadow
    left = max(0, math.floor(min(x for x, _ in points)) - _EDGE_PX)
    top = max(0, math.floor(min(y for _, y in points)) - _EDGE_PX)
    right = min(lens.width, math.ceil(max(x for x, _ in points)) + _EDGE_PX)
    bottom = min(lens.height, math.ceil(max(y for _, y in points)) + _EDGE_PX)
    if right - left < 2 or bottom - top < 2:
        return
    size = (right - left, bottom - top)

    def moved(outline: list[tuple[float, float]], scale: int) -> list[tuple[float, float]]:
        return [((x - left) * scale, (y - top) * scale) for x, y in outline]

    sprite = Image.new("RGBA", (size[0] * _SMOOTH, size[1] * _SMOOTH))
    draw = ImageDraw.Draw(sprite)
    for shape, (dark, bright) in zip(
        shapes, _filmed(shapes, light.at(*actor.at, lens.eye), light), strict=True
    ):
        draw.polygon(moved(shape.outline, _SMOOTH), fill=dark)
        if shape.bright:
            draw.polygon(moved(shape.bright, _SMOOTH), fill=bright)
    small = np.asarray(sprite.reduce(_SMOOTH).filter(ImageFilter.GaussianBlur(0.6)), np.float32)
    nearest = min(shape.ahead for shape in shapes)
    in_sight = (ahead_m[top:bottom, left:right] > nearest - IN_FRONT_M).astype(np.float32)
    area = frame[top:bottom, left:right]
    under = area.astype(np.float32)
    if len(shadow) > 2:
        ground = Image.new("L", size)
        ImageDraw.Draw(ground).polygon(moved(shadow, 1), fill=150)
        soft = np.asarray(ground.filter(ImageFilter.GaussianBlur(3)), np.float32) / 255
        under *= 1 - (soft * in_sight)[..., None]
    cover = (small[..., 3] / 255 * in_sight)[..., None]
    area[:] = np.clip(under + cover * (small[..., :3] + grain[top:bottom, left:right, None] - under), 0, 255)


def _filmed(shapes: Sequence[_Shape], falling: Colour, light: Light) -> list[tuple[_Paint, _Paint]]:
    """Each shape's paint on its darker whole and on its bright part, film applied."""
    own = np.array([shape.colour for shape in shapes], np.float32)
    glow = own * np.array([[shape.glow] for shape in shapes], np.float32)
    share = np.array([[0.72 if shape.bright else 1.0] for shape in shapes], np.float32)
    lit = own * np.array(falling, np.float32)
    dark, bright = (
        np.clip(light.film(both), 0, 255).astype(int).tolist()
        for both in (lit * share + glow, lit * 1.05 + glow)
    )
    return [((*a, 255), (*b, 255)) for a, b in zip(dark, bright, strict=True)]
