"""Flat faces of a simulated room and what they are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from chekt_console.simulator.scene_lens import Floats

Colour = tuple[float, float, float]
Point = tuple[float, float, float]
# Metres along a face's two edges to a brightness (or colour) factor per pixel.
Pattern = Callable[[Floats, Floats], Floats]


# Colours of the packets on shop shelves.
_PACKETS = np.array(
    [
        (0.75, 0.7, 0.6), (0.6, 0.12, 0.1), (0.12, 0.3, 0.52), (0.72, 0.55, 0.12), (0.14, 0.4, 0.2),
        (0.5, 0.34, 0.2), (0.8, 0.8, 0.8), (0.3, 0.16, 0.34), (0.76, 0.36, 0.1), (0.2, 0.45, 0.5),
    ],
    np.float32,
)  # fmt: skip


@dataclass(frozen=True)
class Face:
    """A four-cornered plane; the first and last corners span its two edges. `glow` is light of its own."""

    corners: tuple[Point, Point, Point, Point]
    colour: Colour
    pattern: Pattern | None = None
    glow: float = 0.0
    gloss: float = 0.0


@dataclass(frozen=True)
class Block:
    """A box that stands in the room: its footprint darkens the floor and throws the sun's shadow."""

    x0: float
    x1: float
    z0: float
    z1: float
    y0: float
    y1: float
    colour: Colour
    pattern: Pattern | None = None
    top: Colour | None = None
    front: Pattern | None = None

    def faces(self) -> Iterator[Face]:
        """Only those an eye at x = 0 in front of the box can see, far ones first."""
        x0, x1, z0, z1, y0, y1 = self.x0, self.x1, self.z0, self.z1, self.y0, self.y1
        yield Face(((x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)), self.top or self.colour)
        if x0 > 0:
            yield Face(((x0, y0, z0), (x0, y0, z1), (x0, y1, z1), (x0, y1, z0)), self.colour, self.pattern)
        if x1 < 0:
            yield Face(((x1, y0, z0), (x1, y0, z1), (x1, y1, z1), (x1, y1, z0)), self.colour, self.pattern)
        front = self.front or self.pattern
        yield Face(((x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)), self.colour, front)


def wall(x0: float, x1: float, z: float, y0: float, y1: float, colour: Colour, pattern: Pattern | None = None,
         *, glow: float = 0.0, gloss: float = 0.0) -> Face:  # fmt: skip
    """A face across the picture."""
    return Face(((x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)), colour, pattern, glow, gloss)


def side(x: float, z0: float, z1: float, y0: float, y1: float, colour: Colour, pattern: Pattern | None = None,
         *, glow: float = 0.0, gloss: float = 0.0) -> Face:  # fmt: skip
    """A face along the picture's depth."""
    return Face(((x, y0, z0), (x, y0, z1), (x, y1, z1), (x, y1, z0)), colour, pattern, glow, gloss)


def floor(x0: float, x1: float, z0: float, z1: float, colour: Colour, pattern: Pattern | None = None,
          *, y: float = 0.0, glow: float = 0.0, gloss: float = 0.0) -> Face:  # fmt: skip
    """A level face: floor, ceiling, paint on the ground."""
    return Face(((x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)), colour, pattern, glow, gloss)


def cell_noise(column: Floats, row: Floats, seed: int) -> Floats:
    """A fixed number 0 to 1 for each whole (column, row)."""
    mixed = np.sin(column * 127.1 + row * 311.7 + seed * 17.3) * 43758.547
    return (mixed - np.floor(mixed)).astype(np.float32)


def stains(u: Floats, v: Floats, size_m: float, seed: int) -> Floats:
    """Soft blotches, -1 to 1."""
    dice = np.random.default_rng(seed)
    total = np.zeros_like(u)
    for octave in range(4):
        # Python's own floats: numpy's would make every array here twice as wide.
        turn, phase = dice.uniform(0, 6.28, 2).tolist()
        sin, cos = math.sin(turn), math.cos(turn)
        wave = 2 * math.pi / size_m * 1.9**octave
        bend = np.sin((u * sin - v * cos) * (wave * 0.7) + phase)
        total += np.sin((u * cos + v * sin) * wave + phase + 1.8 * bend) / 1.5**octave
    return np.asarray(total / 2.4, np.float32)


def _line(x: Floats, pitch: float, width: float) -> Floats:
    """1 on lines that repeat every `pitch`, 0 between."""
    return (np.mod(x, pitch) < width).astype(np.float32)


