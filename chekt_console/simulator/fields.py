"""Readers of single fields of a request's body; each refuses with the field's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from chekt_console.simulator.problem import invalid


def text_of(
    body: Mapping[str, Any], field: str, top: int, *, is_required: bool = False, default: str = ""
) -> str:
    """Raises Problem 400."""
    value = body.get(field)
    if value is None or (is_required and value == ""):
        if is_required:
            raise invalid(field, f"Missing required field: {field}", is_required=True)
        return default
    if not isinstance(value, str) or len(value) > top or "\x00" in value or not _is_unicode(value):
        raise invalid(field, f"{field} must be text of at most {top} characters")
    return value


def flag_of(body: Mapping[str, Any], field: str, default: int) -> int:
    """0 or 1, as the service wants them. Raises Problem 400."""
    value = body.get(field, default)
    if isinstance(value, bool) or value not in (0, 1):
        raise invalid(field, f"{field} must be 0 or 1")
    return int(value)


def zone_of(body: Mapping[str, Any], field: str, default: str = "") -> str:
    """An IANA time zone. Raises Problem 400."""
    name = text_of(body, field, 60, is_required=not default, default=default)
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise invalid(field, f"{field} must be an IANA time zone like America/Chicago") from error
    return name


def refuse_unknown(body: Mapping[str, Any], *known: str) -> None:
    """Raises Problem 400."""
    for name in body:
        if name not in known:
            raise invalid(name, f"Unknown field {name}")


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
