"""What the readable report of an export says, as plain values; how it is set on paper is the printer's."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chekt_console.domain.site_clock import wall_of, zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.event import Event
    from chekt_console.domain.evidence_manifest import FileEntry
    from chekt_console.domain.ledger_entry import LedgerEntry
    from chekt_console.domain.site import Site

CANNOT_PROVE = (
    "That the clocks of the camera, the panel, CHeKT and this computer were right. Times are repeated as they were told.",
    "That the picture is genuine before it reached CHeKT. The camera does not sign it, and nobody watched the way from "
    "the camera to the server.",
    "That the server gave everything it had, or that nothing happened where no event is listed.",
    "Who sat at the computer. The ledger names the account that was signed in to the operating system.",
    "When it was signed, beyond the word of this computer's clock: no outside time stamp is attached.",
    "That the ledger is complete. It shows changes to what it holds; whoever controls this computer and its key could "
    "have written it anew before the export.",
    "That the key belongs to the exporter. Compare its fingerprint with the one the exporter tells you on another way.",
)
RAW_NAME = "event-as-received.json"
PROVES = (
    "Each file is, bit for bit, what was written at the export, as long as the signature holds and the key is the "
    "exporter's. The clip is the file the server delivered: it was not converted, cut or edited. Still pictures are "
    "frames of it, stored without loss."
)
_MOST_CHARS = 1500
_DECISIONS = {"real": "Real alarm", "false": "False alarm", "unsure": "Unsure"}


@dataclass(frozen=True)
class Picture:
    """`path` is below the export's folder."""

    path: str
    caption: str


@dataclass(frozen=True)
class Section:
    heading: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    title: str
    subtitle: str
    sections: list[Section]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class EventEvidence:
    """What was gathered of one event. `clip_missing`: why there is no clip, or "". `clip_start_ms`: of its first frame."""

    event: Event
    site: Site | None
    note: str = ""
    clip: FileEntry | None = None
    clip_missing: str = ""
    clip_start_ms: int | None = None
    clip_facts: str = ""
    stills: list[tuple[str, str, float]] = field(
        default_factory=list
    )  # name, path, seconds from the first frame
    stills_missing: str = ""
    is_raw_there: bool = False


def both_times(instant_ms: int, site: Site | None) -> str:
    """Site time first, then UTC, to the millisecond."""
    try:
        utc = datetime.fromtimestamp(instant_ms / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return f"{instant_ms} ms since 1970, which is no time of any calendar"
    told = f"{utc:%Y-%m-%d %H:%M:%S}.{instant_ms % 1000:03d} UTC"
    zone = zone_of(site.timezone) if site is not None else None
    if zone is None:
        return f"{told} (the site's time zone is not known)"
    wall = wall_of(instant_ms, zone)
    return f"{wall:%Y-%m-%d %H:%M:%S}.{instant_ms % 1000:03d} at the site ({wall:%Z}, UTC{wall:%z}) = {told}"


def event_section(number: int, evidence: EventEvidence) -> Section:
    event, site = evidence.event, evidence.site
    name = site.name if site is not None else f"site {event.site_id}"
    rows = [
        ("Site", name),
        ("Address", site.address if site is not None else ""),
        ("Event", " · ".join(one for one in (event.kind.label, event.subtype, event.text) if one)),
        ("Time", both_times(event.instant_ms, site)),
        ("Device", event.device_name or event.device_key or "not told"),
        ("Zone", str(event.zone_number) if event.zone_number is not None else ""),
        ("Event number", event.event_id),
        ("Decision", _DECISIONS.get(event.decision, event.decision) or "None yet"),
        ("Note", evidence.note),
        (
            "Server's own record",
            RAW_NAME if evidence.is_raw_there else "The server no longer lists it",
        ),
        *_clip_rows(evidence),
    ]
    pictures = [
        Picture(
            path,
            f"{_STILL_WORDS[still]}, {seconds:.3f} s from the first frame{_still_time(evidence, seconds)}",
        )
        for still, path, seconds in evidence.stills
    ]
    heading = f"Event {number}: {event.kind.label} at {short(name)}"
    return Section(heading, [(head, short(text)) for head, text in rows if text], pictures=pictures)


def short(text: str) -> str:
    """A report is to be read; the whole of it is in event.json."""
    return text if len(text) <= _MOST_CHARS else text[:_MOST_CHARS] + "… (goes on in event.json)"


_STILL_WORDS = {"first": "First frame", "alarm": "Frame at the alarm's instant", "last": "Last frame"}


def _still_time(evidence: EventEvidence, seconds: float) -> str:
    if evidence.clip_start_ms is None:
        return ""
    return f": {both_times(evidence.clip_start_ms + round(seconds * 1000), evidence.site)}"


def _clip_rows(evidence: EventEvidence) -> list[tuple[str, str]]:
    if evidence.clip is None:
        return [("Clip", evidence.clip_missing or "None")]
    rows = [
        ("Clip", evidence.clip.path),
        ("Clip's size", f"{evidence.clip.size:,} bytes"),
        ("Clip's SHA-256", evidence.clip.sha256),
    ]
    if evidence.clip_facts:
        rows.append(("Clip's content", evidence.clip_facts))
    if evidence.clip_start_ms is not None:
        rows.append(("Clip's first frame", both_times(evidence.clip_start_ms, evidence.site)))
    else:
        rows.append(("Clip's first frame", "The server does not tell when the clip begins"))
    if evidence.stills_missing:
        rows.append(("Still pictures", f"None: {evidence.stills_missing}"))
    return rows


def ledger_section(entries: Sequence[LedgerEntry], event_ids: frozenset[str]) -> Section:
    rows = []
    for entry in entries:
        facts = entry.facts()
        if event_ids.intersection(str(one) for one in facts.get("events", ())):
            at = datetime.fromtimestamp(int(facts["at_ms"]) / 1000, UTC)
            words = [str(facts["action"]), "by", str(facts["who"])]
            for key in ("decision", "cause", "note"):
                if facts.get(key):
                    words.append(f"· {key}: {short(str(facts[key]))}")
            rows.append((f"{entry.number}  {at:%Y-%m-%d %H:%M:%S} UTC", " ".join(words)))
    return Section(
        "Who viewed, decided and exported",
        rows,
        [
            "Each entry carries the hash of the one before. Entries on other events are in ledger.jsonl as hashes only."
        ],
    )


def files_section(files: Sequence[FileEntry]) -> Section:
    rows = [(one.path, f"{one.size:,} bytes · SHA-256 {one.sha256}") for one in files]
    return Section("Files", rows, ["This report, the instructions and the sums are listed in manifest.json."])


def proof_section(key_sha256: str, *, is_session_only: bool) -> Section:
    paragraphs = [PROVES]
    if is_session_only:
        paragraphs.append(
            "The key of this export was kept in memory only, because the exporting computer has no safe keyring. It is "
            "gone when the program ends: another export has another key."
        )
    rows = [("Key", "Ed25519"), ("SHA-256 of the key", key_sha256)]
    return Section("What this export proves", rows, paragraphs)


def limits_section() -> Section:
    return Section("What this export cannot prove", points=list(CANNOT_PROVE))
