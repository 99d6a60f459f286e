"""Names in the order a person expects."""

from __future__ import annotations

import pytest

from chekt_console.domain.natural_order import natural


@pytest.mark.parametrize(
    "ordered",
    [
        ["site_2", "site_10", "site_100"],
        ["Storage 4", "storage 4 b", "Storage 10"],
        ["Camera 2 zone 9", "Camera 2 zone 11", "Camera 10 zone 1"],
        ["Eden", "Émile", "Essen"],
        ["", "Away"],
    ],
)
def test_numbers_sort_by_value_and_accents_do_not_matter(ordered: list[str]) -> None:
    assert sorted(sorted(ordered, reverse=True), key=natural) == ordered
