"""Over the simulator: stories to watch, and what an operator of its monitoring center may be made to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtWidgets import QMenu


class StageMenu(QObject):
    """Two submenus, hidden until a simulator is there."""

    scenario_requested = Signal(str)
    ask_requested = Signal(str)  # type of the request

    def __init__(self, menu: QMenu, scenarios: Iterable[str], asks: Mapping[str, str]) -> None:
        super().__init__(menu)
        self._scenarios = menu.addMenu("Play a scenario")
        self._asks = menu.addMenu("Let the monitoring center ask")
        for name in scenarios:
            self._add(self._scenarios, name.capitalize(), name).triggered.connect(self._on_scenario)
        for kind, words in asks.items():
            self._add(self._asks, words, kind).triggered.connect(self._on_ask)
        self.show_for(is_simulator=False)

    def show_for(self, *, is_simulator: bool) -> None:
        for menu in (self._scenarios, self._asks):
            menu.menuAction().setVisible(is_simulator)

    def set_enabled(self, *, has_site: bool) -> None:
        for menu in (self._scenarios, self._asks):
            menu.setEnabled(has_site)

    def _add(self, menu: QMenu, words: str, data: str) -> QAction:
        action = menu.addAction(words)
        action.setData(data)
        return action

    def _on_scenario(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.scenario_requested.emit(str(action.data()))

    def _on_ask(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.ask_requested.emit(str(action.data()))
