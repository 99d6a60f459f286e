"""What a simulated place consists of, and how it becomes a backdrop."""

from __future__ import annotations

from dataclasses import dataclass

from chekt_console.simulator.scene_backdrop import Backdrop, BackdropPainter
from chekt_console.simulator.scene_lens import Lens
from chekt_console.simulator.scene_light import Lamp, Light, daylight_share, indoors, outdoors
from chekt_console.simulator.scene_surface import Block, Face

# Floor points (x, z) in metres; whoever takes the route is out of sight at the first one.
Route = tuple[tuple[float, float], ...]

_OPEN_H, _CLOSED_H = 6.5, 20.5


@dataclass(frozen=True)
class Place:
    """`shell` is painted far to near before the blocks, `signs` after them. Routes are by scene."""

    shell: tuple[Face, ...]
    blocks: tuple[Block, ...]
    routes: dict[str, Route]
    lamps: tuple[Lamp, ...] = ()
    signs: tuple[Face, ...] = ()
    is_indoor: bool = False
    above_m: float = 3.3
    down_deg: float = 17.0
    focal: float = 0.72
    blinker: tuple[float, float, float] = (0.0, 2.5, 10.0)

    def lens(self, width: int, height: int) -> Lens:
        return Lens(width, height, above_m=self.above_m, down_deg=self.down_deg, focal=self.focal)

    def light(self, hour: float, *, is_lit: bool = False) -> Light:
        """`is_lit`: somebody works here, so the lamps are on whatever the hour."""
        if self.is_indoor:
            return indoors(hour, self.lamps, is_lit=is_lit or _OPEN_H <= hour < _CLOSED_H)
        light = outdoors(hour, self.lamps)
        if is_lit and light.is_infrared:
            return Light((0.10, 0.10, 0.11), tuple(_brighter(lamp) for lamp in self.lamps))
        return light

    def backdrop(self, lens: Lens, light: Light, hour: float) -> Backdrop:
        painter = BackdropPainter(lens, light)
        day = daylight_share(hour)
        dark = 0.03
        painter.sky(
            (dark + 0.32 * day, dark + 0.5 * day, dark + 0.82 * day),
            (dark * 2 + 0.85 * day, dark * 2 + 0.92 * day, dark * 2.2 + 1.0 * day),
        )
        painter.stand(self.blocks)
        for face in self.shell:
            painter.face(face)
        far_first = sorted(self.blocks, key=lambda block: -(block.z0 + block.z1))
        if not self.is_indoor:
            for block in far_first:
                if block.y0 < 0.3:
                    painter.sun_shadow(block)
        for block in far_first:
            painter.block(block)
        for face in self.signs:
            painter.face(face)
        return painter.done()


def _brighter(lamp: Lamp) -> Lamp:
    return Lamp(lamp.at, lamp.colour, lamp.power * 1.8, lamp.reach_m * 1.3)
