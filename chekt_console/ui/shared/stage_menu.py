"""Over the simulator: stories to watch, what an operator of its center may be made to ask, and what it may do wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtWidgets import QMenu


class StageMenu(QObject):
    """Three submenus, hidden until a simulator is there."""

    scenario_requested = Signal(str)
    ask_requested = Signal(str)  # type of the request
    fault_requested = Signal(str)  # name, "" for none

    def __init__(
        self, menu: QMenu, scenarios: Iterable[str], asks: Mapping[str, str], faults: Mapping[str, str]
    ) -> None:
        super().__init__(menu)
        self._scenarios = menu.addMenu("Play a scenario")
        self._asks = menu.addMenu("Let the monitoring center ask")
        for name in scenarios:
            self._add(self._scenarios, name.capitalize(), name).triggered.connect(self._on_scenario)
        for kind, words in asks.items():
            self._add(self._asks, words, kind).triggered.connect(self._on_ask)
        self._faults = menu.addMenu("Make a fault")
        self._fault_group = QActionGroup(self)
        self._no_fault = self._add_fault("No fault", "")
        self._faults.addSeparator()
        for name, words in faults.items():
            self._add_fault(words, name)
        self.show_for(is_simulator=False)

    def show_for(self, *, is_simulator: bool) -> None:
        """One that was just started makes no fault."""
        for menu in (self._scenarios, self._asks, self._faults):
            menu.menuAction().setVisible(is_simulator)
        self.show_fault("")

    def show_fault(self, name: str) -> None:
        """The one that is in force."""
        for action in self._fault_group.actions():
            if action.data() == name:
                action.setChecked(True)

    def set_enabled(self, *, has_site: bool) -> None:
        for menu in (self._scenarios, self._asks):
            menu.setEnabled(has_site)

    def stop_fault(self) -> None:
        self._no_fault.trigger()

    def _add_fault(self, words: str, name: str) -> QAction:
        action = self._add(self._faults, words, name)
        action.setCheckable(True)
        self._fault_group.addAction(action)
        action.triggered.connect(self._on_fault)
        return action

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

    def _on_fault(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.fault_requested.emit(str(action.data()))
