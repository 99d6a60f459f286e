"""Paths of /ext/v1; an opaque id is one segment, whatever it holds."""

from __future__ import annotations

from urllib.parse import quote


def site_path(site_id: str, *rest: str) -> str:
    return "/".join(("/ext/v1/sites", quote(site_id, safe=""), *rest))


def id_in_body(identifier: str) -> int | str:
    """A whole number as the observed dialect writes it; text when a number would not be the same id ("007")."""
    is_number = identifier.isascii() and identifier.isdecimal() and len(identifier) <= 18
    return int(identifier) if is_number and str(int(identifier)) == identifier else identifier
