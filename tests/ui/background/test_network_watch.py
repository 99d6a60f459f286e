"""A network that comes back or changes is told once, and where the system tells nothing the watch is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation

from chekt_console.background.network_watch import NetworkWatch, system_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

Reach, Medium = QNetworkInformation.Reachability, QNetworkInformation.TransportMedium


class _Network(QObject):
    """What Qt gives, in the hand of the test: the real one cannot be made to change."""

    reachabilityChanged = Signal(object)
    transportMediumChanged = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.reach, self.medium = Reach.Online, Medium.WiFi

    def reachability(self) -> Reach:
        return self.reach

    def transportMedium(self) -> Medium:
        return self.medium


class _World:
    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.network = _Network()
        self.told = 0
        self.watch = NetworkWatch(network=lambda: cast("Any", self.network))
        self.watch.changed.connect(self._on_changed)
        self.watch.start()

    def _on_changed(self) -> None:
        self.told += 1

    def settles(self) -> int:
        """How often it told once everything that changed has settled."""
        self._qtbot.waitUntil(lambda: not self.watch._settle.isActive(), timeout=20_000)
        return self.told


@pytest.fixture
def world(qtbot: QtBot) -> Iterator[_World]:
    made = _World(qtbot)
    yield made
    made.watch.stop()


def test_a_network_that_comes_back_is_told_once(world: _World) -> None:
    for reach in (Reach.Disconnected, Reach.Local):
        world.network.reachabilityChanged.emit(reach)
        assert world.settles() == 0
    world.network.reachabilityChanged.emit(Reach.Site)
    world.network.reachabilityChanged.emit(Reach.Online)
    world.network.transportMediumChanged.emit(Medium.Ethernet)
    assert world.settles() == 1


def test_another_network_is_told(world: _World) -> None:
    world.network.transportMediumChanged.emit(Medium.WiFi)  # the same
    world.network.transportMediumChanged.emit(Medium.Unknown)
    assert world.settles() == 0
    world.network.transportMediumChanged.emit(Medium.WiFi)
    world.network.transportMediumChanged.emit(Medium.Ethernet)
    assert world.settles() == 1


def test_one_that_is_gone_again_at_once_is_not_told(world: _World) -> None:
    for reach in (Reach.Disconnected, Reach.Online, Reach.Disconnected):
        world.network.reachabilityChanged.emit(reach)
    world.network.transportMediumChanged.emit(Medium.Ethernet)
    assert world.settles() == 0


def test_after_the_end_nothing_is_told(world: _World) -> None:
    world.network.reachabilityChanged.emit(Reach.Disconnected)
    world.network.reachabilityChanged.emit(Reach.Online)
    world.watch.stop()
    world.network.reachabilityChanged.emit(Reach.Disconnected)
    world.network.reachabilityChanged.emit(Reach.Online)
    assert world.settles() == 0
    world.watch.start()  # the next connection is opened


def test_without_a_way_to_ask_the_system_it_is_silent(qtbot: QtBot) -> None:
    watch = NetworkWatch(network=lambda: None)
    watch.start()
    watch.stop()


def test_what_the_system_gives_can_be_watched(qtbot: QtBot) -> None:
    """Whatever this computer has, nothing included."""
    network = system_network()
    assert network is None or network.reachability() in Reach
    watch = NetworkWatch()
    watch.start()
    watch.stop()
