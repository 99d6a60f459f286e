"""The manifest of an evidence export: size and SHA-256 of every file, in the one way of writing that is signed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

FORMAT = "chekt-evidence-1"
MANIFEST_NAME = "manifest.json"
SIGNATURE_NAME = "manifest.sig"
SUMS_NAME = "SHA256SUMS"
KEY_NAME = "public-key.pem"
LEDGER_NAME = "ledger.jsonl"
README_NAME = "README.txt"
REPORT_NAME = "report.pdf"
UNFINISHED_SUFFIX = ".incomplete"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """`path` is below the export's folder, with forward slashes."""

    path: str
    size: int
    sha256: str


def canonical(value: Any) -> bytes:
    """Sorted keys, no spaces, UTF-8, no NaN, one newline at the end: the same value is always the same bytes."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def manifest_bytes(
    files: list[FileEntry],
    *,
    created_utc: str,
    program: str,
    key_sha256: str,
    ledger_head: str,
    ledger_length: int,
) -> bytes:
    """`key_sha256`: of the raw public key. `ledger_head`: hash of the ledger's last entry in this export."""
    return canonical(
        {
            "format": FORMAT,
            "created_utc": created_utc,
            "program": program,
            "key": {"algorithm": "Ed25519", "sha256": key_sha256},
            "ledger": {"head": ledger_head, "length": ledger_length},
            "files": [
                {"path": one.path, "size": one.size, "sha256": one.sha256}
                for one in sorted(files, key=lambda one: one.path)
            ],
        }
    )


def sums_bytes(files: list[FileEntry]) -> bytes:
    """As `sha256sum -c` reads it. The file of sums cannot hold its own sum and is not in it."""
    lines = [
        f"{one.sha256}  {one.path}\n"
        for one in sorted(files, key=lambda one: one.path)
        if one.path != SUMS_NAME
    ]
    return "".join(lines).encode()


def entry_of(path: str, data: bytes) -> FileEntry:
    return FileEntry(path, len(data), hashlib.sha256(data).hexdigest())
