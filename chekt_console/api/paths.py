"""Paths of /ext/v1; an opaque id is one segment, whatever it holds."""

from __future__ import annotations

from urllib.parse import quote


def site_path(site_id: str, *rest: str) -> str:
    return "/".join(("/ext/v1/sites", quote(site_id, safe=""), *rest))
