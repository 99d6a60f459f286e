"""Checks clips against the customer's rules: measured once by a helper process, remembered by the file's checksum."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

from chekt_console.domain.clip_check import MeasuredClip, Verdict, check_clip
from chekt_console.domain.event import EventKind
from chekt_console.errors import ConsoleError
from chekt_console.media.clip_measure import measure_clip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.services.clip_service import LocalClip
    from chekt_console.services.ports import Client

_VERSION = 2  # a new number makes older measures be taken again
_MOST_KEPT = 5_000
_CHUNK = 1 << 20


class ClipCheckService:
    """`folder`: of the connection; one small file a measured clip."""

    def __init__(
        self,
        client: Client,
        folder: Path,
        measure: Callable[[Path, Progress], MeasuredClip] = measure_clip,
    ) -> None:
        self._client = client
        self._folder = folder
        self._measure = measure

    def check(self, clip: LocalClip, event: Event, progress: Progress) -> Verdict:
        """Blocks until the clip is decoded to its end; Cancelled ends the helper. What a clip does costs no error.

        The verdict is handed over as soon as the file is measured, and again with the delay the server tells.
        """
        measured = replace(self.measured(clip.path, progress), alarm_offset_s=clip.alarm_offset_s)
        verdict = check_clip(measured)
        progress.partial(verdict)
        if event.kind is not EventKind.ALARM:
            return verdict
        delay_s = self._arrival_s(event)
        return check_clip(replace(measured, arrival_delay_s=delay_s, is_arrival_untold=delay_s is None))

    def measured(self, path: Path, progress: Progress) -> MeasuredClip:
        try:
            name = self._digest(path, progress)
        except OSError:
            return MeasuredClip(not_checked="the file could not be read from the disk")
        kept = self._kept(name)
        if kept is not None:
            return kept
        found = self._measure(path, progress)
        if not found.not_checked:  # what failed for another reason than the clip is tried again
            self._keep(name, found)
        return found

    def _arrival_s(self, event: Event) -> float | None:
        """From the event to the server having its video; None when the server does not tell."""
        try:
            steps = self._client.events.delivery(event.event_id)
        except ConsoleError:
            return None  # the connection's own state is told elsewhere
        if steps is None or steps.attached_ms is None:
            return None
        return max(0, steps.attached_ms - steps.occurred_ms) / 1000

    @staticmethod
    def _digest(path: Path, progress: Progress) -> str:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                progress.check()
                digest.update(chunk)
        return digest.hexdigest()

    def _kept(self, name: str) -> MeasuredClip | None:
        with contextlib.suppress(OSError, ValueError, TypeError):
            told = json.loads((self._folder / f"{name}.json").read_text("utf-8"))
            if told.pop("version") == _VERSION and told.keys() <= {
                field.name for field in fields(MeasuredClip)
            }:
                return MeasuredClip(**told)
        return None

    def _keep(self, name: str, found: MeasuredClip) -> None:
        """A disk that is full costs only the memory of it."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._folder / f"{name}.{os.getpid()}.part"
            part.write_text(json.dumps({"version": _VERSION, **asdict(found)}), "utf-8")
            os.replace(part, self._folder / f"{name}.json")
            self._make_room()

    def _make_room(self) -> None:
        kept = list(self._folder.glob("*.json"))
        if len(kept) <= _MOST_KEPT:
            return
        kept.sort(key=lambda path: path.stat().st_mtime)
        for path in kept[: len(kept) - _MOST_KEPT // 2]:
            path.unlink(missing_ok=True)
