"""The window: band, toolbar, notices, the perspectives or their cover, status bar. Frame only, no trade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from chekt_console.assets import resource
from chekt_console.ui.shared.environment_band import EnvironmentBand
from chekt_console.ui.shared.focus_return import FocusReturn
from chekt_console.ui.shared.focus_ring import FocusRing
from chekt_console.ui.shared.frame import Frame
from chekt_console.ui.shared.goto_box import GotoBox
from chekt_console.ui.shared.menu_commands import menu_commands
from chekt_console.ui.shared.notice_strip import NoticeStrip
from chekt_console.ui.shared.perspective_switch import PerspectiveSwitch
from chekt_console.ui.shared.site_line import SiteLine
from chekt_console.ui.shared.status_bar import StatusBar
from chekt_console.ui.shared.style import set_role
from chekt_console.ui.shared.tab_order import next_stop, tab_stops
from chekt_console.ui.shared.toolbar import Toolbar
from chekt_console.ui.shared.window_menu import WindowMenu

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from chekt_console.settings import Settings
    from chekt_console.ui.shared.goto_index import GotoEntry
    from chekt_console.ui.shared.help_sheet import Keys
    from chekt_console.ui.shared.notices import Notices
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.theme import Theme

TITLE = "CHeKT Console"
_FIRST_SIZE = QSize(1440, 900)
_LEAST_SIZE = QSize(960, 600)
_FRAME = QSize(8, 48)  # about what a window manager puts around a window; not known before it is shown


class MainWindow(QMainWindow):
    """Perspectives are added by the session; a cover (the connect pane) stands in for them when there is none."""

    perspective_changed = Signal(str)
    connect_requested = Signal()
    disconnect_requested = Signal()
    check_requested = Signal()
    support_requested = Signal()
    verify_requested = Signal()
    theme_requested = Signal(str)  # "system", "dark", "light"
    slow_link_requested = Signal(bool)
    closing = Signal()

    def __init__(self, theme: Theme, selection: Selection, settings: Settings, notices: Notices) -> None:
        super().__init__()
        self._selection = selection
        self._settings = settings
        self._perspectives: dict[str, tuple[str, str]] = {}  # title, shortcut
        self._environment = ""
        self._help: dict[str, Keys] = {}
        self._cover: QWidget | None = None
        self.setWindowTitle(TITLE)
        self.setMinimumSize(_LEAST_SIZE)
        self.band = EnvironmentBand(theme)
        self.perspective_switch = PerspectiveSwitch(theme)
        self.site_line = SiteLine(selection, theme, settings)
        self.goto_box = GotoBox(theme)
        self.frame = Frame(settings)
        self.status = StatusBar(theme)
        self.menu_button = QPushButton("Menu")
        self._window_menu: WindowMenu | None = None
        self.focus_ring = FocusRing(self)
        self._focus_return = FocusReturn(self)
        self._is_painted = False
        self._toolbar_widgets: list[QWidget] = []
        self._build(theme, notices)
        self._connect()
        self._restore()

    def set_environment(self, kind: str, name: str) -> None:
        """`kind` is "simulator", "sandbox", "production" or "" for no connection."""
        self._environment = kind
        self.band.set_environment(kind, name)
        self.menu_button.setText(_short(name) if kind and name else "Menu")
        self._show_menu()
        self._show_title()

    def set_left(self, sites: QWidget, devices: QWidget) -> None:
        self.frame.set_left(sites, devices)

    def add_perspective(
        self,
        perspective: str,
        title: str,
        shortcut: str,
        centre: QWidget,
        right: QWidget | None = None,
        bottom: QWidget | None = None,
        *,
        has_left: bool = True,
    ) -> None:
        """Add, or fill anew the one of the same id. The first, or the remembered one, comes to the front."""
        self.frame.put(perspective, centre, right, bottom, has_left=has_left)
        if perspective in self._perspectives:
            self._show_menu()
            return
        self._perspectives[perspective] = (title, shortcut)
        self.perspective_switch.add(perspective, title, shortcut)
        if self._window_menu is not None:
            self._window_menu.add_perspective(perspective, title, shortcut)
        if not self.frame.current or perspective == self._settings.last_perspective:
            self._bring(perspective)
        self._show_toolbar()

    def show_perspective(self, perspective: str) -> None:
        """By the person or the program; remembered, and a cover gives way. An unknown one leaves the current."""
        if self._cover is not None:
            self.set_cover(None)
        if perspective in self._perspectives:
            self._settings.last_perspective = perspective
            self._bring(perspective)

    @property
    def current_perspective(self) -> str:
        return self.frame.current

    def remove_perspectives(self) -> None:
        """The session closes: its panes, toolbar widgets and keys leave the window."""
        self.frame.clear()
        self.perspective_switch.clear()
        if self._window_menu is not None:
            self._window_menu.clear_perspectives()
        self._perspectives = {}
        self._help = {}
        for widget in self._toolbar_widgets:
            self.toolbar.row.removeWidget(widget)
            widget.hide()
            widget.setParent(None)
        self._toolbar_widgets = []
        self.goto_box.set_sites(())
        self.goto_box.set_devices(())
        self.goto_box.set_events(())
        self.status.set_jobs(())
        self.status.set_freshness("", "")
        self.status.set_budgets(())
        self._show_menu()
        self._show_toolbar()

    def set_cover(self, widget: QWidget | None) -> None:
        """Show this instead of the perspectives; None shows them again. The caller keeps the widget."""
        if widget is self._cover:
            return
        if self._cover is not None:
            self._stack.removeWidget(self._cover)
            self._cover.hide()
            self._cover.setParent(None)
        self._cover = widget
        if widget is not None:
            self._stack.addWidget(widget)
            self._stack.setCurrentWidget(widget)
            widget.show()
        else:
            self._stack.setCurrentWidget(self.frame)
        self._show_toolbar()

    def add_toolbar_widget(self, widget: QWidget) -> None:
        """Between the go-to box and the menu."""
        self.toolbar.row.insertWidget(self.toolbar.row.indexOf(self.menu_button), widget)
        self._toolbar_widgets.append(widget)
        self._show_toolbar()

    def add_help(self, title: str, keys: Keys) -> None:
        """A pane's keys for the one help sheet."""
        self._help[title] = keys

    def _build(self, theme: Theme, notices: Notices) -> None:
        self.name_label = QLabel(TITLE)
        set_role(self.name_label, "heading")
        self.toolbar = Toolbar()
        set_role(self.toolbar, "toolbar")
        self.menu_button.setFixedHeight(32)
        self.menu_button.setAccessibleName("Connection and menu")
        self.menu_button.setToolTip("Connection, view and help (F10)")
        set_role(self.menu_button, "menu")
        row = self.toolbar.row
        row.addWidget(self.name_label)
        row.addWidget(self.perspective_switch)
        row.addWidget(self.site_line)
        row.addWidget(self.goto_box, 1)
        row.addStretch(0)
        row.addWidget(self.menu_button)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.frame)
        # Else Qt gives the first focus to the go-to box, where single keys would be typed.
        self._stack.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.notice_strip = NoticeStrip(notices, theme)
        for widget in (self.band, self.toolbar, self.notice_strip):
            layout.addWidget(widget)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.status)
        self.setCentralWidget(centre)
        self._stack.setFocus()
        self._show_toolbar()

    def _connect(self) -> None:
        self.goto_box.commands = self._commands
        self.perspective_switch.perspective_requested.connect(self.show_perspective)
        self.frame.parts_changed.connect(self._show_menu)
        self._selection.site_changed.connect(self._show_title)

    @property
    def window_menu(self) -> WindowMenu:
        """Made right after the first paint, or when asked for earlier: its actions cost a tenth of a start."""
        if self._window_menu is None:
            self._window_menu = self._make_menu()
        return self._window_menu

    def _make_menu(self) -> WindowMenu:
        menu = WindowMenu(self, self._settings.theme, is_slow_link=self._settings.is_slow_link)
        for perspective, (title, shortcut) in self._perspectives.items():
            menu.add_perspective(perspective, title, shortcut)
        menu.perspective_requested.connect(self.show_perspective)
        menu.connect_requested.connect(self.connect_requested)
        menu.disconnect_requested.connect(self.disconnect_requested)
        menu.check_requested.connect(self.check_requested)
        menu.verify_requested.connect(self.verify_requested)
        menu.theme_requested.connect(self.theme_requested)
        menu.slow_link_requested.connect(self.slow_link_requested)
        menu.quit_requested.connect(self.close)
        menu.part_requested.connect(self.frame.show_part)
        menu.reset_requested.connect(self.frame.reset)
        menu.keys_requested.connect(self._on_keys)
        menu.support_requested.connect(self.support_requested)
        menu.about_requested.connect(self._on_about)
        open_menu = QShortcut(QKeySequence("F10"), self)
        open_menu.activated.connect(self.menu_button.showMenu)
        self.menu_button.setMenu(menu.menu)
        self._fill_menu(menu)
        return menu

    def _commands(self) -> tuple[GotoEntry, ...]:
        return menu_commands(self.window_menu.menu)

    def _restore(self) -> None:
        """Qt brings a geometry that lies off every screen back onto one. A screen that is too small for the first size is
        filled: with its frame a window of the screen's size would hide its foot below the edge."""
        saved = self._settings.window_geometry
        if saved and self.restoreGeometry(QByteArray(saved)):
            return
        room = self.screen().availableSize() - _FRAME
        self.resize(_FIRST_SIZE.boundedTo(room))
        if self.size() != _FIRST_SIZE:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _bring(self, perspective: str) -> None:
        is_other = perspective != self.frame.current
        self.frame.show_perspective(perspective)
        self.perspective_switch.set_current(perspective)
        self._show_menu()
        if is_other:
            self.perspective_changed.emit(perspective)

    def _show_menu(self) -> None:
        if self._window_menu is not None:
            self._fill_menu(self._window_menu)

    def _fill_menu(self, menu: WindowMenu) -> None:
        """What the menu says is what is so."""
        menu.disconnect_action.setEnabled(bool(self._environment))
        menu.check_action.setEnabled(bool(self._environment))
        for part, (is_there, is_shown) in self.frame.parts().items():
            menu.set_part(part, is_there=is_there, is_shown=is_shown)
        menu.set_layout_enabled(bool(self.frame.current))
        if self.frame.current:
            menu.set_current(self.frame.current)

    def _show_toolbar(self) -> None:
        """Nothing stands in the toolbar that would do nothing."""
        has_perspectives = bool(self._perspectives)
        self.name_label.setVisible(not has_perspectives)
        self.perspective_switch.setVisible(has_perspectives)
        is_working = has_perspectives and self._cover is None
        self.site_line.setVisible(is_working)
        self.goto_box.setVisible(is_working)
        for widget in self._toolbar_widgets:
            widget.setVisible(is_working)
        self.toolbar.set_shortened(
            (self.site_line, *self._toolbar_widgets, self.perspective_switch, self.goto_box)
        )

    def _show_title(self) -> None:
        site = self._selection.site
        words = [site.name] if site is not None else []
        words.append(TITLE)
        if self._environment:
            words.append(self._environment.capitalize())
        self.setWindowTitle(" — ".join(words))

    def _give_focus_back(self) -> bool:
        """Qt asks for the next in the chain when what has the focus is disabled or hidden; nobody pressed Tab."""
        place = self._focus_return.place(tab_stops(self)) or self._stack
        place.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _on_keys(self) -> None:
        # Imported when first asked for: the sheet is no part of the first paint.
        from chekt_console.ui.shared.help_sheet import WINDOW_KEYS, HelpSheet

        sheet = HelpSheet((("Window", WINDOW_KEYS), *self._help.items()), self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def _on_about(self) -> None:
        from chekt_console.ui.shared.help_sheet import AboutDialog  # as above

        about = AboutDialog(self)
        about.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        about.open()

    def _finish(self) -> None:
        """What the first paint need not wait for: the menu with its keys, and the icon with its SVG reader."""
        _ = self.window_menu
        # Only here: QIcon brings hundreds of names with it.
        from PySide6.QtGui import QIcon

        self.setWindowIcon(QIcon(str(resource("icon.svg"))))

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes as the window is seen; panes are made late, so Qt's chain would jump back and forth."""
        now = QApplication.focusWidget()
        if now is not None and self.isAncestorOf(now) and not (now.isEnabled() and now.isVisible()):
            return self._give_focus_back()
        stop = next_stop(self, now, forward=next)
        if stop is None:
            return super().focusNextPrevChild(next)
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        stop.setFocus(reason)
        self.focus_ring.show_around(stop)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self._finish)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.frame.save()
        self._settings.window_geometry = bytes(self.saveGeometry().data())
        self.closing.emit()
        super().closeEvent(event)


def _short(name: str) -> str:
    """A menu button's text: an ampersand in a name is no mnemonic, and a long name is cut."""
    first = name.split(" (")[0]
    cut = first if len(first) <= 22 else first[:21] + "…"
    return "◐ " + cut.replace("&", "&&")
