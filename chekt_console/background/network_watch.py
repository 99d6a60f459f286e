"""Notices that the network is back, or that the computer moved to another, so that nothing waits for the next asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtNetwork import QNetworkInformation

_SETTLE_MS = 1_000  # what changes together is told once, and names can be looked up by then
_LOST = ("Disconnected", "Local")
_UNKNOWN = "Unknown"


def system_network() -> QNetworkInformation | None:
    """What the system tells of its network; None where Qt has no way to ask it."""
    from PySide6.QtNetwork import QNetworkInformation  # it costs a start 40 ms

    return QNetworkInformation.instance() if QNetworkInformation.loadDefaultBackend() else None


class NetworkWatch(QObject):
    """Lives in the window's thread. Silent where the system does not tell: then the next asking finds it."""

    changed = Signal()  # it is back, or another

    def __init__(
        self,
        parent: QObject | None = None,
        network: Callable[[], QNetworkInformation | None] = system_network,
    ) -> None:
        super().__init__(parent)
        self._find = network
        self._network: QNetworkInformation | None = None
        self._reachability = self._medium = _UNKNOWN
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.changed)

    def start(self) -> None:
        network = self._network = self._network or self._find()
        if network is None:
            return
        self._reachability, self._medium = network.reachability().name, network.transportMedium().name
        network.reachabilityChanged.connect(self._on_reachability)
        network.transportMediumChanged.connect(self._on_medium)

    def stop(self) -> None:
        self._settle.stop()
        if self._network is not None:
            self._network.reachabilityChanged.disconnect(self._on_reachability)
            self._network.transportMediumChanged.disconnect(self._on_medium)
            self._network = None

    def _on_reachability(self, now: QNetworkInformation.Reachability) -> None:
        was, self._reachability = self._reachability, now.name
        if was in _LOST and now.name not in _LOST:
            self._tell()
        elif now.name in _LOST:
            self._settle.stop()  # gone again

    def _on_medium(self, now: QNetworkInformation.TransportMedium) -> None:
        was, self._medium = self._medium, now.name
        if _UNKNOWN not in (was, now.name) and was != now.name and self._reachability not in _LOST:
            self._tell()

    def _tell(self) -> None:
        if not self._settle.isActive():
            self._settle.start()
