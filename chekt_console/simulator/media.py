"""Clips, thumbnails and live pictures: what is heavy is loaded and made at the first request for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from chekt_console.simulator.clip_shelf import ClipShelf, EncodingFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chekt_console.simulator.clip_spec import ClipSpec
    from chekt_console.simulator.live_picture import LivePicture

_MAX_PICTURES = 64


class Media:
    def __init__(self, folder: Path) -> None:
        self._shelf = ClipShelf(folder)
        self._painter = ThreadPoolExecutor(1, "simulator-painter")
        self._pictures: OrderedDict[int, LivePicture] = OrderedDict()
        self._warming: set[asyncio.Task[None]] = set()

    async def clip(self, spec: ClipSpec) -> Path:
        return await self._shelf.path_for(spec)

    def warm(self, specs: Sequence[ClipSpec]) -> None:
        """Has clips ready that will be wanted soon, one after the other."""
        task = asyncio.create_task(self._warm(specs))
        self._warming.add(task)
        task.add_done_callback(self._warming.discard)

    async def _warm(self, specs: Sequence[ClipSpec]) -> None:
        for spec in specs:
            # Who asks for this clip is told why it cannot be made.
            with contextlib.suppress(EncodingFailed):
                await self.clip(spec)

    async def jpeg(
        self,
        device_id: int,
        site_name: str,
        camera_name: str,
        timezone: str,
        now_ms: int,
        size: tuple[int, int],
    ) -> bytes:
        """What the camera sees at that instant. Painted outside the loop: a frame takes tens of milliseconds."""

        def paint() -> bytes:
            # Here for start-up time: numpy and Pillow cost more than the rest of the server.
            from chekt_console.simulator.live_picture import LivePicture

            picture = self._pictures.pop(device_id, None) or LivePicture(
                site_name, camera_name, timezone, device_id
            )
            self._pictures[device_id] = picture
            if len(self._pictures) > _MAX_PICTURES:
                self._pictures.popitem(last=False)
            return picture.jpeg(now_ms, width=size[0], height=size[1])

        return await asyncio.get_running_loop().run_in_executor(self._painter, paint)

    async def close(self) -> None:
        for task in self._warming:
            task.cancel()
        await self._shelf.close()
        self._painter.shutdown(wait=False, cancel_futures=True)
