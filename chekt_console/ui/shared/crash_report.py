"""The text of a crash report: what went wrong and on what, with everything secret starred out."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

_STARS = "********"
_SECRETS = (
    # Authorization headers, whatever the scheme
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {_STARS}"),
    # JSON Web Tokens, wherever they stand
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?"), _STARS),
    # CHeKT application keys
    (re.compile(r"\bchekt_[a-z]+_[A-Za-z0-9]+"), _STARS),
    # private keys
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        _STARS,
    ),
    # name=value, "name": "value", name='value'
    (
        re.compile(
            r"""(?ix)((?:api[_-]?key|token|secret|password|passphrase|signature|authorization|assertion
            |code_verifier|client_secret|x-amz-[a-z-]+)["']?\s*[:=]\s*)(["']?)(?!\*)[^\s"'&,;)}]+"""
        ),
        rf"\1\2{_STARS}",
    ),
    # credentials in an address
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s:@]+:[^/\s@]+@"), rf"\1{_STARS}@"),
)


def masked(text: str) -> str:
    """`text` without keys, tokens, passwords, and without the name of the person's home folder."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


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
