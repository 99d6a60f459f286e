"""Two sign-ins are of one account by its number; by sites and names only where these leave no doubt."""

from __future__ import annotations

import pytest

from chekt_console.domain.site import Site
from chekt_console.domain.whose_account import WhoseAccount, is_same_account, whose_account


def _sites(*ids: str, dealer: str = "") -> WhoseAccount:
    return whose_account("", (Site(site_id, site_id, dealer_name=dealer) for site_id in ids))


def _told(dealer_id: str, site_id: str, dealer: str) -> WhoseAccount:
    return whose_account(dealer_id, (Site(site_id, site_id, dealer_name=dealer),))


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (whose_account("12", ()), whose_account("12", ()), True),
        (whose_account("12", ()), whose_account("13", ()), False),
        (_sites("1", "2", "3", dealer="Northgate"), _sites("1", "9", dealer="Northgate"), True),
        (_sites("1", dealer="Northgate"), _sites("1", dealer="Southgate"), None),
        (_sites("1", dealer="Northgate"), _sites("2", dealer="Southgate"), False),
        (_told("12", "1", "Northgate"), _told("12", "1", "Southgate"), True),
        (_told("12", "1", "Northgate"), _told("13", "1", "Northgate"), False),
        (_told("12", "1", "Northgate"), _sites("1", dealer="Southgate"), None),
        (_sites("1", dealer="Northgate"), _sites("2", dealer="Northgate"), False),
        (_sites("1", "2"), _sites("2", "3"), True),
        (_sites("1", "2"), _sites("3"), False),
        (_sites("1", dealer="Northgate"), _sites("1"), True),
        (_sites(), _sites("1"), None),
        (whose_account("12", ()), _sites("1"), None),
        (WhoseAccount(), WhoseAccount(), None),
    ],
)
def test_what_both_tell_decides(one: WhoseAccount, other: WhoseAccount, verdict: bool | None) -> None:
    assert is_same_account(one, other) is verdict
    assert is_same_account(other, one) is verdict
