"""The devices pane: tree of the selected site's devices and a picture for every state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from chekt_console.domain.device import Device, DeviceKind
from chekt_console.ui.devices.devices_header import DevicesHeader
from chekt_console.ui.devices.devices_model import KEY_ROLE, DevicesModel
from chekt_console.ui.devices.devices_tree import online_words, title_of
from chekt_console.ui.devices.devices_view import DevicesView
from chekt_console.ui.shared.plain_text import one_line
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtCore import QModelIndex

    from chekt_console.domain.device_warnings import DeviceWarning
    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.theme import Theme

_LOADING_AFTER_MS = 150
_LOOK_MS = 30_000
_FRESH_S = 180  # they are read again before this is over; older ones say so


def _utc_now() -> datetime:
    return datetime.now(UTC)


def has_live_view(device: Device) -> bool:
    return bool(device.stream_url) or device.kind is DeviceKind.CAMERA


class DevicesPane(QWidget):
    """Follows the shared selection and writes to it; is given whole new values by its controller."""

    refresh_requested = Signal()
    live_requested = Signal(object)  # Device
    wall_requested = Signal()  # all cameras of the site, live
    snapshots_requested = Signal()  # one picture of each

    def __init__(
        self,
        selection: Selection,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("devicesPane")
        self.setMinimumWidth(200)
        self._selection = selection
        self._now = now
        self._site: Site | None = None
        self._as_of: datetime | None = None
        self._is_stale = True
        self._is_refreshing = False
        self._error = ""
        self._problems: tuple[str, ...] = ()
        self._closed: set[tuple[str, str]] = set()  # (site id, row key) the person folded in
        self.model = DevicesModel(self, now=now)
        self.header = DevicesHeader(self)
        self.view = DevicesView(theme, self)
        self.view.setModel(self.model)
        self.message = QLabel(self)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self.message, "muted")
        self.retry = QPushButton("Try again", self)
        self._message_page = QWidget(self)
        self._pages = QStackedWidget(self)
        self._loading_timer = QTimer(self, singleShot=True, interval=_LOADING_AFTER_MS)
        self._lay_out_parts()
        self._loading_timer.timeout.connect(self._choose_page)
        self._age_timer = QTimer(self, interval=_LOOK_MS)
        self._age_timer.timeout.connect(self._show_header)
        self._age_timer.start()
        self.retry.clicked.connect(lambda: self.refresh_requested.emit())
        self.header.refresh_requested.connect(self.refresh_requested)
        self.header.wall_requested.connect(self.wall_requested)
        self.view.device_selected.connect(selection.select_device)
        self.view.device_activated.connect(self._on_activated)
        self.view.menu_requested.connect(self._on_menu_requested)
        self.view.expanded.connect(self._on_expanded)
        self.view.collapsed.connect(self._on_collapsed)
        selection.device_changed.connect(self._on_device_changed)
        theme.changed.connect(self.view.viewport().update)
        self.show_no_site()

    def show_no_site(self) -> None:
        self._site = None
        self._start_over()
        self._choose_page()

    def show_site(self, site: Site) -> None:
        """Another site: nothing of the former one stays on screen."""
        self._site = site
        self._start_over()
        self._choose_page()

    def show_name(self, site: Site) -> None:
        """The same site under its present name."""
        self._site = site
        self._choose_page()

    def show_devices(
        self,
        devices: tuple[Device, ...],
        as_of: datetime | None,
        *,
        is_stale: bool,
        problems: tuple[str, ...] = (),
        warnings: Mapping[str, tuple[DeviceWarning, ...]] | None = None,
    ) -> None:
        """A new list for the site; what was folded in stays so, the selected device stays selected by its key."""
        self._as_of = as_of
        self._is_stale = is_stale
        self._problems = problems
        if not is_stale:
            self._error = ""
        place = self.view.verticalScrollBar().value()
        self.model.show(devices, warnings)
        self._restore_expansion()
        self._mark_selected()
        self.view.verticalScrollBar().setValue(place)
        self._choose_page()

    def show_warnings(self, warnings: Mapping[str, tuple[DeviceWarning, ...]]) -> None:
        """The same devices, with what is to be looked at by now."""
        self.model.show(self.model.devices, warnings)
        self._choose_page()

    def show_refreshing(self, is_refreshing: bool) -> None:
        """While the server is asked; words appear only when it takes long enough to notice."""
        self._is_refreshing = is_refreshing
        if is_refreshing:
            self._loading_timer.start()
        else:
            self._loading_timer.stop()
            self._choose_page()

    def show_error(self, sentence: str) -> None:
        """The last read failed; what was known before stays on screen, marked with its age."""
        self._error = sentence
        self._is_stale = True
        self.show_refreshing(False)

    def menu_for(self, device: Device) -> QMenu:
        """What can be done with a device; the caller shows it."""
        menu = QMenu(self)
        if has_live_view(device):
            live = menu.addAction("Live view")
            live.triggered.connect(lambda: self.live_requested.emit(device))
        if device.kind is DeviceKind.CAMERA:
            wall = menu.addAction("All cameras live")
            wall.triggered.connect(lambda: self.wall_requested.emit())
            stills = menu.addAction("One picture of each camera")
            stills.triggered.connect(lambda: self.snapshots_requested.emit())
        copy = menu.addAction("Copy id")
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(device.device_id))
        return menu

    def _lay_out_parts(self) -> None:
        words = QVBoxLayout(self._message_page)
        words.setContentsMargins(24, 16, 24, 16)
        words.setSpacing(12)
        words.addStretch(2)
        words.addWidget(self.message)
        words.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignHCenter)
        words.addStretch(3)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._message_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._pages, 1)

    def _start_over(self) -> None:
        self._as_of = None
        self._is_stale = True
        self._error = ""
        self._problems = ()
        self._is_refreshing = False
        self._loading_timer.stop()
        self.model.show(())

    def _restore_expansion(self) -> None:
        site_id = self._site.site_id if self._site else ""
        was_blocked = self.view.blockSignals(True)
        for key in self.model.keys():  # noqa: SIM118 (not a mapping)
            self.view.setExpanded(self.model.index_of(key), (site_id, key) not in self._closed)
        self.view.blockSignals(was_blocked)

    def _on_collapsed(self, index: QModelIndex) -> None:
        if self._site is not None:
            self._closed.add((self._site.site_id, index.data(KEY_ROLE)))

    def _on_expanded(self, index: QModelIndex) -> None:
        if self._site is not None:
            self._closed.discard((self._site.site_id, index.data(KEY_ROLE)))

    def _on_activated(self, device: Device) -> None:
        if has_live_view(device):
            self.live_requested.emit(device)

    def _on_menu_requested(self, device: Device, place: QPoint) -> None:
        menu = self.menu_for(device)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _on_device_changed(self, _device: Device | None) -> None:
        self._mark_selected()

    def _mark_selected(self) -> None:
        device = self._selection.device
        self.view.mark(self.model.index_of(device.key if device else ""))

    def _choose_page(self) -> None:
        self._show_header()
        if self.model.devices:
            self._pages.setCurrentWidget(self.view)
            return
        has_button = False
        if self._site is None:
            words = "Choose a site to see its devices."
        elif self._error:
            words, has_button = self._error, True
        elif self._is_refreshing:
            words = "" if self._loading_timer.isActive() else "Reading the devices…"
        elif self._is_stale:
            words, has_button = "The devices have not been read yet.", True
        else:
            words = f"No devices are set up at {one_line(self._site.name)}."
        self.message.setText(words)
        self.retry.setVisible(has_button)
        self._pages.setCurrentWidget(self._message_page)

    def _show_online(self, online: str) -> None:
        warnings = [
            f"{title_of(device)}: {warning.sentence}"
            for device in self.model.devices
            for warning in self.model.warnings.get(device.key, ())
        ]
        read = f"Read at {self._as_of.astimezone():%H:%M:%S}" if self._as_of is not None else ""
        if warnings:
            words = f"{online} · ▲ {len(warnings)}" if online else f"▲ {len(warnings)} to look at"
            self.header.show_note(words, "\n".join([*warnings[:20], read]).rstrip())
        else:
            what = f"Panels, bridges, cameras and audio devices\n{read}" if online else read
            self.header.show_note(online, what)

    def _show_header(self) -> None:
        self.header.site_name.show_name(one_line(self._site.name) if self._site else "")
        self.header.refresh.setEnabled(self._site is not None)
        self.header.wall.setVisible(any(one.kind is DeviceKind.CAMERA for one in self.model.devices))
        if self._is_refreshing and not self._loading_timer.isActive() and self.model.devices:
            self.header.show_note("updating…")
        elif self._as_of is not None and (self._is_stale or self._is_old(self._as_of)):
            local, today = self._as_of.astimezone(), self._now().astimezone()
            clock = f"{local:%H:%M}" if local.date() == today.date() else f"{local.day} {local:%b %H:%M}"
            tip = self._error or "From the last time they were read; not yet read again."
            self.header.show_note(f"as of {clock}", tip, is_bad=bool(self._error))
        elif self._problems:
            count = len(self._problems)
            words = f"{count} {'part' if count == 1 else 'parts'} not readable"
            self.header.show_note(words, "\n".join(self._problems[:20]), is_bad=True)
        else:
            self._show_online(online_words(self.model.devices))

    def _is_old(self, as_of: datetime) -> bool:
        return (self._now() - as_of).total_seconds() > _FRESH_S
