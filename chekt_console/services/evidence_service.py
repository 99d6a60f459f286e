"""Exports events as a folder of evidence that anyone can check, and keeps the ledger of what was done with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from chekt_console.domain import evidence_manifest as form
from chekt_console.domain import evidence_report as words
from chekt_console.domain.evidence_readme import readme
from chekt_console.domain.ledger_entry import DECIDED, EXPORT_BEGAN, EXPORTED, VIEWED, excerpt
from chekt_console.domain.safe_names import export_name
from chekt_console.domain.site_clock import zone_of
from chekt_console.errors import DiskFailed, WorldFailed
from chekt_console.services.evidence_gatherer import EvidenceGatherer
from chekt_console.services.evidence_writer import EvidenceWriter
from chekt_console.services.system_account import account_name
from chekt_console.store.decision_steps import BY_CENTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from chekt_console.auth.evidence_key import EvidenceKey, EvidenceKeys
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.event import Event
    from chekt_console.domain.ledger_entry import LedgerEntry
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.evidence_gatherer import EvidenceSources
    from chekt_console.store.ledger import Ledger
    from chekt_console.store.local import KeptDecision

MOST_EVENTS = 200


class ReportPrinter(Protocol):
    def __call__(self, report: words.Report, pictures: Path, progress: Progress) -> bytes:
        """A PDF; the report's pictures are below that folder. Raises WorldFailed, Cancelled."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """`files`: those that the signed list names; the list and its signature lie beside them. `missing`: sentences on what
    could not be had; the export is whole without it and says so."""

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
        if kept is not None and kept.decision == event.decision:  # not the words of a decision made since
            detail |= {"note": kept.note, "cause": kept.cause}
        self._record(DECIDED, (event.event_id,), detail)

    def record_missed(self, kept: Iterable[KeptDecision], before_ms: int) -> int:
        """Decisions of before that instant which are on disk and not in the ledger: the program ended in between. Returns
        how many were added."""
        told: dict[str, str] = {}
        for entry in self._ledger.entries():
            facts = entry.facts()
            if facts.get("action") == DECIDED:
                told.update((str(event_id), str(facts.get("decision"))) for event_id in facts["events"])
        missed = 0
        for one in kept:
            decision = one.decision or "taken back"
            decided_ms = round(one.decided_at.timestamp() * 1000)
            is_ours = decided_ms < before_ms and not one.note.startswith(BY_CENTER)
            if not is_ours or told.get(one.event_id, "taken back") == decision:
                continue
            detail = {"decision": decision, "note": one.note, "cause": one.cause, "decided_ms": decided_ms}
            self._record(DECIDED, (one.event_id,), detail | {"recorded": "at the next start"})
            missed += 1
        return missed

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
            gatherer = EvidenceGatherer(self._sources, writer, progress, len(ordered), steps)
            gathered = [
                gatherer.gather(event, sites.get(event.site_id), number, ordered[number:])
                for number, event in enumerate(ordered, 1)
            ]
            progress.report(steps - 4, steps, "Writing the ledger and the report")
            entries = self._ledger.checked_entries()
            chain = excerpt(entries, frozenset(ids))
            writer.write(form.LEDGER_NAME, chain)
            writer.write(form.KEY_NAME, key.public_pem)
            now = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
            created = f"{now:%Y-%m-%d %H:%M:%S} UTC"
            report = self._report(gathered, entries, key, writer.files, created)
            writer.write(form.REPORT_NAME, self._printer(report, writer.path, progress))
            progress.report(steps - 3, steps, "Writing the instructions")
            self._sign(writer, report.title, created, key, entries, progress, steps)
            progress.report(steps, steps, "Moving it into place")
            path = writer.finish()
        size = sum(one.size for one in writer.files)
        listed = sum(one.path not in (form.MANIFEST_NAME, form.SIGNATURE_NAME) for one in writer.files)
        manifest_sha256 = next(one.sha256 for one in writer.files if one.path == form.MANIFEST_NAME)
        missing = [
            f"{one.event.kind.label} {one.event.event_id}: {one.clip_missing or one.stills_missing}"
            for one in gathered
            if (one.clip_missing and one.event.has_video) or one.stills_missing
        ]
        try:
            self._record(EXPORTED, ids, {"as": path.name, "manifest_sha256": manifest_sha256})
        except DiskFailed as error:  # the export is whole and in its place all the same
            missing.append(f"The ledger does not tell that this export ended: {error.sentence}")
        return ExportResult(path, len(ordered), listed, size, key.sha256, key.is_session_only, tuple(missing))

    def _record(self, action: str, event_ids: tuple[str, ...], detail: dict[str, object]) -> None:
        self._ledger.add(
            action, at_ms=self._clock.now_ms(), who=self._who, event_ids=event_ids, detail=detail
        )

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
