"""Sites as the observed and the documented dialect write them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from chekt_console.api.wire.wire_reading import Flag, Text, Wire
from chekt_console.domain.site import Partition, Site


def _as_address(value: Any) -> Any:
    """One line, from a line or from an object of parts."""
    if isinstance(value, dict):
        parts = [value.get(name) for name in ("street", "city", "state", "zip", "country")]
        return ", ".join(str(part) for part in parts if part)
    return "" if value is None else value


class WirePartition(Wire):
    partition_id: Annotated[Text, Field(validation_alias=AliasChoices("partition_id", "id"))]
    name: Annotated[Text, Field(validation_alias=AliasChoices("partition_name", "name"))] = ""
    number: Annotated[Text, Field(validation_alias="partition_number")] = ""


class WireSite(Wire):
    site_id: Annotated[Text, Field(validation_alias=AliasChoices("site_id", "id"), min_length=1)]
    name: Annotated[Text, Field(validation_alias=AliasChoices("site_name", "name"))] = ""
    address: Annotated[Text, BeforeValidator(_as_address)] = ""
    account_number: Text = ""
    account_reference_id: Text = ""
    dealer_name: Text = ""
    timezone: Text = ""
    is_activated: Flag | None = None
    status: Text = ""
    monitoring_enabled: Flag = True
    is_partition_enabled: Flag = False
    partitions: list[WirePartition] = Field(default_factory=list)


def to_site(wire: WireSite) -> Site:
    return Site(
        site_id=wire.site_id,
        name=wire.name or f"Site {wire.site_id}",
        address=wire.address,
        account_number=wire.account_number,
        account_reference_id=wire.account_reference_id,
        dealer_name=wire.dealer_name,
        timezone=wire.timezone,
        is_active=_is_active(wire),
        is_monitored=wire.monitoring_enabled,
        has_partitions=wire.is_partition_enabled,
        partitions=tuple(
            Partition(one.partition_id, one.name or f"Partition {one.number or one.partition_id}")
            for one in wire.partitions
        ),
    )


def _is_active(wire: WireSite) -> bool:
    """A status this program does not know yet is no reason to call a site inactive."""
    if wire.is_activated is not None:
        return wire.is_activated
    return wire.status.casefold() not in ("inactive", "suspended", "disabled", "0", "false")
