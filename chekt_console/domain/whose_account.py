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
    """At one server; None when it cannot be told and the person has to say it. A dealer's number decides alone, for it stays
    when the company is renamed. Without one no site in common means another account. The same sites under another name may be
    either: a company that was renamed, or a server that numbers the sites of every dealer alike."""
    if one.dealer_ids and other.dealer_ids:
        return bool(one.dealer_ids & other.dealer_ids)
    if not one.site_ids or not other.site_ids:
        return None
    if not one.site_ids & other.site_ids:
        return False
    return None if is_renamed(one, other) else True


def is_renamed(one: WhoseAccount, other: WhoseAccount) -> bool:
    """Both tell names, none of them in common."""
    return bool(one.dealer_names and other.dealer_names and not one.dealer_names & other.dealer_names)
