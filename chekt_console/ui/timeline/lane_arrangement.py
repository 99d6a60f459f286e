"""Which lanes are shown and in what order: by device, kind or site; collapsed, pinned, moved. Plain values, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from chekt_console.domain.event import EventKind
from chekt_console.domain.event_columns import Runs
from chekt_console.domain.natural_order import natural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chekt_console.ui.timeline.timeline_content import Lane

ALL_KINDS = frozenset(EventKind)
GROUP_WORDS = {"camera": "Cameras", "zone": "Zones", "panel": "Panel and bridges", "other": "Other"}


class Grouping(Enum):
    DEVICE = "device"
    KIND = "kind"
    SITE = "site"

    @property
    def label(self) -> str:
        return f"Lanes by {self.value}"


@dataclass(frozen=True, slots=True)
class ShownLane:
    """One row as it is drawn. `group` is what it collapses into, "" when it cannot; `member_count` of a collapsed one."""

    key: str
    label: str
    runs: Runs
    device_key: str = ""
    group: str = ""
    is_pinned: bool = False
    member_count: int = 1
    lane_keys: tuple[str, ...] = ()

    @property
    def is_collapsed(self) -> bool:
        return self.key.startswith("group:")


@dataclass(frozen=True, slots=True)
class LaneArrangement:
    """What the person chose. Keys are those of shown lanes; `order` is empty until something was moved."""

    grouping: Grouping = Grouping.DEVICE
    collapsed: frozenset[str] = frozenset()
    pinned: tuple[str, ...] = ()
    order: tuple[str, ...] = ()

    def by(self, grouping: Grouping) -> LaneArrangement:
        return replace(self, grouping=grouping)

    def toggled_group(self, group: str) -> LaneArrangement:
        return replace(self, collapsed=self.collapsed ^ {group})

    def toggled_pin(self, key: str) -> LaneArrangement:
        if key in self.pinned:
            return replace(self, pinned=tuple(one for one in self.pinned if one != key))
        return replace(self, pinned=(*self.pinned, key))

    def moved(self, lanes: Sequence[ShownLane], key: str, to_index: int) -> LaneArrangement:
        """`lanes` as they are shown now; a pinned lane moves among the pinned ones, the others among theirs."""
        keys = [lane.key for lane in lanes]
        if key not in keys:
            return self
        keys.remove(key)
        keys.insert(min(max(0, to_index), len(keys)), key)
        pinned = tuple(one for one in keys if one in self.pinned)
        absent = tuple(one for one in self.pinned if one not in keys)
        return replace(self, pinned=pinned + absent, order=tuple(keys))

    def is_default(self) -> bool:
        return self == LaneArrangement(self.grouping)


def arranged(
    lanes: Sequence[Lane], numbers: Sequence[int], arrangement: LaneArrangement, site_names: Mapping[str, str]
) -> list[ShownLane]:
    """`lanes` in their natural order with their numbers in the columns."""
    pairs = list(zip(lanes, numbers, strict=True))
    if arrangement.grouping is Grouping.KIND:
        shown = _by_kind(pairs)
    elif arrangement.grouping is Grouping.SITE:
        shown = _by_site(pairs, site_names)
    else:
        shown = _by_device(pairs, arrangement.collapsed)
    place = {key: index for index, key in enumerate(arrangement.order)}
    pin = {key: index for index, key in enumerate(arrangement.pinned)}
    last = len(place) + len(shown)
    natural = {lane.key: index for index, lane in enumerate(shown)}
    shown.sort(
        key=lambda lane: (
            pin.get(lane.key, last),
            place.get(lane.key, last),
            natural[lane.key],
        )
    )
    return [replace(lane, is_pinned=lane.key in pin) for lane in shown]


def _by_device(pairs: list[tuple[Lane, int]], collapsed: frozenset[str]) -> list[ShownLane]:
    shown: list[ShownLane] = []
    members: dict[str, list[tuple[Lane, int]]] = {}
    for lane, number in pairs:
        members.setdefault(lane.group, []).append((lane, number))
    for group, inside in members.items():
        if group in collapsed and len(inside) > 1:
            shown.append(
                ShownLane(
                    f"group:{group}",
                    f"{GROUP_WORDS[group]} · {len(inside)}",
                    Runs(tuple(number for _, number in inside)),
                    group=group,
                    member_count=len(inside),
                    lane_keys=tuple(lane.key for lane, _ in inside),
                )
            )
            continue
        can_collapse = group if len(inside) > 1 else ""
        shown += [
            ShownLane(
                lane.key,
                lane.label,
                Runs((number,)),
                lane.device_key,
                can_collapse,
                lane_keys=(lane.key,),
            )
            for lane, number in inside
        ]
    return shown


def _by_kind(pairs: list[tuple[Lane, int]]) -> list[ShownLane]:
    numbers = tuple(number for _, number in pairs)
    keys = tuple(lane.key for lane, _ in pairs)
    if not pairs:
        return []
    return [
        ShownLane(f"kind:{kind.value}", kind.label, Runs(numbers, frozenset({kind})), lane_keys=keys)
        for kind in sorted(EventKind, reverse=True)
    ]


def _by_site(pairs: list[tuple[Lane, int]], site_names: Mapping[str, str]) -> list[ShownLane]:
    members: dict[str, list[tuple[Lane, int]]] = {}
    for lane, number in pairs:
        members.setdefault(lane.site_id, []).append((lane, number))
    shown = [
        ShownLane(
            f"site:{site_id}",
            site_names.get(site_id) or site_id or "Site",
            Runs(tuple(number for _, number in inside)),
            member_count=len(inside),
            lane_keys=tuple(lane.key for lane, _ in inside),
        )
        for site_id, inside in members.items()
    ]
    return sorted(shown, key=lambda lane: (natural(lane.label), natural(lane.key)))
