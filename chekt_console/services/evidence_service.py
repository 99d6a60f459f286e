"""Exports events as a folder of evidence that anyone can check, and keeps the ledger of what was done with them."""

from __future__ import annotations

import getpass
import json
import platform
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from chekt_console.domain import evidence_manifest as form
from chekt_console.domain import evidence_report as words
from chekt_console.domain.evidence_readme import readme
from chekt_console.domain.ledger_entry import DECIDED, EXPORT_BEGAN, EXPORTED, VIEWED, excerpt
from chekt_console.domain.safe_names import evidence_name, export_name
from chekt_console.domain.site_clock import zone_of
from chekt_console.errors import ClipUnavailable, DiskFailed, WorldFailed
from chekt_console.media.stills import stills_of
from chekt_console.services.evidence_writer import EvidenceWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chekt_console.auth.evidence_key import EvidenceKey, EvidenceKeys
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.event import Event
    from chekt_console.domain.ledger_entry import LedgerEntry
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.clip_service import ClipService, LocalClip
    from chekt_console.store.ledger import Ledger
    from chekt_console.store.local import KeptDecision

MOST_EVENTS = 200
RAW_NAME = "event-as-received.json"


class ReportPrinter(Protocol):
    def __call__(self, report: words.Report, pictures: Path) -> bytes:
        """A PDF; the report's pictures are below that folder. Raises WorldFailed."""


@dataclass(frozen=True)
class EvidenceSources:
    """Where the parts of an export come from. `raw`: the server's own record of an event; `decision`: kept here."""

    clips: ClipService
    raw: Callable[[str, str, int], bytes | None]
    decision: Callable[[str], KeptDecision | None]
    connection: str
    is_simulated: bool
    program: str


@dataclass(frozen=True, slots=True)
class ExportResult:
    """`missing`: sentences on what could not be had; the export is whole without it and says so."""

    path: Path
    events: int
    files: int
    size: int
    key_sha256: str
    is_session_only: bool
    missing: tuple[str, ...]


