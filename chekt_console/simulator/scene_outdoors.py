"""Outdoor places: loading dock, yard with containers, rows of storage units, front of a house."""

from __future__ import annotations

import random

from chekt_console.simulator.scene_light import Lamp
from chekt_console.simulator.scene_place import Place
from chekt_console.simulator.scene_surface import (
    Block,
    Colour,
    Face,
    bricks,
    concrete,
    corrugated,
    floor,
    grass,
    mesh,
    side,
    wall,
    windows,
)

_SODIUM: Colour = (1.0, 0.78, 0.5)
_WHITE: Colour = (1.0, 0.97, 0.9)
_CONTAINERS: tuple[Colour, ...] = (
    (0.42, 0.16, 0.12), (0.14, 0.27, 0.42), (0.17, 0.34, 0.26), (0.5, 0.36, 0.14), (0.36, 0.38, 0.4),
)  # fmt: skip
_PAINT: Colour = (0.78, 0.62, 0.12)


def loading_dock(dice: random.Random) -> Place:
    seed = dice.randrange(1000)
    back = 13.0
    shell: list[Face] = [
        floor(-30, 30, 0.3, 60, (0.27, 0.28, 0.29), concrete(seed, joints_m=4.0)),
        wall(-22, 22, back, 0, 6.2, (0.44, 0.46, 0.48), corrugated(0.3, seed, depth=0.1)),
        wall(-22, 22, back - 0.02, 0, 1.1, (0.36, 0.36, 0.35), bricks(seed)),
    ]
    lamps = []
    signs: list[Face] = []
    blocks: list[Block] = []
    for number, x in enumerate((-7.6, -2.6, 2.4, 7.4)):
        z = back - 0.05
        shell += [
            wall(x - 0.25, x + 3.25, z, 0.95, 4.15, (0.12, 0.12, 0.13)),
            wall(
                x,
                x + 3.0,
                z - 0.02,
                1.05,
                3.95,
                (0.62, 0.64, 0.66),
                corrugated(0.45, seed + number, upright=False),
            ),
            wall(x + 1.25, x + 1.75, z - 0.03, 4.4, 4.9, (0.75, 0.7, 0.3)),
        ]
        blocks += [
            Block(
                x - 0.3,
                x + 3.3,
                back - 0.5,
                back,
                0,
                1.05,
                (0.33, 0.33, 0.33),
                concrete(seed + 3),
                top=(0.4, 0.4, 0.4),
            ),
            Block(x + 0.05, x + 0.4, back - 0.68, back - 0.5, 0.5, 1.0, (0.07, 0.07, 0.07)),
            Block(x + 2.6, x + 2.95, back - 0.68, back - 0.5, 0.5, 1.0, (0.07, 0.07, 0.07)),
        ]
        shell += [floor(x + 3.9, x + 4.02, 5.0, back - 0.8, _PAINT, concrete(seed + 8), y=0.006)]
        if number in (0, 2):
            lamps.append(Lamp((x + 3.75, 5.1, back - 1.0), _SODIUM, 1.0, 3.4))
            signs.append(wall(x + 3.5, x + 4.0, back - 0.25, 5.0, 5.2, (1.0, 0.86, 0.6), glow=1.3))
    blocks += _bollards((-8.4, -3.2, 1.8, 6.8), back - 1.5)
    paint = dice.choice(_CONTAINERS)
    blocks += [
        Block(-11.5, -6.6, 7.6, 10.2, 0, 2.6, paint, corrugated(0.28, seed)),
        *_pallets(5.6 + dice.random(), 8.2, seed, dice.randrange(2, 5)),
        *_pallets(7.2 + dice.random(), 9.2, seed + 1, dice.randrange(2, 6)),
    ]
    return Place(
        tuple(shell), tuple(blocks),
        {
            "person": ((-9.4, 11.4), (-5.6, 10.6), (-2.6, 7.2), (0.8, 6.8), (2.9, 9.6), (3.6, 11.4)),
            "vehicle": ((-13.5, 6.6), (-8, 6.4), (-1.5, 7.2), (2.0, 9.4)),
            "animal": ((-7.5, 11.0), (-4, 9.0), (0.5, 7.4), (4, 7.2), (9.5, 6.4)),
            "cleaner": ((-9.4, 11.4), (-4.6, 10.4), (-1.0, 9.0), (2.4, 9.4), (4.6, 11.0)),
        },
        tuple(lamps), tuple(signs), above_m=3.6, down_deg=13.0, focal=0.78, blinker=(5.9, 3.2, back - 0.1),
    )  # fmt: skip


