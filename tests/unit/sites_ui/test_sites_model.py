"""Narrowing and remembered answers must show exactly what a fresh search would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.natural_order import fold
from chekt_console.domain.site import Site
from chekt_console.ui.sites.site_facts import SiteFacts, StateMask
from chekt_console.ui.sites.sites_index import SitesIndex
from chekt_console.ui.sites.sites_model import ROW_ROLE, SITE_ROLE, SitesModel
from tests.ui.sites.site_world import NOW, armed, make_arming, make_sites

_SITES = make_sites(60)
_INDEX = SitesIndex.of(_SITES)
_FACTS = (
    SiteFacts(make_arming(_SITES), {"site_3": 1, "site_40": 2}, {"site_9": 1}),
    SiteFacts({"site_5": armed("site_5", ArmingMode.AWAY)}, {"site_7": 1}),
)
_STEPS = st.one_of(
    st.sampled_from(
        ["a", "ak", "oak", "oak h", "oak hill", "oak hill 1", "1 oak", "é", "", "ca 2", "zzz", " "]
    ),
    st.sampled_from(list(StateMask)),
    st.sampled_from(_FACTS),
)


@given(st.lists(_STEPS, max_size=12))
def test_filter_shows_what_a_fresh_search_would(steps: list[str | StateMask | SiteFacts]) -> None:
    model = SitesModel()
    query, chip, facts = "", StateMask.ALL, _FACTS[0]
    model.show(_INDEX, facts)
    for step in steps:
        if isinstance(step, str):
            query = step
            model.set_query(step)
        elif isinstance(step, StateMask):
            chip = step
            model.set_chip(step)
        else:
            facts = step
            model.show_facts(step)
        shown = [model.index(row).data(SITE_ROLE).site_id for row in range(model.rowCount())]
        wanted = {
            site.site_id
            for site in _SITES
            if facts.mask(site.site_id) & chip
            and all(
                word in fold(f"{site.name}\n{site.account_number}\n{site.address}")
                for word in fold(query).split()
            )
        }
        assert set(shown) == wanted
        assert len(shown) == len(wanted)
        ranks = [0 if facts.alarms.get(one) else 1 if facts.troubles.get(one) else 2 for one in shown]
        assert ranks == sorted(ranks)


def test_a_site_whose_alarms_reach_nobody_says_so_in_its_row() -> None:
    sites = (Site("1", "Dock", is_monitored=False), Site("2", "Gate", is_active=False), Site("3", "Yard"))
    model = SitesModel()
    model.show(SitesIndex.of(sites), SiteFacts())
    rows = [model.index(row) for row in range(3)]
    assert [index.data(ROW_ROLE).caution for index in rows] == ["Not monitored", "Not active", ""]
    assert [index.data(Qt.ItemDataRole.AccessibleTextRole) for index in rows] == [
        "Dock, Not monitored, Unknown",
        "Gate, Not active, Unknown",
        "Yard, Unknown",
    ]


def test_when_an_armed_state_was_read_is_told_by_the_clock_of_the_site() -> None:
    model = SitesModel(now=lambda: NOW)  # 21:04 in UTC
    model.show(
        SitesIndex.of((_SITES[0],)), SiteFacts({_SITES[0].site_id: armed(_SITES[0].site_id, ArmingMode.AWAY)})
    )
    index = model.index(0)
    assert index.data(ROW_ROLE).as_of_text == "13:04"
    assert "Armed state: Away, as of 13:04, site time<br>" in index.data(Qt.ItemDataRole.ToolTipRole)
