"""Fonts, palette and the one stylesheet of the whole window, made from the colours in force."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontInfo, QPalette

from chekt_console.assets import resource

if TYPE_CHECKING:
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QWidget

    from chekt_console.ui.shared.theme import Colors

TEXT_PX = 13
SMALL_PX = 12
HEADER_HEIGHT = 34

# Kept small and without descendant selectors over many levels: Qt matches every rule for every widget it polishes.
# Roles are dynamic properties: `role` on buttons ("primary", "danger", "quiet") and labels ("title", "muted", "heading").
_SHEET = Template("""
QMainWindow { background: $window; }
QDialog { background: $pane; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 6px; }
QLabel[role="title"] { font-size: 18px; font-weight: 600; }
QLabel[role="heading"] { font-size: 14px; font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: ${small}px; }
QLabel[role="error"] { color: $alarm; font-size: ${small}px; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="part"] { color: $muted; font-size: ${small}px; font-weight: 600; background: transparent;
    border: 0 solid $line; border-top-width: 1px; border-bottom-width: 1px; }
QWidget[role="header"] { background: $header; border: 0; border-bottom: 1px solid $line; }
QFrame[role="toolbar"] { background: $pane; border: 0; border-bottom: 1px solid $line; }
QPushButton[role="menu"] { font-weight: 600; padding: 4px 26px 4px 12px; }
QLabel[role="cap"] { border: 1px solid $line; border-radius: 3px; color: $muted; font-size: ${small}px; padding: 1px 5px; }
QFrame[role="status"] { background: $header; border: 0; border-top: 1px solid $line; }
QFrame[role="status"] QLabel { color: $muted; font-size: ${small}px; }
QPushButton[role="status"] { background: transparent; color: $muted; border: 1px solid transparent; padding: 1px 8px;
    font-size: ${small}px; }
QPushButton[role="status"]:hover { color: $text; }
QPushButton[role="status"]:focus { border-color: $accent; }
QFrame[role="card"] { background: $raised; border: 1px solid $line; border-radius: 8px; }
QFrame[role="sheet"] { background: $pane; border: 1px solid $line; border-radius: 10px; }
QPushButton { background: $raised; color: $text; border: 1px solid $line; border-radius: 6px; padding: 5px 12px; }
QPushButton:hover { border-color: $faint; }
QPushButton:pressed, QPushButton:checked { background: $selected; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $faint; }
QPushButton[role="primary"] { background: $strong; color: $on_accent; border-color: $strong; }
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled { background: $raised; color: $faint; border-color: $line; }
QPushButton[role="danger"] { color: $alarm; border-color: $alarm; }
QPushButton[role="danger"]:disabled { color: $faint; border-color: $line; }
QPushButton[role="danger"]:focus { border-width: 2px; padding: 4px 11px; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent; padding: 3px 8px; }
QPushButton[role="quiet"]:hover, QPushButton[role="quiet"]:focus { border-color: $line; }
QPushButton::menu-indicator { image: url($chevron); subcontrol-position: right center; right: 8px; width: 10px; }
QToolButton { background: transparent; color: $text; border: 1px solid transparent; border-radius: 6px; padding: 3px 6px; }
QToolButton:hover, QToolButton:focus { border-color: $line; }
QToolButton:pressed, QToolButton:checked { background: $selected; }
QToolButton:disabled { color: $faint; }
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {
    background: $raised; color: $text; border: 1px solid $line; border-radius: 6px; padding: 4px 8px;
    selection-background-color: $strong; selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: $accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $faint; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url($chevron); width: 10px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $line; selection-background-color: $selected;
    selection-color: $text; }
QAbstractItemView { background: $pane; color: $text; border: 0; outline: 0; selection-background-color: $selected;
    selection-color: $text; }
QHeaderView::section { background: $header; color: $muted; border: 0; border-bottom: 1px solid $line; padding: 5px 8px; }
QMenu { background: $raised; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $thumb; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: 0;
    width: 0; height: 0; }
QProgressBar { background: $line; border: 0; border-radius: 2px; }
QProgressBar::chunk { background: $good; border-radius: 2px; }
""")


def stylesheet(colors: Colors) -> str:
    """The sheet for the whole application in these colours."""
    chevron = resource("chevron-dark.svg" if colors.is_dark else "chevron-light.svg")
    return _SHEET.substitute(
        small=SMALL_PX,
        chevron=chevron.as_posix(),
        window=colors.window.name(),
        pane=colors.pane.name(),
        raised=colors.raised.name(),
        header=colors.header.name(),
        line=colors.line.name(),
        text=colors.text.name(),
        muted=colors.muted.name(),
        faint=colors.faint.name(),
        accent=colors.accent.name(),
        strong=strong_accent(colors).name(),
        on_accent=colors.on_accent.name(),
        selected=colors.selected.name(),
        alarm=colors.alarm.name(),
        good=colors.good.name(),
        thumb=colors.disarmed.name(),
    )


def strong_accent(colors: Colors) -> QColor:
    """The accent as a ground for white words: darker at night, so that they can be read (4.5 to 1)."""
    return colors.accent.darker(132) if colors.is_dark else colors.accent


def palette(colors: Colors) -> QPalette:
    """For what Fusion and our own painters draw without the sheet."""
    made = QPalette()
    role = QPalette.ColorRole
    for name, color in (
        (role.Window, colors.pane),
        (role.WindowText, colors.text),
        (role.Base, colors.pane),
        (role.AlternateBase, colors.raised),
        (role.Text, colors.text),
        (role.Button, colors.raised),
        (role.ButtonText, colors.text),
        (role.BrightText, colors.alarm),
        (role.ToolTipBase, colors.raised),
        (role.ToolTipText, colors.text),
        (role.PlaceholderText, colors.faint),
        (role.Highlight, strong_accent(colors)),
        (role.HighlightedText, colors.on_accent),
        (role.Link, colors.accent),
        (role.Light, colors.line),
        (role.Mid, colors.line),
        (role.Dark, colors.line),
        (role.Shadow, colors.window),
        (role.Accent, colors.accent),
    ):
        made.setColor(name, color)
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, colors.faint)
    return made


def window_font(system: QFont) -> QFont:
    """Inter where it is installed, else the system's own; never smaller than the drawings, larger when the
    person's system asks for larger text."""
    font = QFont(system)
    font.setFamilies(["Inter", *system.families()])
    font.setPixelSize(max(TEXT_PX, min(QFontInfo(system).pixelSize(), 20)))
    return font


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget its role in the sheet; repolishes when it is already shown."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
