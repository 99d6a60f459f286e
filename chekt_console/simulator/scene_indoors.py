"""Indoor places: shop floor, racking aisle, corridor, entrance hall."""

from __future__ import annotations

import random

from chekt_console.simulator.scene_light import Lamp
from chekt_console.simulator.scene_place import Place, Route
from chekt_console.simulator.scene_surface import (
    Block,
    Colour,
    Face,
    concrete,
    corrugated,
    floor,
    goods,
    side,
    tiles,
    wall,
    windows,
)

_TUBE: Colour = (0.98, 1.0, 1.0)


def shop_floor(dice: random.Random) -> Place:
    seed = dice.randrange(1000)
    back, high = 15.0, 3.6
    ground: Colour = dice.choice(((0.52, 0.5, 0.46), (0.42, 0.44, 0.46), (0.5, 0.42, 0.34)))
    brand: Colour = dice.choice(((0.12, 0.35, 0.3), (0.5, 0.13, 0.12), (0.14, 0.25, 0.45), (0.5, 0.34, 0.08)))
    shell: list[Face] = [
        floor(-8, 8, 0.2, back, ground, tiles(0.6, seed), gloss=0.1),
        floor(-8, 8, 0.2, back, (0.6, 0.6, 0.58), tiles(1.2, seed + 1, joint=0.35), y=high),
        wall(-8, 8, back, 0, high, (0.62, 0.61, 0.57), concrete(seed, depth=0.04)),
        wall(-8, 8, back - 0.02, 2.7, 3.25, brand),
        wall(-1.6, 1.6, back - 0.03, 0, 2.4, (0.5, 0.52, 0.53), windows(seed)),
        side(-8, 0.2, back, 0, high, (0.6, 0.59, 0.55), concrete(seed + 2, depth=0.04)),
        side(8, 0.2, back, 0, high, (0.6, 0.59, 0.55), concrete(seed + 3, depth=0.04)),
        side(-7.97, 5, back - 0.5, 0, 2.2, (0.9, 0.9, 0.9), goods(seed + 4)),
        side(7.97, 5, back - 0.5, 0, 2.2, (0.9, 0.9, 0.9), goods(seed + 5)),
    ]
    lamps = []
    for x in (-3.6, 0.0, 3.6):
        for z in (4.5, 8.5, 12.5):
            shell.append(floor(x - 0.15, x + 0.15, z - 0.7, z + 0.7, _TUBE, y=high - 0.02, glow=1.6))
        lamps += [Lamp((x, high - 0.3, z), _TUBE, 0.34, 3.4) for z in (5.5, 11.0)]
    top: Colour = (0.55, 0.55, 0.53)
    shelf: Colour = (0.9, 0.9, 0.9)
    blocks = [
        Block(-5.2, -4.1, 5.8, 13.0, 0, 1.98, shelf, goods(seed + 6), top=top),
        Block(-2.3, -1.3, 8.6, 13.0, 0, 1.98, shelf, goods(seed + 7), top=top),
        Block(1.9, 2.9, 8.2, 13.0, 0, 1.98, shelf, goods(seed + 8), top=top),
        Block(
            4.9,
            7.6,
            5.0,
            5.9,
            0,
            1.05,
            (0.42, 0.33, 0.24),
            corrugated(0.6, seed, depth=0.06),
            top=(0.5, 0.48, 0.45),
        ),
        Block(5.6, 6.1, 5.2, 5.6, 1.05, 1.42, (0.08, 0.08, 0.09), top=(0.12, 0.12, 0.13)),
    ]
    return Place(
        tuple(shell), tuple(blocks),
        {
            "person": ((-1.9, 14.0), (-3.1, 13.6), (-3.1, 9.6), (-2.8, 7.4), (0.2, 6.6), (3.4, 6.4), (4.2, 6.6)),
            "vehicle": ((3.5, 12.6), (3.4, 7.4), (1.2, 6.4), (-1.8, 6.8)),
            "animal": ((-1.9, 14.0), (-3.1, 13.6), (-3.1, 8.4), (-1.8, 6.2), (1.6, 6.0), (3.9, 7.6), (4.1, 12.0)),
            "cleaner": ((-1.9, 14.0), (-3.1, 13.6), (-2.9, 7.6), (-0.6, 6.4), (2.2, 6.2), (3.6, 7.0), (0.3, 7.6)),
        },
        tuple(lamps), is_indoor=True, above_m=3.0, down_deg=17.0, blinker=(-6.6, 3.1, back - 0.1),
    )  # fmt: skip


