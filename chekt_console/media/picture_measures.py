"""What the pictures of a clip are like: black, frozen, blurred, gathered one frame after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

_WIDTH, _HEIGHT = 160, 96
_WIDE, _HIGH = 960, 544  # for how sharp it is: the same scale for every camera
_BLACK_TOP = 40  # nearly every point is darker than this; 16 is black in video
_BLACK_SHARE = 0.8  # of the frames
_STILL_STEP = 7  # what coding again at a key frame changes in a point of the small picture
_LETTERING = _HEIGHT * 15 // 100  # rows at the top and at the bottom, where cameras write the time
_FROZEN_S = 3.0
_FROZEN_SHARE = 0.6  # of the clip
_SAMPLES_EVERY_S = 1.0
_MOST_SAMPLES = 24
_TILES = 8
_TILE_CONTRAST = 16.0
_LEAST_TILES = 8  # fewer have anything in them: a wall, fog or the night, of which nothing is said
_STEEP = 0.14


class _Stillness:
    """How long a picture stands still at most. Against the picture that stood first, not the one before: what changes
    slowly is not frozen."""

    def __init__(self) -> None:
        self._reference: NDArray[np.int16] | None = None
        self._from_s = 0.0
        self.longest_s = 0.0

    def add(self, picture: NDArray[np.int16], at_s: float) -> None:
        if self._reference is None or int(np.abs(picture - self._reference).max()) > _STILL_STEP:
            self._reference = picture
            self._from_s = at_s
        self.longest_s = max(self.longest_s, at_s - self._from_s)


class PictureMeasures:
    """Give it every frame in order; `told` is the outcome."""

    def __init__(self) -> None:
        self._frames = 0
        self._black = 0
        self._whole = _Stillness()
        self._inside = _Stillness()
        self._first_s: float | None = None
        self._last_s = 0.0
        self._next_sample_s = 0.0
        self._details: list[float] = []

    def add(self, frame: av.VideoFrame, at_s: float) -> None:
        small = frame.reformat(width=_WIDTH, height=_HEIGHT, format="gray").to_ndarray().astype(np.int16)
        self._frames += 1
        if self._first_s is None:
            self._first_s = self._next_sample_s = at_s
        self._last_s = max(self._last_s, at_s)
        is_black = bool(np.percentile(small, 99) < _BLACK_TOP)
        self._black += is_black
        self._whole.add(small, at_s)
        self._inside.add(small[_LETTERING:-_LETTERING], at_s)
        if at_s >= self._next_sample_s and len(self._details) < _MOST_SAMPLES and not is_black:
            self._next_sample_s = at_s + _SAMPLES_EVERY_S
            found = detail(frame.reformat(width=_WIDE, height=_HIGH, format="gray").to_ndarray())
            if found is not None:
                self._details.append(found)

    def told(self) -> dict[str, Any]:
        span_s = self._last_s - (self._first_s or 0.0)
        is_black = self._frames > 0 and self._black >= _BLACK_SHARE * self._frames
        enough_s = max(_FROZEN_S, _FROZEN_SHARE * span_s)
        still_s = self._whole.longest_s
        is_frozen = not is_black and still_s >= enough_s
        return {
            "is_black": is_black,
            "is_frozen": is_frozen,
            "is_only_lettering": not is_black and not is_frozen and self._inside.longest_s >= enough_s,
            "is_blurred": float(np.median(self._details)) < _STEEP if self._details else None,
            "still_s": round(still_s, 2),
            "detail": round(float(np.median(self._details)), 3) if self._details else None,
        }


def detail(gray: NDArray[Any]) -> float | None:
    """How steep edges are: the largest step between two neighbouring points as a share of the contrast around it.

    The median over the parts of the picture that show something, so that a time stamp written over a soft picture does
    not save it. None when hardly any part shows anything.
    """
    height, width = gray.shape[0] // _TILES, gray.shape[1] // _TILES
    picture = gray[: height * _TILES, : width * _TILES].astype(np.float32)
    tiles = picture.reshape(_TILES, height, _TILES, width).swapaxes(1, 2).reshape(-1, height, width)
    low, high = np.percentile(tiles, (2, 98), axis=(1, 2))
    contrast = high - low
    across = np.abs(np.diff(tiles, axis=2)).reshape(len(tiles), -1)
    down = np.abs(np.diff(tiles, axis=1)).reshape(len(tiles), -1)
    steepest = np.percentile(np.hstack([across, down]), 99.8, axis=1)
    telling = contrast >= _TILE_CONTRAST
    if int(telling.sum()) < _LEAST_TILES:
        return None
    return float(np.median(steepest[telling] / contrast[telling]))
