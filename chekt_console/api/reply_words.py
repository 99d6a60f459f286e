"""An answer that was no good, for a report: which one it was and its form, and no value, so that nobody's site is named."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from chekt_console.domain.masking import masked

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 400
_MOST_FIELDS = 16
_DEEPEST = 4
_TEXT = re.compile(
    r'"(?:[^"\\]|\\.)*(?:"|$)(\s*:)?'
)  # with a colon behind it a field's name; cut off perhaps
_KINDS = {str: "text", bool: "flag", int: "number", float: "number", type(None): "null"}


def reply_words(status: int, headers: Mapping[str, str], trace_id: str, body: bytes) -> str:
    return f"status {status} {request_words(headers)} trace {trace_id}; {body_shape(body)}"


def request_words(headers: Mapping[str, str]) -> str:
    return f"request {headers.get('x-request-id') or 'without id'}"


def body_shape(body: bytes) -> str:
    """JSON as the kinds of its fields; anything else by its first words, secrets masked."""
    try:
        told = _shape(json.loads(body), 0)
    except (ValueError, RecursionError):
        text = " ".join(body[: 2 * _LONGEST].decode("utf-8", "replace").split())
        is_json = text.startswith(("{", "["))
        told = "begins " + (_TEXT.sub(_name_or_nothing, text) if is_json else masked(text))
    return f"{len(body)} bytes, {told}"[:_LONGEST]


def _name_or_nothing(text: re.Match[str]) -> str:
    return text[0] if text[1] else '"…"'


def _shape(value: object, depth: int) -> str:
    if isinstance(value, dict | list) and depth >= _DEEPEST:
        return "…"
    if isinstance(value, dict):
        fields = [f"{str(name)[:40]}: {_shape(one, depth + 1)}" for name, one in value.items()]
        return "{" + ", ".join(fields[:_MOST_FIELDS]) + (", …}" if len(fields) > _MOST_FIELDS else "}")
    if isinstance(value, list):
        return f"{len(value)} × [{_shape(value[0], depth + 1)}]" if value else "[]"
    return _KINDS.get(type(value), "?")
