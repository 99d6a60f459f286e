"""The text of a crash report: what went wrong and on what, with everything secret starred out."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from chekt_console.domain.masking import masked


def crash_report(traceback_text: str, facts: str, *, now: datetime | None = None) -> str:
    """The whole report, safe to send on."""
    when = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{facts}\n{when:%Y-%m-%d %H:%M:%S} UTC\n\n{masked(traceback_text).strip()}\n"


def last_line(traceback_text: str) -> str:
    """The error itself, as the traceback names it, in one short line."""
    lines = [line for line in masked(traceback_text).strip().splitlines() if line.strip()]
    # Notes and messages of several lines follow the line that begins with the error's name.
    named = [
        line
        for line in lines
        if re.match(r"^[A-Za-z_][\w.]*(Error|Exception|Exit|Interrupt|Warning)\b", line)
    ]
    line = named[-1] if named else (lines[-1] if lines else "")
    return line if len(line) <= 200 else line[:199] + "…"