def concrete(seed: int, *, joints_m: float = 0.0, depth: float = 0.16) -> Pattern:
    def paint(u: Floats, v: Floats) -> Floats:
        out = 1 + depth * stains(u, v, 3.2, seed) + depth * 0.5 * stains(u, v, 0.7, seed + 1)
        if joints_m:
            out *= 1 - 0.35 * np.maximum(_line(u, joints_m, 0.025), _line(v, joints_m, 0.035))
        return out

    return paint


def tiles(pitch_m: float, seed: int, *, joint: float = 0.25) -> Pattern:
    def paint(u: Floats, v: Floats) -> Floats:
        each = cell_noise(np.floor(u / pitch_m), np.floor(v / pitch_m), seed)
        grid = np.maximum(_line(u, pitch_m, 0.018), _line(v, pitch_m, 0.025))
        return np.asarray(
            (0.94 + 0.1 * each + 0.04 * stains(u, v, 2.1, seed)) * (1 - joint * grid), np.float32
        )

    return paint


def bricks(seed: int) -> Pattern:
    def paint(u: Floats, v: Floats) -> Floats:
        row = np.floor(v / 0.2)
        shifted = u + 0.2 * np.mod(row, 2)
        each = cell_noise(np.floor(shifted / 0.4), row, seed)
        mortar = np.maximum(_line(v, 0.2, 0.02), _line(shifted, 0.4, 0.02))
        return np.asarray(
            (0.82 + 0.3 * each + 0.06 * stains(u, v, 2.5, seed)) * (1 - 0.22 * mortar), np.float32
        )

    return paint


def corrugated(pitch_m: float, seed: int, *, upright: bool = True, depth: float = 0.22) -> Pattern:
    """Container walls and, when not upright, the slats of a roller door."""

    def paint(u: Floats, v: Floats) -> Floats:
        along = u if upright else v
        wave = np.sin(along * (2 * math.pi / pitch_m))
        ribs = np.clip(wave * 2, -1, 1) * (0.6 * depth)
        return np.asarray(1 + ribs + 0.09 * stains(u, v * 0.5, 1.8, seed), np.float32)

    return paint


def goods(seed: int, *, shelf_m: float = 0.42, item_m: float = 0.17) -> Pattern:
    """Shelves full of packets of many colours."""

    def paint(u: Floats, v: Floats) -> Floats:
        row = np.floor(v / shelf_m)
        up = np.mod(v, shelf_m) / shelf_m
        group = np.floor(u / (item_m * 3.5))
        column = np.floor(u / item_m)
        brand = (cell_noise(group, row, seed) * len(_PACKETS)).astype(np.int32) % len(_PACKETS)
        tint = _PACKETS[brand]
        filled = (up > 0.1) & (up < 0.45 + 0.42 * cell_noise(group, row, seed + 5))
        gone = cell_noise(column, row, seed + 9) > 0.93
        edge = 1 - 0.45 * _line(u, item_m, 0.02)
        label = 1 + 0.5 * ((np.abs(up - 0.32) < 0.07) & (cell_noise(group, row, seed + 7) > 0.5))
        packet = tint * (edge * label)[..., None]
        back = np.full(3, 0.16, np.float32)
        board = np.full(3, 0.95, np.float32)
        out = np.where((filled & ~gone)[..., None], packet, back)
        return np.where((up <= 0.1)[..., None], board, out).astype(np.float32)

    return paint


def mesh(seed: int) -> Pattern:
    """A wire fence against what is dark behind it."""

    def paint(u: Floats, v: Floats) -> Floats:
        wires = np.maximum(_line(u + v, 0.14, 0.03), _line(u - v, 0.14, 0.03))
        posts = np.maximum(_line(u, 2.5, 0.07), (v > 1.9).astype(np.float32))
        return 0.3 + 0.35 * wires + 0.9 * posts + 0.1 * stains(u, v, 2.0, seed)

    return paint


def grass(seed: int) -> Pattern:
    def paint(u: Floats, v: Floats) -> Floats:
        blades = cell_noise(np.floor(u * 30), np.floor(v * 18), seed)
        return 0.8 + 0.35 * blades + 0.2 * stains(u, v, 1.4, seed)

    return paint


def windows(seed: int) -> Pattern:
    """A glazed front: frames with darker panes that differ a little."""

    def paint(u: Floats, v: Floats) -> Floats:
        frame = np.maximum(_line(u, 1.1, 0.09), _line(v, 1.2, 0.09))
        pane = (
            0.32
            + 0.18 * cell_noise(np.floor(u / 1.1), np.floor(v / 1.2), seed)
            + 0.12 * (np.sin(u * 2 + v * 3) > 0.6)
        )
        return np.where(frame > 0, 1.0, pane).astype(np.float32)

    return paint
