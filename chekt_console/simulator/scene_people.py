"""People and animals of a simulated picture, with joints that move as they walk."""

from __future__ import annotations

import math
from dataclasses import dataclass

from chekt_console.simulator.scene_sprite import Actor, Beam, Limb
from chekt_console.simulator.scene_surface import Colour, Point

_SKIN: Colour = (0.55, 0.4, 0.32)
_STRIDE_M = 1.45


@dataclass(frozen=True)
class Pose:
    """Where something is: floor point, heading (0 is away from the camera), metres gone so far, and if it moves."""

    x: float
    z: float
    heading: float
    gone_m: float
    is_moving: bool

    def put(self, ahead: float, right: float, up: float) -> Point:
        """A point of the body, in metres from where it stands, as a point of the room."""
        sin, cos = math.sin(self.heading), math.cos(self.heading)
        return self.x + ahead * sin + right * cos, up, self.z + ahead * cos - right * sin

    def ring(self, ahead_m: float, right_m: float) -> tuple[Point, ...]:
        """An oval on the floor around it, for the shadow."""
        turns = [n * math.pi / 8 for n in range(16)]
        return tuple(self.put(ahead_m * math.cos(turn), right_m * math.sin(turn), 0.01) for turn in turns)


@dataclass(frozen=True)
class Clothes:
    coat: Colour
    trousers: Colour
    cap: Colour
    has_mop: bool = False
    has_bag: bool = False


INTRUDER = Clothes((0.3, 0.31, 0.35), (0.17, 0.18, 0.24), (0.1, 0.1, 0.11), has_bag=True)
CLEANER = Clothes((0.75, 0.62, 0.1), (0.12, 0.2, 0.36), (0.3, 0.2, 0.12), has_mop=True)
STAFF = Clothes((0.16, 0.3, 0.5), (0.2, 0.19, 0.18), (0.22, 0.15, 0.1))


def person(pose: Pose, clothes: Clothes, now_ms: int) -> Actor:
    step = 2 * math.pi * pose.gone_m / _STRIDE_M
    swing = (0.36 if clothes.has_mop else 0.5) if pose.is_moving else 0.06
    breath = 0.006 * math.sin(now_ms / 700)
    look = 0.0 if pose.is_moving else 0.05 * math.sin(now_ms / 900)
    legs = [_leg(step + side, swing) for side in (0.0, math.pi)]
    # The lower foot stands on the floor, so that the body rises and falls with the stride.
    base = 0.06 - min(leg[1][1] for leg in legs)
    parts: list[Limb] = []
    for right, (knee, ankle) in zip((0.095, -0.095), legs, strict=True):
        hip_at, knee_at = pose.put(0, right, base), pose.put(knee[0], right, base + knee[1])
        ankle_at = pose.put(ankle[0], right, base + ankle[1])
        toe_at = pose.put(ankle[0] + 0.17, right * 1.15, base + ankle[1] - 0.01)
        parts += [
            Limb(hip_at, knee_at, 0.098, 0.072, clothes.trousers),
            Limb(knee_at, ankle_at, 0.07, 0.05, clothes.trousers),
            Limb(ankle_at, toe_at, 0.055, 0.04, (0.07, 0.07, 0.07)),
        ]
    lean = 0.05 if pose.is_moving else 0.0
    hands: list[Point] = []
    for right, side in ((0.225, math.pi), (-0.225, 0.0)):
        angle = (
            swing * 0.85 * math.sin(step + side)
            if not clothes.has_mop
            else 0.55 + 0.1 * math.sin(now_ms / 420)
        )
        elbow = (lean + 0.28 * math.sin(angle), 0.50 - 0.28 * math.cos(angle))
        bend = angle + (0.35 if pose.is_moving else 0.15)
        hand = (elbow[0] + 0.26 * math.sin(bend), elbow[1] - 0.26 * math.cos(bend))
        shoulder_at = pose.put(lean, right * 0.9, base + 0.5)
        elbow_at = pose.put(elbow[0], right * 1.1, base + elbow[1])
        hand_at = pose.put(hand[0], right * (0.5 if clothes.has_mop else 1.05), base + hand[1])
        hands.append(hand_at)
        parts += [
            Limb(shoulder_at, elbow_at, 0.07, 0.055, clothes.coat),
            Limb(elbow_at, hand_at, 0.052, 0.04, clothes.coat),
            Limb(hand_at, hand_at, 0.045, 0.045, _SKIN),
        ]
    chest = base + 0.46 + breath
    parts += [
        *(
            Limb(
                pose.put(0, right * 0.8, base + 0.06),
                pose.put(lean, right, chest),
                0.115,
                0.125,
                clothes.coat,
            )
            for right in (0.085, 0.0, -0.085)
        ),
        Limb(pose.put(lean, 0, chest + 0.08), pose.put(lean + 0.02, 0, chest + 0.2), 0.06, 0.055, _SKIN),
        Limb(
            pose.put(lean + 0.05, look, chest + 0.27),
            pose.put(lean + 0.04, look, chest + 0.31),
            0.088,
            0.095,
            _SKIN,
        ),
        Limb(
            pose.put(lean + 0.0, look, chest + 0.31),
            pose.put(lean + 0.03, look, chest + 0.345),
            0.103,
            0.098,
            clothes.cap,
        ),
    ]
    if clothes.has_bag:
        parts.append(
            Limb(
                pose.put(-0.17, 0, chest - 0.22),
                pose.put(-0.17, 0, chest + 0.02),
                0.14,
                0.12,
                (0.2, 0.16, 0.1),
            )
        )
    if clothes.has_mop:
        sweep = 0.35 * math.sin(now_ms / 420)
        foot = pose.put(0.85, sweep, 0.05)
        parts += [
            Limb(hands[0], foot, 0.016, 0.016, (0.6, 0.5, 0.35)),
            Limb(
                pose.put(0.85, sweep - 0.16, 0.04),
                pose.put(0.85, sweep + 0.16, 0.04),
                0.05,
                0.05,
                (0.7, 0.7, 0.7),
            ),
            Limb(
                pose.put(0.01, -0.12, base + 0.22),
                pose.put(0.01, 0.12, base + 0.22),
                0.118,
                0.118,
                (0.9, 0.9, 0.86),
            ),
        ]
    return Actor((pose.x, pose.z), tuple(parts), pose.ring(0.36, 0.27))


