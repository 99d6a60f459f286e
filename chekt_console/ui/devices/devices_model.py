"""Qt tree of a site's devices; takes whole new values and keeps rows in place when only their state changed."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from chekt_console.ui.devices.devices_tree import (
    DeviceNode,
    ago_words,
    build_tree,
    capability_words,
    is_away,
    status_words,
)
from chekt_console.ui.shared.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chekt_console.domain.device import Device
    from chekt_console.domain.device_warnings import DeviceWarning

DEVICE_ROLE = Qt.ItemDataRole.UserRole + 1  # Device | None
KEY_ROLE = Qt.ItemDataRole.UserRole + 2  # str, also of headings
STATUS_ROLE = Qt.ItemDataRole.UserRole + 3  # str, the word as it is shown
CAPABILITIES_ROLE = Qt.ItemDataRole.UserRole + 4  # tuple of (icon name, words)
WARNING_ROLE = Qt.ItemDataRole.UserRole + 5  # str: what to look at, "" for nothing

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DevicesModel(QAbstractItemModel):
    """Indexes carry the number of their node, never a Python object."""

    def __init__(self, parent: QObject | None = None, *, now: Callable[[], datetime] = _utc_now) -> None:
        super().__init__(parent)
        self._now = now
        self._roots: list[DeviceNode] = []
        self._nodes: list[DeviceNode] = []
        self._numbers: dict[str, int] = {}
        self._devices: tuple[Device, ...] = ()
        self._warnings: Mapping[str, tuple[DeviceWarning, ...]] = {}

    @property
    def devices(self) -> tuple[Device, ...]:
        return self._devices

    @property
    def warnings(self) -> Mapping[str, tuple[DeviceWarning, ...]]:
        return self._warnings

    def show(
        self, devices: tuple[Device, ...], warnings: Mapping[str, tuple[DeviceWarning, ...]] | None = None
    ) -> None:
        """A whole new value; views keep their state when the tree has the same shape."""
        self._warnings = warnings or {}
        roots = build_tree(devices)
        nodes = _flatten(roots)
        if [(node.key, _key(node.parent)) for node in nodes] == [
            (node.key, _key(node.parent)) for node in self._nodes
        ]:
            self._take(devices, roots, nodes)
            for node in nodes:
                index = self._index_of(node)
                self.dataChanged.emit(index, index)
            return
        self.beginResetModel()
        self._take(devices, roots, nodes)
        self.endResetModel()

    def index_of(self, key: str) -> QModelIndex:
        number = self._numbers.get(key)
        return QModelIndex() if number is None else self._index_of(self._nodes[number])

    def device(self, key: str) -> Device | None:
        number = self._numbers.get(key)
        return None if number is None else self._nodes[number].device

    def keys(self) -> tuple[str, ...]:
        """Of every row that has children."""
        return tuple(node.key for node in self._nodes if node.children)

    def _take(self, devices: tuple[Device, ...], roots: list[DeviceNode], nodes: list[DeviceNode]) -> None:
        self._devices = devices
        self._roots = roots
        self._nodes = nodes
        self._numbers = {node.key: number for number, node in enumerate(nodes)}

    def _index_of(self, node: DeviceNode) -> QModelIndex:
        return self.createIndex(node.row, 0, self._numbers[node.key])

    def _node(self, index: _Index) -> DeviceNode:
        return self._nodes[index.internalId()]

    def index(self, row: int, column: int, parent: _Index = _NO_PARENT) -> QModelIndex:
        children = self._node(parent).children if parent.isValid() else self._roots
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self._index_of(children[row])

    # QAbstractItemModel.parent(index) shares its name with QObject.parent().
    def parent(self, index: _Index = _NO_PARENT) -> Any:
        if not index.isValid():
            return QModelIndex()
        above = self._node(index).parent
        return QModelIndex() if above is None else self._index_of(above)

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return len(self._node(parent).children if parent.isValid() else self._roots)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self._node(index)
        device = node.device
        if role == Qt.ItemDataRole.DisplayRole:
            return node.title
        if role == KEY_ROLE:
            return node.key
        if role == DEVICE_ROLE:
            return device
        if device is None:
            return None
        warnings = self._warnings.get(device.key, ())
        if role == WARNING_ROLE:
            return warnings[0].word if warnings else ""
        if role == STATUS_ROLE:
            # That it is away comes first: what else is wrong with it is in the tip.
            return warnings[0].word if warnings and not is_away(device) else status_words(device, self._now())
        if role == CAPABILITIES_ROLE:
            return capability_words(device)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            can = (words for _, words in capability_words(device))
            told = (warning.sentence for warning in warnings)
            parts = (node.title, status_words(device, self._now()), *told, *can)
            return ", ".join(part for part in parts if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return device_tooltip(device, node.title, self._now(), warnings)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._node(index).device is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def roleNames(self) -> dict[int, Any]:
        names: dict[int, Any] = dict(super().roleNames())
        names |= {
            DEVICE_ROLE: b"device",
            KEY_ROLE: b"key",
            STATUS_ROLE: b"status",
            CAPABILITIES_ROLE: b"capabilities",
            WARNING_ROLE: b"warning",
        }
        return names


def _key(node: DeviceNode | None) -> str:
    return "" if node is None else node.key


def _flatten(nodes: list[DeviceNode]) -> list[DeviceNode]:
    flat: list[DeviceNode] = []
    for node in nodes:
        flat.append(node)
        flat += _flatten(node.children)
    return flat


def device_tooltip(
    device: Device, title: str, now: datetime, warnings: tuple[DeviceWarning, ...] = ()
) -> str:
    """Rich text made by us from plain server text; the stream address is never part of it."""
    lines = [f"<b>{escape(title)}</b>"]
    lines += [f"▲ {escape(one_line(warning.sentence))}" for warning in warnings]
    if device.status:
        lines.append(f"Status: {escape(one_line(device.status))}")
    if device.last_seen is not None:
        local = device.last_seen.astimezone()
        lines.append(
            f"Last seen {ago_words(device.last_seen, now)} ago ({local.day} {local:%b %H:%M}, this computer's time)"
        )
    can = capability_words(device)
    if can:
        lines.append("Can do: " + ", ".join(words for _, words in can))
    for word, value in (
        ("Model", device.model),
        ("Firmware", device.firmware),
        ("MAC", device.mac),
        ("Channel", "" if device.channel is None else str(device.channel)),
        ("", device.detail),
        *device.health,
        ("Id", device.device_id),
    ):
        if value:
            lines.append(escape(f"{word}: {one_line(value)}" if word else one_line(value)))
    return "<br>".join(lines)