def yard(dice: random.Random) -> Place:
    seed = dice.randrange(1000)
    shell: list[Face] = [
        floor(-80, 80, 0.3, 300, (0.2, 0.21, 0.2), grass(seed)),
        floor(-26, 26, 0.3, 30, (0.24, 0.24, 0.25), concrete(seed, depth=0.2)),
        wall(-60, 60, 70, 0, 6, (0.12, 0.16, 0.12), concrete(seed + 4, depth=0.5)),
        wall(-30, 2, 44, 0, 8.5, (0.4, 0.39, 0.37), windows(seed)),
        wall(-26, 26, 30, 0, 2.3, (0.42, 0.44, 0.46), mesh(seed)),
    ]
    shell += [
        floor(x, x + 0.12, 14, 19.5, (0.75, 0.75, 0.72), concrete(seed + 2), y=0.006)
        for x in (-1, 1.8, 4.6, 7.4, 10.2)
    ]
    blocks: list[Block] = []
    for column in range(3):
        x, z = -15.5 + column * 1.2, 12.5 + column * 4.0
        for level in range(dice.randrange(1, 3)):
            tint = dice.choice(_CONTAINERS)
            blocks.append(
                Block(
                    x,
                    x + 6.1,
                    z,
                    z + 2.5,
                    level * 2.6,
                    level * 2.6 + 2.58,
                    tint,
                    corrugated(0.28, seed + column),
                )
            )
    blocks += _parked_car(2.0, 15.0, dice)
    blocks += _parked_car(7.8, 15.2, dice) if dice.random() < 0.7 else []
    blocks += _pallets(-5.8, 8.9, seed, 3)
    blocks += [
        Block(6.0, 6.14, 11.5, 11.64, 0, 5.2, (0.4, 0.4, 0.42)),
        Block(5.6, 6.5, 11.35, 11.6, 5.2, 5.35, (0.5, 0.5, 0.5)),
    ]
    lamps = (Lamp((6.0, 5.0, 11.2), _WHITE, 1.1, 4.6), Lamp((-10, 5.5, 20), _SODIUM, 1.1, 5.0))
    signs = (wall(5.65, 6.45, 11.34, 5.12, 5.24, (1.0, 0.97, 0.88), glow=1.3),)
    return Place(
        tuple(shell), tuple(blocks),
        {
            "person": ((-11.2, 15.75), (-8.4, 15.4), (-6.6, 12.6), (-3.4, 11.0), (0.6, 9.2), (3.4, 12.6), (3.9, 14.0)),
            "vehicle": ((13.8, 12.2), (8.5, 10.2), (2.4, 9.6), (-2.0, 11.6), (-3.2, 16)),
            "animal": ((-11.2, 15.75), (-8.4, 15.4), (-6, 10.4), (-1.5, 8.0), (3, 7.6), (9, 7.0)),
            "cleaner": ((-11.2, 15.75), (-8.4, 15.4), (-6.5, 12), (-2.5, 10.4), (1.5, 10.0), (4.4, 11.2)),
        },
        lamps, signs, above_m=4.2, down_deg=14.0, blinker=(-3.0, 3.0, 29.5),
    )  # fmt: skip


