"""Has a report set as PDF by a helper process."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from chekt_console.errors import DiskFailed, WorldFailed
from chekt_console.media.helper_run import run_helper

if TYPE_CHECKING:
    from chekt_console.domain.evidence_report import Report
    from chekt_console.domain.progress import Progress

_MODULE = "chekt_console.background.report_process"
_TIME_S = 60.0
_TIME_A_SECTION_S = 2.0


def print_report(report: Report, pictures: Path, progress: Progress) -> bytes:
    """Blocks: call it in a worker. The report's pictures are below that folder."""
    limit_s = _TIME_S + _TIME_A_SECTION_S * len(report.sections)
    given = json.dumps(report.as_json()).encode()
    try:
        with tempfile.TemporaryDirectory(prefix="chekt-report-") as work:
            target = Path(work) / "report.pdf"
            ended = run_helper(_MODULE, (str(pictures), str(target)), progress, limit_s=limit_s, given=given)
            pdf = target.read_bytes() if target.is_file() else b""
    except OSError as error:
        raise DiskFailed(
            "Nothing was exported: there is no room for temporary files on this computer.", detail=str(error)
        ) from error
    if ended.is_too_late:
        raise WorldFailed("Nothing was exported: writing the report took too long. Try fewer events.")
    if ended.code or not pdf.startswith(b"%PDF") or b"%%EOF" not in pdf[-32:]:
        raise WorldFailed(
            "Nothing was exported: the report could not be written. Is the disk of temporary files full?",
            detail=f"exit {ended.code}, {len(pdf)} bytes",
        )
    return pdf
