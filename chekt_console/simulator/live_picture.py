"""One simulated camera's live view: a JPEG for any instant, with somebody passing now and then."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

from PIL import Image

from chekt_console.simulator.scene import Scene
from chekt_console.simulator.scene_light import daylight_share
from chekt_console.simulator.scene_sprite import Actor

_VISIT_MS = 40_000
_DAY_VISITS, _NIGHT_VISITS = 0.65, 0.2
_QUALITY = 78
_SIZES_KEPT = 2


class LivePicture:
    """For one caller at a time. The first picture of a size, and each change of daylight, takes a second or two."""

    def __init__(self, site_name: str, camera_name: str, timezone: str, seed: int | str = 0) -> None:
        self._names = (site_name, camera_name, timezone)
        self._seed = seed
        self._scenes: dict[tuple[int, int], Scene] = {}

    def jpeg(self, now_ms: int, width: int = 1280, height: int = 720) -> bytes:
        scene = self._scene(width, height)
        hour = scene.local_hour(now_ms)
        scene.prepare(_light_hour(hour), is_lit=False)
        picture = scene.frame(now_ms, self._visitors(scene, hour, now_ms))
        out = io.BytesIO()
        Image.fromarray(picture).save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()

    def _scene(self, width: int, height: int) -> Scene:
        if (width, height) not in self._scenes:
            while len(self._scenes) >= _SIZES_KEPT:
                self._scenes.pop(next(iter(self._scenes)))
            self._scenes[width, height] = Scene(*self._names, width=width, height=height)
        return self._scenes[width, height]

    def _visitors(self, scene: Scene, hour: float, now_ms: int) -> Sequence[Actor]:
        """The same for everybody who looks at the same instant."""
        visit = now_ms // _VISIT_MS
        dice = random.Random(f"{self._names}{self._seed}{visit}")
        is_day = daylight_share(hour) > 0.5
        if dice.random() > (_DAY_VISITS if is_day else _NIGHT_VISITS):
            return ()
        who = dice.choice(("staff", "staff", "cleaner") if is_day else ("animal", "staff"))
        came_ms = visit * _VISIT_MS + dice.randrange(2000, 8000)
        return scene.actors(who, came_ms, now_ms, goes_back=True)


def _light_hour(hour: float) -> float:
    """Steps in which the light changes: quarters of an hour at dawn and dusk, hours by day; a night is one."""
    share = daylight_share(hour)
    if share == 0:
        return 0.0
    return round(hour * 4) / 4 if share < 1 else float(int(hour))