def storage_row(dice: random.Random) -> Place:
    seed = dice.randrange(1000)
    door: Colour = dice.choice(((0.62, 0.25, 0.1), (0.16, 0.33, 0.5), (0.2, 0.42, 0.3)))
    shell: list[Face] = [
        floor(-60, 60, 0.3, 200, (0.27, 0.27, 0.27), concrete(seed, joints_m=3.0)),
        wall(-60, 60, 60, 0, 4.5, (0.15, 0.18, 0.16), concrete(seed + 4, depth=0.5)),
        wall(-4.2, 4.2, 36, 0, 2.3, (0.42, 0.44, 0.46), mesh(seed)),
    ]
    signs: list[Face] = []
    lamps = []
    blocks = [
        Block(-20, -4.2, 14.2, 36, 0, 3.1, (0.55, 0.53, 0.5), bricks(seed), top=(0.3, 0.3, 0.32)),
        Block(-20, -4.2, 0.4, 12.2, 0, 3.1, (0.55, 0.53, 0.5), bricks(seed), top=(0.3, 0.3, 0.32)),
        Block(4.2, 20, 0.4, 36, 0, 3.1, (0.55, 0.53, 0.5), bricks(seed + 1), top=(0.3, 0.3, 0.32)),
    ]
    for n in range(9):
        z = 33.0 - n * 3.4
        signs.append(side(4.17, z, z + 2.5, 0.02, 2.45, door, corrugated(0.35, seed + n, upright=False)))
        signs.append(side(4.16, z + 2.7, z + 3.05, 1.5, 1.75, (0.85, 0.85, 0.8)))
        if not 9.6 < z < 14.3:
            signs.append(side(-4.17, z, z + 2.5, 0.02, 2.45, door, corrugated(0.35, seed + n, upright=False)))
        if n % 3 == 1:
            signs.append(side(4.1, z + 2.65, z + 3.1, 2.7, 2.85, (1.0, 0.9, 0.7), glow=1.2))
            lamps.append(Lamp((3.7, 2.75, z + 2.85), _SODIUM, 0.8, 2.8))
    return Place(
        tuple(shell), tuple(blocks),
        {
            "person": ((-5.8, 13.2), (-3.6, 13.2), (-1.2, 10.6), (0.6, 8.4), (2.9, 9.6), (3.3, 10.2)),
            "vehicle": ((0.4, 46.0), (0.4, 30), (0.6, 17), (1.2, 11.5)),
            "animal": ((-5.8, 13.2), (-3.2, 13.0), (0.2, 9.0), (2.2, 6.6), (2.0, 2.2)),
            "cleaner": ((-5.8, 13.2), (-3.4, 13.0), (-0.6, 10.0), (2.4, 9.4), (0.4, 12)),
        },
        tuple(lamps), tuple(signs), above_m=3.6, down_deg=13.0, blinker=(-4.1, 2.7, 16.0),
    )  # fmt: skip


def house_front(dice: random.Random) -> Place:
    seed = dice.randrange(1000)
    wood: Colour = dice.choice(((0.62, 0.6, 0.55), (0.42, 0.5, 0.55), (0.6, 0.5, 0.4)))
    front = 12.0
    shell: list[Face] = [
        floor(-80, 80, 0.3, 200, (0.2, 0.3, 0.14), grass(seed)),
        floor(2.4, 8.4, 0.3, front, (0.42, 0.41, 0.4), concrete(seed, joints_m=3.0), y=0.004),
        floor(-3.1, -1.7, 2.5, front, (0.45, 0.42, 0.4), concrete(seed + 1, joints_m=1.4), y=0.004),
        wall(-60, 60, 40, 0, 5.5, (0.1, 0.15, 0.09), concrete(seed + 4, depth=0.6)),
        wall(-9.5, 9.2, front, 0, 5.6, wood, corrugated(0.24, seed, upright=False, depth=0.12)),
        wall(-9.5, 9.2, front - 0.01, 0, 0.5, (0.36, 0.33, 0.31), bricks(seed)),
        wall(2.5, 8.3, front - 0.03, 0.0, 2.6, (0.82, 0.82, 0.8)),
        wall(
            2.7,
            8.1,
            front - 0.04,
            0.02,
            2.42,
            (0.66, 0.67, 0.68),
            corrugated(0.6, seed, upright=False, depth=0.12),
        ),
        wall(-3.1, -1.7, front - 0.03, 0.1, 2.5, (0.85, 0.84, 0.8)),
        wall(-2.95, -1.85, front - 0.04, 0.1, 2.38, (0.3, 0.11, 0.1)),
        wall(-2.05, -1.95, front - 0.05, 1.1, 1.25, (0.8, 0.7, 0.3)),
        wall(-7.6, -4.4, front - 0.04, 0.9, 2.4, (0.85, 0.86, 0.85), windows(seed)),
        wall(-1.0, 1.6, front - 0.04, 0.9, 2.4, (0.85, 0.86, 0.85), windows(seed + 1)),
        wall(-7.2, -5.2, front - 0.04, 3.5, 4.9, (0.85, 0.86, 0.85), windows(seed + 2)),
        wall(-2.9, -0.9, front - 0.04, 3.5, 4.9, (0.85, 0.86, 0.85), windows(seed + 3)),
        wall(3.9, 6.9, front - 0.04, 3.5, 4.9, (0.85, 0.86, 0.85), windows(seed + 4)),
    ]
    hedge: Colour = (0.12, 0.22, 0.09)
    blocks = [
        Block(-3.5, -1.3, front - 1.2, front, 0, 0.12, (0.5, 0.48, 0.46), concrete(seed)),
        Block(-13.0, -8.2, 8.2, 9.4, 0, 1.5, hedge, grass(seed), top=(0.15, 0.27, 0.11)),
        Block(-7.8, -4.0, front - 0.7, front - 0.1, 0, 0.7, hedge, grass(seed + 2), top=(0.15, 0.27, 0.11)),
        Block(-0.8, 1.4, front - 0.7, front - 0.1, 0, 0.6, hedge, grass(seed + 3), top=(0.15, 0.27, 0.11)),
    ]  # fmt: skip
    lamps = (
        Lamp((-1.3, 2.3, front - 0.35), _SODIUM, 1.2, 2.4),
        Lamp((8.7, 2.5, front - 0.4), _SODIUM, 0.9, 2.4),
    )
    signs = (
        wall(-1.42, -1.22, front - 0.1, 2.05, 2.4, (1.0, 0.86, 0.6), glow=1.4),
        wall(8.55, 8.75, front - 0.1, 2.2, 2.5, (1.0, 0.86, 0.6), glow=1.4),
    )
    return Place(
        tuple(shell), tuple(blocks),
        {
            "person": ((-10.2, 7.2), (-5.5, 7.4), (-3.4, 8.8), (-2.4, 10.4), (-2.4, 10.9)),
            "vehicle": ((5.6, -3.0), (5.5, 2.0), (5.4, 7.8)),
            "animal": ((-9.0, 7.0), (-5, 7.8), (-0.8, 8.2), (3, 7.4), (9.6, 7.6)),
            "cleaner": ((-9.8, 7.0), (-5.2, 7.6), (-1.0, 8.4), (2.6, 8.6), (5.6, 10.2)),
        },
        lamps, signs, above_m=3.4, down_deg=13.0, blinker=(8.9, 1.4, front - 0.1),
    )  # fmt: skip


