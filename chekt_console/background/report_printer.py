"""Has a report set as PDF by a helper process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from chekt_console.errors import DiskFailed, WorldFailed

if TYPE_CHECKING:
    from chekt_console.domain.evidence_report import Report

_TIME_S = 120.0


def print_report(report: Report, pictures: Path) -> bytes:
    """Blocks: call it in a worker. The report's pictures are below that folder."""
    try:
        with tempfile.TemporaryDirectory(prefix="chekt-report-") as work:
            target = Path(work) / "report.pdf"
            ended = subprocess.run(
                [sys.executable, "-m", "chekt_console.background.report_process", str(pictures), str(target)],
                input=json.dumps(report.as_json()).encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=_TIME_S,
                check=False,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            pdf = target.read_bytes() if target.is_file() else b""
    except subprocess.TimeoutExpired as error:
        raise WorldFailed(
            "Nothing was exported: writing the report took too long. Try fewer events."
        ) from error
    except OSError as error:
        raise DiskFailed(
            "Nothing was exported: there is no room for temporary files on this computer.", detail=str(error)
        ) from error
    if ended.returncode or not pdf.startswith(b"%PDF") or b"%%EOF" not in pdf[-32:]:
        raise WorldFailed(
            "Nothing was exported: the report could not be written. Is the disk of temporary files full?",
            detail=f"exit {ended.returncode}: {ended.stderr[-400:]!r}",
        )
    return pdf