class EvidenceService:
    """Every method blocks: call it in a worker."""

    def __init__(
        self,
        sources: EvidenceSources,
        ledger: Ledger,
        keys: EvidenceKeys,
        printer: ReportPrinter,
        clock: Clock,
        who: str = "",
    ) -> None:
        self._sources = sources
        self._ledger = ledger
        self._keys = keys
        self._printer = printer
        self._clock = clock
        self._who = who or account_name()

    def record_view(self, event: Event) -> None:
        """The clip of this event was shown."""
        self._record(VIEWED, (event.event_id,), {"instant_ms": event.instant_ms})

    def record_decision(self, event: Event) -> None:
        """A decision, or one taken back, is on disk."""
        kept = self._sources.decision(event.event_id)
        detail: dict[str, object] = {"decision": event.decision or "taken back"}
        if kept is not None:
            detail |= {"note": kept.note, "cause": kept.cause}
        self._record(DECIDED, (event.event_id,), detail)

    def what_is_wrong_with_ledger(self) -> str:
        return self._ledger.what_is_wrong()

    def export(
        self, events: Sequence[Event], sites: Mapping[str, Site], folder: Path, progress: Progress
    ) -> ExportResult:
        """A new folder below `folder`, whole or not there at all. Raises DiskFailed, LedgerBroken, Cancelled."""
        if not events or len(events) > MOST_EVENTS:
            raise WorldFailed(f"Choose between 1 and {MOST_EVENTS} events to export.")
        ordered = sorted(events, key=lambda event: (event.instant_ms, event.event_id))
        steps = len(ordered) * 3 + 4
        progress.report(0, steps, "Checking the ledger")
        self._ledger.checked_entries()
        key = self._keys.key()
        first, site = ordered[0], sites.get(ordered[0].site_id)
        zone = (zone_of(site.timezone) if site else None) or UTC
        name = export_name(site.name if site else "", first.instant_ms, zone, count=len(ordered))
        ids = tuple(event.event_id for event in ordered)
        self._record(EXPORT_BEGAN, ids, {"into": folder.name})
        with EvidenceWriter(folder, name) as writer:
            gathered = []
            for number, event in enumerate(ordered, 1):
                step = _Steps(progress, (number - 1) * 3, steps, f"Event {number} of {len(ordered)}")
                gathered.append(self._gather(writer, event, sites.get(event.site_id), number, step))
            progress.report(steps - 4, steps, "Writing the ledger and the report")
            entries = self._ledger.checked_entries()
            chain = excerpt(entries, frozenset(ids))
            writer.write(form.LEDGER_NAME, chain)
            writer.write(form.KEY_NAME, key.public_pem)
            now = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
            created = f"{now:%Y-%m-%d %H:%M:%S} UTC"
            report = self._report(gathered, entries, key, writer.files, created)
            writer.write(form.REPORT_NAME, self._printer(report, writer.path))
            progress.report(steps - 3, steps, "Writing the instructions")
            self._sign(writer, report.title, created, key, entries, progress, steps)
            progress.report(steps, steps, "Moving it into place")
            path = writer.finish()
        size = sum(one.size for one in writer.files)
        manifest_sha256 = next(one.sha256 for one in writer.files if one.path == form.MANIFEST_NAME)
        self._record(EXPORTED, ids, {"as": path.name, "manifest_sha256": manifest_sha256})
        missing = tuple(
            f"{one.event.kind.label} {one.event.event_id}: {one.clip_missing or one.stills_missing}"
            for one in gathered
            if (one.clip_missing and one.event.has_video) or one.stills_missing
        )
        return ExportResult(
            path, len(ordered), len(writer.files), size, key.sha256, key.is_session_only, missing
        )

    def _record(self, action: str, event_ids: tuple[str, ...], detail: dict[str, object]) -> None:
        self._ledger.add(
            action, at_ms=self._clock.now_ms(), who=self._who, event_ids=event_ids, detail=detail
        )

    def _gather(
        self, writer: EvidenceWriter, event: Event, site: Site | None, number: int, step: _Steps
    ) -> words.EventEvidence:
        folder = f"{number:02d}"
        step.report(0, "asking for the server's record")
        raw = self._raw(event)
        if raw is not None:
            writer.write(f"{folder}/{RAW_NAME}", raw)
        writer.write(f"{folder}/event.json", _event_json(event))
        step.report(1, "getting the clip")
        clip, clip_missing = self._clip(event, step.progress)
        kept = self._sources.decision(event.event_id)
        known = words.EventEvidence(
            event,
            site,
            note=kept.note if kept else "",
            clip_missing=clip_missing,
            is_raw_there=raw is not None,
        )
        if clip is None:
            return known
        step.report(2, "copying the clip and taking stills")
        return self._with_clip(writer, folder, known, clip, step.progress)

    def _with_clip(
        self,
        writer: EvidenceWriter,
        folder: str,
        known: words.EventEvidence,
        clip: LocalClip,
        progress: Progress,
    ) -> words.EventEvidence:
        event, site = known.event, known.site
        try:
            with tempfile.TemporaryDirectory(prefix="chekt-stills-") as work:
                stills = stills_of(clip.path, Path(work), clip.alarm_offset_s)
        except OSError as error:
            raise DiskFailed(
                "Nothing was exported: there is no room for temporary files on this computer.",
                detail=str(error),
            ) from error
        length_s = stills.facts.get("duration_s", clip.duration_s) or 0.0
        start_ms = clip.start_ms if clip.start_ms is not None else event.instant_ms
        stem = evidence_name(
            site.name if site else "",
            event.device_name,
            start_ms,
            start_ms + round(float(length_s) * 1000),
            (zone_of(site.timezone) if site else None) or UTC,
        )
        entry = writer.copy(clip.path, f"{folder}/{stem}.mp4", progress)
        pictures = []
        for still, png in stills.pictures.items():
            path = f"{folder}/{stem}_{still}.png"
            writer.write(path, png)
            pictures.append((still, path, stills.at_s[still]))
        return words.EventEvidence(
            event,
            site,
            known.note,
            entry,
            "",
            clip.start_ms,
            stills.facts,
            pictures,
            f"the clip gives no picture: {stills.failed}" if stills.failed else "",
            known.is_raw_there,
        )

    def _raw(self, event: Event) -> bytes | None:
        try:
            return self._sources.raw(event.site_id, event.event_id, event.instant_ms)
        except DiskFailed:
            raise
        except WorldFailed:
            return None  # offline, or the server keeps it no longer: the report says so

    def _clip(self, event: Event, progress: Progress) -> tuple[LocalClip | None, str]:
        if not event.has_video:
            return None, "This event has no video"
        try:
            return self._sources.clips.fetch(event, _Quiet(progress), can_wait=False), ""
        except DiskFailed:
            raise
        except (ClipUnavailable, WorldFailed) as error:
            return None, error.sentence

    def _report(
        self,
        gathered: Sequence[words.EventEvidence],
        entries: Sequence[LedgerEntry],
        key: EvidenceKey,
        files: Sequence[form.FileEntry],
        created: str,
    ) -> words.Report:
        simulated = "SIMULATED EVENTS, not a real site. " if self._sources.is_simulated else ""
        how_many = "1 event" if len(gathered) == 1 else f"{len(gathered)} events"
        ids = frozenset(one.event.event_id for one in gathered)
        sections = [words.event_section(number, one) for number, one in enumerate(gathered, 1)]
        sections += [
            words.ledger_section(entries, ids),
            words.proof_section(key.sha256, is_session_only=key.is_session_only),
            words.limits_section(),
            words.files_section(files),
        ]
        return words.Report(
            f"Evidence of {how_many}",
            f"{simulated}Exported {created} by {self._who} with {self._sources.program}, "
            f"from the connection “{self._sources.connection}”.",
            sections,
        )

    def _sign(
        self,
        writer: EvidenceWriter,
        title: str,
        created: str,
        key: EvidenceKey,
        entries: Sequence[LedgerEntry],
        progress: Progress,
        steps: int,
    ) -> None:
        """The manifest and its signature come last: without them an export is incomplete."""
        program = self._sources.program
        writer.write(
            form.README_NAME,
            readme(
                title=title,
                created=created,
                program=program,
                key_sha256=key.sha256,
                is_session_only=key.is_session_only,
            ),
        )
        writer.write(form.SUMS_NAME, form.sums_bytes(writer.files))
        manifest = form.manifest_bytes(
            writer.files,
            created_utc=created,
            program=program,
            key_sha256=key.sha256,
            ledger_head=entries[-1].hash,
            ledger_length=entries[-1].number,
        )
        progress.report(steps - 2, steps, "Writing the manifest")
        writer.write(form.MANIFEST_NAME, manifest)
        progress.report(steps - 1, steps, "Signing")
        writer.write(form.SIGNATURE_NAME, key.sign(manifest))


class _Steps:
    """Tells which event is at work."""

    def __init__(self, progress: Progress, done: int, total: int, name: str) -> None:
        self.progress = progress
        self._done = done
        self._total = total
        self._name = name

    def report(self, step: int, text: str) -> None:
        self.progress.report(self._done + step, self._total, f"{self._name}: {text}")


class _Quiet:
    """A download's bytes are not the export's steps: only whether to go on is passed."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def report(self, done: int, total: int, text: str = "") -> None:
        self._progress.check()

    def partial(self, value: object) -> None:
        self._progress.check()

    def check(self) -> None:
        self._progress.check()


def account_name() -> str:
    """Who is signed in to the operating system, and where."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = "unknown account"
    return f"{name} at {platform.node() or 'this computer'}"


def _event_json(event: Event) -> bytes:
    """What the console understood, readable."""
    facts = {name: value for name, value in asdict(event).items() if value not in ("", None)}
    facts["kind"] = event.kind.label
    if event.mode is not None:
        facts["mode"] = event.mode.name.lower()
    text = json.dumps(facts, indent=2, ensure_ascii=False, default=str)
    return text.encode("utf-8", "backslashreplace") + b"\n"
