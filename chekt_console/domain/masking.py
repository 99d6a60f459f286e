"""What is secret in a text, by the shape of it: starred out wherever a text leaves the program or goes to the log."""

from __future__ import annotations

import re
from pathlib import Path

_STARS = "********"
_SECRETS = (
    # Authorization headers, whatever the scheme
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {_STARS}"),
    # JSON Web Tokens, wherever they stand
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?"), _STARS),
    # CHeKT application keys
    (re.compile(r"\bchekt_[a-z]+_[A-Za-z0-9]+"), _STARS),
    # what webhooks are signed with
    (re.compile(r"\bwhsec_[A-Za-z0-9]+"), _STARS),
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
            |code_verifier|code_challenge|client_secret|x-amz-[a-z-]+)["']?\s*[:=]\s*)(["']?)(?!\*)[^\s"'&,;)}]+"""
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
