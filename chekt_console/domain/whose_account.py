"""Whose account a connection opens, as far as the server tells it, and whether two sign-ins open the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.domain.site import Site


@dataclass(frozen=True, slots=True)
class WhoseAccount:
    """What was told of it; empty where nothing was. `site_ids` may be a part of them."""

    dealer_ids: frozenset[str] = frozenset()
    dealer_names: frozenset[str] = frozenset()
    site_ids: frozenset[str] = frozenset()


def whose_account(dealer_id: str, sites: Iterable[Site]) -> WhoseAccount:
    listed = tuple(sites)
    return WhoseAccount(
        frozenset((dealer_id,) if dealer_id else ()),
        frozenset(site.dealer_name for site in listed if site.dealer_name),
        frozenset(site.site_id for site in listed),
    )


def is_same_account(one: WhoseAccount, other: WhoseAccount) -> bool | None:
    """At one server; None when they tell nothing in common. Nothing that both tell may differ: two dealers may share a name,
    and what waits to be sent for one must never reach the other."""
    pairs = (
        (one.dealer_ids, other.dealer_ids),
        (one.dealer_names, other.dealer_names),
        (one.site_ids, other.site_ids),
    )
    told = [(mine, theirs) for mine, theirs in pairs if mine and theirs]
    return all(mine & theirs for mine, theirs in told) if told else None
