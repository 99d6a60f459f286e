"""What the server tells of an event's way to the monitoring center; every part of it may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AliasChoices, Field

from chekt_console.api.wire.wire_reading import Instant, Text, Wire
from chekt_console.domain.delivery_steps import DeliverySteps

if TYPE_CHECKING:
    from datetime import datetime


class WireDelivery(Wire):
    captured_at: Instant = None
    attached_at: Instant = None
    delivered_at: Instant = None
    reviewed_at: Annotated[Instant, Field(validation_alias=AliasChoices("reviewed_at", "verified_at"))] = None
    monitoring_center: Text = ""
    decision: Text = ""


class WireEventDelivery(Wire):
    event_id: Annotated[Text, Field(validation_alias=AliasChoices("event_id", "id"))] = ""
    event_time: Instant = None
    delivery: WireDelivery | None = None


def to_steps(wire: WireEventDelivery) -> DeliverySteps | None:
    """None when the server tells nothing of the delivery."""
    told = wire.delivery
    if told is None or wire.event_time is None:
        return None
    occurred = _ms(wire.event_time)
    assert occurred is not None
    return DeliverySteps(
        wire.event_id,
        occurred,
        _ms(told.captured_at),
        _ms(told.attached_at),
        _ms(told.delivered_at),
        _ms(told.reviewed_at),
        told.monitoring_center,
        told.decision,
    )


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