def _leg(step: float, swing: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Knee and ankle below the hip, as (ahead, up)."""
    thigh = swing * math.sin(step)
    bend = swing * 1.5 * max(0.0, math.cos(step)) + 0.06
    knee = (0.43 * math.sin(thigh), -0.43 * math.cos(thigh))
    shin = thigh - bend
    return knee, (knee[0] + 0.43 * math.sin(shin), knee[1] - 0.43 * math.cos(shin))


def animal(pose: Pose, coat: Colour, now_ms: int, *, eyes_shine: bool) -> Actor:
    """A fox or a dog, 45 cm high at the back."""
    step = 2 * math.pi * pose.gone_m / 0.8
    swing = 0.55 if pose.is_moving else 0.05
    pale = (min(1.0, coat[0] * 1.7), min(1.0, coat[1] * 1.7), min(1.0, coat[2] * 1.7))
    bob = 0.02 * math.sin(2 * step) if pose.is_moving else 0.0
    back = 0.44 + bob
    parts: list[Limb] = []
    for ahead, right, turn in (
        (0.28, 0.09, 0.0),
        (0.28, -0.09, math.pi),
        (-0.26, 0.09, math.pi),
        (-0.26, -0.09, 0.0),
    ):
        angle = swing * math.sin(step + turn)
        fold = 0.12 * swing * max(0.0, math.cos(step + turn))
        knee = (ahead + 0.2 * math.sin(angle), back - 0.22)
        foot = (ahead + 0.36 * math.sin(angle), 0.04 + fold)
        parts += [
            Limb(pose.put(ahead, right, back - 0.05), pose.put(knee[0], right, knee[1]), 0.07, 0.042, coat),
            Limb(pose.put(knee[0], right, knee[1]), pose.put(foot[0], right, foot[1]), 0.036, 0.03, coat),
        ]
    nod = 0.03 * math.sin(now_ms / 500)
    wag = 0.12 * math.sin(now_ms / 260)
    parts += [
        Limb(pose.put(-0.28, 0, back), pose.put(0.3, 0, back + 0.02), 0.115, 0.13, coat),
        Limb(pose.put(0.3, 0, back + 0.05), pose.put(0.44, 0, back + 0.19 + nod), 0.085, 0.075, coat),
        Limb(pose.put(0.46, 0, back + 0.21 + nod), pose.put(0.64, 0, back + 0.15 + nod), 0.085, 0.035, pale),
        Limb(
            pose.put(0.43, 0.05, back + 0.27 + nod),
            pose.put(0.42, 0.06, back + 0.37 + nod),
            0.035,
            0.012,
            coat,
        ),
        Limb(
            pose.put(0.43, -0.05, back + 0.27 + nod),
            pose.put(0.42, -0.06, back + 0.37 + nod),
            0.035,
            0.012,
            coat,
        ),
        Limb(pose.put(-0.36, 0, back), pose.put(-0.66, wag, back - 0.1), 0.05, 0.075, coat),
        Limb(pose.put(-0.66, wag, back - 0.1), pose.put(-0.76, wag * 1.2, back - 0.12), 0.07, 0.03, pale),
    ]
    beams: tuple[Beam, ...] = ()
    if eyes_shine and math.cos(pose.heading) < 0.2:
        beams = tuple(
            Beam(pose.put(0.56, side, back + 0.24 + nod), 0.03, (0.9, 1.0, 0.9), 0.8)
            for side in (0.04, -0.04)
        )
    return Actor((pose.x, pose.z), tuple(parts), pose.ring(0.5, 0.2), beams)
