"""Headers and address of a delivery as they are kept and shown: whole but for what is secret in them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from chekt_console.domain.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_CHARACTERS = 8192
_STARS = "********"
_SECRET = re.compile(r"auth|cookie|token|secret|passw|(?<!idempotency-)key|credential|session")
_SIGNATURE_SHOWN = 12  # tells its form, and is of no use to who reads it
_LONGEST_URL = 300


def shown_headers(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """A line each, as "name: value", in the order they came; names are in lower case."""
    lines = [f"{_text(name)}: {_shown(name, value)}" for name, value in headers]
    return "\n".join(lines)[:MOST_CHARACTERS]


def shown_url(url: bytes) -> str:
    return masked(_text(url))[:_LONGEST_URL]


def _shown(name: bytes, value: bytes) -> str:
    match _kind(name):
        case "secret":
            return _STARS
        case "signature":
            text = _text(value)
            cut = len(text) > _SIGNATURE_SHOWN
            return f"{text[:_SIGNATURE_SHOWN]}… ({len(text)} characters)" if cut else text
        case _:
            return _text(value)


@lru_cache(maxsize=256)
def _kind(name: bytes) -> str:
    text = name.decode("latin-1").casefold()
    if "signature" in text:
        return "signature"
    return "secret" if _SECRET.search(text) else ""


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