def racking_aisle(dice: random.Random) -> Place:
    seed = dice.randrange(1000)
    back, high = 26.0, 7.0
    shell: list[Face] = [
        floor(-9, 9, 0.2, back, (0.4, 0.4, 0.39), concrete(seed, joints_m=5.0), gloss=0.08),
        floor(-9, 9, 0.2, back, (0.3, 0.3, 0.31), corrugated(0.5, seed), y=high),
        wall(-9, 9, back, 0, high, (0.45, 0.46, 0.48), corrugated(0.3, seed, depth=0.12)),
        side(-9, 0.2, back, 0, high, (0.42, 0.43, 0.45), corrugated(0.3, seed, depth=0.12)),
        side(9, 0.2, back, 0, high, (0.42, 0.43, 0.45), corrugated(0.3, seed, depth=0.12)),
        wall(-1.7, 1.7, back - 0.03, 0, 3.6, (0.58, 0.6, 0.62), corrugated(0.45, seed, upright=False)),
        floor(-1.95, -1.85, 0.3, back, (0.75, 0.6, 0.1), concrete(seed + 1), y=0.005),
        floor(1.85, 1.95, 0.3, back, (0.75, 0.6, 0.1), concrete(seed + 1), y=0.005),
    ]
    lamps = []
    for z in (5.0, 10.0, 15.0, 20.0):
        shell.append(floor(-0.25, 0.25, z - 0.9, z + 0.9, _TUBE, y=high - 0.4, glow=1.5))
        lamps.append(Lamp((0, high - 0.6, z), _TUBE, 0.62, 4.2))
    blocks: list[Block] = []
    for left in (True, False):
        near, far = (-3.6, -2.3) if left else (2.3, 3.6)
        for z0, z1 in ((14.2, 25), (9.2, 12.4), (1.5, 9.2)) if left else ((9.2, 25), (1.5, 9.2)):
            for level in range(3):
                y = level * 1.9
                blocks.append(Block(near, far, z0, z1, y + 1.72, y + 1.86, (0.72, 0.32, 0.06)))
                blocks += _pallet_loads(near, far, z0, z1, y, dice, seed)
            for z in (z0, (z0 + z1) / 2, z1 - 0.12):
                blocks.append(Block(near, near + 0.1, z, z + 0.12, 0, 5.7, (0.1, 0.2, 0.42)))
                blocks.append(Block(far - 0.1, far, z, z + 0.12, 0, 5.7, (0.1, 0.2, 0.42)))
    return Place(
        tuple(shell), tuple(blocks), _aisle_routes(-4.2, 13.4),
        tuple(lamps), is_indoor=True, above_m=3.9, down_deg=16.0, blinker=(1.9, 3.9, back - 0.1),
    )  # fmt: skip


