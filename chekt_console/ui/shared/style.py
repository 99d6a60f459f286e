"""Fonts, palette and the one stylesheet of the whole window, made from the colours in force."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QLineEdit

from chekt_console.assets import resource

if TYPE_CHECKING:
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QAbstractSpinBox, QWidget

    from chekt_console.ui.shared.theme import Colors

TEXT_PX = 13
SMALL_PX = 12
HEADER_HEIGHT = 34
_PAD_PX = 6

# Kept small and without descendant selectors over many levels: Qt matches every rule for every widget it polishes.
# Roles are dynamic properties: `role` on buttons ("primary", "danger", "quiet") and labels ("title", "muted", "heading").
_SHEET = Template("""
QMainWindow { background: palette(shadow); }
QDialog { background: palette(window); }
QToolTip { background: palette(button); color: palette(text); border: 1px solid palette(mid); padding: 4px 6px; }
QLabel[role="title"] { font-size: 18px; font-weight: 600; }
QLabel[role="heading"] { font-size: 14px; font-weight: 600; }
QLabel[role="muted"] { color: palette(dark); }
QLabel[role="small"] { color: palette(dark); font-size: ${small}px; }
QLabel[role="error"] { color: palette(bright-text); font-size: ${small}px; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="part"] { color: palette(dark); font-size: ${small}px; font-weight: 600; background: transparent;
    border: 0 solid palette(mid); border-top-width: 1px; border-bottom-width: 1px; }
QLabel[role="figure"], QLabel[role="figure-good"], QLabel[role="figure-bad"] { font-size: 24px; font-weight: 700; }
QLabel[role="figure-good"] { color: palette(link-visited); }
QLabel[role="figure-bad"] { color: palette(bright-text); }
QWidget[role="header"] { background: palette(midlight); border: 0; border-bottom: 1px solid palette(mid); }
QFrame[role="toolbar"] { background: palette(window); border: 0; border-bottom: 1px solid palette(mid); }
QPushButton[role="menu"] { font-weight: 600; padding: 4px 26px 4px 12px; }
QLabel[role="cap"] { border: 1px solid palette(mid); border-radius: 3px; color: palette(dark); font-size: ${small}px; padding: 1px 5px; }
QFrame[role="status"] { background: palette(midlight); border: 0; border-top: 1px solid palette(mid); }
QFrame[role="status"] QLabel { color: palette(dark); font-size: ${small}px; }
QPushButton[role="status"] { background: transparent; color: palette(dark); border: 1px solid transparent; padding: 1px 8px;
    font-size: ${small}px; }
QPushButton[role="status"]:hover { color: palette(text); }
QPushButton[role="status"]:focus { border-color: palette(accent); }
QFrame[role="card"] { background: palette(button); border: 1px solid palette(mid); border-radius: 8px; }
QFrame[role="sheet"] { background: palette(window); border: 1px solid palette(mid); border-radius: 10px; }
QPushButton { background: palette(button); color: palette(text); border: 1px solid palette(mid); border-radius: 6px; padding: 5px 12px; }
QPushButton:hover { border-color: palette(placeholder-text); }
QPushButton:pressed, QPushButton:checked { background: palette(alternate-base); }
QPushButton:focus { border-color: palette(accent); }
QPushButton:disabled { color: palette(placeholder-text); }
QPushButton[role="primary"] { background: palette(highlight); color: palette(highlighted-text); border-color: palette(highlight); }
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:focus { border-color: palette(text); }
QPushButton[role="primary"]:disabled { background: palette(button); color: palette(placeholder-text); border-color: palette(mid); }
QPushButton[role="danger"] { color: palette(bright-text); border-color: palette(bright-text); }
QPushButton[role="danger"]:disabled { color: palette(placeholder-text); border-color: palette(mid); }
QPushButton[role="danger"]:focus { border-width: 2px; padding: 4px 11px; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent; padding: 3px 8px; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; padding: 0; color: palette(link);
    font-size: ${small}px; }
QPushButton[role="link"]:hover, QPushButton[role="link"]:checked { text-decoration: underline; }
QPushButton[role="link"]:focus { border-color: palette(accent); }
QPushButton[role="quiet"]:hover { border-color: palette(mid); }
QPushButton[role="quiet"]:focus { border-color: palette(accent); }
QPushButton::menu-indicator { image: url($chevron); subcontrol-position: right center; right: 8px; width: 10px; }
QToolButton { background: transparent; color: palette(text); border: 1px solid transparent; border-radius: 6px; padding: 3px 6px; }
QToolButton:hover { border-color: palette(mid); }
QToolButton:focus { border-color: palette(accent); }
QToolButton:pressed, QToolButton:checked { background: palette(alternate-base); }
QToolButton:disabled { color: palette(placeholder-text); }
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {
    background: palette(button); color: palette(text); border: 1px solid palette(mid); border-radius: 6px; padding: 4px 8px;
    selection-background-color: palette(highlight); selection-color: palette(highlighted-text); }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: palette(accent); }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: palette(placeholder-text); }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url($chevron); width: 10px; }
