"""Armed states: "armed" and a mode, "armed_away" in one word, or something this program does not know yet."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from chekt_console.api.wire.wire_reading import Instant, Text, Wire
from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming

_MODES = {mode.value: mode for mode in ArmingMode}


class WireArming(Wire):
    status: Annotated[
        Text, Field(validation_alias=AliasChoices("arming_status", "arming_state", "status"))
    ] = ""
    mode: Annotated[Text, Field(validation_alias=AliasChoices("arming_mode", "mode"))] = ""
    updated_at: Annotated[
        Instant, Field(validation_alias=AliasChoices("arming_updated_at", "last_updated", "armed_at"))
    ] = None


class WirePartitionArming(WireArming):
    partition_id: Annotated[Text, Field(validation_alias=AliasChoices("partition_id", "id"), min_length=1)]
    number: Annotated[Text, Field(validation_alias="partition_number")] = ""
    name: Annotated[Text, Field(validation_alias=AliasChoices("partition_name", "name"))] = ""


def to_mode(text: str) -> ArmingMode | None:
    """ "away", "armed_away", "Armed Away"; None for what is no mode of the key concepts."""
    word = text.casefold().replace("-", "_").replace(" ", "_").removeprefix("armed_")
    return _MODES.get(word)


def to_state(wire: WireArming) -> ArmingState:
    word = wire.status.casefold().replace(" ", "_")
    mode = to_mode(wire.status) or to_mode(wire.mode)
    if word == "disarmed":
        return ArmingState(False, ArmingMode.DISARMED, "Disarmed", wire.updated_at)
    if word == "armed" or (word.startswith("armed_") and not word.startswith("armed_in")):
        if mode is ArmingMode.DISARMED:
            mode = None
        text = (
            mode.label if mode else "Armed" if word == "armed" else wire.status.replace("_", " ").capitalize()
        )
        return ArmingState(True, mode, text, wire.updated_at)
    # "entry_delay", "arming_in_progress", "partially armed", ...: shown as they are, never guessed.
    text = wire.status.replace("_", " ").strip()
    return ArmingState(None, None, text[:1].upper() + text[1:] if text else "Unknown", wire.updated_at)


def is_known_state(word: str) -> bool:
    """Whether it says armed or not, or is one of the contract's words for neither."""
    told = to_state(WireArming(status=word))
    return told.is_armed is not None or word in ("unknown", "partially_armed", "partially armed")


def to_partition(wire: WirePartitionArming) -> PartitionArming:
    name = wire.name or f"Partition {wire.number or wire.partition_id}"
    return PartitionArming(wire.partition_id, name, to_state(wire))
