"""Sizes of the window's parts as plain numbers: what is remembered, and how it fits a smaller screen."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

LEFT_MIN, RIGHT_MIN, CENTRE_MIN = 220, 250, 420
BOTTOM_MIN, TOP_MIN = 120, 200


@dataclass(frozen=True)
class FrameLayout:
    """Pixels of the parts around the centre, and the share of the left column that the sites take (per mille)."""

    left: int = 312
    right: int = 318
    bottom: int = 252
    sites_share: int = 530
    has_left: bool = True
    has_right: bool = True
    has_bottom: bool = True

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def from_bytes(state: bytes) -> FrameLayout:
        """What cannot be read is as if never saved."""
        try:
            values = json.loads(state)
        except ValueError:
            return FrameLayout()
        if not isinstance(values, dict):
            return FrameLayout()
        standard = FrameLayout()
        known = {
            field.name: values[field.name]
            for field in fields(FrameLayout)
            if type(values.get(field.name)) is type(getattr(standard, field.name))
        }
        return FrameLayout(**known)

    def widths(self, total: int, *, has_left: bool, has_right: bool) -> tuple[int, int, int]:
        """Left, centre, right for a window so wide: the centre keeps its least, the sides give way first."""
        left = max(LEFT_MIN, self.left) if has_left else 0
        right = max(RIGHT_MIN, self.right) if has_right else 0
        over = left + right + CENTRE_MIN - total
        if over > 0 and has_right:
            given = min(over, right - RIGHT_MIN)
            right, over = right - given, over - given
        if over > 0 and has_left:
            left -= min(over, left - LEFT_MIN)
        return left, max(CENTRE_MIN, total - left - right), right

    def heights(self, total: int, *, has_bottom: bool) -> tuple[int, int]:
        """Top and bottom of the centre column; the bottom gives way, and never takes more than six tenths."""
        if not has_bottom:
            return total, 0
        bottom = max(BOTTOM_MIN, min(self.bottom, int(total * 0.6), total - TOP_MIN))
        return max(TOP_MIN, total - bottom), bottom

    def left_heights(self, total: int) -> tuple[int, int]:
        sites = int(total * min(900, max(100, self.sites_share)) / 1000)
        return sites, total - sites
