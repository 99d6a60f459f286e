"""The window's menu: File, what the session adds (Site, Live), View, Help; on macOS in the system's bar too. Every entry works when it can be chosen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from chekt_console.ui.shared import slow_link

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

_THEME_WORDS = {"system": "As the system", "dark": "Dark", "light": "Light"}
_PART_WORDS = {
    "left": ("Sites and devices", "Ctrl+Shift+L"),
    "right": ("Details", "Ctrl+Shift+D"),
    "bottom": ("Timeline", "Ctrl+Shift+T"),
}


class WindowMenu(QObject):
    """Signals are wishes; the window and the program carry them out."""

    connect_requested = Signal()
    disconnect_requested = Signal()
    check_requested = Signal()
    quit_requested = Signal()
    perspective_requested = Signal(str)
    theme_requested = Signal(str)
    slow_link_requested = Signal(bool)
    part_requested = Signal(str, bool)  # "left", "right" or "bottom"; shown
    reset_requested = Signal()
    verify_requested = Signal()
    keys_requested = Signal()
    about_requested = Signal()
    support_requested = Signal()

    def __init__(self, window: QMainWindow, theme_choice: str, *, is_slow_link: bool = False) -> None:
        super().__init__(window)
        self._window = window
        self.menu = QMenu(window)
        self.disconnect_action = QAction("Disconnect", window)
        self.check_action = QAction("Check connection…", window)
        self._perspectives: dict[str, QAction] = {}
        self._perspective_group = QActionGroup(self)
        self.theme_actions: dict[str, QAction] = {}
        self.part_actions: dict[str, QAction] = {}
        file_menu = QMenu("&File", window)
        self.view_menu = QMenu("&View", window)
        help_menu = QMenu("&Help", window)
        self._fill_file(file_menu)
        self.slow_link = self._action(slow_link.TITLE, "")
        self.slow_link.setCheckable(True)
        self.slow_link.setChecked(is_slow_link)
        self.slow_link.setToolTip(slow_link.TIP)
        self.slow_link.triggered.connect(self._on_slow_link)
        self._fill_view(theme_choice)
        self._fill_help(help_menu)
        self._file_menu = file_menu
        self._added: list[tuple[int, QMenu]] = []
        self._join(file_menu, help_menu)

    def add_menu(self, menu: QMenu, place: int) -> None:
        """Of a session, above View; a lower place comes first."""
        behind = next((other for at, other in self._added if at > place), self.view_menu)
        self._added = sorted((*self._added, (place, menu)), key=lambda one: one[0])
        self.menu.insertMenu(behind.menuAction(), menu)
        if sys.platform == "darwin":
            self._window.menuBar().insertMenu(behind.menuAction(), menu)

    def remove_menu(self, menu: QMenu) -> None:
        self._added = [(place, other) for place, other in self._added if other is not menu]
        self.menu.removeAction(menu.menuAction())
        if sys.platform == "darwin":
            self._window.menuBar().removeAction(menu.menuAction())

    def add_file_action(self, action: QAction) -> None:
        """Of a session, below what connects."""
        self.menu.insertAction(self._below_file, action)
        self._file_menu.insertAction(self._file_menu.actions()[-1], action)

    def remove_file_action(self, action: QAction) -> None:
        for menu in (self.menu, self._file_menu):
            menu.removeAction(action)

    def _join(self, file_menu: QMenu, help_menu: QMenu) -> None:
        *connection, quit_action = file_menu.actions()
        self.menu.addActions(connection)
        self._below_file = self.menu.addSeparator()
        self.menu.addMenu(self.view_menu)
        self.menu.addMenu(help_menu)
        self.menu.addSeparator()
        self.menu.addAction(quit_action)
        if sys.platform == "darwin":
            for menu in (file_menu, self.view_menu, help_menu):
                self._window.menuBar().addMenu(menu)

    def add_perspective(self, perspective: str, title: str, shortcut: str) -> None:
        action = self._action(title, shortcut)
        action.setCheckable(True)
        action.setData(perspective)
        action.triggered.connect(self._on_perspective)
        self._perspective_group.addAction(action)
        self.view_menu.insertAction(self._below_perspectives, action)
        self._perspectives[perspective] = action

    def clear_perspectives(self) -> None:
        for action in self._perspectives.values():
            self._perspective_group.removeAction(action)
            self.view_menu.removeAction(action)
            self._window.removeAction(action)
            action.deleteLater()
        self._perspectives = {}

    def set_current(self, perspective: str) -> None:
        self._perspectives[perspective].setChecked(True)

    def set_part(self, part: str, *, is_there: bool, is_shown: bool) -> None:
        action = self.part_actions[part]
        action.setEnabled(is_there)
        action.setVisible(is_there)
        action.setChecked(is_shown)

    def set_layout_enabled(self, is_enabled: bool) -> None:
        self._reset.setEnabled(is_enabled)

    def _fill_file(self, menu: QMenu) -> None:
        connect = self._action("Connect to…", "Ctrl+Shift+O")
        connect.triggered.connect(self._on_connect)
        self.disconnect_action.triggered.connect(self._on_disconnect)
        self.disconnect_action.setEnabled(False)
        self.check_action.triggered.connect(self._on_check)
        self.check_action.setEnabled(False)
        leave = self._action("Quit", "Ctrl+Q")
        leave.setMenuRole(QAction.MenuRole.QuitRole)
        leave.triggered.connect(self._on_quit)
        menu.addActions([connect, self.check_action, self.disconnect_action, leave])

    def _fill_view(self, theme_choice: str) -> None:
        menu = self.view_menu
        self._below_perspectives = menu.addSeparator()
        for part, (words, shortcut) in _PART_WORDS.items():
            action = self._action(words, shortcut)
            action.setCheckable(True)
            action.setEnabled(False)
            action.setData(part)
            action.triggered.connect(self._on_part)
            menu.addAction(action)
            self.part_actions[part] = action
        self._reset = self._action("Reset layout", "")
        self._reset.setEnabled(False)
        self._reset.triggered.connect(self._on_reset)
        menu.addAction(self._reset)
        menu.addSeparator()
        menu.setToolTipsVisible(True)
        menu.addAction(self.slow_link)
        themes = menu.addMenu("Theme")
        group = QActionGroup(self)
        for choice, words in _THEME_WORDS.items():
            action = self._action(words, "")
            action.setCheckable(True)
            action.setChecked(choice == theme_choice)
            action.setData(choice)
            action.triggered.connect(self._on_theme)
            group.addAction(action)
            themes.addAction(action)
            self.theme_actions[choice] = action

    def _fill_help(self, menu: QMenu) -> None:
        keys = self._action("Keyboard shortcuts", "?")
        keys.triggered.connect(self._on_keys)
        verify = self._action("Verify evidence…", "")
        verify.triggered.connect(self._on_verify)
        support = self._action("Copy for support", "")
        support.setToolTip(
            "Version, system and the last failures with their ids; no names, keys or addresses"
        )
        support.triggered.connect(self._on_support)
        about = self._action("About CHeKT Console", "")
        about.setMenuRole(QAction.MenuRole.AboutRole)
        about.triggered.connect(self._on_about)
        menu.addActions([keys, verify, support, about])

    def _action(self, words: str, shortcut: str) -> QAction:
        """Belongs to the window as well, so that its key works while the menu is closed."""
        action = QAction(words, self._window)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            self._window.addAction(action)
        return action

    def _chosen(self) -> str:
        action = self.sender()
        return str(action.data()) if isinstance(action, QAction) else ""

    def _on_connect(self) -> None:
        self.connect_requested.emit()

    def _on_disconnect(self) -> None:
        self.disconnect_requested.emit()

    def _on_check(self) -> None:
        self.check_requested.emit()

    def _on_quit(self) -> None:
        self.quit_requested.emit()

    def _on_perspective(self) -> None:
        self.perspective_requested.emit(self._chosen())

    def _on_slow_link(self, is_on: bool) -> None:
        self.slow_link_requested.emit(is_on)

    def _on_theme(self) -> None:
        self.theme_requested.emit(self._chosen())

    def _on_part(self, is_shown: bool) -> None:
        self.part_requested.emit(self._chosen(), is_shown)

    def _on_reset(self) -> None:
        self.reset_requested.emit()

    def _on_verify(self) -> None:
        self.verify_requested.emit()

    def _on_keys(self) -> None:
        self.keys_requested.emit()

    def _on_support(self) -> None:
        self.support_requested.emit()

    def _on_about(self) -> None:
        self.about_requested.emit()
