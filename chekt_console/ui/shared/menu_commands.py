"""What a menu can do now, as lines for the go-to box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from chekt_console.ui.shared.goto_index import GotoEntry

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenu

_NATIVE = QKeySequence.SequenceFormat.NativeText


def menu_commands(menu: QMenu, path: str = "") -> tuple[GotoEntry, ...]:
    """Entries that can be chosen, those of submenus behind their menu's name; the menu is asked to be up to date first."""
    menu.aboutToShow.emit()
    found: list[GotoEntry] = []
    for action in menu.actions():
        if action.isSeparator() or not (action.isVisible() and action.isEnabled()):
            continue
        words = _plain(action.text())
        inner: QMenu | None = action.menu()  # type: ignore[assignment]
        if inner is not None:
            found += menu_commands(inner, f"{path}{words} › ")
        else:
            found.append(GotoEntry(words, _detail(action, path), command=action.trigger))
    return tuple(found)


def _detail(action: QAction, path: str) -> str:
    parts = [path.removesuffix(" › "), action.shortcut().toString(_NATIVE)]
    if action.isCheckable():
        parts.append("on" if action.isChecked() else "off")
    return " · ".join(part for part in parts if part)


def _plain(text: str) -> str:
    """Without the marks of mnemonics."""
    return "&".join(part.replace("&", "") for part in text.split("&&"))
