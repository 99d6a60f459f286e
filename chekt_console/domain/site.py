"""A site: one monitored place."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of a site that is armed by itself."""

    partition_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site as the dealer account lists it. Ids are opaque text. `timezone` is an IANA name or "" when unknown."""

    site_id: str
    name: str
    address: str = ""
    account_number: str = ""
    account_reference_id: str = ""
    dealer_name: str = ""
    timezone: str = ""
    is_active: bool = True
    is_monitored: bool = True
    has_partitions: bool = False
    partitions: tuple[Partition, ...] = field(default=())
