"""The still part of a simulated picture: every face of the place, drawn and lit once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from chekt_console.simulator.scene_lens import Floats, Lens
from chekt_console.simulator.scene_light import Light
from chekt_console.simulator.scene_surface import Block, Colour, Face

_SKY_FAR_M = 1e4
_CONTACT_M = 0.45
_LENS_SHADE = 0.38
_LENS_BLUR_PX = 0.55
_SMOOTH = 2
# What ceiling lamps still give when a room is dark enough for infrared.
_EMERGENCY_LIGHT = 0.2


@dataclass(frozen=True)
class Backdrop:
    """`light` is before the film (h, w, 3); `ahead_m` tells how far away each pixel's surface is (h, w)."""

    light: Floats
    ahead_m: Floats

    def picture(self, light: Light) -> NDArray[np.uint8]:
        height, width = self.ahead_m.shape
        film = light.film(self.light * lens_shade(width, height)[..., None])
        image = Image.fromarray(np.clip(film, 0, 255).astype(np.uint8))
        return np.array(image.filter(ImageFilter.GaussianBlur(_LENS_BLUR_PX * width / 1280)))


def lens_shade(width: int, height: int) -> Floats:
    """How a lens darkens its corners, 0 to 1."""
    across, down = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    return np.asarray(1 - _LENS_SHADE * (across**2 + down**2) ** 1.2 / 2.3, np.float32)


class BackdropPainter:
    """Draws from far to near, in the order it is told."""

    def __init__(self, lens: Lens, light: Light) -> None:
        self._lens, self._light = lens, light
        size = (lens.height, lens.width)
        self._picture = np.zeros((*size, 3), np.float32)
        self._ahead = np.full(size, _SKY_FAR_M, np.float32)
        self._footprints: list[Block] = []

    def sky(self, top: Colour, horizon: Colour) -> None:
        share = np.linspace(0, 1, self._lens.height, dtype=np.float32)[:, None, None] ** 0.7
        self._picture[:] = np.array(top, np.float32) * (1 - share) + np.array(horizon, np.float32) * share

    def stand(self, blocks: Sequence[Block]) -> None:
        """Boxes that the floors painted after this are darkened by."""
        self._footprints = [block for block in blocks if block.y0 < 0.3]

    def block(self, block: Block) -> None:
        for face in block.faces():
            self.face(face)

    def sun_shadow(self, block: Block) -> None:
        """Darkens the ground where the box keeps the sun away."""
        if self._light.sun is None:
            return
        from_x, from_y, from_z = self._light.sun_from
        reach = block.y1 / from_y
        dx, dz = -from_x * reach, -from_z * reach
        feet = [(block.x0, block.z0), (block.x1, block.z0), (block.x1, block.z1), (block.x0, block.z1)]
        mask = Image.new("L", (self._lens.width, self._lens.height))
        draw = ImageDraw.Draw(mask)
        shapes = [feet, [(x + dx, z + dz) for x, z in feet]]
        shapes += [
            [a, b, (b[0] + dx, b[1] + dz), (a[0] + dx, a[1] + dz)]
            for a, b in zip(feet, feet[1:] + feet[:1], strict=True)
        ]
        for shape in shapes:
            outline = self._lens.outline(np.array([(x, 0.0, z) for x, z in shape], np.float32))
            if len(outline) > 2:
                draw.polygon([(float(x), float(y)) for x, y in outline], fill=255)
        soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(2)), np.float32) / 255
        self._picture *= (1 - 0.52 * soft)[..., None]

    def face(self, face: Face) -> None:
        corners = np.array(face.corners, np.float32)
        outline = self._lens.outline(corners)
        if len(outline) < 3:
            return
        left, top = np.maximum(np.floor(outline.min(axis=0)).astype(int), 0)
        right, bottom = np.minimum(
            np.ceil(outline.max(axis=0)).astype(int), (self._lens.width, self._lens.height)
        )
        if left >= right or top >= bottom:
            return
        cover = _cover(outline - (left, top), right - left, bottom - top)
        rays = self._lens.rays(left, top, right, bottom)
        colour, ahead = self._shade(face, corners, rays)
        area = np.s_[top:bottom, left:right]
        self._picture[area] += cover[..., None] * (colour - self._picture[area])
        self._ahead[area] = np.where(cover > 0.5, ahead, self._ahead[area])

    def done(self) -> Backdrop:
        return Backdrop(self._picture, self._ahead)

    def _shade(self, face: Face, corners: Floats, rays: Floats) -> tuple[Floats, Floats]:
        along, up = corners[1] - corners[0], corners[3] - corners[0]
        along, up = along / np.linalg.norm(along), up / np.linalg.norm(up)
        normal = np.cross(along, up)
        normal = normal / np.linalg.norm(normal)
        if np.dot(normal, corners[0] - self._lens.eye) > 0:
            normal = -normal
        slope = rays @ normal
        slope = np.where(np.abs(slope) < 1e-4, -1e-4, slope)
        ahead = np.clip(np.dot(normal, corners[0] - self._lens.eye) / slope, 0.1, 400).astype(np.float32)
        points = self._lens.eye + rays * ahead[..., None]
        own = np.array(face.colour, np.float32)
        colour = np.broadcast_to(own, points.shape)
        if face.pattern is not None:
            factor = face.pattern((points - corners[0]) @ along, (points - corners[0]) @ up)
            colour = own * (factor if factor.ndim == 3 else factor[..., None])
        light = self._light.on(points, normal, self._lens.eye)
        if normal[1] > 0.9 and abs(float(corners[0][1])) < 0.05:
            light = light * self._contact(points)[..., None]
        is_ceiling = float(normal[1]) < -0.9
        glow = face.glow * (_EMERGENCY_LIGHT if is_ceiling and self._light.is_infrared else 1)
        out = colour * light + own * glow
        if face.gloss:
            out += face.gloss * light * np.exp(-np.abs(rays[..., 1:2] + 0.42) * 5)
        return out, ahead

    def _contact(self, points: Floats) -> Floats:
        shade = np.ones(points.shape[:2], np.float32)
        for block in self._footprints:
            dx = np.maximum(np.maximum(block.x0 - points[..., 0], points[..., 0] - block.x1), 0)
            dz = np.maximum(np.maximum(block.z0 - points[..., 2], points[..., 2] - block.z1), 0)
            shade *= 1 - 0.6 * np.exp(-np.hypot(dx, dz) / _CONTACT_M)
        return np.asarray(shade, np.float32)


def _cover(outline: Floats, width: int, height: int) -> Floats:
    """How much of each pixel lies inside the outline, 0 to 1."""
    mask = Image.new("L", (width * _SMOOTH, height * _SMOOTH))
    ImageDraw.Draw(mask).polygon([(float(x) * _SMOOTH, float(y) * _SMOOTH) for x, y in outline], fill=255)
    return np.asarray(np.asarray(mask.reduce(_SMOOTH)) / 255, np.float32)
