"""Gathers what there is of each event into an export: the server's record, the clip untouched, stills of it."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from chekt_console.domain.evidence_report import RAW_NAME, EventEvidence
from chekt_console.domain.safe_names import evidence_name
from chekt_console.domain.site_clock import zone_of
from chekt_console.errors import DiskFailed, Unreachable, WorldFailed
from chekt_console.media.stills import stills_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.clip_service import ClipService, LocalClip
    from chekt_console.services.evidence_writer import EvidenceWriter
    from chekt_console.store.local import KeptDecision


@dataclass(frozen=True)
class EvidenceSources:
    """Where the parts of an export come from. `raw`: the server's own record of an event; `decision`: kept here."""

    clips: ClipService
    raw: Callable[[str, str, int], bytes | None]
    decision: Callable[[str], KeptDecision | None]
    connection: str
    is_simulated: bool
    program: str


class EvidenceGatherer:
    """For one export of `count` events; each takes three of its `steps`."""

    def __init__(
        self, sources: EvidenceSources, writer: EvidenceWriter, progress: Progress, count: int, steps: int
    ) -> None:
        self._sources = sources
        self._writer = writer
        self._progress = progress
        self._count = count
        self._steps = steps
        self._is_offline = False

    def gather(
        self, event: Event, site: Site | None, number: int, following: Sequence[Event] = ()
    ) -> EventEvidence:
        """`number` from 1; `following` are gathered next. What the server cannot give is told in what is returned; DiskFailed
        and Cancelled are raised."""
        folder = f"{number:02d}"
        self._report(number, 0, "asking for the server's record")
        raw = self._raw(event)
        if raw is not None:
            self._writer.write(f"{folder}/{RAW_NAME}", raw)
        self._writer.write(f"{folder}/event.json", _event_json(event))
        kept = self._sources.decision(event.event_id)
        # Not beside the words of a decision that was made since the event was chosen.
        note = kept.note if kept is not None and kept.decision == event.decision else ""
        known = EventEvidence(event, site, note=note, is_raw_there=raw is not None)
        self._report(number, 1, "getting the clip")
        try:
            clip = self._clip(event, following)
        except DiskFailed:
            raise
        except WorldFailed as error:
            return replace(known, clip_missing=error.sentence)
        if clip is None:
            return replace(known, clip_missing="This event has no video")
        self._report(number, 2, "copying the clip and taking stills")
        return self._with_clip(folder, known, clip)

    def _report(self, number: int, step: int, text: str) -> None:
        self._progress.report(
            (number - 1) * 3 + step, self._steps, f"Event {number} of {self._count}: {text}"
        )

    def _raw(self, event: Event) -> bytes | None:
        """Once the server was out of reach it is not waited for again."""
        if self._is_offline:
            return None
        try:
            return self._sources.raw(event.site_id, event.event_id, event.instant_ms)
        except DiskFailed:
            raise
        except WorldFailed as error:
            self._is_offline = isinstance(error, Unreachable)
            return None

    def _clip(self, event: Event, following: Sequence[Event]) -> LocalClip | None:
        if not event.has_video:
            return None
        within = _OnlyGoingOn(self._progress)
        return self._sources.clips.fetch(event, within, can_wait=False, beside=following)

    def _with_clip(self, folder: str, known: EventEvidence, clip: LocalClip) -> EventEvidence:
        event, site = known.event, known.site
        try:
            with tempfile.TemporaryDirectory(prefix="chekt-stills-") as work:
                stills = stills_of(clip.path, Path(work), clip.alarm_offset_s, self._progress)
        except OSError as error:
            raise DiskFailed(
                "Nothing was exported: there is no room for temporary files on this computer.",
                detail=str(error),
            ) from error
        start_ms = clip.start_ms if clip.start_ms is not None else event.instant_ms
        stem = evidence_name(
            site.name if site else "",
            event.device_name,
            start_ms,
            start_ms + round((stills.duration_s or clip.duration_s or 0.0) * 1000),
            (zone_of(site.timezone) if site else None) or UTC,
        )
        entry = self._writer.copy(clip.path, f"{folder}/{stem}.mp4", self._progress)
        pictures = []
        for still, png in stills.pictures.items():
            path = f"{folder}/{stem}_{still}.png"
            self._writer.write(path, png)
            pictures.append((still, path, stills.at_s[still]))
        return replace(
            known,
            clip=entry,
            clip_start_ms=clip.start_ms,
            clip_facts=stills.words(),
            stills=pictures,
            stills_missing=f"the clip gives no picture: {stills.failed}" if stills.failed else "",
        )


class _OnlyGoingOn:
    """A download's bytes are not the export's steps: only whether to go on is passed."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def report(self, done: int, total: int, text: str = "") -> None:
        self._progress.check()

    def partial(self, value: object) -> None:
        self._progress.check()

    def check(self) -> None:
        self._progress.check()


def _event_json(event: Event) -> bytes:
    """What the console understood, readable."""
    facts = {name: value for name, value in asdict(event).items() if value not in ("", None)}
    facts["kind"] = event.kind.label
    if event.mode is not None:
        facts["mode"] = event.mode.name.lower()
    text = json.dumps(facts, indent=2, ensure_ascii=False, default=str)
    return text.encode("utf-8", "backslashreplace") + b"\n"