def _bollards(at: tuple[float, ...], z: float) -> list[Block]:
    return [
        Block(x, x + 0.18, z, z + 0.18, 0, 1.0, _PAINT, corrugated(0.5, 1, upright=False, depth=0.5))
        for x in at
    ]


def _pallets(x: float, z: float, seed: int, high: int) -> list[Block]:
    wood: Colour = (0.42, 0.32, 0.2)
    stack = [
        Block(x, x + 1.2, z, z + 1.0, 0.16 * n, 0.16 * n + 0.12, wood, corrugated(0.14, seed + n, depth=0.3))
        for n in range(high)
    ]
    top = 0.16 * high
    crate: Colour = (0.5, 0.4, 0.27)
    return [
        *stack,
        Block(
            x + 0.08,
            x + 1.1,
            z + 0.08,
            z + 0.9,
            top,
            top + 0.75,
            crate,
            corrugated(0.25, seed, upright=False, depth=0.3),
        ),
    ]


def _parked_car(x: float, z: float, dice: random.Random) -> list[Block]:
    paint: Colour = dice.choice(((0.5, 0.52, 0.55), (0.1, 0.12, 0.16), (0.4, 0.08, 0.08), (0.13, 0.2, 0.36)))
    dark: Colour = (0.05, 0.06, 0.07)
    return [
        Block(x + 0.2, x + 1.7, z + 1.1, z + 3.3, 0.85, 1.42, dark, top=paint),
        Block(x, x + 1.85, z + 0.05, z + 4.4, 0.32, 0.88, paint),
        Block(x + 0.08, x + 0.32, z + 0.02, z + 0.6, 0.0, 0.4, dark),
        Block(x + 1.53, x + 1.77, z + 0.02, z + 0.6, 0.0, 0.4, dark),
        Block(x + 0.12, x + 0.42, z, z + 0.05, 0.58, 0.74, (0.8, 0.82, 0.8)),
        Block(x + 1.43, x + 1.73, z, z + 0.05, 0.58, 0.74, (0.8, 0.82, 0.8)),
        Block(x + 0.68, x + 1.18, z, z + 0.05, 0.42, 0.54, (0.7, 0.7, 0.68)),
    ]