QAbstractSpinBox { padding-right: 20px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; background: transparent; width: 20px; }
QAbstractSpinBox::up-arrow { image: url($up); width: 10px; }
QAbstractSpinBox::down-arrow { image: url($chevron); width: 10px; }
QComboBox QAbstractItemView { background: palette(button); border: 1px solid palette(mid); selection-background-color: palette(alternate-base);
    selection-color: palette(text); }
QAbstractItemView { background: palette(window); color: palette(text); border: 0; outline: 0; selection-background-color: palette(alternate-base);
    selection-color: palette(text); }
QHeaderView::section { background: palette(midlight); color: palette(dark); border: 0; border-bottom: 1px solid palette(mid); padding: 5px 8px; }
QTreeWidget::item { padding: 4px 5px; }
QTableView[role="form"]::item { padding: 0 5px; }
QListView#completions { background: palette(button); border: 1px solid palette(mid); padding: 4px; }
QMenu { background: palette(button); color: palette(text); border: 1px solid palette(mid); padding: 4px; }
QMenu::item { padding: 5px 24px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: palette(alternate-base); }
QMenu::item:disabled { color: palette(placeholder-text); }
QMenu::separator { height: 1px; background: palette(mid); margin: 4px 6px; }
QSplitter::handle { background: palette(mid); }
QSplitter::handle:hover { background: palette(accent); }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: palette(light); border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: palette(placeholder-text); }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: 0;
    width: 0; height: 0; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QTabWidget::pane { border: 1px solid palette(mid); border-radius: 6px; background: palette(window); top: -1px; }
QTabBar::tab { background: transparent; color: palette(dark); border: 0; border-bottom: 2px solid transparent; padding: 6px 12px; }
QTabBar::tab:selected { color: palette(text); border-bottom-color: palette(accent); }
QTabBar::tab:disabled { color: palette(placeholder-text); }
QTabBar::tab:focus { color: palette(accent); }
QRadioButton::indicator, QCheckBox::indicator, QListWidget::indicator { width: 13px; height: 13px; border: 1px solid palette(dark); background: palette(button); }
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator, QListWidget::indicator { border-radius: 3px; }
QRadioButton::indicator:checked { background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
    stop: 0 palette(accent), stop: 0.55 palette(accent), stop: 0.6 palette(button), stop: 1 palette(button)); border-color: palette(accent); }
QCheckBox::indicator:checked, QListWidget::indicator:checked { background: palette(highlight); border-color: palette(highlight); image: url($check); }
QRadioButton::indicator:disabled, QCheckBox::indicator:disabled { border-color: palette(mid); }
QRadioButton { padding: 2px 3px; }
QRadioButton:focus, QCheckBox:focus { outline: 1px solid palette(accent); outline-radius: 3px; }
QProgressBar { background: palette(mid); border: 0; border-radius: 2px; }
QProgressBar::chunk { background: palette(link-visited); border-radius: 2px; }
""")


def stylesheet(colors: Colors) -> str:
    """The sheet for the whole application. It names roles of the palette, so it is the same for all colours:
    Qt needs a tenth of a second and more to take in another sheet, but little for another palette."""
    return _SHEET.substitute(
        small=SMALL_PX,
        chevron=resource("chevron.svg").as_posix(),
        up=resource("chevron-up.svg").as_posix(),
        check=resource("check.svg").as_posix(),
    )


def pad_words(box: QAbstractSpinBox) -> None:
    """Room between the border of a spin box and its words. The padding of the sheet reaches those of other fields only: Qt
    puts the words of a styled spin box at its left edge."""
    words = box.findChild(QLineEdit)
    assert words is not None
    words.setTextMargins(_PAD_PX, 0, 0, 0)


def strong_accent(colors: Colors) -> QColor:
    """The accent as a ground for white words: darker at night, so that they can be read (4.5 to 1)."""
    return colors.accent.darker(132) if colors.is_dark else colors.accent


def palette(colors: Colors) -> QPalette:
    """For the sheet, for Fusion and for our own painters. Roles that Fusion hardly uses carry our further colours."""
    made = QPalette()
    role = QPalette.ColorRole
    for name, color in (
        (role.Window, colors.pane),
        (role.WindowText, colors.text),
        (role.Base, colors.pane),
        (role.AlternateBase, colors.selected),
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
        (role.LinkVisited, colors.good),
        (role.Light, colors.disarmed),
        (role.Midlight, colors.header),
        (role.Mid, colors.line),
        (role.Dark, colors.muted),
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
