"""How far the first reading of an account has come is kept page by page, for a day, and ends with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chekt_console.domain.site import Partition, Site
from chekt_console.domain.site_reading import GOOD_MS, SitesPlace
from chekt_console.store.cache import Cache
from chekt_console.store.kept_data import kept_data

_NOW = 1_700_000_000_000


def _site(number: int) -> Site:
    return Site(str(number), f"Site {number}", partitions=(Partition("1", "House"),))


def _page(*numbers: int, received: int, problem: str = "") -> SitesPlace:
    sites = tuple(map(_site, numbers))
    return SitesPlace(sites, received, 10, {"cursor": f"c{received}"}, (problem,) if problem else ())


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(tmp_path / "cache.sqlite")
    yield made
    made.close()


def test_pages_add_up_over_a_restart(cache: Cache, tmp_path: Path) -> None:
    cache.site_reading.keep(_page(3, 1, received=3, problem="Site 2 could not be read."), 0, _NOW)
    cache.site_reading.keep(_page(5, 4, received=5), 3, _NOW)
    again = Cache(tmp_path / "cache.sqlite")
    place = again.site_reading.place(_NOW + GOOD_MS - 1)
    assert place is not None
    assert place.sites == tuple(map(_site, (3, 1, 5, 4)))
    assert (place.received, place.total, place.query) == (5, 10, {"cursor": "c5"})
    assert place.problems == ("Site 2 could not be read.",)
    assert again.sites() == ((), None)  # not known whole
    again.close()


@pytest.mark.parametrize("later_ms", [GOOD_MS, -1])
def test_what_is_old_or_of_a_clock_that_was_set_back_is_not_gone_on_with(cache: Cache, later_ms: int) -> None:
    cache.site_reading.keep(_page(1, received=1), 0, _NOW)
    assert cache.site_reading.place(_NOW + later_ms) is None


def test_a_page_that_does_not_follow_is_left_out(cache: Cache) -> None:
    """The one before could not be written: a gap would look like sites that are gone."""
    cache.site_reading.keep(_page(1, received=1), 0, _NOW)
    cache.site_reading.keep(_page(3, received=3), 2, _NOW)
    place = cache.site_reading.place(_NOW)
    assert place is not None
    assert (len(place.sites), place.query) == (1, {"cursor": "c1"})


def test_one_that_begins_anew_and_one_that_is_whole_leave_nothing_of_it(cache: Cache) -> None:
    cache.site_reading.keep(_page(1, received=1), 0, _NOW)
    cache.site_reading.keep(_page(2, received=1), 0, _NOW)
    place = cache.site_reading.place(_NOW)
    assert place is not None
    assert place.sites == (_site(2),)
    cache.put_sites((_site(3),), datetime.now(UTC))
    assert cache.site_reading.place(_NOW) is None
    assert cache.site_reading.sites() == ()


def test_a_sign_in_to_another_account_is_found_by_what_was_read_so_far(cache: Cache, tmp_path: Path) -> None:
    cache.site_reading.keep(_page(1, received=1), 0, _NOW)
    assert kept_data(tmp_path).sites == (_site(1),)
