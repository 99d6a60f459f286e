"""Searching and ordering of sites, without a window."""

from __future__ import annotations

import pytest

from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming
from chekt_console.domain.natural_order import fold
from chekt_console.domain.site import Site
from chekt_console.services.arming_service import SiteArming
from chekt_console.ui.sites.site_facts import SiteFacts, StateMask
from chekt_console.ui.sites.sites_index import SitesIndex, words_of

_SITES = (
    Site("b", "Bayview Storage 10", "Berkeley, CA", "A-10401"),
    Site("a", "Bayview Storage 4", "Berkeley, CA", "A-10402"),
    Site("c", "Café Zürich", "Bahnhofstraße 1", "A-20000", account_reference_id="REF-77"),
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Bayview Storage 4", "Bayview Storage 10", "Café Zürich"]),
        ("cafe", ["Café Zürich"]),
        ("CAFÉ", ["Café Zürich"]),
        ("bahnhofstrasse", ["Café Zürich"]),
        ("ref-77", ["Café Zürich"]),
        ("berkeley storage", ["Bayview Storage 4", "Bayview Storage 10"]),
        ("10401  bay", ["Bayview Storage 10"]),
        ("zurich berkeley", []),
        ("10a", []),  # the name ends in 10, the account begins with A: no match across fields
    ],
)
def test_every_word_must_be_found(query: str, found: list[str]) -> None:
    index = SitesIndex.of(_SITES)
    rows = index.matching(words_of(query), list(range(len(index.sites))))
    assert [index.sites[row].name for row in rows] == found


def test_folding_drops_accents_and_case() -> None:
    assert fold("ÅNGSTRÖM İstanbul Straße") == "angstrom istanbul strasse"


def test_a_site_is_counted_where_it_belongs() -> None:
    on = ArmingState(True, ArmingMode.AWAY, "Away")
    off = ArmingState(False, ArmingMode.DISARMED, "Disarmed")
    partly = ArmingState(None, None, "Partially armed")
    arming = {
        "on": SiteArming("on", on, (), None),
        "off": SiteArming("off", off, (), None),
        "partly": SiteArming(
            "partly", partly, (PartitionArming("1", "A", on), PartitionArming("2", "B", off)), None
        ),
        "unknown": SiteArming("unknown", ArmingState.unknown(), (), None),
    }
    facts = SiteFacts(arming, alarms={"off": 2}, troubles={"never read": 1})
    masks = {name: StateMask(facts.mask(name)) for name in (*arming, "never read")}
    assert masks["on"] == StateMask.ALL | StateMask.ARMED
    assert masks["off"] == StateMask.ALL | StateMask.DISARMED | StateMask.ALARM
    assert masks["partly"] == StateMask.ALL | StateMask.ARMED
    assert masks["unknown"] == StateMask.ALL | StateMask.UNKNOWN
    assert masks["never read"] == StateMask.ALL | StateMask.UNKNOWN | StateMask.TROUBLE