def corridor(dice: random.Random) -> Place:
    seed = dice.randrange(1000)
    back, high, half = 24.0, 2.8, 1.7
    paint: Colour = dice.choice(((0.6, 0.59, 0.54), (0.5, 0.56, 0.57), (0.57, 0.53, 0.46)))
    door: Colour = dice.choice(((0.36, 0.23, 0.13), (0.2, 0.3, 0.38), (0.34, 0.35, 0.36)))
    gap0, gap1 = 9.2, 10.9
    shell: list[Face] = [
        floor(-6, 6, 0.2, back, (0.4, 0.41, 0.42), tiles(0.5, seed), gloss=0.16),
        floor(-6, 6, 0.2, back, (0.62, 0.62, 0.6), tiles(0.6, seed + 1, joint=0.3), y=high),
        wall(-half, half, back, 0, high, paint, concrete(seed, depth=0.04)),
        wall(-0.8, 0.8, back - 0.02, 0, 2.2, (0.4, 0.42, 0.44), windows(seed)),
        wall(-6, -half, gap1, 0, high, paint, concrete(seed, depth=0.04)),
        side(-half, gap1, back, 0, high, paint, concrete(seed + 2, depth=0.05)),
        side(-half, 0.2, gap0, 0, high, paint, concrete(seed + 3, depth=0.05)),
        side(half, 0.2, back, 0, high, paint, concrete(seed + 4, depth=0.05)),
    ]
    for x, direction in ((-half, 1.0), (half, -1.0)):
        for z0, z1 in ((gap1, back), (0.2, gap0)) if direction > 0 else ((0.2, back),):
            shell.append(side(x + 0.01 * direction, z0, z1, 0, 0.14, (0.16, 0.16, 0.17)))
            shell.append(side(x + 0.015 * direction, z0, z1, 0.85, 1.0, tuple(c * 0.55 for c in paint)))  # type: ignore[arg-type]
        for z in (20.0, 16.0, 12.4, 6.2, 3.2) if direction > 0 else (20.5, 17.0, 13.5, 10.0, 6.5, 3.0):
            shell.append(side(x + 0.02 * direction, z - 0.08, z + 1.08, 0, 2.2, (0.2, 0.2, 0.2)))
            shell.append(
                side(x + 0.03 * direction, z, z + 1.0, 0.01, 2.12, door, concrete(seed + 5, depth=0.06))
            )
            shell.append(side(x + 0.04 * direction, z + 0.1, z + 0.2, 1.0, 1.06, (0.75, 0.75, 0.75)))
            shell.append(side(x + 0.04 * direction, z + 0.38, z + 0.62, 1.45, 1.7, (0.15, 0.2, 0.24)))
            shell.append(side(x + 0.02 * direction, z + 1.2, z + 1.42, 1.5, 1.64, (0.8, 0.8, 0.75)))
    lamps = []
    for z in (3.5, 7.5, 11.5, 15.5, 19.5):
        shell.append(floor(-0.3, 0.3, z - 0.6, z + 0.6, _TUBE, y=high - 0.02, glow=1.6))
        lamps.append(Lamp((0, high - 0.25, z), _TUBE, 0.42, 2.6))
    signs = (wall(-0.35, 0.35, back - 0.1, 2.3, 2.55, (0.1, 0.75, 0.3), glow=0.9),)
    blocks = [
        Block(
            half - 0.35, half - 0.02, 8.4, 9.6, 0, 1.9, (0.42, 0.44, 0.46), corrugated(0.4, seed, depth=0.12)
        ),
        Block(-half + 0.02, -half + 0.4, 12.0, 12.35, 0, 0.6, (0.14, 0.15, 0.15)),
    ]
    return Place(
        tuple(shell), tuple(blocks), _aisle_routes(-3.0, 10.0),
        tuple(lamps), signs, is_indoor=True, above_m=2.6, down_deg=14.0, blinker=(0.9, 2.5, back - 0.1),
    )  # fmt: skip


