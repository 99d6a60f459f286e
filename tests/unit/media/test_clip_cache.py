"""Clips on the disk are the ones that were downloaded, or they are not given out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.media.clip_cache import CachedClip, ClipCache

if TYPE_CHECKING:
    from pathlib import Path


def _keep(cache: ClipCache) -> CachedClip:
    part = cache.part("e1")
    part.write_bytes(b"original")
    return cache.keep("e1", part, 1_000, 2.0)


def test_a_kept_clip_is_found_as_it_was_kept(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path)
    kept = _keep(cache)
    assert cache.find("e1") == kept
    assert kept.path.read_bytes() == b"original"
    assert {path.suffix for path in tmp_path.iterdir()} == {".mp4", ".json"}  # nothing else is left


@pytest.mark.parametrize("beside", [None, b"", b"{", b"[]", b"{}", b'{"start_ms": 1, "duration_s": 2.0}'])
@pytest.mark.parametrize("content", [b"original", b"altered!"])
def test_a_clip_that_nothing_vouches_for_is_fetched_again(
    beside: bytes | None, content: bytes, tmp_path: Path
) -> None:
    """Its file of facts was lost, emptied or cut off; the clip may be anything."""
    cache = ClipCache(tmp_path)
    kept = _keep(cache)
    facts = kept.path.with_suffix(".json")
    kept.path.write_bytes(content)
    if beside is None:
        facts.unlink()
    else:
        facts.write_bytes(beside)
    assert cache.find("e1") is None
    assert not kept.path.exists()
    assert _keep(cache) == cache.find("e1")
