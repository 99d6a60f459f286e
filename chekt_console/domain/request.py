"""What the monitoring center asks of us: an arming command, a look through a camera, a talk."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.delivery import ARMING_COMMAND, VIEW_REQUEST, Understood, instant_ms, text_of

DEFAULT_LIFE_MS = 10 * 60_000  # of a request that does not say how long it holds
_PARTITIONS = ("partition_ids", "partition_id", "partitions", "partition")
_PARTS = ("partition", "_area")
POLICIES = ("ask", "never", "always")


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """`mode` is the value of an ArmingMode, "" when none is asked for. `problem` says why it cannot be carried out."""

    request_id: str
    kind: str
    site_id: str
    site_name: str
    who: str
    center: str
    asked_ms: int
    expires_ms: int
    mode: str = ""
    partition_ids: tuple[str, ...] = ()
    device_id: str = ""
    reason: str = ""
    problem: str = ""
    delivery_id: str = ""  # what brought it; "" of those kept by older versions

    @property
    def is_arming(self) -> bool:
        return self.kind == ARMING_COMMAND

    @property
    def is_view(self) -> bool:
        return self.kind == VIEW_REQUEST

    @property
    def is_audio(self) -> bool:
        return not self.is_arming and not self.is_view

    @property
    def what(self) -> str:
        return self.what_of()

    def what_of(self, device: str = "", partitions: tuple[str, ...] = ()) -> str:
        """With the names of its device and partitions where they are known; else their numbers."""
        if self.is_arming:
            mode = {one.value: one for one in ArmingMode}.get(self.mode)
            if mode is None:
                return "Arm or disarm, not said how"
            verb = "Disarm" if mode is ArmingMode.DISARMED else f"Arm {mode.label}"
            parts = ", ".join(partitions or self.partition_ids)
            return f"{verb}, partitions {parts}" if parts else verb
        if self.is_view:
            where = device or (f"camera {self.device_id}" if self.device_id else "a camera")
            return f"See {where} live"
        where = device or (f"device {self.device_id}" if self.device_id else "")
        return f"Talk over {where}" if where else "Talk"

    def to_json(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class CommandPolicy:
    """What is done with arming commands, a word of POLICIES; of an "always" in production also when it was confirmed, by whom,
    and the name that was typed for it."""

    word: str = "ask"
    confirmed_ms: int = 0
    confirmed_by: str = ""
    typed: str = ""

    def to_text(self) -> str:
        """A plain word where nothing was confirmed."""
        return json.dumps(asdict(self)) if self.typed else self.word


def policy_of_text(text: str) -> CommandPolicy:
    """Never raises: what cannot be read is "ask"."""
    try:
        policy = CommandPolicy(**json.loads(text)) if text.startswith("{") else CommandPolicy(text)
    except (ValueError, TypeError):
        return CommandPolicy()
    return policy if policy.word in POLICIES else CommandPolicy()


def request_of_json(text: str) -> IncomingRequest:
    values = json.loads(text)
    return IncomingRequest(**{**values, "partition_ids": tuple(values["partition_ids"])})


def read_request(told: Understood, delivery_id: str, received_ms: int) -> IncomingRequest:
    """Never raises: what is missing becomes its `problem`."""
    data = told.data
    asked_ms = instant_ms(data.get("requested_at")) or told.created_ms or received_ms
    expires_ms = instant_ms(data.get("expires_at")) or asked_ms + DEFAULT_LIFE_MS
    partition_ids = _partitions(told)
    site_id = text_of(data, "site_id")
    mode = _mode(data) if told.kind == ARMING_COMMAND else ""
    problem = ""
    if not site_id:
        problem = "It names no site."
    elif told.kind == ARMING_COMMAND and not mode:
        problem = "It does not say whether to arm or disarm."
    elif told.kind == ARMING_COMMAND and partition_ids is None:
        problem = "Its partitions cannot be read."
    return IncomingRequest(
        request_id=text_of(data, "command_id", "request_id") or delivery_id,
        kind=told.kind,
        site_id=site_id,
        site_name=text_of(data, "site_name"),
        who=_who(data),
        center=text_of(data, "monitoring_center", "center"),
        asked_ms=asked_ms,
        expires_ms=expires_ms,
        mode=mode,
        partition_ids=partition_ids or (),
        device_id=text_of(data, "camera_id", "device_id"),
        reason=text_of(data, "reason"),
        problem=problem,
        delivery_id=delivery_id,
    )


def _partitions(told: Understood) -> tuple[str, ...] | None:
    """Empty when no partition is spoken of: then the whole site is meant. None when one is, in whatever way, and it is not
    clear which: a command for a part must never become one for all."""
    named: list[tuple[str, ...]] = []
    for name in _PARTITIONS:
        given = told.data.get(name)
        if given is None:
            continue
        listed = given if isinstance(given, list) else [given]
        ids = tuple(text_of({"id": one}, "id") for one in listed)
        if not all(ids):
            return None
        named.append(ids)
    if len({frozenset(ids) for ids in named}) > 1:
        return None
    if _count_of_partitions(told.envelope) > len(named):
        return None
    if not any(named) and _names_a_part(told.data):
        return None
    return named[0] if named else ()


def _names_a_part(data: dict[str, Any]) -> bool:
    """A partition or area told by its name, or as the kind of what is meant."""
    for name, value in data.items():
        word = str(name).casefold()
        is_of_part = word.startswith("area") or any(part in word for part in _PARTS)
        if value not in (None, "", [], {}) and is_of_part and word.endswith(("name", "names")):
            return True
        if isinstance(value, str) and value.casefold() in ("partition", "partitions", "area", "areas"):
            return True
    return False


def _count_of_partitions(envelope: dict[str, Any]) -> int:
    """How many fields speak of partitions or areas, at whatever depth; what only gives one a name does not."""
    count = 0
    rest: list[object] = [envelope]
    while rest:
        one = rest.pop()
        if isinstance(one, list):
            rest += one
        elif isinstance(one, dict):
            for name, value in one.items():
                word = str(name).casefold()
                if value is None or word.endswith(("name", "names")):
                    continue
                count += word.startswith("area") or any(part in word for part in _PARTS)
                rest.append(value)
    return count


def _mode(data: dict[str, Any]) -> str:
    action = text_of(data, "action", "command").casefold()
    mode = text_of(data, "mode", "arming_mode").casefold().removeprefix("armed_")
    if action in ("disarm", "disarmed") or (not action and mode == "disarmed"):
        return ArmingMode.DISARMED.value
    modes = {one.value for one in ArmingMode if one is not ArmingMode.DISARMED}
    if action in ("", "arm", "armed") and mode in modes:
        return mode
    return ArmingMode.AWAY.value if action == "arm" and not mode else ""


def _who(data: dict[str, Any]) -> str:
    by = data.get("requested_by")
    if isinstance(by, dict):
        return text_of(by, "name", "operator", "operator_id", "email") or "somebody unnamed"
    return text_of(data, "requested_by", "operator", "operator_id", "user") or "somebody unnamed"