def entrance_hall(dice: random.Random) -> Place:
    seed = dice.randrange(1000)
    back, high = 11.0, 3.4
    paint: Colour = dice.choice(((0.62, 0.6, 0.55), (0.5, 0.57, 0.6), (0.6, 0.55, 0.5)))
    shell: list[Face] = [
        floor(-7, 7, 0.2, back, (0.46, 0.44, 0.42), tiles(0.8, seed), gloss=0.16),
        floor(-2.0, 2.0, 6.8, 10.2, (0.14, 0.15, 0.17), concrete(seed, depth=0.1), y=0.005),
        floor(-7, 7, 0.2, back, (0.64, 0.64, 0.62), tiles(0.6, seed + 1, joint=0.3), y=high),
        wall(-7, 7, back, 0, high, paint, concrete(seed, depth=0.05)),
        wall(-2.2, 2.2, back - 0.03, 0, 2.7, (0.5, 0.52, 0.54), windows(seed)),
        wall(-0.06, 0.06, back - 0.05, 0, 2.3, (0.2, 0.2, 0.21)),
        wall(0.2, 0.27, back - 0.06, 0.9, 1.5, (0.8, 0.8, 0.8)),
        wall(3.2, 5.4, back - 0.03, 1.2, 2.5, (0.3, 0.4, 0.3), concrete(seed + 9, depth=0.4)),
        wall(3.1, 3.2, back - 0.04, 1.1, 2.6, (0.2, 0.15, 0.1)),
        wall(-6.2, -5.0, back - 0.03, 0, 2.15, (0.36, 0.25, 0.16), concrete(seed + 3, depth=0.1)),
        side(-7, 0.2, back, 0, high, paint, concrete(seed + 5, depth=0.05)),
        side(7, 0.2, back, 0, high, paint, concrete(seed + 6, depth=0.05)),
    ]
    lamps = []
    for x in (-3.2, 0.0, 3.2):
        for z in (4.0, 8.0):
            shell.append(floor(x - 0.35, x + 0.35, z - 0.35, z + 0.35, _TUBE, y=high - 0.02, glow=1.6))
            lamps.append(Lamp((x, high - 0.3, z), (1.0, 0.95, 0.86), 0.34, 3.2))
    fabric: Colour = dice.choice(((0.16, 0.25, 0.36), (0.32, 0.14, 0.12), (0.2, 0.28, 0.2)))
    blocks = [
        *(Block(x, x + 0.6, 8.9, 9.5, 0.25, 0.48, fabric, top=fabric) for x in (3.2, 3.95, 4.7)),
        *(Block(x, x + 0.6, 9.4, 9.55, 0.45, 1.0, fabric) for x in (3.2, 3.95, 4.7)),
        *(Block(x + 0.05, x + 0.55, 9.0, 9.45, 0, 0.25, (0.1, 0.1, 0.1)) for x in (3.2, 3.95, 4.7)),
        Block(-6.6, -3.6, 6.4, 7.4, 0, 1.1, (0.44, 0.34, 0.24), corrugated(0.5, seed, depth=0.08), top=(0.6, 0.58, 0.55)),
        Block(-5.4, -4.8, 6.7, 6.8, 1.1, 1.5, (0.06, 0.06, 0.07)),
        Block(6.1, 6.6, 6.6, 7.1, 0, 0.5, (0.5, 0.45, 0.4)),
        Block(6.0, 6.7, 6.5, 7.2, 0.5, 1.5, (0.12, 0.26, 0.1), concrete(seed, depth=0.9), top=(0.15, 0.3, 0.12)),
    ]  # fmt: skip
    return Place(
        tuple(shell), tuple(blocks),
        {
            "person": ((-7.8, 8.2), (-3.2, 8.2), (-0.8, 7.4), (1.4, 6.6), (2.6, 8.0), (2.8, 8.4)),
            "vehicle": ((9.4, 5.6), (4.6, 6.0), (1.0, 7.0), (-2.0, 8.0)),
            "animal": ((-7.6, 8.0), (-2.8, 8.0), (0.4, 6.4), (3.2, 6.2), (5.8, 8.0)),
            "cleaner": ((-7.8, 8.3), (-3.0, 8.4), (0.2, 7.6), (2.4, 7.0), (0.0, 6.2)),
        },
        tuple(lamps), is_indoor=True, above_m=2.9, down_deg=16.0, blinker=(-3.1, 3.0, back - 0.1),
    )  # fmt: skip


def _aisle_routes(out_of_sight_x: float, gap_z: float) -> dict[str, Route]:
    """Out of the gap on the left, then along the aisle toward the camera."""
    enter: Route = ((out_of_sight_x, gap_z), (-1.0, gap_z - 0.2), (0.1, gap_z - 1.8))
    return {
        "person": (*enter, (0.5, gap_z - 3.6), (-0.2, gap_z - 4.6), (0.4, gap_z + 2.5)),
        "vehicle": ((out_of_sight_x, gap_z), (-0.6, gap_z), (0.1, gap_z - 1.6), (0.2, gap_z - 4.2)),
        "animal": (*enter, (0.6, gap_z - 4.4), (-0.7, gap_z - 5.6), (0.6, gap_z + 4)),
        "cleaner": (*enter, (0.9, gap_z - 3.4), (-0.6, gap_z - 3.6), (0.6, gap_z - 1.4)),
    }


def _pallet_loads(
    near: float, far: float, z0: float, z1: float, y: float, dice: random.Random, seed: int
) -> list[Block]:
    loads = []
    z = z0 + 0.25
    while z + 1.1 < z1:
        if dice.random() > 0.15:
            tint: Colour = dice.choice(
                ((0.5, 0.38, 0.24), (0.55, 0.44, 0.3), (0.5, 0.52, 0.54), (0.3, 0.36, 0.4))
            )
            tall = dice.uniform(0.9, 1.5)
            loads.append(
                Block(
                    near + 0.08,
                    far - 0.08,
                    z,
                    z + 1.1,
                    y + 0.14,
                    y + tall,
                    tint,
                    corrugated(0.4, seed, upright=False, depth=0.2),
                )
            )
        z += 1.3
    return loads
