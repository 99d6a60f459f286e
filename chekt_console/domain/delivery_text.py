"""A delivery for people and shells: as it came, the same with line breaks, and as a command that sends it again."""

from __future__ import annotations

import json
import re
import shlex

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
_STEP = "  "


def as_it_came(body: bytes) -> str:
    """What is no text is shown by its bytes."""
    return body.decode("utf-8", "backslashreplace")


def indented(body: bytes) -> str:
    """When it is JSON, with line breaks, and but for spaces as it came: a name that is there twice stays twice, a number
    keeps its last zero. Else as it is."""
    text = as_it_came(body)
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return text
    parts: list[str] = []
    depth = 0
    tokens = _TOKEN.findall(text)
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else ""
        if token in "]}":
            depth -= 1
            if before not in ("[", "{"):
                parts.append("\n" + _STEP * depth)
        elif before in ("[", "{", ","):
            parts.append("\n" + _STEP * depth)
        parts.append(": " if token == ":" else token)
        if token in "[{":
            depth += 1
    return "".join(parts)


def as_curl(body: bytes, url: str) -> str:
    """Commands for a shell that sign the delivery anew and send it; the secret is with who has it, in WEBHOOK_SECRET."""
    return (
        f"BODY={shlex.quote(as_it_came(body))}\n"
        "AT=$(date +%s)\n"
        'SIGNED=$(printf %s "$AT.$BODY" | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" -r | cut -d" " -f1)\n'
        f"curl -X POST {shlex.quote(url)} -H 'Content-Type: application/json'"
        ' -H "X-CHeKT-Timestamp: $AT" -H "X-CHeKT-Signature: sha256=$SIGNED" --data-raw "$BODY"'
    )
